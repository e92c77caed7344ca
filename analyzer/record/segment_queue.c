/* segment_queue.c: see segment_queue.h. A segment is written as what is different from what the last segments of its connection, if it is one, let
 * expect. So each path is kept once, with what is to be expected on it. It is no connection: nothing is known of states here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "record/segment_queue.h"

#include "base/address.h"
#include "base/table.h"
#include "base/varint.h"
#include "rfc/segment.h"

enum { CHUNK = 1 << 16, PATHS = 512 /* in a piece of memory */ };
/* Bytes of an item: the longest segment takes 9 numbers, 4 blocks and 19 bytes, and 8 bytes are written in vain. */
enum { MOST = 128 };

/* Of an item's first byte. Of a frame's time or an ICMP error, the first three bits tell which, and the last two count. */
enum {
    IS_SEGMENT = 0x01,
    FROM = 0x02,
    AS_SEQ = 0x04,    /* its sequence number is the one that follows the last */
    AS_ACK = 0x08,    /* it acknowledges all that the other end has sent */
    AS_WINDOW = 0x10, /* window and options are as they were */
    AS_SHAPE = 0x20,
    NEXT_FRAME = 0x40,
    BEGINS = 0x80,
    IS_QUOTE = 0x02 /* instead of FROM */
};

/* Whoever adds a field writes and reads it here, and corrects this. */
G_STATIC_ASSERT(sizeof(void *) != 8 || sizeof(tcps_segment) == 88);

/* The last segment that one end sent. */
typedef struct {
    uint32_t end; /* one beyond it, in sequence space */
    uint32_t tsval;
    uint16_t window, ip_id;
    uint8_t has, ttl, mark;
    uint32_t link[2];
} last;

typedef struct {
    tcps_address ends[2];
    uint32_t hash;
    last last[2];
} known;

struct tcps_inbox {
    GPtrArray *chunks; /* of CHUNK bytes; NULL: given back */
    uint8_t *to;       /* where to write, in the last one */
    size_t left;       /* in that one */
    GArray *ends;      /* of size_t: how many bytes of each chunk are written */
    tcps_table *table; /* of numbers of paths, by hash */
    GPtrArray *paths;  /* of PATHS each; NULL: given back */
    uint32_t n_paths;
    GArray *waiting; /* of uint32_t: how many segments of these paths are in here */
    GArray *quotes;  /* of tcps_icmp_quote */
    /* of the item put in or taken out last */
    uint32_t frame, path;
    int64_t time_ns;
    /* the frame that has begun */
    uint32_t now_frame;
    int64_t now_ns;
    bool waits; /* and has nothing in here yet */
    /* where to read */
    bool reading;
    guint chunk, quote;
    const uint8_t *from;
};

static void open_memory(tcps_inbox *in)
{
    in->chunks = g_ptr_array_new_with_free_func(g_free);
    in->ends = g_array_new(FALSE, FALSE, sizeof(size_t));
    in->table = tcps_table_new();
    in->paths = g_ptr_array_new_with_free_func(g_free);
    in->waiting = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    in->quotes = g_array_new(FALSE, FALSE, sizeof(tcps_icmp_quote));
}

static void close_memory(tcps_inbox *in)
{
    g_ptr_array_free(in->chunks, TRUE);
    g_array_free(in->ends, TRUE);
    tcps_table_free(in->table);
    g_ptr_array_free(in->paths, TRUE);
    g_array_free(in->waiting, TRUE);
    g_array_free(in->quotes, TRUE);
}

tcps_inbox *tcps_inbox_new(void)
{
    tcps_inbox *in = g_new0(tcps_inbox, 1);
    open_memory(in);
    return in;
}

void tcps_inbox_free(tcps_inbox *in)
{
    if (!in)
        return;
    close_memory(in);
    g_free(in);
}

bool tcps_inbox_is_empty(const tcps_inbox *in)
{
    return !in->waits && in->chunks->len == 0;
}

size_t tcps_inbox_bytes(const tcps_inbox *in)
{
    return (size_t)in->chunks->len * CHUNK + (size_t)in->paths->len * PATHS * sizeof(known) +
           (size_t)in->table->size * sizeof(tcps_bucket) + (size_t)in->quotes->len * sizeof(tcps_icmp_quote);
}

