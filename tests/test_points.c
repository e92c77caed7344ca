/* test_points.c: segments of two capture points: which is which, what became of them on the way, and what the clocks say.
 *
 * A case is segments as text: who sent it (c or s), flags, SEG.SEQ with +LEN for payload, SEG.ACK; then when the near point saw it and when the
 * far one did, in us; "-": not at all. Clients are on the near side. `idN` is its IP identification, `tsN` its timestamp.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "points/point_map.h"
#include "points/points.h"
#include "points/sampler.h"

#include <stdlib.h>
#include <string.h>

enum { US = 1000, MOST = 64 };

#define SECOND INT64_C(1000000000)
#define EPOCH (INT64_C(1700000000) * SECOND)

/* One sighting. */
typedef struct {
    tcps_segment segment;
    unsigned point;
    bool from_server;
} sighting;

typedef struct {
    bool translated, exchanged_roles;
    int64_t offset_ns; /* of the far clock */
    double drift;
    uint16_t far_mss;
} world;

static const tcps_address client = {{10, 0, 0, 1}, 50000, 4, 0}, server = {{10, 0, 0, 2}, 80, 4, 0},
                          translated = {{192, 0, 2, 9}, 61234, 4, 0};

static uint16_t flags_of(const char *text)
{
    const char *letters = "FSRPAU";
    unsigned flags = 0;
    for (; *text; text++)
        flags |= 1u << (strchr(letters, *text) - letters);
    return (uint16_t)flags;
}

static void take_word(tcps_segment *s, const char *word)
{
    if (g_str_has_prefix(word, "id")) {
        s->ip_id = (uint16_t)atoi(word + 2);
        s->has |= TCPS_HAS_IP_ID;
    } else if (g_str_has_prefix(word, "ts")) {
        s->tsval = (uint32_t)atoi(word + 2);
        s->has |= TCPS_HAS_TIMESTAMPS;
    }
}

static void add(GArray *all, const tcps_segment *s, const char *when, unsigned point, bool from_server, const world *w)
{
    sighting one = {*s, point, from_server};
    if (strcmp(when, "-") == 0)
        return;
    const int64_t since = (int64_t)atoi(when) * US;
    one.segment.time_ns = EPOCH + since;
    one.segment.frame = all->len + 1;
    if (s->flags & TCPS_SYN) {
        one.segment.mss = point && w->far_mss ? w->far_mss : 1460;
        one.segment.has |= TCPS_HAS_MSS;
    }
    if (point)
        one.segment.time_ns += w->offset_ns + (int64_t)((double)since * w->drift);
    g_array_append_val(all, one);
}

static void read_segment(GArray *all, const char *text, const world *w)
{
    char **words = g_strsplit(text, " ", -1), *plus = strchr(words[2], '+');
    const bool from_server = *words[0] == 's';
    tcps_segment s = {.seq = (uint32_t)strtoul(words[2], NULL, 10),
                      .len = plus ? (uint32_t)atoi(plus + 1) : 0,
                      .flags = flags_of(words[1]),
                      .window = 500};
    unsigned i = 3;
    if (s.flags & TCPS_ACK)
        s.ack = (uint32_t)strtoul(words[i++], NULL, 10);
    for (unsigned k = i + 2; words[i] && words[i + 1] && words[k]; k++)
        take_word(&s, words[k]);
    add(all, &s, words[i], 0, from_server, w);
    add(all, &s, words[i + 1], 1, from_server, w);
    g_strfreev(words);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const sighting *x = a, *y = b;
    return (x->segment.time_ns > y->segment.time_ns) - (x->segment.time_ns < y->segment.time_ns);
}

static GArray *read_all(const char *text, const world *w)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(sighting));
    char **segments = g_strsplit(text, "; ", -1);
    for (unsigned i = 0; segments[i]; i++)
        if (*segments[i])
            read_segment(all, segments[i], w);
    g_strfreev(segments);
    return all;
}

static const tcps_address *address_of(const sighting *s, bool sender, const world *w)
{
    const bool is_server = s->from_server == sender;
    if (is_server)
        return &server;
    return s->point && w->translated ? &translated : &client;
}

