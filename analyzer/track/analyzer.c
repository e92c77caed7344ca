/* analyzer.c: the table of connections, the capture's time, and the findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "base/address.h"
#include "base/span.h"
#include "hosts/socket_counts.h"
#include "infer/connection.h"
#include "infer/endpoint.h"
#include "infer/fast_path.h"
#include "rfc/tcpstate.h"
#include "rules/rule.h"
#include "track/analyzer.h"
#include "track/store.h"
#include "track/timers.h"

/* How soon a rule is asked again that wishes for a time which has passed. */
#define RETRY_NS 1000000000
/* Half-open for longer than this is no round trip: the SYN+ACK has been sent again. */
#define HALF_OPEN_NS 1000000000
/* When Linux has given it up: after 1 + 2 + 4 + 8 + 16 + 32 s. */
#define FORGOTTEN_NS 63000000000

struct tcps_analyzer {
    tcps_config config;
    tcps_store *connections;
    tcps_wishes *wishes; /* of connections, by their numbers; outdated ones are skipped */
    GArray *findings;
    tcps_tallies *tallies;
    tcps_triggers triggers;
    tcps_incarnations incarnations;
    int64_t now_ns;
    uint32_t now_frame;
    uint32_t next_index;
    uint64_t n_quick;
    bool never_quick, never_rest; /* for tests: analyzer.h */
};

tcps_config tcps_config_default(void)
{
    const int64_t second = 1000000000;
    return (tcps_config){.two_msl_ns = 60 * second,
                         .linger_ns = 10 * second,
                         .final_ack_ns = 10 * second,
                         .handshake_ns = 3 * second,
                         .syn_flood = 100,
                         .backlog = 4096,
                         .ephemeral_ports = 28232,
                         .time_wait_sockets = 5000};
}

static int compare_addresses(const tcps_address *a, const tcps_address *b)
{
    for (unsigned i = 0; i < sizeof a->bytes; i += sizeof(uint64_t)) {
        uint64_t x, y;
        memcpy(&x, a->bytes + i, sizeof x);
        memcpy(&y, b->bytes + i, sizeof y);
        if (x != y)
            return GUINT64_FROM_BE(x) < GUINT64_FROM_BE(y) ? -1 : 1;
    }
    return a->port != b->port ? (a->port < b->port ? -1 : 1) : (int)a->len - (int)b->len;
}

static void look_again(tcps_analyzer *a, const tcps_connection *c, int64_t at_ns)
{
    if (at_ns <= a->now_ns) /* the capture's clock has jumped: not again and again at this same moment */
        at_ns = span_after(a->now_ns, RETRY_NS);
    int64_t *due_ns = tcps_store_due_ns(a->connections, c);
    if (at_ns >= *due_ns)
        return;
    *due_ns = at_ns;
    tcps_wishes_add(a->wishes, (tcps_wish){at_ns, c->number}, a->now_ns);
}

static void ask_rules(tcps_analyzer *a, tcps_connection *c, unsigned when, const tcps_segment *s,
                      const tcps_observation *o, bool at_end)
{
    tcps_rule_sink sink = {.findings = a->findings, .raised = &c->raised, .tallies = a->tallies, .ask_ns = INT64_MAX};
    const tcps_rule_context context = {
        .config = &a->config,
        .connection = c,
        .segment = s,
        .observation = o,
        .when = when,
        .triggers = &a->triggers,
        .now_ns = a->now_ns,
        .now_frame = a->now_frame,
        .at_end = at_end,
        .sink = &sink,
    };
    tcps_rules_check(&context);
    if (sink.ask_ns != INT64_MAX)
        look_again(a, c, sink.ask_ns);
}

static void forget_wishes(tcps_analyzer *a, tcps_connection *c)
{
    *tcps_store_due_ns(a->connections, c) = INT64_MAX;
}

static void incarnation_replaced(void *data, tcps_connection *c)
{
    tcps_analyzer *a = data;
    ask_rules(a, c, TCPS_WHEN_END, NULL, NULL, false);
    forget_wishes(a, c);
}

static uint32_t next_index(void *data)
{
    tcps_analyzer *a = data;
    return a->next_index++;
}

static bool is_gone(tcps_state state)
{
    return state == TCPS_CLOSED || state == TCPS_TIME_WAIT;
}

