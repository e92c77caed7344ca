/* totals.c: see totals.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/totals.h"

#include <string.h>

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Whether connections come in the order of their numbers or not, ranges hold the lowest of them. */
static void add_number(tcps_ended *e, uint32_t index)
{
    unsigned i = e->n_ranges;
    while (i > 0 && e->ranges[i - 1].first > index)
        i--;
    const bool joins_left = i > 0 && e->ranges[i - 1].last + 1 == index;
    const bool joins_right = i < e->n_ranges && e->ranges[i].first == index + 1;
    if (joins_left && joins_right) {
        e->ranges[i - 1].last = e->ranges[i].last;
        e->n_ranges--;
        memmove(&e->ranges[i], &e->ranges[i + 1], (e->n_ranges - i) * sizeof e->ranges[0]);
    } else if (joins_left) {
        e->ranges[i - 1].last = index;
    } else if (joins_right) {
        e->ranges[i].first = index;
    } else if (i < TCPS_MAX_RANGES) {
        e->more |= e->n_ranges == TCPS_MAX_RANGES;
        e->n_ranges = MIN(e->n_ranges + 1, TCPS_MAX_RANGES);
        memmove(&e->ranges[i + 1], &e->ranges[i], (e->n_ranges - 1 - i) * sizeof e->ranges[0]);
        e->ranges[i] = (tcps_range){index, index};
    } else {
        e->more = true;
    }
}

static int by_weight(const tcps_finding *a, const tcps_finding *b)
{
    const int severity = compare(b->severity, a->severity), value = compare(b->value, a->value);
    return severity ? severity : value ? value : compare(a->connection, b->connection);
}

/* Within a hundredth. */
static bool is_alike(int64_t one, int64_t other)
{
    return other > one - one / 100 && other < one + one / 100;
}

static void add_timed(tcps_found *f, int64_t ns)
{
    f->n_timed++;
    for (unsigned i = 0; i < TCPS_MAX_ALIKE; i++) {
        if (f->alike[i].n > 0 && !is_alike(f->alike[i].ns, ns))
            continue;
        if (f->alike[i].n++ == 0)
            f->alike[i].ns = ns;
        return;
    }
}

void tcps_totals_add_finding(tcps_totals *t, const tcps_finding *finding)
{
    if (finding->rule >= TCPS_MAX_RULES)
        return;
    tcps_found *f = &t->found[finding->rule];
    const unsigned n = MIN(f->n, TCPS_MAX_EXAMPLES);
    unsigned i = n;
    while (i > 0 && by_weight(finding, &f->examples[i - 1]) < 0)
        i--;
    if (i < TCPS_MAX_EXAMPLES) {
        memmove(&f->examples[i + 1], &f->examples[i], (MIN(n, TCPS_MAX_EXAMPLES - 1) - i) * sizeof f->examples[0]);
        f->examples[i] = *finding;
    }
    if (finding->timed)
        add_timed(f, finding->value);
    f->n++;
    f->n_over += finding->status == TCPS_OVER;
    f->severity = MAX(f->severity, finding->severity);
}

static int by_rank(const tcps_ranked *a, const tcps_ranked *b)
{
    const int severity = compare(b->severity, a->severity), number = compare(b->findings, a->findings);
    return severity ? severity : number ? number : compare(a->index, b->index);
}

static void rank(tcps_totals *t, const tcps_row *row, int severity, uint32_t findings)
{
    const tcps_ranked r = {.index = row->index,
                           .severity = severity,
                           .findings = findings,
                           .ends = {row->ends[0], row->ends[1]},
                           .start_ns = row->start_ns,
                           .last_ns = row->last_ns,
                           .outcome = (uint8_t)tcps_row_outcome(row),
                           .by = (uint8_t)tcps_row_outcome_by(row)};
    unsigned i = t->n_worst;
    while (i > 0 && by_rank(&r, &t->worst[i - 1]) < 0)
        i--;
    if (i == TCPS_MAX_WORST)
        return;
    memmove(&t->worst[i + 1], &t->worst[i], (MIN(t->n_worst, TCPS_MAX_WORST - 1) - i) * sizeof t->worst[0]);
    t->worst[i] = r;
    t->n_worst = MIN(t->n_worst + 1, TCPS_MAX_WORST);
}

static void add_findings(tcps_totals *t, const tcps_row *row, const GArray *findings)
{
    int severity = row->told ? row->told_severity : -1;
    for (unsigned i = 0; findings && i < findings->len; i++) {
        const tcps_finding *f = &g_array_index(findings, tcps_finding, i);
        tcps_totals_add_finding(t, f);
        severity = MAX(severity, f->severity);
    }
    rank(t, row, severity, row->told + (findings ? findings->len : 0));
}

void tcps_totals_add(tcps_totals *t, const tcps_row *row, const GArray *findings)
{
    tcps_ended *e = &t->ended[tcps_row_outcome(row)][tcps_row_outcome_by(row) % TCPS_N_BY];
    e->n++;
    add_number(e, row->index);
    t->connections++;
    t->segments += row->segments[0] + row->segments[1];
    t->bytes += row->bytes[0] + row->bytes[1];
    t->repeats += row->repeats;
    t->copies += row->copies;
    t->mid_stream += row->mid_stream;
    t->one_sided += row->opened && !row->self && (!row->segments[0] || !row->segments[1]);
    t->closed_by[row->closed_by % TCPS_N_BY]++;
    add_findings(t, row, findings);
}
