/* ladder_pair.c: prints ladders of both ends: the client's frame and state by its own capture on the left, the server's on the right, and
 * between them how long the segment took, or where it ended.
 *
 *  #c  #s    time     took  client        segment                          server
 *   1   -   0.000           SYN_SENT      SYN seq 0                   --x  LISTEN
 *   2   1   1.005    2.1 ms SYN_SENT      SYN seq 0                   -->  SYN_RCVD
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/ladder_pair.h"

#include "base/span.h"
#include "report/crossings.h"
#include "report/ladder_words.h"
#include "report/path_words.h"
#include "rules/rule.h"

enum { STATE_WIDTH = 14, TEXT_WIDTH = 28, INDENT = 24 };

/* A finding, and below which segment it stands. */
typedef struct {
    unsigned place;
    tcps_finding finding;
} note;

typedef struct {
    const tcps_model *model;
    const tcps_joined *joined;
    GArray *crossings, *notes;
    tcps_bases bases;
    int text; /* width */
} ladder;

static void pad(GString *to, size_t from, int width)
{
    g_string_append_printf(to, "%*s", MAX(width - (int)(to->len - from), 1), "");
}

static void append_frame(GString *to, uint32_t frame)
{
    if (frame)
        g_string_append_printf(to, "%4u ", frame);
    else
        g_string_append(to, "   - ");
}

/* From client to server, and back. */
static const char *arrow_of(const tcps_crossing *c)
{
    static const char *const arrows[2][4] = {{[TCPS_PASSAGE_ARRIVED] = "-->",
                                              [TCPS_PASSAGE_LOST] = "--x",
                                              [TCPS_PASSAGE_MADE] = "*->",
                                              [TCPS_PASSAGE_UNTOLD] = "--?"},
                                             {[TCPS_PASSAGE_ARRIVED] = "<--",
                                              [TCPS_PASSAGE_LOST] = "x--",
                                              [TCPS_PASSAGE_MADE] = "<-*",
                                              [TCPS_PASSAGE_UNTOLD] = "?--"}};
    return arrows[c->segment.sender & 1][c->end];
}

static void append_segment(GString *to, const ladder *l, const tcps_crossing *c)
{
    const size_t start = to->len;
    if (c->segment.sender == TCPS_SERVER) {
        g_string_append_printf(to, "%s  ", arrow_of(c));
        tcps_rung_append(to, &l->bases, &c->segment);
        pad(to, start, l->text + 5);
    } else {
        tcps_rung_append(to, &l->bases, &c->segment);
        pad(to, start, l->text);
        g_string_append_printf(to, "%s  ", arrow_of(c));
    }
}

static unsigned state_of(const tcps_crossing *c, unsigned role)
{
    return c->shows[role] ? c->shows[role]->state[c->role[role]] : TCPS_UNKNOWN;
}

static unsigned certainty_of(const tcps_crossing *c, unsigned role)
{
    return c->shows[role] ? c->shows[role]->certainty[c->role[role]] : TCPS_NO_EVIDENCE;
}

static void append_state(GString *to, const tcps_crossing *c, unsigned role)
{
    const size_t start = to->len;
    tcps_rung_append_state(to, state_of(c, role), certainty_of(c, role));
    pad(to, start, STATE_WIDTH);
}

static void append_remark(GString *to, const tcps_crossing *c)
{
    GString *remark = g_string_new(NULL);
    tcps_rung_append_remark(remark, c->segment.event);
    if (c->end == TCPS_PASSAGE_MADE)
        g_string_append_printf(remark, "%smade on the way", remark->len ? "; " : "");
    if (remark->len)
        g_string_append_printf(to, "(%s)", remark->str);
    g_string_free(remark, TRUE);
}

static void trim_end(GString *to)
{
    while (to->len && to->str[to->len - 1] == ' ')
        g_string_truncate(to, to->len - 1);
}

static void append_crossing(GString *to, const ladder *l, const tcps_crossing *c)
{
    append_frame(to, c->frame[TCPS_CLIENT]);
    append_frame(to, c->frame[TCPS_SERVER]);
    g_string_append_printf(to, "%8.3f ", (double)span_between(tcps_model_start_ns(l->model), c->left_ns) / 1e9);
    const size_t start = to->len;
    if (c->end == TCPS_PASSAGE_ARRIVED)
        g_string_append_printf(to, "%6.1f", (double)span_between(c->left_ns, c->arrived_ns) / 1e6);
    pad(to, start, 8);
    append_state(to, c, TCPS_CLIENT);
    append_segment(to, l, c);
    append_state(to, c, TCPS_SERVER);
    append_remark(to, c);
    trim_end(to);
    g_string_append_c(to, '\n');
}

static bool is_news(const ladder *l, unsigned i, unsigned role)
{
    const tcps_crossing *c = &g_array_index(l->crossings, tcps_crossing, i);
    const tcps_crossing *before = i ? c - 1 : NULL;
    return c->shows[role] && (!before || state_of(before, role) != state_of(c, role) ||
                              certainty_of(before, role) != certainty_of(c, role));
}

