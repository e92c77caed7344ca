/* model.c: rows of connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/model.h"

#include <string.h>

#include "base/address.h"
#include "base/row_pages.h"
#include "base/slab.h"
#include "base/span.h"
#include "model/report_counts.h"
#include "model/socket_table.h"
#include "model/totals.h"
#include "rules/rule.h"

/* When a row is looked at next. */
typedef struct {
    int64_t due_ns;
    uint32_t connection;
} fold_place;

struct tcps_model {
    tcps_slab row_memory;
    tcps_row_pages by_index; /* of those of which a segment was fed */
    GPtrArray *rows;         /* the same without holes */
    GHashTable *findings;    /* connection -> GArray of tcps_finding; it may have no row (yet) */
    bool keep;
    int64_t keep_connection;
    bool keep_changes, keep_zeek;
    tcps_totals *folded; /* NULL unless rows are folded */
    GArray *fold_queue;  /* of fold_place, by due_ns; rows that may be folded then */
    guint fold_head;     /* those before it have been taken off */
    tcps_census *census; /* NULL unless endpoints are kept */
    GHashTable *by_ends; /* of tcps_row: the latest incarnation of each pair of ends */
    tcps_config config;
    bool begun;
    int64_t start_ns, end_ns;
};

static guint hash_ends(gconstpointer data)
{
    const tcps_row *row = data;
    uint64_t words[2][2];

    for (unsigned i = 0; i < 2; i++) {
        memcpy(words[i], row->ends[i].bytes, sizeof words[i]);
        words[i][0] = (words[i][0] ^ words[i][1] * 31 ^ (uint64_t)row->ends[i].port << 40) * 0x9E3779B97F4A7C15u;
    }
    return (guint)((words[0][0] + words[1][0]) >> 32);
}

/* Whichever the client is. */
static gboolean same_ends(gconstpointer a, gconstpointer b)
{
    const tcps_address *x = ((const tcps_row *)a)->ends, *y = ((const tcps_row *)b)->ends;

    return (tcps_address_same(&x[0], &y[0]) && tcps_address_same(&x[1], &y[1])) ||
           (tcps_address_same(&x[0], &y[1]) && tcps_address_same(&x[1], &y[0]));
}

/* What it holds, not itself. */
static void row_clear(tcps_row *row)
{
    if (row->rungs)
        g_array_free(row->rungs, TRUE);
    if (row->changes)
        g_array_free(row->changes, TRUE);
    tcps_spent_clear(&row->spent);
    g_free(row->zeek);
}

static void clear_each(tcps_row *row, void *data)
{
    (void)data;
    row_clear(row);
}

static void allocate(tcps_model *m)
{
    m->row_memory.size = sizeof(tcps_row);
    m->rows = g_ptr_array_new();
    m->by_ends = g_hash_table_new(hash_ends, same_ends);
    m->findings = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
}

static void begin_folding(tcps_model *m)
{
    m->folded = g_new0(tcps_totals, 1);
    m->fold_queue = g_array_new(FALSE, FALSE, sizeof(fold_place));
    m->fold_head = 0;
}

static void end_folding(tcps_model *m)
{
    if (!m->folded)
        return;
    g_free(m->folded);
    g_array_free(m->fold_queue, TRUE);
    m->folded = NULL;
}

static void release(tcps_model *m)
{
    g_hash_table_destroy(m->by_ends);
    g_ptr_array_free(m->rows, TRUE);
    tcps_row_pages_each(&m->by_index, clear_each, NULL);
    tcps_row_pages_clear(&m->by_index);
    tcps_slab_clear(&m->row_memory);
    g_hash_table_destroy(m->findings);
}

tcps_model *tcps_model_new(void)
{
    tcps_model *m = g_new0(tcps_model, 1);
    m->config = tcps_config_default();
    allocate(m);
    return m;
}

void tcps_model_free(tcps_model *m)
{
    if (!m)
        return;
    release(m);
    end_folding(m);
    tcps_census_free(m->census);
    g_free(m);
}

void tcps_model_reset(tcps_model *m)
{
    release(m);
    allocate(m);
    if (m->census) {
        tcps_census_free(m->census);
        m->census = tcps_census_new();
    }
    if (m->folded) {
        end_folding(m);
        begin_folding(m);
    }
    m->begun = false;
    m->start_ns = m->end_ns = 0;
}

void tcps_model_keep_segments(tcps_model *m, int64_t connection)
{
    m->keep = true;
    m->keep_connection = connection;
}

