/* history.c: see history.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "record/history.h"

#include "record/journal.h"
#include "record/standings.h"

struct tcps_history {
    tcps_journal *journal;
    tcps_stays *stays;
    tcps_standings *standings;
    GArray *findings;  /* of tcps_finding */
    GHashTable *known; /* connection and rule -> number of the finding that is followed up, and 1 */
    GHashTable *found; /* frame number -> GArray of uint32_t */
    GHashTable *began;
    uint32_t frame; /* the highest that was begun */
    /* Of that frame, what was added last: it is often read at once. */
    unsigned n_entries;
    bool segment;
    tcps_observation observation;
};

G_STATIC_ASSERT(TCPS_N_STATES <= 16 && TCPS_N_EVENTS <= 64);

static void free_list(gpointer list)
{
    g_array_free(list, TRUE);
}

tcps_history *tcps_history_new(void)
{
    tcps_history *h = g_new0(tcps_history, 1);
    h->journal = tcps_journal_new();
    h->stays = tcps_stays_new();
    h->standings = tcps_standings_new();
    h->findings = g_array_new(FALSE, TRUE, sizeof(tcps_finding));
    h->known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    h->found = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    h->began = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    return h;
}

void tcps_history_free(tcps_history *h)
{
    if (!h)
        return;
    tcps_journal_free(h->journal);
    tcps_stays_free(h->stays);
    tcps_standings_free(h->standings);
    g_array_free(h->findings, TRUE);
    g_hash_table_destroy(h->known);
    g_hash_table_destroy(h->found);
    g_hash_table_destroy(h->began);
    g_free(h);
}

/* --- observations --- */

void tcps_history_begin_frame(tcps_history *h, uint32_t frame)
{
    tcps_journal_begin(h->journal, frame);
    tcps_standings_cut(h->standings, frame);
    if (frame <= h->frame) { /* it was dissected before, as another frame */
        g_hash_table_remove(h->found, GUINT_TO_POINTER(frame));
        g_hash_table_remove(h->began, GUINT_TO_POINTER(frame));
    }
    h->frame = frame;
    h->n_entries = 0;
}

/* Neither state nor certainty of either end changes. */
static bool is_steady(const tcps_observation *o)
{
    const tcps_view *client = &o->end[TCPS_CLIENT], *server = &o->end[TCPS_SERVER];
    return client->before == client->state && server->before == server->state &&
           client->before_certainty == client->certainty && server->before_certainty == server->certainty;
}

void tcps_history_add(tcps_history *h, const tcps_observation *o, bool segment)
{
    const tcps_gauges *server = &o->gauges[TCPS_SERVER];
    tcps_note note = {
        .connection = o->connection,
        .gauges = {server->half_open, server->close_wait, server->time_wait, o->gauges[TCPS_CLIENT].time_wait},
        .closed_by = o->closed_by & 3u,
        .role_basis = o->role_basis & 3u,
        .event = o->event & 63u,
        .sender = o->sender & 1u,
        .captured_at = o->captured_at & 7u,
        .transition = o->transition,
        .opens = o->opens,
        .segment = segment,
    };
    for (unsigned end = 0; end < 2; end++) {
        note.stay[end] = tcps_stays_of(h->stays, o->connection, (tcps_role)end, &o->end[end]);
        note.certainty[end] = o->end[end].certainty & 3u;
        note.before[end] = o->end[end].before & 15u;
        note.before_certainty[end] = o->end[end].before_certainty & 3u;
    }
    tcps_journal_add(h->journal, &note, is_steady(o));
    tcps_standings_add(h->standings, h->frame, h->n_entries, o);
    h->n_entries++;
    h->segment = segment;
    h->observation = *o;
    h->observation.gauges[TCPS_CLIENT] = (tcps_gauges){.time_wait = o->gauges[TCPS_CLIENT].time_wait};
}

