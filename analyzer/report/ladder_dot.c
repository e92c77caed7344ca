/* ladder_dot.c: a ladder as a graph, for Graphviz's dot to lay out: one digraph, a cluster for each connection.
 *
 * Each step is a rank of three nodes: frame and time, the client, the server. Thick edges down the ladder are the lanes, edges
 * across it the segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"

#include <string.h>

#include "base/span.h"
#include "report/ladder_plan.h"
#include "report/ladder_words.h"
#include "rules/rule.h"

/* Beyond these, the layout takes minutes and a page does not hold it. */
enum { MAX_STEPS = 200, MAX_CONNECTIONS = 8, WRAP_CHARACTERS = 60 };

typedef struct {
    GString *to;
    const tcps_model *model;
    const tcps_row *row;
    tcps_bases base;
    const tcps_rung *last; /* drawn */
    unsigned n;            /* of the rank */
} graph;

static const char *const colours[TCPS_N_STATES] = {
    [TCPS_UNKNOWN] = "#eceff2",    [TCPS_CLOSED] = "#dde1e5",     [TCPS_LISTEN] = "#cfdbe6",
    [TCPS_SYN_SENT] = "#ffe08a",   [TCPS_SYN_RCVD] = "#ffe08a",   [TCPS_ESTABLISHED] = "#aadfb2",
    [TCPS_FIN_WAIT_1] = "#a9d6f5", [TCPS_FIN_WAIT_2] = "#8fbdf0", [TCPS_CLOSE_WAIT] = "#ffb98a",
    [TCPS_CLOSING] = "#d2bdf2",    [TCPS_LAST_ACK] = "#eeb4c8",   [TCPS_TIME_WAIT] = "#b9c1f4",
};

static const char *colour_of(unsigned state)
{
    return state < TCPS_N_STATES ? colours[state] : colours[TCPS_UNKNOWN];
}

/* As a quoted string of DOT; \n in it ends a line. */
static void append_quoted(GString *to, const char *text)
{
    g_string_append_c(to, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(to, '\\');
        if (*text == '\n')
            g_string_append(to, "\\n");
        else
            g_string_append_c(to, *text);
    }
    g_string_append_c(to, '"');
}

static void append_node(const graph *g, char kind, const char *attributes, const char *label)
{
    g_string_append_printf(g->to, "    %c%u_%u [%slabel=", kind, g->row->index, g->n, attributes);
    append_quoted(g->to, label);
    g_string_append(g->to, "]\n");
}

static void append_edge(const graph *g, char from, unsigned from_n, char to, unsigned to_n, const char *attributes)
{
    g_string_append_printf(g->to, "    %c%u_%u -> %c%u_%u [%s]\n", from, g->row->index, from_n, to, g->row->index, to_n,
                           attributes);
}

/* --- lanes --- */

static char lane(unsigned end)
{
    return end == TCPS_CLIENT ? 'c' : 's';
}

/* The state's name where it begins, or is more or less certain. */
static void append_state(const graph *g, unsigned end, const tcps_rung *rung)
{
    const bool same =
        g->last && g->last->state[end] == rung->state[end] && g->last->certainty[end] == rung->certainty[end];
    const bool proven = rung->certainty[end] == TCPS_PROVEN;
    GString *name = g_string_new(NULL);

    if (!same)
        tcps_rung_append_state(name, rung->state[end], rung->certainty[end]);
    char *look = g_strdup_printf("%sfillcolor=\"%s\", style=\"filled%s\", tooltip=\"%s, %s\", ",
                                 same ? "height=0.1, " : "", colour_of(rung->state[end]), proven ? "" : ",dashed",
                                 tcps_state_name(rung->state[end]), tcps_certainty_name(rung->certainty[end]));
    append_node(g, lane(end), look, name->str);
    g_free(look);
    g_string_free(name, TRUE);
}

