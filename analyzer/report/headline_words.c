/* headline_words.c: the words of headlines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/headlines.h"

#include <string.h>

#include "base/span.h"
#include "report/endpoints.h"
#include "rules/ids.h"
#include "rules/rule.h"

#define MS_NS 1000000

/* "A refused 3 connections", "2 endpoints refused connections: ..." */
typedef struct {
    const char *verb, *tail, *many;
} phrase;

/* Of rules whose findings are worth a sentence when there are several; the others are told by their titles. */
typedef struct {
    uint8_t rank;     /* of causes and effects; 0: neither */
    bool of_endpoint; /* raised once for all its connections */
    bool of_peer;     /* it is the peer of the finding's end who is told of */
    const char *noun; /* NULL: no sentence */
    phrase end, peer; /* who is told of: that end, or its peer */
    const char *was;  /* the verb for stays that are over, where it is another */
} words;

enum { CAUSE = 1, NEITHER = 2, EFFECT = 3 };

static const words table[TCPS_N_RULES] = {
    [TCPS_RULE_syn_flood] = {.rank = CAUSE, .of_endpoint = true},
    [TCPS_RULE_time_wait_pileup] = {.rank = CAUSE, .of_endpoint = true},
    [TCPS_RULE_accept_queue_overflow] = {.rank = CAUSE},
    [TCPS_RULE_unreachable] = {.rank = CAUSE,
                               .of_peer = true,
                               .noun = "connection attempt",
                               .end = {"was told by ICMP not to reach the peer of", "",
                                       "were told by ICMP not to reach peers"},
                               .peer = {"cannot be reached, as ICMP says, by", "", "cannot be reached, as ICMP says"}},
    [TCPS_RULE_close_wait_lingering] = {.rank = CAUSE,
                                        .noun = "socket",
                                        .end = {"leaks", "closed by the peer (CLOSE_WAIT)",
                                                "leak sockets closed by the peer (CLOSE_WAIT)"},
                                        .peer = {"closed", "that the peer leaks (CLOSE_WAIT)",
                                                 "closed sockets that their peers leak (CLOSE_WAIT)"},
                                        .was = "held"},
    [TCPS_RULE_peer_vanished] = {.noun = "connection",
                                 .end = {"went silent in", "", "went silent in connections"},
                                 .peer = {"repeats to a silent peer in", "", "repeat to silent peers"}},
    [TCPS_RULE_handshake_incomplete] = {.noun = "handshake",
                                        .end = {"has", "not completed", "have handshakes that were not completed"},
                                        .peer = {"has", "not completed", "have handshakes that were not completed"}},
    [TCPS_RULE_syn_unanswered] = {.rank = EFFECT,
                                  .of_peer = true,
                                  .noun = "connection attempt",
                                  .end = {"got no answer to", "", "got no answer to connection attempts"},
                                  .peer = {"did not answer", "", "did not answer connection attempts"}},
    [TCPS_RULE_reset] = {.rank = EFFECT,
                         .noun = "connection",
                         .end = {"reset", "", "reset connections"},
                         .peer = {"had", "reset by the other end", "had connections reset by the other end"}},
    [TCPS_RULE_connection_refused] = {.rank = EFFECT,
                                      .noun = "connection",
                                      .end = {"refused", "", "refused connections"},
                                      .peer = {"was refused", "", "were refused connections"}},
    [TCPS_RULE_fin_wait_2_lingering] = {.rank = EFFECT},
    [TCPS_RULE_challenge_ack] = {.rank = EFFECT},
    [TCPS_RULE_reset_ignored] = {.rank = EFFECT},
};

unsigned tcps_headline_rank(unsigned rule)
{
    return rule < TCPS_N_RULES && table[rule].rank ? table[rule].rank : NEITHER;
}

bool tcps_headline_is_sentence(unsigned rule)
{
    return rule < TCPS_N_RULES && table[rule].noun;
}

tcps_grouping tcps_headline_grouping(unsigned rule)
{
    return rule < TCPS_N_RULES && table[rule].of_peer ? TCPS_BY_PEER : TCPS_BY_END;
}