void tcps_model_keep_changes(tcps_model *m)
{
    m->keep_changes = true;
}

void tcps_model_keep_zeek(tcps_model *m)
{
    m->keep_zeek = true;
}

void tcps_model_keep_endpoints(tcps_model *m)
{
    if (!m->census)
        m->census = tcps_census_new();
}

void tcps_model_fold(tcps_model *m, bool fold)
{
    if (fold && !m->folded)
        begin_folding(m);
    if (!fold)
        end_folding(m);
}

void tcps_model_configure(tcps_model *m, const tcps_config *config)
{
    m->config = *config;
}

const tcps_config *tcps_model_config(const tcps_model *m)
{
    return &m->config;
}

const tcps_tallies *tcps_model_endpoints(const tcps_model *m)
{
    return m->census ? tcps_census_tallies(m->census) : NULL;
}

static void pass_time(tcps_model *m, int64_t time_ns)
{
    if (!m->begun)
        m->start_ns = m->end_ns = time_ns;
    m->begun = true;
    m->end_ns = MAX(m->end_ns, time_ns);
}

void tcps_model_begin(tcps_model *m, int64_t start_ns)
{
    pass_time(m, start_ns);
}

static void list_each(tcps_row *row, void *data)
{
    g_ptr_array_add(data, row);
}

/* Anew, once some have been folded. */
static void list_rows(tcps_model *m)
{
    if (!m->folded)
        return;
    g_ptr_array_set_size(m->rows, 0);
    tcps_row_pages_each(&m->by_index, list_each, m->rows);
}

void tcps_model_end(tcps_model *m, int64_t end_ns, uint32_t last_frame)
{
    list_rows(m);
    pass_time(m, end_ns);
    if (m->census)
        tcps_census_advance(m->census, m->config.two_msl_ns, m->end_ns, last_frame);
}

static tcps_row *row_at(const tcps_model *m, int64_t connection)
{
    return tcps_row_pages_get(&m->by_index, connection);
}

static void sent_fin(tcps_row *row, unsigned end, unsigned state)
{
    if (state == TCPS_FIN_WAIT_1 || state == TCPS_FIN_WAIT_2 || state == TCPS_CLOSING || state == TCPS_LAST_ACK ||
        state == TCPS_TIME_WAIT)
        row->fin[end] = true;
}

static void begin_view(tcps_row *row, unsigned end, const tcps_view *view)
{
    row->state[end] = view->state;
    row->certainty[end] = view->certainty;
    row->since_ns[end] = view->since_ns;
    sent_fin(row, end, view->before);
    sent_fin(row, end, view->state);
}

static tcps_row *row_new(tcps_model *m, const tcps_observation *o, const tcps_address *client,
                         const tcps_address *server)
{
    tcps_row *row = tcps_slab_take(&m->row_memory);

    row->index = o->connection;
    row->stream = TCPS_NO_STREAM;
    row->ends[TCPS_CLIENT] = *client;
    row->ends[TCPS_SERVER] = *server;
    for (unsigned i = 0; i < 2; i++)
        begin_view(row, i, &o->end[i]);
    row->self = tcps_address_same(client, server);
    row->accepted_ns = row->replaced_ns = INT64_MAX;
    row->replaces = -1;
    if (m->keep_zeek)
        row->zeek = g_new0(tcps_zeek, 1);
    tcps_row_pages_put(&m->by_index, row);
    return row;
}

static gint by_index(gconstpointer a, gconstpointer b)
{
    const tcps_row *left = *(const tcps_row *const *)a, *right = *(const tcps_row *const *)b;
    return (left->index > right->index) - (left->index < right->index);
}

/* Rows come in the order of their index but for filters and frames that are fed out of order. */
static void list_row(tcps_model *m, tcps_row *row)
{
    const tcps_row *last = m->rows->len ? g_ptr_array_index(m->rows, m->rows->len - 1) : NULL;

    if (m->folded) /* listed in the end */
        return;
    g_ptr_array_add(m->rows, row);
    if (last && last->index > row->index)
        g_ptr_array_sort(m->rows, by_index);
}

/* Of two incarnations, the later one has the sockets. */
static void replace(tcps_model *m, tcps_row *row, int64_t time_ns, uint32_t frame)
{
    tcps_row *old = g_hash_table_lookup(m->by_ends, row);

    if (old) {
        old->replaced_ns = time_ns;
        row->replaces = old->index;
        if (m->census)
            tcps_census_leave(m->census, old, time_ns, frame);
    }
    g_hash_table_replace(m->by_ends, row, row);
}

