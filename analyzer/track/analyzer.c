/* analyzer.c: the table of connections, the capture's time, and the findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "base/address.h"
#include "base/holes.h"
#include "base/span.h"
#include "infer/connection.h"
#include "infer/fast_path.h"
#include "infer/homing.h"
#include "rules/follow.h"
#include "rules/followed.h"
#include "rules/rule.h"
#include "track/analyzer.h"
#include "track/counting.h"
#include "track/store.h"
#include "track/timers.h"
#include "track/twins.h"

/* How soon a rule is asked again that wishes for a time which has passed. */
#define RETRY_NS 1000000000

struct tcps_analyzer {
    tcps_config config;
    tcps_store *connections;
    tcps_wishes *wishes; /* of connections, by their numbers; outdated ones are skipped */
    GArray *findings;
    tcps_followed *followed;
    tcps_tallies *tallies;
    tcps_triggers triggers;
    tcps_twins *twins;
    tcps_incarnations incarnations;
    int64_t wished_ns; /* when a wish that stands looks at the connection that is dealt with; INT64_MAX: none */
    int64_t now_ns;
    uint32_t now_frame, before_frame;
    tcps_holes holes;
    uint32_t next_index;
    uint64_t n_quick;
    bool never_quick, never_rest, never_pack; /* for tests: analyzer.h */
};

static void look_again(tcps_analyzer *a, const tcps_connection *c, int64_t at_ns)
{
    if (at_ns <= a->now_ns) /* the capture's clock has jumped: not again and again at this same moment */
        at_ns = span_after(a->now_ns, RETRY_NS);
    int64_t *due_ns = tcps_store_due_ns(a->connections, c);
    *due_ns = MIN(*due_ns, at_ns);
}

/* What follows is about this connection: all that is wished for it meanwhile becomes one wish. */
static void attend(tcps_analyzer *a, const tcps_connection *c)
{
    a->before_frame = c->used ? c->last_frame : a->now_frame;
    a->wished_ns = *tcps_store_due_ns(a->connections, c);
}

static void wish(tcps_analyzer *a, const tcps_connection *c)
{
    const int64_t due_ns = *tcps_store_due_ns(a->connections, c);
    if (due_ns != a->wished_ns && due_ns != INT64_MAX)
        tcps_wishes_add(a->wishes, (tcps_wish){due_ns, c->number}, a->now_ns);
    a->wished_ns = due_ns;
}

/* Has a finding been raised of which its rule wants to know what becomes of it? */
static bool is_followed(const tcps_analyzer *a, const tcps_connection *c)
{
    return c->raised & a->triggers.follow;
}

/* What is known of the connection that is dealt with ends now, or with the capture's next hole, where no segment of it follows on that. */
static tcps_hole known_until(const tcps_analyzer *a, bool seen_now)
{
    const tcps_hole *hole = seen_now ? NULL : tcps_holes_after(&a->holes, a->before_frame);
    return hole ? *hole : (tcps_hole){.from_ns = a->now_ns, .from_frame = a->now_frame};
}

static void ask_rules(tcps_analyzer *a, tcps_connection *c, unsigned when, const tcps_segment *s,
                      const tcps_observation *o, bool at_end)
{
    const tcps_hole until = known_until(a, o);
    tcps_rule_sink sink = {.findings = a->findings,
                           .raised = &c->raised,
                           .followed = a->followed,
                           .tallies = a->tallies,
                           .ask_ns = INT64_MAX};
    const tcps_twin twin = o ? tcps_twins_of(a->twins, c, s, o) : (tcps_twin){.index = TCPS_NO_CONNECTION};
    tcps_rule_context context = {
        .config = &a->config,
        .connection = c,
        .segment = s,
        .observation = o,
        .when = when,
        .triggers = &a->triggers,
        .now_ns = until.from_ns,
        .now_frame = until.from_frame,
        .at_end = at_end,
        .holes = &a->holes,
        .cut_ns = until.length_ns,
        .before_frame = a->before_frame,
        .continues = twin.index,
        .by_clocks = twin.by_clocks,
        .sink = &sink,
    };
    if (is_followed(a, c))
        tcps_follow_up(&context);
    tcps_rules_check(&context);
    if (!until.length_ns)
        look_again(a, c, sink.ask_ns);
    if (when & TCPS_WHEN_END && !at_end && is_followed(a, c))
        tcps_followed_drop(a->followed, c, c->raised & a->triggers.follow);
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
    return ((tcps_analyzer *)data)->next_index++;
}