/* --- sentences --- */

static void append_host(GString *to, const tcps_address *address)
{
    tcps_address_append(to, address);
    if (!address->port && g_str_has_suffix(to->str, ":0"))
        g_string_truncate(to, to->len - strlen(":0"));
}

static void append_subject(GString *to, const tcps_subject_key *key)
{
    append_host(to, &key->address);
    if (key->grouping == TCPS_BY_HOST)
        g_string_append(to, " (all ports)");
    else if (key->role == TCPS_CLIENT)
        g_string_append(to, " (client)");
}

static const phrase *phrase_of(const tcps_subject *s)
{
    const phrase *p = s->key.grouping == TCPS_BY_PEER ? &table[s->key.rule].peer : &table[s->key.rule].end;
    return p->verb ? p : NULL;
}

/* "refused 15 connections"; or "Challenge ACK (15 times)" */
static void append_deed(GString *to, const tcps_subject *s)
{
    const words *w = &table[s->key.rule];
    const phrase *p = phrase_of(s);

    if (p) {
        g_string_append_printf(to, "%s%s %u %s%s%s%s", s->n_presumed == s->n ? "presumably " : "",
                               w->was && s->n_over ? w->was : p->verb, s->n, w->noun, s->n == 1 ? "" : "s",
                               *p->tail ? " " : "", p->tail);
        return;
    }
    g_string_append(to, tcps_finding_title(&s->worst));
    if (s->n > 1)
        g_string_append_printf(to, " (%u times)", s->n);
}

/* How a service that is flooded takes what it is asked for. */
static void append_dealings(GString *to, const tcps_headline *h)
{
    const tcps_dealings *d = h->dealings;

    for (unsigned i = 0; d && i < h->n_rules; i++)
        if (h->subjects[i]->key.rule == TCPS_RULE_syn_flood)
            g_string_append_printf(to, "; asked %u time%s, answered %u, completed %u", d->asked,
                                   d->asked == 1 ? "" : "s", d->answered, d->completed);
}

/* From the first to the last. */
static void append_spread(GString *to, const tcps_headline *h)
{
    const int64_t ns = span_between(h->first_ns, h->last_ns);

    if (ns >= MS_NS) {
        g_string_append(to, " over ");
        tcps_duration_append(to, ns);
    }
}

/* Of stays, how many were not over. */
static void append_rest(GString *to, const tcps_headline *h)
{
    uint32_t over = 0;

    for (unsigned i = 0; i < h->n_named; i++)
        over += h->subjects[i]->n_over;
    if (!table[h->subjects[0]->key.rule].was || h->n_rules > 1 || over == h->n || h->n_subjects > h->n_named)
        return;
    if (over == 0)
        g_string_append(to, "; all still so at the end of the capture");
    else
        g_string_append_printf(to, "; %u still so at the end of the capture", h->n - over);
}

/* Of several that took the same time, a timer is the cause. */
static void append_timer(GString *to, const tcps_headline *h, const tcps_subject *s)
{
    const tcps_durations *timed = h->n_rules == 1 && h->timed ? h->timed : &s->timed;
    const tcps_alike most = tcps_durations_most(timed);

    if (most.n < 2)
        return;
    if (h->n_rules == 1 && most.n == h->n)
        g_string_append(to, "; all after ");
    else
        g_string_append_printf(to, "; %u of them after ", most.n);
    tcps_duration_append(to, most.ns);
    g_string_append(to, ": the same timer");
}

static void append_peer(GString *to, const tcps_headline *h)
{
    const tcps_subject *first = h->subjects[0];
    for (unsigned i = 0; i < h->n_rules; i++)
        if (h->subjects[i]->several || !tcps_address_same(&h->subjects[i]->peer, &first->peer))
            return;
    g_string_append(to, " (peer: ");
    append_host(to, &first->peer);
    g_string_append_c(to, ')');
}

