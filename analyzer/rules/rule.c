/* rule.c: the list of rules, who asks them, and how they raise findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/rule.h"

#include "rules/followed.h"

#include <string.h>

#define RULE(id) extern const tcps_rule tcps_rule_##id;
#include "rules/rules.def"
#undef RULE

static const tcps_rule *const rules[] = {
#define RULE(id) &tcps_rule_##id,
#include "rules/rules.def"
#undef RULE
};

_Static_assert(TCPS_N_TRIGGERS % TCPS_TRIGGERS_AT_ONCE == 0, "each trigger is in one of the groups");
_Static_assert(G_N_ELEMENTS(rules) <= TCPS_MAX_RULES, "tcps_connection.raised has a bit for each rule");

const tcps_rule *tcps_rule_get(unsigned rule)
{
    return rule < G_N_ELEMENTS(rules) ? rules[rule] : NULL;
}

unsigned tcps_n_rules(void)
{
    return G_N_ELEMENTS(rules);
}

tcps_triggers tcps_rules_triggers(void)
{
    tcps_triggers t = {.follow = 0};
    for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i]->follow)
            t.follow |= UINT64_C(1) << i;
        for (unsigned k = 0; k < G_N_ELEMENTS(t.rules); k++)
            for (unsigned some = 0; some < G_N_ELEMENTS(t.rules[k]); some++)
                if (rules[i]->when >> k * TCPS_TRIGGERS_AT_ONCE & some)
                    t.rules[k][some] |= UINT64_C(1) << i;
    }
    return t;
}

void tcps_rules_check(tcps_rule_context *context)
{
    uint64_t asked = 0;
    for (unsigned k = 0; k < G_N_ELEMENTS(context->triggers->rules); k++)
        asked |= context->triggers->rules[k][context->when >> k * TCPS_TRIGGERS_AT_ONCE &
                                             (G_N_ELEMENTS(context->triggers->rules[0]) - 1)];
    for (; asked; asked &= asked - 1) {
        context->rule = (unsigned)__builtin_ctzll(asked);
        rules[context->rule]->check(context);
    }
}

bool tcps_rule_raised(const tcps_rule_context *context)
{
    return context->connection->raised >> context->rule & 1;
}

static bool names(const char *const *ids, const char *id)
{
    for (; ids && *ids; ids++)
        if (strcmp(*ids, id) == 0)
            return true;
    return false;
}

/* What it is about was over before: what happens now has another cause. */
static bool was_over(const tcps_rule_context *context, unsigned rule)
{
    const tcps_followed_finding *f = tcps_followed_get(context->sink->followed, context->connection, rule);
    return f && f->finding.status == TCPS_OVER && f->finding.until_frame != context->now_frame;
}

/* One cause gives one finding: has a rule been raised that speaks for this one as well? */
static bool superseded(const tcps_rule_context *context, unsigned rule)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++)
        if (context->connection->raised >> i & 1 && names(rules[i]->supersedes, rules[rule]->id) &&
            !was_over(context, i))
            return true;
    return false;
}

/* What is missing altogether cannot tell otherwise. Of what the capture has dropped, only its end tells how much that is. */
static unsigned doubt(const tcps_connection *c, unsigned faked_by)
{
    const bool one_sided = !c->self && !c->ends[0].first_frame != !c->ends[1].first_frame;
    return one_sided ? faked_by & TCPS_FAKED_BY_ONE_SIDED : 0;
}

void tcps_finding_look_for_holes(const tcps_rule_context *context, tcps_finding *f, uint32_t from_frame)
{
    const bool can_be_faked = f->faked_by & TCPS_FAKED_BY_DROPS;
    f->hole_ns = can_be_faked ? tcps_holes_between(context->holes, from_frame, f->until_frame) : 0;
    f->doubt = (uint8_t)(f->hole_ns ? f->doubt | TCPS_FAKED_BY_HOLE : f->doubt & ~TCPS_FAKED_BY_HOLE);
    if (!f->hole_ns)
        f->hole_ns = context->cut_ns;
}

/* What speaks for them is raised: those that it supersedes take back what they said. */
static void silence(const tcps_rule_context *context, const tcps_rule *by)
{
    tcps_followed *followed = context->sink->followed;
    for (uint64_t said = context->connection->raised & context->triggers->follow; said; said &= said - 1) {
        const unsigned rule = (unsigned)__builtin_ctzll(said);
        tcps_followed_finding *f = tcps_followed_get(followed, context->connection, rule);
        if (!f || !names(by->supersedes, rules[rule]->id))
            continue;
        tcps_finding_withdraw(&f->finding);
        tcps_followed_tell(f, context->sink->findings);
        tcps_followed_drop(followed, context->connection, UINT64_C(1) << rule);
        *context->sink->raised &= ~(UINT64_C(1) << rule);
    }
}

