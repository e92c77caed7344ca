/* incarnation.c: one incarnation of a connection after another, and two beside each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "infer/homing.h"
#include "infer/step.h"

uint8_t tcps_connection_rival_older_by(const tcps_connection *c)
{
    const tcps_rival *rival = c->rival;
    const tcps_endpoint *opener = &rival->ends[rival->from];
    const tcps_endpoint *before = &c->ends[rival->from], *holder = &c->ends[1 - rival->from];
    uint8_t by = 0;
    if (holder->rcv_known && opener->iss_known && !seq_gt(opener->iss, holder->rcv_nxt))
        by |= TCPS_OLDER_BY_NUMBER;
    if (before->ts_known && opener->ts_known && seq_lt(opener->ts_last, before->ts_last))
        by |= TCPS_OLDER_BY_TIMESTAMP;
    return by;
}

static void remember(tcps_connection *c)
{
    const tcps_rival *rival = c->rival;
    tcps_previous *p = c->previous == &tcps_no_previous ? g_new(tcps_previous, 1) : (tcps_previous *)c->previous;
    c->previous = p;
    *p = (tcps_previous){.any = true, .loss = c->loss, .last_frame = c->last_frame, .last_ns = c->last_ns};
    if (rival) {
        const tcps_endpoint *opener = &rival->ends[rival->from], *holder = &c->ends[1 - rival->from];
        const tcps_endpoint *was = &c->ends[rival->from];
        p->rivalled = true;
        p->rival_from = rival->from;
        p->rival_frame = tcps_endpoint_origin_frame(opener);
        p->rival_ns = tcps_endpoint_origin_ns(opener);
        p->rival_refused_frame = rival->refused_frame;
        p->rival_older_by = tcps_connection_rival_older_by(c);
        if (holder->last_frame) { /* the SYN belongs to the next one already */
            p->last_frame = holder->last_frame;
            p->last_ns = holder->last_ns;
        }
        if (was->last_frame > p->last_frame && was->last_frame < p->rival_frame) {
            p->last_frame = was->last_frame;
            p->last_ns = was->last_ns;
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        p->state[i] = c->ends[i].shown;
        p->certain[i] = c->ends[i].certainty == TCPS_PROVEN;
        p->since_frame[i] = c->ends[i].since_frame;
        p->since_ns[i] = c->ends[i].since_ns;
    }
}

/* What belongs to the host and the path stays, whatever the incarnation. */
static void keep_of_host(tcps_endpoint *to, const tcps_endpoint *from)
{
    to->rtt_ns = from->rtt_ns;
    to->at_home = from->at_home;
    memcpy(to->fingerprints, from->fingerprints, sizeof to->fingerprints);
    memcpy(to->print_ms, from->print_ms, sizeof to->print_ms);
    to->next_print = from->next_print;
}

void tcps_step_renew(tcps_endpoint *e)
{
    const tcps_endpoint old = *e;
    tcps_endpoint_clear(e);
    keep_of_host(e, &old);
}

static void begin(tcps_step *step, uint32_t index, uint32_t frame, int64_t time_ns)
{
    tcps_connection *c = step->connection;
    tcps_connection_leave_queue(c);
    if (c->used) {
        step->incarnations->replaced(step->incarnations->data, c);
        remember(c);
    }
    c->index = index;
    c->counting = false;
    for (unsigned i = 0; i < 2; i++) {
        if (c->used || c->last_frame) /* else there is nothing to renew */
            tcps_step_renew(&c->ends[i]);
        tcps_begin_in(&c->ends[i], TCPS_UNKNOWN, false, TCPS_EVIDENCE_NONE, (tcps_moment){time_ns, frame});
    }
    c->first_frame = frame;
    c->first_ns = time_ns;
    c->last_data_ns = 0;
    c->last_data_frame = 0;
    c->raised = 0;
    c->closed_by = TCPS_BY_NOBODY;
    c->rst_by = 0;
    c->misfits = c->challenged = 0;
    c->strange_from = 0;
    c->loss = c->mid_stream = false;
    c->unseen = 0;
    c->used = true;
}

void tcps_step_begin(tcps_step *step, uint32_t frame, int64_t time_ns)
{
    begin(step, step->incarnations->next_index(step->incarnations->data), frame, time_ns);
    tcps_connection_drop_rival(step->connection);
    step->connection->begun = true;
}

void tcps_step_set_client(tcps_step *step, unsigned client, tcps_role_basis basis)
{
    step->connection->client = (uint8_t)client;
    step->connection->role_basis = (uint8_t)basis;
    const tcps_incarnations *above = step->incarnations;
    if (above->tallies)
        tcps_homing_find(step->connection, tcps_tallies_homes(above->tallies), above->config);
}