/* The state that is left counts up to where the next one began. Where segments in between were not fed, it is not known when
 * it was left. */
static void change_view(tcps_row *row, unsigned end, const tcps_view *view)
{
    const unsigned old = row->state[end];

    sent_fin(row, end, view->before);
    sent_fin(row, end, view->state);
    if (view->before == old && view->since_ns > row->since_ns[end])
        tcps_spent_add(&row->spent, end, old, span_between(row->since_ns[end], view->since_ns));
    row->state[end] = view->state;
    row->since_ns[end] = view->since_ns;
}

static void take_view(tcps_row *row, unsigned end, const tcps_view *view)
{
    const unsigned old = row->state[end];

    if (view->state != old || view->before != old || view->since_ns != row->since_ns[end])
        change_view(row, end, view);
    row->certainty[end] = view->certainty;
}

static bool is_open(unsigned state)
{
    return state >= TCPS_ESTABLISHED && state <= TCPS_LAST_ACK;
}

static bool resets(const tcps_row *row, const tcps_observation *o)
{
    const tcps_view *end = o->end;

    return o->transition && (end[0].state <= TCPS_LISTEN || end[1].state <= TCPS_LISTEN) && !row->reset_by &&
           !(row->fin[0] && row->fin[1]) && (is_open(end[0].before) || is_open(end[1].before));
}

static void take_end(tcps_row *row, const tcps_observation *o)
{
    if (o->end[0].state > TCPS_LISTEN && o->end[1].state > TCPS_LISTEN) { /* it goes on: that was no reset */
        row->reset_by = TCPS_BY_NOBODY;
        row->refused = false;
    }
    switch (o->event) {
    case TCPS_EVENT_RST_REFUSES:
        row->refused = true;
        break;
    case TCPS_EVENT_ICMP_UNREACHABLE:
        row->unreachable |= o->transition;
        break;
    case TCPS_EVENT_RST:
    case TCPS_EVENT_RST_OF_BAD_ACK:
        if (resets(row, o))
            row->reset_by = o->sender == TCPS_CLIENT ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
        break;
    default:
        break;
    }
}

/* What comes late, or again, tells what its sender was when it sent that. */
static bool tells_present(const tcps_row *row, unsigned end, const tcps_observation *o)
{
    const bool past = o->event == TCPS_EVENT_LATE || o->event == TCPS_EVENT_DUPLICATE;
    return !past || end != o->sender || row->self;
}

static void take_observation(tcps_row *row, const tcps_observation *o)
{
    take_end(row, o); /* a RST after both FINs leaves the close what it was: it is told from the FINs before it */
    for (unsigned i = 0; i < 2; i++)
        if (tells_present(row, i, o))
            take_view(row, i, &o->end[i]);
    row->closed_by = o->closed_by;
    row->role_basis = o->role_basis;
    if (o->end[0].state >= TCPS_ESTABLISHED && o->end[1].state >= TCPS_ESTABLISHED)
        row->opened = true;
}

static bool is_repeat(unsigned event)
{
    return event == TCPS_EVENT_SYN_REPEATED || event == TCPS_EVENT_SYN_ACK_REPEATED ||
           event == TCPS_EVENT_DATA_REPEATED || event == TCPS_EVENT_FIN_REPEATED;
}

static void count(tcps_row *row, const tcps_segment *s, const tcps_observation *o)
{
    const unsigned sender = o->sender & 1;

    if (row->first_frame == 0) {
        row->first_frame = s->frame;
        row->start_ns = s->time_ns;
        row->mid_stream = o->opens && !(s->flags & (TCPS_SYN | TCPS_RST));
    }
    row->last_frame = s->frame;
    row->last_ns = s->time_ns;
    row->repeats += is_repeat(o->event);
    if (o->event == TCPS_EVENT_DUPLICATE) {
        row->copies++;
        return;
    }
    row->segments[sender]++;
    row->bytes[sender] += s->len;
}