static tcps_observation observation_of(const tcps_note *n)
{
    return (tcps_observation){
        .connection = n->connection,
        .sender = n->sender,
        .captured_at = n->captured_at,
        .event = n->event,
        .closed_by = n->closed_by,
        .role_basis = n->role_basis,
        .opens = n->opens,
        .transition = n->transition,
        .gauges = {{.time_wait = n->gauges[3]},
                   {.half_open = n->gauges[0], .close_wait = n->gauges[1], .time_wait = n->gauges[2]}},
    };
}

bool tcps_history_get(const tcps_history *h, uint32_t frame, unsigned n, tcps_entry *entry)
{
    tcps_note note;
    bool steady;
    if (frame == h->frame && n >= h->n_entries)
        return false;
    if (frame == h->frame && h->n_entries == 1) { /* and nothing has followed that could end a state */
        *entry = (tcps_entry){.segment = h->segment, .observation = h->observation};
        return true;
    }
    if (!tcps_journal_get(h->journal, frame, n, &note, &steady))
        return false;

    entry->segment = note.segment;
    entry->observation = observation_of(&note);
    for (unsigned end = 0; end < 2; end++) {
        tcps_view *view = &entry->observation.end[end];
        view->certainty = note.certainty[end];
        tcps_stays_get(h->stays, note.stay[end], view, &entry->until[end]);
        view->before = steady ? view->state : note.before[end];
        view->before_certainty = steady ? view->certainty : note.before_certainty[end];
    }
    tcps_standings_get(h->standings, frame, n, &entry->observation);
    return true;
}

uint32_t tcps_history_n_connections(const tcps_history *h)
{
    return tcps_stays_n_connections(h->stays);
}

/* --- findings --- */

static void note_under(GHashTable *lists, uint32_t frame, uint32_t number)
{
    GArray *list = g_hash_table_lookup(lists, GUINT_TO_POINTER(frame));
    if (!list) {
        list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        g_hash_table_insert(lists, GUINT_TO_POINTER(frame), list);
    }
    g_array_append_val(list, number);
}

static gint64 key_of(const tcps_finding *finding)
{
    return (gint64)finding->connection * TCPS_MAX_RULES + finding->rule;
}

/* The frames of a finding show what has become of it. */
static void amend(tcps_history *h, const tcps_finding *again)
{
    const gint64 key = key_of(again);
    const unsigned known = GPOINTER_TO_UINT(g_hash_table_lookup(h->known, &key));
    if (!known)
        return;
    tcps_finding *first = &g_array_index(h->findings, tcps_finding, known - 1);
    *first = *again;
    first->again = false;
}

void tcps_history_add_finding(tcps_history *h, const tcps_finding *finding)
{
    uint32_t number = h->findings->len;
    g_array_append_val(h->findings, *finding);
    if (finding->again) {
        amend(h, finding);
        return;
    }
    if (finding->followed) {
        gint64 *key = g_new(gint64, 1);
        *key = key_of(finding);
        g_hash_table_insert(h->known, key, GUINT_TO_POINTER(number + 1));
    }
    if (!finding->at_end)
        note_under(h->found, finding->found_frame, number);
    note_under(h->began, finding->began_frame, number);
}

unsigned tcps_history_n_findings(const tcps_history *h)
{
    return h->findings->len;
}

const tcps_finding *tcps_history_finding(const tcps_history *h, unsigned number)
{
    return &g_array_index(h->findings, tcps_finding, number);
}

static tcps_finding_list list_under(GHashTable *lists, uint32_t frame)
{
    if (g_hash_table_size(lists) == 0)
        return (tcps_finding_list){0};
    const GArray *list = g_hash_table_lookup(lists, GUINT_TO_POINTER(frame));
    if (!list)
        return (tcps_finding_list){0};
    return (tcps_finding_list){(const uint32_t *)(const void *)list->data, list->len};
}

tcps_finding_list tcps_history_found_in(const tcps_history *h, uint32_t frame)
{
    return list_under(h->found, frame);
}

tcps_finding_list tcps_history_began_in(const tcps_history *h, uint32_t frame)
{
    return list_under(h->began, frame);
}
