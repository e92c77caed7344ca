/* pack.c: see pack.h. Of each field that is not zero, a bit says so, and another one whether it is what was to be expected; if not,
 * its difference to that is written as a number of as many bytes as it takes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/pack.h"

#include <stddef.h>
#include <string.h>

#include "base/varint.h"

/* Whoever adds a field lists it in pack.def or keeps it here, and corrects these. */
G_STATIC_ASSERT(sizeof(tcps_news) == 32);
G_STATIC_ASSERT(sizeof(tcps_attempt) == 32);
G_STATIC_ASSERT(sizeof(tcps_previous) == 80);
G_STATIC_ASSERT(sizeof(void *) != 8 || (sizeof(tcps_endpoint) == 512 && sizeof(tcps_connection) == 1344));

struct tcps_packed {
    int64_t last_ns;
    uint32_t last_frame;
    uint32_t index;
    uint8_t bytes[]; /* addresses, bases, the fields of the connection and of its ends, arrays, states */
};

enum { MAX_FIELDS = 64, MAX_ADDRESS = 2 + 2 + 16, IPV4_BYTES = 4 };
enum {
    MAX_ARRAYS = (9 * TCPS_MAX_NEWS + 3 * TCPS_MAX_STRETCHES + 2 * TCPS_MAX_PRINTS) * TCPS_VARINT_MAX,
    MAX_BYTES = 2 * MAX_ADDRESS + (3 * (MAX_FIELDS + 3) + 8) * TCPS_VARINT_MAX + 2 * MAX_ARRAYS + 2 * TCPS_VARINT_SPARE
};

/* The first bytes of an endpoint, from proven on. They come last, for varint_get() reads beyond its number. */
enum { STATES = offsetof(tcps_endpoint, probes) };
G_STATIC_ASSERT(offsetof(tcps_endpoint, proven) == 0 && 2 * STATES >= TCPS_VARINT_SPARE);

/* What numbers of one end are near to. */
typedef struct {
    int64_t last_ns;
    uint32_t last_frame;
    uint32_t sent, heard;
    uint32_t clock, theirs;
    int64_t data_ns;      /* when either last sent data */
    int64_t filled_ns;    /* when the peer last sent what may have filled a gap: its FIN, or data */
    uint32_t first_frame; /* the connection's */
} bases;

static bases bases_of(const tcps_connection *c, unsigned end)
{
    const tcps_endpoint *e = &c->ends[end], *peer = &c->ends[1 - end];
    return (bases){.last_ns = c->last_ns,
                   .last_frame = c->last_frame,
                   .sent = e->snd_nxt,
                   .heard = peer->snd_nxt,
                   .clock = e->ts_last,
                   .theirs = peer->ts_last,
                   .data_ns = MAX(e->last_data_ns, peer->last_data_ns),
                   .filled_ns = peer->fin_ns ? peer->fin_ns : peer->last_data_ns,
                   .first_frame = c->first_frame};
}

/* --- numbers --- */

static inline uint64_t near_time(int64_t value, int64_t base)
{
    return varint_fold((int64_t)((uint64_t)value - (uint64_t)base));
}

static inline int64_t from_near_time(uint64_t value, int64_t base)
{
    return (int64_t)((uint64_t)varint_unfold(value) + (uint64_t)base);
}

