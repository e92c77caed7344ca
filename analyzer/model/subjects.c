/* subjects.c: see subjects.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/subjects.h"

#include <string.h>

#include "base/span.h"

enum { MAX_SUBJECTS = 2048, MAX_DEALINGS = 2048 };

struct tcps_subjects {
    GHashTable *found;    /* keys and values: tcps_subject */
    GHashTable *dealings; /* the same of tcps_dealings */
    uint32_t made[TCPS_MAX_RULES][TCPS_N_GROUPINGS];
};

static guint hash(gconstpointer item)
{
    const tcps_subject_key *k = item;
    uint64_t words[2];
    memcpy(words, k->address.bytes, sizeof words);
    uint64_t h = (words[0] ^ words[1] * 31 ^ (uint64_t)k->address.port << 32 ^ (uint64_t)k->rule << 50 ^
                  (uint64_t)k->grouping << 58 ^ (uint64_t)k->role << 62) *
                 UINT64_C(0x9E3779B97F4A7C15);
    return (guint)(h >> 32);
}

static gboolean same(gconstpointer a, gconstpointer b)
{
    const tcps_subject_key *x = a, *y = b;
    return x->role == y->role && x->rule == y->rule && x->grouping == y->grouping &&
           tcps_address_same(&x->address, &y->address);
}

tcps_subjects *tcps_subjects_new(void)
{
    tcps_subjects *s = g_new0(tcps_subjects, 1);
    s->found = g_hash_table_new_full(hash, same, NULL, g_free);
    s->dealings = g_hash_table_new_full(hash, same, NULL, g_free);
    return s;
}

void tcps_subjects_free(tcps_subjects *s)
{
    if (!s)
        return;
    g_hash_table_destroy(s->found);
    g_hash_table_destroy(s->dealings);
    g_free(s);
}

static void *copy_of(const void *item, size_t size)
{
    void *copy = g_malloc(size);
    memcpy(copy, item, size);
    return copy;
}

static void copy_table(GHashTable *to, GHashTable *from, size_t size)
{
    GHashTableIter at;
    gpointer item;

    g_hash_table_iter_init(&at, from);
    while (g_hash_table_iter_next(&at, &item, NULL)) {
        void *copy = copy_of(item, size);
        g_hash_table_insert(to, copy, copy);
    }
}

tcps_subjects *tcps_subjects_copy(const tcps_subjects *s)
{
    tcps_subjects *copy = tcps_subjects_new();
    copy_table(copy->found, s->found, sizeof(tcps_subject));
    copy_table(copy->dealings, s->dealings, sizeof(tcps_dealings));
    memcpy(copy->made, s->made, sizeof copy->made);
    return copy;
}

void tcps_subjects_doubt(tcps_subjects *s, const tcps_losses *losses)
{
    GHashTableIter at;
    gpointer item;

    g_hash_table_iter_init(&at, s->found);
    while (g_hash_table_iter_next(&at, &item, NULL)) {
        tcps_subject *subject = item;
        tcps_losses_doubt(losses, &subject->worst);
        if (subject->worst.doubt & TCPS_FAKED_BY_DROPS)
            subject->severity = subject->worst.severity;
    }
}

/* --- order --- */

