/* print_findings.c: docs/findings.md, from the rules' rows.
 *
 * print_findings prints it; print_findings FILE compares FILE with it, and fails where they differ.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "printed.h"
#include "rules/ids.h"
#include "rules/rule.h"

/* The list as it stands in rules.def: a group's name, or a rule. */
typedef struct {
    const char *group;
    unsigned rule;
} line;

static const line lines[] = {
#define GROUP(name) {name, 0},
#define RULE(id) {NULL, TCPS_RULE_##id},
#include "rules/rules.def"
#undef RULE
};

static void append_head(GString *to)
{
    g_string_append(
        to, "# Findings\n\n"
            "What can be wrong with a connection, or worth knowing. This file is printed from the rules' rows by "
            "`tests/print_findings.c`:\n"
            "change `analyzer/rules/ID.c`, then `build/default/tests/print_findings > docs/findings.md`.\n\n"
            "Each finding is the expert info `tcpstate.ID`; it and the filter that stands with it match the frame in "
            "which it began and, where\nthat is one of the same connection, the frame that shows it. A `chat` is "
            "worth knowing, a `note` unusual, a `warn` something to look at,\nan `error` wrong.\n");
}

static void append_list(GString *to)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        if (lines[i].group) {
            g_string_append_printf(to, "\n**%s**: ", lines[i].group);
            continue;
        }
        const tcps_rule *rule = tcps_rule_get(lines[i].rule);
        const bool last = i + 1 == G_N_ELEMENTS(lines) || lines[i + 1].group;
        g_string_append_printf(to, "[`%s`](#%s) %s%s", rule->id, rule->id, tcps_severity_name(rule->severity),
                               last ? "\n" : ", ");
    }
}

static const char *doubtful_where(unsigned faked_by)
{
    if (!(faked_by & TCPS_FAKED_BY_ONE_SIDED))
        return "in a capture that lost packets, or whose clock jumps meanwhile.";
    return "in a capture that lost packets, whose clock jumps meanwhile, or that has one direction of the connection "
           "alone.";
}

static void append_words(GString *to, const char *when, const tcps_rule_words *words)
{
    if (words->title)
        g_string_append_printf(to, "%s: %s [%s]\n\n", when, words->title, tcps_severity_name(words->severity));
}

static void append_rule(GString *to, unsigned number)
{
    const tcps_rule *rule = tcps_rule_get(number);

    g_string_append_printf(to, "\n### %s\n\n%s [%s]\n\n", rule->id, rule->title, tcps_severity_name(rule->severity));
    append_words(to, "Where it is presumed", &rule->presumed);
    append_words(to, "Once it is confirmed", &rule->confirmed);
    append_words(to, "Once it is over", &rule->over);
    g_string_append(to, "Set when all of these are true:\n\n");
    for (const char *const *condition = rule->set_when; *condition; condition++)
        g_string_append_printf(to, "- %s\n", *condition);
    g_string_append_printf(to, "\nFalse positives: %s\n\n", rule->false_positives);
    if (rule->supersedes && *rule->supersedes) {
        g_string_append(to, "Supersedes: ");
        for (const char *const *id = rule->supersedes; *id; id++)
            g_string_append_printf(to, "%s[`%s`](#%s)", id == rule->supersedes ? "" : ", ", *id, *id);
        g_string_append(to, "\n\n");
    }
    if (rule->faked_by & ~TCPS_SHOWS_DROPS)
        g_string_append_printf(to, "Doubtful, and a note at most, %s\n\n", doubtful_where(rule->faked_by));
    if (*rule->clause)
        g_string_append_printf(to, "Clause: %s\n\n", rule->clause);
    g_string_append(to, "Advice: ");
    tcps_rule_advise(to, number, NULL);
    g_string_append_printf(to, "\n\nFilter: `tcpstate.finding == \"%s\"`\n", rule->id);
}

static GString *document(void)
{
    GString *to = g_string_new(NULL);

    append_head(to);
    append_list(to);
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        if (lines[i].group)
            g_string_append_printf(to, "\n## %s\n", lines[i].group);
        else
            append_rule(to, lines[i].rule);
    }
    return to;
}

int main(int argc, char **argv)
{
    GString *text = document();
    int result = 0;

    if (argc > 1)
        result = compare_printed(argv[1], text, "print_findings");
    else
        fputs(text->str, stdout);
    g_string_free(text, TRUE);
    return result;
}