#define ENCODE_NONE(x) ((uint64_t)(x))
#define ENCODE_TIME(x) near_time((int64_t)(x), b.last_ns)
#define ENCODE_ONE(x) varint_near((uint32_t)(x), 1)
#define ENCODE_OPEN(x) varint_near((uint32_t)(x), TCPS_ESTABLISHED)
#define ENCODE_FIN(x) near_time((int64_t)(x), e->fin_ns)
#define ENCODE_SINCE(x) near_time((int64_t)(x), e->since_ns)
#define ENCODE_SINCE_FRAME(x) varint_near((uint32_t)(x), e->since_frame)
#define ENCODE_DATA(x) near_time((int64_t)(x), b.data_ns)
#define ENCODE_FILLED(x) near_time((int64_t)(x), b.filled_ns)
#define ENCODE_FIRST_FRAME(x) varint_near((uint32_t)(x), b.first_frame)
#define ENCODE_LAST_SENT(x) varint_near((uint32_t)(x), b.sent - 1)
#define ENCODE_AFTER_ISS(x) varint_near((uint32_t)(x), e->iss + 1)
#define ENCODE_FRAME(x) varint_near((uint32_t)(x), b.last_frame)
#define ENCODE_SENT(x) varint_near((uint32_t)(x), b.sent)
#define ENCODE_HEARD(x) varint_near((uint32_t)(x), b.heard)
#define ENCODE_CLOCK(x) varint_near((uint32_t)(x), b.clock)
#define ENCODE_THEIRS(x) varint_near((uint32_t)(x), b.theirs)

#define DECODE_NONE(x) (x)
#define DECODE_TIME(x) from_near_time(x, b.last_ns)
#define DECODE_ONE(x) varint_from_near(x, 1)
#define DECODE_OPEN(x) varint_from_near(x, TCPS_ESTABLISHED)
#define DECODE_FIN(x) from_near_time(x, e->fin_ns)
#define DECODE_SINCE(x) from_near_time(x, e->since_ns)
#define DECODE_SINCE_FRAME(x) varint_from_near(x, e->since_frame)
#define DECODE_DATA(x) from_near_time(x, b.data_ns)
#define DECODE_FILLED(x) from_near_time(x, b.filled_ns)
#define DECODE_FIRST_FRAME(x) varint_from_near(x, b.first_frame)
#define DECODE_LAST_SENT(x) varint_from_near(x, b.sent - 1)
#define DECODE_AFTER_ISS(x) varint_from_near(x, e->iss + 1)
#define DECODE_FRAME(x) varint_from_near(x, b.last_frame)
#define DECODE_SENT(x) varint_from_near(x, b.sent)
#define DECODE_HEARD(x) varint_from_near(x, b.heard)
#define DECODE_CLOCK(x) varint_from_near(x, b.clock)
#define DECODE_THEIRS(x) varint_from_near(x, b.theirs)

/* --- addresses --- */

/* Those of IPv4 take four bytes. Whatever else a caller may have put into an address is kept as it is. */
static unsigned address_bytes(const tcps_address *a)
{
    uint64_t rest;
    memcpy(&rest, a->bytes + 8, sizeof rest);
    return a->len == IPV4_BYTES && !rest && !(a->bytes[4] | a->bytes[5] | a->bytes[6] | a->bytes[7]) ? IPV4_BYTES
                                                                                                     : sizeof a->bytes;
}

static uint8_t *put_address(uint8_t *to, const tcps_address *a)
{
    const unsigned n = address_bytes(a);
    *to++ = (uint8_t)n;
    *to++ = a->len;
    memcpy(to, &a->port, sizeof a->port);
    to += sizeof a->port;
    memcpy(to, a->bytes, n);
    return to + n;
}

static const uint8_t *get_address(const uint8_t *from, tcps_address *a)
{
    memset(a, 0, sizeof *a);
    const unsigned n = *from++;
    a->len = *from++;
    memcpy(&a->port, from, sizeof a->port);
    from += sizeof a->port;
    memcpy(a->bytes, from, n);
    return from + n;
}

bool tcps_packed_is_of(const tcps_packed *packed, const tcps_address ends[2])
{
    uint8_t wanted[2 * MAX_ADDRESS];
    const uint8_t *end = put_address(put_address(wanted, &ends[0]), &ends[1]);
    return memcmp(packed->bytes, wanted, (size_t)(end - wanted)) == 0;
}

uint32_t tcps_packed_index(const tcps_packed *packed)
{
    return packed->index;
}

/* --- arrays, of which only what is in use is kept --- */