/* As the program does it: the clocks first. */
static tcps_alignment align(const GArray *all, const world *w)
{
    tcps_sampler *sampler = tcps_sampler_new();
    for (unsigned i = 0; i < all->len; i++) {
        const sighting *s = &g_array_index(all, sighting, i);
        tcps_sampler_segment(sampler, s->point, address_of(s, true, w), address_of(s, false, w), &s->segment);
    }
    const tcps_alignment a = tcps_sampler_align(sampler, 1);
    tcps_sampler_free(sampler);
    return a;
}

static tcps_points *match(const char *text, const world *w, tcps_alignment *alignment)
{
    GArray *all = read_all(text, w);
    tcps_points *p = tcps_points_new(2);
    *alignment = align(all, w);
    for (unsigned i = 0; i < all->len; i++) {
        tcps_segment *s = &g_array_index(all, sighting, i).segment;
        if (g_array_index(all, sighting, i).point)
            s->time_ns = tcps_alignment_time(alignment, s->time_ns);
    }
    g_array_sort(all, by_time);
    tcps_points_cover(p, 0, EPOCH - SECOND, EPOCH + 60 * SECOND);
    tcps_points_cover(p, 1, EPOCH - SECOND, EPOCH + 60 * SECOND);
    for (unsigned i = 0; i < all->len; i++) {
        const sighting *s = &g_array_index(all, sighting, i);
        const bool turned = s->point && w->exchanged_roles;
        const tcps_sighting one = {(uint8_t)s->point,      s->from_server ^ turned, s->point,
                                   address_of(s, true, w), address_of(s, false, w), &s->segment};
        tcps_points_segment(p, &one);
    }
    tcps_points_finish(p);
    g_array_unref(all);
    return p;
}

#define OPEN "c S 1000 0 5000; s SA 9000 1001 13000 8000; c A 1001 9001 14000 19000; "
#define TALK OPEN "c A 1001+100 9001 20000 25000; s A 9001 1101 33000 28000; "

/* Of what each side sent: arrived, lost, made on the way. */
static const struct {
    const char *name, *segments;
    uint32_t client[3], server[3];
    uint32_t reordered, duplicated, recut, rst_made;
} cases[] = {
    {"open", OPEN, {2, 0, 0}, {1, 0, 0}, 0, 0, 0, 0},
    {"talk", TALK, {3, 0, 0}, {2, 0, 0}, 0, 0, 0, 0},
    {"syn_lost",
     "c S 1000 0 - ts1; c S 1000 1000000 1005000 ts1001; s SA 9000 1001 1013000 1008000; "
     "c A 1001 9001 1014000 1019000",
     {2, 1, 0},
     {1, 0, 0},
     0,
     0,
     0,
     0},
    {"syn_lost_without_timestamps",
     "c S 1000 0 - id7; c S 1000 1000000 1005000 id8; s SA 9000 1001 1013000 1008000; "
     "c A 1001 9001 1014000 1019000",
     {2, 1, 0},
     {1, 0, 0},
     0,
     0,
     0,
     0},
    {"data_lost_and_sent_again",
     OPEN "c A 1001+100 9001 20000 -; c A 1001+100 9001 240000 245000",
     {3, 1, 0},
     {1, 0, 0},
     0,
     0,
     0,
     0},
    {"answer_lost", TALK "s A 9001+50 1101 - 40000; s A 9001+50 1101 305000 300000", {3, 0, 0}, {3, 1, 0}, 0, 0, 0, 0},
    {"rst_made_at_the_server", TALK "c R 1101 - 100000", {3, 0, 1}, {2, 0, 0}, 0, 0, 0, 1},
    {"rst_made_at_the_client", TALK "s R 9001 100000 -", {3, 0, 0}, {2, 0, 1}, 0, 0, 0, 1},
    {"rst_is_real", TALK "c R 1101 95000 100000", {4, 0, 0}, {2, 0, 0}, 0, 0, 0, 0},
    {"rst_is_lost", TALK "c R 1101 95000 -", {3, 1, 0}, {2, 0, 0}, 0, 0, 0, 0},
    {"overtaken",
     OPEN "c A 1001+100 9001 20000 30000; c A 1101+100 9001 20100 25000",
     {4, 0, 0},
     {1, 0, 0},
     1,
     0,
     0,
     0},
    {"in_order", OPEN "c A 1001+100 9001 20000 25000; c A 1101+100 9001 20100 25100", {4, 0, 0}, {1, 0, 0}, 0, 0, 0, 0},
    {"doubled_on_the_way",
     TALK "c A 1101+9 9001 50000 55000 id5; c A 1101+9 9001 - 55100 id5",
     {4, 0, 0},
     {2, 0, 0},
     0,
     1,
     0,
     0},
    {"sent_twice",
     TALK "c A 1101+9 9001 50000 55000 id5; c A 1101+9 9001 300000 305000 id6",
     {5, 0, 0},
     {2, 0, 0},
     0,
     0,
     0,
     0},
    {"cut_on_the_way",
     OPEN "c A 1001+300 9001 20000 -; c A 1001+100 9001 - 25000; c A 1101+100 9001 - 25010; "
          "c A 1201+100 9001 - 25020",
     {3, 0, 0},
     {1, 0, 0},
     0,
     0,
     1,
     0},
    {"cut_and_a_piece_lost",
     OPEN "c A 1001+300 9001 20000 -; c A 1001+100 9001 - 25000; c A 1201+100 9001 - 25020",
     {2, 1, 0},
     {1, 0, 0},
     0,
     0,
     0,
     0},
    {"put_together",
     OPEN "s A 9001+100 1001 - 30000; s A 9101+100 1001 - 30010; s A 9001+200 1001 35020 -",
     {2, 0, 0},
     {3, 0, 0},
     0,
     0,
     2,
     0},
    {"repeated_acks_keep_their_order",
     TALK "s A 9001 1101 55000 50000; s A 9001 1101 55100 50100; s A 9001 1101 55200 50200",
     {3, 0, 0},
     {5, 0, 0},
     0,
     0,
     0,
     0},
};

