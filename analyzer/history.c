/* history.c: see history.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "history.h"

#include "span.h"

/* One entry of one frame. The numbers of its stays tell the rest of each endpoint's view. Every bit has its use: there are as
 * many of these as segments. */
typedef struct {
    uint32_t connection;
    struct {
        uint32_t stay : 28;
        uint32_t before_certainty : 2;
        uint32_t certainty : 2;
    } end[2];
    uint32_t snapshot : 31;
    uint32_t last : 1; /* of its frame */
    uint32_t client_before : 4;
    uint32_t client_state : 4;
    uint32_t server_before : 4;
    uint32_t server_state : 4;
    uint32_t sender : 1;
    uint32_t event : 8;
    uint32_t closed_by : 2;
    uint32_t role_basis : 2;
    uint32_t opens : 1;
    uint32_t transition : 1;
    uint32_t segment : 1;
} record;

G_STATIC_ASSERT(sizeof(record) == 20);
G_STATIC_ASSERT(TCPS_N_STATES <= 16 && TCPS_N_EVENTS <= 256);

/* The gauges that several records share. Of a client's host, TIME_WAIT alone is asked for. */
typedef struct {
    tcps_gauges server;
    uint32_t client_time_wait;
} gauges;

/* The same in few bits. Where one of them does not fit, half_open etc. are the gauges' number among the wide ones. */
typedef struct {
    uint64_t wide : 1;
    uint64_t half_open : 18;
    uint64_t close_wait : 15;
    uint64_t time_wait : 18;
    uint64_t client_time_wait : 12;
} snapshot;

G_STATIC_ASSERT(sizeof(snapshot) == 8);

/* Where the latest snapshot with such numbers is found again: by their hash, the newest only. */
enum { N_RECENT = 512 };

/* One endpoint's stay in one state. Of the time when it began, the upper half is that of the era it lies in. */
typedef struct {
    uint32_t since_frame;
    uint32_t since_low;
    uint32_t next : 28; /* number of the stay that followed; 0: none yet */
    uint32_t state : 4;
} stay;

/* The stays from that number on began at times with the same upper half: in the same 4.3 seconds. */
typedef struct {
    uint32_t first;
    int32_t high;
} era;

/* The stay that an endpoint is in, with what it is known by again: the stay itself lies elsewhere in memory. */
typedef struct {
    uint32_t number : 28; /* 0: none */
    uint32_t state : 4;
    uint32_t since_frame;
    uint32_t since_low;
} current;

/* A snapshot, and its number. */
typedef struct {
    gauges gauges;
    uint32_t number;
} recent;

enum { MAX_STAYS = 1 << 28 };
#define MAX_SNAPSHOTS (UINT32_C(1) << 31)

struct tcps_history {
    GArray *records;   /* of record; number 0 is unused */
    GArray *frames;    /* of uint32_t: a frame's first record; 0: none */
    GArray *stays;     /* of stay; number 0 is unused */
    GArray *current;   /* of current: two for each connection, its stays that have not ended */
    GArray *eras;      /* of era, by the number of their first stay */
    GArray *snapshots; /* of snapshot */
    GArray *wide;      /* of gauges */
    recent recent[N_RECENT];
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
    h->current = g_array_new(FALSE, TRUE, sizeof(current));
    h->eras = g_array_new(FALSE, FALSE, sizeof(era));
    h->wide = g_array_new(FALSE, FALSE, sizeof(gauges));
    h->snapshots = g_array_new(FALSE, TRUE, sizeof(snapshot));
    h->findings = g_array_new(FALSE, TRUE, sizeof(tcps_finding));
    h->found = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    h->began = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    g_array_set_size(h->records, 1);
    g_array_set_size(h->stays, 1);
    g_array_set_size(h->snapshots, 1); /* of zeros, which recent[] tells at first */
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
    g_array_free(h->eras, TRUE);
    g_array_free(h->snapshots, TRUE);
    g_array_free(h->wide, TRUE);
    g_array_free(h->findings, TRUE);
    g_hash_table_destroy(h->found);
    g_hash_table_destroy(h->began);
    g_free(h);
}

/* --- observations --- */