static uint8_t *put_news(uint8_t *to, const tcps_news *n, bases b)
{
    *to++ = n->input;
    *to++ = (uint8_t)(n->deferred | n->guessed << 1 | n->has_ts << 2);
    to = varint_put(to, ENCODE_HEARD(n->seq_before));
    to = varint_put(to, ENCODE_HEARD(n->seg_seq));
    to = varint_put(to, ENCODE_THEIRS(n->ts_before));
    to = varint_put(to, ENCODE_THEIRS(n->ts_at));
    return varint_put(to, ENCODE_TIME(n->time_ns));
}

static void get_news(const uint8_t **from, tcps_news *n, bases b)
{
    n->input = *(*from)++;
    const uint8_t flags = *(*from)++;
    n->deferred = flags & 1;
    n->guessed = flags & 2;
    n->has_ts = flags & 4;
    n->seq_before = DECODE_HEARD(varint_get(from));
    n->seg_seq = DECODE_HEARD(varint_get(from));
    n->ts_before = DECODE_THEIRS(varint_get(from));
    n->ts_at = DECODE_THEIRS(varint_get(from));
    n->time_ns = DECODE_TIME(varint_get(from));
}

static bool is_fresh(const tcps_endpoint *e, unsigned print, uint32_t now_ms)
{
    return e->fingerprints[print] && now_ms - e->print_ms[print] <= TCPS_COPY_MS;
}

static uint8_t *put_prints(uint8_t *to, const tcps_endpoint *e, bases b, int64_t now_ns)
{
    const uint32_t now_ms = tcps_milliseconds(now_ns), last_ms = tcps_milliseconds(b.last_ns);
    uint8_t *which = to++;
    *which = 0;
    for (unsigned i = 0; i < TCPS_MAX_PRINTS; i++) {
        if (!is_fresh(e, i, now_ms))
            continue;
        *which |= (uint8_t)(1 << i);
        memcpy(to, &e->fingerprints[i], sizeof e->fingerprints[i]);
        to = varint_put(to + sizeof e->fingerprints[i], varint_near(e->print_ms[i], last_ms));
    }
    return to;
}

static void get_prints(const uint8_t **from, tcps_endpoint *e, bases b)
{
    const unsigned which = *(*from)++;
    for (unsigned i = 0; i < TCPS_MAX_PRINTS; i++) {
        if (!(which >> i & 1))
            continue;
        memcpy(&e->fingerprints[i], *from, sizeof e->fingerprints[i]);
        *from += sizeof e->fingerprints[i];
        e->print_ms[i] = varint_from_near(varint_get(from), tcps_milliseconds(b.last_ns));
    }
}

static uint8_t *put_arrays(uint8_t *to, const tcps_endpoint *e, bases b, int64_t now_ns)
{
    to = put_prints(to, e, b, now_ns);
    *to++ = (uint8_t)(e->n_news << 4 | e->n_stretches);
    for (unsigned i = 0; i < e->n_news; i++)
        to = put_news(to, &e->news[i], b);
    for (unsigned i = 0; i < e->n_stretches; i++) {
        to = varint_put(to, ENCODE_HEARD(e->stretches[i].left));
        to = varint_put(to, ENCODE_HEARD(e->stretches[i].right));
        *to++ = e->stretches[i].sacked;
    }
    return to;
}

static void get_arrays(const uint8_t **from, tcps_endpoint *e, bases b)
{
    get_prints(from, e, b);
    e->n_news = **from >> 4;
    e->n_stretches = *(*from)++ & 15;
    for (unsigned i = 0; i < e->n_news; i++)
        get_news(from, &e->news[i], b);
    for (unsigned i = 0; i < e->n_stretches; i++) {
        e->stretches[i].left = DECODE_HEARD(varint_get(from));
        e->stretches[i].right = DECODE_HEARD(varint_get(from));
        e->stretches[i].sacked = *(*from)++;
    }
}

G_STATIC_ASSERT(TCPS_MAX_NEWS < 16 && TCPS_MAX_STRETCHES < 16 && TCPS_MAX_PRINTS <= 8);

/* --- fields --- */