static void check_fate(const tcps_joined *j, unsigned role, const uint32_t expected[3])
{
    tcps_fate f = tcps_joined_fate(j, 0, role);
    g_assert_cmpuint(f.arrived, ==, expected[0]);
    g_assert_cmpuint(f.lost, ==, expected[1]);
    g_assert_cmpuint(f.made, ==, expected[2]);
    g_assert_cmpuint(f.beyond, ==, 0);
    tcps_fate_clear(&f);
}

static void check_case(gsize n, const world *w)
{
    tcps_alignment a;
    tcps_points *p = match(cases[n].segments, w, &a);
    g_test_message("%s", cases[n].name);
    g_assert_cmpuint(tcps_points_n_joined(p), ==, 1);
    const tcps_joined *j = tcps_points_joined(p, 0);
    const tcps_path_totals t = tcps_points_totals(p, 0);
    g_assert_true(j->client_near && j->shared);
    check_fate(j, TCPS_CLIENT, cases[n].client);
    check_fate(j, TCPS_SERVER, cases[n].server);
    g_assert_cmpuint(t.shared, ==, 1);
    g_assert_cmpuint(t.fate[0].lost, ==, cases[n].client[1]);
    g_assert_cmpuint(t.fate[1].made, ==, cases[n].server[2]);
    g_assert_cmpuint(t.fate[0].reordered + t.fate[1].reordered, ==, cases[n].reordered);
    g_assert_cmpuint(t.fate[0].duplicated + t.fate[1].duplicated, ==, cases[n].duplicated);
    g_assert_cmpuint(t.fate[0].rst_made + t.fate[1].rst_made, ==, cases[n].rst_made);
    g_assert_cmpuint(t.recut, ==, cases[n].recut);
    g_assert_cmpuint(t.changed[TCPS_CHANGE_ENDS], ==, w->translated);
    g_assert_cmpuint(t.changed[TCPS_CHANGE_MSS] > 0, ==, w->far_mss != 0);
    tcps_points_free(p);
}

static void test_case(gconstpointer data)
{
    const gsize n = GPOINTER_TO_SIZE(data);
    const world worlds[] = {{0},
                            {.translated = true},
                            {.exchanged_roles = true},
                            {.offset_ns = 5 * SECOND, .drift = 1e-4},
                            {.offset_ns = -7200 * SECOND, .translated = true, .far_mss = 1300}};
    for (unsigned i = 0; i < G_N_ELEMENTS(worlds); i++)
        check_case(n, &worlds[i]);
}

