/* stream.c: segments with neither SYN nor RST: data, ACKs, FINs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rule.h"
#include "step.h"

/* How far an unscaled window may reach where the scale is not known (RFC 7323 §2.3: at most 14). */
#define UNKNOWN_SHIFT 14
/* So many segments in a row that fit nothing known mean that the picture is wrong, not the segments. */
#define MAX_MISFITS 4

static void count(uint16_t *n)
{
    if (*n < UINT16_MAX)
        (*n)++;
}

/* The window that e offers, in bytes, generously where the capture does not tell. */
static uint32_t window_of(const tcps_endpoint *e, const tcps_endpoint *peer)
{
    if (!e->acked_known)
        return 65535u << UNKNOWN_SHIFT;
    if (!e->offers_wscale || !peer->offers_wscale)
        return (uint32_t)(e->window ? e->window : 65535) << UNKNOWN_SHIFT;
    uint32_t shift = e->wscale_known && peer->wscale_known ? e->wscale : 0;
    return (uint32_t)e->window << (shift > UNKNOWN_SHIFT ? UNKNOWN_SHIFT : shift);
}

void tcps_step_take_numbers(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    uint32_t end = segment_end(s);
    if (!t->seq_known) {
        t->snd_una = s->seq;
        t->snd_nxt = end;
        t->seq_known = true;
    } else {
        if (seq_gt(end, t->snd_nxt) && l->timed_ns == 0) {
            l->timed_ns = step->at.time_ns; /* the listener's ACK of it measures its round trip */
            l->timed_ack = end;
        } else if (end != s->seq && seq_le(end, t->snd_nxt)) {
            l->timed_ns = 0; /* sent again: its ACK would be ambiguous (RFC 6298 §3) */
        }
        t->snd_nxt = seq_max(t->snd_nxt, end);
    }
    if (segment_is(s, TCPS_SYN)) {
        if (l->syns == 0 && t->syns <= 1 && l->timed_ns == 0) {
            l->timed_ns = step->at.time_ns;
            l->timed_ack = s->seq + 1;
        } else if (t->syns > 1) {
            l->timed_ns = 0;
        }
    }
    if (segment_has(s, TCPS_HAS_TIMESTAMPS)) {
        t->ts_last = s->tsval;
        t->ts_known = true;
        if (segment_is(s, TCPS_ACK)) {
            t->ts_recent = s->tsecr;
            t->ts_recent_known = true;
        }
    }
    t->window = s->window;
    if (end != s->seq && !segment_has(s, TCPS_LEN_UNKNOWN)) {
        uint32_t before = l->rcv_nxt;
        tcps_endpoint_arrive(l, s->seq, end);
        if (before != l->rcv_nxt)
            l->filled_ns = step->at.time_ns;
    }
}

static void measure(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    if (t->timed_ns == 0 || seq_lt(step->segment->ack, t->timed_ack))
        return;
    int64_t rtt = step->at.time_ns - t->timed_ns;
    if (rtt > 0 && (t->rtt_ns == 0 || rtt < t->rtt_ns))
        t->rtt_ns = rtt;
    t->timed_ns = 0;
}

void tcps_step_take_ack(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (!segment_is(s, TCPS_ACK))
        return;
    if (!l->seq_known) {
        l->snd_una = l->snd_nxt = s->ack;
        l->seq_known = true;
    } else if (seq_gt(s->ack, l->snd_nxt)) {
        tcps_step_listener_unseen(step, s->ack - l->snd_nxt);
        l->snd_nxt = s->ack;
    }
    if (seq_gt(s->ack, l->snd_una)) {
        l->snd_una = s->ack;
        l->resends = 0;
    }
    if (l->fin_sent && !l->fin_guessed && seq_gt(s->ack, l->fin_seq + 1)) {
        l->fin_guessed = true; /* what came after its FIN was taken: the FIN was not its own */
        tcps_step_doubt_fin(step);
    }
    if (l->iss_known && seq_gt(s->ack, l->iss))
        l->syn_acked = true;
    if (l->fin_sent && !l->fin_acked && seq_gt(s->ack, l->fin_seq)) {
        l->fin_acked = true;
        l->ack_of_fin_has_ts = segment_has(s, TCPS_HAS_TIMESTAMPS);
        l->ack_of_fin_ts = s->tsval;
    }
    tcps_news *guess = tcps_endpoint_news(l, TCPS_RCV_ACK_OF_FIN);
    if (guess && guess->guessed && seq_le(s->ack, l->fin_seq))
        tcps_endpoint_forget(l, guess); /* it acknowledges less than that */
    measure(step);
    tcps_endpoint_acknowledge(t, s->ack);
}