static void append_reasons(GString *to, const ladder *l, unsigned i)
{
    const tcps_crossing *c = &g_array_index(l->crossings, tcps_crossing, i);
    for (unsigned role = 0; role < 2; role++) {
        GString *why = g_string_new(NULL);
        if (is_news(l, i, role))
            tcps_rung_append_why(why, c->shows[role], (tcps_role)c->role[role]);
        if (why->len)
            g_string_append_printf(to, "%*s%s\n", INDENT, "", why->str);
        g_string_free(why, TRUE);
    }
}

/* Under the last segment that the end's own capture had by then. */
static unsigned place_of(const ladder *l, unsigned role, uint32_t frame)
{
    const tcps_crossing *all = &g_array_index(l->crossings, tcps_crossing, 0);
    uint32_t best = 0;
    unsigned place = 0;
    for (unsigned k = 0; k < l->crossings->len; k++)
        if (all[k].frame[role] > best && all[k].frame[role] <= frame) {
            best = all[k].frame[role];
            place = k;
        }
    return place;
}

/* What its own capture says of an end. */
static void note_findings(ladder *l, unsigned role)
{
    const tcps_row *row = tcps_home_row(l->model, l->joined, role);
    const unsigned home = tcps_joined_home(tcps_model_points(l->model), l->joined, role);
    const GArray *findings = row ? tcps_model_findings(l->model, row) : NULL;
    for (unsigned i = 0; findings && i < findings->len; i++) {
        note n = {.finding = tcps_model_weighed(l->model, &g_array_index(findings, tcps_finding, i))};
        if (((n.finding.end ^ l->joined->flipped >> home) & 1) != role)
            continue;
        n.place = place_of(l, role, n.finding.began_frame);
        g_array_append_val(l->notes, n);
    }
}

static void append_notes(GString *to, const ladder *l, unsigned place)
{
    for (unsigned i = 0; i < l->notes->len; i++) {
        const note *n = &g_array_index(l->notes, note, i);
        const tcps_rule *rule = tcps_rule_get(n->finding.rule);
        if (n->place != place || !rule)
            continue;
        g_string_append_printf(to, "%*s! %s: ", INDENT, "", rule->id);
        tcps_rule_describe(to, &n->finding);
        g_string_append_c(to, '\n');
    }
}

static void measure(ladder *l)
{
    GString *text = g_string_new(NULL);
    l->text = TEXT_WIDTH;
    for (unsigned i = 0; i < l->crossings->len; i++) {
        g_string_truncate(text, 0);
        tcps_rung_append(text, &l->bases, &g_array_index(l->crossings, tcps_crossing, i).segment);
        l->text = MAX(l->text, (int)text->len + 1);
    }
    g_string_free(text, TRUE);
}

void tcps_pair_append_ends(GString *to, const tcps_points *p, const tcps_joined *j)
{
    g_string_append_printf(to, "# connection %u: ", j->index);
    tcps_address_append(to, &j->ends[TCPS_CLIENT]);
    g_string_append_printf(to, " (client, by %s's capture) - ",
                           tcps_points_name_of(p, tcps_joined_home(p, j, TCPS_CLIENT)));
    tcps_address_append(to, &j->ends[TCPS_SERVER]);
    g_string_append_printf(to, " (server, by %s's)\n", tcps_points_name_of(p, tcps_joined_home(p, j, TCPS_SERVER)));
}

static void append_head(GString *to, const ladder *l)
{
    tcps_pair_append_ends(to, tcps_model_points(l->model), l->joined);
    g_string_append_printf(to, "  #c   #s     time took ms  %-*s%-*sserver\n", STATE_WIDTH, "client", l->text + 5,
                           "segment");
}

static void append_ladder(GString *to, const tcps_model *m, const tcps_joined *j, bool why)
{
    ladder l = {.model = m, .joined = j, .crossings = tcps_crossings(m, j), .bases = tcps_crossings_bases(m, j)};
    l.notes = g_array_new(FALSE, FALSE, sizeof(note));
    note_findings(&l, TCPS_CLIENT);
    note_findings(&l, TCPS_SERVER);
    measure(&l);
    append_head(to, &l);
    for (unsigned i = 0; i < l.crossings->len; i++) {
        append_crossing(to, &l, &g_array_index(l.crossings, tcps_crossing, i));
        if (why)
            append_reasons(to, &l, i);
        append_notes(to, &l, i);
    }
    g_array_unref(l.notes);
    g_array_unref(l.crossings);
}

GString *tcps_ladder_pair_text(const tcps_model *m, int64_t connection, bool why)
{
    GString *to = g_string_new(NULL);
    const tcps_joined *j;
    for (unsigned place = 0; (j = tcps_joined_next(m, connection, &place));) {
        if (to->len)
            g_string_append_c(to, '\n');
        append_ladder(to, m, j, why);
    }
    return to;
}
