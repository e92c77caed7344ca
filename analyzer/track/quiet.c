/* quiet.c: see quiet.h.
 *
 * A queue will do, as all wait for the same time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/quiet.h"

#include <glib.h>

#include "base/span.h"

/* So many places of the queue may be empty before it is moved up. */
enum { MANY_EMPTY = 1024 };

typedef struct __attribute__((packed, aligned(4))) { /* there may be one for each connection */
    int64_t since_ns;
    uint32_t number;
} watched;

struct tcps_quiet {
    GArray *queue; /* of watched */
    unsigned head; /* those before it have been taken out */
};

tcps_quiet *tcps_quiet_new(void)
{
    tcps_quiet *q = g_new0(tcps_quiet, 1);
    q->queue = g_array_new(FALSE, FALSE, sizeof(watched));
    return q;
}

void tcps_quiet_free(tcps_quiet *q)
{
    g_array_free(q->queue, TRUE);
    g_free(q);
}

void tcps_quiet_watch(tcps_quiet *q, uint32_t number, int64_t now_ns)
{
    const watched w = {now_ns, number};
    g_array_append_val(q->queue, w);
}

static void drop_head(tcps_quiet *q)
{
    q->head++;
    if (q->head < MANY_EMPTY || q->head < q->queue->len / 2)
        return;
    g_array_remove_range(q->queue, 0, q->head);
    q->head = 0;
}

bool tcps_quiet_take(tcps_quiet *q, int64_t now_ns, uint32_t *number)
{
    if (q->head == q->queue->len)
        return false;
    const watched *first = &g_array_index(q->queue, watched, q->head);
    /* where the capture's clock was set back, nobody knows how long it was */
    if (now_ns >= first->since_ns && span_between(first->since_ns, now_ns) < TCPS_QUIET_NS)
        return false;
    *number = first->number;
    drop_head(q);
    return true;
}
