/* feed.c: what a model is fed: rows begin, take what is observed, and are folded once they are over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/model.h"

#include "base/address.h"
#include "base/span.h"
#include "model/model_state.h"
#include "model/row_observe.h"
#include "model/row_timers.h"
#include "model/socket_table.h"

static tcps_row *row_new(tcps_model *m, const tcps_observation *o, const tcps_address *client,
                         const tcps_address *server)
{
    tcps_row *row = tcps_row_store_add(&m->store, o->connection);

    row->stream = TCPS_NO_STREAM;
    row->ends[TCPS_CLIENT] = *client;
    row->ends[TCPS_SERVER] = *server;
    for (unsigned i = 0; i < 2; i++)
        tcps_row_begin(row, i, &o->end[i]);
    row->self = tcps_address_same(client, server);
    row->accepted_ns = row->replaced_ns = row->until_ns[0] = row->until_ns[1] = INT64_MAX;
    row->replaces = -1;
    if (m->keep_zeek)
        row->zeek = g_new0(tcps_zeek, 1);
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

    if (m->folded)
        return;
    g_ptr_array_add(m->rows, row);
    if (last && last->index > row->index)
        g_ptr_array_sort(m->rows, by_index);
}

/* Whichever the client is. */
static uint32_t hash_ends(const tcps_row *row)
{
    uint64_t words[2][2];

    for (unsigned i = 0; i < 2; i++) {
        memcpy(words[i], row->ends[i].bytes, sizeof words[i]);
        words[i][0] =
            (words[i][0] ^ words[i][1] * 31 ^ (uint64_t)row->ends[i].port << 40) * UINT64_C(0x9E3779B97F4A7C15);
        words[i][0] ^= words[i][0] >> 29;
    }
    return (uint32_t)((words[0][0] + words[1][0]) * UINT64_C(0xD6E8FEB86659FD93) >> 32);
}

static bool same_ends(const tcps_row *a, const tcps_row *b)
{
    const tcps_address *x = a->ends, *y = b->ends;

    return (tcps_address_same(&x[0], &y[0]) && tcps_address_same(&x[1], &y[1])) ||
           (tcps_address_same(&x[0], &y[1]) && tcps_address_same(&x[1], &y[0]));
}

/* The latest incarnation of the same ends; NULL where there is none. */
static tcps_row *latest_of(tcps_model *m, const tcps_row *row, uint32_t hash)
{
    tcps_table_cursor at = tcps_table_start(m->by_ends, hash);

    for (uint32_t number; tcps_table_next(m->by_ends, &at, &number);)
        if (same_ends(tcps_row_store_look(&m->store, number), row))
            return row_at(m, number);
    return NULL;
}

/* Of two incarnations, the later one has the sockets. */
static void replace(tcps_model *m, tcps_row *row, int64_t time_ns, uint32_t frame)
{
    const uint32_t hash = hash_ends(row);
    tcps_row *old = latest_of(m, row, hash);

    if (old) {
        old->replaced_ns = time_ns;
        row->replaces = old->index;
        if (m->census)
            tcps_census_leave(m->census, old, time_ns, frame);
        tcps_table_remove(m->by_ends, hash, old->index);
    }
    tcps_table_add(m->by_ends, hash, row->index);
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
    if (row->state[sender] == TCPS_TIME_WAIT && tcps_row_tells_present(row, sender, o))
        row->restart_ns[sender] = time_ns;
    tcps_row_note_timers(row, o, m->config.two_msl_ns, time_ns);
    if (m->keep_changes)
        tcps_sockets_note(row, o, time_ns);
    if (!m->census)
        return;
    if (row->queued)
        tcps_census_look_again(m->census);
    tcps_census_advance(m->census, m->config.two_msl_ns, time_ns, frame);
    if (!tcps_census_knows(row))
        tcps_census_take(m->census, row, time_ns, frame);
}

static bool is_kept(const tcps_model *m, const tcps_row *row)
{
    return m->keep && (m->keep_connection < 0 || m->keep_connection == row->index);
}

/* --- folding --- */

/* Not before the engine has forgotten it, and has said all that it will say of it. */
static int64_t fold_due_ns(const tcps_model *m, int64_t time_ns)
{
    return span_after(span_after(time_ns, TCPS_FORGET_NS), m->config.two_msl_ns);
}

