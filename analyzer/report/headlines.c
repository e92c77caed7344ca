/* headlines.c: which headlines there are, and their order. Their words are in headline_words.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/headlines.h"

#include "base/span.h"
#include "rules/ids.h"
#include "rules/rule.h"

#define SECOND_NS INT64_C(1000000000)

/* So many connections that a service resets at once are no accident of each. */
enum { MANY_RESETS = 3 };

static void take(tcps_headline *h, const tcps_subject *s)
{
    if (!h->n || s->severity > h->severity || (s->severity == h->severity && tcps_headline_rank(s->key.rule) < h->rank))
        h->connection = s->worst.connection;
    h->first_ns = h->n ? MIN(h->first_ns, s->first_ns) : s->first_ns;
    h->last_ns = h->n ? MAX(h->last_ns, s->last_ns) : s->last_ns;
    h->rank = (uint8_t)(h->n ? MIN(h->rank, tcps_headline_rank(s->key.rule)) : tcps_headline_rank(s->key.rule));
    h->severity = MAX(h->severity, s->severity);
    h->n += s->n;
}

/* --- a service that died --- */

static const tcps_subject *about(const GPtrArray *subjects, const tcps_subject_key *like)
{
    for (unsigned i = 0; i < subjects->len; i++) {
        const tcps_subject *s = subjects->pdata[i];
        if (s->key.role == like->role && tcps_address_same(&s->key.address, &like->address))
            return s;
    }
    return NULL;
}

/* It reset many connections at once and none later, refused those that were asked for from then on, and took none meanwhile. */
static bool died(const tcps_subject *reset, const tcps_subject *refused, const tcps_dealings *dealings)
{
    const tcps_burst burst = tcps_moments_burst(&reset->when);

    return refused && reset->key.role == TCPS_SERVER && burst.n >= MANY_RESETS &&
           reset->last_ns <= span_after(burst.last_ns, SECOND_NS) && refused->first_ns >= burst.first_ns &&
           (!dealings || tcps_moments_none_between(&dealings->when_completed, burst.last_ns, refused->last_ns));
}

/* Takes it out of both lists. */
static void add_dead(GArray *to, const tcps_totals *t, GPtrArray *resets, GPtrArray *refusals)
{
    for (unsigned i = 0; i < resets->len;) {
        const tcps_subject *reset = resets->pdata[i], *refused = about(refusals, &reset->key);
        const tcps_dealings *d = tcps_dealings_of(t->subjects, &reset->key.address, reset->key.role);
        if (!died(reset, refused, d)) {
            i++;
            continue;
        }
        tcps_headline h = {
            .died = true, .n_rules = 2, .n_named = 1, .n_subjects = 1, .subjects = {reset, refused}, .dealings = d};
        take(&h, reset);
        take(&h, refused);
        h.severity = MAX(h.severity, TCPS_WARN);
        h.rank = 0;
        h.first_ns = tcps_moments_burst(&reset->when).first_ns;
        g_array_append_val(to, h);
        g_ptr_array_remove_index(resets, i);
        g_ptr_array_remove(refusals, (gpointer)refused);
    }
}

/* --- of one rule --- */

/* A few are named one by one; of many it is the grouping that has the fewest. A title alone speaks of no peer. */
static tcps_grouping grouping_of(const tcps_totals *t, unsigned rule)
{
    const tcps_grouping usual = tcps_headline_grouping(rule);
    tcps_grouping best = usual;

    if (tcps_subjects_count(t->subjects, rule, usual) < TCPS_HEADLINE_SUBJECTS)
        return usual;
    for (unsigned i = 0; i < TCPS_N_GROUPINGS; i++)
        if ((i != TCPS_BY_PEER || tcps_headline_is_sentence(rule)) &&
            tcps_subjects_count(t->subjects, rule, (tcps_grouping)i) < tcps_subjects_count(t->subjects, rule, best))
            best = (tcps_grouping)i;
    return best;
}

/* What is not worth a headline, and stands at the end. */
static void drop_chat(GPtrArray *subjects)
{
    while (subjects->len > 0 && ((const tcps_subject *)subjects->pdata[subjects->len - 1])->severity < TCPS_NOTE)
        g_ptr_array_set_size(subjects, (gint)subjects->len - 1);
}

