/* survey.c: see survey.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "survey.h"

#include "base/span.h"
#include "output.h"
#include "points/sampler.h"
#include "signals.h"

typedef struct {
    tcps_sampler *sampler;
    tcps_decoder *decoder;
    unsigned point;
    int64_t first_ns, last_ns; /* of its frames, and as files tell */
    int64_t now_ns;
} look;

static void take_segment(const tcps_address *src, const tcps_address *dst, tcps_segment *segment, void *data)
{
    look *l = data;
    segment->time_ns = l->now_ns;
    tcps_sampler_segment(l->sampler, l->point, src, dst, segment);
}

static void take_icmp_error(G_GNUC_UNUSED const tcps_icmp_quote *quote, G_GNUC_UNUSED void *data) {}

static void opened(G_GNUC_UNUSED const source *s, G_GNUC_UNUSED void *data) {}

/* It is said when it is read for good. */
static void failed(G_GNUC_UNUSED const source *s, char *error, G_GNUC_UNUSED void *data)
{
    g_free(error);
}

/* Writers that take other units for it say something far off. */
static bool is_near(int64_t from_ns, int64_t until_ns)
{
    return span_between(from_ns, until_ns) < CAPTURE_SILENCE_NS;
}

/* A capture begins before its first packet and ends after its last: pcapng tells when. */
static void ended(const source *s, G_GNUC_UNUSED capture_result result, char *error, void *data)
{
    look *l = data;
    capture_statistics told;
    for (unsigned i = 0; capture_interface_statistics(s->open, i, &told); i++) {
        if (told.from_ns && is_near(told.from_ns, l->first_ns))
            l->first_ns = MIN(l->first_ns, told.from_ns);
        if (told.until_ns && is_near(l->last_ns, told.until_ns))
            l->last_ns = MAX(l->last_ns, told.until_ns);
    }
    g_free(error);
}

static void look_at(source *s, look *l)
{
    const source_watcher watcher = {opened, failed, ended, l};
    const tcps_decode_sink sink = {take_segment, take_icmp_error, l};
    while (!signals_received() && source_next(s, &watcher)) {
        if (s->record.has_time)
            l->now_ns = s->record.time_ns;
        l->first_ns = MIN(l->first_ns, l->now_ns);
        l->last_ns = MAX(l->last_ns, l->now_ns);
        tcps_decode(l->decoder, &s->record.frame, &sink);
    }
    source_rewind(s);
}

void survey(source *sources, unsigned n, tcps_points *points)
{
    tcps_sampler *sampler = tcps_sampler_new();
    uint32_t here = 0, there = 0;
    for (unsigned i = 0; i < n; i++) {
        look l = {
            .sampler = sampler, .decoder = tcps_decoder_new(), .point = i, .first_ns = INT64_MAX, .last_ns = INT64_MIN};
        look_at(&sources[i], &l);
        tcps_decoder_free(l.decoder);
        const tcps_alignment clock = tcps_sampler_align(sampler, i);
        tcps_points_clock(points, i, &clock);
        tcps_points_cover(points, i, tcps_alignment_time(&clock, l.first_ns), tcps_alignment_time(&clock, l.last_ns));
        here += clock.opened_here;
        there += clock.opened_there;
    }
    tcps_points_exchanged(points, there > here);
    tcps_sampler_free(sampler);
}
