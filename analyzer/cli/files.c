/* files.c: see files.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "files.h"

#include "capture.h"

#include <string.h>

typedef struct {
    char *name;
    int64_t first_ns;
    unsigned place; /* as they were named */
} dated;

static int64_t first_time(const char *name)
{
    char *error = NULL;
    capture_record record;
    int64_t first_ns = INT64_MAX;
    capture *c = capture_open(name, &error);
    if (c) {
        while (first_ns == INT64_MAX && capture_next(c, &record, &error) == CAPTURE_FRAME)
            if (record.has_time)
                first_ns = record.time_ns;
        capture_close(c);
    }
    g_free(error);
    return first_ns;
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const dated *x = a, *y = b;
    const int earlier = (x->first_ns > y->first_ns) - (x->first_ns < y->first_ns);
    return earlier ? earlier : (int)x->place - (int)y->place;
}

static bool has_standard_input(char *const *files, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(files[i], "-") == 0)
            return true;
    return false;
}

char **files_by_time(char *const *files, unsigned n)
{
    const bool known = n > 1 && !has_standard_input(files, n);
    GArray *list = g_array_new(FALSE, FALSE, sizeof(dated));
    char **sorted = g_new0(char *, n + 1);
    for (unsigned i = 0; i < n; i++) {
        const dated one = {files[i], known ? first_time(files[i]) : 0, i};
        g_array_append_val(list, one);
    }
    g_array_sort(list, by_time);
    for (unsigned i = 0; i < n; i++)
        sorted[i] = g_array_index(list, dated, i).name;
    g_array_unref(list);
    return sorted;
}
