/* zeek.c: see zeek.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/zeek.h"

#include <string.h>

#include "rfc/segment.h"

#define LETTERS "SHADFRIQTWG"

enum { SEQ_SYN, SEQ_FIN, SEQ_RST };
enum { COUNT_AGAIN, COUNT_WINDOW, COUNT_GAP };

/* Letters */

static bool has_letter(const tcps_zeek *z, unsigned end, char letter)
{
    return z->end[end].seen & 1u << (strchr(LETTERS, letter) - LETTERS);
}

static void append(tcps_zeek *z, char letter)
{
    if (z->n < TCPS_ZEEK_LETTERS)
        z->letters[z->n++] = letter;
    else
        z->letters[z->n] = '+';
}

static void note(tcps_zeek *z, unsigned end, char letter)
{
    z->end[end].seen |= (uint16_t)(1u << (strchr(LETTERS, letter) - LETTERS));
    append(z, end == TCPS_CLIENT ? letter : g_ascii_tolower(letter));
}

static void note_once(tcps_zeek *z, unsigned end, char letter)
{
    if (!has_letter(z, end, letter))
        note(z, end, letter);
}

static void note_number(tcps_zeek *z, unsigned end, char letter, unsigned kind, uint32_t seq)
{
    uint32_t *last = &z->end[end].seq[kind];

    if (!has_letter(z, end, letter) || *last != seq)
        note(z, end, letter);
    *last = seq;
}

/* The first time, the tenth, the hundredth, ... */
static void note_count(tcps_zeek *z, unsigned end, char letter, unsigned kind)
{
    uint16_t *count = &z->end[end].counts[kind];
    unsigned power = 1;

    if (*count == UINT16_MAX)
        return;
    ++*count;
    while (power < *count)
        power *= 10;
    if (power == *count)
        note(z, end, letter);
}

/* The segment's letters */

static void take_flags(tcps_zeek *z, const tcps_segment *s, unsigned end)
{
    const unsigned flags = s->flags;

    if ((flags & TCPS_SYN) && (flags & (TCPS_FIN | TCPS_RST)))
        note_once(z, end, 'Q');
    else if ((flags & TCPS_FIN) && (flags & TCPS_RST))
        note_once(z, end, 'I');
    else if (flags & TCPS_SYN)
        note_number(z, end, flags & TCPS_ACK ? 'H' : 'S', SEQ_SYN, s->seq);
    else if (flags & TCPS_RST)
        note_number(z, end, 'R', SEQ_RST, s->seq);
    else if (!s->len && !(flags & TCPS_FIN) && (flags & TCPS_ACK))
        note_once(z, end, 'A');
}

static bool is_plain(const tcps_segment *s)
{
    return !(s->flags & TCPS_RST) && segment_flags_legal(s);
}

/* Payload up to there is seen or not missing any more; where a hole ends with that, so is what lies behind it. */
static void fill(tcps_zeek_end *e, uint32_t up_to)
{
    e->next = e->next_known ? seq_max(e->next, up_to) : up_to;
    e->next_known = true;
    if (e->hole && seq_ge(e->next, e->hole_end)) {
        e->next = seq_max(e->next, e->highest);
        e->hole = false;
    }
}

static void take_range(tcps_zeek_end *e, uint32_t begin, uint32_t end)
{
    if (!e->next_known || seq_le(begin, e->next)) {
        fill(e, end);
        return;
    }
    e->hole_end = !e->hole || seq_lt(begin, e->hole_end) ? begin : e->hole_end;
    e->highest = e->hole ? seq_max(e->highest, end) : end;
    e->hole = true;
}

static void take_payload(tcps_zeek *z, const tcps_segment *s, unsigned end, unsigned event)
{
    if (s->len)
        note_once(z, end, 'D');
    if (s->len && event == TCPS_EVENT_DATA_REPEATED)
        note_count(z, end, 'T', COUNT_AGAIN);
    if (s->len || (s->flags & TCPS_SYN) || !z->end[end].next_known)
        take_range(&z->end[end], s->seq, segment_data_end(s));
}

/* The peer has what was not captured. The number of a FIN is no payload. */
static void take_ack(tcps_zeek *z, const tcps_segment *s, unsigned end)
{
    tcps_zeek_end *peer = &z->end[1 - end];

    if (!segment_is(s, TCPS_ACK) || (peer->next_known && !seq_gt(s->ack, peer->next + peer->fin)))
        return;
    if (peer->next_known && peer->seen) /* else that direction was not captured so far */
        note_count(z, 1 - end, 'G', COUNT_GAP);
    fill(peer, s->ack);
}

/* An ACK that the sender's state gives no right to (of a forged segment, of another connection) shows no gap. */
static bool shows_gap(unsigned event)
{
    return event == TCPS_EVENT_ACK || event == TCPS_EVENT_DATA || event == TCPS_EVENT_FIN ||
           event == TCPS_EVENT_ACK_OF_FIN || event == TCPS_EVENT_FIN_AND_ACK_OF_FIN;
}

static void take_segment(tcps_zeek *z, const tcps_segment *s, const tcps_observation *o)
{
    const unsigned end = o->sender & 1;

    take_flags(z, s, end);
    if (is_plain(s))
        take_payload(z, s, end, o->event);
    if ((s->flags & (TCPS_FIN | TCPS_SYN | TCPS_RST)) == TCPS_FIN)
        note_number(z, end, 'F', SEQ_FIN, segment_data_end(s));
    if (!is_plain(s))
        return;
    if (shows_gap(o->event))
        take_ack(z, s, end);
    if (s->window == 0)
        note_count(z, end, 'W', COUNT_WINDOW);
}

