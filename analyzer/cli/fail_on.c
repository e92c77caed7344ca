/* fail_on.c: see fail_on.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fail_on.h"

#include "rules/rule.h"

#include <stddef.h>
#include <string.h>

static int rule_by_id(const char *id)
{
    for (unsigned i = 0; i < tcps_n_rules(); i++)
        if (strcmp(tcps_rule_get(i)->id, id) == 0)
            return (int)i;
    return -1;
}

static char *unknown_id(const char *id)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text, "no finding has the id \"%s\"; it is a severity (chat, note, warn, error), or ids are:", id);
    for (unsigned i = 0; i < tcps_n_rules(); i++)
        g_string_append_printf(text, " %s", tcps_rule_get(i)->id);
    return g_string_free(text, FALSE);
}

static bool take_severity(const char *word, fail_on *wanted)
{
    for (unsigned s = TCPS_CHAT; s <= TCPS_ERROR; s++) {
        if (strcmp(word, tcps_severity_name(s)) != 0)
            continue;
        wanted->severity = wanted->by_severity ? MIN(wanted->severity, s) : s;
        wanted->by_severity = true;
        return true;
    }
    return false;
}

static char *take_word(const char *word, fail_on *wanted)
{
    const int rule = rule_by_id(word);
    if (rule >= 0)
        wanted->rules[rule] = true;
    else if (!take_severity(word, wanted))
        return unknown_id(word);
    return NULL;
}

char *fail_on_parse(const char *list, fail_on *wanted)
{
    char **words = g_strsplit(list, ",", -1), *error = NULL;
    memset(wanted, 0, sizeof *wanted);
    if (!words[0])
        error = g_strdup("--fail-on needs a severity (chat, note, warn, error), or ids of findings, such as "
                         "close_wait_lingering,missing_final_ack");
    for (unsigned i = 0; words[i] && !error; i++)
        error = take_word(words[i], wanted);
    g_strfreev(words);
    return error;
}

bool fail_on_wants(const fail_on *wanted, const tcps_finding *f)
{
    return wanted->rules[f->rule] || (wanted->by_severity && f->severity >= wanted->severity);
}

bool fail_on_asks(const fail_on *wanted, unsigned rule)
{
    return wanted->rules[rule] || (wanted->by_severity && tcps_rule_get(rule)->severity >= wanted->severity);
}

unsigned fail_on_each(const fail_on *wanted, const tcps_model *model,
                      void (*visit)(const tcps_finding *finding, void *data), void *data)
{
    unsigned found = 0;
    for (unsigned i = 0; i < tcps_model_n_rows(model); i++) {
        const GArray *findings = tcps_model_findings(model, tcps_model_row(model, i));
        for (unsigned j = 0; findings && j < findings->len; j++) {
            const tcps_finding f = tcps_model_weighed(model, &g_array_index(findings, tcps_finding, j));
            if (!fail_on_wants(wanted, &f))
                continue;
            if (visit)
                visit(&f, data);
            found++;
        }
    }
    return found;
}

typedef struct {
    const char *capture;
    const tcps_sink *sink;
} lines;

static void write_finding(const tcps_finding *f, void *data)
{
    const lines *to = data;
    GString *line = g_string_new(to->capture);
    g_string_append_printf(line, ": %s: ", tcps_rule_get(f->rule)->id);
    tcps_rule_describe(line, f);
    g_string_append_printf(line, " (connection %u, frame %u)\n", f->connection, f->began_frame);
    to->sink->take(line->str, to->sink->data);
    g_string_free(line, TRUE);
}

unsigned fail_on_write(const fail_on *wanted, const tcps_model *model, const char *capture, const tcps_sink *sink)
{
    lines to = {capture, sink};
    return fail_on_each(wanted, model, write_finding, &to);
}

/* --- what a capture can tell --- */

/* Rules that say nothing before so much time has passed. */
static const struct {
    const char *rule;
    size_t offset; /* of an int64_t in tcps_config */
} waits[] = {
    {"close_wait_lingering", offsetof(tcps_config, linger_ns)},
    {"missing_final_ack", offsetof(tcps_config, final_ack_ns)},
    {"fin_unanswered", offsetof(tcps_config, final_ack_ns)},
    {"peer_vanished", offsetof(tcps_config, final_ack_ns)},
    {"syn_unanswered", offsetof(tcps_config, handshake_ns)},
    {"handshake_incomplete", offsetof(tcps_config, handshake_ns)},
};

int64_t fail_on_needs_ns(unsigned rule, const tcps_config *config)
{
    int64_t ns = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(waits); i++)
        if (strcmp(waits[i].rule, tcps_rule_get(rule)->id) == 0)
            memcpy(&ns, (const char *)config + waits[i].offset, sizeof ns);
    return ns;
}

char *fail_on_uncovered(const fail_on *wanted, const tcps_config *config, int64_t span_ns, bool by_id)
{
    GString *text = g_string_new(NULL);
    for (unsigned rule = 0; rule < tcps_n_rules(); rule++) {
        const int64_t needs_ns = fail_on_needs_ns(rule, config);
        if (!fail_on_asks(wanted, rule) || wanted->rules[rule] != by_id || !needs_ns || span_ns > needs_ns)
            continue;
        g_string_append_printf(text, "%s%s (needs more than ", text->len ? ", " : "", tcps_rule_get(rule)->id);
        tcps_duration_append(text, needs_ns);
        g_string_append_c(text, ')');
    }
    return g_string_free(text, text->len == 0);
}
