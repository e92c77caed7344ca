/* session.c: see session.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

#include "preferences.h"

enum { NS_PER_SECOND = 1000000000 };

/* What waits for the analyzer. */
typedef struct {
    enum { FRAME, SEGMENT, QUOTE } kind;
    bool begins; /* the first of its frame */
    uint32_t frame;
    int64_t time_ns;
    union {
        struct {
            tcps_path path;
            tcps_segment segment;
        };
        tcps_icmp_quote quote;
    };
} waiting;

enum { BATCH = 256 };
/* So many before its turn a segment is expected. */
enum { LATER = 24, SOON = 16, NEXT = 8 };

/* Wireshark's routines for a capture's begin and end take no argument: what belongs to the capture has to stand here. */
static struct {
    tcps_analyzer *analyzer;
    tcps_history *history;
    GArray *waiting;     /* of waiting */
    bool frame_waits;    /* nothing of the last frame is in there yet, but is to be */
    unsigned n_findings; /* have been taken */
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
    if (session.waiting)
        g_array_free(session.waiting, TRUE);
    memset(&session, 0, sizeof session);
}

static void session_open(void)
{
    session_close();
    tcps_config config = preferences_config();
    session.analyzer = tcps_analyzer_new(&config);
    session.history = tcps_history_new();
    session.waiting = g_array_new(FALSE, FALSE, sizeof(waiting));
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

/* --- what waits --- */

/* Its frame's first part brings the frame. */
static waiting *wait_for(int kind)
{
    g_array_set_size(session.waiting, session.waiting->len + 1);
    waiting *w = &g_array_index(session.waiting, waiting, session.waiting->len - 1);
    w->kind = kind;
    w->begins = session.frame_waits;
    w->frame = session.frame;
    w->time_ns = session.now_ns;
    session.frame_waits = false;
    return w;
}

void session_begin_frame(const packet_info *pinfo)
{
    if (!session.analyzer)
        return;
    if (session.frame_waits) /* the last one held nothing, but its time passed */
        wait_for(FRAME);
    if (pinfo->fd->has_ts)
        session.now_ns = frame_time_ns(pinfo);
    if (!session.begun)
        session.first_ns = session.now_ns;
    session.frame = pinfo->num;
    session.last = pinfo->fd;
    session.begun = session.frame_waits = true;
    session.finished = false;
}

bool session_path(const tcps_address *src, const tcps_address *dst, tcps_path *path)
{
    if (session.analyzer)
        *path = tcps_analyzer_path(session.analyzer, src, dst);
    return session.analyzer != NULL;
}

void session_expect(const tcps_path *path, tcps_turn turn)
{
    if (session.analyzer)
        tcps_analyzer_expect(session.analyzer, path, turn);
}

void session_segment(const tcps_path *path, const tcps_segment *segment)
{
    if (!session.analyzer)
        return;
    waiting *w = wait_for(SEGMENT);
    w->path = *path;
    w->segment = *segment;
    w->segment.time_ns = session.now_ns;
    w->segment.frame = session.frame;
}

void session_icmp_error(const tcps_icmp_quote *quote)
{
    if (session.analyzer)
        wait_for(QUOTE)->quote = *quote;
}

bool session_is_full(void)
{
    return session.waiting && session.waiting->len >= BATCH;
}

static void take(const waiting *w)
{
    tcps_observation observation;
    if (w->begins) {
        tcps_history_begin_frame(session.history, w->frame);
        tcps_analyzer_advance(session.analyzer, w->time_ns, w->frame);
    }
    if (w->kind == SEGMENT) {
        tcps_analyzer_segment_on(session.analyzer, &w->path, &w->segment, &observation);
        tcps_history_add(session.history, &observation, true);
    } else if (w->kind == QUOTE &&
               tcps_analyzer_icmp_error(session.analyzer, &w->quote.src, &w->quote.dst, w->quote.seq, w->quote.hard,
                                        w->time_ns, w->frame, &observation)) {
        tcps_history_add(session.history, &observation, false);
    }
    keep_findings();
}

static inline void expect(const waiting *w, unsigned n, unsigned i, tcps_turn turn)
{
    if (i < n && w[i].kind == SEGMENT)
        tcps_analyzer_expect(session.analyzer, &w[i].path, turn);
}

void session_flush(void)
{
    if (!session.analyzer)
        return;
    if (session.frame_waits)
        wait_for(FRAME);
    const waiting *w = (const waiting *)(const void *)session.waiting->data;
    const unsigned n = session.waiting->len;
    for (unsigned i = 0; i < n; i++) {
        expect(w, n, i + LATER, TCPS_LATER);
        expect(w, n, i + SOON, TCPS_SOON);
        expect(w, n, i + NEXT, TCPS_NEXT);
        take(&w[i]);
    }
    g_array_set_size(session.waiting, 0);
}

/* --- what is known --- */

void session_finish(void)
{
    if (!session.analyzer || session.finished)
        return;
    session_flush();
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
    session_flush();
    return session.history;
}

const tcps_finding *session_take_finding(void)
{
    session_flush();
    if (!session.history || session.n_findings == tcps_history_n_findings(session.history))
        return NULL;
    return tcps_history_finding(session.history, session.n_findings++);
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