static void look_again(tcps_model *m, uint32_t connection, int64_t time_ns)
{
    const fold_place p = {.due_ns = fold_due_ns(m, time_ns), .connection = connection};
    g_array_append_val(m->again.places, p);
}

static bool is_past(const tcps_model *m, const tcps_row *row, int64_t now_ns)
{
    if (row->queued)
        return false;
    for (unsigned i = 0; i < 2; i++)
        if (row->state[i] > TCPS_SYN_RCVD && row->state[i] != TCPS_TIME_WAIT && row->replaced_ns == INT64_MAX)
            return false;
    return fold_due_ns(m, row->last_ns) <= now_ns;
}

static bool is_folded(const tcps_model *m, uint32_t connection)
{
    return m->folded && tcps_row_pages_folded(&m->store.pages, connection);
}

static void fold(tcps_model *m, tcps_row *row)
{
    if (m->census) /* what has waited for a handshake has given up */
        tcps_census_leave(m->census, row, m->end_ns, row->last_frame);
    tcps_totals_add(m->folded, row, tcps_model_findings(m, row), m->end_ns, m->config.linger_ns);
    g_hash_table_remove(m->findings, GUINT_TO_POINTER(row->index));
    if (row->replaced_ns == INT64_MAX)
        tcps_table_remove(m->by_ends, hash_ends(row), row->index);
    tcps_row_store_fold(&m->store, row);
}

static bool is_empty(const fold_line *line)
{
    return line->head == line->places->len;
}

static void drop_head(fold_line *line)
{
    line->head++;
    if (line->head < 1024 || line->head < line->places->len / 2)
        return;
    g_array_remove_range(line->places, 0, line->head);
    line->head = 0;
}

/* When the first of those that have not been looked at is due. */
static int64_t fresh_due_ns(tcps_model *m)
{
    if (is_empty(&m->fresh))
        return INT64_MAX;
    if (m->fresh_due_ns == INT64_MIN)
        m->fresh_due_ns = fold_due_ns(
            m, tcps_row_store_look(&m->store, g_array_index(m->fresh.places, uint32_t, m->fresh.head))->start_ns);
    return m->fresh_due_ns;
}

/* Takes off the first that is due. False: none is. */
static bool take_due(tcps_model *m, int64_t now_ns, uint32_t *connection)
{
    const fold_place *again = is_empty(&m->again) ? NULL : &g_array_index(m->again.places, fold_place, m->again.head);
    const int64_t fresh_ns = fresh_due_ns(m), again_ns = again ? again->due_ns : INT64_MAX,
                  due_ns = MIN(fresh_ns, again_ns);
    if (due_ns > now_ns || due_ns == INT64_MAX) /* at the end of time nothing is due ever again */
        return false;
    if (again_ns < fresh_ns) {
        *connection = again->connection;
        drop_head(&m->again);
        return true;
    }
    *connection = g_array_index(m->fresh.places, uint32_t, m->fresh.head);
    m->fresh_due_ns = INT64_MIN;
    drop_head(&m->fresh);
    return true;
}

/* Folds what has been over for long enough; the rest is looked at again after as long. */
static void fold_past(tcps_model *m, int64_t now_ns)
{
    for (uint32_t connection; m->folded && take_due(m, now_ns, &connection);) {
        tcps_row *row = row_at(m, connection);
        if (row && is_past(m, row, now_ns))
            fold(m, row);
        else if (row)
            look_again(m, connection, now_ns);
    }
}

/* --- what is fed --- */

/* Whoever counts sockets, and asks how long they were where, wants to know what they have come to: what was on its way to an end
 * when it sent the segment has arrived since. */
static tcps_observation once_arrived(const tcps_observation *o)
{
    tcps_observation after = *o;
    for (unsigned i = 0; i < 2; i++) {
        tcps_view *v = &after.end[i];
        if (i == o->sender && (o->event == TCPS_EVENT_LATE || o->event == TCPS_EVENT_DUPLICATE))
            continue;
        v->state = o->standing[i].state;
        v->certainty = o->standing[i].certainty;
        v->since_frame = o->standing[i].since_frame;
        v->since_ns = o->standing[i].since_ns;
    }
    return after;
}