/* What is captured does not reach the ends as it was captured. */
static void note_disorder(const tcps_step *step)
{
    tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
    if (host)
        host->disorder = true;
}

/* What the talker has not acknowledged although it was captured: still under way, or lost? */
static void find_gaps(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    int64_t now = step->at.time_ns;
    if (!t->rcv_known || seq_ge(s->ack, t->rcv_nxt))
        return;
    bool fresh = t->rtt_ns > 0 && now - t->filled_ns < t->rtt_ns;
    bool fin_lost = l->fin_sent && seq_gt(t->rcv_nxt, l->fin_seq) && now - l->fin_last_ns > tcps_endpoint_patience(t);
    if ((s->n_sack > 0 && seq_gt(s->sack[0][0], s->ack) && !fresh) || fin_lost) {
        tcps_endpoint_misses(t, s);
        note_disorder(step);
    }
}

/* Payload below SND.NXT that was not captured before. */
static bool fills_capture_gap(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    return s->len > 0 && t->seq_known && seq_lt(s->seq, t->snd_nxt) && l->rcv_known && seq_ge(s->seq, l->rcv_nxt);
}

/* An ACK without payload stands at SND.NXT; a keepalive probe one below, after a silence. */
static bool is_bare_and_below(const tcps_step *step, uint32_t allowed)
{
    const tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    return segment_end(s) == s->seq && t->seq_known && seq_lt(s->seq, t->snd_nxt - allowed);
}

static bool reorders(const tcps_step *step)
{
    const tcps_tally *host = tcps_connection_tally(step->connection, TCPS_CLIENT);
    return host && host->disorder;
}

/* Its RST overtook what it had sent before. */
static bool is_before_rst(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    return t->proven == TCPS_CLOSED && t->rst_sent && step->at.time_ns - t->rst_ns < TCPS_REORDER_NS &&
           ((seq_le(segment_end(s), t->snd_nxt) && seq_le(s->ack, t->rcv_acked)) || reorders(step));
}

static bool is_late(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    if (is_before_rst(step))
        return true;
    if (t->ts_known && segment_has(s, TCPS_HAS_TIMESTAMPS)) {
        if (s->tsval != t->ts_last)
            return seq_lt(s->tsval, t->ts_last);
        /* within one tick of the clock nothing is sent again: it was overtaken */
        if (fills_capture_gap(step) || is_bare_and_below(step, 0))
            return true;
    } else if (is_bare_and_below(step, step->at.time_ns - t->last_ns < TCPS_REORDER_NS ? 0 : 1)) {
        return true;
    }
    return t->acked_known && segment_is(s, TCPS_ACK) && seq_lt(s->ack, t->rcv_acked);
}

/* Neither where the talker's stream stands, nor where the listener's window lets it go. */
static bool misfits(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (!t->seq_known)
        return false;
    int32_t ahead = seq_diff(s->seq, t->snd_nxt);
    if (ahead > 0) {
        uint32_t reach = window_of(l, t);
        uint32_t edge = l->acked_known ? l->rcv_acked : t->snd_nxt;
        if (step->connection->loss && reach < 1u << 20)
            reach = 1u << 20; /* after a loss in the capture the edge itself is old */
        if (seq_gt(s->seq, edge + reach) && (uint32_t)ahead > reach)
            return true;
    } else if (ahead < 0 && (uint32_t)-ahead > (1u << 30)) {
        return true;
    }
    if (!l->seq_known)
        return false;
    int32_t beyond = seq_diff(s->ack, l->snd_nxt);
    return beyond > 0 ? (uint32_t)beyond > window_of(t, l) + (1u << 20) : (uint32_t)-beyond > (1u << 30);
}

/* Over, and this is no late segment of it: a stream whose opening was not captured. */
static bool joins_anew(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    if (!c->used)
        return true;
    if (!misfits(step))
        return false;
    bool over = step->talker->shown == TCPS_CLOSED &&
                (step->listener->shown == TCPS_CLOSED || step->listener->shown == TCPS_TIME_WAIT);
    return over || c->misfits >= MAX_MISFITS;
}