/* Which fields of a connection or an end are not zero, and which of those are not what was to be expected: the others are not
 * written. A bit for each, in the order in which they are listed; the second ones without gaps. */
typedef struct {
    tcps_shape shape;
    unsigned n; /* how many are used, so far */
} fields;

/* One field of *from, or into it. The bit moves on to the next. */
#define PUT_FIELD(from, name, base) PUT_FIELD_IF(true, from, name, base)
#define PUT_FIELD_IF(holds, from, name, base)                                                                          \
    if ((from)->name && (holds)) {                                                                                     \
        const uint64_t difference = ENCODE_##base((from)->name);                                                       \
        f.shape.used |= bit;                                                                                           \
        f.shape.told |= (uint64_t)(difference != 0) << f.n++;                                                          \
        if (difference)                                                                                                \
            end = varint_put(end, difference);                                                                         \
    }                                                                                                                  \
    bit <<= 1;
#define GET_FIELD(into, name, base)                                                                                    \
    if (f.used & bit) {                                                                                                \
        (into)->name = (__typeof__((into)->name))DECODE_##base(f.told & 1 ? varint_get(&at) : 0);                      \
        f.told >>= 1;                                                                                                  \
    }                                                                                                                  \
    bit <<= 1;

enum { FIELD_BYTES = MAX_FIELDS * TCPS_VARINT_MAX + TCPS_VARINT_SPARE };

static uint8_t *put_fields(uint8_t *to, tcps_shapes *shapes, tcps_shape shape, const uint8_t *bytes, const uint8_t *end)
{
    const uint32_t number = tcps_shapes_number(shapes, shape);
    to = varint_put(to, number);
    if (number == 0)
        to = varint_put(varint_put(to, shape.used), shape.told);
    return (uint8_t *)memcpy(to, bytes, (size_t)(end - bytes)) + (end - bytes);
}

static tcps_shape get_shape(const uint8_t **from, const tcps_shapes *shapes)
{
    const uint32_t number = (uint32_t)varint_get(from);
    if (number)
        return tcps_shapes_get(shapes, number);
    tcps_shape shape = {.used = varint_get(from)};
    shape.told = varint_get(from);
    return shape;
}

static uint8_t *put_endpoint(uint8_t *to, tcps_shapes *shapes, const tcps_endpoint *e, bases b)
{
    uint8_t bytes[FIELD_BYTES], *end = bytes;
    uint64_t bit = 1;
    fields f = {0};
#define PACK_ENDPOINT(name, base) PUT_FIELD(e, name, base)
#define PACK_ENDPOINT_WITH(other, name, base) PUT_FIELD_IF(e->other, e, name, base)
#include "track/pack.def"
    (void)bit; /* after the last field */
    return put_fields(to, shapes, f.shape, bytes, end);
}

static void get_endpoint(const uint8_t **from, const tcps_shapes *shapes, tcps_endpoint *e, bases b)
{
    tcps_shape f = get_shape(from, shapes);
    const uint8_t *at = *from;
    uint64_t bit = 1;
#define PACK_ENDPOINT(name, base) GET_FIELD(e, name, base)
#define PACK_ENDPOINT_WITH(other, name, base) GET_FIELD(e, name, base)
#include "track/pack.def"
    (void)bit, (void)f.told;
    *from = at;
}

static uint8_t *put_connection(uint8_t *to, tcps_shapes *shapes, const tcps_connection *c, bases b)
{
    uint8_t bytes[FIELD_BYTES], *end = bytes;
    uint64_t bit = 1;
    fields f = {0};
#define PACK_CONNECTION(name, base) PUT_FIELD(c, name, base)
#include "track/pack.def"
    (void)bit;
    return put_fields(to, shapes, f.shape, bytes, end);
}

static void get_connection(const uint8_t **from, const tcps_shapes *shapes, tcps_connection *c, bases b)
{
    tcps_shape f = get_shape(from, shapes);
    const uint8_t *at = *from;
    uint64_t bit = 1;
#define PACK_CONNECTION(name, base) GET_FIELD(c, name, base)
#include "track/pack.def"
    (void)bit, (void)f.told;
    *from = at;
}

