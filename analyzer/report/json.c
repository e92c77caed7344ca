/* json.c: which members each kind of line has. docs/schema.json says the same for readers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/json_line.h"

#include "base/span.h"
#include "model/socket_table.h"
#include "model/totals.h"
#include "report/captured_at.h"
#include "report/endpoints.h"
#include "report/functions.h"
#include "report/json_headlines.h"
#include "report/json_lost.h"
#include "report/path_words.h"
#include "report/ss.h"
#include "rules/rule.h"

static const char *outcome_id(unsigned outcome)
{
    static const char *const ids[TCPS_N_OUTCOMES] = {
        [TCPS_OUTCOME_CLOSED] = "closed",
        [TCPS_OUTCOME_CLOSING] = "closing",
        [TCPS_OUTCOME_HALF_CLOSED] = "half_closed",
        [TCPS_OUTCOME_OPEN] = "open",
        [TCPS_OUTCOME_RESET] = "reset",
        [TCPS_OUTCOME_REFUSED] = "refused",
        [TCPS_OUTCOME_UNREACHABLE] = "unreachable",
        [TCPS_OUTCOME_UNANSWERED] = "unanswered",
        [TCPS_OUTCOME_HALF_OPEN] = "half_open",
        [TCPS_OUTCOME_STRAY] = "stray",
    };
    return outcome < TCPS_N_OUTCOMES ? ids[outcome] : NULL;
}

/* --- connections --- */

/* The seconds that an end was in each state that a socket is in for a while. */
static void times(json_lines *l, const char *name, const tcps_model *m, const tcps_row *row, tcps_role end)
{
    json_object(l, name);
    for (unsigned state = TCPS_SYN_SENT; state < TCPS_N_STATES; state++) {
        const int64_t ns = tcps_model_time_in(m, row, end, (tcps_state)state);
        if (ns)
            json_span(l, tcps_state_name(state), ns);
    }
    json_close_object(l);
}

static void counts(json_lines *l, const tcps_row *row)
{
    json_integer(l, "client_segments", row->segments[TCPS_CLIENT]);
    json_integer(l, "server_segments", row->segments[TCPS_SERVER]);
    json_integer(l, "client_bytes", (int64_t)row->bytes[TCPS_CLIENT]);
    json_integer(l, "server_bytes", (int64_t)row->bytes[TCPS_SERVER]);
    json_integer(l, "repeats", row->repeats);
    json_integer(l, "copies", row->copies);
    json_truth(l, "mid_stream", row->mid_stream);
}

static void rules_of(json_lines *l, const tcps_model *m, const tcps_row *row)
{
    const GArray *findings = tcps_model_findings(m, row);

    json_array(l, "findings");
    for (unsigned i = 0; findings && i < findings->len; i++) {
        const tcps_rule *rule = tcps_rule_get(g_array_index(findings, tcps_finding, i).rule);
        if (rule)
            json_text(l, NULL, rule->id);
    }
    json_close_array(l);
}

static void add_connection(json_lines *l, const tcps_model *m, const tcps_row *row)
{
    json_line_begin(l, "connection");
    json_integer(l, "connection", row->index);
    if (row->stream == TCPS_NO_STREAM)
        json_null(l, "stream");
    else
        json_integer(l, "stream", row->stream);
    json_ends(l, row->ends);
    json_text(l, "role_basis", tcps_role_basis_name(row->role_basis));
    json_time(l, "start", row->start_ns);
    json_span(l, "duration", span_between(row->start_ns, row->last_ns));
    json_integer(l, "first_frame", row->first_frame);
    json_integer(l, "last_frame", row->last_frame);
    json_states(l, row->state, row->certainty);
    json_text(l, "closed_by", tcps_closed_by_name(row->closed_by));
    json_text(l, "outcome", outcome_id(tcps_row_outcome(row)));
    json_text(l, "outcome_by", tcps_closed_by_name(tcps_row_outcome_by(row)));
    json_text(l, "zeek_state", tcps_zeek_state(row->zeek));
    json_text(l, "zeek_history", tcps_zeek_history(row->zeek));
    counts(l, row);
    times(l, "client_times", m, row, TCPS_CLIENT);
    times(l, "server_times", m, row, TCPS_SERVER);
    rules_of(l, m, row);
    json_line_end(l);
}

void tcps_json_connections(const tcps_model *m, G_GNUC_UNUSED int64_t none, const tcps_json_sink *sink)
{
    json_lines l = json_lines_new(sink);

    for (unsigned i = 0; i < tcps_model_n_rows(m); i++)
        add_connection(&l, m, tcps_model_row(m, i));
    json_lines_free(&l);
}

