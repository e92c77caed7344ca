/* diagram_svg.c: the state diagram of the RFC, and the way of both endpoints of a connection through it, as a picture. SVG 1.1, nothing from
 * outside it.
 *
 * What the figure has and neither endpoint did is pale. An arrow tells what made an endpoint take it, and in which frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/functions.h"

#include <math.h>

#include "report/diagram_plan.h"
#include "report/diagram_route.h"
#include "report/ladder_style.h"
#include "report/ladder_words.h"
#include "report/svg.h"

enum {
    MARGIN = 16,
    HEAD = 64,
    LABEL_HEIGHT = 14,
    CHARACTER = 7, /* as wide as words may be */
    BAND = 16,     /* the part of a box that has the endpoints */
    ASIDE = 9,
    MAX_FRAMES = 3, /* of one arrow */
    MAX_CONNECTIONS = 20
};

#define DIAGRAM_STYLE                                                                                                  \
    "<style>\n"                                                                                                        \
    ".pale { fill: none; stroke: #afb8c1 } .pale.head { fill: #afb8c1; stroke: none }\n"                               \
    ".way { fill: none; stroke-width: 2 }\n"                                                                           \
    ".client.way { stroke: #b3151f } .client.tip, .client.words { fill: #b3151f }\n"                                   \
    ".server.way { stroke: #0b53b8 } .server.tip, .server.words { fill: #0b53b8 }\n"                                   \
    ".client.band { fill: #b3151f } .server.band { fill: #0b53b8 } .on_band { fill: #ffffff }\n"                       \
    "@media (prefers-color-scheme: dark) {\n"                                                                          \
    ".pale { stroke: #484f58 } .pale.head { fill: #484f58 }\n"                                                         \
    ".client.way { stroke: #ff8a80 } .client.tip, .client.words { fill: #ff8a80 }\n"                                   \
    ".server.way { stroke: #79c0ff } .server.tip, .server.words { fill: #79c0ff }\n"                                   \
    "}\n"                                                                                                              \
    "</style>\n"

typedef struct {
    GString *to;
    GArray *stays[2]; /* by tcps_role */
    GArray *taken;    /* of tcps_box: by labels */
} diagram;

static const tcps_diagram_stay *stay_of(const diagram *d, unsigned end, unsigned n)
{
    return &g_array_index(d->stays[end], tcps_diagram_stay, n);
}

/* --- arrows --- */

static bool is_step(const diagram *d, unsigned end, unsigned n, unsigned from, unsigned to)
{
    return n > 0 && stay_of(d, end, n - 1)->place == from && stay_of(d, end, n)->place == to;
}

static bool is_taken(const diagram *d, unsigned from, unsigned to)
{
    for (unsigned end = 0; end < 2; end++)
        for (unsigned n = 1; n < d->stays[end]->len; n++)
            if (is_step(d, end, n, from, to))
                return true;
    return false;
}

static void add_curve(GString *to, const tcps_curve *c, const char *line, const char *head)
{
    const double dx = c->to.x - c->bend.x, dy = c->to.y - c->bend.y, length = MAX(hypot(dx, dy), 1);
    const double x = dx / length, y = dy / length;
    const tcps_point neck = {c->to.x - 9 * x, c->to.y - 9 * y};

    g_string_append_printf(to, "<path class=\"%s\" d=\"M %ld %ld Q %ld %ld %ld %ld\"/>\n", line, lround(c->from.x),
                           lround(c->from.y), lround(c->bend.x), lround(c->bend.y), lround(neck.x), lround(neck.y));
    g_string_append_printf(to, "<path class=\"%s\" d=\"M %ld %ld L %ld %ld L %ld %ld z\"/>\n", head, lround(c->to.x),
                           lround(c->to.y), lround(neck.x - 5 * y), lround(neck.y + 5 * x), lround(neck.x + 5 * y),
                           lround(neck.y - 5 * x));
}

static void add_figure(diagram *d)
{
    static const struct {
        uint8_t from, to;
    } edges[] = {
#define PLACE(id, state, column, row)
#define EDGE(from, to) {TCPS_PLACE_##from, TCPS_PLACE_##to},
#include "report/diagram.def"
#undef PLACE
#undef EDGE
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(edges); i++) {
        const tcps_curve c = tcps_diagram_route((tcps_place)edges[i].from, (tcps_place)edges[i].to, 0);
        if (!is_taken(d, edges[i].from, edges[i].to))
            add_curve(d->to, &c, "pale", "pale head");
    }
}

/* The same arrow may be taken again. */
static bool was_drawn(const diagram *d, unsigned end, unsigned step)
{
    for (unsigned n = 1; n < step; n++)
        if (is_step(d, end, n, stay_of(d, end, step - 1)->place, stay_of(d, end, step)->place))
            return true;
    return false;
}

