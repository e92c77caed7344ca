/* history.c: see history.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "history.h"

/* One entry of one frame. The numbers of its stays tell the rest of each endpoint's view. */
typedef struct {
    uint32_t connection;
    uint32_t stay[2];
    uint16_t view[2]; /* state before (4 bits), state (4), certainty before (2), certainty (2) */
    uint32_t sender : 1;
    uint32_t event : 8;
    uint32_t closed_by : 2;
    uint32_t role_basis : 2;
    uint32_t opens : 1;
    uint32_t transition : 1;
    uint32_t segment : 1;
    uint32_t last : 1; /* of its frame */
} record;

G_STATIC_ASSERT(sizeof(record) == 20);
G_STATIC_ASSERT(TCPS_N_STATES <= 16 && TCPS_N_EVENTS <= 256);

/* One endpoint's stay in one state. */
typedef struct {
    int64_t since_ns;
    uint32_t since_frame;
    uint32_t next : 28; /* number of the stay that followed; 0: none yet */
    uint32_t state : 4;
} stay;

enum { MAX_STAYS = 1 << 28 };

struct tcps_history {
    GArray *records;   /* of record; number 0 is unused */
    GArray *frames;    /* of uint32_t: a frame's first record; 0: none */
    GArray *stays;     /* of stay; number 0 is unused */
    GArray *current;   /* of uint32_t: two for each connection, its stays that have not ended; 0: none */
    GArray *findings;  /* of tcps_finding */
    GHashTable *found; /* frame number -> GArray of uint32_t */
    GHashTable *began;
    uint32_t frame; /* the frame begun last */
};

static void free_list(gpointer list)
{
    g_array_free(list, TRUE);
}

tcps_history *tcps_history_new(void)
{
    tcps_history *h = g_new0(tcps_history, 1);
    h->records = g_array_new(FALSE, TRUE, sizeof(record));
    h->frames = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    h->stays = g_array_new(FALSE, TRUE, sizeof(stay));
    h->current = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    h->findings = g_array_new(FALSE, TRUE, sizeof(tcps_finding));
    h->found = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    h->began = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    g_array_set_size(h->records, 1);
    g_array_set_size(h->stays, 1);
    return h;
}

void tcps_history_free(tcps_history *h)
{
    if (!h)
        return;
    g_array_free(h->records, TRUE);
    g_array_free(h->frames, TRUE);
    g_array_free(h->stays, TRUE);
    g_array_free(h->current, TRUE);
    g_array_free(h->findings, TRUE);
    g_hash_table_destroy(h->found);
    g_hash_table_destroy(h->began);
    g_free(h);
}

/* --- observations --- */

void tcps_history_begin_frame(tcps_history *h, uint32_t frame)
{
    h->frame = frame;
    if (frame < h->frames->len)
        g_array_index(h->frames, uint32_t, frame) = 0;
    if (h->findings->len == 0)
        return;
    g_hash_table_remove(h->found, GUINT_TO_POINTER(frame));
    g_hash_table_remove(h->began, GUINT_TO_POINTER(frame));
}

static uint32_t add_stay(tcps_history *h, const tcps_view *view)
{
    stay s = {.since_ns = view->since_ns, .since_frame = view->since_frame, .state = view->state};
    if (h->stays->len < MAX_STAYS)
        g_array_append_val(h->stays, s);
    return h->stays->len - 1;
}

/* The number of the stay that an endpoint is in, which is a new one where the view is not of the old one. */
static uint32_t current_stay(tcps_history *h, uint32_t connection, unsigned end, const tcps_view *view)
{
    if (2 * connection >= h->current->len)
        g_array_set_size(h->current, 2 * connection + 2);
    uint32_t old = g_array_index(h->current, uint32_t, 2 * connection + end);
    const stay *s = &g_array_index(h->stays, stay, old);
    if (old && s->state == view->state && s->since_frame == view->since_frame && s->since_ns == view->since_ns)
        return old;

    uint32_t new = add_stay(h, view);
    if (old != new)
        g_array_index(h->stays, stay, old).next = new;
    g_array_index(h->current, uint32_t, 2 * connection + end) = new;
    return new;
}

static uint16_t pack_view(const tcps_view *v)
{
    return (uint16_t)((v->before & 15) | (v->state & 15) << 4 | (v->before_certainty & 3) << 8 |
                      (v->certainty & 3) << 10);
}

static tcps_view unpack_view(uint16_t packed, const stay *s)
{
    return (tcps_view){.before = packed & 15,
                       .state = packed >> 4 & 15,
                       .before_certainty = packed >> 8 & 3,
                       .certainty = packed >> 10 & 3,
                       .since_frame = s->since_frame,
                       .since_ns = s->since_ns};
}

/* Makes the record that is about to be appended the frame's last. */
static void link_to_frame(tcps_history *h)
{
    if (h->frame >= h->frames->len)
        g_array_set_size(h->frames, h->frame + 1);
    uint32_t *first = &g_array_index(h->frames, uint32_t, h->frame);
    if (*first)
        g_array_index(h->records, record, h->records->len - 1).last = 0;
    else
        *first = h->records->len;
}

void tcps_history_add(tcps_history *h, const tcps_observation *o, bool segment)
{
    record r = {
        .connection = o->connection,
        .stay = {current_stay(h, o->connection, 0, &o->end[0]), current_stay(h, o->connection, 1, &o->end[1])},
        .view = {pack_view(&o->end[0]), pack_view(&o->end[1])},
        .sender = o->sender & 1,
        .event = o->event,
        .closed_by = o->closed_by & 3,
        .role_basis = o->role_basis & 3,
        .opens = o->opens,
        .transition = o->transition,
        .segment = segment,
        .last = 1,
    };
    link_to_frame(h);
    g_array_append_val(h->records, r);
}

static const record *first_record(const tcps_history *h, uint32_t frame)
{
    uint32_t first = frame < h->frames->len ? g_array_index(h->frames, uint32_t, frame) : 0;
    return first ? &g_array_index(h->records, record, first) : NULL;
}

static tcps_until until_of(const tcps_history *h, const stay *s)
{
    if (!s->next)
        return (tcps_until){0};
    const stay *next = &g_array_index(h->stays, stay, s->next);
    int64_t lasts = next->since_ns - s->since_ns;
    return (tcps_until){.known = true, .frame = next->since_frame, .lasts_ns = MAX(lasts, 0)};
}

static tcps_observation observation_of(const record *r)
{
    return (tcps_observation){
        .connection = r->connection,
        .sender = r->sender,
        .event = r->event,
        .closed_by = r->closed_by,
        .role_basis = r->role_basis,
        .opens = r->opens,
        .transition = r->transition,
    };
}

bool tcps_history_get(const tcps_history *h, uint32_t frame, unsigned n, tcps_entry *entry)
{
    const record *r = first_record(h, frame);
    for (; r && n; n--)
        r = r->last ? NULL : r + 1;
    if (!r)
        return false;

    entry->segment = r->segment;
    entry->observation = observation_of(r);
    for (unsigned end = 0; end < 2; end++) {
        const stay *s = &g_array_index(h->stays, stay, r->stay[end]);
        entry->observation.end[end] = unpack_view(r->view[end], s);
        entry->until[end] = until_of(h, s);
    }
    return true;
}

uint32_t tcps_history_n_connections(const tcps_history *h)
{
    return h->current->len / 2;
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

void tcps_history_add_finding(tcps_history *h, const tcps_finding *finding)
{
    uint32_t number = h->findings->len;
    g_array_append_val(h->findings, *finding);
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