static void send_fin(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    uint32_t fin_seq = segment_data_end(s);
    count(&t->fins);
    t->fin_last_ns = step->at.time_ns;
    if (t->fin_sent && !t->fin_guessed && t->fin_seq == fin_seq) {
        step->event = TCPS_EVENT_FIN_REPEATED;
        step->when |= TCPS_WHEN_REPEAT;
        count(&t->resends);
        return;
    }
    if (t->fin_sent && t->fin_seq != fin_seq && !t->fin_guessed) {
        step->event = TCPS_EVENT_DATA_AFTER_FIN;
        step->when |= TCPS_WHEN_REPEAT;
        return;
    }
    t->before_fin = t->proven;
    step->listener->before_peers_fin = step->listener->proven;
    t->fin_sent = true;
    t->fin_guessed = false;
    t->fin_seq = fin_seq;
    t->fin_ns = step->at.time_ns;
    t->fin_frame = step->at.frame;
    t->fin_has_ts = segment_has(s, TCPS_HAS_TIMESTAMPS);
    t->fin_ts = s->tsval;
    t->fin_after_peers = step->listener->fin_sent && seq_gt(s->ack, step->listener->fin_seq);
    if (t->fin_after_peers &&
        s->len > 0) /* queued behind data, perhaps before the peer's FIN came: then it is CLOSING */
        t->hasty_fin = step->unsure = true;
    t->proven = (uint8_t)tcps_transition_apply((tcps_state)t->proven, TCPS_SND_FIN);
    step->event = TCPS_EVENT_FIN;
}

/* Data from the talker, and its last ACK stands at a byte of the listener's that was captured and was no FIN: it is open both ways. */
static bool is_open_for_sure(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    bool sends_new = s->len > 0 && !step->late && (!t->first_frame || seq_ge(s->seq, step->snd_nxt_before));
    return sends_new && l->last_data_ns && !l->fin_sent && seq_le(s->ack, l->snd_nxt) && seq_gt(s->ack, l->data_first);
}

/* The talker of a segment that only a synchronized endpoint sends. */
static void talk(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (t->proven == TCPS_LISTEN || t->proven == TCPS_SYN_SENT)
        tcps_step_catch_up(step);
    if (t->proven == TCPS_SYN_SENT || step->event == TCPS_EVENT_CHALLENGE_ACK)
        return;
    if (t->proven == TCPS_UNKNOWN)
        t->assumed = true;
    if (segment_end(s) != s->seq && (!t->seq_known || seq_ge(s->seq, t->snd_nxt)))
        t->unseen_tail = false; /* it sends on: no FIN was missed before */
    bool heard_unseen = l->seq_known && seq_gt(s->ack, l->snd_nxt);
    tcps_step_take_ack(step);
    tcps_step_judge(step);
    if (l->fin_sent && seq_gt(s->ack, l->fin_seq))
        tcps_endpoint_receive(t, TCPS_RCV_FIN);
    find_gaps(step);
    tcps_step_talker_unseen(step);
    if (t->proven == TCPS_SYN_RCVD && !l->fast_open) {
        if ((s->len > 0 && l->first_frame) || segment_is(s, TCPS_FIN) || heard_unseen)
            tcps_endpoint_receive(t, TCPS_RCV_ACK_OF_SYN);
        else if (!tcps_endpoint_news(t, TCPS_RCV_ACK_OF_SYN)) /* in SYN_RCVD it would hardly send an ACK */
            tcps_endpoint_hear(t, &(tcps_news){.input = TCPS_RCV_ACK_OF_SYN,
                                               .guessed = true,
                                               .seq_before = s->ack,
                                               .time_ns = step->at.time_ns});
    }
    if (t->proven == TCPS_UNKNOWN)
        t->proven = (uint8_t)tcps_transition_apply(TCPS_UNKNOWN, TCPS_SND_SEGMENT);
    if (t->proven == TCPS_ESTABLISHED && t->assumed && is_open_for_sure(step))
        t->assumed = false;
    else if (t->assumed && !step->connection->mid_stream && !t->fin_guessed)
        t->assumed = false; /* its own segment now shows what its peer's had shown */
    if (t->hasty_fin || t->unseen_tail || l->unseen_tail || l->fin_guessed || t->fin_guessed)
        step->unsure = true;
    if (segment_is(s, TCPS_FIN))
        send_fin(step);
    if (t->proven == TCPS_TIME_WAIT)
        t->timer_ns = step->at.time_ns;
}

