/* test_inbox.c: what waits comes out as it went in, in the same order, whatever it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "record/segment_queue.h"

enum { ROUNDS = 40, FRAMES = 4000, MOST = 3, PATHS = 40 };

static uint8_t below(int n)
{
    return (uint8_t)g_test_rand_int_range(0, n);
}

static uint32_t any_number(void)
{
    switch (below(8)) {
    case 0:
        return (uint32_t)g_test_rand_int();
    case 1:
        return 0;
    case 2:
        return UINT32_MAX;
    default:
        return 1000 + below(50);
    }
}

static int64_t any_time(int64_t last)
{
    switch (below(20)) {
    case 0:
        return INT64_MAX;
    case 1:
        return INT64_MIN;
    case 2:
        return 0;
    default:
        return (int64_t)((uint64_t)last + any_number());
    }
}

static tcps_address any_address(void)
{
    tcps_address a = {.port = below(2), .len = below(2) ? 4 : 16};
    for (unsigned i = 0; i < a.len; i++)
        a.bytes[i] = below(2);
    return a;
}

/* Few hashes: many paths share them. */
static tcps_path any_path(void)
{
    return (tcps_path){.ends = {any_address(), any_address()}, .hash = below(4)};
}

static tcps_segment any_segment(uint32_t frame, int64_t time_ns)
{
    tcps_segment s = {.frame = frame,
                      .time_ns = time_ns,
                      .seq = any_number(),
                      .ack = any_number(),
                      .len = any_number(),
                      .tsval = any_number(),
                      .tsecr = any_number(),
                      .flags = below(3) ? TCPS_ACK : (uint16_t)any_number(),
                      .window = (uint16_t)any_number(),
                      .ip_id = (uint16_t)any_number(),
                      .ttl = below(4) ? 64 : (uint8_t)any_number(),
                      .mark = (uint8_t)below(3),
                      .has = below(3) ? TCPS_HAS_IP_ID : below(256)};
    for (unsigned i = 0; i < 2; i++)
        s.link[i] = below(8) ? 1 : any_number();
    if (below(4) == 0) {
        s.mss = (uint16_t)any_number();
        s.wscale = below(256);
        s.n_sack = below(TCPS_MAX_SACK + 1);
        for (unsigned i = 0; i < s.n_sack; i++)
            s.sack[i][0] = any_number(), s.sack[i][1] = any_number();
    }
    return s;
}

/* As the last segment on the path lets expect. */
static void follow(tcps_segment *s, const tcps_segment *last)
{
    s->seq = last->seq + last->len + ((last->flags & TCPS_SYN) != 0) + ((last->flags & TCPS_FIN) != 0);
    s->ack = last->ack;
    s->window = last->window;
    s->has = last->has;
    s->ttl = last->ttl;
    memcpy(s->link, last->link, sizeof s->link);
    s->mark = last->mark;
}

static void assert_same_path(const tcps_path *a, const tcps_path *b)
{
    g_assert_cmpmem(a->ends, sizeof a->ends, b->ends, sizeof b->ends);
    g_assert_cmpuint(a->hash, ==, b->hash);
    g_assert_cmpuint(a->from, ==, b->from);
}

/* Field by field: what lies between them is nobody's. */
static void assert_same_segment(const tcps_segment *a, const tcps_segment *b)
{
    g_assert_cmpint(a->time_ns, ==, b->time_ns);
    g_assert_cmpuint(a->frame, ==, b->frame);
    g_assert_cmpuint(a->seq, ==, b->seq);
    g_assert_cmpuint(a->ack, ==, b->ack);
    g_assert_cmpuint(a->len, ==, b->len);
    g_assert_cmpuint(a->tsval, ==, b->tsval);
    g_assert_cmpuint(a->tsecr, ==, b->tsecr);
    g_assert_cmpmem(a->sack, sizeof a->sack, b->sack, sizeof b->sack);
    g_assert_cmpuint(a->flags, ==, b->flags);
    g_assert_cmpuint(a->window, ==, b->window);
    g_assert_cmpuint(a->mss, ==, b->mss);
    g_assert_cmpuint(a->ip_id, ==, b->ip_id);
    g_assert_cmpuint(a->wscale, ==, b->wscale);
    g_assert_cmpuint(a->n_sack, ==, b->n_sack);
    g_assert_cmpuint(a->has, ==, b->has);
    g_assert_cmpuint(a->ttl, ==, b->ttl);
    g_assert_cmpmem(a->link, sizeof a->link, b->link, sizeof b->link);
    g_assert_cmpuint(a->mark, ==, b->mark);
}

static void assert_same(const tcps_item *a, const tcps_item *b)
{
    g_assert_cmpint(a->kind, ==, b->kind);
    g_assert_cmpint(a->begins, ==, b->begins);
    g_assert_cmpuint(a->frame, ==, b->frame);
    g_assert_cmpint(a->time_ns, ==, b->time_ns);
    if (a->kind == TCPS_ITEM_SEGMENT) {
        assert_same_path(&a->path, &b->path);
        assert_same_segment(&a->segment, &b->segment);
    } else if (a->kind == TCPS_ITEM_QUOTE) {
        g_assert_cmpmem(&a->quote, sizeof a->quote, &b->quote, sizeof b->quote);
    }
}

