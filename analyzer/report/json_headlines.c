/* json_headlines.c: the lines of type "headline".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/json_headlines.h"

#include "report/headlines.h"
#include "rules/rule.h"

static void add_subject(json_lines *l, const tcps_subject *s)
{
    const bool host = s->key.grouping == TCPS_BY_HOST;

    json_object(l, NULL);
    json_text(l, "role", host ? "host" : s->key.role == TCPS_SERVER ? "service" : "client_host");
    json_end(l, NULL, &s->key.address);
    json_text(l, "finding", tcps_rule_get(s->key.rule)->id);
    json_integer(l, "count", s->n);
    json_close_object(l);
}

static void add_headline(json_lines *l, const tcps_headline *h)
{
    GString *text = g_string_new(NULL), *filter = g_string_new(NULL);
    const unsigned n = MAX(h->n_rules, h->n_named);

    tcps_headline_append(text, h);
    tcps_headline_append_filter(filter, h);
    json_line_begin(l, "headline");
    json_text(l, "severity", tcps_severity_name(h->severity));
    json_text(l, "text", text->str);
    json_time(l, "first", h->first_ns);
    json_time(l, "last", h->last_ns);
    json_integer(l, "count", h->n);
    json_integer(l, "subject_count", h->n_subjects);
    json_array(l, "subjects");
    for (unsigned i = 0; i < n; i++)
        add_subject(l, h->subjects[i]);
    json_close_array(l);
    json_integer(l, "connection", h->connection);
    json_text(l, "filter", filter->str);
    json_line_end(l);
    g_string_free(text, TRUE);
    g_string_free(filter, TRUE);
}

void json_headlines(json_lines *l, const tcps_totals *t)
{
    GArray *headlines = tcps_headlines(t);

    for (unsigned i = 0; i < headlines->len; i++)
        add_headline(l, &g_array_index(headlines, tcps_headline, i));
    g_array_unref(headlines);
}
