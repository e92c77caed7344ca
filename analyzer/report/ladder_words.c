/* ladder_words.c: see ladder_words.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/ladder_words.h"

#include <string.h>

#include "base/seq.h"

static void learn_base(tcps_bases *b, unsigned end, uint32_t number)
{
    if (b->known[end])
        return;
    b->known[end] = true;
    b->number[end] = number;
}

/* A SYN says where its sender's numbers begin, whatever an older connection's ACK said before it. */
static void take_base(tcps_bases *b, const tcps_rung *rung)
{
    b->known[rung->sender] = true;
    b->number[rung->sender] = rung->seq;
}

static void learn_bases(tcps_bases *b, const tcps_rung *rung)
{
    /* A RST that refuses carries a zero, not a number of its sender's. */
    const bool has_seq = !(rung->flags & TCPS_RST) || b->known[0] || b->known[1];
    const bool syn = rung->flags & TCPS_SYN;

    if (rung->icmp)
        return;
    if (rung->event == TCPS_EVENT_SYN_ACK)
        take_base(b, rung);
    if (has_seq && rung->event != TCPS_EVENT_RST_REFUSES)
        learn_base(b, rung->sender, syn ? rung->seq : rung->seq - 1);
    if (rung->flags & TCPS_ACK)
        learn_base(b, 1 - rung->sender, rung->ack - 1);
}

tcps_bases tcps_bases_of(const tcps_row *row)
{
    tcps_bases b = {{false}, {0}};

    for (unsigned i = 0; i < row->rungs->len; i++)
        learn_bases(&b, &g_array_index(row->rungs, tcps_rung, i));
    return b;
}

static int32_t relative(const tcps_bases *b, unsigned end, uint32_t number)
{
    return seq_diff(number, b->known[end] ? b->number[end] : number);
}

/* PSH is left out: no state depends on it, and the length tells where data is. ECE and CWR are named where they are negotiated (RFC 3168
 * §6.1.1), for a SYN may be dropped for them. */
static void append_flags(GString *to, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *name;
    } names[] = {{TCPS_SYN, "SYN"}, {TCPS_RST, "RST"}, {TCPS_FIN, "FIN"}, {TCPS_ACK, "ACK"},
                 {TCPS_URG, "URG"}, {TCPS_ECE, "ECE"}, {TCPS_CWR, "CWR"}};
    if (!(flags & TCPS_SYN))
        flags &= ~(unsigned)(TCPS_ECE | TCPS_CWR);
    const size_t start = to->len;

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (flags & names[i].flag)
            g_string_append_printf(to, "%s%s", to->len > start ? "," : "", names[i].name);
    if (to->len == start)
        g_string_append(to, "no flags");
}

void tcps_rung_append(GString *to, const tcps_bases *b, const tcps_rung *rung)
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

const tcps_row *tcps_row_next(const tcps_model *model, int64_t asked, unsigned *place)
{
    while (*place < tcps_model_n_rows(model)) {
        const tcps_row *row = tcps_model_row(model, (*place)++);
        if (row->rungs && (asked < 0 || asked == row->index))
            return row;
    }
    return NULL;
}

void tcps_row_append_ends(GString *to, const tcps_row *row)
{
    g_string_append_printf(to, "# connection %u: ", row->index);
    tcps_address_append(to, &row->ends[TCPS_CLIENT]);
    g_string_append_printf(to, " (client, by %s) - ", tcps_role_basis_name(row->role_basis));
    tcps_address_append(to, &row->ends[TCPS_SERVER]);
    g_string_append(to, " (server)\n");
}

const char *tcps_certainty_mark(unsigned certainty)
{
    static const char *const marks[] = {
        [TCPS_NO_EVIDENCE] = " ?", [TCPS_PRESUMED] = " ~", [TCPS_ELAPSED] = " ^", [TCPS_PROVEN] = ""};

    return marks[certainty & 3];
}

void tcps_rung_append_state(GString *to, unsigned state, unsigned certainty)
{
    g_string_append_printf(to, "%s%s", tcps_state_name(state), tcps_certainty_mark(certainty));
}

tcps_view tcps_rung_view(const tcps_rung *rung, tcps_role end)
{
    tcps_view view = {.state = rung->state[end], .certainty = rung->certainty[end]};
    tcps_why_put(&view, rung->reason[end]);
    return view;
}

void tcps_rung_append_why(GString *to, const tcps_rung *rung, tcps_role end)
{
    const tcps_view view = tcps_rung_view(rung, end);
    if (!tcps_why_is_told(&view))
        return;
    g_string_append_printf(to, "%s %s: ", tcps_role_name(end), tcps_state_name(view.state));
    tcps_why_append(to, &view, rung->frame);
    tcps_doubt_append(to, &view);
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

void tcps_rung_append_remark(GString *to, unsigned event)
{
    const char *text = tcps_event_text(event), *colon = strchr(text, ':');

    if (!worth_words(event))
        return;
    if ((event == TCPS_EVENT_RST_OF_BAD_ACK || event == TCPS_EVENT_ICMP_UNREACHABLE) && colon) /* their better part */
        text = colon + 2, colon = NULL;
    g_string_append_printf(to, "%.*s", colon ? (int)(colon - text) : (int)strlen(text), text);
}
