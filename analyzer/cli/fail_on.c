/* fail_on.c: see fail_on.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fail_on.h"

#include "rules/rule.h"

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
    g_string_printf(text, "no finding has the id \"%s\"; ids are:", id);
    for (unsigned i = 0; i < tcps_n_rules(); i++)
        g_string_append_printf(text, " %s", tcps_rule_get(i)->id);
    return g_string_free(text, FALSE);
}

char *fail_on_parse(const char *ids, fail_on *wanted)
{
    char **words = g_strsplit(ids, ",", -1), *error = NULL;
    memset(wanted, 0, sizeof *wanted);
    if (!words[0])
        error = g_strdup("--fail-on needs ids of findings, such as close_wait_lingering,missing_final_ack");
    for (unsigned i = 0; words[i] && !error; i++) {
        const int rule = rule_by_id(words[i]);
        if (rule < 0)
            error = unknown_id(words[i]);
        else
            wanted->rules[rule] = true;
    }
    g_strfreev(words);
    return error;
}

static void write_finding(const tcps_finding *f, const char *capture, const tcps_sink *sink)
{
    GString *line = g_string_new(capture);
    g_string_append_printf(line, ": %s: ", tcps_rule_get(f->rule)->id);
    tcps_rule_describe(line, f);
    g_string_append_printf(line, " (connection %u, frame %u)\n", f->connection, f->began_frame);
    sink->take(line->str, sink->data);
    g_string_free(line, TRUE);
}

unsigned fail_on_write(const fail_on *wanted, const tcps_model *model, const char *capture, const tcps_sink *sink)
{
    unsigned found = 0;
    for (unsigned i = 0; i < tcps_model_n_rows(model); i++) {
        const GArray *findings = tcps_model_findings(model, tcps_model_row(model, i));
        for (unsigned j = 0; findings && j < findings->len; j++) {
            const tcps_finding *f = &g_array_index(findings, tcps_finding, j);
            if (!wanted->rules[f->rule])
                continue;
            write_finding(f, capture, sink);
            found++;
        }
    }
    return found;
}