/* RFC 9293 §3.10.7.4 first, as Linux reads it: what ends before the last ACK sent is old, and its ACK is not looked at. */
static bool is_acceptable(const tcps_step *step)
{
    const tcps_endpoint *l = step->listener;
    const tcps_segment *s = step->segment;
    return !l->acked_known || seq_ge(segment_end(s), l->rcv_acked);
}

/* RFC 7323 §5.3: the listener drops what is older than the newest timestamp that it echoes. */
static bool fails_paws(const tcps_step *step)
{
    const tcps_endpoint *l = step->listener;
    const tcps_segment *s = step->segment;
    return l->ts_recent_known && segment_has(s, TCPS_HAS_TIMESTAMPS) && seq_lt(s->tsval, l->ts_recent);
}

/* The listener, if the segment reaches it. */
static void listen(tcps_step *step)
{
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    if (is_acceptable(step) && segment_is(s, TCPS_ACK)) {
        if (l->iss_known && seq_gt(s->ack, l->iss) && seq_le(s->ack, l->snd_nxt) && l->proven == TCPS_SYN_RCVD)
            tcps_step_tell(step, TCPS_RCV_ACK_OF_SYN);
        if (l->fin_sent && seq_gt(s->ack, l->fin_seq))
            tcps_step_tell(step, TCPS_RCV_ACK_OF_FIN);
    }
    if (t->fin_sent && l->rcv_known && seq_gt(l->rcv_nxt, t->fin_seq)) {
        tcps_news *news = tcps_endpoint_news(l, TCPS_RCV_FIN);
        if (news && news->deferred)
            news->deferred = false;
        else if (!l->acked_known || seq_le(l->rcv_acked, t->fin_seq))
            tcps_step_tell(step, TCPS_RCV_FIN);
    }
}

/* RFC 9293 §3.8.4: one number below SND.NXT. */
static bool is_probe(const tcps_step *step)
{
    const tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    return t->seq_known && s->len <= 1 && s->seq == t->snd_nxt - 1 && !(t->iss_known && s->seq == t->iss) &&
           !segment_is(s, TCPS_FIN);
}

/* What the segment is, as it stood before it was taken in. */
typedef struct {
    bool new_data;   /* payload beyond SND.NXT */
    bool acks_syn;   /* the first ACK of the SYN of a listener's SYN+ACK */
    bool acks_fin;   /* the first ACK of the peer's FIN */
    bool probe;      /* one below SND.NXT */
    bool stalled;    /* the peer's window was zero */
    bool challenged; /* an ACK without news, after a SYN or RST that draws one */
} traits;

static traits traits_of(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    const tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    bool bare = segment_end(s) == s->seq;
    return (traits){
        .new_data = s->len > 0 && (!t->seq_known || seq_gt(segment_data_end(s), t->snd_nxt) || fills_capture_gap(step)),
        .acks_syn = l->iss_known && !l->syn_acked && seq_gt(s->ack, l->iss) && l->proven == TCPS_SYN_RCVD,
        .acks_fin = l->fin_sent && seq_gt(s->ack, l->fin_seq) && !l->fin_acked,
        .probe = is_probe(step),
        .stalled = l->acked_known && l->window == 0,
        .challenged = bare && c->challenged == step->from + 1 && t->acked_known && s->ack == t->rcv_acked,
    };
}

static tcps_event name_of_bare(const tcps_step *step, const traits *is)
{
    if (is->probe)
        return is->stalled ? TCPS_EVENT_WINDOW_PROBE : TCPS_EVENT_KEEPALIVE;
    if (is->acks_fin)
        return TCPS_EVENT_ACK_OF_FIN;
    if (is->acks_syn)
        return TCPS_EVENT_ACK_OF_SYN;
    if (step->talker->proven == TCPS_TIME_WAIT)
        return TCPS_EVENT_TIME_WAIT_ACK;
    return is->challenged ? TCPS_EVENT_CHALLENGE_ACK : TCPS_EVENT_ACK;
}