static tcps_curve curve_of(const diagram *d, unsigned end, unsigned step)
{
    return tcps_diagram_route((tcps_place)stay_of(d, end, step - 1)->place, (tcps_place)stay_of(d, end, step)->place,
                              end == TCPS_CLIENT ? ASIDE : -ASIDE);
}

static void append_names(GString *to, const diagram *d, unsigned end, unsigned step)
{
    const tcps_state from = tcps_diagram_place_get((tcps_place)stay_of(d, end, step - 1)->place)->state;
    const tcps_state state = tcps_diagram_place_get((tcps_place)stay_of(d, end, step)->place)->state;

    g_string_append_printf(to, "%s: %s to %s, %s, ", tcps_role_name(end), tcps_state_name(from), tcps_state_name(state),
                           tcps_certainty_name(stay_of(d, end, step)->certainty));
}

static void add_way(diagram *d, unsigned end, unsigned step)
{
    const tcps_diagram_stay *stay = stay_of(d, end, step);
    const tcps_curve c = curve_of(d, end, step);
    GString *text = g_string_new(NULL), *head = g_string_new(NULL);

    append_names(text, d, end, step);
    g_string_append_printf(text, "from frame %u\n", stay->rung->frame);
    tcps_rung_append_why(text, stay->rung, (tcps_role)end);
    g_string_append(d->to, "<g><title>");
    tcps_svg_escape(d->to, text->str);
    g_string_append(d->to, "</title>\n");
    g_string_printf(text, "way %s %s", tcps_role_name(end), tcps_certainty_name(stay->certainty));
    g_string_printf(head, "tip %s", tcps_role_name(end));
    add_curve(d->to, &c, text->str, head->str);
    g_string_append(d->to, "</g>\n");
    g_string_free(text, TRUE);
    g_string_free(head, TRUE);
}

/* "FIN sent, 8"; where it is taken again, "FIN sent, 8, 12". */
static void append_label(GString *to, const diagram *d, unsigned end, unsigned step)
{
    const tcps_diagram_stay *stay = stay_of(d, end, step);
    unsigned frames = 0;

    tcps_diagram_append_cause(to, stay, (tcps_role)end);
    for (unsigned n = step; n < d->stays[end]->len; n++) {
        if (!is_step(d, end, n, stay_of(d, end, step - 1)->place, stay->place))
            continue;
        if (frames++ < MAX_FRAMES)
            g_string_append_printf(to, ", %u", stay_of(d, end, n)->rung->frame);
    }
    if (frames > MAX_FRAMES)
        g_string_append_printf(to, " and %u more", frames - MAX_FRAMES);
}

static void add_label(diagram *d, unsigned end, unsigned step)
{
    const tcps_curve c = curve_of(d, end, step);
    GString *text = g_string_new(NULL), *look = g_string_new("words ");

    append_label(text, d, end, step);
    g_string_append(look, tcps_role_name(end));
    const tcps_box room = tcps_diagram_room(&c, CHARACTER * (int)text->len, LABEL_HEIGHT, d->taken);
    tcps_svg_rect(d->to, room.x, room.y, room.width, room.height, "class=\"page\"");
    tcps_svg_text(d->to, room.x + room.width / 2, room.y + 11, "middle", look->str, text->str);
    g_string_free(text, TRUE);
    g_string_free(look, TRUE);
}

static void add_steps(diagram *d, void (*add)(diagram *d, unsigned end, unsigned step))
{
    for (unsigned end = 0; end < 2; end++)
        for (unsigned step = 1; step < d->stays[end]->len; step++)
            if (!was_drawn(d, end, step))
                add(d, end, step);
}

/* --- states --- */

/* NULL where it never was. */
static const tcps_diagram_stay *surest(const diagram *d, unsigned end, unsigned place, bool *last)
{
    const tcps_diagram_stay *found = NULL;

    for (unsigned n = 0; n < d->stays[end]->len; n++) {
        const tcps_diagram_stay *stay = stay_of(d, end, n);
        if (stay->place == place && (!found || stay->certainty > found->certainty))
            found = stay;
    }
    *last = d->stays[end]->len && stay_of(d, end, d->stays[end]->len - 1)->place == place;
    return found;
}

/* "server ~, last" */
static void add_band(diagram *d, unsigned end, unsigned place)
{
    const tcps_box box = tcps_diagram_box((tcps_place)place);
    const int width = box.width / 2, x = end == TCPS_CLIENT ? box.x : box.x + width;
    bool last;
    const tcps_diagram_stay *stay = surest(d, end, place, &last);

    if (!stay)
        return;
    GString *text = g_string_new(NULL), *look = g_string_new(NULL);
    g_string_printf(look, "class=\"band %s %s\"", tcps_role_name(end), tcps_certainty_name(stay->certainty));
    tcps_svg_rect(d->to, x, box.y + box.height - BAND, width, BAND, look->str);
    g_string_append(text, tcps_role_name(end));
    g_string_append(text, tcps_certainty_mark(stay->certainty));
    if (last)
        g_string_append(text, ", last");
    tcps_svg_text(d->to, x + width / 2, box.y + box.height - 4, "middle", "words on_band", text->str);
    g_string_free(text, TRUE);
    g_string_free(look, TRUE);
}

