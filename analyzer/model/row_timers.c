/* row_timers.c: see row_timers.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/row_timers.h"

#include "base/span.h"
#include "rfc/repeats.h"

static bool is_syn(unsigned event)
{
    return event >= TCPS_EVENT_SYN && event <= TCPS_EVENT_SYN_ON_TIME_WAIT;
}

/* What is sent until it is acknowledged. */
static void note_sent(tcps_row *row, const tcps_observation *o, int64_t time_ns)
{
    const unsigned sender = o->sender & 1;
    const bool fin =
        o->event == TCPS_EVENT_FIN || o->event == TCPS_EVENT_FIN_AND_ACK_OF_FIN || o->event == TCPS_EVENT_FIN_EARLY;

    if (!is_syn(o->event) && !fin && o->event != TCPS_EVENT_FIN_REPEATED)
        return;
    row->sent_ns[sender] = time_ns;
    row->fins[sender] = is_syn(o->event) ? 0 : fin ? 1 : (uint8_t)MIN(row->fins[sender] + 1, UINT8_MAX);
}

static int64_t until(const tcps_row *row, unsigned end, int64_t two_msl_ns)
{
    switch (row->state[end]) {
    case TCPS_TIME_WAIT:
        return span_after(MAX(row->restart_ns[end], row->since_ns[end]), two_msl_ns);
    case TCPS_SYN_SENT:
    case TCPS_SYN_RCVD:
        return row->sent_ns[end] ? span_after(row->sent_ns[end], TCPS_GIVEN_UP_NS) : INT64_MAX;
    case TCPS_LAST_ACK:
        return row->fins[end] && row->fins[end] <= TCPS_MANY_FINS
                   ? tcps_repeat_due_ns(row->fins[end], row->sent_ns[end])
                   : INT64_MAX;
    default:
        return INT64_MAX;
    }
}

void tcps_row_note_timers(tcps_row *row, const tcps_observation *o, int64_t two_msl_ns, int64_t time_ns)
{
    note_sent(row, o, time_ns);
    for (unsigned i = 0; i < 2; i++)
        row->until_ns[i] = until(row, i, two_msl_ns);
}
