/* stay_kinds.h: what very many stays have in common, kept once: their state, and why it is shown, in relation to the stay.
 *
 * In one stay there may be a reason for each of two certainties: presumed from the frame in which it begins, proven later.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STAY_KINDS_H
#define TCPS_STAY_KINDS_H

#include "rfc/why.h"

/* A reason. Of its frames, each is none, one that is known otherwise, or `where` frames away from the beginning. */
typedef struct {
    uint16_t possible;
    uint8_t why, certainty, at, about;
} tcps_form;

/* Has no padding: compared as bytes. */
typedef struct {
    tcps_form form[2];
    uint8_t n; /* of them */
    uint8_t state;
    uint8_t continues; /* it is the same stay as an earlier one, with another reason */
    uint8_t unused;    /* 0 */
} tcps_stay_kind;

/* The view's reason as a form. *where is the stay's, 0 as long as it has none, and may be set. False: it has no form. */
bool tcps_form_of(const tcps_view *view, tcps_form *form, uint32_t *where);
tcps_why tcps_form_reason(const tcps_form *form, uint32_t since_frame, uint32_t where);
/* The form for that certainty; NULL: none. */
const tcps_form *tcps_stay_kind_form(const tcps_stay_kind *kind, unsigned certainty);

typedef struct tcps_stay_kinds tcps_stay_kinds;

enum { TCPS_MAX_STAY_KINDS = 1023 };

tcps_stay_kinds *tcps_stay_kinds_new(void);
void tcps_stay_kinds_free(tcps_stay_kinds *kinds);

/* The number of a kind, the same for the same; TCPS_MAX_STAY_KINDS: there are too many. */
unsigned tcps_stay_kinds_number(tcps_stay_kinds *kinds, const tcps_stay_kind *kind);
const tcps_stay_kind *tcps_stay_kinds_get(const tcps_stay_kinds *kinds, unsigned number);

#endif