/* --- paths --- */

static inline known *path_at(const tcps_inbox *in, uint32_t number)
{
    return (known *)in->paths->pdata[number / PATHS] + number % PATHS;
}

static inline uint32_t *waiting_at(const tcps_inbox *in, uint32_t number)
{
    return &g_array_index(in->waiting, uint32_t, number / PATHS);
}

static bool is_of(const known *k, const tcps_path *path)
{
    return tcps_address_same(&k->ends[0], &path->ends[0]) && tcps_address_same(&k->ends[1], &path->ends[1]);
}

static uint32_t add_path(tcps_inbox *in, const tcps_path *path)
{
    if (in->n_paths / PATHS == in->paths->len) {
        g_ptr_array_add(in->paths, g_new(known, PATHS));
        g_array_set_size(in->waiting, in->paths->len);
    }
    known *k = path_at(in, in->n_paths);
    memset(k, 0, sizeof *k);
    memcpy(k->ends, path->ends, sizeof k->ends);
    k->hash = path->hash;
    tcps_table_add(in->table, path->hash, in->n_paths);
    return in->n_paths++;
}

static uint32_t number_of(tcps_inbox *in, const tcps_path *path)
{
    tcps_table_cursor at = tcps_table_start(in->table, path->hash);
    for (uint32_t number; tcps_table_next(in->table, &at, &number);)
        if (is_of(path_at(in, number), path))
            return number;
    return add_path(in, path);
}

void tcps_inbox_expect(const tcps_inbox *in, const tcps_path *path, tcps_turn turn)
{
    tcps_table_cursor at = tcps_table_start(in->table, path->hash);
    uint32_t number;
    if (turn == TCPS_LATER) {
        tcps_table_fetch(in->table, path->hash);
    } else if (tcps_table_next(in->table, &at, &number)) {
        const known *k = path_at(in, number);
        __builtin_prefetch(k, 1);
        __builtin_prefetch(k->last + 1, 1);
    }
}

/* --- in --- */

/* Room for one item. */
static uint8_t *room(tcps_inbox *in)
{
    if (in->left < MOST) {
        g_ptr_array_add(in->chunks, in->to = g_malloc(CHUNK));
        const size_t none = 0;
        g_array_append_val(in->ends, none);
        in->left = CHUNK;
    }
    return in->to;
}

static void wrote(tcps_inbox *in, uint8_t *end)
{
    in->left -= (size_t)(end - in->to);
    in->to = end;
    g_array_index(in->ends, size_t, in->ends->len - 1) = CHUNK - in->left;
    in->waits = false;
}

/* When, and in which frame. */
static uint8_t *put_moment(tcps_inbox *in, uint8_t *head, uint8_t *to)
{
    *head |= in->waits ? BEGINS : 0;
    if (in->now_frame == in->frame + in->waits)
        *head |= NEXT_FRAME;
    else
        to = varint_put(to, varint_near(in->now_frame, in->frame));
    if (in->waits) {
        to = varint_put(to, varint_fold((int64_t)((uint64_t)in->now_ns - (uint64_t)in->time_ns)));
        in->time_ns = in->now_ns;
    }
    in->frame = in->now_frame;
    return to;
}

void tcps_inbox_begin(tcps_inbox *in, uint32_t frame, int64_t time_ns)
{
    if (in->waits) { /* the last one had nothing, but its time passed */
        uint8_t *head = room(in);
        *head = 0;
        wrote(in, put_moment(in, head, head + 1));
    }
    in->now_frame = frame;
    in->now_ns = time_ns;
    in->waits = true;
}

static bool is_plain(const tcps_segment *s, const last *me)
{
    return s->has == me->has && s->ttl == me->ttl && s->mark == me->mark && s->link[0] == me->link[0] &&
           s->link[1] == me->link[1] && s->flags <= UINT8_MAX && !s->mss && !s->wscale && !s->n_sack;
}

static uint8_t *put_bytes(uint8_t *to, const void *bytes, size_t n)
{
    memcpy(to, bytes, n);
    return to + n;
}