/* So many questions and answers, whose ways take 2 ms and more there, 3 ms and more back. */
static char *long_talk(unsigned n, unsigned step_us)
{
    GString *text = g_string_new(OPEN);
    unsigned seed = 1;
    for (unsigned i = 0; i < n; i++) {
        seed = seed * 1103515245 + 12345;
        const unsigned at = 20000 + i * step_us, there = 2000 + (seed >> 16) % 9000, back = 3000 + (seed >> 20) % 4000;
        g_string_append_printf(text, "c A %u+10 9001 %u %u; s A 9001 %u %u %u; ", 1001 + 10 * i, at, at + there,
                               1011 + 10 * i, at + there + 50 + back, at + there + 50);
    }
    return g_string_free(text, FALSE);
}

static void check_clock(int64_t offset_ns, double drift)
{
    const world w = {.offset_ns = offset_ns, .drift = drift};
    char *text = long_talk(2000, 10000); /* 20 s */
    GArray *all = read_all(text, &w);
    const tcps_alignment a = align(all, &w);
    g_assert_cmpuint(a.shared, >, 3000);
    g_assert_true(a.steady && a.bound_ns > 0 && a.bound_ns < 4000 * US && !a.same_times);
    g_assert_cmpuint(a.opened_here, ==, 1);
    g_assert_cmpuint(a.opened_there, ==, 0);
    g_assert_true(ABS(a.drift - drift) <= a.drift_error);
    g_assert_true(a.drift_error < 4e-4);
    for (unsigned i = 0; i < all->len; i += 100) {
        const sighting *s = &g_array_index(all, sighting, i);
        const double truth = ((double)(s->segment.time_ns - EPOCH) - (double)w.offset_ns) / (1 + w.drift);
        if (s->point)
            g_assert_cmpfloat(ABS((double)(tcps_alignment_time(&a, s->segment.time_ns) - EPOCH) - truth), <=,
                              (double)a.bound_ns + 1000);
    }
    g_array_unref(all);
    g_free(text);
}

static void test_clocks(void)
{
    check_clock(0, 0);
    check_clock(5 * SECOND, 1e-4);
    check_clock(-5 * SECOND, -1e-4);
    check_clock(86400 * 365 * SECOND, 2e-5);
}

static void test_same_capture(void)
{
    const world w = {.offset_ns = SECOND};
    GArray *all = read_all("c S 1000 0 0; s SA 9000 1001 13000 13000; c A 1001 9001 14000 14000", &w);
    const tcps_alignment a = align(all, &w);
    g_assert_true(a.same_times);
    g_assert_cmpint(a.offset_ns, ==, SECOND);
    g_array_unref(all);
}

static void test_nothing_shared(void)
{
    const world w = {0};
    GArray *all = read_all("c S 1000 0 -; s SA 9000 1001 - 13000; c A 1001 9001 14000 -", &w);
    const tcps_alignment a = align(all, &w);
    g_assert_cmpuint(a.shared, ==, 0);
    g_assert_cmpint(tcps_alignment_time(&a, EPOCH), ==, EPOCH);
    g_array_unref(all);
}

/* The near capture is the server's. */
static void test_exchanged(void)
{
    const world w = {0};
    GArray *all = read_all("c S 1000 5000 0; s SA 9000 1001 8000 13000; c A 1001 9001 19000 14000", &w);
    const tcps_alignment a = align(all, &w);
    g_assert_cmpuint(a.opened_here, ==, 0);
    g_assert_cmpuint(a.opened_there, ==, 1);
    g_array_unref(all);
}

/* A clock that is set while it is captured. */
static void test_clock_set(void)
{
    const world w = {0};
    GArray *all = read_all(TALK "c A 1101+10 9001 50000 5055000; s A 9001 1111 63000 5058000; "
                                "c A 1111+10 9001 1050000 55000; s A 9001 1121 1063000 58000",
                           &w);
    g_assert_false(align(all, &w).steady);
    g_array_unref(all);
}