/* It has been counted before. */
static void revive(void *data, const tcps_lone_syn *syn, tcps_connection *c)
{
    tcps_analyzer *a = data;
    tcps_lone_syn_show(syn, &a->config, c);
    for (unsigned i = 0; i < 2; i++) {
        c->tallies[i] = tcps_tallies_of(a->tallies, &c->addresses[i], i == c->client ? TCPS_CLIENT : TCPS_SERVER);
        c->counted[i] = c->ends[i].shown;
        c->gone[i] = is_gone((tcps_state)c->counted[i]);
    }
    c->counting = true;
    tcps_lone_syn_elapse(syn, &a->config, c);
}

tcps_analyzer *tcps_analyzer_new(const tcps_config *config)
{
    tcps_analyzer *a = g_new0(tcps_analyzer, 1);
    a->config = config ? *config : tcps_config_default();
    a->wishes = tcps_wishes_new();
    a->findings = g_array_new(FALSE, FALSE, sizeof(tcps_finding));
    a->tallies = tcps_tallies_new(false);
    a->triggers = tcps_rules_triggers();
    a->connections = tcps_store_new(revive, a);
    a->incarnations = (tcps_incarnations){incarnation_replaced, next_index, a};
    return a;
}

void tcps_analyzer_free(tcps_analyzer *a)
{
    if (!a)
        return;
    tcps_store_free(a->connections);
    tcps_wishes_free(a->wishes);
    g_array_free(a->findings, TRUE);
    tcps_tallies_free(a->tallies);
    g_free(a);
}

tcps_path tcps_analyzer_path(const tcps_analyzer *a, const tcps_address *src, const tcps_address *dst)
{
    tcps_path path = {.from = compare_addresses(src, dst) > 0};
    path.ends[path.from] = *src;
    path.ends[1 - path.from] = *dst;
    path.hash = tcps_store_hash(a->connections, path.ends);
    return path;
}

void tcps_analyzer_expect(const tcps_analyzer *a, const tcps_path *path, tcps_turn turn)
{
    if (turn == TCPS_LATER)
        tcps_store_expect_number(a->connections, path->hash);
    else if (turn == TCPS_SOON)
        tcps_store_expect_place(a->connections, path->hash);
    else
        tcps_store_expect(a->connections, path->hash);
}

static tcps_connection *add(tcps_analyzer *a, const tcps_path *path)
{
    tcps_connection *c = tcps_store_add(a->connections, path->ends, path->hash);
    c->self = tcps_address_same(&path->ends[0], &path->ends[1]);
    return c;
}

/* --- counting sockets --- */

/* An end is counted from its incarnation's first segment; a new incarnation takes the old one's place. */
static void count_anew(tcps_analyzer *a, tcps_connection *c)
{
    for (unsigned i = 0; i < (c->self ? 1 : 2); i++) {
        tcps_role role = i == c->client ? TCPS_CLIENT : TCPS_SERVER;
        if (c->tallies[i] && c->tallies[i]->role == TCPS_SERVER) {
            c->tallies[i]->half_open -= c->half_open;
            c->tallies[i]->half_answered -= c->half_answered;
            c->half_open = c->half_answered = false;
        }
        if (c->tallies[i])
            tcps_tally_move(c->tallies[i], c->counted[i], TCPS_UNKNOWN, a->now_ns, a->now_frame);
        c->tallies[i] = tcps_tallies_of(a->tallies, &c->addresses[i], role);
        c->tallies[i]->opened++;
        c->counted[i] = TCPS_UNKNOWN;
        c->gone[i] = false;
    }
    c->counting = true;
}

/* A service's sockets that wait for the handshake's last ACK, neither for a moment only nor for ever. */
static void count_half_open(tcps_analyzer *a, tcps_connection *c)
{
    const tcps_endpoint *server = &c->ends[1 - c->client];
    tcps_tally *tally = c->tallies[1 - c->client];
    const int64_t age = span_between(server->since_ns, a->now_ns);
    const bool opening = server->shown == TCPS_SYN_RCVD && age < FORGOTTEN_NS;
    const bool half_open = opening && age >= HALF_OPEN_NS, answered = half_open && server->known == TCPS_SYN_RCVD;

    tally->half_open = tally->half_open + half_open - c->half_open;
    tally->half_answered = tally->half_answered + answered - c->half_answered;
    c->half_open = half_open;
    c->half_answered = answered;
    if (opening)
        look_again(a, c, span_after(server->since_ns, half_open ? FORGOTTEN_NS : HALF_OPEN_NS));
}