static uint8_t *put_shape(uint8_t *to, const tcps_segment *s)
{
    *to++ = s->has, *to++ = s->ttl;
    *to++ = (uint8_t)(s->flags >> 8);
    *to++ = s->mark, *to++ = s->wscale, *to++ = s->n_sack;
    to = put_bytes(to, &s->mss, sizeof s->mss);
    to = put_bytes(to, s->link, sizeof s->link);
    return put_bytes(to, s->sack, segment_n_sack(s) * sizeof *s->sack);
}

static uint8_t *put_numbers(uint8_t *head, uint8_t *to, const tcps_segment *s, const last *me, const last *peer)
{
    if (s->seq == me->end)
        *head |= AS_SEQ;
    else
        to = varint_put(to, varint_near(s->seq, me->end));
    if (s->ack == peer->end)
        *head |= AS_ACK;
    else
        to = varint_put(to, varint_near(s->ack, peer->end));
    to = varint_put(to, s->len);
    if (s->window == me->window)
        *head |= AS_WINDOW;
    else
        to = put_bytes(to, &s->window, sizeof s->window);
    if (is_plain(s, me))
        *head |= AS_SHAPE;
    else
        to = put_shape(to, s);
    to = varint_put(to, varint_near(s->tsval, me->tsval));
    to = varint_put(to, varint_near(s->tsecr, peer->tsval));
    return varint_put(to, varint_fold((int16_t)(s->ip_id - me->ip_id)));
}

static void remember(last *me, const tcps_segment *s)
{
    *me = (last){segment_end(s), s->tsval, s->window, s->ip_id, s->has, s->ttl, s->mark, {s->link[0], s->link[1]}};
}

void tcps_inbox_segment(tcps_inbox *in, const tcps_path *path, const tcps_segment *s)
{
    const uint32_t number = number_of(in, path);
    last *ends = path_at(in, number)->last;
    uint8_t *head = room(in);
    head[0] = IS_SEGMENT | (path->from ? FROM : 0);
    head[1] = (uint8_t)s->flags;
    uint8_t *to = put_moment(in, head, head + 2);
    to = varint_put(to, varint_near(number, in->path));
    to = put_numbers(head, to, s, &ends[path->from], &ends[1 - path->from]);
    remember(&ends[path->from], s);
    (*waiting_at(in, number))++;
    in->path = number;
    wrote(in, to);
}

void tcps_inbox_quote(tcps_inbox *in, const tcps_icmp_quote *quote)
{
    g_array_append_vals(in->quotes, quote, 1);
    uint8_t *head = room(in);
    *head = IS_QUOTE;
    wrote(in, put_moment(in, head, head + 1));
}

/* --- out --- */

/* What was expected when the first one was put in is expected again. */
static void start_reading(tcps_inbox *in)
{
    for (uint32_t i = 0; i < in->n_paths; i++)
        memset(path_at(in, i)->last, 0, sizeof path_at(in, i)->last);
    in->frame = in->path = 0;
    in->time_ns = 0;
    in->chunk = in->quote = 0;
    in->from = in->chunks->len > 0 ? in->chunks->pdata[0] : NULL;
    in->reading = true;
    tcps_table_free(in->table); /* no path is looked for any more */
    in->table = tcps_table_new();
}

/* All is out. */
static void start_anew(tcps_inbox *in)
{
    close_memory(in);
    *in = (tcps_inbox){0};
    open_memory(in);
}

/* Gives back the chunks that have been read, and returns whether there is one to be read. */
static bool find_chunk(tcps_inbox *in)
{
    while (in->chunk < in->chunks->len) {
        const uint8_t *start = in->chunks->pdata[in->chunk];
        if (in->from < start + g_array_index(in->ends, size_t, in->chunk))
            return true;
        g_free(in->chunks->pdata[in->chunk]);
        in->chunks->pdata[in->chunk] = NULL;
        in->chunk++;
        in->from = in->chunk < in->chunks->len ? in->chunks->pdata[in->chunk] : NULL;
    }
    return false;
}