/* For the tables of sockets and of endpoints. */
static void take_sockets(tcps_model *m, tcps_row *row, const tcps_observation *o, int64_t time_ns, uint32_t frame)
{
    const unsigned sender = o->sender & 1;

    if (o->event == TCPS_EVENT_SYN_CROSSED)
        row->crossed = true;
    if (o->event == TCPS_EVENT_SYN_ACK && sender == TCPS_SERVER && row->segments[TCPS_CLIENT] && !row->crossed &&
        row->accepted_ns == INT64_MAX)
        row->accepted_ns = time_ns;
    if (row->state[sender] == TCPS_TIME_WAIT && tells_present(row, sender, o))
        row->restart_ns[sender] = time_ns;
    if (m->keep_changes)
        tcps_sockets_note(row, o, time_ns);
    if (!m->census)
        return;
    tcps_census_advance(m->census, m->config.two_msl_ns, time_ns, frame);
    if (!tcps_census_knows(row))
        tcps_census_take(m->census, row, time_ns, frame);
}

static bool is_kept(const tcps_model *m, const tcps_row *row)
{
    return m->keep && (m->keep_connection < 0 || m->keep_connection == row->index);
}

/* The sender of an observation is that of the segment, quoted or not; an ICMP error goes the other way. */
static void keep(tcps_row *row, const tcps_segment *s, const tcps_observation *o, bool icmp)
{
    const tcps_rung rung = {
        .time_ns = s->time_ns,
        .frame = s->frame,
        .seq = s->seq,
        .ack = s->ack,
        .len = s->len,
        .flags = s->flags,
        .icmp = icmp,
        .sender = (o->sender & 1) ^ icmp,
        .event = o->event,
        .state = {o->end[0].state, o->end[1].state},
        .certainty = {o->end[0].certainty, o->end[1].certainty},
        .has = s->has,
        .reason = {tcps_reason_of(&o->end[0]), tcps_reason_of(&o->end[1])},
    };

    if (!row->rungs)
        row->rungs = g_array_new(FALSE, FALSE, sizeof(tcps_rung));
    g_array_append_val(row->rungs, rung);
}

/* --- folding --- */

/* Not before the engine has forgotten it, and has said all that it will say of it. */
static void plan_fold(tcps_model *m, uint32_t connection, int64_t time_ns)
{
    const fold_place p = {.due_ns = span_after(span_after(time_ns, TCPS_FORGET_NS), m->config.two_msl_ns),
                          .connection = connection};
    g_array_append_val(m->fold_queue, p);
}

static bool is_past(const tcps_model *m, const tcps_row *row, int64_t now_ns)
{
    if (row->queued)
        return false;
    for (unsigned i = 0; i < 2; i++)
        if (row->state[i] > TCPS_SYN_RCVD && row->state[i] != TCPS_TIME_WAIT && row->replaced_ns == INT64_MAX)
            return false;
    return span_after(span_after(row->last_ns, TCPS_FORGET_NS), m->config.two_msl_ns) <= now_ns;
}

static bool is_folded(const tcps_model *m, uint32_t connection)
{
    return m->folded && tcps_row_pages_folded(&m->by_index, connection);
}

static void add_close_wait(const tcps_model *m, const tcps_row *row)
{
    for (unsigned end = 0; end < 2; end++)
        if (row->tally[end])
            row->tally[end]->close_wait_ns =
                span_after(row->tally[end]->close_wait_ns, tcps_model_time_in(m, row, (tcps_role)end, TCPS_CLOSE_WAIT));
}

static void fold(tcps_model *m, tcps_row *row)
{
    if (m->census) /* what has waited for a handshake has given up */
        tcps_census_leave(m->census, row, m->end_ns, row->last_frame);
    tcps_totals_add(m->folded, m, row, tcps_model_findings(m, row));
    add_close_wait(m, row);
    g_hash_table_remove(m->findings, GUINT_TO_POINTER(row->index));
    if (g_hash_table_lookup(m->by_ends, row) == row)
        g_hash_table_remove(m->by_ends, row);
    tcps_row_pages_fold(&m->by_index, row->index);
    g_ptr_array_set_size(m->rows, 0); /* until the end */
    row_clear(row);
    tcps_slab_give_back(&m->row_memory, row);
}

static void drop_head(tcps_model *m)
{
    m->fold_head++;
    if (m->fold_head < 1024 || m->fold_head < m->fold_queue->len / 2)
        return;
    g_array_remove_range(m->fold_queue, 0, m->fold_head);
    m->fold_head = 0;
}

