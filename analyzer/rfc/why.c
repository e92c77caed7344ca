/* why.c: why a state is shown, what else it may be, and what would tell, in words: from the rows of evidence.def.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rfc/why.h"

#include <string.h>

const tcps_evidence_row *tcps_evidence_get(unsigned evidence)
{
    static const tcps_evidence_row rows[TCPS_N_EVIDENCE] = {
#define EVIDENCE(id, text, shows, clause, assumes, proof)                                                              \
    [TCPS_EVIDENCE_##id] = {#id, (text), (shows), (clause), (assumes), (proof)},
#include "rfc/evidence.def"
#undef EVIDENCE
    };
    return &rows[evidence < TCPS_N_EVIDENCE ? evidence : TCPS_EVIDENCE_NONE];
}

static void append_at(GString *to, const tcps_view *view, uint32_t frame)
{
    if (view->why_frame && view->why_frame != frame)
        g_string_append_printf(to, " in frame %u", view->why_frame);
}

/* Rows say "frame {about}". */
static void append_about(GString *to, const tcps_view *view)
{
    if (view->about_frame) {
        g_string_append_printf(to, "%u", view->about_frame);
    } else {
        g_string_truncate(to, to->len - strlen("frame "));
        g_string_append(to, "a frame that was not captured");
    }
}

void tcps_why_append(GString *to, const tcps_view *view, uint32_t frame)
{
    const tcps_evidence_row *row = tcps_evidence_get(view->why);
    const char *text = row->text;
    if (!tcps_why_is_told(view))
        return;
    for (const char *brace; (brace = strchr(text, '{')); text = strchr(brace, '}') + 1) {
        g_string_append_len(to, text, brace - text);
        if (g_str_has_prefix(brace, "{at}"))
            append_at(to, view, frame);
        else
            append_about(to, view);
    }
    g_string_append(to, text);
    if (*row->clause)
        g_string_append_printf(to, " (%s)", row->clause);
}

int tcps_possible_state(const tcps_view *view, unsigned n)
{
    static const uint8_t order[TCPS_N_STATES] = {
        TCPS_LISTEN,     TCPS_SYN_SENT, TCPS_SYN_RCVD, TCPS_ESTABLISHED, TCPS_FIN_WAIT_1, TCPS_FIN_WAIT_2,
        TCPS_CLOSE_WAIT, TCPS_CLOSING,  TCPS_LAST_ACK, TCPS_TIME_WAIT,   TCPS_CLOSED,     TCPS_UNKNOWN,
    };
    const bool one = (view->possible & (view->possible - 1u)) == 0;
    for (unsigned i = 0; i < TCPS_N_STATES && !one; i++)
        if (view->possible >> order[i] & 1u && n-- == 0)
            return order[i];
    return -1;
}

void tcps_possible_append(GString *to, const tcps_view *view)
{
    for (int n = 0, state; (state = tcps_possible_state(view, (unsigned)n)) >= 0; n++) {
        const bool last = tcps_possible_state(view, (unsigned)n + 1) < 0;
        if (n > 0)
            g_string_append(to, last ? " or " : ", ");
        g_string_append(to, tcps_state_name((unsigned)state));
    }
}

void tcps_proof_append(GString *to, const tcps_view *view)
{
    if (tcps_why_is_told(view) && view->certainty != TCPS_PROVEN)
        g_string_append(to, tcps_evidence_get(view->why)->proof);
}

void tcps_doubt_append(GString *to, const tcps_view *view)
{
    const gsize start = to->len;
    tcps_possible_append(to, view);
    if (to->len > start)
        g_string_insert(to, (gssize)start, "; may be ");
    const gsize proof = to->len;
    tcps_proof_append(to, view);
    if (to->len == proof)
        return;
    g_string_insert(to, (gssize)proof, "; ");
    g_string_append(to, " would tell");
}
