/* test_journal.c: what was noted is read again, in any order, and nothing of what was dissected anew.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "record/journal.h"

enum { ROUNDS = 60, FRAMES = 3000, MOST = 4, READS = 6000 };

/* What is expected of a frame. */
typedef struct {
    tcps_note notes[MOST];
    bool steady[MOST];
    unsigned n;
} page;

static uint32_t any_number(void)
{
    switch (g_test_rand_int_range(0, 8)) {
    case 0:
        return (uint32_t)g_test_rand_int();
    case 1:
        return 0;
    case 2:
        return UINT32_MAX;
    default:
        return 1000 + (uint32_t)g_test_rand_int_range(0, 50);
    }
}

static uint8_t below(int n)
{
    return (uint8_t)g_test_rand_int_range(0, n);
}

static tcps_note any_note(const tcps_note *last)
{
    const bool like_last = below(3) > 0;
    tcps_note n = {
        .connection = like_last ? last->connection : any_number(),
        .stay = {like_last ? last->stay[0] : any_number(), any_number()},
        .before = {below(16), below(16)},
        .before_certainty = {below(4), below(4)},
        .certainty = {below(4), below(4)},
        .closed_by = below(4),
        .role_basis = below(4) ? 0 : below(4),
        .event = below(64),
        .sender = below(2),
        .transition = below(2),
        .opens = below(8) == 0,
        .segment = below(8) != 0,
    };
    for (unsigned i = 0; i < TCPS_N_GAUGES; i++)
        n.gauges[i] = below(3) ? last->gauges[i] : any_number();
    return n;
}

static bool same(const tcps_note *a, const tcps_note *b, bool steady)
{
    const bool before = steady || (memcmp(a->before, b->before, sizeof a->before) == 0 &&
                                   memcmp(a->before_certainty, b->before_certainty, sizeof a->before_certainty) == 0);
    return before && a->connection == b->connection && memcmp(a->stay, b->stay, sizeof a->stay) == 0 &&
           memcmp(a->gauges, b->gauges, sizeof a->gauges) == 0 &&
           memcmp(a->certainty, b->certainty, sizeof a->certainty) == 0 && a->closed_by == b->closed_by &&
           a->role_basis == b->role_basis && a->event == b->event && a->sender == b->sender &&
           a->transition == b->transition && a->opens == b->opens && a->segment == b->segment;
}

static void read_frame(const tcps_journal *j, const page *pages, uint32_t frame, unsigned n)
{
    tcps_note note;
    bool steady = false;
    const page *p = &pages[frame];
    const bool found = tcps_journal_get(j, frame, n, &note, &steady);
    g_assert_cmpint(found, ==, n < p->n);
    if (!found)
        return;
    g_assert_cmpint(steady, ==, p->steady[n]);
    g_assert_true(same(&note, &p->notes[n], steady));
}

static void write_frame(tcps_journal *j, page *pages, uint32_t frame, tcps_note *last)
{
    static const unsigned counts[] = {1, 1, 1, 1, 1, 0, 2, MOST};
    page *p = &pages[frame];
    const unsigned count = counts[below(G_N_ELEMENTS(counts))];
    p->n = 0;
    tcps_journal_begin(j, frame);
    for (unsigned i = 0; i < count; i++) {
        p->notes[i] = *last = any_note(last);
        p->steady[i] = below(2);
        tcps_journal_add(j, &p->notes[i], p->steady[i]);
        p->n++;
        if (below(4) == 0) /* between two of one frame */
            read_frame(j, pages, frame, 0);
        if (below(16) == 0)
            read_frame(j, pages, (uint32_t)g_test_rand_int_range(0, (int)frame + 1), below(MOST));
    }
    if (below(2))
        for (unsigned i = 0; i <= p->n; i++)
            read_frame(j, pages, frame, i);
}

static void test_any(void)
{
    page *pages = g_new0(page, FRAMES);
    for (unsigned round = 0; round < ROUNDS; round++) {
        tcps_journal *j = tcps_journal_new();
        tcps_note last = {0};
        uint32_t end = 0;
        memset(pages, 0, FRAMES * sizeof *pages);
        for (uint32_t frame = below(4); frame < FRAMES; frame += below(20) ? 1 : below(200)) {
            if (below(200) == 0 && end > 0) { /* dissected anew from some frame on */
                frame = below(3) ? end : (uint32_t)g_test_rand_int_range(0, (int)end);
                for (uint32_t i = frame; i < FRAMES; i++)
                    pages[i].n = 0;
            }
            write_frame(j, pages, frame, &last);
            end = frame;
        }
        for (uint32_t i = 0; i < FRAMES; i++)
            read_frame(j, pages, i, 0);
        for (unsigned i = 0; i < READS; i++)
            read_frame(j, pages, below(2) ? (uint32_t)g_test_rand_int_range(0, FRAMES) : i % FRAMES, below(MOST + 1));
        tcps_journal_free(j);
    }
    g_free(pages);
}

static void test_nothing(void)
{
    tcps_note note;
    bool steady;
    tcps_journal *j = tcps_journal_new();
    g_assert_false(tcps_journal_get(j, 0, 0, &note, &steady));
    g_assert_false(tcps_journal_get(j, UINT32_MAX, 0, &note, &steady));
    tcps_journal_begin(j, 5);
    g_assert_false(tcps_journal_get(j, 5, 0, &note, &steady));
    tcps_journal_free(j);
    tcps_journal_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/nothing", test_nothing);
    g_test_add_func("/journal/any", test_any);
    return g_test_run();
}
