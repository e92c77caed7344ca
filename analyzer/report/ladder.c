/* ladder.c: prints ladders from the model.
 *
 *  #    time  client        segment                          server
 *  8   0.066  FIN_WAIT_1    FIN,ACK seq 201 ack 201     -->  CLOSE_WAIT ~
 *  9   0.115  FIN_WAIT_2 ~  <--  ACK seq 201 ack 202         CLOSE_WAIT
 *             ! rule: what happened
 *
 * Columns are fixed; only numbers that do not fit make their column wider, for the whole ladder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder.h"

#include <string.h>

#include "../rule.h"
#include "../seq.h"
#include "../span.h"

/* What sequence numbers of an endpoint are printed relative to: its ISS, or one less than the first number seen of it. */
typedef struct {
    bool known[2];
    uint32_t number[2];
} bases;

typedef struct {
    int frame, time, text; /* widths */
    int64_t start_ns;
    bases base;
} layout;

#define STATE_WIDTH 14 /* "ESTABLISHED ~ " */

static void learn_base(bases *b, unsigned end, uint32_t number)
{
    if (b->known[end])
        return;
    b->known[end] = true;
    b->number[end] = number;
}

static void learn_bases(bases *b, const tcps_rung *rung)
{
    /* A RST that refuses carries a zero, not a number of its sender's. */
    const bool has_seq = !(rung->flags & TCPS_RST) || b->known[0] || b->known[1];
    const bool syn = rung->flags & TCPS_SYN;

    if (rung->icmp)
        return;
    if (has_seq && rung->event != TCPS_EVENT_RST_REFUSES)
        learn_base(b, rung->sender, syn ? rung->seq : rung->seq - 1);
    if (rung->flags & TCPS_ACK)
        learn_base(b, 1 - rung->sender, rung->ack - 1);
}

static int32_t relative(const bases *b, unsigned end, uint32_t number)
{
    return seq_diff(number, b->known[end] ? b->number[end] : number);
}

/* PSH is left out: no state depends on it, and the length tells where data is. */
static void append_flags(GString *to, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *name;
    } names[] = {{TCPS_SYN, "SYN"}, {TCPS_RST, "RST"}, {TCPS_FIN, "FIN"}, {TCPS_ACK, "ACK"}, {TCPS_URG, "URG"}};
    const size_t start = to->len;

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (flags & names[i].flag)
            g_string_append_printf(to, "%s%s", to->len > start ? "," : "", names[i].name);
    if (to->len == start)
        g_string_append(to, "no flags");
}

static void append_segment(GString *to, const bases *b, const tcps_rung *rung)
{
    if (rung->icmp) {
        g_string_append_printf(to, "ICMP error for seq %d", relative(b, 1 - rung->sender, rung->seq));
        return;
    }
    append_flags(to, rung->flags);
    g_string_append_printf(to, " seq %d", relative(b, rung->sender, rung->seq));
    if (rung->flags & TCPS_ACK)
        g_string_append_printf(to, " ack %d", relative(b, 1 - rung->sender, rung->ack));
    if (rung->has & TCPS_LEN_UNKNOWN)
        g_string_append(to, " len ?");
    else if (rung->len)
        g_string_append_printf(to, " len %u", rung->len);
}

static void append_state(GString *to, unsigned state, unsigned certainty)
{
    static const char *const marks[] = {
        [TCPS_NO_EVIDENCE] = " ?", [TCPS_PRESUMED] = " ~", [TCPS_ELAPSED] = " ^", [TCPS_PROVEN] = ""};

    g_string_append_printf(to, "%s%s", tcps_state_name(state), marks[certainty & 3]);
}

static void pad(GString *to, size_t from, int width)
{
    const int missing = width - (int)(to->len - from);

    g_string_append_printf(to, "%*s", MAX(missing, 1), "");
}

/* Events that a student would not tell from the segment alone. */
static bool worth_words(unsigned event)
{
    switch (event) {
    case TCPS_EVENT_NONE:
    case TCPS_EVENT_SYN:
    case TCPS_EVENT_SYN_ACK:
    case TCPS_EVENT_ACK_OF_SYN:
    case TCPS_EVENT_DATA:
    case TCPS_EVENT_ACK:
    case TCPS_EVENT_FIN:
    case TCPS_EVENT_ACK_OF_FIN:
    case TCPS_EVENT_FIN_AND_ACK_OF_FIN:
    case TCPS_EVENT_RST:
    case TCPS_EVENT_RST_REFUSES:
        return false;
    default:
        return true;
    }
}

/* The event's words up to the colon, after the last column. */
static void append_remark(GString *to, unsigned event)
{
    const char *text = tcps_event_text(event), *colon = strchr(text, ':');

    if (!worth_words(event))
        return;
    if ((event == TCPS_EVENT_RST_OF_BAD_ACK || event == TCPS_EVENT_ICMP_UNREACHABLE) && colon) /* their better part */
        text = colon + 2, colon = NULL;
    g_string_append_printf(to, "(%.*s)", colon ? (int)(colon - text) : (int)strlen(text), text);
}

