/* followed.h: findings of which their rules want to know what becomes of them, as long as their connection lasts.
 *
 * A finding is raised; then it may be over, or withdrawn, and its numbers grow. Each change is told by another finding of the same
 * connection and rule, which takes the place of the one before (`again`).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_FOLLOWED_H
#define TCPS_FOLLOWED_H

#include "infer/connection.h"
#include "rfc/tcpstate.h"

typedef struct tcps_followed tcps_followed;

typedef struct {
    uint64_t key; /* the table's */
    tcps_finding finding;
    tcps_finding told; /* as it was told last */
} tcps_followed_finding;

/* Never NULL; free with tcps_followed_free, which takes NULL. */
tcps_followed *tcps_followed_new(void);
void tcps_followed_free(tcps_followed *followed);

/* Takes a copy of a finding that was raised at the connection. */
void tcps_followed_add(tcps_followed *followed, const tcps_connection *connection, const tcps_finding *finding);
/* NULL: none of that rule is followed there. Valid until it is dropped. */
tcps_followed_finding *tcps_followed_get(const tcps_followed *followed, const tcps_connection *connection,
                                         unsigned rule);
/* Appends it as it is now to findings (of tcps_finding). */
void tcps_followed_tell(tcps_followed_finding *followed, GArray *findings);
/* Follows those of these rules no more, a bit for each. */
void tcps_followed_drop(tcps_followed *followed, const tcps_connection *connection, uint64_t rules);

#endif