static void add_finding(const tcps_rule_context *context, tcps_finding *finding)
{
    const unsigned rule = context->rule;
    if (tcps_rule_raised(context) || superseded(context, rule))
        return;
    silence(context, rules[rule]);
    *context->sink->raised |= UINT64_C(1) << rule;
    finding->rule = (uint8_t)rule;
    finding->faked_by = rules[rule]->faked_by;
    finding->doubt = (uint8_t)doubt(context->connection, finding->faked_by);
    finding->at_end = context->at_end;
    finding->found_frame = finding->until_frame = context->now_frame;
    finding->found_ns = finding->until_ns = context->now_ns;
    tcps_finding_look_for_holes(
        context, finding, context->segment ? MIN(finding->began_frame, context->before_frame) : finding->began_frame);
    finding->severity = (uint8_t)tcps_finding_severity(finding);
    finding->followed = rules[rule]->follow != NULL;
    g_array_append_val(context->sink->findings, *finding);
    if (finding->followed)
        tcps_followed_add(context->sink->followed, context->connection, finding);
}

/* client: of that incarnation, an index into the connection's addresses. */
static void raise_in(const tcps_rule_context *context, uint32_t incarnation, unsigned client, tcps_finding finding)
{
    const tcps_connection *c = context->connection;
    finding.connection = incarnation;
    finding.ends[TCPS_CLIENT] = c->addresses[client];
    finding.ends[TCPS_SERVER] = c->addresses[1 - client];
    add_finding(context, &finding);
}

static tcps_finding finding_of(tcps_role end, unsigned detail, uint32_t began_frame, int64_t began_ns, int64_t value)
{
    return (tcps_finding){.end = (uint8_t)end,
                          .detail = (uint8_t)detail,
                          .certain = TCPS_PROVEN,
                          .began_frame = began_frame,
                          .began_ns = began_ns,
                          .value = value};
}

void tcps_rule_raise(const tcps_rule_context *context, tcps_role end, unsigned detail, uint32_t began_frame,
                     int64_t began_ns, int64_t value)
{
    const tcps_connection *c = context->connection;
    raise_in(context, c->index, c->client, finding_of(end, detail, began_frame, began_ns, value));
}

void tcps_rule_raise_finding(const tcps_rule_context *context, tcps_finding finding)
{
    const tcps_connection *c = context->connection;
    raise_in(context, c->index, c->client, finding);
}

void tcps_finding_goes_on(const tcps_rule_context *context, tcps_finding *finding)
{
    if (finding->status == TCPS_OVER)
        finding->status = TCPS_RAISED;
    finding->until_frame = context->now_frame;
    finding->until_ns = context->now_ns;
}

void tcps_finding_is_over(const tcps_rule_context *context, tcps_finding *finding)
{
    if (finding->status == TCPS_OVER)
        return;
    tcps_finding_goes_on(context, finding);
    finding->status = TCPS_OVER;
}

void tcps_finding_withdraw(tcps_finding *finding)
{
    finding->status = TCPS_WITHDRAWN;
}

void tcps_finding_stands(tcps_finding *finding)
{
    finding->followed = false;
}

void tcps_rule_raise_of_second(const tcps_rule_context *context, tcps_role end, unsigned detail, uint32_t began_frame,
                               int64_t began_ns, int64_t value)
{
    const tcps_rival *second = context->connection->rival;
    if (second && second->has_index)
        raise_in(context, second->index, second->from, finding_of(end, detail, began_frame, began_ns, value));
    else
        tcps_rule_raise(context, end, detail, began_frame, began_ns, value);
}

bool tcps_rule_mark(const tcps_rule_context *context, const tcps_tally *tally)
{
    const uint64_t bit = UINT64_C(1) << context->rule;
    if (tally->raised & bit)
        return false;
    tcps_tallies_numbered(context->sink->tallies, tally->number)->raised |= bit;
    return true;
}

bool tcps_rule_first_of(const tcps_rule_context *context, uint64_t key)
{
    return tcps_tallies_first_of(context->sink->tallies, key);
}

void tcps_rule_ask(const tcps_rule_context *context, int64_t at_ns)
{
    if (at_ns > context->now_ns) /* else it would be asked again at once, for ever */
        context->sink->ask_ns = MIN(context->sink->ask_ns, at_ns);
}

