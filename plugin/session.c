/* session.c: see session.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

#include "preferences.h"

enum { NS_PER_SECOND = 1000000000 };

/* Wireshark's routines for a capture's begin and end take no argument: what belongs to the capture has to stand here. */
static struct {
    tcps_analyzer *analyzer;
    tcps_history *history;
    int64_t first_ns, now_ns;
    uint32_t frame;
    const frame_data *last; /* the frame's; compared, not looked into */
    bool begun, finished;
} session;

/* With which frame the last session that was finished ended. */
static struct {
    uint32_t frame;
    const frame_data *last;
} ended;

static void session_close(void)
{
    tcps_analyzer_free(session.analyzer);
    tcps_history_free(session.history);
    memset(&session, 0, sizeof session);
}

static void session_open(void)
{
    session_close();
    tcps_config config = preferences_config();
    session.analyzer = tcps_analyzer_new(&config);
    session.history = tcps_history_new();
}

void session_register(void)
{
    register_init_routine(session_open);
    register_cleanup_routine(session_close);
    /* Called when all frames of a file, or of a live capture, have been visited once. tshark does so with -2 only. */
    register_postseq_cleanup_routine(session_finish);
}

static void keep_findings(void)
{
    unsigned n;
    const tcps_finding *findings = tcps_analyzer_findings(session.analyzer, &n);
    for (unsigned i = 0; i < n; i++)
        tcps_history_add_finding(session.history, &findings[i]);
    if (n > 0)
        tcps_analyzer_clear_findings(session.analyzer);
}

/* Seconds of a broken capture file may be any number. */
int64_t frame_time_ns(const packet_info *pinfo)
{
    int64_t limit = INT64_MAX / NS_PER_SECOND - 1;
    int64_t seconds = CLAMP((int64_t)pinfo->abs_ts.secs, -limit, limit);
    return seconds * NS_PER_SECOND + pinfo->abs_ts.nsecs;
}

void session_begin_frame(const packet_info *pinfo)
{
    if (!session.analyzer)
        return;
    if (pinfo->fd->has_ts)
        session.now_ns = frame_time_ns(pinfo);
    if (!session.begun)
        session.first_ns = session.now_ns;
    session.frame = pinfo->num;
    session.last = pinfo->fd;
    session.begun = true;
    session.finished = false;
    tcps_history_begin_frame(session.history, session.frame);
    tcps_analyzer_advance(session.analyzer, session.now_ns, session.frame);
    keep_findings();
}

bool session_path(const tcps_address *src, const tcps_address *dst, tcps_path *path)
{
    if (session.analyzer)
        *path = tcps_analyzer_path(session.analyzer, src, dst);
    return session.analyzer != NULL;
}

void session_expect(const tcps_path *path)
{
    if (session.analyzer)
        tcps_analyzer_expect(session.analyzer, path);
}

void session_segment(const tcps_path *path, tcps_segment *segment)
{
    if (!session.analyzer)
        return;
    tcps_observation observation;
    segment->time_ns = session.now_ns;
    segment->frame = session.frame;
    tcps_analyzer_segment_on(session.analyzer, path, segment, &observation);
    tcps_history_add(session.history, &observation, true);
    keep_findings();
}

void session_icmp_error(const tcps_icmp_quote *quote)
{
    tcps_observation observation;
    if (!session.analyzer)
        return;
    if (tcps_analyzer_icmp_error(session.analyzer, &quote->src, &quote->dst, quote->seq, quote->hard, session.now_ns,
                                 session.frame, &observation))
        tcps_history_add(session.history, &observation, false);
    keep_findings();
}

void session_finish(void)
{
    if (!session.analyzer || session.finished)
        return;
    session.finished = true;
    ended.frame = session.frame;
    ended.last = session.last;
    tcps_analyzer_finish(session.analyzer);
    keep_findings();
}

void session_visit_again(void)
{
    if (!session.finished && session.frame == ended.frame && session.last == ended.last)
        session_finish();
}

const tcps_history *session_history(void)
{
    return session.history;
}

int64_t session_first_ns(void)
{
    return session.first_ns;
}

int64_t session_now_ns(void)
{
    return session.now_ns;
}

uint32_t session_last_frame(void)
{
    return session.frame;
}