/* Folds what has been over for long enough; the rest is looked at again after as long. */
static void fold_past(tcps_model *m, int64_t now_ns)
{
    while (m->folded && m->fold_head < m->fold_queue->len) {
        const fold_place p = g_array_index(m->fold_queue, fold_place, m->fold_head);
        if (p.due_ns > now_ns || p.due_ns == INT64_MAX) /* at the end of time nothing is due ever again */
            return;
        tcps_row *row = row_at(m, p.connection);
        drop_head(m);
        if (row && is_past(m, row, now_ns))
            fold(m, row);
        else if (row)
            plan_fold(m, p.connection, now_ns);
    }
}

/* --- what is fed --- */

void tcps_model_segment(tcps_model *m, const tcps_segment *segment, const tcps_observation *observation,
                        const tcps_address *client, const tcps_address *server)
{
    const tcps_observation *o = observation;
    tcps_row *row = row_at(m, o->connection);

    if (!row) {
        row = row_new(m, o, client, server);
        list_row(m, row);
        replace(m, row, segment->time_ns, segment->frame);
        if (m->folded)
            plan_fold(m, row->index, segment->time_ns);
    }
    take_observation(row, o);
    if (row->zeek)
        tcps_zeek_take(row->zeek, segment, o);
    pass_time(m, segment->time_ns);
    count(row, segment, o);
    take_sockets(m, row, o, segment->time_ns, segment->frame);
    if (is_kept(m, row))
        keep(row, segment, o, false);
    fold_past(m, segment->time_ns);
}

void tcps_model_icmp_error(tcps_model *m, const tcps_segment *quote, const tcps_observation *observation)
{
    tcps_row *row = row_at(m, observation->connection);

    if (!row)
        return;
    take_observation(row, observation);
    if (row->zeek)
        tcps_zeek_take(row->zeek, NULL, observation);
    pass_time(m, quote->time_ns);
    take_sockets(m, row, observation, quote->time_ns, quote->frame);
    if (is_kept(m, row))
        keep(row, quote, observation, true);
}

void tcps_model_stream(tcps_model *m, uint32_t connection, uint32_t stream)
{
    tcps_row *row = row_at(m, connection);

    if (row && row->stream == TCPS_NO_STREAM)
        row->stream = stream;
}

void tcps_model_finding(tcps_model *m, const tcps_finding *finding)
{
    GArray *list = g_hash_table_lookup(m->findings, GUINT_TO_POINTER(finding->connection));

    if (is_folded(m, finding->connection)) {
        tcps_totals_add_finding(m->folded, finding);
        return;
    }
    if (!list) {
        list = g_array_new(FALSE, FALSE, sizeof(tcps_finding));
        g_hash_table_insert(m->findings, GUINT_TO_POINTER(finding->connection), list);
    }
    g_array_append_val(list, *finding);
}

const GArray *tcps_model_findings(const tcps_model *m, const tcps_row *row)
{
    return g_hash_table_lookup(m->findings, GUINT_TO_POINTER(row->index));
}

unsigned tcps_model_n_connections(const tcps_model *m)
{
    return (m->folded ? m->folded->connections : 0) + m->rows->len;
}

tcps_totals *tcps_model_totals(const tcps_model *m)
{
    tcps_totals *t = g_new0(tcps_totals, 1);

    if (m->folded)
        *t = *m->folded;
    for (guint i = 0; i < m->rows->len; i++) {
        const tcps_row *row = g_ptr_array_index(m->rows, i);
        tcps_totals_add(t, m, row, tcps_model_findings(m, row));
    }
    return t;
}

unsigned tcps_model_n_rows(const tcps_model *m)
{
    return m->rows->len;
}

const tcps_row *tcps_model_row(const tcps_model *m, unsigned n)
{
    return n < m->rows->len ? g_ptr_array_index(m->rows, n) : NULL;
}

const tcps_row *tcps_model_connection(const tcps_model *m, int64_t connection)
{
    return row_at(m, connection);
}

int64_t tcps_model_start_ns(const tcps_model *m)
{
    return m->start_ns;
}

int64_t tcps_model_end_ns(const tcps_model *m)
{
    return m->end_ns;
}

/* TIME_WAIT is as good as closed: only time passes there. Who tries anew has done with the old. */
static bool is_done(unsigned state)
{
    return (state >= TCPS_CLOSED && state <= TCPS_SYN_SENT) || state == TCPS_TIME_WAIT;
}

static bool saw_handshake_only(const tcps_row *row)
{
    for (unsigned i = 0; i < 2; i++)
        if (tcps_spent_in(&row->spent, i, TCPS_SYN_RCVD) || row->state[i] == TCPS_SYN_RCVD)
            return true;
    return tcps_spent_in(&row->spent, TCPS_CLIENT, TCPS_SYN_SENT) || row->state[TCPS_CLIENT] == TCPS_SYN_SENT;
}