/* It has been counted before. */
static void revive(void *data, const tcps_lone_syn *syn, tcps_connection *c)
{
    tcps_analyzer *a = data;
    tcps_lone_syn_show(syn, &a->config, c);
    tcps_count_known(a->tallies, c);
    tcps_lone_syn_elapse(syn, &a->config, c);
}

static void lay_by(void *data, const tcps_connection *c)
{
    tcps_count_lay_by(((const tcps_analyzer *)data)->tallies, c);
}

tcps_analyzer *tcps_analyzer_new(const tcps_config *config)
{
    tcps_analyzer *a = g_new0(tcps_analyzer, 1);
    a->config = config ? *config : tcps_config_default();
    a->wishes = tcps_wishes_new();
    a->findings = g_array_new(FALSE, FALSE, sizeof(tcps_finding));
    a->followed = tcps_followed_new();
    a->tallies = tcps_tallies_new(false);
    a->triggers = tcps_rules_triggers();
    a->twins = tcps_twins_new();
    tcps_holes_init(&a->holes);
    a->connections = tcps_store_new((tcps_lone_care){revive, lay_by, a});
    a->incarnations = (tcps_incarnations){incarnation_replaced, next_index, a, a->tallies, &a->config};
    return a;
}

void tcps_analyzer_free(tcps_analyzer *a)
{
    if (!a)
        return;
    tcps_store_free(a->connections);
    tcps_wishes_free(a->wishes);
    g_array_free(a->findings, TRUE);
    tcps_followed_free(a->followed);
    tcps_tallies_free(a->tallies);
    tcps_twins_free(a->twins);
    tcps_holes_clear(&a->holes);
    g_free(a);
}

tcps_path tcps_analyzer_path(const tcps_analyzer *a, const tcps_address *src, const tcps_address *dst)
{
    tcps_path path = {.from = tcps_address_compare(src, dst) > 0};
    path.ends[path.from] = *src;
    path.ends[1 - path.from] = *dst;
    path.hash = tcps_store_hash(a->connections, path.ends);
    return path;
}

void tcps_analyzer_expect(const tcps_analyzer *a, tcps_path *path, tcps_turn turn)
{
    if (turn == TCPS_LATER)
        tcps_store_expect_number(a->connections, path->hash);
    else if (turn == TCPS_SOON || !path->hint)
        path->hint = tcps_store_expect_place(a->connections, path->hash);
    if (turn == TCPS_NEXT)
        tcps_store_expect(a->connections, path->hint);
}

static tcps_connection *add(tcps_analyzer *a, const tcps_path *path)
{
    tcps_connection *c = tcps_store_add(a->connections, path->ends, path->hash);
    c->self = tcps_address_same(&path->ends[0], &path->ends[1]);
    return c;
}

static tcps_counting counting(const tcps_analyzer *a)
{
    return (tcps_counting){a->tallies, &a->config, {a->now_ns, a->now_frame}, INT64_MAX};
}

/* Returns whether the connection has come to another stage. */
static bool count_states(tcps_analyzer *a, tcps_connection *c)
{
    tcps_counting n = counting(a);
    const bool at_new_stage = c->used && tcps_count_states(&n, c);
    look_again(a, c, n.look_ns);
    return at_new_stage;
}

const tcps_tallies *tcps_analyzer_tallies(const tcps_analyzer *a)
{
    return a->tallies;
}

