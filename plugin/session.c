/* session.c: see session.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

#include "points/point_map.h"
#include "segment_from_tvb.h"

#include "preferences.h"
#include "record/segment_queue.h"
#include "track/analyzer.h"

#include <wiretap/wtap.h>

enum { NS_PER_SECOND = 1000000000 };

/* What waits is taken so many at a time. */
enum { BATCH = 256 };
/* So many bytes may wait: some three million segments, which are taken in about a second. */
enum { MOST_BYTES = 64 << 20 };

/* Wireshark's routines for a capture's begin and end take no argument: what belongs to the capture has to stand here. */
static struct {
    tcps_analyzer *analyzer;
    tcps_history *history;
    tcps_inbox *inbox;
    tcps_point_map *points;
    bool later;          /* the frame goes in there, and not to the analyzer at once */
    unsigned n_findings; /* have been taken */
    int64_t first_ns, now_ns;
    uint32_t frame;
    const frame_data *last; /* the frame's; compared, not looked into */
    bool begun, finished;
    bool shown_early;
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
    tcps_inbox_free(session.inbox);
    tcps_point_map_free(session.points);
    memset(&session, 0, sizeof session);
}

static void session_open(void)
{
    session_close();
    tcps_config config = preferences_config();
    session.analyzer = tcps_analyzer_new(&config);
    session.history = tcps_history_new();
    session.inbox = tcps_inbox_new();
    session.points = tcps_point_map_new();
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

/* Of its first visit. */
static unsigned take_sighting(const packet_info *pinfo, unsigned interface, tcps_segment *segment)
{
    segment->time_ns = frame_time_ns(pinfo);
    const unsigned point = tcps_point_map_take(session.points, interface, segment);
    if (tcps_point_map_passes_on(session.points, interface))
        segment->mark &= (uint8_t)~TCPS_MARKS;
    if (tcps_point_map_again(session.points))
        segment->mark |= TCPS_SEEN_ELSEWHERE;
    return point;
}

uint8_t session_point(const packet_info *pinfo, tvbuff_t *tvb, tcps_segment *segment)
{
    unsigned interface;
    if (!session.points || !interface_of_tvb(tvb, pinfo, &interface))
        return 0;
    if (!segment || pinfo->fd->visited)
        return (uint8_t)tcps_point_map_point(session.points, interface);
    return (uint8_t)take_sighting(pinfo, interface, segment);
}

/* --- to the analyzer --- */

static void begin(uint32_t frame, int64_t time_ns)
{
    tcps_history_begin_frame(session.history, frame);
    tcps_analyzer_advance(session.analyzer, time_ns, frame);
    keep_findings();
}

static void take_segment(const tcps_path *path, const tcps_segment *segment)
{
    tcps_observation observation;
    tcps_analyzer_segment_on(session.analyzer, path, segment, &observation);
    tcps_history_add(session.history, &observation, true);
    keep_findings();
}

static void take_quote(const tcps_icmp_quote *q, uint32_t frame, int64_t time_ns)
{
    tcps_observation observation;
    if (tcps_analyzer_icmp_error(session.analyzer, &q->src, &q->dst, q->seq, q->hard, time_ns, frame, &observation))
        tcps_history_add(session.history, &observation, false);
    keep_findings();
}

static void take(const tcps_item *item)
{
    if (item->begins)
        begin(item->frame, item->time_ns);
    if (item->kind == TCPS_ITEM_SEGMENT)
        take_segment(&item->path, &item->segment);
    else if (item->kind == TCPS_ITEM_QUOTE)
        take_quote(&item->quote, item->frame, item->time_ns);
}

/* --- what waits --- */

static inline void expect(tcps_item *items, unsigned n, unsigned i, tcps_turn turn)
{
    if (i < n && items[i].kind == TCPS_ITEM_SEGMENT)
        tcps_analyzer_expect(session.analyzer, &items[i].path, turn);
}

static void take_all(tcps_item *items, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        expect(items, n, i + TCPS_LATER_BY, TCPS_LATER);
        expect(items, n, i + TCPS_SOON_BY, TCPS_SOON);
        expect(items, n, i + TCPS_NEXT_BY, TCPS_NEXT);
        take(&items[i]);
    }
}

static unsigned empty_inbox_into(tcps_item *items)
{
    unsigned n = 0;
    while (n < BATCH && tcps_inbox_take(session.inbox, &items[n]))
        n++;
    return n;
}

static void take_what_waits(void)
{
    if (!session.analyzer || tcps_inbox_is_empty(session.inbox))
        return;
    tcps_item *items = g_new(tcps_item, BATCH);
    for (unsigned n = BATCH; n == BATCH;)
        take_all(items, n = empty_inbox_into(items));
    g_free(items);
}

bool session_is_full(void)
{
    return session.analyzer && tcps_inbox_bytes(session.inbox) >= MOST_BYTES;
}

/* --- frames --- */

void session_begin_frame(const packet_info *pinfo, bool later)
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
    session.later = later;
    if (later) {
        tcps_inbox_begin(session.inbox, session.frame, session.now_ns);
    } else {
        take_what_waits();
        begin(session.frame, session.now_ns);
    }
}

bool session_path(const tcps_address *src, const tcps_address *dst, tcps_path *path)
{
    if (session.analyzer)
        *path = tcps_analyzer_path(session.analyzer, src, dst);
    return session.analyzer != NULL;
}

void session_expect(tcps_path *path, tcps_turn turn)
{
    if (!session.analyzer)
        return;
    if (session.later)
        tcps_inbox_expect(session.inbox, path, turn);
    else
        tcps_analyzer_expect(session.analyzer, path, turn);
}

void session_segment(const tcps_path *path, tcps_segment *segment)
{
    if (!session.analyzer)
        return;
    segment->time_ns = session.now_ns;
    segment->frame = session.frame;
    if (session.later)
        tcps_inbox_segment(session.inbox, path, segment);
    else
        take_segment(path, segment);
}

void session_icmp_error(const tcps_icmp_quote *quote)
{
    if (!session.analyzer)
        return;
    if (session.later)
        tcps_inbox_quote(session.inbox, quote);
    else
        take_quote(quote, session.frame, session.now_ns);
}

/* --- what is known --- */

void session_finish(void)
{
    if (!session.analyzer || session.finished)
        return;
    take_what_waits();
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
    if (!session.finished)
        session.shown_early = true;
}

bool session_was_shown_early(void)
{
    return session.shown_early;
}

const tcps_history *session_history(void)
{
    take_what_waits();
    return session.history;
}

const tcps_finding *session_take_finding(void)
{
    take_what_waits();
    if (!session.history || session.n_findings == tcps_history_n_findings(session.history))
        return NULL;
    return tcps_history_finding(session.history, session.n_findings++);
}

const tcps_homes *session_homes(void)
{
    return session.analyzer ? tcps_tallies_homes(tcps_analyzer_tallies(session.analyzer)) : NULL;
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