/* The moment 0 says that there is none, and that is what most ends have: it becomes 0, and what is nearer to last_ns makes room for
 * it. So all of them have a number of their own, whatever the times. */
static uint8_t *put_moment(uint8_t *to, const tcps_connection *c, int64_t ns)
{
    const uint64_t near = near_time(ns, c->last_ns), none = near_time(0, c->last_ns);
    return varint_put(to, ns == 0 ? 0 : near + (near < none));
}

static int64_t get_moment(const uint8_t **from, const tcps_connection *c)
{
    const uint64_t near = varint_get(from), none = near_time(0, c->last_ns);
    return near == 0 ? 0 : from_near_time(near - (near <= none), c->last_ns);
}

/* What others are near to. */
static uint8_t *put_bases(uint8_t *to, const tcps_connection *c, const tcps_endpoint *e)
{
    to = varint_put(varint_put(to, e->snd_nxt), e->ts_last);
    return put_moment(put_moment(to, c, e->last_data_ns), c, e->fin_ns);
}

static void get_bases(const uint8_t **from, const tcps_connection *c, tcps_endpoint *e)
{
    e->snd_nxt = (uint32_t)varint_get(from);
    e->ts_last = (uint32_t)varint_get(from);
    e->last_data_ns = get_moment(from, c);
    e->fin_ns = get_moment(from, c);
}

/* --- the whole --- */

tcps_packed *tcps_pack(const tcps_connection *c, tcps_shapes *shapes, int64_t now_ns)
{
    uint64_t room[(sizeof(tcps_packed) + MAX_BYTES) / sizeof(uint64_t) + 1];
    tcps_packed *packed = (tcps_packed *)room;
    uint8_t *to = packed->bytes;
    packed->last_ns = c->last_ns;
    packed->last_frame = c->last_frame;
    packed->index = c->index;
    to = put_address(put_address(to, &c->addresses[0]), &c->addresses[1]);
    for (unsigned i = 0; i < 2; i++) {
        to = varint_put(to, c->tallies[i] ? c->tallies[i]->number + 1 : 0);
        to = put_bases(to, c, &c->ends[i]);
    }
    to = put_connection(to, shapes, c, bases_of(c, 0));
    for (unsigned i = 0; i < 2; i++) {
        to = put_endpoint(to, shapes, &c->ends[i], bases_of(c, i));
        to = put_arrays(to, &c->ends[i], bases_of(c, i), now_ns);
    }
    for (unsigned i = 0; i < 2; i++)
        to = (uint8_t *)memcpy(to, &c->ends[i], STATES) + STATES;
    const size_t size = (size_t)(to - (uint8_t *)packed);
    return memcpy(g_malloc(size), packed, size);
}

void tcps_unpack(const tcps_packed *packed, const tcps_shapes *shapes, const tcps_tallies *tallies, tcps_connection *c)
{
    const uint8_t *from = packed->bytes;
    memset(c, 0, sizeof *c);
    c->last_ns = packed->last_ns;
    c->last_frame = packed->last_frame;
    c->index = packed->index;
    from = get_address(get_address(from, &c->addresses[0]), &c->addresses[1]);
    for (unsigned i = 0; i < 2; i++) {
        const uint64_t tally = varint_get(&from);
        c->tallies[i] = tally ? tcps_tallies_numbered(tallies, (uint32_t)(tally - 1)) : NULL;
        get_bases(&from, c, &c->ends[i]);
    }
    get_connection(&from, shapes, c, bases_of(c, 0));
    for (unsigned i = 0; i < 2; i++) {
        get_endpoint(&from, shapes, &c->ends[i], bases_of(c, i));
        get_arrays(&from, &c->ends[i], bases_of(c, i));
    }
    for (unsigned i = 0; i < 2; i++, from += STATES)
        memcpy(&c->ends[i], from, STATES);
}