static void append_lane_edges(const graph *g)
{
    if (!g->n || !g->last)
        return;
    append_edge(g, 't', g->n - 1, 't', g->n, "style=invis, weight=100");
    for (unsigned end = 0; end < 2; end++) {
        char *look = g_strdup_printf("dir=none, penwidth=9, weight=100, color=\"%s\"%s", colour_of(g->last->state[end]),
                                     g->last->certainty[end] == TCPS_PROVEN ? "" : ", style=dashed");
        append_edge(g, lane(end), g->n - 1, lane(end), g->n, look);
        g_free(look);
    }
}

/* --- steps --- */

static const char *arrow_colour(const tcps_rung *rung)
{
    if (rung->icmp || rung->flags & TCPS_RST)
        return "#cf222e";
    if (rung->flags & TCPS_SYN)
        return "#9a6700";
    return rung->flags & TCPS_FIN ? "#0969da" : "#57606a";
}

/* The nodes of the rank stand side by side, in that order. */
static void append_rank(const graph *g, const char *kinds)
{
    g_string_append(g->to, "    {rank=same");
    for (const char *kind = kinds; *kind; kind++)
        g_string_append_printf(g->to, "; %c%u_%u", *kind, g->row->index, g->n);
    g_string_append(g->to, "}\n");
    append_edge(g, 't', g->n, 'c', g->n, "style=invis");
}

static void append_time(const graph *g, const tcps_rung *rung)
{
    char *text = g_strdup_printf("%7u %9.3f", rung->frame,
                                 (double)span_between(tcps_model_start_ns(g->model), rung->time_ns) / 1e9);

    append_node(g, 't', "shape=plaintext, style=\"\", ", text);
    g_free(text);
}

static void append_arrow(const graph *g, const tcps_rung *rung)
{
    GString *text = g_string_new(NULL), *look = g_string_new(NULL);

    tcps_rung_append(text, &g->base, rung);
    const size_t end = text->len;
    tcps_rung_append_remark(text, rung->event);
    if (text->len > end)
        g_string_insert_c(text, (gssize)end, '\n');
    g_string_printf(look, "dir=%s, color=\"%s\", label=", rung->sender == TCPS_CLIENT ? "forward" : "back",
                    arrow_colour(rung));
    append_quoted(look, text->str);
    append_edge(g, 'c', g->n, 's', g->n, look->str);
    g_string_free(text, TRUE);
    g_string_free(look, TRUE);
}

static void append_segment(graph *g, const tcps_rung *rung)
{
    append_time(g, rung);
    for (unsigned end = 0; end < 2; end++)
        append_state(g, end, rung);
    append_rank(g, "tcs");
    append_arrow(g, rung);
    append_lane_edges(g);
    g->last = rung;
    g->n++;
}

/* Words between the lanes, of which nobody is the sender. */
static void append_words(graph *g, const char *words, const char *look)
{
    char **lines = tcps_step_wrap(words, WRAP_CHARACTERS);
    char *whole = g_strjoinv("\n", lines);

    append_node(g, 't', "shape=plaintext, style=\"\", ", "");
    for (unsigned end = 0; end < 2; end++)
        append_node(g, lane(end), "height=0.02, style=invis, ", "");
    append_node(g, 'w', look, whole);
    append_rank(g, "tcws");
    append_edge(g, 'c', g->n, 'w', g->n, "style=invis");
    append_edge(g, 'w', g->n, 's', g->n, "style=invis");
    append_lane_edges(g);
    g->n++;
    g_free(whole);
    g_strfreev(lines);
}

static void append_counted(graph *g, const tcps_ladder_step *step, const char *what)
{
    GString *text = g_string_new(what);

    tcps_step_append_counts(text, step);
    append_words(g, text->str, "shape=plaintext, style=\"\", fontcolor=\"#656d76\", ");
    g_string_free(text, TRUE);
}