/* Puts one in, as *item says, which is kept. */
static void put(tcps_inbox *inbox, tcps_item *item, tcps_path *paths, tcps_segment *last)
{
    if (below(10) == 0) {
        item->kind = TCPS_ITEM_QUOTE;
        memset(&item->quote, 0, sizeof item->quote);
        item->quote = (tcps_icmp_quote){.src = any_address(), .dst = any_address(), .seq = any_number()};
        tcps_inbox_quote(inbox, &item->quote);
        return;
    }
    const unsigned number = below(PATHS);
    item->kind = TCPS_ITEM_SEGMENT;
    item->path = paths[number];
    item->path.from = below(2);
    item->segment = any_segment(item->frame, item->time_ns);
    if (below(2))
        follow(&item->segment, &last[number * 2 + item->path.from]);
    last[number * 2 + item->path.from] = item->segment;
    tcps_inbox_segment(inbox, &item->path, &item->segment);
}

static void put_frames(tcps_inbox *inbox, GArray *items)
{
    tcps_path paths[PATHS];
    tcps_segment last[PATHS * 2] = {{0}};
    tcps_item item = {.time_ns = any_time(0)};
    for (unsigned i = 0; i < PATHS; i++)
        paths[i] = any_path();
    for (unsigned i = 0; i < FRAMES; i++) {
        item.frame = below(10) ? item.frame + 1 : any_number();
        item.time_ns = any_time(item.time_ns);
        tcps_inbox_begin(inbox, item.frame, item.time_ns);
        const unsigned n = below(MOST + 1);
        item.begins = true;
        item.kind = TCPS_ITEM_TIME;
        for (unsigned k = 0; k < n; k++) {
            put(inbox, &item, paths, last);
            g_array_append_val(items, item);
            item.begins = false;
        }
        if (n == 0)
            g_array_append_val(items, item);
    }
}

static void take_frames(tcps_inbox *inbox, const GArray *items)
{
    tcps_item item;
    for (guint i = 0; i < items->len; i++) {
        g_assert_true(tcps_inbox_take(inbox, &item));
        assert_same(&item, &g_array_index(items, tcps_item, i));
    }
    g_assert_false(tcps_inbox_take(inbox, &item));
    g_assert_true(tcps_inbox_is_empty(inbox));
}

/* And again, when all is out. */
static void test_same(void)
{
    tcps_inbox *inbox = tcps_inbox_new();
    const size_t empty = tcps_inbox_bytes(inbox);
    for (unsigned round = 0; round < ROUNDS; round++) {
        GArray *items = g_array_new(FALSE, FALSE, sizeof(tcps_item));
        put_frames(inbox, items);
        g_assert_false(tcps_inbox_is_empty(inbox));
        g_assert_cmpuint(tcps_inbox_bytes(inbox), >, empty);
        take_frames(inbox, items);
        g_assert_cmpuint(tcps_inbox_bytes(inbox), ==, empty);
        g_array_free(items, TRUE);
    }
    tcps_inbox_free(inbox);
}

static void test_empty(void)
{
    tcps_inbox *inbox = tcps_inbox_new();
    tcps_item item;
    for (unsigned i = 0; i < 2; i++) {
        g_assert_true(tcps_inbox_is_empty(inbox));
        g_assert_false(tcps_inbox_take(inbox, &item));
    }
    tcps_inbox_begin(inbox, 7, -5);
    g_assert_false(tcps_inbox_is_empty(inbox));
    g_assert_true(tcps_inbox_take(inbox, &item));
    assert_same(&item, &(tcps_item){.kind = TCPS_ITEM_TIME, .begins = true, .frame = 7, .time_ns = -5});
    g_assert_false(tcps_inbox_take(inbox, &item));
    tcps_inbox_free(inbox);
    tcps_inbox_free(NULL);
}

/* An ordinary connection's segments take few bytes. */
static void test_few_bytes(void)
{
    enum { N = 1 << 16, BYTES = 12 };
    tcps_inbox *inbox = tcps_inbox_new();
    const size_t empty = tcps_inbox_bytes(inbox);
    tcps_path path = any_path();
    tcps_segment s = {.flags = TCPS_ACK, .len = 1448, .has = TCPS_HAS_TIMESTAMPS | TCPS_HAS_IP_ID, .window = 512};
    for (uint32_t i = 0; i < N; i++) {
        tcps_inbox_begin(inbox, i + 1, INT64_C(1700000000000000000) + i * INT64_C(100000));
        tcps_inbox_segment(inbox, &path, &s);
        s.seq += s.len;
        s.tsval++;
        s.ip_id++;
    }
    g_assert_cmpuint(tcps_inbox_bytes(inbox) - empty, <, N * BYTES + 200000);
    tcps_inbox_free(inbox);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inbox/same", test_same);
    g_test_add_func("/inbox/empty", test_empty);
    g_test_add_func("/inbox/few_bytes", test_few_bytes);
    return g_test_run();
}
