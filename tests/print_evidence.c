/* print_evidence.c: docs/evidence.md, from the rows of evidence.def, and from evidence.tsv what gives each.
 *
 * print_evidence TSV prints it; print_evidence TSV FILE compares FILE with it, and fails where they differ or where TSV names a row
 * that there is not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "printed.h"
#include "rfc/tcpstate.h"

/* What gives a row, and what nearly does. */
typedef struct {
    const char *given_by, *not_given_by;
} example;

/* What the file names, by row. The strings are those of the lines. */
typedef struct {
    char **lines;
    example of[TCPS_N_EVIDENCE];
    bool wrong;
} examples;

static unsigned row_by_id(const char *id)
{
    unsigned i = 0;
    while (i < TCPS_N_EVIDENCE && strcmp(tcps_evidence_get(i)->id, id) != 0)
        i++;
    return i;
}

/* Cuts the line at its tabs. */
static void take_line(examples *e, char *line)
{
    char *cells[3] = {line};
    for (unsigned i = 1; i < G_N_ELEMENTS(cells); i++) {
        char *tab = cells[i - 1] ? strchr(cells[i - 1], '\t') : NULL;
        if (tab)
            *tab = '\0';
        cells[i] = tab ? tab + 1 : NULL;
    }
    const unsigned row = row_by_id(line);
    if (row == TCPS_N_EVIDENCE || !cells[2]) {
        fprintf(stderr, "evidence.tsv: \"%s\" is no row of evidence.def, or has not three columns\n", line);
        e->wrong = true;
        return;
    }
    e->of[row] = (example){cells[1], cells[2]};
}

static examples read_examples(const char *file)
{
    examples e = {0};
    char *text = NULL;
    e.wrong = !g_file_get_contents(file, &text, NULL, NULL);
    e.lines = g_strsplit(text ? text : "", "\n", -1);
    for (unsigned i = 1; e.lines[0] && e.lines[i]; i++) /* the first are the columns' names */
        if (*e.lines[i])
            take_line(&e, e.lines[i]);
    g_free(text);
    return e;
}

static void append_head(GString *to)
{
    g_string_append(
        to, "# Evidence\n\n"
            "Why an endpoint is shown in a state: what a captured segment shows of what the endpoint has experienced. "
            "This file is printed from\nthe rows of `analyzer/rfc/evidence.def` and from `tests/evidence.tsv` by "
            "`tests/print_evidence.c`: change those, then\n"
            "`build/default/tests/print_evidence tests/evidence.tsv > docs/evidence.md`.\n\n"
            "The sentence is what `tcpstate.client.why` says (and `server`, `src`, `dst`), with the clause behind it. "
            "`{at}` is \" in frame N\" where\nanother frame than the one that is looked at decided it, `{about}` the "
            "number of the other frame that it speaks of. What would tell is\n`tcpstate.client.proof`: nothing, where "
            "the row is certain. The last columns name a capture in `captures/`, or a case of a test\n(PROGRAM:CASE), "
            "that gives the row, and one that nearly does.\n\n"
            "| row | it says | what that shows | clause | rests on | what would tell | given by | not by |\n"
            "|---|---|---|---|---|---|---|---|\n");
}

static void append_row(GString *to, unsigned number, const example *e)
{
    const tcps_evidence_row *row = tcps_evidence_get(number);
    const char *given_by = e->given_by ? e->given_by : "", *not_given_by = e->not_given_by ? e->not_given_by : "";
    g_string_append_printf(to, "| `%s` | %s | %s | %s | %s | %s | %s | %s |\n", row->id, row->text, row->shows,
                           row->clause, row->assumes, row->proof, given_by, not_given_by);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "Usage: print_evidence EVIDENCE.TSV [EVIDENCE.MD]\n");
        return 2;
    }
    examples e = read_examples(argv[1]);
    GString *text = g_string_new(NULL);
    append_head(text);
    for (unsigned i = 0; i < TCPS_N_EVIDENCE; i++)
        append_row(text, i, &e.of[i]);
    int result = e.wrong ? 1 : 0;
    if (argc > 2)
        result |= compare_printed(argv[2], text, "print_evidence");
    else
        fputs(text->str, stdout);
    g_string_free(text, TRUE);
    g_strfreev(e.lines);
    return result;
}
