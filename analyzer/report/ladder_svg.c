/* ladder_svg.c: a ladder as a picture: the textbook's diagram, drawn from the capture. SVG 1.1, nothing from outside it.
 *
 * From the left: frame and time, the client's lane, the arrows, the server's lane. An arrow slants, for it takes time: its
 * sender's state changes where it starts, its receiver's where it ends. Otherwise the picture has no scale of time: each
 * segment has a row of its own, and long pauses are told.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"

#include <string.h>

#include "base/span.h"
#include "report/ladder_plan.h"
#include "report/ladder_style.h"
#include "report/ladder_words.h"
#include "report/svg.h"
#include "rules/rule.h"

/* In pixels. */
enum {
    FRAME_RIGHT = 52,
    TIME_RIGHT = 124,
    LANE_WIDTH = 118,
    CLIENT_LEFT = 136,
    ARROWS_LEFT = CLIENT_LEFT + LANE_WIDTH,
    ARROWS_WIDTH = 430,
    SERVER_LEFT = ARROWS_LEFT + ARROWS_WIDTH,
    WIDTH = SERVER_LEFT + LANE_WIDTH + 16,
    ARROWS_MIDDLE = ARROWS_LEFT + ARROWS_WIDTH / 2,
    MARGIN = 16,
    SLANT = 14,
    ABOVE_ARROW = 17, /* its label */
    BELOW_ARROW = 7,
    AFTER_LAST = 18, /* room for a name */
    LINE = 14,
    NAME_AGAIN = 300, /* a long stay has its name so often */
    WRAP_CHARACTERS = 62
};

/* Larger pictures are beyond what renderers take, and readers. */
enum { MAX_STEPS = 400, MAX_STEPS_OF_ALL = 600 };

/* A part of a lane: state and certainty from one change to the next. */
typedef struct {
    bool any;
    uint8_t state, certainty;
    uint32_t frame;
    int top;
    int name_from; /* where the state itself began */
} stay;

typedef struct {
    const tcps_model *model;
    const tcps_row *row;
    GString *lanes, *front; /* what lies behind and before */
    tcps_bases base;
    stay open[2];
    int y;
} picture;

/* --- lanes --- */

static int lane_left(unsigned end)
{
    return end == TCPS_CLIENT ? CLIENT_LEFT : SERVER_LEFT;
}

static void add_veil(GString *to, int x, int y, int height, unsigned certainty)
{
    char *fill = g_strdup_printf("fill=\"url(#tcps-%s)\"", tcps_certainty_name(certainty));

    if (certainty != TCPS_PROVEN)
        tcps_svg_rect(to, x, y, LANE_WIDTH, height, fill);
    g_free(fill);
}

static void add_names(picture *p, unsigned end, const stay *s, int bottom)
{
    for (int y = s->name_from; y + 20 <= bottom; y += NAME_AGAIN)
        if (y >= s->top)
            tcps_svg_text(p->front, lane_left(end) + LANE_WIDTH / 2, y + 15, "middle", "bold",
                          tcps_state_name(s->state));
}

/* The stay lasts down to there. */
static void close_stay(picture *p, unsigned end, int bottom)
{
    const stay *s = &p->open[end];
    const int x = lane_left(end), height = bottom - s->top;

    if (!s->any)
        return;
    g_string_append_printf(p->lanes, "<g><title>%s: %s, %s, from frame %u</title>\n", tcps_role_name(end),
                           tcps_state_name(s->state), tcps_certainty_name(s->certainty), s->frame);
    char *look = g_strdup_printf("class=\"lane %s %s\"", tcps_certainty_name(s->certainty), tcps_state_name(s->state));
    tcps_svg_rect(p->lanes, x, s->top, LANE_WIDTH, height, look);
    g_free(look);
    add_veil(p->lanes, x, s->top, height, s->certainty);
    g_string_append(p->lanes, "</g>\n");
    add_names(p, end, s, bottom);
}

static void take_state(picture *p, unsigned end, const tcps_rung *rung, int y)
{
    stay *s = &p->open[end];
    const bool same = s->any && s->state == rung->state[end];

    if (same && s->certainty == rung->certainty[end])
        return;
    close_stay(p, end, y);
    *s = (stay){.any = true,
                .state = rung->state[end],
                .certainty = rung->certainty[end],
                .frame = rung->frame,
                .top = y,
                .name_from = same ? s->name_from : y};
}

/* --- steps --- */

static const char *arrow_class(const tcps_rung *rung)
{
    if (rung->icmp || rung->flags & TCPS_RST)
        return "rst";
    if (rung->flags & TCPS_SYN)
        return "syn";
    return rung->flags & TCPS_FIN ? "fin" : "";
}