/* How far the connection has come, by what its ends are counted as. */
typedef enum { OPENING, OPEN, OVER } stage;

static stage stage_of(const tcps_connection *c)
{
    const tcps_state one = c->counted[0], other = c->counted[c->self ? 0 : 1];
    if (is_gone(one) && is_gone(other))
        return OVER;
    return one > TCPS_SYN_RCVD && other > TCPS_SYN_RCVD ? OPEN : OPENING;
}

/* Brings the tallies up to the state shown of one end, and has TIME_WAIT looked at when it ought to be over. */
static void count_state(tcps_analyzer *a, tcps_connection *c, unsigned i)
{
    const tcps_endpoint *e = &c->ends[i];
    if (c->counted[i] == e->shown)
        return;
    if (is_gone(e->shown) && !is_gone(c->counted[i]) && !c->gone[i]) { /* not again after a presumption taken back */
        c->tallies[i]->closed++;
        c->gone[i] = true;
    }
    tcps_tally_move(c->tallies[i], c->counted[i], e->shown, a->now_ns, a->now_frame);
    c->counted[i] = e->shown;
    if (e->shown == TCPS_TIME_WAIT)
        look_again(a, c, span_after(e->since_ns, a->config.two_msl_ns));
}

/* Returns whether the connection has come to another stage. */
static bool count_states(tcps_analyzer *a, tcps_connection *c)
{
    if (!c->used)
        return false;
    if (!c->counting)
        count_anew(a, c);
    const stage before = stage_of(c);
    for (unsigned i = 0; i < (c->self ? 1 : 2); i++)
        count_state(a, c, i);
    if (!c->self)
        count_half_open(a, c);
    return stage_of(c) != before;
}

const tcps_tallies *tcps_analyzer_tallies(const tcps_analyzer *a)
{
    return a->tallies;
}

/* Over, or never opened: stragglers apart, only a new incarnation is to come. */
static bool is_idle_state(const tcps_endpoint *e)
{
    return e->shown <= TCPS_SYN_RCVD;
}

static bool can_be_forgotten(const tcps_connection *c)
{
    return is_idle_state(&c->ends[0]) && is_idle_state(&c->ends[1]);
}

/* The connection has been dealt with, for now. Returns false where it is forgotten. */
static bool let_go(tcps_analyzer *a, tcps_connection *c)
{
    const int64_t end_ns = span_after(c->last_ns, TCPS_FORGET_NS);
    const bool idle = can_be_forgotten(c);
    if (idle && a->now_ns >= end_ns) {
        ask_rules(a, c, TCPS_WHEN_END, NULL, NULL, false);
        tcps_store_forget(a->connections, c);
        return false;
    }
    if (idle)
        look_again(a, c, end_ns);
    if (a->never_rest)
        return true;
    tcps_connection_rest(c);
    if (c->counting && stage_of(c) == OVER)
        tcps_store_over(a->connections, c);
    return true;
}

/* Asks all who may wish for something. */
static void ask_for_wishes(tcps_analyzer *a, tcps_connection *c)
{
    for (unsigned i = 0; i < 2; i++)
        if (c->ends[i].shown == TCPS_TIME_WAIT)
            look_again(a, c, tcps_endpoint_expiry(&c->ends[i], &a->config));
    ask_rules(a, c, TCPS_WHEN_DUE, NULL, NULL, false);
}

/* Most of what was to be looked at at the stage before need not be looked at any more: so it need not be woken for that. */
static void wish_anew(tcps_analyzer *a, tcps_connection *c)
{
    forget_wishes(a, c);
    if (!c->self)
        count_half_open(a, c);
    ask_for_wishes(a, c);
}

/* Something that was waited for is due. */
static void fall_due(tcps_analyzer *a, tcps_connection *c)
{
    forget_wishes(a, c);
    tcps_connection_elapse(c, &a->config, (tcps_moment){a->now_ns, a->now_frame});
    count_states(a, c);
    ask_for_wishes(a, c);
    if (let_go(a, c))
        tcps_store_return(a->connections, c);
}

void tcps_analyzer_advance(tcps_analyzer *a, int64_t time_ns, uint32_t frame)
{
    a->now_frame = frame;
    a->now_ns = time_ns; /* as captured: after a frame from a wrong clock the next one sets it right */
    for (tcps_wish w; tcps_wishes_take(a->wishes, a->now_ns, &w);) {
        tcps_connection *c = tcps_store_due(a->connections, w.number, w.due_ns);
        if (c)
            fall_due(a, c);
    }
}

