/* analysis.c: see analysis.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

#include "drops.h"
#include "joints.h"

struct analysis {
    tcps_decoder *decoder;
    tcps_analyzer *analyzer;
    tcps_model *model;
    int64_t first_ns, now_ns;
    uint32_t frame;
    uint32_t n_connections;
    joints joints;
    drops *drops;
    uint32_t files_missing;
    char *last_file;
};

analysis *analysis_new(const tcps_request *asked, bool each_finding, const tcps_config *config)
{
    analysis *a = g_new0(analysis, 1);
    a->decoder = tcps_decoder_new();
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
    tcps_decoder_free(a->decoder);
    tcps_analyzer_free(a->analyzer);
    tcps_model_free(a->model);
    drops_free(a->drops);
    g_free(a->last_file);
    g_free(a);
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
            joints_missed(&a->joints, findings[i].connection);
    }
    tcps_analyzer_clear_findings(a->analyzer);
}

static void take_segment(const tcps_address *src, const tcps_address *dst, tcps_segment *segment, void *data)
{
    analysis *a = data;
    tcps_observation o;
    segment->time_ns = a->now_ns;
    segment->frame = a->frame;
    tcps_analyzer_segment(a->analyzer, src, dst, segment, &o);
    const bool from_client = o.sender == TCPS_CLIENT;
    tcps_model_segment(a->model, segment, &o, from_client ? src : dst, from_client ? dst : src);
    if (o.connection >= a->n_connections)
        a->n_connections = o.connection + 1;
}

static void take_icmp_error(const tcps_icmp_quote *quote, void *data)
{
    analysis *a = data;
    tcps_observation o;
    const tcps_segment quoted = {.seq = quote->seq, .time_ns = a->now_ns, .frame = a->frame};
    if (tcps_analyzer_icmp_error(a->analyzer, &quote->src, &quote->dst, quote->seq, quote->hard, a->now_ns, a->frame,
                                 &o))
        tcps_model_icmp_error(a->model, &quoted, &o);
}

void analysis_frame(analysis *a, const capture_record *record)
{
    const tcps_decode_sink sink = {.segment = take_segment, .icmp_error = take_icmp_error, .data = a};
    if (record->has_time)
        a->now_ns = record->time_ns;
    joints_frame(&a->joints, a->now_ns);
    if (a->frame++ == 0) {
        a->first_ns = a->now_ns;
        tcps_model_begin(a->model, a->first_ns);
    }
    tcps_analyzer_advance(a->analyzer, a->now_ns, a->frame);
    tcps_decode(a->decoder, &record->frame, &sink);
    take_findings(a);
}

void analysis_begin_file(analysis *a, const char *name)
{
    joints_next_file(&a->joints, a->n_connections);
    if (a->last_file)
        a->files_missing += joints_missing(a->last_file, name);
    g_free(a->last_file);
    a->last_file = g_strdup(name);
}

void analysis_end_file(analysis *a, capture *c)
{
    drops_add(a->drops, c);
}

/* Where files do not count what was dropped among what was received, the frames that there are tell at least how much that was. */
static tcps_losses losses(const analysis *a)
{
    tcps_losses l = {.files_missing = a->files_missing, .pauses = a->joints.pauses, .pause_ns = a->joints.pause_ns};
    l.told = drops_told(a->drops, &l.dropped, &l.received);
    l.received = MAX(l.received, l.dropped + a->frame);
    return l;
}

void analysis_finish(analysis *a)
{
    const tcps_losses lost = losses(a);
    tcps_analyzer_finish(a->analyzer);
    take_findings(a);
    tcps_model_lost(a->model, &lost);
    tcps_model_begin(a->model, a->first_ns);
    tcps_model_end(a->model, a->now_ns, a->frame);
}

const tcps_model *analysis_model(const analysis *a)
{
    return a->model;
}

tcps_capture analysis_capture(const analysis *a)
{
    return (tcps_capture){.first_ns = a->first_ns, .last_ns = a->now_ns, .n_connections = a->n_connections};
}

uint32_t analysis_n_frames(const analysis *a)
{
    return a->frame;
}
