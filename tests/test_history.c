/* test_history.c: what segments showed is given back for any frame, in any order, with the reasons for both states.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "record/history.h"
#include "record/stay_kinds.h"
#include "rfc/why.h"

enum { FRAMES = 4000, CONNECTIONS = 6, ROUNDS = 20, READS = 8000 };

/* What is expected of a frame, which has one segment. */
typedef struct {
    tcps_observation shown;
    bool any;
} page;

static unsigned below(unsigned n)
{
    return (unsigned)g_test_rand_int_range(0, (int)n);
}

static uint32_t any_frame(uint32_t frame, uint32_t since)
{
    const uint32_t frames[] = {
        frame, frame, frame, since, since, 0, 1, frame - below(frame + 1), (uint32_t)g_test_rand_int()};
    return frames[below(G_N_ELEMENTS(frames))];
}

/* `any`: of more kinds than there is room for. */
static void change_reason(tcps_view *v, uint32_t frame, bool any)
{
    tcps_why_put(v, (tcps_why){.why = (uint8_t)below(any ? 256 : 8),
                               .why_frame = any_frame(frame, v->since_frame),
                               .about_frame = any_frame(frame, v->since_frame),
                               .possible = (uint16_t)below(any ? 1 << 12 : 3)});
}

static void change(tcps_view *v, uint32_t frame, bool any)
{
    v->before = v->state;
    v->before_certainty = v->certainty;
    if (below(8) == 0) {
        v->state = (uint8_t)below(TCPS_N_STATES);
        v->since_frame = below(8) ? frame : 0;
        v->since_ns = (int64_t)frame * 10000000 - (v->since_frame ? 0 : below(1000)); /* a frame has but one time */
    }
    if (below(4) == 0)
        v->certainty = (uint8_t)below(TCPS_PROVEN + 1);
    if (below(4) == 0)
        change_reason(v, frame, any);
}

static void expect_view(const tcps_view *is, const tcps_view *expected)
{
    g_assert_cmpuint(is->state, ==, expected->state);
    g_assert_cmpuint(is->before, ==, expected->before);
    g_assert_cmpuint(is->certainty, ==, expected->certainty);
    g_assert_cmpuint(is->before_certainty, ==, expected->before_certainty);
    g_assert_cmpuint(is->since_frame, ==, expected->since_frame);
    g_assert_cmpint(is->since_ns, ==, expected->since_ns);
    g_assert_cmpuint(is->why, ==, expected->why);
    g_assert_cmpuint(is->why_frame, ==, expected->why_frame);
    g_assert_cmpuint(is->about_frame, ==, expected->about_frame);
    g_assert_cmpuint(is->possible, ==, expected->possible);
}

static bool same_stay(const tcps_view *a, const tcps_view *b)
{
    return a->state == b->state && a->since_frame == b->since_frame && (a->since_frame || a->since_ns == b->since_ns);
}

static void expect_until(const page *pages, uint32_t frame, unsigned end, const tcps_until *until)
{
    const tcps_view *view = &pages[frame].shown.end[end], *next = NULL;
    for (uint32_t i = frame + 1; i < FRAMES && !next; i++)
        if (pages[i].any && pages[i].shown.connection == pages[frame].shown.connection &&
            !same_stay(view, &pages[i].shown.end[end]))
            next = &pages[i].shown.end[end];
    g_assert_cmpint(until->known, ==, next != NULL);
    if (next)
        g_assert_cmpuint(until->frame, ==, next->since_frame);
    if (next)
        g_assert_cmpint(until->lasts_ns, ==, MAX(next->since_ns - view->since_ns, 0));
}

static void read_frame(const tcps_history *h, const page *pages, uint32_t frame, bool with_until)
{
    tcps_entry e;
    g_assert_cmpint(tcps_history_get(h, frame, 0, &e), ==, pages[frame].any);
    if (!pages[frame].any)
        return;
    g_assert_cmpuint(e.observation.connection, ==, pages[frame].shown.connection);
    for (unsigned end = 0; end < 2; end++) {
        expect_view(&e.observation.end[end], &pages[frame].shown.end[end]);
        if (with_until)
            expect_until(pages, frame, end, &e.until[end]);
    }
}