/* --- sockets --- */

static void add_socket(json_lines *l, const tcps_socket *s, int64_t time_ns)
{
    const bool listens = s->state == TCPS_LISTEN;

    json_line_begin(l, "socket");
    json_time(l, "time", time_ns);
    json_text(l, "role", tcps_role_name(s->end));
    json_text(l, "state", tcps_state_name(s->state));
    json_text(l, "ss_state", tcps_ss_state_name(s->state));
    json_text(l, "certainty", tcps_certainty_name(s->certainty));
    json_end(l, "local", &s->row->ends[s->end]);
    json_end(l, "peer", listens ? NULL : &s->row->ends[1 - s->end]);
    if (listens)
        json_null(l, "connection");
    else
        json_integer(l, "connection", s->row->index);
    if (s->since_known)
        json_span(l, "time_in_state", span_between(s->since_ns, time_ns));
    else
        json_null(l, "time_in_state");
    json_line_end(l);
}

void tcps_json_sockets(const tcps_model *m, int64_t time_ns, const tcps_json_sink *sink)
{
    json_lines l = json_lines_new(sink);
    GArray *sockets = tcps_sockets_at(m, time_ns);

    for (unsigned i = 0; i < sockets->len; i++)
        add_socket(&l, &g_array_index(sockets, tcps_socket, i), time_ns);
    g_array_free(sockets, TRUE);
    json_lines_free(&l);
}

/* --- endpoints --- */

static void peaks(json_lines *l, const tcps_tally *t)
{
    json_object(l, "states");
    for (unsigned state = TCPS_SYN_SENT; state < TCPS_N_STATES; state++) {
        if (!tcps_tally_of(t, state)->peak)
            continue;
        json_object(l, tcps_state_name(state));
        json_integer(l, "now", tcps_tally_of(t, state)->now);
        json_integer(l, "peak", tcps_tally_of(t, state)->peak);
        json_time(l, "peak_time", tcps_tally_of(t, state)->peak_ns);
        json_integer(l, "peak_frame", tcps_tally_of(t, state)->peak_frame);
        json_close_object(l);
    }
    json_close_object(l);
}

static void rate(json_lines *l, const char *name, uint32_t n, const tcps_rate *r, double seconds)
{
    char *per_second = g_strconcat(name, "_per_second", NULL), *peak = g_strconcat(name, "_within_a_second", NULL);

    json_integer(l, name, n);
    if (seconds > 0)
        json_number(l, per_second, n / seconds);
    else
        json_null(l, per_second);
    json_integer(l, peak, r->peak);
    g_free(per_second);
    g_free(peak);
}

static void add_endpoint(json_lines *l, const tcps_model *m, const tcps_tally *t)
{
    const bool service = t->role == TCPS_SERVER;
    const double seconds = (double)span_between(tcps_model_start_ns(m), tcps_model_end_ns(m)) / 1e9;

    json_line_begin(l, "endpoint");
    json_text(l, "role", service ? "service" : "client_host");
    json_end(l, NULL, &t->address);
    rate(l, "opened", t->opened, &t->opening, seconds);
    rate(l, "closed", t->closed, &t->closing, seconds);
    peaks(l, t);
    json_text(l, "limit_of", service ? "half_open" : "time_wait");
    json_integer(l, "limit", tcps_endpoint_limit(m, t));
    json_integer(l, "limited_peak", tcps_endpoint_limited_peak(t));
    json_line_end(l);
}

void tcps_json_endpoints(const tcps_model *m, G_GNUC_UNUSED int64_t none, const tcps_json_sink *sink)
{
    json_lines l = json_lines_new(sink);

    for (unsigned role = 0; role < 2; role++) {
        GPtrArray *all = tcps_endpoints_sorted(m, role ? TCPS_CLIENT : TCPS_SERVER);
        for (unsigned i = 0; i < all->len; i++)
            add_endpoint(&l, m, g_ptr_array_index(all, i));
        g_ptr_array_free(all, TRUE);
    }
    json_lines_free(&l);
}

/* --- summary --- */

static uint32_t ended_so(const tcps_totals *t, unsigned outcome)
{
    uint32_t n = 0;
    for (unsigned by = 0; by < TCPS_N_BY; by++)
        n += t->ended[outcome][by].n;
    return n;
}