static void append_pause(graph *g, const tcps_ladder_step *step)
{
    GString *text = g_string_new(NULL);

    tcps_duration_append(text, step->pause_ns);
    g_string_append(text, " without a segment");
    append_words(g, text->str, "shape=plaintext, style=\"\", fontcolor=\"#656d76\", ");
    g_string_free(text, TRUE);
}

static void append_finding(graph *g, const tcps_finding *finding)
{
    const tcps_rule *rule = tcps_rule_get(finding->rule);

    if (!rule)
        return;
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "! %s: ", rule->id);
    tcps_rule_describe(text, finding);
    append_words(g, text->str,
                 finding->severity >= TCPS_WARN ? "style=solid, color=\"#bc4c00\", "
                                                : "style=solid, color=\"#0969da\", ");
    g_string_free(text, TRUE);
}

static void append_step(graph *g, const tcps_ladder_step *step)
{
    switch (step->kind) {
    case TCPS_STEP_SEGMENT:
        append_segment(g, step->rung);
        break;
    case TCPS_STEP_FOLDED:
        append_counted(g, step, "more of the same: ");
        break;
    case TCPS_STEP_PAUSE:
        append_pause(g, step);
        break;
    case TCPS_STEP_FINDING:
        append_finding(g, &step->finding);
        break;
    case TCPS_STEP_CUT:
        append_counted(g, step, "not drawn, for lack of room: ");
    }
}

/* --- the whole --- */

static void append_head(const graph *g)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "connection %u: ", g->row->index);
    tcps_address_append(text, &g->row->ends[TCPS_CLIENT]);
    g_string_append_printf(text, " (client, by %s) - ", tcps_role_basis_name(g->row->role_basis));
    tcps_address_append(text, &g->row->ends[TCPS_SERVER]);
    g_string_append(text, " (server)");
    g_string_append_printf(g->to, "  subgraph cluster_%u {\n    label=", g->row->index);
    append_quoted(g->to, text->str);
    g_string_append_c(g->to, '\n');
    g_string_free(text, TRUE);
}

static void append_connection(graph *g, const tcps_row *row)
{
    g->row = row;
    g->last = NULL;
    g->n = 0;
    g->base = tcps_bases_of(row);
    GArray *steps = tcps_ladder_plan(g->model, row, MAX_STEPS);
    append_head(g);
    for (unsigned i = 0; i < steps->len; i++)
        append_step(g, &g_array_index(steps, tcps_ladder_step, i));
    g_string_append(g->to, "  }\n");
    g_array_unref(steps);
}

static void append_connections(graph *g, int64_t connection)
{
    unsigned n = 0;
    const tcps_row *row;

    for (unsigned place = 0; (row = tcps_row_next(g->model, connection, &place));)
        if (n++ < MAX_CONNECTIONS)
            append_connection(g, row);
    if (!n)
        g_string_append(g->to, "  label=\"No TCP segments.\"\n");
    if (n > MAX_CONNECTIONS)
        g_string_append_printf(g->to,
                               "  label=\"%u more not drawn, for lack of room: ladder,NUMBER draws one connection\"\n",
                               n - MAX_CONNECTIONS);
}

GString *tcps_ladder_dot(const tcps_model *model, int64_t connection)
{
    graph g = {.to = g_string_new(NULL), .model = model};

    g_string_append(
        g.to, "// lay out with dot: dot -Tsvg, dot -Tpng\n"
              "digraph tcpstate {\n"
              "  graph [newrank=true, ranksep=0.12, nodesep=0.3, splines=line, fontname=\"Helvetica\", fontsize=11, "
              "labeljust=l, color=\"#afb8c1\"]\n"
              "  node [shape=box, style=filled, fontname=\"Courier\", fontsize=11, width=1.5, height=0.25, "
              "margin=\"0.05,0.02\", color=\"#8c959f\"]\n"
              "  edge [fontname=\"Courier\", fontsize=11]\n");
    append_connections(&g, connection);
    g_string_append(g.to, "}\n");
    return g.to;
}