static void write_frame(tcps_history *h, page *pages, uint32_t frame, tcps_observation *last, bool any)
{
    tcps_observation *o = &last[below(CONNECTIONS)];
    o->connection = (uint32_t)(o - last);
    for (unsigned end = 0; end < 2; end++)
        change(&o->end[end], frame, any);
    pages[frame] = (page){*o, true};
    tcps_history_begin_frame(h, frame);
    tcps_history_add(h, o, true);
    if (below(16) == 0)
        read_frame(h, pages, below(frame + 1), false);
}

/* Kinds of reasons are few, or more than there is room for; frames are dissected anew, or not. */
static void round_trip(bool any, bool anew)
{
    page *pages = g_new0(page, FRAMES);
    tcps_observation last[CONNECTIONS] = {{0}};
    tcps_history *h = tcps_history_new();
    for (uint32_t frame = 1; frame < FRAMES; frame++) {
        if (anew && below(1000) == 0) {
            const uint32_t from = frame - below(MIN(frame, 500));
            memset(&pages[from], 0, (FRAMES - from) * sizeof *pages);
            frame = from;
        }
        write_frame(h, pages, frame, last, any);
    }
    for (uint32_t i = 1; i + 1 < FRAMES; i++) /* of the last one, no end is known */
        read_frame(h, pages, i, !anew);
    for (unsigned i = 0; i < READS; i++)
        read_frame(h, pages, below(FRAMES), false);
    tcps_history_free(h);
    g_free(pages);
}

static void test_reasons(void)
{
    for (unsigned i = 0; i < ROUNDS; i++)
        round_trip(i & 1, i & 2);
}

/* Far more stays of others lie between two of one end than a stay's own number of them holds. */
static void test_far(void)
{
    tcps_stays *s = tcps_stays_new();
    tcps_view v = {.state = TCPS_ESTABLISHED, .since_frame = 1, .possible = 1}, other = {.since_frame = 2}, back = {0};
    tcps_until until;
    const uint32_t first = tcps_stays_of(s, 0, TCPS_CLIENT, &v);
    for (uint32_t i = 0; i < 1 << 22; i++, other.since_frame++)
        tcps_stays_of(s, 1, TCPS_SERVER, &other);
    v.possible = 2; /* the same stay continues, for another reason */
    const uint32_t second = tcps_stays_of(s, 0, TCPS_CLIENT, &v);
    v = (tcps_view){.state = TCPS_FIN_WAIT_1, .since_frame = 77};
    tcps_stays_of(s, 0, TCPS_CLIENT, &v);
    tcps_stays_get(s, first, &back, &until);
    g_assert_cmpuint(back.possible, ==, 1);
    g_assert_cmpuint(until.frame, ==, 77);
    tcps_stays_get(s, second, &back, &until);
    g_assert_cmpuint(back.possible, ==, 2);
    g_assert_cmpuint(back.state, ==, TCPS_ESTABLISHED);
    g_assert_cmpuint(until.frame, ==, 77);
    tcps_stays_free(s);
}

/* What most segments show takes no stay of its own. */
static void test_shared(void)
{
    tcps_stays *s = tcps_stays_new();
    tcps_view v = {.state = TCPS_CLOSE_WAIT,
                   .since_frame = 8,
                   .certainty = TCPS_PRESUMED,
                   .possible = 6,
                   .why_frame = 8,
                   .about_frame = 8};
    const uint32_t number = tcps_stays_of(s, 0, TCPS_SERVER, &v);
    v = (tcps_view){.state = TCPS_CLOSE_WAIT,
                    .since_frame = 8,
                    .certainty = TCPS_PROVEN,
                    .possible = 2,
                    .why_frame = 9,
                    .about_frame = 8};
    g_assert_cmpuint(tcps_stays_of(s, 0, TCPS_SERVER, &v), ==, number);
    g_assert_cmpuint(tcps_stays_of(s, 0, TCPS_SERVER, &v), ==, number);
    v.why_frame = 10;
    g_assert_cmpuint(tcps_stays_of(s, 0, TCPS_SERVER, &v), !=, number);
    tcps_stays_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/history/reasons", test_reasons);
    g_test_add_func("/history/far", test_far);
    g_test_add_func("/history/shared", test_shared);
    return g_test_run();
}