static void numbers_by_id(json_lines *l, const tcps_totals *t)
{
    json_object(l, "outcomes");
    for (unsigned i = 0; i < TCPS_N_OUTCOMES; i++)
        if (ended_so(t, i))
            json_integer(l, outcome_id(i), ended_so(t, i));
    json_close_object(l);
    json_object(l, "closed_by");
    for (unsigned i = TCPS_BY_CLIENT; i <= TCPS_BY_BOTH; i++)
        if (t->closed_by[i])
            json_integer(l, tcps_closed_by_name(i), t->closed_by[i]);
    json_close_object(l);
    json_object(l, "findings");
    for (unsigned i = 0; i < tcps_n_rules(); i++)
        if (t->found[i].n)
            json_integer(l, tcps_rule_get(i)->id, t->found[i].n);
    json_close_object(l);
}

static void add_summary(json_lines *l, const tcps_model *m, const tcps_totals *t)
{
    json_line_begin(l, "summary");
    json_time(l, "start", tcps_model_start_ns(m));
    json_time(l, "end", tcps_model_end_ns(m));
    json_span(l, "duration", span_between(tcps_model_start_ns(m), tcps_model_end_ns(m)));
    json_integer(l, "connections", t->connections);
    json_integer(l, "segments", (int64_t)t->segments);
    json_integer(l, "bytes", (int64_t)t->bytes);
    json_integer(l, "repeats", (int64_t)t->repeats);
    json_integer(l, "copies", (int64_t)t->copies);
    json_integer(l, "mid_stream", t->mid_stream);
    json_integer(l, "one_sided", t->one_sided);
    json_lost(l, &t->losses);
    json_captured_at(l, m);
    numbers_by_id(l, t);
    json_line_end(l);
}

/* Where it shows: in no frame, if it was the end of the capture that showed it. */
static void places(json_lines *l, const tcps_finding *f)
{
    json_integer(l, "began_frame", f->began_frame);
    json_time(l, "began", f->began_ns);
    json_truth(l, "at_end", f->at_end);
    if (f->at_end)
        json_null(l, "found_frame");
    else
        json_integer(l, "found_frame", f->found_frame);
    json_time(l, "found", f->found_ns);
    json_text(l, "status", tcps_finding_status_name(f->status));
    json_text(l, "certainty", tcps_certainty_name(f->certain));
    json_integer(l, "until_frame", f->until_frame);
    json_time(l, "until", f->until_ns);
    if (f->count)
        json_integer(l, "count", f->count);
    else
        json_null(l, "count");
}

/* Left out where it says nothing. */
static void other_capture(json_lines *l, const tcps_model *m, const tcps_finding *f)
{
    GString *text = g_string_new(NULL);
    tcps_path_append_about(text, m, f);
    if (text->len)
        json_text(l, "path", text->str);
    if (tcps_model_points(m))
        json_text(l, "seen_at", tcps_points_name_of(tcps_model_points(m), f->ends[0].point));
    g_string_free(text, TRUE);
}

static void add_finding(json_lines *l, const tcps_model *m, const tcps_finding *f)
{
    const tcps_rule *rule = tcps_rule_get(f->rule);
    GString *text = g_string_new(NULL), *advice = g_string_new(NULL);

    if (rule) {
        tcps_rule_describe(text, f);
        tcps_rule_advise(advice, f->rule, f);
        json_line_begin(l, "finding");
        json_text(l, "finding", rule->id);
        json_text(l, "severity", tcps_severity_name(f->severity));
        json_text(l, "title", tcps_finding_title(f));
        json_integer(l, "connection", f->connection);
        json_ends(l, f->ends);
        json_text(l, "end", tcps_role_name(f->end));
        places(l, f);
        json_doubts(l, f);
        json_text(l, "text", text->str);
        other_capture(l, m, f);
        json_text(l, "advice", advice->str);
        json_line_end(l);
    }
    g_string_free(text, TRUE);
    g_string_free(advice, TRUE);
}

void tcps_json_summary(const tcps_model *m, G_GNUC_UNUSED int64_t none, const tcps_json_sink *sink)
{
    json_lines l = json_lines_new(sink);

    tcps_totals *t = tcps_model_totals(m);
    add_summary(&l, m, t);
    json_headlines(&l, t);
    tcps_totals_free(t);
    for (unsigned i = 0; i < tcps_model_n_rows(m); i++) {
        const GArray *findings = tcps_model_findings(m, tcps_model_row(m, i));
        for (unsigned j = 0; findings && j < findings->len; j++) {
            const tcps_finding f = tcps_model_weighed(m, &g_array_index(findings, tcps_finding, j));
            add_finding(&l, m, &f);
        }
    }
    json_lines_free(&l);
}
