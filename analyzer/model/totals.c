/* totals.c: see totals.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/totals.h"

#include <string.h>

tcps_totals *tcps_totals_new(void)
{
    tcps_totals *t = g_new0(tcps_totals, 1);
    t->subjects = tcps_subjects_new();
    return t;
}

tcps_totals *tcps_totals_copy(const tcps_totals *totals)
{
    tcps_totals *copy = g_new(tcps_totals, 1);
    *copy = *totals;
    copy->subjects = tcps_subjects_copy(totals->subjects);
    return copy;
}

void tcps_totals_free(tcps_totals *t)
{
    if (!t)
        return;
    tcps_subjects_free(t->subjects);
    g_free(t);
}

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
        tcps_durations_add(&f->timed, finding->value);
    tcps_subjects_add_finding(t->subjects, finding);
    f->n++;
    f->n_over += finding->status == TCPS_OVER;
    f->severity = MAX(f->severity, finding->severity);
}

static int by_rank(const tcps_ranked *a, const tcps_ranked *b)
{
    const int severity = compare(b->severity, a->severity), number = compare(b->findings, a->findings);
    return severity ? severity : number ? number : compare(a->index, b->index);
}

static tcps_ranked ranked(const tcps_row *row, int severity, uint32_t findings)
{
    return (tcps_ranked){.index = row->index,
                         .severity = severity,
                         .findings = findings,
                         .ends = {row->ends[0], row->ends[1]},
                         .start_ns = row->start_ns,
                         .last_ns = row->last_ns,
                         .outcome = (uint8_t)tcps_row_outcome(row),
                         .by = (uint8_t)tcps_row_outcome_by(row)};
}

static void rank(tcps_ranked worst[TCPS_MAX_WORST], unsigned *n, tcps_ranked r)
{
    unsigned i = *n;
    while (i > 0 && by_rank(&r, &worst[i - 1]) < 0)
        i--;
    if (i == TCPS_MAX_WORST)
        return;
    memmove(&worst[i + 1], &worst[i], (MIN(*n, TCPS_MAX_WORST - 1) - i) * sizeof worst[0]);
    worst[i] = r;
    *n = MIN(*n + 1, TCPS_MAX_WORST);
}

static void add_findings(tcps_totals *t, const tcps_row *row, const GArray *findings)
{
    const uint32_t n = row->told + (findings ? findings->len : 0);
    int severity = row->told ? row->told_severity : -1, doubted = row->told ? row->told_doubted : -1;
    for (unsigned i = 0; findings && i < findings->len; i++) {
        const tcps_finding *f = &g_array_index(findings, tcps_finding, i);
        tcps_totals_add_finding(t, f);
        severity = MAX(severity, f->severity);
        doubted = MAX(doubted, tcps_totals_doubted(f));
    }
    rank(t->worst, &t->n_worst, ranked(row, severity, n));
    rank(t->doubted, &t->n_doubted, ranked(row, doubted, n));
}

uint8_t tcps_totals_doubted(const tcps_finding *f)
{
    tcps_finding doubted = *f;
    tcps_losses_doubt(&(tcps_losses){0}, &doubted);
    return doubted.severity;
}

/* All findings of a rule are doubtful, or none is. */
void tcps_totals_doubt(tcps_totals *t)
{
    for (unsigned i = 0; i < TCPS_MAX_RULES; i++) {
        tcps_found *f = &t->found[i];
        for (unsigned k = 0; k < MIN(f->n, TCPS_MAX_EXAMPLES); k++)
            tcps_losses_doubt(&t->losses, &f->examples[k]);
        if (f->n && f->examples[0].doubt & TCPS_FAKED_BY_DROPS)
            f->severity = f->examples[0].severity;
    }
    memcpy(t->worst, t->doubted, sizeof t->worst);
    t->n_worst = t->n_doubted;
    tcps_subjects_doubt(t->subjects, &t->losses);
}

void tcps_totals_add(tcps_totals *t, const tcps_row *row, const GArray *findings, int64_t end_ns, int64_t linger_ns)
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
    tcps_subjects_add_row(t->subjects, row, end_ns, linger_ns);
    add_findings(t, row, findings);
}
