/* stay_kinds.c: see stay_kinds.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "record/stay_kinds.h"

#include <string.h>

enum { NO_FRAME, SINCE, AT, LATER, EARLIER }; /* AT: of `about`, the deciding frame itself */

G_STATIC_ASSERT(sizeof(tcps_stay_kind) == 2 * sizeof(uint64_t)); /* no padding */

/* --- forms --- */

/* Which form a frame has that is none of those; -1: none, as *where is another one's. */
static int far_form(uint32_t frame, uint32_t since_frame, uint32_t *where)
{
    const int form = frame > since_frame ? LATER : EARLIER;
    const uint32_t distance = form == LATER ? frame - since_frame : since_frame - frame;
    if (*where && *where != distance)
        return -1;
    *where = distance;
    return form;
}

static int form_at(const tcps_view *view, uint32_t *where)
{
    if (view->why_frame == 0)
        return NO_FRAME;
    return view->why_frame == view->since_frame ? SINCE : far_form(view->why_frame, view->since_frame, where);
}

static int form_about(const tcps_view *view, uint32_t *where)
{
    if (view->about_frame == 0)
        return NO_FRAME;
    if (view->about_frame == view->since_frame)
        return SINCE;
    return view->about_frame == view->why_frame ? AT : far_form(view->about_frame, view->since_frame, where);
}

bool tcps_form_of(const tcps_view *view, tcps_form *form, uint32_t *where)
{
    uint32_t distance = *where;
    const int at = form_at(view, &distance), about = form_about(view, &distance);
    if (at < 0 || about < 0)
        return false;
    *where = distance;
    *form = (tcps_form){view->possible, view->why, view->certainty, (uint8_t)at, (uint8_t)about};
    return true;
}

static uint32_t frame_of(unsigned form, uint32_t since_frame, uint32_t at, uint32_t where)
{
    const uint32_t frames[] = {[NO_FRAME] = 0,
                               [SINCE] = since_frame,
                               [AT] = at,
                               [LATER] = since_frame + where,
                               [EARLIER] = since_frame - where};
    return frames[form];
}

tcps_why tcps_form_reason(const tcps_form *form, uint32_t since_frame, uint32_t where)
{
    const uint32_t at = frame_of(form->at, since_frame, 0, where);
    return (tcps_why){at, frame_of(form->about, since_frame, at, where), form->possible, form->why};
}

const tcps_form *tcps_stay_kind_form(const tcps_stay_kind *kind, unsigned certainty)
{
    for (unsigned i = 0; i < kind->n; i++)
        if (kind->form[i].certainty == certainty)
            return &kind->form[i];
    return NULL;
}

/* --- kinds --- */

enum { SLOTS = 2048 }; /* a power of two, twice as many as there are kinds */

struct tcps_stay_kinds {
    unsigned n;
    uint16_t slot[SLOTS]; /* number + 1; 0: free */
    tcps_stay_kind kind[TCPS_MAX_STAY_KINDS];
};

tcps_stay_kinds *tcps_stay_kinds_new(void)
{
    return g_new0(tcps_stay_kinds, 1);
}

void tcps_stay_kinds_free(tcps_stay_kinds *kinds)
{
    g_free(kinds);
}

static unsigned first_slot(const tcps_stay_kind *kind)
{
    uint64_t words[2];
    memcpy(words, kind, sizeof words);
    return (unsigned)((words[0] * UINT64_C(0x9e3779b97f4a7c15) ^ words[1] * UINT64_C(0xc2b2ae3d27d4eb4f)) >> 40) %
           SLOTS;
}

unsigned tcps_stay_kinds_number(tcps_stay_kinds *k, const tcps_stay_kind *kind)
{
    unsigned at = first_slot(kind);
    for (; k->slot[at]; at = (at + 1) % SLOTS)
        if (memcmp(&k->kind[k->slot[at] - 1], kind, sizeof *kind) == 0)
            return k->slot[at] - 1u;
    if (k->n == TCPS_MAX_STAY_KINDS)
        return TCPS_MAX_STAY_KINDS;
    k->kind[k->n] = *kind;
    k->slot[at] = (uint16_t)++k->n;
    return k->n - 1;
}

const tcps_stay_kind *tcps_stay_kinds_get(const tcps_stay_kinds *k, unsigned number)
{
    return &k->kind[number];
}
