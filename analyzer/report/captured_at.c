/* captured_at.c: see captured_at.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/captured_at.h"

#include <string.h>

#include "report/path_words.h"
#include "report/wrap.h"

/* So many hosts are named in a line, the others counted. */
enum { HOSTS_NAMED = 3 };

/* Where the model is not told of them, those at which hosts are at home. */
static unsigned n_points(const tcps_model *m)
{
    unsigned n = 1;
    const tcps_home *home;
    if (tcps_model_points(m))
        return tcps_points_n(tcps_model_points(m));
    for (unsigned i = 0; (home = tcps_model_home(m, i)); i++)
        n = MAX(n, home->host.point + 1u);
    return MIN(n, TCPS_MAX_POINTS);
}

/* NULL: there is one. */
static const char *point_name(const tcps_model *m, unsigned point)
{
    static const char *const numbered[TCPS_MAX_POINTS] = {"point 1", "point 2", "point 3", "point 4",
                                                          "point 5", "point 6", "point 7", "point 8"};
    if (tcps_model_points(m))
        return tcps_points_name_of(tcps_model_points(m), point);
    return n_points(m) > 1 ? numbered[point] : NULL;
}

static unsigned told(const tcps_model *m, unsigned point)
{
    return tcps_model_config(m)->home[point];
}

/* Rounded up: "within" stays true. */
static int64_t microseconds(int64_t ns)
{
    return (ns + 999) / 1000;
}

/* The next host that is known at that point, for that reason (NONE: for any); NULL: there is no more. */
static const tcps_home *next(const tcps_model *m, unsigned *place, unsigned point, unsigned why)
{
    const tcps_home *home;
    while ((home = tcps_model_home(m, (*place)++)))
        if (home->host.point == point && (why == TCPS_EVIDENCE_NONE || home->why == why))
            return home;
    return NULL;
}

/* --- words --- */

/* What all of them have in common: the slowest of their answers, and the TTL where it is one. */
typedef struct {
    unsigned n;
    int64_t answers_ns;
    uint8_t ttl;
} common;

static common common_of(const tcps_model *m, unsigned point, unsigned why)
{
    common c = {0};
    const tcps_home *home;
    for (unsigned place = 0; (home = next(m, &place, point, why)); c.n++) {
        c.answers_ns = MAX(c.answers_ns, home->near_ns);
        c.ttl = c.n == 0 || c.ttl == home->ttl ? home->ttl : 0;
    }
    return c;
}

/* "10.0.0.1, 10.0.0.2 and 3 more" */
static void append_hosts(GString *to, const tcps_model *m, unsigned point, unsigned why, unsigned n)
{
    unsigned place = 0;
    for (unsigned i = 0; i < MIN(n, HOSTS_NAMED); i++) {
        g_string_append(to, i == 0 ? "" : i + 1 == n ? " and " : ", ");
        tcps_host_append(to, &next(m, &place, point, why)->host);
    }
    if (n > HOSTS_NAMED)
        g_string_append_printf(to, " and %u more", n - HOSTS_NAMED);
}

/* In the order in which they are told; what stands behind "its". Answers say how fast they are. */
static const uint8_t rows_in_order[] = {TCPS_EVIDENCE_HOME_LOCAL, TCPS_EVIDENCE_HOME_BY_MARKS,
                                        TCPS_EVIDENCE_HOME_BY_CHECKSUMS, TCPS_EVIDENCE_HOME_BY_ANSWERS};
static const char *const reasons[TCPS_N_EVIDENCE] = {
    [TCPS_EVIDENCE_HOME_LOCAL] = "loopback interface was captured",
    [TCPS_EVIDENCE_HOME_BY_MARKS] = "segments are marked as going out",
    [TCPS_EVIDENCE_HOME_BY_CHECKSUMS] = "segments do not have their checksums yet",
};

