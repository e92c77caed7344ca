/* invariants.c: see invariants.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "invariants.h"

#include <string.h>

struct invariants {
    GHashTable *last;     /* connection index -> its last observation */
    GHashTable *rivalled; /* those of two incarnations beside each other, which share the peer's socket */
    uint32_t connections;
    int64_t latest_ns; /* a capture's clock may step back */
};

invariants *invariants_new(void)
{
    invariants *known = g_new0(invariants, 1);
    known->last = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    known->rivalled = g_hash_table_new(NULL, NULL);
    known->latest_ns = INT64_MIN;
    return known;
}

void invariants_free(invariants *known)
{
    g_hash_table_destroy(known->last);
    g_hash_table_destroy(known->rivalled);
    g_free(known);
}

/* Attempts are given up; a FIN that is not sent again was acknowledged. */
static bool is_by_time(unsigned from, unsigned to)
{
    switch (from) {
    case TCPS_SYN_SENT:
    case TCPS_SYN_RCVD:
    case TCPS_LAST_ACK:
        return to == TCPS_CLOSED;
    case TCPS_FIN_WAIT_1:
        return to == TCPS_FIN_WAIT_2;
    case TCPS_CLOSING:
        return to == TCPS_TIME_WAIT || to == TCPS_CLOSED;
    default:
        return false;
    }
}

static char *check_end(const tcps_view *now, const tcps_standing *last, uint32_t frame, int64_t time_ns)
{
    if (now->before >= TCPS_N_STATES || now->state >= TCPS_N_STATES)
        return g_strdup("no such state");
    if (now->certainty > TCPS_PROVEN || now->before_certainty > TCPS_PROVEN)
        return g_strdup("no such certainty");
    if (now->state == TCPS_UNKNOWN && now->certainty != TCPS_NO_EVIDENCE)
        return g_strdup("UNKNOWN with evidence");
    if (now->before == TCPS_UNKNOWN && now->before_certainty != TCPS_NO_EVIDENCE)
        return g_strdup("UNKNOWN before with evidence");
    if (now->certainty == TCPS_ELAPSED && now->state != TCPS_CLOSED)
        return g_strdup("elapsed, but not CLOSED");
    if (now->since_frame > frame)
        return g_strdup("the state began in a later frame");
    if (now->since_frame != 0 && now->since_ns > time_ns)
        return g_strdup("the state began at a later time");
    if (now->certainty == TCPS_PROVEN && now->possible != 1u << now->state)
        return g_strdup("proven, but another state is possible");
    if (now->state != TCPS_UNKNOWN && !(now->possible >> now->state & 1) && now->why != TCPS_EVIDENCE_LATE)
        return g_strdup("not one of the states that are possible");
    /* Between two segments only a timer changes anything; what was on its way has arrived. */
    if (last && now->before != last->state && now->before_certainty != TCPS_ELAPSED &&
        !is_by_time(last->state, now->before))
        return g_strdup_printf("was %s (%u, %d) after the last segment and %s before this one",
                               tcps_state_name(last->state), last->since_frame, last->certainty,
                               tcps_state_name(now->before));
    return NULL;
}

char *invariants_check(invariants *known, const tcps_observation *o, bool self, uint32_t frame, int64_t time_ns)
{
    known->latest_ns = MAX(known->latest_ns, time_ns);
    if (o->sender > TCPS_SERVER)
        return g_strdup("no such role");
    if (o->event >= TCPS_N_EVENTS)
        return g_strdup("no such event");
    if (o->closed_by > TCPS_BY_BOTH || o->role_basis > TCPS_BASIS_FIRST_SEGMENT)
        return g_strdup("closed_by or role_basis out of range");
    if (o->connection > known->connections)
        return g_strdup_printf("connection %u, but only %u so far", o->connection, known->connections);
    if (o->opens != (o->connection == known->connections))
        return g_strdup("opens does not agree with the connection's index");
    known->connections = MAX(known->connections, o->connection + 1);

    const tcps_observation *last = g_hash_table_lookup(known->last, GUINT_TO_POINTER(o->connection));
    /* A segment captured late or twice shows what its sender was when it sent it: nothing of what it is. */
    bool past = o->event == TCPS_EVENT_LATE || o->event == TCPS_EVENT_DUPLICATE;
    bool changed = false;
    for (unsigned role = 0; role < 2; role++) {
        const tcps_view *end = &o->end[role];
        /* Roles may be exchanged once a SYN+ACK shows who is who: then there is nothing to compare. */
        bool comparable = last && !self && last->role_basis == o->role_basis;
        bool present = !(past && role == o->sender) && g_hash_table_size(known->rivalled) == 0;
        char *wrong = check_end(end, comparable && present ? &last->standing[role] : NULL, frame, known->latest_ns);
        if (wrong) {
            char *text = g_strdup_printf("%s: %s", tcps_role_name(role), wrong);
            g_free(wrong);
            return text;
        }
        changed |= end->before != end->state;
    }
    if (o->event == TCPS_EVENT_SYN_ON_LIVE || (o->opens && o->connection > 0))
        g_hash_table_add(known->rivalled, GUINT_TO_POINTER(o->connection));
    if (changed != o->transition)
        return g_strdup("transition does not agree with the states");
    tcps_observation *now = g_memdup2(o, sizeof *o);
    g_hash_table_insert(known->last, GUINT_TO_POINTER(o->connection), now);
    return NULL;
}

static bool same_view(const tcps_view *a, const tcps_view *b)
{
    return a->before == b->before && a->state == b->state && a->before_certainty == b->before_certainty &&
           a->certainty == b->certainty && a->since_frame == b->since_frame && a->since_ns == b->since_ns &&
           a->why == b->why && a->why_frame == b->why_frame && a->about_frame == b->about_frame &&
           a->possible == b->possible;
}

static bool same_standing(const tcps_standing *a, const tcps_standing *b)
{
    return a->state == b->state && a->certainty == b->certainty && a->since_frame == b->since_frame &&
           a->since_ns == b->since_ns;
}

bool same_observation(const tcps_observation *a, const tcps_observation *b)
{
    for (unsigned i = 0; i < 2; i++)
        if (!same_view(&a->end[i], &b->end[i]) || !same_standing(&a->standing[i], &b->standing[i]) ||
            memcmp(&a->gauges[i], &b->gauges[i], sizeof a->gauges[i]) != 0)
            return false;
    return a->connection == b->connection && a->sender == b->sender && a->event == b->event &&
           a->closed_by == b->closed_by && a->role_basis == b->role_basis && a->opens == b->opens &&
           a->transition == b->transition;
}

static bool same_finding(const tcps_finding *a, const tcps_finding *b)
{
    return a->rule == b->rule && a->connection == b->connection && a->end == b->end && a->value == b->value &&
           a->began_frame == b->began_frame && a->found_frame == b->found_frame;
}

bool same_findings(tcps_analyzer *const pair[2])
{
    unsigned n, n_other;
    const tcps_finding *one = tcps_analyzer_findings(pair[0], &n), *other = tcps_analyzer_findings(pair[1], &n_other);
    bool same = n == n_other;
    for (unsigned i = 0; i < n && same; i++)
        same = same_finding(&one[i], &other[i]);
    return same;
}
