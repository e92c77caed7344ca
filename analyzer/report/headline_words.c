/* headline_words.c: the words of headlines, and how they are printed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/headlines.h"

#include <string.h>

#include "base/span.h"
#include "report/endpoints.h"
#include "report/when.h"
#include "report/wrap.h"
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
        g_string_append_printf(to, "%s %u %s%s%s%s", w->was && s->n_on < s->n ? w->was : p->verb, s->n, w->noun,
                               s->n == 1 ? "" : "s", *p->tail ? " " : "", p->tail);
        return;
    }
    g_string_append(to, tcps_rule_get(s->key.rule)->title);
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
    uint32_t on = 0;

    for (unsigned i = 0; i < h->n_named; i++)
        on += h->subjects[i]->n_on;
    if (!on || h->n_rules > 1)
        return;
    if (on == h->n)
        g_string_append(to, "; all still so at the end of the capture");
    else if (h->n_subjects == h->n_named)
        g_string_append_printf(to, "; %u still so at the end of the capture", on);
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
}

/* "2 endpoints refused connections" */
static void append_who(GString *to, const tcps_headline *h)
{
    const phrase *p = phrase_of(h->subjects[0]);
    const char *who = h->subjects[0]->key.grouping == TCPS_BY_HOST ? "hosts" : "endpoints";

    if (p)
        g_string_append_printf(to, "%u %s %s", h->n_subjects, who, p->many);
    else
        g_string_append_printf(to, "%s (%u %s)", tcps_rule_get(h->subjects[0]->key.rule)->title, h->n_subjects, who);
}

static void append_several(GString *to, const tcps_headline *h)
{
    append_who(to, h);
    append_spread(to, h);
    g_string_append(to, ": ");
    for (unsigned i = 0; i < h->n_named; i++) {
        g_string_append(to, i > 0 ? ", " : "");
        append_subject(to, &h->subjects[i]->key);
        g_string_append_printf(to, " %u", h->subjects[i]->n);
    }
    if (h->n_subjects > h->n_named)
        g_string_append_printf(to, " and %u more", h->n_subjects - h->n_named);
    append_rest(to, h);
}

void tcps_headline_append(GString *to, const tcps_headline *h, const tcps_model *m)
{
    const tcps_finding worst = tcps_model_complete(m, &h->subjects[0]->worst);

    if (h->died)
        append_death(to, h);
    else if (h->n == 1)
        tcps_rule_describe(to, &worst);
    else if (h->n_subjects == 1)
        append_one(to, h);
    else
        append_several(to, h);
    append_dealings(to, h);
    if (worst.doubt && h->n > 1)
        g_string_append(to, " (doubtful: the capture lost packets)");
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

/* --- the first screen --- */

/* Words in front of which there is no dot: no display filter. */
static bool is_command(const char *text, size_t n)
{
    const size_t word = strcspn(text, " .`");
    return word > 0 && word < n && text[word] == ' ';
}

/* The first command of the advice, for the host that it speaks of; NULL where there is none. */
static char *command_of(const tcps_headline *h)
{
    GString *advice = g_string_new(NULL);
    const tcps_subject *s = h->subjects[h->died ? 1 : 0];
    char *command = NULL;

    tcps_rule_advise(advice, s->key.rule, &s->worst);
    char **pieces = g_strsplit(advice->str, "`", -1);
    for (unsigned i = 1; pieces[0] && pieces[i] && pieces[i + 1] && !command; i += 2)
        if (is_command(pieces[i], strlen(pieces[i])))
            command = g_strdup(pieces[i]);
    g_strfreev(pieces);
    g_string_free(advice, TRUE);
    return command;
}

/* In this line, if it fits; each is whole in its line, to be copied. */
static void append_next(GString *to, size_t *column, const char *what)
{
    static const char indent[] = "        -> ", between[] = ";  ", below[] = "           ";
    const bool first = *column == 0, fits = *column + strlen(between) + strlen(what) <= TCPS_COLUMNS;

    g_string_append_printf(to, "%s%s", first ? indent : fits ? between : "\n", first || fits ? "" : below);
    g_string_append(to, what);
    *column = first || !fits ? strlen(below) + strlen(what) : *column + strlen(between) + strlen(what);
}

static void append_what_next(GString *to, const tcps_headline *h)
{
    GString *text = g_string_new(NULL);
    char *command = command_of(h);
    size_t column = 0;

    g_string_printf(text, "ladder,%u", h->connection);
    append_next(to, &column, text->str);
    g_string_truncate(text, 0);
    tcps_headline_append_filter(text, h);
    append_next(to, &column, text->str);
    if (command)
        append_next(to, &column, command);
    g_string_append_c(to, '\n');
    g_free(command);
    g_string_free(text, TRUE);
}

static void append_headline(GString *to, const tcps_headline *h, const tcps_model *m)
{
    GString *mark = g_string_new(NULL), *text = g_string_new(NULL);

    g_string_printf(mark, "  %-5s ", tcps_severity_name(h->severity));
    tcps_when_append(mark, m, h->first_ns);
    g_string_append(mark, "  ");
    tcps_headline_append(text, h, m);
    tcps_wrap(to, (unsigned)mark->len, mark->str, text->str);
    append_what_next(to, h);
    g_string_free(mark, TRUE);
    g_string_free(text, TRUE);
}

static unsigned lines_of(const char *text)
{
    unsigned n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void append_title(GString *to, const GArray *headlines, uint32_t connections)
{
    if (headlines->len == 0)
        g_string_append_printf(to, "\nNothing wrong was found.%s\n",
                               connections == 1 ? " Every segment, with the states of both ends: tcpstate,ladder" : "");
    else if (g_array_index(headlines, tcps_headline, 0).severity < TCPS_WARN)
        g_string_append(
            to, "\nNo errors, no warnings; worth knowing (-> what to type next: a report, a filter, a command)\n");
    else
        g_string_append(to, "\nWhat is wrong, causes first (-> what to type next: a report, a filter, a command)\n");
}

void tcps_append_headlines(GString *to, const tcps_model *m, const tcps_totals *t, unsigned lines)
{
    GArray *headlines = tcps_headlines(t);
    const unsigned used = lines_of(to->str);

    append_title(to, headlines, t->connections);
    for (unsigned i = 0; i < headlines->len; i++) {
        GString *one = g_string_new(NULL);
        append_headline(one, &g_array_index(headlines, tcps_headline, i), m);
        const bool last = i + 1 == headlines->len;
        const bool fits = lines_of(to->str) - used + lines_of(one->str) + !last <= lines || i == 0;
        g_string_append(to, fits ? one->str : "");
        g_string_free(one, TRUE);
        if (!fits) {
            g_string_append_printf(to, "  ... and %u more: see the findings below\n", headlines->len - i);
            break;
        }
    }
    g_array_unref(headlines);
}