static void append_why(GString *to, unsigned why, const common *c)
{
    const bool one = c->n == 1;
    if (why != TCPS_EVIDENCE_HOME_BY_ANSWERS) {
        g_string_append_printf(to, " (%s %s)", one ? "its" : "their", reasons[why]);
        return;
    }
    g_string_append_printf(to, ", or right beside %s (%s within %" G_GINT64_FORMAT " us", one ? "it" : "them",
                           one ? "it answers" : "they answer", microseconds(c->answers_ns));
    if (c->ttl)
        g_string_append_printf(to, ", TTL %u", c->ttl);
    g_string_append_c(to, ')');
}

static void append_line(GString *to, const tcps_model *m, unsigned point, const char *what)
{
    const char *name = point_name(m, point);
    char *line = name ? g_strdup_printf("%s: captured %s", name, what) : g_strdup_printf("Captured %s", what);
    tcps_wrap(to, 0, "", line);
    g_free(line);
}

static void append_found(GString *to, const tcps_model *m, unsigned point, unsigned why)
{
    const common c = common_of(m, point, why);
    if (c.n == 0)
        return;
    GString *text = g_string_new(c.n == 1 ? "at the host of " : "at the hosts of ");
    append_hosts(text, m, point, why, c.n);
    append_why(text, why, &c);
    append_line(to, m, point, text->str);
    g_string_free(text, TRUE);
}

/* That the capture called "client" was made at the client's host need not be said; and if it was not, they were exchanged. */
static void append_told(GString *to, const tcps_model *m, unsigned point)
{
    const char *setting = tcps_home_name(told(m, point)), *name = point_name(m, point);
    if (name && strcmp(name, setting) == 0)
        return;
    const bool exchanged = name && (strcmp(name, "client") == 0 || strcmp(name, "server") == 0);
    char *text = told(m, point) == TCPS_HOME_PATH
                     ? g_strdup("on the path between the ends, as was told")
                     : g_strdup_printf("at the %s's host, %s", setting, exchanged ? "as it shows" : "as was told");
    append_line(to, m, point, text);
    g_free(text);
}

void tcps_captured_at_append(GString *to, const tcps_model *m)
{
    for (unsigned point = 0; point < n_points(m); point++) {
        if (told(m, point) != TCPS_HOME_AUTO) {
            append_told(to, m, point);
            continue;
        }
        for (unsigned i = 0; i < G_N_ELEMENTS(rows_in_order); i++)
            append_found(to, m, point, rows_in_order[i]);
    }
}

/* --- JSON --- */

static void begin_place(json_lines *l, const tcps_model *m, unsigned point, const char *at, unsigned why)
{
    json_object(l, NULL);
    json_text(l, "at", at);
    json_text(l, "why", tcps_evidence_get(why)->id);
    json_text(l, "point", point_name(m, point));
}

static void add_told(json_lines *l, const tcps_model *m, unsigned point)
{
    begin_place(l, m, point, tcps_home_name(told(m, point)), TCPS_EVIDENCE_HOME_TOLD);
    json_null(l, "host");
    json_null(l, "answers_within_us");
    json_null(l, "ttl");
    json_close_object(l);
}

static void add_found(json_lines *l, const tcps_model *m, unsigned point, const tcps_home *home)
{
    begin_place(l, m, point, "host", home->why);
    json_host(l, "host", &home->host);
    if (home->near_ns < INT64_MAX)
        json_integer(l, "answers_within_us", microseconds(home->near_ns));
    else
        json_null(l, "answers_within_us");
    if (home->ttl)
        json_integer(l, "ttl", home->ttl);
    else
        json_null(l, "ttl");
    json_close_object(l);
}

void json_captured_at(json_lines *l, const tcps_model *m)
{
    json_array(l, "captured_at");
    for (unsigned point = 0; point < n_points(m); point++) {
        const tcps_home *home;
        if (told(m, point) != TCPS_HOME_AUTO)
            add_told(l, m, point);
        for (unsigned place = 0;
             told(m, point) == TCPS_HOME_AUTO && (home = next(m, &place, point, TCPS_EVIDENCE_NONE));)
            add_found(l, m, point, home);
    }
    json_close_array(l);
}
