/* feed.c: see feed.h.
 *
 * The tap brings the segments that a display filter lets through; findings are taken from the session's history, for it may
 * be a later frame, or the end of the capture, that shows what is wrong with them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "feed.h"

#include "preferences.h"
#include "session.h"

void feed_reset(feed *f)
{
    const tcps_config config = preferences_config();
    tcps_model_configure(f->model, &config);
    tcps_model_reset(f->model);
    f->findings = 0;
}

void feed_take_findings(feed *f)
{
    const tcps_history *history = session_history();
    for (; history && f->findings < tcps_history_n_findings(history); f->findings++)
        tcps_model_finding(f->model, tcps_history_finding(history, f->findings));
}

void feed_take(feed *f, const tap_entry *entry)
{
    /* Times are the capture's, not those of what a filter lets through. */
    tcps_model_begin(f->model, session_first_ns());
    feed_take_findings(f); /* those raised so far: of connections that are over, the model keeps totals only */
    if (entry->is_segment) {
        tcps_model_segment(f->model, &entry->segment, &entry->observation, &entry->client, &entry->server);
        tcps_model_stream(f->model, entry->observation.connection, entry->stream);
    } else {
        tcps_model_icmp_error(f->model, &entry->segment, &entry->observation);
    }
}

void feed_on_reset(void *data)
{
    feed_reset(data);
}

tap_packet_status feed_on_entry(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *entry,
                                tap_flags_t flags _U_)
{
    feed_take(data, entry);
    return TAP_PACKET_REDRAW;
}

void feed_finish(feed *f)
{
    tcps_model_begin(f->model, session_first_ns());
    feed_take_findings(f);
    tcps_model_captured_at(f->model, session_homes());
    tcps_model_end(f->model, session_now_ns(), session_last_frame());
}
