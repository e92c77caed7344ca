/* analysis.c: see analysis.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

#include "base/span.h"
#include "drops.h"
#include "joints.h"
#include "track/analyzer.h"

/* What is captured at one point. */
typedef struct {
    tcps_decoder *decoder;
    uint32_t frame;
    uint64_t n_frames;
    joints joints;
    uint32_t files_missing;
    char *last_file;
} place;

struct analysis {
    const tcps_request *asked;
    tcps_analyzer *analyzer;
    tcps_model *model;
    int64_t first_ns, now_ns;
    int64_t until_ns; /* when the last file says that its capture ended; 0: it does not */
    uint32_t n_connections;
    drops *drops;
    tcps_points *points; /* NULL: there is one */
    unsigned point;
    bool begun;
    place places[TCPS_MAX_POINTS];
};

analysis *analysis_new(const tcps_request *asked, bool each_finding, const tcps_config *config)
{
    analysis *a = g_new0(analysis, 1);
    a->asked = asked;
    a->places[0].decoder = tcps_decoder_new();
    a->drops = drops_new();
    a->analyzer = tcps_analyzer_new(config);
    a->model = tcps_statistic_model(asked, config);
    if (each_finding)
        tcps_model_fold(a->model, false);
    return a;
}

void analysis_free(analysis *a)
{
    if (!a)
        return;
    for (unsigned i = 0; i < TCPS_MAX_POINTS; i++) {
        tcps_decoder_free(a->places[i].decoder);
        g_free(a->places[i].last_file);
    }
    tcps_analyzer_free(a->analyzer);
    tcps_model_free(a->model);
    drops_free(a->drops);
    g_free(a);
}

void analysis_at_points(analysis *a, tcps_points *points)
{
    a->points = points;
    tcps_model_path(a->model, points);
    tcps_model_fold(a->model, false);
    if (a->asked->report->keeps & TCPS_KEEPS_SEGMENTS) {
        tcps_model_keep_segments(a->model, TCPS_ALL_CONNECTIONS); /* which are one is known at the end */
        tcps_points_keep_passages(points);
    }
    for (unsigned i = 1; i < tcps_points_n(points); i++)
        a->places[i].decoder = tcps_decoder_new();
}

void analysis_point(analysis *a, unsigned point)
{
    a->point = point;
}

static void take_findings(analysis *a)
{
    unsigned n;
    const tcps_finding *findings = tcps_analyzer_findings(a->analyzer, &n);
    if (n == 0)
        return;
    for (unsigned i = 0; i < n; i++) {
        tcps_model_finding(a->model, &findings[i]);
        if (findings[i].faked_by & TCPS_SHOWS_DROPS)
            joints_missed(&a->places[findings[i].ends[0].point].joints, findings[i].connection);
    }
    tcps_analyzer_clear_findings(a->analyzer);
}

/* Of one point only, addresses are what they are. */
static const tcps_address *seen_here(const analysis *a, const tcps_address *address, tcps_address *here)
{
    if (!a->points)
        return address;
    *here = *address;
    here->point = (uint8_t)a->point;
    return here;
}

static void take_segment(const tcps_address *sender, const tcps_address *receiver, tcps_segment *segment, void *data)
{
    analysis *a = data;
    tcps_observation o;
    tcps_address ends[2];
    const tcps_address *src = seen_here(a, sender, &ends[0]), *dst = seen_here(a, receiver, &ends[1]);
    segment->time_ns = a->now_ns;
    segment->frame = a->places[a->point].frame;
    tcps_analyzer_segment(a->analyzer, src, dst, segment, &o);
    const bool from_client = o.sender == TCPS_CLIENT;
    tcps_model_segment(a->model, segment, &o, from_client ? src : dst, from_client ? dst : src);
    if (a->points)
        tcps_points_segment(a->points, &(tcps_sighting){(uint8_t)a->point, o.sender, o.connection, src, dst, segment});
    if (o.connection >= a->n_connections)
        a->n_connections = o.connection + 1;
}

