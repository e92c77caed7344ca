/* json_why.c: the members that tell why a rung's states are shown. Those that would be empty are left out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/json_why.h"

#include "report/ladder_words.h"

static char *member(tcps_role end, const char *what)
{
    return g_strconcat(tcps_role_name(end), "_", what, NULL);
}

static void text(json_lines *l, tcps_role end, const char *what, const char *value)
{
    char *name = member(end, what);
    if (*value)
        json_text(l, name, value);
    g_free(name);
}

static void frame(json_lines *l, tcps_role end, const char *what, uint32_t number)
{
    char *name = member(end, what);
    if (number)
        json_integer(l, name, number);
    g_free(name);
}

static void possible(json_lines *l, tcps_role end, const tcps_view *view)
{
    char *name = member(end, "possible");
    if (tcps_possible_state(view, 0) >= 0) {
        json_array(l, name);
        for (int n = 0, state; (state = tcps_possible_state(view, (unsigned)n)) >= 0; n++)
            json_text(l, NULL, tcps_state_name((unsigned)state));
        json_close_array(l);
    }
    g_free(name);
}

void json_why(json_lines *l, const tcps_rung *rung, tcps_role end)
{
    const tcps_view view = tcps_rung_view(rung, end);
    GString *why = g_string_new(NULL), *proof = g_string_new(NULL);
    tcps_why_append(why, &view, rung->frame);
    tcps_proof_append(proof, &view);
    text(l, end, "why", why->str);
    text(l, end, "reason", why->len ? tcps_evidence_get(view.why)->id : "");
    frame(l, end, "evidence", why->len ? view.why_frame : 0);
    frame(l, end, "about", why->len ? view.about_frame : 0);
    possible(l, end, &view);
    text(l, end, "proof", proof->str);
    g_string_free(why, TRUE);
    g_string_free(proof, TRUE);
}