static void add_place(diagram *d, unsigned place)
{
    const tcps_box box = tcps_diagram_box((tcps_place)place);
    const char *state = tcps_state_name(tcps_diagram_place_get((tcps_place)place)->state);
    bool last;
    const bool was = surest(d, TCPS_CLIENT, place, &last) || surest(d, TCPS_SERVER, place, &last);

    if (!was && place == TCPS_PLACE_UNKNOWN)
        return;
    char *look = was ? g_strdup_printf("class=\"lane %s\"", state) : g_strdup("class=\"pale\"");
    tcps_svg_rect(d->to, box.x, box.y, box.width, box.height, look);
    g_free(look);
    tcps_svg_text(d->to, box.x + box.width / 2, box.y + (was ? 19 : 27), "middle", was ? "bold" : "dim", state);
    for (unsigned end = 0; end < 2; end++)
        add_band(d, end, place);
}

/* --- the whole --- */

static void add_head(GString *to, const tcps_row *row)
{
    static const char *const anchors[] = {"start", "end"};
    GString *text = g_string_new(NULL), *look = g_string_new(NULL);

    g_string_printf(text, "connection %u", row->index);
    tcps_svg_text(to, TCPS_DIAGRAM_WIDTH / 2, 0, "middle", "bold", text->str);
    for (unsigned end = 0; end < 2; end++) {
        g_string_printf(text, "%s ", tcps_role_name(end));
        tcps_address_append(text, &row->ends[end]);
        g_string_printf(look, "words bold %s", tcps_role_name(end));
        tcps_svg_text(to, end == TCPS_CLIENT ? 0 : TCPS_DIAGRAM_WIDTH, 0, anchors[end], look->str, text->str);
    }
    g_string_free(text, TRUE);
    g_string_free(look, TRUE);
}

static void add_connection(GString *to, const tcps_row *row, int top)
{
    diagram d = {.to = to, .taken = g_array_new(FALSE, FALSE, sizeof(tcps_box))};

    for (unsigned end = 0; end < 2; end++)
        d.stays[end] = tcps_diagram_plan(row, (tcps_role)end);
    g_string_append_printf(to, "<g transform=\"translate(%d %d)\">\n", MARGIN, top + MARGIN + 12);
    add_head(to, row);
    g_string_append_printf(to, "</g>\n<g transform=\"translate(%d %d)\">\n", MARGIN, top + HEAD);
    add_figure(&d);
    add_steps(&d, add_way);
    for (unsigned place = 0; place < TCPS_N_PLACES; place++)
        add_place(&d, place);
    add_steps(&d, add_label);
    g_string_append(to, "</g>\n");
    for (unsigned end = 0; end < 2; end++)
        g_array_unref(d.stays[end]);
    g_array_unref(d.taken);
}

static void add_note(GString *to, int top, const char *text)
{
    tcps_svg_text(to, MARGIN, top + 2 * LABEL_HEIGHT, "start", "words dim", text);
}

static int add_connections(GString *to, const tcps_model *model, int64_t connection)
{
    unsigned drawn = 0, left_out = 0;
    const tcps_row *row;

    for (unsigned place = 0; (row = tcps_row_next(model, connection, &place));) {
        if (drawn < MAX_CONNECTIONS)
            add_connection(to, row, (int)drawn++ * (HEAD + TCPS_DIAGRAM_HEIGHT));
        else
            left_out++;
    }
    const int bottom = (int)drawn * (HEAD + TCPS_DIAGRAM_HEIGHT);
    char *text = g_strdup_printf("%u more connection%s not drawn, for lack of room: diagram,NUMBER draws one.",
                                 left_out, left_out == 1 ? " is" : "s are");
    if (!drawn)
        add_note(to, bottom, "No TCP segments.");
    else if (left_out)
        add_note(to, bottom, text);
    else
        add_note(to, bottom,
                 "After an arrow's cause, the frame. Dashed, ~: presumed, if segments arrived. ^: a timer ran "
                 "out. last: where the capture leaves it. Pale: not seen.");
    g_free(text);
    return bottom + 3 * LABEL_HEIGHT;
}

GString *tcps_diagram_svg(const tcps_model *model, int64_t connection)
{
    GString *to = g_string_new(NULL), *pieces = g_string_new(NULL);
    const int height = add_connections(pieces, model, connection);

    tcps_svg_begin(to, TCPS_DIAGRAM_WIDTH + 2 * MARGIN, height, "TCP connections in the state diagram of RFC 9293",
                   LADDER_STYLE DIAGRAM_STYLE);
    g_string_append_len(to, pieces->str, (gssize)pieces->len);
    g_string_append(to, "</svg>\n");
    g_string_free(pieces, TRUE);
    return to;
}