static void add_arrow(GString *to, unsigned sender, int y, const char *class)
{
    const int way = sender == TCPS_CLIENT ? 1 : -1, bottom = y + SLANT;
    const int from = sender == TCPS_CLIENT ? ARROWS_LEFT : SERVER_LEFT, tip = ARROWS_LEFT + SERVER_LEFT - from;

    g_string_append_printf(to, "<path class=\"arrow %s\" d=\"M %d %d L %d %d\"/>\n", class, from, y, tip - 8 * way,
                           bottom);
    g_string_append_printf(to, "<path class=\"head %s\" d=\"M %d %d l %d -4 v 8 z\"/>\n", class, tip, bottom,
                           -10 * way);
}

static void add_time(picture *p, const tcps_rung *rung)
{
    const double seconds = (double)span_between(tcps_model_start_ns(p->model), rung->time_ns) / 1e9;
    char *frame = g_strdup_printf("%u", rung->frame), *time = g_strdup_printf("%.3f", seconds);
    const int y = p->y + SLANT / 2 + 4;

    tcps_svg_text(p->front, FRAME_RIGHT, y, "end", "small dim", frame);
    tcps_svg_text(p->front, TIME_RIGHT, y, "end", "small", time);
    g_free(frame);
    g_free(time);
}

static void add_segment(picture *p, const tcps_rung *rung)
{
    GString *text = g_string_new(NULL);

    p->y += ABOVE_ARROW;
    take_state(p, rung->sender, rung, p->y);
    take_state(p, 1 - rung->sender, rung, p->y + SLANT);
    add_time(p, rung);
    add_arrow(p->front, rung->sender, p->y, arrow_class(rung));
    tcps_rung_append(text, &p->base, rung);
    tcps_svg_text(p->front, ARROWS_MIDDLE, p->y, "middle", "", text->str);
    g_string_truncate(text, 0);
    tcps_rung_append_remark(text, rung->event);
    p->y += SLANT + BELOW_ARROW;
    if (text->len) {
        p->y += LINE - 4;
        tcps_svg_text(p->front, ARROWS_MIDDLE, p->y - BELOW_ARROW, "middle", "words dim", text->str);
    }
    g_string_free(text, TRUE);
}

/* Words on a dotted line across the lanes. */
static void add_break(picture *p, const char *words)
{
    char **lines = tcps_step_wrap(words, WRAP_CHARACTERS);

    p->y += 12;
    g_string_append_printf(p->front, "<path class=\"rule\" d=\"M %d %d H %d\"/>\n", FRAME_RIGHT - 20, p->y,
                           SERVER_LEFT + LANE_WIDTH);
    p->y += 2;
    for (unsigned i = 0; lines[i]; i++) {
        p->y += LINE;
        tcps_svg_text(p->front, ARROWS_MIDDLE, p->y, "middle", "words dim", lines[i]);
    }
    p->y += 6;
    g_strfreev(lines);
}

static void add_pause(picture *p, const tcps_ladder_step *step)
{
    GString *text = g_string_new(NULL);

    tcps_duration_append(text, step->pause_ns);
    g_string_append(text, " without a segment");
    add_break(p, text->str);
    g_string_free(text, TRUE);
}

static void add_counted(picture *p, const tcps_ladder_step *step, const char *what)
{
    GString *text = g_string_new(what);

    tcps_step_append_counts(text, step);
    add_break(p, text->str);
    g_string_free(text, TRUE);
}

/* A box with a bar at the side of the endpoint that it is about. */
static void add_finding(picture *p, const tcps_finding *finding)
{
    const tcps_rule *rule = tcps_rule_get(finding->rule);
    const int left = ARROWS_LEFT + 10, width = ARROWS_WIDTH - 20, bar = 4;

    if (!rule)
        return;
    GString *text = g_string_new(NULL);
    tcps_rule_describe(text, finding);
    char **lines = tcps_step_wrap(text->str, WRAP_CHARACTERS);
    const int n = (int)g_strv_length(lines), height = LINE * (n + 1) + 8;
    tcps_svg_rect(p->front, left, p->y, width, height, "class=\"box\"");
    char *look = g_strdup_printf("class=\"bar %s\"", tcps_severity_name(finding->severity));
    tcps_svg_rect(p->front, finding->end == TCPS_CLIENT ? left : left + width - bar, p->y, bar, height, look);
    g_free(look);
    tcps_svg_text(p->front, left + 12, p->y + LINE, "start", "small bold", rule->id);
    for (int i = 0; i < n; i++)
        tcps_svg_text(p->front, left + 12, p->y + LINE * (i + 2), "start", "words", lines[i]);
    p->y += height + 6;
    g_strfreev(lines);
    g_string_free(text, TRUE);
}

static void add_step(picture *p, const tcps_ladder_step *step)
{
    switch (step->kind) {
    case TCPS_STEP_SEGMENT:
        add_segment(p, step->rung);
        break;
    case TCPS_STEP_FOLDED:
        add_counted(p, step, "more of the same: ");
        break;
    case TCPS_STEP_PAUSE:
        add_pause(p, step);
        break;
    case TCPS_STEP_FINDING:
        add_finding(p, &step->finding);
        break;
    case TCPS_STEP_CUT:
        add_counted(p, step, "not drawn, for lack of room: ");
    }
}

