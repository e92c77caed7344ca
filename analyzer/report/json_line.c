/* json_line.c: see json_line.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/json_line.h"

#include <string.h>

enum { NS_PER_SECOND = 1000000000 };

json_lines json_lines_new(const tcps_json_sink *sink)
{
    return (json_lines){.builder = json_builder_new_immutable(), .generator = json_generator_new(), .sink = sink};
}

void json_lines_free(json_lines *l)
{
    g_object_unref(l->builder);
    g_object_unref(l->generator);
}

void json_line_begin(json_lines *l, const char *type)
{
    json_builder_begin_object(l->builder);
    json_text(l, "type", type);
    json_text(l, "capture", l->sink->capture);
    json_text(l, "host", l->sink->host);
}

void json_line_end(json_lines *l)
{
    json_builder_end_object(l->builder);
    JsonNode *root = json_builder_get_root(l->builder);
    json_generator_set_root(l->generator, root);
    char *line = json_generator_to_data(l->generator, NULL);
    l->sink->take(line, l->sink->data);
    g_free(line);
    json_node_unref(root);
    json_builder_reset(l->builder);
}

static void name_it(json_lines *l, const char *name)
{
    if (name)
        json_builder_set_member_name(l->builder, name);
}

void json_object(json_lines *l, const char *name)
{
    name_it(l, name);
    json_builder_begin_object(l->builder);
}

void json_array(json_lines *l, const char *name)
{
    name_it(l, name);
    json_builder_begin_array(l->builder);
}

void json_close_object(json_lines *l)
{
    json_builder_end_object(l->builder);
}

void json_close_array(json_lines *l)
{
    json_builder_end_array(l->builder);
}

/* A file's name may be any bytes. */
void json_text(json_lines *l, const char *name, const char *text)
{
    name_it(l, name);
    if (!text || !*text) {
        json_builder_add_null_value(l->builder);
        return;
    }
    char *valid = g_utf8_make_valid(text, -1);
    json_builder_add_string_value(l->builder, valid);
    g_free(valid);
}

void json_integer(json_lines *l, const char *name, int64_t number)
{
    name_it(l, name);
    json_builder_add_int_value(l->builder, number);
}

void json_number(json_lines *l, const char *name, double number)
{
    name_it(l, name);
    json_builder_add_double_value(l->builder, number);
}

void json_truth(json_lines *l, const char *name, bool truth)
{
    name_it(l, name);
    json_builder_add_boolean_value(l->builder, truth);
}

void json_null(json_lines *l, const char *name)
{
    name_it(l, name);
    json_builder_add_null_value(l->builder);
}

void json_span(json_lines *l, const char *name, int64_t ns)
{
    json_number(l, name, (double)ns / NS_PER_SECOND);
}

/* Dates that no calendar has are null: a broken capture holds any. */
static char *iso_date(int64_t time_ns)
{
    int64_t seconds = time_ns / NS_PER_SECOND, rest = time_ns % NS_PER_SECOND;
    if (rest < 0) {
        rest += NS_PER_SECOND;
        seconds--;
    }
    GDateTime *t = g_date_time_new_from_unix_utc(seconds);
    if (!t)
        return NULL;
    char *date = g_date_time_format(t, "%Y-%m-%dT%H:%M:%S"), *iso = g_strdup_printf("%s.%09dZ", date, (int)rest);
    g_free(date);
    g_date_time_unref(t);
    return iso;
}

void json_time(json_lines *l, const char *name, int64_t time_ns)
{
    char *iso = iso_date(time_ns), *epoch = g_strconcat(name, "_epoch", NULL);
    json_text(l, name, iso);
    json_span(l, epoch, time_ns);
    g_free(iso);
    g_free(epoch);
}

/* The address alone, as other programs write it. */
static char *address_text(const tcps_address *address)
{
    GString *text = g_string_new(NULL);
    tcps_address_append(text, address);
    char *colon = strrchr(text->str, ':');
    if (colon)
        g_string_truncate(text, (gsize)(colon - text->str));
    if (text->str[0] == '[') {
        g_string_erase(text, 0, 1);
        g_string_truncate(text, text->len - 1);
    }
    return g_string_free(text, FALSE);
}

void json_host(json_lines *l, const char *name, const tcps_address *host)
{
    char *text = address_text(host);
    json_text(l, name, text);
    g_free(text);
}

void json_end(json_lines *l, const char *prefix, const tcps_address *address)
{
    char *names[2] = {g_strconcat(prefix ? prefix : "", prefix ? "_address" : "address", NULL),
                      g_strconcat(prefix ? prefix : "", prefix ? "_port" : "port", NULL)};
    char *text = address ? address_text(address) : NULL;
    json_text(l, names[0], text);
    if (address && address->port)
        json_integer(l, names[1], address->port);
    else
        json_null(l, names[1]);
    g_free(text);
    g_free(names[0]);
    g_free(names[1]);
}

void json_ends(json_lines *l, const tcps_address both[2])
{
    json_end(l, "client", &both[TCPS_CLIENT]);
    json_end(l, "server", &both[TCPS_SERVER]);
}

void json_states(json_lines *l, const uint8_t state[2], const uint8_t certainty[2])
{
    json_text(l, "client_state", tcps_state_name(state[TCPS_CLIENT]));
    json_text(l, "client_certainty", tcps_certainty_name(certainty[TCPS_CLIENT]));
    json_text(l, "server_state", tcps_state_name(state[TCPS_SERVER]));
    json_text(l, "server_certainty", tcps_certainty_name(certainty[TCPS_SERVER]));
}

void json_flags(json_lines *l, unsigned set)
{
    static const char *const names[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};

    json_array(l, "flags");
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (set & 1u << i)
            json_text(l, NULL, names[i]);
    json_close_array(l);
}