static void test_delays(void)
{
    const world w = {0};
    tcps_alignment a;
    char *text = long_talk(500, 10000);
    tcps_points *p = match(text, &w, &a);
    const tcps_path_totals t = tcps_points_totals(p, 0);
    g_assert_cmpuint(t.fate[0].took.n, ==, 502);
    g_assert_cmpint(t.fate[0].took.least_ns, <=, t.median_ns[0]);
    g_assert_cmpint(t.median_ns[0], <=, t.fate[0].took.most_ns);
    g_assert_true(ABS(t.median_ns[0] - 6500 * US) <= a.bound_ns + 1500 * US);
    g_assert_true(ABS(t.median_ns[1] - 5000 * US) <= a.bound_ns + 1500 * US);
    tcps_points_free(p);
    g_free(text);
}

/* What was seen at one point while the other's capture did not run is not said to be lost. */
static void test_not_covered(void)
{
    const world w = {0};
    GArray *all = read_all(TALK "c R 1101 9000000 -", &w);
    tcps_points *p = tcps_points_new(2);
    tcps_points_cover(p, 0, EPOCH, EPOCH + 9 * SECOND);
    tcps_points_cover(p, 1, EPOCH, EPOCH + SECOND);
    g_array_sort(all, by_time);
    for (unsigned i = 0; i < all->len; i++) {
        const sighting *s = &g_array_index(all, sighting, i);
        const tcps_sighting one = {(uint8_t)s->point,       s->from_server,           s->point,
                                   address_of(s, true, &w), address_of(s, false, &w), &s->segment};
        tcps_points_segment(p, &one);
    }
    tcps_points_finish(p);
    tcps_fate f = tcps_joined_fate(tcps_points_joined(p, 0), 0, TCPS_CLIENT);
    g_assert_cmpuint(f.lost, ==, 0);
    g_assert_cmpuint(f.beyond, ==, 1);
    tcps_fate_clear(&f);
    tcps_points_free(p);
    g_array_unref(all);
}

/* Another host's connection, which only the near point sees, is none that was lost. */
static void test_alone(void)
{
    const tcps_address other = {{10, 0, 0, 7}, 4000, 4, 0};
    tcps_points *p = tcps_points_new(2);
    const tcps_segment syn = {.time_ns = EPOCH, .frame = 1, .seq = 77, .flags = TCPS_SYN};
    const tcps_sighting one = {0, TCPS_CLIENT, 0, &other, &server, &syn};
    tcps_points_segment(p, &one);
    tcps_points_finish(p);
    const tcps_path_totals t = tcps_points_totals(p, 0);
    g_assert_cmpuint(t.shared, ==, 0);
    g_assert_cmpuint(t.alone[0], ==, 1);
    g_assert_cmpuint(t.alone_segments[0], ==, 1);
    g_assert_cmpuint(t.fate[0].lost, ==, 0);
    tcps_points_free(p);
}

static void see(tcps_points *p, unsigned point, uint32_t connection, const tcps_segment *segment, int64_t since_ns)
{
    tcps_segment s = *segment;
    s.time_ns = EPOCH + since_ns;
    const tcps_sighting one = {(uint8_t)point, TCPS_CLIENT, connection, &client, &server, &s};
    tcps_points_segment(p, &one);
}

/* Ports are used again: where one point knows that the old connection is over, and the other does not, they count differently. */
static void test_counted_differently(void)
{
    const tcps_segment data = {.frame = 1, .seq = 1001, .ack = 9001, .len = 10, .flags = TCPS_ACK},
                       syn = {.frame = 2, .seq = 70000, .flags = TCPS_SYN};
    tcps_points *p = tcps_points_new(2);
    see(p, 0, 0, &data, 0);
    see(p, 1, 1, &data, 5000 * US);
    see(p, 0, 2, &syn, SECOND);
    see(p, 1, 1, &syn, SECOND + 5000 * US);
    tcps_points_finish(p);
    const tcps_path_totals t = tcps_points_totals(p, 0);
    g_assert_cmpuint(t.fate[0].arrived, ==, 2);
    g_assert_cmpuint(t.fate[0].lost + t.fate[0].made + t.fate[1].lost + t.fate[1].made, ==, 0);
    tcps_points_free(p);
}

/* Which interface is which point: by what both see. */
static unsigned point_of(tcps_point_map *m, unsigned interface, const char *text)
{
    const world w = {0};
    GArray *all = read_all(text, &w);
    const sighting *s = &g_array_index(all, sighting, 0);
    const unsigned point = tcps_point_map_take(m, interface, &s->segment);
    g_array_unref(all);
    return point;
}