static void take_icmp_error(const tcps_icmp_quote *quote, void *data)
{
    analysis *a = data;
    tcps_observation o;
    tcps_address ends[2];
    const tcps_address *src = seen_here(a, &quote->src, &ends[0]), *dst = seen_here(a, &quote->dst, &ends[1]);
    const uint32_t frame = a->places[a->point].frame;
    const tcps_segment quoted = {.seq = quote->seq, .time_ns = a->now_ns, .frame = frame};
    if (tcps_analyzer_icmp_error(a->analyzer, src, dst, quote->seq, quote->hard, a->now_ns, frame, &o))
        tcps_model_icmp_error(a->model, &quoted, &o);
}

void analysis_frame(analysis *a, const capture_record *record)
{
    const tcps_decode_sink sink = {.segment = take_segment, .icmp_error = take_icmp_error, .data = a};
    place *here = &a->places[a->point];
    if (record->has_time)
        a->now_ns = record->time_ns;
    joints_frame(&here->joints, a->now_ns);
    here->frame++;
    here->n_frames++;
    if (!a->begun) {
        a->first_ns = a->now_ns;
        tcps_model_begin(a->model, a->first_ns);
    }
    a->begun = true;
    tcps_analyzer_advance(a->analyzer, a->now_ns, here->frame);
    tcps_decode(here->decoder, &record->frame, &sink);
    take_findings(a);
}

void analysis_number(analysis *a, uint32_t frame)
{
    a->places[a->point].frame = frame - 1;
}

void analysis_begin_file(analysis *a, const char *name)
{
    place *here = &a->places[a->point];
    joints_next_file(&here->joints, a->n_connections);
    if (here->last_file)
        here->files_missing += joints_missing(here->last_file, name);
    g_free(here->last_file);
    here->last_file = g_strdup(name);
}

void analysis_end_file(analysis *a, capture *c)
{
    capture_statistics told;
    drops_add(a->drops, c);
    a->until_ns = 0;
    for (unsigned i = 0; capture_interface_statistics(c, i, &told); i++)
        a->until_ns = MAX(a->until_ns, told.until_ns);
}

/* A capture ends after its last packet: what did not come by then counts. Writers that take other units for it say something far off. */
static int64_t end_of(const analysis *a)
{
    const int64_t until_ns = a->points ? tcps_points_until_ns(a->points) : a->until_ns;
    const int64_t later = until_ns ? span_between(a->now_ns, until_ns) : 0;
    return later > 0 && later < CAPTURE_SILENCE_NS ? until_ns : a->now_ns;
}

/* Where files do not count what was dropped among what was received, the frames that there are tell at least how much that was. */
static tcps_losses losses(const analysis *a)
{
    tcps_losses l = {0};
    uint64_t frames = 0;
    l.told = drops_told(a->drops, &l.dropped, &l.received);
    for (unsigned i = 0; i < TCPS_MAX_POINTS; i++) {
        const place *p = &a->places[i];
        frames += p->n_frames;
        l.files_missing += p->files_missing;
        l.pauses += p->joints.pauses;
        l.pause_ns = span_after(l.pause_ns, p->joints.pause_ns);
    }
    l.received = MAX(l.received, l.dropped + frames);
    return l;
}

void analysis_finish(analysis *a)
{
    const tcps_losses lost = losses(a);
    a->now_ns = end_of(a);
    tcps_analyzer_advance(a->analyzer, a->now_ns, a->places[a->point].frame);
    tcps_analyzer_finish(a->analyzer);
    take_findings(a);
    tcps_model_lost(a->model, &lost);
    tcps_model_captured_at(a->model, tcps_tallies_homes(tcps_analyzer_tallies(a->analyzer)));
    tcps_model_begin(a->model, a->first_ns);
    tcps_model_end(a->model, a->now_ns, a->places[a->point].frame);
    if (!a->points)
        return;
    tcps_points_finish(a->points);
    if (!(a->asked->report->keeps & TCPS_KEEPS_SEGMENTS))
        tcps_model_join(a->model);
}

const tcps_model *analysis_model(const analysis *a)
{
    return a->model;
}

tcps_capture analysis_capture(const analysis *a)
{
    const uint32_t n = a->points ? tcps_points_n_joined(a->points) : a->n_connections;
    return (tcps_capture){.first_ns = a->first_ns, .last_ns = a->now_ns, .n_connections = n};
}

uint32_t analysis_n_frames(const analysis *a)
{
    return a->places[a->point].frame;
}
