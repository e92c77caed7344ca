/* state_spans.c: see state_spans.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "record/state_spans.h"

#include "base/span.h"
#include "record/stay_kinds.h"

/* One endpoint's stay in one state. Of the time when it began, the upper half is that of the era it lies in.
 *
 * Why the state is shown may change meanwhile. One that continues another one is of the same stay, which is known by its first. */
typedef struct {
    uint32_t since_frame;
    uint32_t since_low;
    uint32_t
        distance : 22; /* so many stays later the one that followed began; 0: none yet. So many earlier the one that it continues */
    uint32_t kind : 10;
} stay;

enum { CHUNK = 4096, FAR = (1 << 22) - 1, ODD = TCPS_MAX_STAY_KINDS };

/* What has no room in a stay whose distance is FAR or whose kind is ODD. There are few. */
typedef struct {
    uint32_t distance;
    uint8_t state;
    bool continues;
    tcps_why reason; /* for any certainty */
} rest;

/* The stays from that number on began at times with the same upper half: in the same 4.3 seconds. */
typedef struct {
    uint32_t first;
    int32_t high;
} era;

/* The stays that a connection's ends are in; 0: none. */
typedef struct {
    uint32_t number[2];
} current;

/* All grow by whole chunks: what is there stays where it is. */
struct tcps_stays {
    GPtrArray *stays;    /* of CHUNK of them each */
    uint32_t n_stays;    /* with number 0, which is none */
    GPtrArray *where[2]; /* lower and upper halves: of CHUNK uint16_t each, for as many stays; NULL: all 0 */
    GPtrArray *current;
    uint32_t n_connections;
    GArray *eras; /* of era, by the number of their first stay */
    tcps_stay_kinds *kinds;
    GHashTable *rests; /* number -> rest */
};

static void add_chunk(tcps_stays *s)
{
    g_ptr_array_add(s->stays, g_new(stay, CHUNK));
    for (unsigned half = 0; half < 2; half++)
        g_ptr_array_add(s->where[half], NULL);
}

tcps_stays *tcps_stays_new(void)
{
    tcps_stays *s = g_new0(tcps_stays, 1);
    s->stays = g_ptr_array_new_with_free_func(g_free);
    for (unsigned half = 0; half < 2; half++)
        s->where[half] = g_ptr_array_new_with_free_func(g_free);
    s->current = g_ptr_array_new_with_free_func(g_free);
    s->eras = g_array_new(FALSE, FALSE, sizeof(era));
    s->kinds = tcps_stay_kinds_new();
    s->rests = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    add_chunk(s);
    s->n_stays = 1;
    return s;
}

void tcps_stays_free(tcps_stays *s)
{
    if (!s)
        return;
    g_ptr_array_free(s->stays, TRUE);
    for (unsigned half = 0; half < 2; half++)
        g_ptr_array_free(s->where[half], TRUE);
    g_ptr_array_free(s->current, TRUE);
    g_array_free(s->eras, TRUE);
    tcps_stay_kinds_free(s->kinds);
    g_hash_table_destroy(s->rests);
    g_free(s);
}

static inline stay *stay_at(const tcps_stays *s, uint32_t number)
{
    return (stay *)s->stays->pdata[number / CHUNK] + number % CHUNK;
}

static inline uint32_t half_where(const GPtrArray *half, uint32_t number)
{
    const uint16_t *chunk = half->pdata[number / CHUNK];
    return chunk ? chunk[number % CHUNK] : 0;
}

static inline uint32_t where_of(const tcps_stays *s, uint32_t number)
{
    return half_where(s->where[0], number) | half_where(s->where[1], number) << 16;
}

static void put_half_where(const GPtrArray *half, uint32_t number, uint16_t where)
{
    if (where && !half->pdata[number / CHUNK])
        half->pdata[number / CHUNK] = g_new0(uint16_t, CHUNK);
    if (where)
        ((uint16_t *)half->pdata[number / CHUNK])[number % CHUNK] = where;
}