void tcps_history_begin_frame(tcps_history *h, uint32_t frame)
{
    h->frame = frame;
    if (frame >= h->frames->len)
        return;
    g_array_index(h->frames, uint32_t, frame) = 0; /* it was dissected before, as another frame */
    g_hash_table_remove(h->found, GUINT_TO_POINTER(frame));
    g_hash_table_remove(h->began, GUINT_TO_POINTER(frame));
}

static int32_t high_of(int64_t time_ns)
{
    return (int32_t)(time_ns >> 32);
}

static uint32_t add_stay(tcps_history *h, const tcps_view *view)
{
    const era e = {.first = h->stays->len, .high = high_of(view->since_ns)};
    const stay s = {
        .since_low = (uint32_t)view->since_ns, .since_frame = view->since_frame, .state = view->state & 15u};
    if (h->stays->len == MAX_STAYS)
        return h->stays->len - 1;
    if (h->eras->len == 0 || g_array_index(h->eras, era, h->eras->len - 1).high != e.high)
        g_array_append_val(h->eras, e);
    g_array_append_val(h->stays, s);
    return h->stays->len - 1;
}

/* When a stay began. */
static int64_t since_of(const tcps_history *h, uint32_t number)
{
    guint from = 0, to = h->eras->len;
    while (to - from > 1) {
        const guint middle = from + (to - from) / 2;
        if (g_array_index(h->eras, era, middle).first <= number)
            from = middle;
        else
            to = middle;
    }
    const int64_t high = to > from ? g_array_index(h->eras, era, from).high : 0;
    return (int64_t)((uint64_t)high << 32 | g_array_index(h->stays, stay, number).since_low);
}

/* The same frame began it, which has but one time; what began by no frame is told by its time. */
static bool is_of(const tcps_history *h, const current *c, const tcps_view *view)
{
    return c->number && c->state == view->state && c->since_frame == view->since_frame &&
           c->since_low == (uint32_t)view->since_ns && (c->since_frame || since_of(h, c->number) == view->since_ns);
}

/* The number of the stay that an endpoint is in, which is a new one where the view is not of the old one. */
static uint32_t current_stay(tcps_history *h, uint32_t connection, unsigned end, const tcps_view *view)
{
    if (2 * connection >= h->current->len)
        g_array_set_size(h->current, 2 * connection + 2);
    current *c = &g_array_index(h->current, current, 2 * connection + end);
    if (is_of(h, c, view))
        return c->number;

    const uint32_t new = add_stay(h, view);
    if (c->number != new)
        g_array_index(h->stays, stay, c->number).next = new &(MAX_STAYS - 1);
    *c = (current){.number = new &(MAX_STAYS - 1),
                   .since_frame = view->since_frame,
                   .since_low = (uint32_t)view->since_ns,
                   .state = view->state & 15u};
    return new;
}

/* The gauges as they are kept, and those that do not fit beside them. */
static snapshot snapshot_of_gauges(tcps_history *h, const gauges *g)
{
    const snapshot s = {.half_open = g->server.half_open & 0x3ffff,
                        .close_wait = g->server.close_wait & 0x7fff,
                        .time_wait = g->server.time_wait & 0x3ffff,
                        .client_time_wait = g->client_time_wait & 0xfff};
    if (s.half_open == g->server.half_open && s.close_wait == g->server.close_wait &&
        s.time_wait == g->server.time_wait && s.client_time_wait == g->client_time_wait)
        return s;
    const uint64_t number = h->wide->len;
    g_array_append_val(h->wide, *g);
    return (snapshot){.wide = 1, .half_open = number & 0x3ffff, .close_wait = (number >> 18) & 0x7fff};
}

static gauges gauges_of(const tcps_history *h, uint32_t number)
{
    const snapshot s = g_array_index(h->snapshots, snapshot, number);
    if (s.wide)
        return g_array_index(h->wide, gauges, (uint32_t)s.close_wait << 18 | (uint32_t)s.half_open);
    return (gauges){{(uint32_t)s.half_open, (uint32_t)s.close_wait, (uint32_t)s.time_wait},
                    (uint32_t)s.client_time_wait};
}

static uint32_t hash_of(const gauges *g)
{
    uint64_t h = g->client_time_wait;
    h = (h ^ g->server.half_open) * 0x9E3779B97F4A7C15u;
    h = (h ^ g->server.close_wait) * 0x9E3779B97F4A7C15u;
    h = (h ^ g->server.time_wait) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(h >> 40) % N_RECENT;
}

