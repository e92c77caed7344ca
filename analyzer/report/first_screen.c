/* first_screen.c: headlines as the report prints them: as much of them as fits so many lines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/headlines.h"

#include <string.h>

#include "report/when.h"
#include "report/wrap.h"
#include "rules/rule.h"

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

/* A headline as it is printed: what it says, and what to type next. */
typedef struct {
    GString *said, *next;
    unsigned said_lines, next_lines;
} printed;

static unsigned lines_of(const GString *text)
{
    unsigned n = 0;
    for (const char *c = text->str; *c; c++)
        n += *c == '\n';
    return n;
}

static printed print(const tcps_headline *h, const tcps_model *m)
{
    printed p = {.said = g_string_new(NULL), .next = g_string_new(NULL)};
    GString *mark = g_string_new(NULL), *text = g_string_new(NULL);

    g_string_printf(mark, "  %-5s ", tcps_severity_name(h->severity));
    tcps_when_append(mark, m, h->first_ns);
    g_string_append(mark, "  ");
    tcps_headline_append(text, h);
    tcps_wrap(p.said, (unsigned)mark->len, mark->str, text->str);
    append_what_next(p.next, h);
    p.said_lines = lines_of(p.said);
    p.next_lines = lines_of(p.next);
    g_string_free(mark, TRUE);
    g_string_free(text, TRUE);
    return p;
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

/* Each says at least what it is about, as long as there is room; the first ones have what to type next, too. */
static void append_printed(GString *to, const GArray *all, unsigned lines)
{
    unsigned used = 0, n = 0;

    for (; n < all->len; n++) {
        const unsigned more = g_array_index(all, printed, n).said_lines, last = n + 1 == all->len;
        if (n > 0 && used + more + !last > lines)
            break;
        used += more;
    }
    used += n < all->len;
    for (unsigned i = 0; i < n; i++) {
        const printed *p = &g_array_index(all, printed, i);
        g_string_append(to, p->said->str);
        used += p->next_lines;
        if (i == 0 || used <= lines) /* and none after the first that does not fit */
            g_string_append(to, p->next->str);
    }
    if (n < all->len)
        g_string_append_printf(to, "  ... and %u more: see the findings below\n", all->len - n);
}

static void clear_printed(gpointer data)
{
    const printed *p = data;
    g_string_free(p->said, TRUE);
    g_string_free(p->next, TRUE);
}

void tcps_append_headlines(GString *to, const tcps_model *m, const tcps_totals *t, unsigned lines)
{
    GArray *headlines = tcps_headlines(t), *all = g_array_new(FALSE, FALSE, sizeof(printed));

    g_array_set_clear_func(all, clear_printed);
    for (unsigned i = 0; i < headlines->len; i++) {
        const printed p = print(&g_array_index(headlines, tcps_headline, i), m);
        g_array_append_val(all, p);
    }
    append_title(to, headlines, t->connections);
    append_printed(to, all, lines - 2);
    g_array_unref(all);
    g_array_unref(headlines);
}