static void append_death(GString *to, const tcps_headline *h)
{
    const tcps_subject *reset = h->subjects[0], *refused = h->subjects[1];

    append_subject(to, &reset->key);
    g_string_append_printf(to, " died: %u connections reset at once, %u refused", reset->n, refused->n);
    if (h->dealings && tcps_moments_any_after(&h->dealings->when_completed, refused->last_ns)) {
        g_string_append(to, " in ");
        tcps_duration_append(to, span_between(h->first_ns, refused->last_ns));
        g_string_append(to, ", then it took connections again");
    } else {
        g_string_append(to, " since");
    }
    for (unsigned i = 2; i < h->n_rules; i++) {
        g_string_append(to, ", ");
        append_deed(to, h->subjects[i]);
    }
}

static void append_one(GString *to, const tcps_headline *h)
{
    append_subject(to, &h->subjects[0]->key);
    g_string_append(to, phrase_of(h->subjects[0]) ? " " : ": ");
    for (unsigned i = 0; i < h->n_rules; i++) {
        g_string_append(to, i > 0 ? ", " : "");
        append_deed(to, h->subjects[i]);
    }
    append_spread(to, h);
    append_peer(to, h);
    append_rest(to, h);
    for (unsigned i = 0; i < h->n_rules; i++)
        append_timer(to, h, h->subjects[i]);
}

/* "2 endpoints refused connections" */
static void append_who(GString *to, const tcps_headline *h)
{
    const phrase *p = phrase_of(h->subjects[0]);
    const char *who = h->subjects[0]->key.grouping == TCPS_BY_HOST ? "hosts" : "endpoints";

    if (p)
        g_string_append_printf(to, "%u %s %s", h->n_subjects, who, p->many);
    else
        g_string_append_printf(to, "%s (%u %s)", tcps_finding_title(&h->subjects[0]->worst), h->n_subjects, who);
}

/* Of what there is once for each: how many sockets. */
static int64_t number_of(const tcps_subject *s)
{
    return table[s->key.rule].of_endpoint ? s->worst.value : s->n;
}

static void append_several(GString *to, const tcps_headline *h)
{
    append_who(to, h);
    append_spread(to, h);
    g_string_append(to, ": ");
    for (unsigned i = 0; i < h->n_named; i++) {
        g_string_append(to, i > 0 ? ", " : "");
        append_subject(to, &h->subjects[i]->key);
        g_string_append_printf(to, " %" G_GINT64_FORMAT, number_of(h->subjects[i]));
    }
    if (h->n_subjects > h->n_named)
        g_string_append_printf(to, " and %u more", h->n_subjects - h->n_named);
    append_rest(to, h);
    append_timer(to, h, h->subjects[0]);
}

static void append_doubt(GString *to, unsigned doubt)
{
    if (doubt & TCPS_FAKED_BY_DROPS)
        g_string_append(to, " (doubtful: the capture lost packets)");
    else if (doubt & TCPS_FAKED_BY_HOLE)
        g_string_append(to, " (doubtful: the capture's clock jumps)");
    else if (doubt)
        g_string_append(to, " (doubtful: one direction alone was captured)");
}

void tcps_headline_append(GString *to, const tcps_headline *h)
{
    if (h->died)
        append_death(to, h);
    else if (h->n == 1)
        tcps_rule_describe(to, &h->subjects[0]->worst);
    else if (h->n_subjects == 1)
        append_one(to, h);
    else
        append_several(to, h);
    append_dealings(to, h);
    if (h->n > 1)
        append_doubt(to, h->subjects[0]->worst.doubt);
}

void tcps_headline_append_filter(GString *to, const tcps_headline *h)
{
    const tcps_subject_key *key = &h->subjects[0]->key;

    if (h->n == 1 && table[key->rule].of_endpoint && key->address.len) {
        tcps_address_append_filter(to, &key->address);
        return;
    }
    if (h->n == 1) {
        g_string_append_printf(to, "tcpstate.connection == %u", h->connection);
        return;
    }
    if (h->n_rules == 1)
        g_string_append_printf(to, "tcpstate.finding == \"%s\"", tcps_rule_get(key->rule)->id);
    else
        g_string_append(to, "tcpstate.finding");
    if (h->n_subjects == 1 && key->address.len) {
        g_string_append(to, " && ");
        tcps_address_append_filter(to, &key->address);
    }
}