static void append_arrow_and_segment(GString *to, const layout *l, const tcps_rung *rung)
{
    const size_t start = to->len;

    if (rung->sender == TCPS_SERVER) {
        g_string_append(to, "<--  ");
        append_segment(to, &l->base, rung);
        pad(to, start, l->text + 5);
    } else {
        append_segment(to, &l->base, rung);
        pad(to, start, l->text);
        g_string_append(to, "-->  ");
    }
}

static void trim_end(GString *to)
{
    while (to->len && to->str[to->len - 1] == ' ')
        g_string_truncate(to, to->len - 1);
}

static void append_rung(GString *to, const layout *l, const tcps_rung *rung)
{
    size_t start;

    g_string_append_printf(to, "%*u  %*.3f  ", l->frame, rung->frame, l->time,
                           (double)span_between(l->start_ns, rung->time_ns) / 1e9);
    start = to->len;
    append_state(to, rung->state[TCPS_CLIENT], rung->certainty[TCPS_CLIENT]);
    pad(to, start, STATE_WIDTH);
    append_arrow_and_segment(to, l, rung);
    start = to->len;
    append_state(to, rung->state[TCPS_SERVER], rung->certainty[TCPS_SERVER]);
    pad(to, start, STATE_WIDTH);
    append_remark(to, rung->event);
    trim_end(to);
    g_string_append_c(to, '\n');
}

static void append_finding(GString *to, const layout *l, const tcps_model *model, const tcps_finding *finding)
{
    const tcps_finding whole = tcps_model_complete(model, finding);
    const tcps_rule *rule = tcps_rule_get(finding->rule);

    if (!rule)
        return;
    g_string_append_printf(to, "%*s! %s: ", l->frame + l->time + 4, "", rule->id);
    tcps_rule_describe(to, &whole);
    g_string_append_c(to, '\n');
}

/* Those that began in frames from first to before end. */
static void append_findings(GString *to, const layout *l, const tcps_model *model, const tcps_row *row, uint32_t first,
                            uint32_t end)
{
    const GArray *findings = tcps_model_findings(model, row);

    for (unsigned i = 0; findings && i < findings->len; i++) {
        const tcps_finding *f = &g_array_index(findings, tcps_finding, i);
        if (f->began_frame >= first && f->began_frame < end)
            append_finding(to, l, model, f);
    }
}

static int digits(uint32_t number)
{
    int n = 1;
    for (; number >= 10; number /= 10)
        n++;
    return n;
}

static layout lay_out(const tcps_model *model, const tcps_row *row)
{
    layout l = {.frame = 2, .time = 6, .text = 28, .start_ns = tcps_model_start_ns(model)};
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < row->rungs->len; i++) {
        const tcps_rung *rung = &g_array_index(row->rungs, tcps_rung, i);
        const int64_t seconds = span_between(l.start_ns, rung->time_ns) / 1000000000;
        learn_bases(&l.base, rung);
        g_string_truncate(text, 0);
        append_segment(text, &l.base, rung);
        l.text = MAX(l.text, (int)text->len + 1);
        l.frame = MAX(l.frame, digits(rung->frame));
        l.time = MAX(l.time, digits((uint32_t)CLAMP(seconds, 0, UINT32_MAX)) + 4);
    }
    g_string_free(text, TRUE);
    return l;
}

static void append_head(GString *to, const layout *l, const tcps_row *row)
{
    g_string_append_printf(to, "# connection %u: ", row->index);
    tcps_address_append(to, &row->ends[TCPS_CLIENT]);
    g_string_append_printf(to, " (client, by %s) - ", tcps_role_basis_name(row->role_basis));
    tcps_address_append(to, &row->ends[TCPS_SERVER]);
    g_string_append_printf(to, " (server)\n%*s  %*s  %-*s%-*sserver\n", l->frame, "#", l->time, "time", STATE_WIDTH,
                           "client", l->text + 5, "segment");
}

static void append_ladder(GString *to, const tcps_model *model, const tcps_row *row)
{
    const unsigned n = row->rungs->len;
    const layout l = lay_out(model, row);

    append_head(to, &l, row);
    for (unsigned i = 0; i < n; i++) {
        const tcps_rung *rung = &g_array_index(row->rungs, tcps_rung, i);
        const bool last = i + 1 == n, first = i == 0;
        append_rung(to, &l, rung);
        /* one that began in a frame that was not fed stands under the one before; several layers of a frame share */
        const uint32_t next = last ? UINT32_MAX : g_array_index(row->rungs, tcps_rung, i + 1).frame;
        append_findings(to, &l, model, row, first ? 0 : rung->frame, next);
    }
}

GString *tcps_ladder_text(const tcps_model *model, int64_t connection)
{
    GString *to = g_string_new(NULL);

    for (unsigned i = 0; i < tcps_model_n_rows(model); i++) {
        const tcps_row *row = tcps_model_row(model, i);
        if (!row->rungs || (connection >= 0 && connection != row->index))
            continue;
        if (to->len)
            g_string_append_c(to, '\n');
        append_ladder(to, model, row);
    }
    return to;
}
