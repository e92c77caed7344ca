/* junit.c: see junit.h. There is no standard; this is what Jenkins, GitLab and GitHub's actions read:
 * https://github.com/testmoapp/junitxml
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "junit.h"

#include "base/span.h"
#include "rules/rule.h"

/* Of one rule; the rest is counted. */
enum { MOST_LINES = 100 };

typedef struct {
    GString *lines;
    uint32_t n;
    uint8_t severity;
} failures;

typedef struct {
    failures of[TCPS_MAX_RULES];
} all_failures;

/* XML has no way to write control characters. */
static char *escaped(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    for (char *c = valid; *c; c++)
        if ((guchar)*c < ' ' && *c != '\n' && *c != '\t')
            *c = '?';
    char *result = g_markup_escape_text(valid, -1);
    g_free(valid);
    return result;
}

static void append_escaped(GString *to, const char *text)
{
    char *e = escaped(text);
    g_string_append(to, e);
    g_free(e);
}

static void take(const tcps_finding *f, void *data)
{
    failures *to = &((all_failures *)data)->of[f->rule];
    if (!to->lines)
        to->lines = g_string_new(NULL);
    if (to->n++ < MOST_LINES) {
        tcps_rule_describe(to->lines, f);
        g_string_append_printf(to->lines, " (connection %u, frame %u)\n", f->connection, f->began_frame);
    }
    to->severity = MAX(to->severity, f->severity);
}

static void append_case(GString *to, const tcps_capture *about, const char *name)
{
    g_string_append(to, "    <testcase classname=\"");
    append_escaped(to, about->name);
    g_string_append_printf(to, "\" name=\"%s\"", name);
}

static void append_failure(GString *to, const failures *f, const tcps_rule *rule)
{
    g_string_append_printf(to, ">\n      <failure type=\"%s\" message=\"%u: ", tcps_severity_name(f->severity), f->n);
    append_escaped(to, rule->title);
    g_string_append(to, "\">");
    append_escaped(to, f->lines->str);
    if (f->n > MOST_LINES)
        g_string_append_printf(to, "... and %u more\n", f->n - MOST_LINES);
    g_string_append(to, "</failure>\n    </testcase>\n");
}

static int64_t span_ns(const junit_capture *c)
{
    return span_between(c->about->first_ns, c->about->last_ns);
}

static bool is_skipped(const junit_capture *c, unsigned rule)
{
    const int64_t needs_ns = fail_on_needs_ns(rule, c->config);
    return c->error || (needs_ns && span_ns(c) <= needs_ns);
}

static void append_skipped(GString *to, const junit_capture *c, unsigned rule)
{
    g_string_append(to, ">\n      <skipped message=\"");
    if (c->error) {
        g_string_append(to, "see capture");
    } else {
        g_string_append(to, "the capture lasts ");
        tcps_duration_append(to, span_ns(c));
        g_string_append(to, ", and this takes more than ");
        tcps_duration_append(to, fail_on_needs_ns(rule, c->config));
    }
    g_string_append(to, "\"/>\n    </testcase>\n");
}

static void append_rule(GString *to, const junit_capture *c, const failures *f, unsigned rule)
{
    append_case(to, c->about, tcps_rule_get(rule)->id);
    if (f->n)
        append_failure(to, f, tcps_rule_get(rule));
    else if (is_skipped(c, rule))
        append_skipped(to, c, rule);
    else
        g_string_append(to, "/>\n");
}

/* That the capture could be read and has TCP is a test, too. */
static void append_readable(GString *to, const junit_capture *c)
{
    append_case(to, c->about, "capture");
    if (!c->error) {
        g_string_append(to, "/>\n");
        return;
    }
    g_string_append(to, ">\n      <error message=\"");
    append_escaped(to, c->error);
    g_string_append(to, "\"/>\n    </testcase>\n");
}

static void append_suite(GString *to, const junit_capture *c, unsigned tests, unsigned failed, unsigned skipped)
{
    g_string_append(to, "  <testsuite name=\"");
    append_escaped(to, c->about->name);
    g_string_append_printf(to, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\">\n", tests,
                           failed, c->error != NULL, skipped, (double)span_ns(c) / 1e9);
}

unsigned junit_write(const fail_on *wanted, const tcps_model *model, const junit_capture *c, const tcps_sink *sink)
{
    all_failures all = {0};
    GString *cases = g_string_new(NULL), *suite = g_string_new(NULL);
    const unsigned found = model ? fail_on_each(wanted, model, take, &all) : 0;
    unsigned tests = 1, failed = 0, skipped = 0;
    for (unsigned i = 0; i < tcps_n_rules(); i++) {
        if (!fail_on_asks(wanted, i) && !all.of[i].n)
            continue;
        append_rule(cases, c, &all.of[i], i);
        tests++;
        failed += all.of[i].n > 0;
        skipped += !all.of[i].n && is_skipped(c, i);
        if (all.of[i].lines)
            g_string_free(all.of[i].lines, TRUE);
    }
    append_suite(suite, c, tests, failed, skipped);
    append_readable(suite, c);
    g_string_append(suite, cases->str);
    g_string_append(suite, "  </testsuite>\n");
    sink->take(suite->str, sink->data);
    g_string_free(cases, TRUE);
    g_string_free(suite, TRUE);
    return found;
}

void junit_begin(const tcps_sink *sink)
{
    sink->take("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tcpstate\">\n", sink->data);
}

void junit_end(const tcps_sink *sink)
{
    sink->take("</testsuites>\n", sink->data);
}