/* "(the capture lost 1.6 % of its packets: ...)" */
static void append_doubt(GString *to, const tcps_finding *finding)
{
    if (finding->doubt & TCPS_FAKED_BY_ONE_SIDED)
        g_string_append(to, " (one direction alone was captured: the other may tell otherwise)");
    if (finding->hole_ns) {
        g_string_append(to, " (the capture's clock jumps by ");
        tcps_duration_append(to, finding->hole_ns);
        g_string_append(to, finding->doubt & TCPS_FAKED_BY_HOLE ? " meanwhile: what happened then is not known)"
                                                                : " then: what came after is not known)");
    }
    if (!(finding->doubt & TCPS_FAKED_BY_DROPS))
        return;
    if (finding->lost_ppm)
        g_string_append_printf(to, " (the capture lost %.2g %% of its packets: it may miss what tells otherwise)",
                               finding->lost_ppm / 1e4);
    else
        g_string_append(to, " (the capture misses packets: it may miss what tells otherwise)");
}

void tcps_rule_describe(GString *to, const tcps_finding *finding)
{
    const tcps_rule *rule = tcps_rule_get(finding->rule);
    if (!rule)
        return;
    rule->describe(finding, to);
    append_doubt(to, finding);
}

static tcps_rule_words row_words(const tcps_rule *rule, const tcps_finding *finding)
{
    if (finding && finding->status == TCPS_OVER && rule->over.title)
        return rule->over;
    if (finding && finding->status == TCPS_CONFIRMED && rule->confirmed.title)
        return rule->confirmed;
    if (finding && finding->certain == TCPS_PRESUMED && rule->presumed.title)
        return rule->presumed;
    return (tcps_rule_words){rule->title, rule->severity, rule->advice};
}

static tcps_rule_words words_of(const tcps_rule *rule, const tcps_finding *finding)
{
    tcps_rule_words words = row_words(rule, finding);
    if (finding && rule->reword)
        rule->reword(finding, &words);
    return words;
}

tcps_severity tcps_finding_severity(const tcps_finding *finding)
{
    const tcps_rule *rule = tcps_rule_get(finding->rule);
    const tcps_severity severity = rule ? words_of(rule, finding).severity : TCPS_CHAT;
    return finding->doubt ? MIN(severity, TCPS_NOTE) : severity;
}

const char *tcps_finding_title(const tcps_finding *finding)
{
    const tcps_rule *rule = tcps_rule_get(finding->rule);
    return rule ? words_of(rule, finding).title : "";
}

static void append_end(GString *to, const tcps_finding *finding, const char *otherwise, bool peer)
{
    if (finding)
        tcps_address_append(to, &finding->ends[(finding->end != TCPS_CLIENT) != peer]);
    else
        g_string_append(to, otherwise);
}

static void append_port(GString *to, const tcps_finding *finding)
{
    if (finding)
        g_string_append_printf(to, "%u", finding->ends[finding->end != TCPS_CLIENT].port);
    else
        g_string_append(to, "PORT");
}

/* Appends what stands for the placeholder at c and returns its length; 0 where there is none. */
static size_t append_placeholder(GString *to, const char *c, const tcps_finding *finding)
{
    if (g_str_has_prefix(c, "{end}"))
        return append_end(to, finding, "the endpoint", false), strlen("{end}");
    if (g_str_has_prefix(c, "{peer}"))
        return append_end(to, finding, "the peer", true), strlen("{peer}");
    if (g_str_has_prefix(c, "{port}"))
        return append_port(to, finding), strlen("{port}");
    return 0;
}

static const char *advice_of(unsigned rule, const tcps_finding *finding)
{
    const tcps_rule *row = tcps_rule_get(rule);
    return row ? words_of(row, finding).advice : "";
}

bool tcps_rule_advises_alike(const tcps_finding *one, const tcps_finding *other)
{
    return strcmp(advice_of(one->rule, one), advice_of(other->rule, other)) == 0;
}

void tcps_rule_advise(GString *to, unsigned rule, const tcps_finding *finding)
{
    const size_t start = to->len;

    for (const char *c = advice_of(rule, finding); *c;) {
        const size_t taken = append_placeholder(to, c, finding);
        if (!taken)
            g_string_append_c(to, *c);
        c += taken ? taken : 1;
    }
    if (to->len > start) /* "the endpoint ..." may begin the sentence */
        to->str[start] = g_ascii_toupper(to->str[start]);
}
