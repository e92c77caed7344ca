/* socket_table.c: see socket_table.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/socket_table.h"

#include <string.h>

#include "base/span.h"

/* A host answers at once: for longer than this, no segment and its answer are under way. */
#define ANSWER_NS 200000000

/* --- what changes --- */

static void append(tcps_row *row, const tcps_change *change)
{
    if (!row->changes)
        row->changes = g_array_new(FALSE, FALSE, sizeof(tcps_change));
    g_array_append_val(row->changes, *change);
}

/* The end's latest change, or NULL. */
static const tcps_change *latest(const tcps_row *row, unsigned end)
{
    for (unsigned i = row->changes ? row->changes->len : 0; i > 0; i--) {
        const tcps_change *c = &g_array_index(row->changes, tcps_change, i - 1);
        if (c->end == end)
            return c;
    }
    return NULL;
}

/* A socket's own segments restart its TIME_WAIT. */
static void note_end(tcps_row *row, unsigned end, bool sent, int64_t time_ns)
{
    const tcps_change *old = latest(row, end);
    const bool same = old && old->state == row->state[end];
    const tcps_change change = {.time_ns = same ? time_ns : row->since_ns[end],
                                .end = (uint8_t)end,
                                .state = row->state[end],
                                .certainty = row->certainty[end],
                                .until_ns = row->until_ns[end],
                                .restart = same && sent && row->state[end] == TCPS_TIME_WAIT};

    if (!same || old->certainty != change.certainty || old->until_ns != change.until_ns || change.restart)
        append(row, &change);
}

void tcps_sockets_note(tcps_row *row, const tcps_observation *o, int64_t time_ns)
{
    const bool past = o->event == TCPS_EVENT_LATE || o->event == TCPS_EVENT_DUPLICATE;

    for (unsigned end = 0; end < 2; end++)
        note_end(row, end, o->sender == end && !past, time_ns);
}

/* --- the table --- */

/* A server that answers a SYN out of LISTEN has a socket there, until it refuses one. */
static void take_listener(GHashTable *listeners, const tcps_row *row, int64_t time_ns)
{
    if (row->refused && row->last_ns <= time_ns)
        g_hash_table_remove(listeners, &row->ends[TCPS_SERVER]);
    else if (row->accepted_ns <= time_ns && !g_hash_table_contains(listeners, &row->ends[TCPS_SERVER]))
        g_hash_table_insert(listeners, (gpointer)&row->ends[TCPS_SERVER], (gpointer)row);
}

static guint hash_address(gconstpointer key)
{
    const tcps_address *a = key;
    uint64_t words[2];
    memcpy(words, a->bytes, sizeof words);
    return (guint)((((words[0] ^ words[1]) + a->port) * 0x9E3779B97F4A7C15u) >> 32);
}

static gboolean same_address(gconstpointer a, gconstpointer b)
{
    return tcps_address_same(a, b);
}

static void add_listeners(GArray *to, const tcps_model *m, int64_t time_ns)
{
    GHashTable *listeners = g_hash_table_new(hash_address, same_address);
    GHashTableIter i;
    gpointer row;

    for (unsigned n = 0; n < tcps_model_n_rows(m); n++)
        take_listener(listeners, tcps_model_row(m, n), time_ns);
    g_hash_table_iter_init(&i, listeners);
    while (g_hash_table_iter_next(&i, NULL, &row)) {
        const tcps_socket s = {.row = row,
                               .end = TCPS_SERVER,
                               .state = TCPS_LISTEN,
                               .certainty = TCPS_PRESUMED,
                               .since_ns = ((const tcps_row *)row)->accepted_ns};
        g_array_append_val(to, s);
    }
    g_hash_table_destroy(listeners);
}

/* Where no answer to a SYN was captured for so long, the host has dropped it: a full queue. */
static bool is_dropped(const tcps_socket *s, int64_t time_ns)
{
    return s->state == TCPS_SYN_RCVD && s->certainty != TCPS_PROVEN && span_between(s->since_ns, time_ns) > ANSWER_NS;
}

/* Where an end had come to at a time. */
typedef struct {
    const tcps_change *state; /* NULL: nowhere yet */
    uint8_t certainty;
    int64_t until_ns;
} path;

static void follow(path *p, const tcps_change *c)
{
    const bool changes = !p->state || p->state->state != c->state;

    if (changes)
        p->state = c;
    p->until_ns = c->until_ns;
    p->certainty = c->certainty;
}

static path path_until(const tcps_row *row, unsigned end, int64_t time_ns)
{
    path p = {NULL, TCPS_NO_EVIDENCE, INT64_MIN};

    for (unsigned i = 0; row->changes && i < row->changes->len; i++) {
        const tcps_change *c = &g_array_index(row->changes, tcps_change, i);
        if (c->end == end && c->time_ns <= time_ns)
            follow(&p, c);
    }
    return p;
}

static bool socket_at(const tcps_row *row, unsigned end, int64_t time_ns, tcps_socket *s)
{
    const path p = path_until(row, end, time_ns);

    if (!p.state)
        return false;
    *s = (tcps_socket){.row = row,
                       .end = (uint8_t)end,
                       .state = p.state->state,
                       .certainty = p.certainty,
                       .since_ns = p.state->time_ns};
    s->since_known = s->since_ns >= row->start_ns && !(row->mid_stream && s->since_ns == row->start_ns);
    return s->state >= TCPS_SYN_SENT && !is_dropped(s, time_ns) && p.until_ns > time_ns;
}

static void add_sockets(GArray *to, const tcps_row *row, int64_t time_ns)
{
    tcps_socket s;

    if (row->start_ns > time_ns || row->replaced_ns <= time_ns)
        return;
    for (unsigned end = 0; end < 2; end++)
        if (!(row->self && end == TCPS_CLIENT) && socket_at(row, end, time_ns, &s))
            g_array_append_val(to, s);
}

static int compare_hosts(const tcps_address *a, const tcps_address *b)
{
    return a->len != b->len ? a->len - b->len : memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static gint by_place(gconstpointer a, gconstpointer b)
{
    const tcps_socket *x = a, *y = b;
    const tcps_address *local[] = {&x->row->ends[x->end], &y->row->ends[y->end]};
    const tcps_address *peer[] = {&x->row->ends[1 - x->end], &y->row->ends[1 - y->end]};
    int order = compare_hosts(local[0], local[1]);

    order = order ? order : x->state - y->state;
    order = order ? order : (x->since_ns > y->since_ns) - (x->since_ns < y->since_ns);
    order = order ? order : local[0]->port - local[1]->port;
    order = order ? order : compare_hosts(peer[0], peer[1]);
    return order ? order : peer[0]->port - peer[1]->port;
}

GArray *tcps_sockets_at(const tcps_model *m, int64_t time_ns)
{
    GArray *to = g_array_new(FALSE, FALSE, sizeof(tcps_socket));

    add_listeners(to, m, time_ns);
    for (unsigned i = 0; i < tcps_model_n_rows(m); i++)
        add_sockets(to, tcps_model_row(m, i), time_ns);
    g_array_sort(to, by_place);
    return to;
}