/* What it sent and received before the capture began may have been anything. */
static void met_in_its_middle(tcps_endpoint *e, tcps_moment at)
{
    tcps_order_fins(e, e->fin_after_peers, true);
    tcps_believe(e, TCPS_DID_SEND_FIN, TCPS_MAYBE, TCPS_EVIDENCE_BEFORE_CAPTURE, at, 0);
    tcps_believe(e, TCPS_DID_RECEIVE_FIN, TCPS_MAYBE, TCPS_EVIDENCE_BEFORE_CAPTURE, at, 0);
    tcps_believe(e, TCPS_DID_HAVE_FIN_ACKED, TCPS_MAYBE, TCPS_EVIDENCE_BEFORE_CAPTURE, at, 0);
}

void tcps_step_meet(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_step_begin(step, step->at.frame, step->at.time_ns);
    const uint16_t from = c->addresses[step->from].port, to = c->addresses[1 - step->from].port;
    const bool port_tells = (from < 1024) != (to < 1024) || (from < 32768) != (to < 32768);
    tcps_step_set_client(step, port_tells && from < to ? 1 - step->from : step->from,
                         port_tells ? TCPS_BASIS_PORT : TCPS_BASIS_FIRST_SEGMENT);
    met_in_its_middle(step->sender, step->at);
    if (step->receiver != step->sender)
        met_in_its_middle(step->receiver, step->at);
}

void tcps_connection_drop_rival(tcps_connection *c)
{
    if (!c->rival)
        return;
    tcps_endpoint_clear(&c->rival->ends[0]);
    tcps_endpoint_clear(&c->rival->ends[1]);
    g_free(c->rival);
    c->rival = NULL;
}

void tcps_connection_drop_older(tcps_connection *c)
{
    if (!c->older)
        return;
    tcps_endpoint_clear(&c->older->end);
    g_free(c->older);
    c->older = NULL;
}

void tcps_step_keep_older(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_endpoint *r = step->receiver;
    tcps_connection_drop_older(c);
    if (!c->used || r == step->sender || r->shown != TCPS_CLOSED || r->certainty == TCPS_PROVEN || !r->seq_known)
        return;
    c->older = g_new0(tcps_older, 1);
    c->older->which = (uint8_t)(1 - step->from);
    c->older->end = *r;
    tcps_endpoint_forsake(r);
}

void tcps_step_add_rival(tcps_step *step)
{
    tcps_connection *c = step->connection;
    const unsigned from = step->from;
    tcps_connection_drop_rival(c);
    tcps_rival *rival = c->rival = g_new0(tcps_rival, 1);
    rival->from = (uint8_t)from;
    for (unsigned i = 0; i < 2; i++) {
        tcps_endpoint_init_in(&rival->ends[i], c->ends[i].more->home);
        keep_of_host(&rival->ends[i], &c->ends[i]);
    }
    tcps_begin_in(&rival->ends[from], TCPS_CLOSED, true, TCPS_EVIDENCE_NONE, step->at);
    tcps_begin_in(&rival->ends[1 - from], TCPS_LISTEN, false, TCPS_EVIDENCE_TAKEN_FOR_LISTENER, step->at);
    /* of a SYN in TIME_WAIT a new connection is all that can come; one that stands open may just go on */
    rival->has_index = c->ends[1 - from].shown == TCPS_TIME_WAIT;
    if (rival->has_index) {
        rival->index = step->incarnations->next_index(step->incarnations->data);
        c->begun = true;
    }
}

void tcps_step_promote_rival(tcps_step *step)
{
    tcps_connection *c = step->connection;
    tcps_rival *rival = c->rival;
    const uint32_t index = rival->has_index ? rival->index : step->incarnations->next_index(step->incarnations->data);
    const tcps_endpoint *opener = &rival->ends[rival->from];
    begin(step, index, tcps_endpoint_origin_frame(opener), tcps_endpoint_origin_ns(opener));
    for (unsigned i = 0; i < 2; i++) {
        tcps_endpoint *e = &c->ends[i];
        keep_of_host(&rival->ends[i], e);
        tcps_endpoint_clear(e);
        *e = rival->ends[i];
    }
    c->client = rival->from;
    c->role_basis = TCPS_BASIS_SYN;
    c->begun = !rival->has_index;
    g_free(rival);
    c->rival = NULL;
}

tcps_endpoint *tcps_connection_socket(tcps_connection *c, unsigned end)
{
    if (c->older && c->older->which == end && c->older->end.shown != TCPS_CLOSED)
        return &c->older->end;
    if (!c->rival)
        return &c->ends[end];
    if (end == c->rival->from)
        return &c->rival->ends[end];
    const tcps_endpoint *older = &c->ends[end];
    const bool over = older->shown == TCPS_CLOSED || older->shown == TCPS_LISTEN;
    return over && c->rival->ends[end].shown != TCPS_LISTEN ? &c->rival->ends[end] : &c->ends[end];
}
