/* point_options.c: see point_options.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "point_options.h"

#include <string.h>

static options_point *named(points_named *p, const char *name, size_t n)
{
    for (unsigned i = 0; i < p->n; i++)
        if (strlen(p->named[i].name) == n && strncmp(p->named[i].name, name, n) == 0)
            return &p->named[i];
    if (p->n == TCPS_MAX_POINTS)
        return NULL;
    options_point *new = &p->named[p->n++];
    *new = (options_point){g_strndup(name, n), g_ptr_array_new()};
    return new;
}

static char *add(points_named *p, const char *name, size_t n, char *file)
{
    options_point *point = named(p, name, n);
    if (!point)
        return g_strdup_printf("there are more than %d capture points", TCPS_MAX_POINTS);
    if (strcmp(file, "-") == 0)
        return g_strdup("captures of several points are read twice: standard input is none of them");
    g_ptr_array_add(point->files, file);
    return NULL;
}

char *points_add(points_named *p, const char *name, char *file)
{
    return add(p, name, strlen(name), file);
}

char *points_add_named(points_named *p, char *argument)
{
    char *equals = strchr(argument, '=');
    if (!equals || equals == argument || !equals[1])
        return g_strdup_printf("--point takes NAME=FILE, not \"%s\"", argument);
    return add(p, argument, (size_t)(equals - argument), equals + 1);
}

static unsigned rank(const options_point *point)
{
    return strcmp(point->name, "client") == 0 ? 0 : strcmp(point->name, "server") == 0 ? 2 : 1;
}

char *points_settle(points_named *p, bool other_files, bool join)
{
    points_named sorted = {0};
    if (p->n == 1)
        return g_strdup_printf("there is one capture point, %s; name another one with --client, --server or --point",
                               p->named[0].name);
    if (p->n && join)
        return g_strdup("--join is about one capture point; files of --client and --server are joined anyway");
    if (p->n && other_files)
        return g_strdup("with --client, --server and --point there are no other files");
    for (unsigned r = 0; r <= 2; r++)
        for (unsigned i = 0; i < p->n; i++)
            if (rank(&p->named[i]) == r)
                sorted.named[sorted.n++] = p->named[i];
    *p = sorted;
    return NULL;
}

void points_clear(points_named *p)
{
    for (unsigned i = 0; i < p->n; i++) {
        g_free(p->named[i].name);
        g_ptr_array_unref(p->named[i].files);
    }
}
