/* lost.c: see lost.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/lost.h"

#include "report/wrap.h"

/* "699,620" */
static void append_number(GString *to, uint64_t n)
{
    char digits[24];
    const int length = g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, n);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(to, ',');
        g_string_append_c(to, digits[i]);
    }
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void append_dropped(GString *to, const tcps_losses *l)
{
    const double percent = tcps_losses_ppm(l) / 1e4;
    g_string_append(to, "The capture lost ");
    append_number(to, l->dropped);
    g_string_append_printf(to, " packet%s (%.*f %%)", plural(l->dropped), percent >= 0.1 ? 1 : 4, percent);
}

static void append_missed(GString *to, const tcps_losses *l)
{
    g_string_append(to, "The capture misses segments of ");
    append_number(to, l->lossy);
    g_string_append(to, " of its ");
    append_number(to, l->connections);
    g_string_append_printf(to, " connection%s", plural(l->connections));
}

static void append_files(GString *to, const tcps_losses *l)
{
    if (l->files_missing)
        g_string_append_printf(to, "%s%u file%s of the ring buffer %s missing between those that were read",
                               to->len ? "; " : "", l->files_missing, plural(l->files_missing),
                               l->files_missing == 1 ? "is" : "are");
    if (!l->pauses)
        return;
    g_string_append_printf(to, "%s%s captured for ", to->len ? "; " : "", to->len ? "nothing was" : "Nothing was");
    tcps_duration_append(to, l->pause_ns);
    g_string_append_printf(to, " between files (%u pause%s), while connections went on", l->pauses, plural(l->pauses));
}

void tcps_append_lost(GString *to, const tcps_losses *l)
{
    GString *text = g_string_new(NULL);
    const bool matters = tcps_losses_matter(l);

    if (l->told && l->dropped)
        append_dropped(text, l);
    else if (matters && l->lossy)
        append_missed(text, l);
    append_files(text, l);
    if (matters)
        g_string_append(text, ": what that can fake is a note at most");
    if (text->len)
        tcps_wrap(to, 0, "", text->str);
    g_string_free(text, TRUE);
}
