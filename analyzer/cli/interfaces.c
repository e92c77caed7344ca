/* interfaces.c: see interfaces.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "interfaces.h"

#include "output.h"
#include "signals.h"
#include "source.h"

#include <string.h>

/* One look through all files. */
typedef struct {
    tcps_decoder *decoder;
    interfaces *found;
    unsigned interface;
    int64_t now_ns;
} look;

static bool has_several(const char *name)
{
    char *error = NULL;
    capture *c = strcmp(name, "-") == 0 ? NULL : capture_open(name, &error);
    const bool several = c && capture_may_have_several(c);
    if (c)
        capture_close(c);
    g_free(error);
    return several;
}

static void take_segment(G_GNUC_UNUSED const tcps_address *src, G_GNUC_UNUSED const tcps_address *dst,
                         tcps_segment *segment, void *data)
{
    const look *l = data;
    segment->time_ns = l->now_ns;
    tcps_point_map_take(l->found->map, l->interface, segment);
}

static void take_icmp_error(G_GNUC_UNUSED const tcps_icmp_quote *quote, G_GNUC_UNUSED void *data) {}

static void opened(G_GNUC_UNUSED const source *s, G_GNUC_UNUSED void *data) {}

static void failed(G_GNUC_UNUSED const source *s, char *error, G_GNUC_UNUSED void *data)
{
    g_free(error);
}

/* "eth0"; of a capture on all of a host's interfaces, "any 3" for the third. */
static void append_name(GString *to, capture *c, unsigned interface)
{
    const unsigned of_file = interface >> TCPS_INTERFACE_BITS, of_host = interface ^ tcps_interface(of_file, 0);
    char *name = capture_interface_name(c, of_file);
    if (to->len)
        g_string_append_c(to, ' ');
    if (name && of_host)
        g_string_append_printf(to, "%s %u", name, of_host);
    else if (name)
        g_string_append(to, name);
    else
        g_string_append_printf(to, "if%u", of_host ? of_host : of_file);
    g_free(name);
}

/* The names are those of the first file. */
static void ended(const source *s, G_GNUC_UNUSED capture_result result, char *error, void *data)
{
    interfaces *found = ((look *)data)->found;
    unsigned interface;
    g_free(error);
    if (found->names[0])
        return;
    for (unsigned i = 0; i < TCPS_MAX_POINTS; i++)
        found->names[i] = g_string_new(NULL);
    for (unsigned i = 0; tcps_point_map_interface(found->map, i, &interface); i++)
        append_name(found->names[tcps_point_map_point(found->map, interface)], s->open, interface);
}

static void look_through(char **files, interfaces *found)
{
    look l = {.decoder = tcps_decoder_new(), .found = found};
    source s = {.files = files};
    const source_watcher watcher = {opened, failed, ended, &l};
    const tcps_decode_sink sink = {take_segment, take_icmp_error, &l};
    while (!signals_received() && source_next(&s, &watcher)) {
        if (s.record.has_time)
            l.now_ns = s.record.time_ns;
        l.interface = s.record.interface;
        tcps_decode(l.decoder, &s.record.frame, &sink);
    }
    source_rewind(&s);
    tcps_decoder_free(l.decoder);
}

bool interfaces_find(char **files, interfaces *found)
{
    bool any = false;
    *found = (interfaces){0};
    for (unsigned i = 0; files[i]; i++) {
        if (strcmp(files[i], "-") == 0)
            return false;
        any = any || has_several(files[i]);
    }
    if (!any)
        return false;
    found->map = tcps_point_map_new();
    look_through(files, found);
    if (tcps_point_map_n(found->map) > 1 && found->names[0])
        return true;
    interfaces_free(found);
    return false;
}

void interfaces_free(interfaces *found)
{
    for (unsigned i = 0; i < TCPS_MAX_POINTS; i++)
        if (found->names[i])
            g_string_free(found->names[i], TRUE);
    tcps_point_map_free(found->map);
}