static void test_point_map(void)
{
    tcps_point_map *m = tcps_point_map_new();
    g_assert_cmpuint(point_of(m, 0, "c S 1000 0 -"), ==, 0);
    g_assert_cmpuint(point_of(m, 1, "c S 1000 0 -"), ==, 1);
    g_assert_cmpuint(point_of(m, 1, "s SA 9000 1001 0 -"), ==, 1);
    g_assert_cmpuint(point_of(m, 0, "s SA 9000 1001 0 -"), ==, 0);
    g_assert_cmpuint(point_of(m, 2, "c A 1001 9001 0 -"), ==, 0);
    g_assert_cmpuint(tcps_point_map_n(m), ==, 2);
    tcps_point_map_free(m);
}

/* One interface has what is sent, the other one what comes. */
static void test_one_point_of_two_interfaces(void)
{
    tcps_point_map *m = tcps_point_map_new();
    g_assert_cmpuint(point_of(m, 0, "c S 1000 0 - id1"), ==, 0);
    g_assert_cmpuint(point_of(m, 1, "s SA 9000 1001 0 - id2"), ==, 0);
    g_assert_cmpuint(point_of(m, 0, "c A 1001 9001 0 - id3"), ==, 0);
    g_assert_cmpuint(point_of(m, 0, "c A 1001+10 9001 0 - id4"), ==, 0);
    g_assert_cmpuint(point_of(m, 1, "c A 1001+10 9001 0 - id5"), ==, 0); /* sent again, by another way */
    g_assert_cmpuint(tcps_point_map_n(m), ==, 1);
    tcps_point_map_free(m);
}

static unsigned marked_point(tcps_point_map *m, unsigned interface, uint32_t seq, tcps_mark mark)
{
    const tcps_segment s = {.seq = seq, .flags = TCPS_SYN, .mark = (uint8_t)(mark | TCPS_SUM_DONE)};
    return tcps_point_map_take(m, interface, &s);
}

/* What comes in by one and goes out by the other. Their numbers may be any. */
static void test_interfaces_that_pass_on(void)
{
    enum { LAN = 2, WAN = 4711, OTHER = 3 };
    tcps_point_map *m = tcps_point_map_new();
    unsigned interface;
    marked_point(m, LAN, 1000, TCPS_MARK_IN);
    g_assert_false(tcps_point_map_passes_on(m, LAN) || tcps_point_map_again(m));
    g_assert_cmpuint(marked_point(m, WAN, 1000, TCPS_MARK_OUT), ==, 1);
    g_assert_true(tcps_point_map_again(m));
    g_assert_true(tcps_point_map_passes_on(m, LAN) && tcps_point_map_passes_on(m, WAN));
    g_assert_cmpuint(marked_point(m, OTHER, 2000, TCPS_MARK_OUT), ==, 0);
    g_assert_false(tcps_point_map_passes_on(m, OTHER));
    g_assert_true(tcps_point_map_interface(m, 2, &interface) && interface == OTHER);
    g_assert_false(tcps_point_map_interface(m, 3, &interface));
    for (unsigned i = 0; i < 200; i++) /* more than it knows */
        g_assert_cmpuint(marked_point(m, 10000 + i, 3000 + i, TCPS_MARK_IN), ==, 0);
    tcps_point_map_free(m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *path = g_strconcat("/points/", cases[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
        g_free(path);
    }
    g_test_add_func("/points/clocks", test_clocks);
    g_test_add_func("/points/same_capture", test_same_capture);
    g_test_add_func("/points/nothing_shared", test_nothing_shared);
    g_test_add_func("/points/exchanged", test_exchanged);
    g_test_add_func("/points/clock_set", test_clock_set);
    g_test_add_func("/points/delays", test_delays);
    g_test_add_func("/points/not_covered", test_not_covered);
    g_test_add_func("/points/alone", test_alone);
    g_test_add_func("/points/counted_differently", test_counted_differently);
    g_test_add_func("/points/point_map", test_point_map);
    g_test_add_func("/points/one_point_of_two_interfaces", test_one_point_of_two_interfaces);
    g_test_add_func("/points/interfaces_that_pass_on", test_interfaces_that_pass_on);
    g_test_add_func("/point_map/interfaces_that_pass_on", test_interfaces_that_pass_on);
    return g_test_run();
}