static void read_gauges(const tcps_connection *c, tcps_observation *o)
{
    for (unsigned role = 0; role < 2; role++) {
        const tcps_tally *t = tcps_connection_tally(c, (tcps_role)role);
        if (t)
            o->gauges[role] = (tcps_gauges){
                .half_open = tcps_tally_of(t, TCPS_SYN_RCVD)->now,
                .close_wait = tcps_tally_of(t, TCPS_CLOSE_WAIT)->now,
                .time_wait = tcps_tally_of(t, TCPS_TIME_WAIT)->now,
            };
    }
}

void tcps_analyzer_segment_on(tcps_analyzer *a, const tcps_path *path, const tcps_segment *segment,
                              tcps_observation *observation)
{
    tcps_analyzer_advance(a, segment->time_ns, segment->frame);
    tcps_connection *c = tcps_store_find(a->connections, path->ends, path->hash);
    const bool first = !c;
    if (first)
        c = add(a, path);
    if (!a->never_quick && tcps_connection_quick(c, path->from, segment, observation)) {
        a->n_quick++;
        read_gauges(c, observation);
        return;
    }
    const unsigned when = tcps_connection_segment(c, &a->config, &a->incarnations, path->from, segment, observation);
    const bool at_new_stage = count_states(a, c);
    read_gauges(c, observation);
    if (when)
        ask_rules(a, c, when, segment, observation, false);
    if (at_new_stage)
        wish_anew(a, c);
    if (let_go(a, c) && first && !a->never_rest)
        tcps_store_lone(a->connections, c, segment);
}

void tcps_analyzer_segment(tcps_analyzer *a, const tcps_address *src, const tcps_address *dst,
                           const tcps_segment *segment, tcps_observation *observation)
{
    const tcps_path path = tcps_analyzer_path(a, src, dst);
    tcps_analyzer_segment_on(a, &path, segment, observation);
}

bool tcps_analyzer_icmp_error(tcps_analyzer *a, const tcps_address *src, const tcps_address *dst, uint32_t seq,
                              bool hard, int64_t time_ns, uint32_t frame, tcps_observation *observation)
{
    const tcps_path path = tcps_analyzer_path(a, src, dst);
    tcps_analyzer_advance(a, time_ns, frame);
    tcps_connection *c = tcps_store_find(a->connections, path.ends, path.hash);
    if (!c)
        return false;
    if (!c->used || c->self) {
        let_go(a, c);
        return false;
    }
    tcps_segment quoted = {.time_ns = time_ns, .frame = frame, .seq = seq};
    tcps_connection_unreachable(c, path.from, &quoted, hard, observation);
    count_states(a, c);
    read_gauges(c, observation);
    if (observation->transition)
        ask_rules(a, c, TCPS_WHEN_CHANGE, NULL, observation, false);
    let_go(a, c);
    return true;
}

/* What the end of the capture shows of a connection. Whatever has elapsed by then will have elapsed at its next segment, too. */
static void finish(tcps_analyzer *a, uint32_t number)
{
    tcps_connection *c = tcps_store_numbered(a->connections, number);
    tcps_connection_elapse(c, &a->config, (tcps_moment){a->now_ns, a->now_frame});
    ask_rules(a, c, TCPS_WHEN_END, NULL, NULL, true);
    tcps_store_return(a->connections, c);
}

void tcps_analyzer_finish(tcps_analyzer *a)
{
    GArray *numbers = tcps_store_numbers(a->connections);
    for (guint i = 0; i < numbers->len; i++)
        finish(a, g_array_index(numbers, uint32_t, i));
    g_array_unref(numbers);
}

void tcps_analyzer_never_quick(tcps_analyzer *a)
{
    a->never_quick = true;
}

void tcps_analyzer_never_rest(tcps_analyzer *a)
{
    a->never_rest = true;
}

uint64_t tcps_analyzer_n_quick(const tcps_analyzer *a)
{
    return a->n_quick;
}

const tcps_finding *tcps_analyzer_findings(const tcps_analyzer *a, unsigned *n)
{
    *n = a->findings->len;
    return (const tcps_finding *)(const void *)a->findings->data;
}

void tcps_analyzer_clear_findings(tcps_analyzer *a)
{
    g_array_set_size(a->findings, 0);
}