/* States */

static bool has_sent_fin(unsigned state)
{
    return state == TCPS_FIN_WAIT_1 || state == TCPS_FIN_WAIT_2 || state == TCPS_CLOSING || state == TCPS_LAST_ACK ||
           state == TCPS_TIME_WAIT;
}

/* Does the segment end the connection, or, where nobody has answered yet, its sender's attempt? */
static bool resets(const tcps_observation *o)
{
    if (o->event == TCPS_EVENT_RST_IGNORED)
        return o->end[o->sender & 1].before == TCPS_SYN_SENT;
    return (o->event == TCPS_EVENT_RST || o->event == TCPS_EVENT_RST_REFUSES ||
            o->event == TCPS_EVENT_RST_OF_BAD_ACK) &&
           o->transition;
}

/* A RST after both FINs leaves the close what it was. */
static void take_reset(tcps_zeek *z, const tcps_observation *o)
{
    const bool goes_on = o->end[0].state > TCPS_LISTEN && o->end[1].state > TCPS_LISTEN;

    if (goes_on)
        z->reset_by = TCPS_BY_NOBODY; /* there was no reset, or another attempt has begun */
    else if (resets(o) && !z->reset_by && !(z->end[0].fin && z->end[1].fin))
        z->reset_by = o->sender == TCPS_CLIENT ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
}

/* A FIN is answered when an ACK of it was captured. If it is sent again, that ACK did not arrive. */
static void take_end(tcps_zeek_end *e, const tcps_view *v, bool repeats)
{
    e->fin |= has_sent_fin(v->before) || has_sent_fin(v->state);
    e->answered &= !repeats;
    e->answered |= e->fin && v->state != TCPS_FIN_WAIT_1 && v->state != TCPS_CLOSING && v->state != TCPS_LAST_ACK;
}

static void take_states(tcps_zeek *z, const tcps_observation *o)
{
    take_reset(z, o);
    for (unsigned i = 0; i < 2; i++)
        take_end(&z->end[i], &o->end[i], o->event == TCPS_EVENT_FIN_REPEATED && o->sender == i);
    if (o->end[0].state >= TCPS_ESTABLISHED && o->end[1].state >= TCPS_ESTABLISHED)
        z->opened = true;
    z->closed_by = o->closed_by;
}

/* What stood before the first segment of the incarnation: it was split off an older one only when its SYN was answered. */
static void begin(tcps_zeek *z, const tcps_segment *s, const tcps_observation *o)
{
    z->begun = true;
    if (o->opens && segment_is(s, TCPS_SYN | TCPS_ACK) && o->role_basis == TCPS_BASIS_SYN) {
        note_number(z, TCPS_CLIENT, 'S', SEQ_SYN, s->ack - 1);
        fill(&z->end[TCPS_CLIENT], s->ack);
    } else if (o->sender == TCPS_SERVER) {
        append(z, '^');
    }
}

void tcps_zeek_take(tcps_zeek *z, const tcps_segment *s, const tcps_observation *o)
{
    if (s && !z->begun)
        begin(z, s, o);
    if (s && o->event != TCPS_EVENT_DUPLICATE)
        take_segment(z, s, o);
    take_states(z, o);
}

static const char *closed(const tcps_zeek *z)
{
    const bool client = !z->end[TCPS_CLIENT].answered, server = !z->end[TCPS_SERVER].answered;

    if (client && server)
        return z->closed_by == TCPS_BY_SERVER ? "S3" : "S2";
    return client ? "S2" : server ? "S3" : "SF";
}

static const char *half_closed(const tcps_zeek *z)
{
    const bool syn = has_letter(z, TCPS_CLIENT, 'S'), answer = has_letter(z, TCPS_SERVER, 'H');

    if (z->end[TCPS_CLIENT].fin)
        return syn && !answer ? "SH" : "S2";
    return answer && !syn ? "SHR" : "S3";
}

static const char *reset(const tcps_zeek *z)
{
    const bool syn = has_letter(z, TCPS_CLIENT, 'S'), answer = has_letter(z, TCPS_SERVER, 'H');

    if (z->reset_by == TCPS_BY_CLIENT)
        return z->opened || (answer && syn) ? "RSTO" : syn ? "RSTOS0" : "OTH";
    if (z->opened || (answer && syn))
        return "RSTR";
    return answer ? "RSTRH" : syn ? "REJ" : "OTH";
}

/* Not closed by anybody. */
static const char *going_on(const tcps_zeek *z)
{
    const bool syn = has_letter(z, TCPS_CLIENT, 'S'), answer = has_letter(z, TCPS_SERVER, 'H');

    if (z->opened)
        return syn || answer ? "S1" : "OTH";
    return syn && !z->end[TCPS_SERVER].seen ? "S0" : "OTH";
}

const char *tcps_zeek_state(const tcps_zeek *z)
{
    static const tcps_zeek nothing;

    if (!z)
        z = &nothing;
    if (z->reset_by)
        return reset(z);
    if (z->end[0].fin && z->end[1].fin)
        return closed(z);
    return z->end[0].fin || z->end[1].fin ? half_closed(z) : going_on(z);
}

const char *tcps_zeek_history(const tcps_zeek *z)
{
    return z ? z->letters : "";
}
