/* standings.c: see standings.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "record/standings.h"

typedef struct {
    uint32_t frame;
    uint32_t n;
    tcps_standing of[2];
} exception;

struct tcps_standings {
    GArray *exceptions; /* of exception, by frame and n */
};

tcps_standings *tcps_standings_new(void)
{
    tcps_standings *s = g_new(tcps_standings, 1);
    s->exceptions = g_array_new(FALSE, FALSE, sizeof(exception));
    return s;
}

void tcps_standings_free(tcps_standings *s)
{
    if (!s)
        return;
    g_array_free(s->exceptions, TRUE);
    g_free(s);
}

/* The first that does not stand before that entry. */
static guint find(const tcps_standings *s, uint32_t frame, unsigned n)
{
    guint from = 0, to = s->exceptions->len;
    while (from < to) {
        const guint middle = from + (to - from) / 2;
        const exception *e = &g_array_index(s->exceptions, exception, middle);
        if (e->frame < frame || (e->frame == frame && e->n < n))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

void tcps_standings_cut(tcps_standings *s, uint32_t frame)
{
    g_array_set_size(s->exceptions, find(s, frame, 0));
}

static bool differs(const tcps_standing *s, const tcps_view *v)
{
    return s->state != v->state || s->certainty != v->certainty || s->since_frame != v->since_frame ||
           s->since_ns != v->since_ns;
}

void tcps_standings_add(tcps_standings *s, uint32_t frame, unsigned n, const tcps_observation *o)
{
    const exception e = {frame, n, {o->standing[0], o->standing[1]}};
    if (differs(&o->standing[0], &o->end[0]) || differs(&o->standing[1], &o->end[1]))
        g_array_append_val(s->exceptions, e);
}

void tcps_standings_get(const tcps_standings *s, uint32_t frame, unsigned n, tcps_observation *o)
{
    const guint at = find(s, frame, n);
    const exception *e = at < s->exceptions->len ? &g_array_index(s->exceptions, exception, at) : NULL;
    const bool kept = e && e->frame == frame && e->n == n;
    for (unsigned i = 0; i < 2; i++) {
        const tcps_view *v = &o->end[i];
        o->standing[i] = kept ? e->of[i]
                              : (tcps_standing){.state = v->state,
                                                .certainty = v->certainty,
                                                .since_frame = v->since_frame,
                                                .since_ns = v->since_ns};
    }
}
