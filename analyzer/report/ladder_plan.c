/* ladder_plan.c: see ladder_plan.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/ladder_plan.h"

#include <string.h>

#include "base/span.h"
#include "report/ladder_words.h"

enum {
    SHOWN_BEFORE = 2, /* of a run that is folded */
    SHOWN_AFTER = 1,
    WORTH_FOLDING = 3
};

#define PAUSE_NS INT64_C(1000000000)

typedef struct {
    const tcps_model *model;
    const tcps_row *row;
    unsigned max_steps;
    GArray *steps;
} plan;

static const tcps_rung *rung_at(const tcps_row *row, unsigned i)
{
    return &g_array_index(row->rungs, tcps_rung, i);
}

bool tcps_ladder_is_under(const tcps_row *row, unsigned rung, const tcps_finding *finding)
{
    const uint32_t first = rung ? rung_at(row, rung)->frame : 0;
    const bool last = rung + 1 == row->rungs->len;

    return finding->began_frame >= first && (last || finding->began_frame < rung_at(row, rung + 1)->frame);
}

static bool has_finding(const plan *p, unsigned rung)
{
    const GArray *findings = tcps_model_findings(p->model, p->row);

    for (unsigned i = 0; findings && i < findings->len; i++)
        if (tcps_ladder_is_under(p->row, rung, &g_array_index(findings, tcps_finding, i)))
            return true;
    return false;
}

static bool changes(const tcps_rung *before, const tcps_rung *rung)
{
    for (unsigned end = 0; end < 2; end++)
        if (before->state[end] != rung->state[end] || before->certainty[end] != rung->certainty[end])
            return true;
    return false;
}

static bool has_remark(const tcps_rung *rung)
{
    GString *text = g_string_new(NULL);

    tcps_rung_append_remark(text, rung->event);
    const bool any = text->len > 0;
    g_string_free(text, TRUE);
    return any;
}

static bool pauses_before(const plan *p, unsigned i)
{
    return i && span_between(rung_at(p->row, i - 1)->time_ns, rung_at(p->row, i)->time_ns) >= PAUSE_NS;
}

/* Data and ACKs that leave both states what they are. */
static bool is_dull(const plan *p, unsigned i)
{
    const tcps_rung *rung = rung_at(p->row, i);

    return i && i + 1 < p->row->rungs->len && !rung->icmp && !(rung->flags & (TCPS_SYN | TCPS_FIN | TCPS_RST)) &&
           !changes(rung_at(p->row, i - 1), rung) && !pauses_before(p, i) && !has_remark(rung) && !has_finding(p, i);
}

static bool is_full(const plan *p)
{
    return p->steps->len >= p->max_steps;
}

static void add(plan *p, tcps_ladder_step step)
{
    g_array_append_val(p->steps, step);
}

static tcps_ladder_step sum(const plan *p, tcps_step_kind kind, unsigned from, unsigned to)
{
    tcps_ladder_step step = {.kind = kind, .rung = rung_at(p->row, from)};

    for (unsigned i = from; i < to; i++) {
        const tcps_rung *rung = rung_at(p->row, i);
        step.segments[rung->sender]++;
        step.bytes[rung->sender] += rung->len;
    }
    return step;
}

static void add_findings(plan *p, unsigned rung)
{
    const GArray *findings = tcps_model_findings(p->model, p->row);

    for (unsigned i = 0; findings && i < findings->len; i++) {
        const tcps_finding *f = &g_array_index(findings, tcps_finding, i);
        if (tcps_ladder_is_under(p->row, rung, f))
            add(p, (tcps_ladder_step){.kind = TCPS_STEP_FINDING, .finding = *f});
    }
}

static void add_segment(plan *p, unsigned i)
{
    const tcps_rung *rung = rung_at(p->row, i);

    if (pauses_before(p, i))
        add(p, (tcps_ladder_step){.kind = TCPS_STEP_PAUSE,
                                  .pause_ns = span_between(rung_at(p->row, i - 1)->time_ns, rung->time_ns)});
    add(p, (tcps_ladder_step){.kind = TCPS_STEP_SEGMENT, .rung = rung});
    add_findings(p, i);
}

/* The segments from the one given on that are folded into one step. */
static unsigned run_to_fold(const plan *p, unsigned from)
{
    unsigned n = 0;

    if (from < SHOWN_BEFORE)
        return 0;
    for (unsigned i = 1; i <= SHOWN_BEFORE; i++)
        if (!is_dull(p, from - i))
            return 0;
    while (from + n < p->row->rungs->len && is_dull(p, from + n))
        n++;
    return n >= WORTH_FOLDING + SHOWN_AFTER ? n - SHOWN_AFTER : 0;
}

GArray *tcps_ladder_plan(const tcps_model *model, const tcps_row *row, unsigned max_steps)
{
    plan p = {model, row, max_steps, g_array_new(FALSE, FALSE, sizeof(tcps_ladder_step))};
    const unsigned n = row->rungs->len;
    unsigned i = 0;

    while (i < n && !is_full(&p)) {
        const unsigned folded = run_to_fold(&p, i);
        if (folded)
            add(&p, sum(&p, TCPS_STEP_FOLDED, i, i + folded));
        else
            add_segment(&p, i);
        i += MAX(folded, 1);
    }
    if (i < n)
        add(&p, sum(&p, TCPS_STEP_CUT, i, n));
    return p.steps;
}

static void append_count(GString *to, uint64_t n, const char *what)
{
    g_string_append_printf(to, "%" G_GUINT64_FORMAT " %s%s", n, what, n == 1 ? "" : "s");
}

void tcps_step_append_counts(GString *to, const tcps_ladder_step *step)
{
    const size_t start = to->len;

    for (unsigned end = 0; end < 2; end++) {
        if (!step->segments[end])
            continue;
        if (to->len > start)
            g_string_append(to, "; ");
        append_count(to, step->segments[end], "segment");
        if (step->bytes[end]) {
            g_string_append(to, ", ");
            append_count(to, step->bytes[end], "byte");
        }
        g_string_append_printf(to, " from the %s", tcps_role_name(end));
    }
}

char **tcps_step_wrap(const char *text, unsigned width)
{
    char **words = g_strsplit(text, " ", -1);
    GString *all = g_string_new(NULL);
    size_t line = 0;

    for (unsigned i = 0; words[i]; i++) {
        const bool fits = all->len - line + 1 + strlen(words[i]) <= width;
        if (i)
            g_string_append_c(all, fits ? ' ' : '\n');
        if (!fits)
            line = all->len;
        g_string_append(all, words[i]);
    }
    g_strfreev(words);
    char **lines = g_strsplit(all->str, "\n", -1);
    g_string_free(all, TRUE);
    return lines;
}