static const uint8_t *get_moment(tcps_inbox *in, unsigned head, const uint8_t *from, tcps_item *item)
{
    item->begins = head & BEGINS;
    if (head & NEXT_FRAME)
        in->frame += item->begins;
    else
        in->frame = varint_from_near(varint_get(&from), in->frame);
    if (item->begins)
        in->time_ns = (int64_t)((uint64_t)in->time_ns + (uint64_t)varint_unfold(varint_get(&from)));
    item->frame = in->frame;
    item->time_ns = in->time_ns;
    return from;
}

static const uint8_t *get_bytes(const uint8_t *from, void *bytes, size_t n)
{
    memcpy(bytes, from, n);
    return from + n;
}

static const uint8_t *get_shape(const uint8_t *from, tcps_segment *s)
{
    s->has = *from++, s->ttl = *from++;
    s->flags |= (uint16_t)(*from++ << 8);
    s->mark = *from++, s->wscale = *from++, s->n_sack = *from++;
    from = get_bytes(from, &s->mss, sizeof s->mss);
    from = get_bytes(from, s->link, sizeof s->link);
    return get_bytes(from, s->sack, segment_n_sack(s) * sizeof *s->sack);
}

static const uint8_t *get_numbers(unsigned head, const uint8_t *from, tcps_segment *s, const last *me, const last *peer)
{
    s->seq = head & AS_SEQ ? me->end : varint_from_near(varint_get(&from), me->end);
    s->ack = head & AS_ACK ? peer->end : varint_from_near(varint_get(&from), peer->end);
    s->len = (uint32_t)varint_get(&from);
    s->window = me->window;
    if (!(head & AS_WINDOW))
        from = get_bytes(from, &s->window, sizeof s->window);
    s->has = me->has, s->ttl = me->ttl, s->mark = me->mark;
    memcpy(s->link, me->link, sizeof s->link);
    if (!(head & AS_SHAPE))
        from = get_shape(from, s);
    s->tsval = varint_from_near(varint_get(&from), me->tsval);
    s->tsecr = varint_from_near(varint_get(&from), peer->tsval);
    s->ip_id = (uint16_t)(me->ip_id + varint_unfold(varint_get(&from)));
    return from;
}

static const uint8_t *get_segment(tcps_inbox *in, unsigned head, const uint8_t *from, tcps_item *item)
{
    item->segment = (tcps_segment){.flags = *from++};
    from = get_moment(in, head, from, item);
    in->path = varint_from_near(varint_get(&from), in->path);
    known *k = path_at(in, in->path);
    item->path = (tcps_path){.hash = k->hash, .from = (head & FROM) != 0};
    memcpy(item->path.ends, k->ends, sizeof k->ends);
    last *me = &k->last[item->path.from];
    from = get_numbers(head, from, &item->segment, me, &k->last[1 - item->path.from]);
    remember(me, &item->segment);
    item->segment.time_ns = item->time_ns;
    item->segment.frame = item->frame;
    if (--*waiting_at(in, in->path) == 0) {
        g_free(in->paths->pdata[in->path / PATHS]);
        in->paths->pdata[in->path / PATHS] = NULL;
    }
    return from;
}

static void read_item(tcps_inbox *in, tcps_item *item)
{
    const unsigned head = *in->from++;
    if (head & IS_SEGMENT) {
        item->kind = TCPS_ITEM_SEGMENT;
        in->from = get_segment(in, head, in->from, item);
        return;
    }
    item->kind = head & IS_QUOTE ? TCPS_ITEM_QUOTE : TCPS_ITEM_TIME;
    in->from = get_moment(in, head, in->from, item);
    if (item->kind == TCPS_ITEM_QUOTE)
        item->quote = g_array_index(in->quotes, tcps_icmp_quote, in->quote++);
}

bool tcps_inbox_take(tcps_inbox *in, tcps_item *item)
{
    if (!in->reading)
        start_reading(in);
    if (find_chunk(in)) {
        read_item(in, item);
        return true;
    }
    if (in->waits) {
        *item = (tcps_item){.kind = TCPS_ITEM_TIME, .begins = true, .frame = in->now_frame, .time_ns = in->now_ns};
        in->waits = false;
        return true;
    }
    start_anew(in);
    return false;
}
