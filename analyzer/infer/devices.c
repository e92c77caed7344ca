/* devices.c: do all segments in an endpoint's name come from one device?
 *
 * What a host stamps on each of its packets tells it from another: how far away it is (TTL), whether it writes timestamps, and by which clock.
 * None of it decides a state; a rule reads it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

/* Another route is longer or shorter by no more hops than this. */
#define OTHER_ROUTE 5
/* No segment is overtaken by so many ticks of a clock, whether it counts milliseconds or microseconds. */
#define OTHER_CLOCK 100000

static bool are_far_apart(unsigned ttl, unsigned other)
{
    return ttl && other && ABS((int)ttl - (int)other) > OTHER_ROUTE;
}

/* In a connection that uses them each segment has them (RFC 7323 §3.2), but for the probes of BSD and its kin. */
static bool lacks_timestamps(const tcps_step *step)
{
    const tcps_segment *s = step->segment;
    if (step->event == TCPS_EVENT_KEEPALIVE || step->event == TCPS_EVENT_WINDOW_PROBE)
        return false;
    return step->sender->ts_known && step->receiver->ts_known && step->ts_before &&
           !(s->has & (TCPS_HAS_TIMESTAMPS | TCPS_OPTIONS_CUT));
}

/* A host counts its packets, of each connection or of all: where the count goes on, it is the same, whatever route or stack makes of the rest.
 * 0 is no count. */
enum { COUNTS_ON = 1, COUNTS_ANEW };
#define FAR_ON 256

static unsigned count_of(const tcps_step *step)
{
    const tcps_segment *s = step->segment;
    if (!segment_has(s, TCPS_HAS_IP_ID) || !s->ip_id || !step->sender->ip_id)
        return 0;
    return ABS((int16_t)(s->ip_id - step->sender->ip_id)) < FAR_ON ? COUNTS_ON : COUNTS_ANEW;
}

static bool is_of_another_clock(const tcps_step *step, uint32_t newest)
{
    const tcps_segment *s = step->segment;
    return segment_has(s, TCPS_HAS_TIMESTAMPS) && newest && s->tsval && seq_diff(s->tsval, newest) < -OTHER_CLOCK;
}

/* As against all that its sender has sent before: TCPS_OTHER_... Of SYNs alone, only the TTL is to be compared. */
static unsigned marks_of(const tcps_step *step, bool syns_alone)
{
    const tcps_endpoint *e = step->sender;
    const unsigned counts = count_of(step);
    unsigned marks = are_far_apart(step->segment->ttl, e->ttl) ? TCPS_OTHER_TTL : 0;
    if (counts == COUNTS_ON)
        return 0;
    if (!syns_alone && lacks_timestamps(step))
        marks |= TCPS_OTHER_NO_TIMESTAMPS;
    if (!syns_alone && is_of_another_clock(step, step->ts_before))
        marks |= TCPS_OTHER_CLOCK;
    return marks && counts == COUNTS_ANEW ? marks | TCPS_OTHER_COUNT : marks;
}

static void begin(tcps_step *step, unsigned marks, bool syns_alone)
{
    tcps_endpoint *e = step->sender;
    tcps_endpoint_more *m = tcps_endpoint_need(e);
    m->other_frame = step->at.frame;
    m->other_ns = step->at.time_ns;
    m->other_marks = (uint8_t)marks;
    m->other_since_syn = syns_alone;
    m->device_ttls[0] = e->ttl;
    m->device_clocks[0] = step->ts_before;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
    return (uint32_t)ABS((int64_t)seq_diff(a, b));
}

/* Which of the two has sent it, by the first mark in which they differ. */
static bool is_the_other(const tcps_step *step)
{
    const tcps_endpoint_more *m = step->sender->more;
    const tcps_segment *s = step->segment;
    if (m->other_marks & TCPS_OTHER_TTL)
        return ABS(s->ttl - m->device_ttls[1]) < ABS(s->ttl - m->device_ttls[0]);
    if (m->other_marks & TCPS_OTHER_NO_TIMESTAMPS)
        return !segment_has(s, TCPS_HAS_TIMESTAMPS);
    return distance(s->tsval, m->device_clocks[1]) < distance(s->tsval, m->device_clocks[0]);
}

static void count(tcps_step *step, bool other)
{
    tcps_endpoint_more *m = tcps_endpoint_need(step->sender);
    if (other)
        tcps_count(&m->others);
    else if (m->is_other)
        tcps_count(&m->device_returns);
    m->is_other = other;
    m->device_ttls[other] = step->segment->ttl;
    if (segment_has(step->segment, TCPS_HAS_TIMESTAMPS))
        m->device_clocks[other] = step->segment->tsval;
    step->when |= TCPS_WHEN_REPEAT;
}

/* It is the endpoint's own as far as its numbers tell. A host answers with its defaults where it has no full socket (Linux, in TIME_WAIT), or
 * none at all. */
static bool tells(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    return tcps_step_says_something(step) && !(step->segment->flags & TCPS_RST) && !c->self && !c->doubled &&
           !c->rival && !step->sender->holds_older && step->sender == &c->ends[step->from] &&
           step->event != TCPS_EVENT_TIME_WAIT_ACK && step->event != TCPS_EVENT_BACKSCATTER;
}

void tcps_step_know_device(tcps_step *step)
{
    const tcps_endpoint *e = step->sender;
    if (!tells(step) || !e->last_frame)
        return;
    if (e->more->other_frame) {
        count(step, is_the_other(step));
        return;
    }
    const bool syns_alone = e->syn_sent && !e->has_spoken;
    const unsigned marks = marks_of(step, syns_alone);
    if (!marks)
        return;
    begin(step, marks, syns_alone);
    count(step, true);
}