static bool same_gauges(const gauges *a, const gauges *b)
{
    return a->server.half_open == b->server.half_open && a->server.close_wait == b->server.close_wait &&
           a->server.time_wait == b->server.time_wait && a->client_time_wait == b->client_time_wait;
}

/* The number of a snapshot with these gauges. */
static uint32_t snapshot_of(tcps_history *h, const tcps_gauges ends[2])
{
    const gauges now = {.server = ends[TCPS_SERVER], .client_time_wait = ends[TCPS_CLIENT].time_wait};
    recent *r = &h->recent[hash_of(&now)];
    if (same_gauges(&r->gauges, &now))
        return r->number;
    if (h->snapshots->len == MAX_SNAPSHOTS)
        return 0;
    const snapshot s = snapshot_of_gauges(h, &now);
    *r = (recent){.gauges = now, .number = h->snapshots->len};
    g_array_append_val(h->snapshots, s);
    return r->number;
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

/* What is to be known of an end beside its states. */
static void pack_end(tcps_history *h, record *r, unsigned end, const tcps_view *view)
{
    r->end[end].stay = current_stay(h, r->connection, end, view) & (MAX_STAYS - 1u);
    r->end[end].before_certainty = view->before_certainty & 3u;
    r->end[end].certainty = view->certainty & 3u;
}

void tcps_history_add(tcps_history *h, const tcps_observation *o, bool segment)
{
    record r = {
        .connection = o->connection,
        .snapshot = snapshot_of(h, o->gauges) & (MAX_SNAPSHOTS - 1),
        .last = 1,
        .client_before = o->end[TCPS_CLIENT].before & 15u,
        .client_state = o->end[TCPS_CLIENT].state & 15u,
        .server_before = o->end[TCPS_SERVER].before & 15u,
        .server_state = o->end[TCPS_SERVER].state & 15u,
        .sender = o->sender & 1u,
        .event = o->event,
        .closed_by = o->closed_by & 3u,
        .role_basis = o->role_basis & 3u,
        .opens = o->opens,
        .transition = o->transition,
        .segment = segment,
    };
    for (unsigned end = 0; end < 2; end++)
        pack_end(h, &r, end, &o->end[end]);
    link_to_frame(h);
    g_array_append_val(h->records, r);
}

static const record *first_record(const tcps_history *h, uint32_t frame)
{
    uint32_t first = frame < h->frames->len ? g_array_index(h->frames, uint32_t, frame) : 0;
    return first ? &g_array_index(h->records, record, first) : NULL;
}

static tcps_until until_of(const tcps_history *h, uint32_t number)
{
    const uint32_t next = g_array_index(h->stays, stay, number).next;
    if (!next)
        return (tcps_until){0};
    const int64_t lasts = span_between(since_of(h, number), since_of(h, next));
    return (tcps_until){
        .known = true, .frame = g_array_index(h->stays, stay, next).since_frame, .lasts_ns = MAX(lasts, 0)};
}

static tcps_observation observation_of(const tcps_history *h, const record *r)
{
    const gauges shown = gauges_of(h, r->snapshot);
    tcps_observation o = {
        .connection = r->connection,
        .sender = r->sender,
        .event = r->event,
        .closed_by = r->closed_by,
        .role_basis = r->role_basis,
        .opens = r->opens,
        .transition = r->transition,
        .end = {{.before = r->client_before, .state = r->client_state},
                {.before = r->server_before, .state = r->server_state}},
        .gauges = {{.time_wait = shown.client_time_wait}, shown.server},
    };
    return o;
}

bool tcps_history_get(const tcps_history *h, uint32_t frame, unsigned n, tcps_entry *entry)
{
    const record *r = first_record(h, frame);
    for (; r && n; n--)
        r = r->last ? NULL : r + 1;
    if (!r)
        return false;

    entry->segment = r->segment;
    entry->observation = observation_of(h, r);
    for (unsigned end = 0; end < 2; end++) {
        const uint32_t stay_number = r->end[end].stay;
        tcps_view *view = &entry->observation.end[end];
        view->before_certainty = r->end[end].before_certainty;
        view->certainty = r->end[end].certainty;
        view->since_frame = g_array_index(h->stays, stay, stay_number).since_frame;
        view->since_ns = since_of(h, stay_number);
        entry->until[end] = until_of(h, stay_number);
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