static tcps_outcome outcome_of_opened(const tcps_row *row)
{
    if (row->fin[0] && row->fin[1])
        return is_done(row->state[0]) && is_done(row->state[1]) ? TCPS_OUTCOME_CLOSED : TCPS_OUTCOME_CLOSING;
    if (row->fin[0] || row->fin[1])
        return TCPS_OUTCOME_HALF_CLOSED;
    return TCPS_OUTCOME_OPEN;
}

tcps_outcome tcps_row_outcome(const tcps_row *row)
{
    if (row->refused)
        return TCPS_OUTCOME_REFUSED;
    if (row->unreachable)
        return TCPS_OUTCOME_UNREACHABLE;
    if (row->reset_by)
        return TCPS_OUTCOME_RESET;
    if (row->opened || row->fin[0] || row->fin[1])
        return outcome_of_opened(row);
    if (row->state[TCPS_CLIENT] == TCPS_SYN_SENT && !row->segments[TCPS_SERVER])
        return TCPS_OUTCOME_UNANSWERED;
    if (saw_handshake_only(row))
        return TCPS_OUTCOME_HALF_OPEN;
    return is_open(row->state[0]) || is_open(row->state[1]) ? TCPS_OUTCOME_OPEN : TCPS_OUTCOME_STRAY;
}

tcps_closed_by tcps_row_outcome_by(const tcps_row *row)
{
    switch (tcps_row_outcome(row)) {
    case TCPS_OUTCOME_CLOSED:
        return (tcps_closed_by)row->closed_by;
    case TCPS_OUTCOME_HALF_CLOSED:
        return row->fin[TCPS_CLIENT] ? TCPS_BY_CLIENT : TCPS_BY_SERVER;
    case TCPS_OUTCOME_RESET:
        return (tcps_closed_by)row->reset_by;
    default:
        return TCPS_BY_NOBODY;
    }
}

void tcps_outcome_append(GString *to, unsigned outcome, unsigned by)
{
    static const char *const names[TCPS_N_OUTCOMES] = {
        [TCPS_OUTCOME_CLOSED] = "closed",
        [TCPS_OUTCOME_CLOSING] = "closing at the end",
        [TCPS_OUTCOME_HALF_CLOSED] = "half-closed",
        [TCPS_OUTCOME_OPEN] = "open at the end",
        [TCPS_OUTCOME_RESET] = "reset",
        [TCPS_OUTCOME_REFUSED] = "refused",
        [TCPS_OUTCOME_UNREACHABLE] = "unreachable",
        [TCPS_OUTCOME_UNANSWERED] = "SYN unanswered",
        [TCPS_OUTCOME_HALF_OPEN] = "handshake not completed",
        [TCPS_OUTCOME_STRAY] = "stray segments",
    };

    if (outcome >= TCPS_N_OUTCOMES)
        return;
    g_string_append(to, names[outcome]);
    if (by == TCPS_BY_BOTH)
        g_string_append(to, ", both at once");
    else if (by != TCPS_BY_NOBODY && outcome == TCPS_OUTCOME_CLOSED)
        g_string_append_printf(to, ", %s first", tcps_closed_by_name(by));
    else if (by != TCPS_BY_NOBODY)
        g_string_append_printf(to, " by %s", tcps_closed_by_name(by));
}

int64_t tcps_model_time_in(const tcps_model *m, const tcps_row *row, tcps_role end, tcps_state state)
{
    int64_t spent = tcps_spent_in(&row->spent, end, state);

    if (row->state[end] == state)
        spent = span_after(spent, MAX(span_between(row->since_ns[end], MIN(m->end_ns, row->replaced_ns)), 0));
    return spent;
}

tcps_finding tcps_model_complete(const tcps_model *m, const tcps_finding *finding)
{
    tcps_finding whole = *finding;
    const tcps_rule *rule = tcps_rule_get(finding->rule);
    const tcps_row *row = tcps_model_connection(m, finding->connection);
    const unsigned end = finding->end & 1;

    if (!rule || rule->stay == TCPS_UNKNOWN || !row)
        return whole;
    whole.detail = row->state[end] == rule->stay ? TCPS_STAY_AT_END : TCPS_STAY_OVER;
    whole.value = MAX(finding->value, tcps_model_time_in(m, row, end, rule->stay));
    return whole;
}
