/* ladder.c: prints ladders from the model.
 *
 *  #    time  client        segment                          server
 *  8   0.066  FIN_WAIT_1    FIN,ACK seq 201 ack 201     -->  CLOSE_WAIT ~
 *  9   0.115  FIN_WAIT_2 ~  <--  ACK seq 201 ack 202         CLOSE_WAIT
 *             ! rule: what happened
 *
 * With reasons, a line for each end whose state changes stands below its segment: "client CLOSE_WAIT: its ACK covers ...".
 *
 * Columns are fixed; only numbers that do not fit make their column wider, for the whole ladder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"

#include "base/span.h"
#include "report/ladder_pair.h"
#include "report/ladder_plan.h"
#include "report/ladder_words.h"
#include "rules/rule.h"

typedef struct {
    int frame, time, text; /* widths */
    int64_t start_ns;
    tcps_bases base;
} layout;

#define STATE_WIDTH 14 /* "ESTABLISHED ~ " */

static void pad(GString *to, size_t from, int width)
{
    const int missing = width - (int)(to->len - from);

    g_string_append_printf(to, "%*s", MAX(missing, 1), "");
}

static void append_arrow_and_segment(GString *to, const layout *l, const tcps_rung *rung)
{
    const size_t start = to->len;

    if (rung->sender == TCPS_SERVER) {
        g_string_append(to, "<--  ");
        tcps_rung_append(to, &l->base, rung);
        pad(to, start, l->text + 5);
    } else {
        tcps_rung_append(to, &l->base, rung);
        pad(to, start, l->text);
        g_string_append(to, "-->  ");
    }
}

/* Behind the last column. */
static void append_remark(GString *to, unsigned event)
{
    const size_t start = to->len;

    tcps_rung_append_remark(to, event);
    if (to->len == start)
        return;
    g_string_insert_c(to, (gssize)start, '(');
    g_string_append_c(to, ')');
}

static void trim_end(GString *to)
{
    while (to->len && to->str[to->len - 1] == ' ')
        g_string_truncate(to, to->len - 1);
}

static void append_rung(GString *to, const layout *l, const tcps_rung *rung)
{
    size_t start;

    g_string_append_printf(to, "%*u  %*.3f  ", l->frame, rung->frame, l->time,
                           (double)span_between(l->start_ns, rung->time_ns) / 1e9);
    start = to->len;
    tcps_rung_append_state(to, rung->state[TCPS_CLIENT], rung->certainty[TCPS_CLIENT]);
    pad(to, start, STATE_WIDTH);
    append_arrow_and_segment(to, l, rung);
    start = to->len;
    tcps_rung_append_state(to, rung->state[TCPS_SERVER], rung->certainty[TCPS_SERVER]);
    pad(to, start, STATE_WIDTH);
    append_remark(to, rung->event);
    trim_end(to);
    g_string_append_c(to, '\n');
}

static void append_finding(GString *to, const layout *l, const tcps_finding *finding)
{
    const tcps_rule *rule = tcps_rule_get(finding->rule);

    if (!rule)
        return;
    g_string_append_printf(to, "%*s! %s: ", l->frame + l->time + 4, "", rule->id);
    tcps_rule_describe(to, finding);
    g_string_append_c(to, '\n');
}

static void append_findings(GString *to, const layout *l, const tcps_model *model, const tcps_row *row, unsigned rung)
{
    const GArray *findings = tcps_model_findings(model, row);

    for (unsigned i = 0; findings && i < findings->len; i++) {
        const tcps_finding f = tcps_model_weighed(model, &g_array_index(findings, tcps_finding, i));
        if (tcps_ladder_is_under(row, rung, &f))
            append_finding(to, l, &f);
    }
}

static bool is_news(const tcps_rung *rungs, unsigned rung, unsigned end)
{
    return rung == 0 || rungs[rung - 1].state[end] != rungs[rung].state[end] ||
           rungs[rung - 1].certainty[end] != rungs[rung].certainty[end];
}

static void append_reasons(GString *to, const layout *l, const tcps_row *row, unsigned rung)
{
    const tcps_rung *rungs = &g_array_index(row->rungs, tcps_rung, 0);
    GString *why = g_string_new(NULL);

    for (unsigned end = 0; end < 2; end++) {
        g_string_truncate(why, 0);
        if (is_news(rungs, rung, end))
            tcps_rung_append_why(why, &rungs[rung], (tcps_role)end);
        if (why->len)
            g_string_append_printf(to, "%*s%s\n", l->frame + l->time + 4, "", why->str);
    }
    g_string_free(why, TRUE);
}

static int digits(uint32_t number)
{
    int n = 1;
    for (; number >= 10; number /= 10)
        n++;
    return n;
}

static layout lay_out(const tcps_model *model, const tcps_row *row)
{
    layout l = {.frame = 2, .time = 6, .text = 28, .start_ns = tcps_model_start_ns(model), .base = tcps_bases_of(row)};
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < row->rungs->len; i++) {
        const tcps_rung *rung = &g_array_index(row->rungs, tcps_rung, i);
        const int64_t seconds = span_between(l.start_ns, rung->time_ns) / 1000000000;
        g_string_truncate(text, 0);
        tcps_rung_append(text, &l.base, rung);
        l.text = MAX(l.text, (int)text->len + 1);
        l.frame = MAX(l.frame, digits(rung->frame));
        l.time = MAX(l.time, digits((uint32_t)CLAMP(seconds, 0, UINT32_MAX)) + 4);
    }
    g_string_free(text, TRUE);
    return l;
}

static void append_head(GString *to, const layout *l, const tcps_row *row)
{
    tcps_row_append_ends(to, row);
    g_string_append_printf(to, "%*s  %*s  %-*s%-*sserver\n", l->frame, "#", l->time, "time", STATE_WIDTH, "client",
                           l->text + 5, "segment");
}

static void append_ladder(GString *to, const tcps_model *model, const tcps_row *row, bool why)
{
    const layout l = lay_out(model, row);

    append_head(to, &l, row);
    for (unsigned i = 0; i < row->rungs->len; i++) {
        append_rung(to, &l, &g_array_index(row->rungs, tcps_rung, i));
        if (why)
            append_reasons(to, &l, row, i);
        append_findings(to, &l, model, row, i);
    }
}

static GString *ladders(const tcps_model *model, int64_t connection, bool why)
{
    if (tcps_model_points(model))
        return tcps_ladder_pair_text(model, connection, why);
    GString *to = g_string_new(NULL);
    const tcps_row *row;

    for (unsigned place = 0; (row = tcps_row_next(model, connection, &place));) {
        if (to->len)
            g_string_append_c(to, '\n');
        append_ladder(to, model, row, why);
    }
    return to;
}

GString *tcps_ladder_text(const tcps_model *model, int64_t connection)
{
    return ladders(model, connection, false);
}

GString *tcps_ladder_why_text(const tcps_model *model, int64_t connection)
{
    return ladders(model, connection, true);
}
