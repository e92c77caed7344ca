/* follow.c: see follow.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/follow.h"

#include "rules/followed.h"

static bool has_grown(uint32_t from, uint32_t to)
{
    return to > from && to - from > from / 4;
}

/* Is what has become of it worth another word? */
static bool is_news(const tcps_rule_context *context, const tcps_finding *now, const tcps_finding *told)
{
    if (now->status != told->status || now->detail != told->detail || now->certain != told->certain ||
        now->doubt != told->doubt || now->hole_ns != told->hole_ns)
        return true;
    if (context->when & TCPS_WHEN_END)
        return now->count != told->count || now->value != told->value || now->until_ns != told->until_ns;
    return has_grown(told->count, now->count);
}

static void follow(const tcps_rule_context *context, unsigned rule)
{
    tcps_followed_finding *f = tcps_followed_get(context->sink->followed, context->connection, rule);
    if (!f)
        return;
    tcps_rule_context one = *context;
    one.rule = rule;
    tcps_rule_get(rule)->follow(&one, &f->finding);
    if (f->finding.until_frame > f->told.until_frame || context->cut_ns)
        tcps_finding_look_for_holes(&one, &f->finding, f->finding.began_frame);
    f->finding.severity = (uint8_t)tcps_finding_severity(&f->finding);
    if (is_news(&one, &f->finding, &f->told))
        tcps_followed_tell(f, context->sink->findings);
    const bool withdrawn = f->finding.status == TCPS_WITHDRAWN;
    if (!withdrawn && f->finding.followed)
        return;
    tcps_followed_drop(context->sink->followed, context->connection, UINT64_C(1) << rule);
    if (withdrawn)
        *context->sink->raised &= ~(UINT64_C(1) << rule);
}

void tcps_follow_up(const tcps_rule_context *context)
{
    for (uint64_t rules = context->connection->raised & context->triggers->follow; rules; rules &= rules - 1)
        follow(context, (unsigned)__builtin_ctzll(rules));
}
