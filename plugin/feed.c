/* feed.c: see feed.h.
 *
 * Findings are taken from the session's history, for it may be a later frame, or the end of the capture, that shows what is wrong
 * with a segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "feed.h"

#include "preferences.h"
#include "session.h"

void feed_wait_for_picks(feed *f)
{
    f->picked = picked_new();
    tcps_model_fold(f->model, false); /* it would have to be told findings between segments */
}

void feed_clear(feed *f)
{
    picked_free(f->picked);
    f->picked = NULL;
}

static void reset_model(feed *f)
{
    const tcps_config config = preferences_config();
    tcps_model_configure(f->model, &config);
    tcps_model_reset(f->model);
    f->findings = 0;
}

void feed_reset(feed *f)
{
    reset_model(f);
    if (f->picked)
        picked_reset(f->picked);
}

static void take_findings(feed *f)
{
    const tcps_history *history = session_history();
    for (; history && f->findings < tcps_history_n_findings(history); f->findings++) {
        const tcps_finding *finding = tcps_history_finding(history, f->findings);
        if (!f->picked || picked_has(f->picked, finding->connection))
            tcps_model_finding(f->model, finding);
    }
}

static void take(const tap_entry *entry, void *data)
{
    feed *f = data;
    if (entry->is_segment) {
        tcps_model_segment(f->model, &entry->segment, &entry->observation, &entry->client, &entry->server);
        tcps_model_stream(f->model, entry->observation.connection, entry->stream);
    } else {
        tcps_model_icmp_error(f->model, &entry->segment, &entry->observation);
    }
    if (f->taken)
        f->taken(entry, f->data);
}

void feed_on_reset(void *data)
{
    feed_reset(data);
}

tap_packet_status feed_on_entry(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *entry,
                                tap_flags_t flags _U_)
{
    feed *f = data;
    if (f->picked) {
        picked_note(f->picked, entry);
        return TAP_PACKET_REDRAW;
    }
    /* Times are the capture's, not those of what a filter lets through. */
    tcps_model_begin(f->model, session_first_ns());
    take_findings(f); /* those raised so far: of connections that are over, the model keeps totals only */
    take(entry, f);
    return TAP_PACKET_REDRAW;
}

tap_packet_status feed_on_pick(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *entry,
                               tap_flags_t flags _U_)
{
    picked_add(((feed *)data)->picked, ((const tap_entry *)entry)->observation.connection);
    return TAP_PACKET_REDRAW;
}

void feed_finish(feed *f)
{
    if (f->picked)
        reset_model(f);
    tcps_model_begin(f->model, session_first_ns());
    if (f->picked)
        picked_each(f->picked, take, f);
    take_findings(f);
    tcps_model_captured_at(f->model, session_homes());
    tcps_model_end(f->model, session_now_ns(), session_last_frame());
}