/* --- the whole --- */

static void add_head(picture *p)
{
    static const char *const anchors[] = {"start", "end"};
    GString *text = g_string_new(NULL);

    g_string_printf(text, "connection %u", p->row->index);
    tcps_svg_text(p->front, MARGIN, p->y + LINE, "start", "bold", text->str);
    for (unsigned end = 0; end < 2; end++) {
        const int x = end == TCPS_CLIENT ? CLIENT_LEFT : SERVER_LEFT + LANE_WIDTH;
        g_string_assign(text, tcps_role_name(end));
        if (end == TCPS_CLIENT)
            g_string_append_printf(text, ", by %s", tcps_role_basis_name(p->row->role_basis));
        tcps_svg_text(p->front, x, p->y + LINE, anchors[end], "words dim", text->str);
        g_string_truncate(text, 0);
        tcps_address_append(text, &p->row->ends[end]);
        tcps_svg_text(p->front, x, p->y + 2 * LINE, anchors[end], "small bold", text->str);
    }
    g_string_free(text, TRUE);
    tcps_svg_text(p->front, FRAME_RIGHT, p->y + 2 * LINE, "end", "small dim", "#");
    tcps_svg_text(p->front, TIME_RIGHT, p->y + 2 * LINE, "end", "small dim", "time");
    p->y += 2 * LINE + 6;
}

static unsigned add_connection(picture *p, const tcps_row *row, unsigned max_steps)
{
    p->row = row;
    memset(p->open, 0, sizeof p->open);
    p->base = tcps_bases_of(row);
    GArray *steps = tcps_ladder_plan(p->model, row, max_steps);
    const unsigned n = steps->len;
    add_head(p);
    for (unsigned i = 0; i < n; i++)
        add_step(p, &g_array_index(steps, tcps_ladder_step, i));
    p->y += AFTER_LAST;
    for (unsigned end = 0; end < 2; end++)
        close_stay(p, end, p->y);
    p->y += 24;
    g_array_unref(steps);
    return n;
}

static void add_note(picture *p, const char *text)
{
    tcps_svg_text(p->front, MARGIN, p->y + LINE, "start", "words", text);
    p->y += 3 * LINE;
}

static void add_connections(picture *p, int64_t connection)
{
    unsigned steps = 0, left_out = 0;
    const tcps_row *row;

    for (unsigned place = 0; (row = tcps_row_next(p->model, connection, &place));) {
        if (steps < MAX_STEPS_OF_ALL)
            steps += add_connection(p, row, MIN(MAX_STEPS, MAX_STEPS_OF_ALL - steps));
        else
            left_out++;
    }
    if (!steps)
        add_note(p, "No TCP segments.");
    if (!left_out)
        return;
    char *text = g_strdup_printf("%u more connection%s not drawn, for lack of room: ladder,NUMBER draws one.", left_out,
                                 left_out == 1 ? " is" : "s are");
    add_note(p, text);
    g_free(text);
}

static void add_key(picture *p, int x, unsigned certainty, const char *words)
{
    char *look = g_strdup_printf("class=\"lane %s ESTABLISHED\"", tcps_certainty_name(certainty));

    tcps_svg_rect(p->front, x, p->y, 22, LINE, look);
    g_free(look);
    look = g_strdup_printf("fill=\"url(#tcps-%s)\"", tcps_certainty_name(certainty));
    if (certainty != TCPS_PROVEN)
        tcps_svg_rect(p->front, x, p->y, 22, LINE, look);
    g_free(look);
    tcps_svg_text(p->front, x + 28, p->y + 11, "start", "words dim", words);
}

static void add_legend(picture *p)
{
    add_key(p, MARGIN, TCPS_PROVEN, "proven by its own segments");
    add_key(p, MARGIN + 215, TCPS_PRESUMED, "presumed: if segments arrived");
    add_key(p, MARGIN + 450, TCPS_ELAPSED, "a timer ran out");
    add_key(p, MARGIN + 610, TCPS_NO_EVIDENCE, "unknown");
    p->y += LINE + MARGIN;
}

GString *tcps_ladder_svg(const tcps_model *model, int64_t connection)
{
    picture p = {.model = model, .lanes = g_string_new(NULL), .front = g_string_new(NULL), .y = MARGIN};
    GString *to = g_string_new(NULL);

    add_connections(&p, connection);
    add_legend(&p);
    tcps_svg_begin(to, WIDTH, p.y, "TCP connections, segment by segment, with the state of both endpoints",
                   LADDER_STYLE LADDER_PATTERNS);
    g_string_append_len(to, p.lanes->str, (gssize)p.lanes->len);
    g_string_append_len(to, p.front->str, (gssize)p.front->len);
    g_string_append(to, "</svg>\n");
    g_string_free(p.lanes, TRUE);
    g_string_free(p.front, TRUE);
    return to;
}
