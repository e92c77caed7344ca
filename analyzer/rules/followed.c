/* followed.c: see followed.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/followed.h"

struct tcps_followed {
    GHashTable *findings; /* of tcps_followed_finding, by key */
};

static uint64_t key_of(const tcps_connection *c, unsigned rule)
{
    return (uint64_t)c->number * TCPS_MAX_RULES + rule;
}

tcps_followed *tcps_followed_new(void)
{
    tcps_followed *f = g_new(tcps_followed, 1);
    f->findings = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    return f;
}

void tcps_followed_free(tcps_followed *f)
{
    if (!f)
        return;
    g_hash_table_destroy(f->findings);
    g_free(f);
}

void tcps_followed_add(tcps_followed *f, const tcps_connection *c, const tcps_finding *finding)
{
    tcps_followed_finding *new = g_new(tcps_followed_finding, 1);
    *new = (tcps_followed_finding){key_of(c, finding->rule), *finding, *finding};
    g_hash_table_replace(f->findings, &new->key, new);
}

tcps_followed_finding *tcps_followed_get(const tcps_followed *f, const tcps_connection *c, unsigned rule)
{
    const uint64_t key = key_of(c, rule);
    return g_hash_table_lookup(f->findings, &key);
}

void tcps_followed_tell(tcps_followed_finding *f, GArray *findings)
{
    f->finding.again = true;
    f->told = f->finding;
    g_array_append_val(findings, f->finding);
}

void tcps_followed_drop(tcps_followed *f, const tcps_connection *c, uint64_t rules)
{
    for (; rules; rules &= rules - 1) {
        const uint64_t key = key_of(c, (unsigned)__builtin_ctzll(rules));
        g_hash_table_remove(f->findings, &key);
    }
}