void tcps_model_segment(tcps_model *m, const tcps_segment *segment, const tcps_observation *observation,
                        const tcps_address *client, const tcps_address *server)
{
    const tcps_observation after = once_arrived(observation), *o = &after;
    tcps_row *row = row_at(m, o->connection);

    if (!row) {
        row = row_new(m, o, client, server);
        list_row(m, row);
        replace(m, row, segment->time_ns, segment->frame);
        if (m->folded)
            g_array_append_val(m->fresh.places, row->index);
    }
    m->losses.options_cut += (segment->has & TCPS_OPTIONS_CUT) != 0;
    tcps_row_observe(row, o);
    if (row->zeek)
        tcps_zeek_take(row->zeek, segment, o);
    pass_time(m, segment->time_ns);
    tcps_row_count(row, segment, o);
    take_sockets(m, row, o, segment->time_ns, segment->frame);
    if (is_kept(m, row))
        tcps_row_keep(row, segment, observation, false);
    tcps_row_store_changed(&m->store, row);
    fold_past(m, segment->time_ns);
    tcps_row_store_rest(&m->store);
}

void tcps_model_icmp_error(tcps_model *m, const tcps_segment *quote, const tcps_observation *observation)
{
    const tcps_observation after = once_arrived(observation);
    tcps_row *row = row_at(m, observation->connection);

    if (!row)
        return;
    tcps_row_observe(row, &after);
    if (row->zeek)
        tcps_zeek_take(row->zeek, NULL, &after);
    pass_time(m, quote->time_ns);
    take_sockets(m, row, &after, quote->time_ns, quote->frame);
    if (is_kept(m, row))
        tcps_row_keep(row, quote, observation, true);
    tcps_row_store_changed(&m->store, row);
    tcps_row_store_rest(&m->store);
}

void tcps_model_stream(tcps_model *m, uint32_t connection, uint32_t stream)
{
    tcps_row *row = row_at(m, connection);

    if (row && row->stream == TCPS_NO_STREAM)
        row->stream = stream;
}

/* One that is not followed up is complete. Then there is no need to keep it for the totals. */
static bool tell_at_once(tcps_model *m, const tcps_finding *finding)
{
    tcps_row *row = m->folded && !finding->followed ? row_at(m, finding->connection) : NULL;

    if (!row || row->told == UINT16_MAX)
        return false;
    tcps_totals_add_finding(m->folded, finding);
    const uint8_t doubted = tcps_totals_doubted(finding);
    row->told_severity = row->told ? MAX(row->told_severity, finding->severity) : finding->severity;
    row->told_doubted = row->told ? MAX(row->told_doubted, doubted) : doubted;
    row->told++;
    tcps_row_store_rest(&m->store);
    return true;
}

/* The place of the finding that this one is another word on; -1: it was not fed. */
static int place_of(const GArray *list, const tcps_finding *again)
{
    for (unsigned i = 0; list && i < list->len; i++)
        if (g_array_index(list, tcps_finding, i).rule == again->rule)
            return (int)i;
    return -1;
}

/* What is withdrawn is there no more. */
static void take_again(GArray *list, const tcps_finding *again)
{
    const int place = place_of(list, again);

    if (place < 0)
        return;
    if (again->status == TCPS_WITHDRAWN)
        g_array_remove_index(list, (unsigned)place);
    else
        g_array_index(list, tcps_finding, place) = *again;
}

void tcps_model_finding(tcps_model *m, const tcps_finding *finding)
{
    GArray *list = g_hash_table_lookup(m->findings, GUINT_TO_POINTER(finding->connection));

    if (finding->again) {
        take_again(list, finding);
        return;
    }
    if (finding->status == TCPS_WITHDRAWN)
        return;
    m->losses.lossy += (finding->faked_by & TCPS_SHOWS_DROPS) != 0; /* a connection has it once at most */
    if (is_folded(m, finding->connection)) {
        tcps_totals_add_finding(m->folded, finding);
        return;
    }
    if (tell_at_once(m, finding))
        return;
    if (!list) {
        list = g_array_new(FALSE, FALSE, sizeof(tcps_finding));
        g_hash_table_insert(m->findings, GUINT_TO_POINTER(finding->connection), list);
    }
    g_array_append_val(list, *finding);
}
