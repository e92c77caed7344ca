/* fuzz_analyzer.c: any history of segments (steps.h), through the analyzer, the history and the model into every report.
 *
 * It aborts where an observation breaks an invariant, where the history does not give back what it was given, or where a
 * report holds what no report may hold.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "invariants.h"
#include "model/model.h"
#include "record/history.h"
#include "report/functions.h"
#include "report/wrap.h"
#include "rfc/why.h"
#include "rules/rule.h"
#include "steps.h"
#include "track/analyzer.h"

/* What the input's head chooses. */
enum {
    KEEP_SEGMENTS = 0x01,
    KEEP_CHANGES = 0x02,
    KEEP_ENDPOINTS = 0x04,
    IMPATIENT = 0x08, /* preferences that a few steps reach */
    FILTERED = 0x10,  /* the model gets a part of the segments */
    REPORT_TEXT = 0x20,
    REPORT_JSON = 0x40,
    REPORT_EARLY = 0x80, /* the report is printed in the middle, too, as of a live capture */
    RESET_MODEL = 0x100, /* refiltered */
    FOLD = 0x200,        /* connections that are over into totals */
    RESTLESS = 0x400     /* nothing is given back while a connection lasts */
};

typedef struct {
    tcps_analyzer *analyzer;
    tcps_history *history;
    tcps_model *model;
    invariants *known;
    unsigned what;
    unsigned entries;  /* of the frame */
    unsigned findings; /* of the history's that the model has */
    uint32_t frame;
    int64_t first_ns, now_ns;
} target;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

_Noreturn static void broken(const char *what)
{
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static void check(bool holds, const char *what)
{
    if (!holds)
        broken(what);
}

static tcps_config config_of(unsigned what)
{
    tcps_config config = tcps_config_default();
    if (what & IMPATIENT) {
        config.linger_ns = config.final_ack_ns = config.handshake_ns = 1;
        config.syn_flood = config.time_wait_sockets = 2;
        config.backlog = 1;
    }
    return config;
}

static void target_begin(target *t, unsigned what)
{
    const tcps_config config = config_of(what);
    *t = (target){.what = what,
                  .analyzer = tcps_analyzer_new(&config),
                  .history = tcps_history_new(),
                  .model = tcps_model_new(),
                  .known = invariants_new()};
    if (what & KEEP_SEGMENTS)
        tcps_model_keep_segments(t->model, what & FILTERED ? 1 : -1);
    if (what & KEEP_CHANGES)
        tcps_model_keep_changes(t->model);
    tcps_model_keep_zeek(t->model);
    if (what & KEEP_ENDPOINTS)
        tcps_model_keep_endpoints(t->model);
    tcps_model_configure(t->model, &config);
    tcps_model_fold(t->model, what & FOLD);
    if (what & RESTLESS)
        tcps_analyzer_never_rest(t->analyzer);
}

static void target_end(target *t)
{
    invariants_free(t->known);
    tcps_model_free(t->model);
    tcps_history_free(t->history);
    tcps_analyzer_free(t->analyzer);
}

/* --- findings --- */

static void check_finding(const target *t, const tcps_finding *f)
{
    check(f->rule < tcps_n_rules(), "a rule that there is not");
    check(f->severity <= TCPS_ERROR && f->end <= TCPS_SERVER, "a finding out of range");
    check(f->began_frame <= t->frame && f->found_frame <= t->frame, "a finding in a frame to come");
    check(f->connection < tcps_history_n_connections(t->history), "a finding at a connection that there is not");
}

static void keep_findings(target *t)
{
    unsigned n;
    const tcps_finding *findings = tcps_analyzer_findings(t->analyzer, &n);
    for (unsigned i = 0; i < n; i++) {
        check_finding(t, &findings[i]);
        tcps_history_add_finding(t->history, &findings[i]);
        if (t->what & FOLD)
            tcps_model_finding(t->model, &findings[i]);
    }
    tcps_analyzer_clear_findings(t->analyzer);
}

static void describe_findings(const target *t)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < tcps_history_n_findings(t->history); i++) {
        const tcps_finding *f = tcps_history_finding(t->history, i);
        tcps_rule_describe(text, f);
        tcps_rule_advise(text, f->rule, f);
        const tcps_finding_list found = tcps_history_found_in(t->history, f->found_frame);
        for (unsigned k = 0; k < found.n; k++)
            check(found.numbers[k] < tcps_history_n_findings(t->history), "a finding that there is not");
    }
    check(strchr(text->str, '\n') == NULL && strchr(text->str, '{') == NULL, "a finding in more than words");
    g_string_free(text, TRUE);
}

/* --- reports --- */

static void check_text(const target *t, GString *text, bool has_width)
{
    check(g_utf8_validate(text->str, (gssize)text->len, NULL), "text that is not UTF-8");
    char **lines = g_strsplit(text->str, "\n", -1);
    for (unsigned i = 0; has_width && t->what & REPORT_TEXT && lines[i]; i++)
        if (!strchr(lines[i], '[')) /* IPv6 is longer */
            check(g_utf8_strlen(lines[i], -1) <= TCPS_COLUMNS, "a line that is too long");
    g_strfreev(lines);
    g_string_free(text, TRUE);
}

static void check_json(const char *line, void *data)
{
    (void)data;
    const size_t length = strlen(line);
    check(length > 2 && line[0] == '{' && line[length - 1] == '}' && !strchr(line, '\n'), "no object on a line");
    check(g_utf8_validate(line, -1, NULL), "JSON that is not UTF-8");
}