/* It is 0, or that one already. */
static void put_where(const tcps_stays *s, uint32_t number, uint32_t where)
{
    put_half_where(s->where[0], number, (uint16_t)where);
    put_half_where(s->where[1], number, (uint16_t)(where >> 16));
}

/* --- what has no room --- */

static const rest *rest_of(const tcps_stays *s, uint32_t number)
{
    return g_hash_table_lookup(s->rests, GUINT_TO_POINTER(number));
}

static rest *make_rest(tcps_stays *s, uint32_t number)
{
    rest *r = g_hash_table_lookup(s->rests, GUINT_TO_POINTER(number));
    if (!r) {
        r = g_new0(rest, 1);
        g_hash_table_insert(s->rests, GUINT_TO_POINTER(number), r);
    }
    return r;
}

static inline uint32_t distance_of(const tcps_stays *s, uint32_t number)
{
    const uint32_t distance = stay_at(s, number)->distance;
    return distance == FAR ? rest_of(s, number)->distance : distance;
}

static void put_distance(tcps_stays *s, uint32_t number, uint32_t distance)
{
    stay_at(s, number)->distance = MIN(distance, FAR) & FAR;
    if (distance >= FAR)
        make_rest(s, number)->distance = distance;
}

static inline uint8_t state_of(const tcps_stays *s, uint32_t number)
{
    const unsigned kind = stay_at(s, number)->kind;
    return kind == ODD ? rest_of(s, number)->state : tcps_stay_kinds_get(s->kinds, kind)->state;
}

/* The number of the stay's first. */
static inline uint32_t first_of(const tcps_stays *s, uint32_t number)
{
    const unsigned kind = stay_at(s, number)->kind;
    const bool continues = kind == ODD ? rest_of(s, number)->continues : tcps_stay_kinds_get(s->kinds, kind)->continues;
    return continues ? number - distance_of(s, number) : number;
}

/* --- reasons --- */

/* False: for that certainty there is none. */
static inline bool reason_of(const tcps_stays *s, uint32_t number, unsigned certainty, tcps_why *reason)
{
    const stay *it = stay_at(s, number);
    if (it->kind == ODD) {
        *reason = rest_of(s, number)->reason;
        return true;
    }
    const tcps_form *form = tcps_stay_kind_form(tcps_stay_kinds_get(s->kinds, it->kind), certainty);
    if (form)
        *reason = tcps_form_reason(form, it->since_frame, where_of(s, number));
    return form != NULL;
}

static void put_kind(tcps_stays *s, uint32_t number, const tcps_view *view, bool continues)
{
    tcps_stay_kind kind = {.n = 1, .state = view->state, .continues = continues};
    uint32_t where = 0;
    unsigned number_of_kind = ODD;
    if (tcps_form_of(view, &kind.form[0], &where))
        number_of_kind = tcps_stay_kinds_number(s->kinds, &kind);
    stay_at(s, number)->kind = number_of_kind & ODD;
    put_where(s, number, where);
    if (number_of_kind == ODD) {
        rest *r = make_rest(s, number);
        r->state = view->state;
        r->continues = continues;
        r->reason = tcps_why_of(view);
    }
}

/* The view's reason is the stay's for that certainty, or becomes it. False: it has another one. */
static bool shares_reason(tcps_stays *s, uint32_t number, const tcps_view *view)
{
    stay *it = stay_at(s, number);
    tcps_why reason;
    if (reason_of(s, number, view->certainty, &reason))
        return tcps_why_same(reason, tcps_why_of(view));

    tcps_stay_kind kind = *tcps_stay_kinds_get(s->kinds, it->kind);
    uint32_t where = where_of(s, number);
    if (kind.n == G_N_ELEMENTS(kind.form) || !tcps_form_of(view, &kind.form[kind.n], &where))
        return false;
    kind.n++;
    const unsigned number_of_kind = tcps_stay_kinds_number(s->kinds, &kind);
    if (number_of_kind == ODD)
        return false;
    it->kind = number_of_kind & ODD;
    put_where(s, number, where);
    return true;
}