static tcps_event name_of(const tcps_step *step, const traits *is)
{
    const tcps_endpoint *l = step->listener;
    const tcps_segment *s = step->segment;
    if (step->event != TCPS_EVENT_NONE && step->event != TCPS_EVENT_FIN)
        return step->event;
    if (step->event == TCPS_EVENT_FIN) {
        if (l->rcv_known && seq_lt(l->rcv_nxt, segment_end(s)))
            return TCPS_EVENT_FIN_EARLY;
        return is->acks_fin ? TCPS_EVENT_FIN_AND_ACK_OF_FIN : TCPS_EVENT_FIN;
    }
    if (s->len > 1 || (s->len == 1 && !is->probe))
        return is->new_data ? TCPS_EVENT_DATA : TCPS_EVENT_DATA_REPEATED;
    return name_of_bare(step, is);
}

/* The talker sends on although it has received the listener's FIN: a half-close in use. */
static void note_service(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    const tcps_endpoint *l = step->listener;
    if (t->served_frame || !l->fin_sent || l->fin_guessed || seq_le(step->segment->ack, l->fin_seq))
        return;
    t->served_frame = step->at.frame;
    t->served_ns = step->at.time_ns;
    t->served_seq = segment_data_end(step->segment);
}

/* Sent to draw an answer. */
static void note_unanswered(tcps_step *step)
{
    tcps_endpoint *t = step->talker;
    if (t->unanswered == 0)
        t->unanswered_ns = step->at.time_ns;
    count(&t->unanswered);
    step->when |= TCPS_WHEN_REPEAT;
}

static void note_probe(tcps_step *step)
{
    count(&step->talker->probes);
    note_unanswered(step);
}

static void note_data(tcps_step *step, bool new_data)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *t = step->talker;
    const tcps_segment *s = step->segment;
    if (s->len == 0)
        return;
    if (!new_data && step->event == TCPS_EVENT_NONE && s->len == 1 && s->seq == t->snd_nxt - 1)
        return; /* a keepalive probe of one byte */
    if (!new_data) {
        note_unanswered(step);
        count(&t->resends);
        return;
    }
    if (!t->last_data_ns)
        t->data_first = s->seq;
    t->last_data_ns = c->last_data_ns = step->at.time_ns;
    c->last_data_frame = step->at.frame;
    t->probes = step->listener->probes = 0;
    note_service(step);
    if (t->fin_sent && seq_gt(segment_data_end(s), t->fin_seq)) {
        step->event = TCPS_EVENT_DATA_AFTER_FIN;
        step->when |= TCPS_WHEN_REPEAT;
    }
}

void tcps_step_stream(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *t = step->talker, *l = step->listener;
    const tcps_segment *s = step->segment;
    tcps_step_choose_syn_ack(step);
    if (joins_anew(step)) {
        tcps_connection_meet(step);
        c->mid_stream = true;
    } else if (misfits(step)) {
        c->misfits++;
        step->event = TCPS_EVENT_OUT_OF_WINDOW;
        step->when |= TCPS_WHEN_REPEAT;
        return;
    }
    c->misfits = 0;
    step->late = is_late(step);
    traits is = traits_of(step);
    if (c->challenged == step->from + 1)
        c->challenged = 0;
    if (step->late) {
        note_disorder(step);
        step->event = TCPS_EVENT_LATE;
        step->when |= TCPS_WHEN_REPEAT;
        if (!segment_has(s, TCPS_LEN_UNKNOWN) && !fails_paws(step))
            tcps_endpoint_arrive(l, s->seq, segment_end(s));
        if (segment_is(s, TCPS_FIN) && !t->fin_sent && t->proven != TCPS_CLOSED)
            send_fin(step);
        listen(step);
        return;
    }
    if (c->attempt.active && c->attempt.from == step->from)
        c->attempt.active = false; /* it talks on in the old incarnation: the SYN was not its own */
    if (t->proven == TCPS_CLOSED)
        tcps_step_revive(step);
    talk(step);
    if (step->event == TCPS_EVENT_CHALLENGE_ACK || t->proven == TCPS_SYN_SENT)
        return;
    note_data(step, is.new_data);
    tcps_step_take_numbers(step);
    step->event = name_of(step, &is);
    if (step->event == TCPS_EVENT_KEEPALIVE || step->event == TCPS_EVENT_WINDOW_PROBE)
        note_probe(step);
    if (step->event == TCPS_EVENT_TIME_WAIT_ACK && c->attempt.active && !c->attempt.refused_frame)
        c->attempt.refused_frame = step->at.frame; /* the SYN's answer */
    listen(step);
}