/* made: how many there are, where not all are listed. */
static void add_rule(GArray *to, const tcps_totals *t, GPtrArray *subjects, uint32_t made)
{
    tcps_headline h = {.n_rules = 1};

    if (subjects->len == 1)
        h.timed = &((const tcps_subject *)subjects->pdata[0])->timed;
    else if (subjects->len > 1 && made)
        h.timed = &t->found[((const tcps_subject *)subjects->pdata[0])->key.rule].timed;

    drop_chat(subjects);
    for (unsigned i = 0; i < subjects->len; i++) {
        if (i < TCPS_HEADLINE_SUBJECTS)
            h.subjects[h.n_named++] = subjects->pdata[i];
        take(&h, subjects->pdata[i]);
    }
    if (!h.n)
        return;
    h.n_subjects = MAX(made, subjects->len);
    if (h.n_subjects == 1)
        h.dealings = tcps_dealings_of(t->subjects, &h.subjects[0]->key.address, (tcps_role)h.subjects[0]->key.role);
    g_array_append_val(to, h);
}

static void add_rules(GArray *to, const tcps_totals *t)
{
    GPtrArray *resets = tcps_subjects_list(t->subjects, TCPS_RULE_reset, TCPS_BY_END);
    GPtrArray *refusals = tcps_subjects_list(t->subjects, TCPS_RULE_connection_refused, TCPS_BY_END);

    add_dead(to, t, resets, refusals);
    const bool any_dead = to->len > 0;
    for (unsigned rule = 0; rule < tcps_n_rules(); rule++) {
        if (any_dead && (rule == TCPS_RULE_reset || rule == TCPS_RULE_connection_refused)) {
            add_rule(to, t, rule == TCPS_RULE_reset ? resets : refusals, 0);
        } else if (t->found[rule].n && t->found[rule].severity >= TCPS_NOTE) {
            const tcps_grouping grouping = grouping_of(t, rule);
            GPtrArray *subjects = tcps_subjects_list(t->subjects, rule, grouping);
            add_rule(to, t, subjects, tcps_subjects_count(t->subjects, rule, grouping));
            g_ptr_array_free(subjects, TRUE);
        }
    }
    g_ptr_array_free(resets, TRUE);
    g_ptr_array_free(refusals, TRUE);
}

/* --- about one endpoint --- */

static bool have_one_subject(const tcps_headline *a, const tcps_headline *b)
{
    const tcps_subject_key *x = &a->subjects[0]->key, *y = &b->subjects[0]->key;
    const bool alike = x->role == y->role && (x->grouping == TCPS_BY_HOST) == (y->grouping == TCPS_BY_HOST);
    return alike && a->n_subjects == 1 && b->n_subjects == 1 && tcps_address_same(&x->address, &y->address);
}

/* The causes before the effects. */
static void merge(tcps_headline *into, const tcps_headline *from)
{
    for (unsigned i = 0; i < from->n_rules; i++) {
        const tcps_subject *s = from->subjects[i];
        unsigned k = into->n_rules;
        for (; k > (into->died ? 2 : 0) &&
               tcps_headline_rank(into->subjects[k - 1]->key.rule) > tcps_headline_rank(s->key.rule);
             k--)
            into->subjects[k] = into->subjects[k - 1];
        into->subjects[k] = s;
        into->n_rules++;
    }
    const int64_t first_ns = into->died ? into->first_ns : MIN(into->first_ns, from->first_ns);
    if (from->severity > into->severity)
        into->connection = from->connection;
    into->first_ns = first_ns;
    into->last_ns = MAX(into->last_ns, from->last_ns);
    into->severity = MAX(into->severity, from->severity);
    into->rank = MIN(into->rank, from->rank);
    into->n += from->n;
    into->timed = NULL;
}

/* One finding says more by itself. */
static bool can_merge(const tcps_headline *a, const tcps_headline *b)
{
    return have_one_subject(a, b) && a->n > 1 && b->n > 1 && a->n_rules + b->n_rules <= TCPS_HEADLINE_RULES &&
           tcps_headline_is_sentence(a->subjects[0]->key.rule) && tcps_headline_is_sentence(b->subjects[0]->key.rule);
}

static void merge_subjects(GArray *headlines)
{
    for (unsigned i = 0; i < headlines->len; i++) {
        tcps_headline *into = &g_array_index(headlines, tcps_headline, i);
        for (unsigned k = i + 1; k < headlines->len;) {
            const tcps_headline *from = &g_array_index(headlines, tcps_headline, k);
            if (can_merge(into, from)) {
                merge(into, from);
                g_array_remove_index(headlines, k);
            } else {
                k++;
            }
        }
    }
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static gint by_weight(gconstpointer a, gconstpointer b)
{
    const tcps_headline *x = a, *y = b;
    const int severity = y->severity - x->severity, rank = x->rank - y->rank, first = compare(x->first_ns, y->first_ns);
    return severity ? severity : rank ? rank : first ? first : compare(x->connection, y->connection);
}

GArray *tcps_headlines(const tcps_totals *t)
{
    GArray *headlines = g_array_new(FALSE, FALSE, sizeof(tcps_headline));

    add_rules(headlines, t);
    merge_subjects(headlines);
    g_array_sort(headlines, by_weight);
    return headlines;
}