/* --- stays --- */

static current *current_of(tcps_stays *s, uint32_t connection)
{
    while (s->current->len <= connection / CHUNK)
        g_ptr_array_add(s->current, g_new(current, CHUNK));
    for (; s->n_connections <= connection; s->n_connections++)
        ((current *)s->current->pdata[s->n_connections / CHUNK])[s->n_connections % CHUNK] = (current){{0}};
    return (current *)s->current->pdata[connection / CHUNK] + connection % CHUNK;
}

/* When a stay began. */
static int64_t since_of(const tcps_stays *s, uint32_t number)
{
    guint from = 0, to = s->eras->len;
    while (to - from > 1) {
        const guint middle = from + (to - from) / 2;
        if (g_array_index(s->eras, era, middle).first <= number)
            from = middle;
        else
            to = middle;
    }
    const int64_t high = to > from ? g_array_index(s->eras, era, from).high : 0;
    return (int64_t)((uint64_t)high << 32 | stay_at(s, number)->since_low);
}

static uint32_t add(tcps_stays *s, const tcps_view *view, bool continues)
{
    if (s->n_stays == UINT32_MAX) /* all of memory is full of them */
        return s->n_stays - 1;
    const era e = {.first = s->n_stays, .high = (int32_t)(view->since_ns >> 32)};
    if (s->eras->len == 0 || g_array_index(s->eras, era, s->eras->len - 1).high != e.high)
        g_array_append_val(s->eras, e);
    if (s->n_stays / CHUNK == s->stays->len)
        add_chunk(s);
    *stay_at(s, s->n_stays) = (stay){.since_low = (uint32_t)view->since_ns, .since_frame = view->since_frame};
    put_kind(s, s->n_stays, view, continues);
    return s->n_stays++;
}

/* The same frame began it, which has but one time; what began by no frame is told by its time. */
static bool is_of(const tcps_stays *s, uint32_t number, const tcps_view *view)
{
    const stay *it = stay_at(s, number);
    return number && it->since_frame == view->since_frame && state_of(s, number) == view->state &&
           (view->since_frame || since_of(s, number) == view->since_ns);
}

static uint32_t add_after(tcps_stays *s, uint32_t before, const tcps_view *view)
{
    const bool continues = is_of(s, before, view);
    const uint32_t first = before ? first_of(s, before) : 0, number = add(s, view, continues);
    if (before)
        put_distance(s, continues ? number : first, number - first);
    return number;
}

uint32_t tcps_stays_of(tcps_stays *s, uint32_t connection, tcps_role end, const tcps_view *view)
{
    uint32_t *now = &current_of(s, connection)->number[end];
    if (!is_of(s, *now, view) || !shares_reason(s, *now, view))
        *now = add_after(s, *now, view);
    return *now;
}

void tcps_stays_get(const tcps_stays *s, uint32_t number, tcps_view *view, tcps_until *until)
{
    const stay *it = stay_at(s, number);
    const uint32_t first = first_of(s, number), distance = distance_of(s, first);
    tcps_why reason = {0};
    view->state = state_of(s, number);
    view->since_frame = it->since_frame;
    view->since_ns = since_of(s, number);
    reason_of(s, number, view->certainty, &reason);
    tcps_why_put(view, reason);
    *until = (tcps_until){.known = distance != 0};
    if (!distance)
        return;
    until->frame = stay_at(s, first + distance)->since_frame;
    until->lasts_ns = MAX(span_between(view->since_ns, since_of(s, first + distance)), 0);
}

uint32_t tcps_stays_n_connections(const tcps_stays *s)
{
    return s->n_connections;
}