static int by_key(const tcps_subject_key *a, const tcps_subject_key *b)
{
    const int address = memcmp(a->address.bytes, b->address.bytes, sizeof a->address.bytes);
    const int port = a->address.port - b->address.port, role = a->role - b->role, rule = a->rule - b->rule;
    return address ? address : port ? port : role ? role : rule ? rule : a->grouping - b->grouping;
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* The worst, then the most, then the first. */
static gint by_weight(gconstpointer a, gconstpointer b)
{
    const tcps_subject *x = *(const tcps_subject *const *)a, *y = *(const tcps_subject *const *)b;
    const int severity = y->severity - x->severity, n = compare(y->n, x->n), first = compare(x->first_ns, y->first_ns);
    return severity ? severity : n ? n : first ? first : by_key(&x->key, &y->key);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const tcps_dealings *x = *(const tcps_dealings *const *)a, *y = *(const tcps_dealings *const *)b;
    const int close_waits = compare(y->close_waits, x->close_waits), asked = compare(y->asked, x->asked);
    return close_waits ? close_waits : asked ? asked : by_key(&x->key, &y->key);
}

static gint by_address(gconstpointer a, gconstpointer b)
{
    const tcps_dealings *x = *(const tcps_dealings *const *)a, *y = *(const tcps_dealings *const *)b;
    return by_key(&x->key, &y->key);
}

static GPtrArray *all_of(GHashTable *table)
{
    GPtrArray *all = g_ptr_array_new();
    GHashTableIter at;
    gpointer item;

    g_hash_table_iter_init(&at, table);
    while (g_hash_table_iter_next(&at, &item, NULL))
        g_ptr_array_add(all, item);
    return all;
}

/* Forgets half of them, the least important ones, where there are too many. */
static void make_room(GHashTable *table, unsigned most, GCompareFunc order)
{
    if (g_hash_table_size(table) < most)
        return;
    GPtrArray *all = all_of(table);
    g_ptr_array_sort(all, order);
    for (unsigned i = all->len / 2; i < all->len; i++)
        g_hash_table_remove(table, all->pdata[i]);
    g_ptr_array_free(all, TRUE);
}

/* --- findings --- */

/* A service, or a client host without its port. */
static tcps_address named(const tcps_address *end, unsigned role)
{
    tcps_address a = *end;
    if (role == TCPS_CLIENT)
        a.port = 0;
    return a;
}

static tcps_subject_key key_of(const tcps_finding *f, tcps_grouping grouping)
{
    const unsigned end = f->end & 1, of = grouping == TCPS_BY_PEER ? 1 - end : end;
    const unsigned role = grouping == TCPS_BY_HOST ? TCPS_CLIENT : of;
    return (tcps_subject_key){named(&f->ends[of], role), (uint8_t)role, f->rule, (uint8_t)grouping};
}

static tcps_subject *subject_of(tcps_subjects *s, const tcps_finding *f, tcps_grouping grouping)
{
    const tcps_subject_key key = key_of(f, grouping);
    const unsigned other = grouping == TCPS_BY_PEER ? f->end & 1u : 1 - (f->end & 1u);
    const tcps_address peer = named(&f->ends[other], other);
    tcps_subject *subject = g_hash_table_lookup(s->found, &key);

    if (!subject) {
        make_room(s->found, MAX_SUBJECTS, by_weight);
        subject = g_new0(tcps_subject, 1);
        *subject = (tcps_subject){
            .key = key, .peer = peer, .first_ns = f->began_ns, .last_ns = f->began_ns, .severity = f->severity};
        g_hash_table_insert(s->found, subject, subject);
        s->made[f->rule][grouping]++;
    }
    subject->several |= !tcps_address_same(&subject->peer, &peer);
    return subject;
}

static bool is_worse(const tcps_finding *a, const tcps_finding *b)
{
    if (a->severity != b->severity)
        return a->severity > b->severity;
    return a->value != b->value ? a->value > b->value : a->connection < b->connection;
}

static void count(tcps_subject *subject, const tcps_finding *f)
{
    if (!subject->n || is_worse(f, &subject->worst))
        subject->worst = *f;
    subject->n++;
    subject->n_over += f->status == TCPS_OVER;
    subject->n_presumed += f->certain == TCPS_PRESUMED;
    subject->severity = MAX(subject->severity, f->severity);
    subject->first_ns = MIN(subject->first_ns, f->began_ns);
    subject->last_ns = MAX(subject->last_ns, f->began_ns);
    tcps_moments_add(&subject->when, f->began_ns);
    if (f->timed)
        tcps_durations_add(&subject->timed, f->value);
}

void tcps_subjects_add_finding(tcps_subjects *s, const tcps_finding *f)
{
    if (f->rule >= TCPS_MAX_RULES)
        return;
    for (unsigned grouping = 0; grouping < TCPS_N_GROUPINGS; grouping++)
        count(subject_of(s, f, (tcps_grouping)grouping), f);
}

uint32_t tcps_subjects_count(const tcps_subjects *s, unsigned rule, tcps_grouping grouping)
{
    return rule < TCPS_MAX_RULES ? s->made[rule][grouping] : 0;
}

GPtrArray *tcps_subjects_list(const tcps_subjects *s, unsigned rule, tcps_grouping grouping)
{
    GPtrArray *all = all_of(s->found), *list = g_ptr_array_new();

    for (unsigned i = 0; i < all->len; i++) {
        const tcps_subject *subject = all->pdata[i];
        if (subject->key.rule == rule && subject->key.grouping == grouping)
            g_ptr_array_add(list, all->pdata[i]);
    }
    g_ptr_array_sort(list, by_weight);
    g_ptr_array_free(all, TRUE);
    return list;
}

/* --- dealings --- */

static tcps_dealings *dealings_of(tcps_subjects *s, const tcps_row *row, unsigned end)
{
    const tcps_subject_key key = {.address = named(&row->ends[end], end), .role = (uint8_t)end};
    tcps_dealings *d = g_hash_table_lookup(s->dealings, &key);

    if (!d) {
        make_room(s->dealings, MAX_DEALINGS, by_number);
        d = g_new0(tcps_dealings, 1);
        d->key = key;
        g_hash_table_insert(s->dealings, d, d);
    }
    return d;
}

static void count_opening(tcps_subjects *s, const tcps_row *row)
{
    if (row->role_basis != TCPS_BASIS_SYN || row->self)
        return;
    tcps_dealings *d = dealings_of(s, row, TCPS_SERVER);
    d->asked++;
    d->answered += row->accepted_ns != INT64_MAX || row->opened;
    if (row->opened) {
        d->completed++;
        tcps_moments_add(&d->when_completed, row->start_ns);
    }
}

static void count_close_wait(tcps_subjects *s, const tcps_row *row, unsigned end, int64_t end_ns, int64_t long_ns)
{
    const int64_t ns = row->took_fin[end] ? tcps_row_time_in(row, (tcps_role)end, TCPS_CLOSE_WAIT, end_ns) : 0;
    if (ns <= long_ns)
        return;
    tcps_dealings *d = dealings_of(s, row, end);
    d->close_waits++;
    d->close_waits_on += row->state[end] == TCPS_CLOSE_WAIT;
    d->close_wait_ns = MAX(d->close_wait_ns, ns);
}

void tcps_subjects_add_row(tcps_subjects *s, const tcps_row *row, int64_t end_ns, int64_t long_ns)
{
    count_opening(s, row);
    for (unsigned end = 0; end < 2; end++)
        count_close_wait(s, row, end, end_ns, long_ns);
}

GPtrArray *tcps_dealings_list(const tcps_subjects *s)
{
    GPtrArray *all = all_of(s->dealings);
    g_ptr_array_sort(all, by_address);
    return all;
}

const tcps_dealings *tcps_dealings_of(const tcps_subjects *s, const tcps_address *address, tcps_role role)
{
    const tcps_subject_key key = {.address = *address, .role = (uint8_t)role};
    return g_hash_table_lookup(s->dealings, &key);
}