/* Over, or never opened: stragglers apart, only a new incarnation is to come. */
static bool can_be_forgotten(const tcps_connection *c)
{
    return c->ends[0].shown <= TCPS_SYN_RCVD && c->ends[1].shown <= TCPS_SYN_RCVD;
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
    wish(a, c);
    if (!a->never_rest)
        tcps_connection_rest(c);
    if (!a->never_pack && tcps_counted_over(c))
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

/* Most of what was to be looked at at the stage before need not be any more: so it need not be woken for that. */
static void wish_anew(tcps_analyzer *a, tcps_connection *c)
{
    tcps_counting n = counting(a);
    forget_wishes(a, c);
    if (!c->self)
        tcps_count_half_open(&n, c);
    look_again(a, c, n.look_ns);
    a->before_frame = a->now_frame;
    ask_for_wishes(a, c);
}

/* Something that was waited for is due. */
static void fall_due(tcps_analyzer *a, tcps_connection *c)
{
    forget_wishes(a, c);
    attend(a, c); /* the wish that stood is fulfilled */
    tcps_connection_elapse(c, &a->config, (tcps_moment){a->now_ns, a->now_frame});
    count_states(a, c);
    ask_for_wishes(a, c);
    if (let_go(a, c))
        tcps_store_return(a->connections, c);
}

void tcps_analyzer_advance(tcps_analyzer *a, int64_t time_ns, uint32_t frame)
{
    tcps_holes_frame(&a->holes, time_ns, frame);
    a->now_frame = frame;
    a->now_ns = time_ns; /* as captured: after a frame from a wrong clock the next one sets it right */
    for (tcps_wish w; tcps_wishes_take(a->wishes, a->now_ns, &w);) {
        tcps_connection *c = tcps_store_due(a->connections, w.number, w.due_ns);
        if (c)
            fall_due(a, c);
    }
    if (!a->never_pack)
        tcps_store_pass(a->connections, a->now_ns);
}

void tcps_analyzer_segment_on(tcps_analyzer *a, const tcps_path *path, const tcps_segment *segment,
                              tcps_observation *observation)
{
    tcps_analyzer_advance(a, segment->time_ns, segment->frame);
    tcps_connection *c = tcps_store_find(a->connections, path->ends, path->hash, path->hint);
    const bool first = !c;
    if (first)
        c = add(a, path);
    attend(a, c);
    tcps_homing_before(c, &a->incarnations, path->from, segment);
    if (!a->never_quick && !is_followed(a, c) && tcps_connection_quick(c, path->from, segment, observation)) {
        a->n_quick++;
        tcps_homing_after(c, &a->incarnations, observation);
        tcps_count_gauges(c, observation->gauges);
        return;
    }
    const unsigned when = tcps_connection_segment(c, &a->config, &a->incarnations, path->from, segment, observation);
    const bool at_new_stage = count_states(a, c);
    tcps_homing_after(c, &a->incarnations, observation);
    if (when & TCPS_WHEN_SYN)
        tcps_count_segment(a->tallies, c, segment, observation);
    tcps_count_gauges(c, observation->gauges);
    if (when || is_followed(a, c))
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
    tcps_connection *c = tcps_store_find(a->connections, path.ends, path.hash, 0);
    if (!c)
        return false;
    attend(a, c);
    if (!c->used || c->self) {
        let_go(a, c);
        return false;
    }
    tcps_segment quoted = {.time_ns = time_ns, .frame = frame, .seq = seq};
    tcps_connection_unreachable(c, path.from, &quoted, hard, observation);
    count_states(a, c);
    tcps_count_gauges(c, observation->gauges);
    const tcps_endpoint *e = &c->ends[path.from];
    if (observation->transition || (e->shown == TCPS_SYN_SENT && e->iss == seq))
        ask_rules(a, c, TCPS_WHEN_CHANGE, NULL, observation, false);
    let_go(a, c);
    return true;
}

/* What the end of the capture shows of a connection. Whatever has elapsed by then will have elapsed at its next segment, too. */
static void finish(void *data, tcps_connection *c)
{
    tcps_analyzer *a = data;
    attend(a, c);
    tcps_connection_elapse(c, &a->config, (tcps_moment){a->now_ns, a->now_frame});
    ask_rules(a, c, TCPS_WHEN_END, NULL, NULL, true);
    wish(a, c);
}

void tcps_analyzer_finish(tcps_analyzer *a)
{
    tcps_store_each(a->connections, finish, a);
}

void tcps_analyzer_never_quick(tcps_analyzer *a)
{
    a->never_quick = true;
}

void tcps_analyzer_never_rest(tcps_analyzer *a)
{
    a->never_rest = a->never_pack = true;
}

void tcps_analyzer_never_pack(tcps_analyzer *a)
{
    a->never_pack = true;
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