static void report_text(const target *t, int64_t time_ns)
{
    check_text(t, tcps_summary_text(t->model, 0), true);
    check_text(t, tcps_connections_text(t->model, 0), false);
    if (t->what & KEEP_SEGMENTS) {
        check_text(t, tcps_ladder_text(t->model, t->what & FILTERED ? 1 : -1), false);
        check_text(t, tcps_ladder_why_text(t->model, t->what & FILTERED ? 1 : -1), false);
    }
    if (t->what & KEEP_CHANGES)
        check_text(t, tcps_ss_text(t->model, time_ns), false);
    if (t->what & KEEP_ENDPOINTS)
        check_text(t, tcps_endpoints_text(t->model, 0), false);
}

static void report_json(const target *t, int64_t time_ns)
{
    const tcps_json_sink sink = {.capture = "a \"capture\"\n", .host = "", .take = check_json};
    tcps_json_summary(t->model, 0, &sink);
    tcps_json_connections(t->model, 0, &sink);
    if (t->what & KEEP_SEGMENTS)
        tcps_json_ladder(t->model, t->what & FILTERED ? 1 : -1, &sink);
    if (t->what & KEEP_CHANGES)
        tcps_json_sockets(t->model, time_ns, &sink);
    if (t->what & KEEP_ENDPOINTS)
        tcps_json_endpoints(t->model, 0, &sink);
}

static void report(target *t)
{
    tcps_model_begin(t->model, t->first_ns);
    for (; !(t->what & FOLD) && t->findings < tcps_history_n_findings(t->history); t->findings++)
        tcps_model_finding(t->model, tcps_history_finding(t->history, t->findings));
    tcps_model_end(t->model, t->now_ns, t->frame);
    const int64_t middle_ns = t->first_ns / 2 + t->now_ns / 2;
    if (t->what & REPORT_TEXT)
        report_text(t, middle_ns);
    if (t->what & REPORT_JSON)
        report_json(t, t->now_ns);
    describe_findings(t);
}

static void finish(target *t)
{
    tcps_analyzer_finish(t->analyzer);
    keep_findings(t);
}

/* --- segments --- */

static void check_view(const tcps_view *is, const tcps_view *kept)
{
    check(is->before == kept->before && is->state == kept->state && is->before_certainty == kept->before_certainty &&
              is->certainty == kept->certainty && is->since_frame == kept->since_frame &&
              is->since_ns == kept->since_ns && tcps_why_same(tcps_why_of(is), tcps_why_of(kept)),
          "the history has kept another view");
}

static void check_kept(const target *t, const tcps_observation *o, bool segment)
{
    tcps_entry e;
    check(tcps_history_get(t->history, t->frame, t->entries, &e), "the history has not kept an entry");
    const tcps_observation *kept = &e.observation;
    check(e.segment == segment && kept->connection == o->connection && kept->sender == o->sender &&
              kept->event == o->event && kept->closed_by == o->closed_by && kept->role_basis == o->role_basis &&
              kept->opens == o->opens && kept->transition == o->transition,
          "the history has kept another observation");
    for (unsigned end = 0; end < 2; end++)
        check_view(&o->end[end], &kept->end[end]);
    check(memcmp(&o->gauges[TCPS_SERVER], &kept->gauges[TCPS_SERVER], sizeof o->gauges[0]) == 0,
          "the history has kept other gauges");
}

static void feed_model(const target *t, const step *s, const tcps_observation *o)
{
    const bool from_client = o->sender == TCPS_CLIENT;
    if (t->what & FILTERED && s->segment.frame % 3 == 0)
        return;
    tcps_model_begin(t->model, t->first_ns);
    if (s->kind == STEP_SEGMENT)
        tcps_model_segment(t->model, &s->segment, o, from_client ? &s->src : &s->dst, from_client ? &s->dst : &s->src);
    else
        tcps_model_icmp_error(t->model, &s->segment, o);
}

static void take_observation(target *t, const step *s, const tcps_observation *o)
{
    const bool self = memcmp(&s->src, &s->dst, sizeof s->src) == 0;
    char *wrong = invariants_check(t->known, o, self, t->frame, t->now_ns);
    if (wrong)
        broken(wrong);
    tcps_history_add(t->history, o, s->kind == STEP_SEGMENT);
    keep_findings(t);
    check_kept(t, o, s->kind == STEP_SEGMENT);
    t->entries++;
    feed_model(t, s, o);
}

static void begin_frame(target *t, const step *s)
{
    t->frame = s->segment.frame;
    t->now_ns = s->segment.time_ns;
    if (t->frame == 1)
        t->first_ns = t->now_ns;
    t->entries = 0;
    tcps_history_begin_frame(t->history, t->frame);
    tcps_analyzer_advance(t->analyzer, t->now_ns, t->frame);
    keep_findings(t);
}

static void take(target *t, const step *s)
{
    const tcps_segment *g = &s->segment;
    tcps_observation o;
    memset(&o, 0xee, sizeof o);
    if (!s->same_frame)
        begin_frame(t, s);
    switch (s->kind) {
    case STEP_SEGMENT:
        tcps_analyzer_segment(t->analyzer, &s->src, &s->dst, g, &o);
        take_observation(t, s, &o);
        break;
    case STEP_ICMP:
        if (tcps_analyzer_icmp_error(t->analyzer, &s->src, &s->dst, g->seq, s->hard, g->time_ns, g->frame, &o))
            take_observation(t, s, &o);
        break;
    case STEP_FINISH:
        finish(t);
        if (t->what & REPORT_EARLY)
            report(t);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    steps s;
    step next;
    target t;
    unsigned what;

    if (!steps_begin(&s, data, size, &what))
        return 0;
    target_begin(&t, what);
    while (steps_next(&s, &next))
        take(&t, &next);
    finish(&t);
    report(&t);
    if (what & RESET_MODEL) {
        tcps_model_reset(t.model);
        t.findings = 0;
        report(&t);
    }
    target_end(&t);
    return 0;
}
