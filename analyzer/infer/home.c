/* home.c: an endpoint at whose host the capture was made: what was captured on its way to it has arrived.
 *
 * Arrived is not yet taken: a service may have no room for a SYN, or for one more connection that is complete. Of a service it is learned what
 * it takes: SYNs, as long as it has answered each; ACKs of its SYN+ACK, as long as no more connections wait to be accepted than it was
 * seen to hold; and such ACKs without data, as long as it has left none (as with TCP_DEFER_ACCEPT, which nothing shows before).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/step.h"

static tcps_tally *service_at(const tcps_step *step, unsigned end)
{
    tcps_tally *t = step->connection->tallies[end];
    return t && t->role == TCPS_SERVER ? t : NULL;
}

/* It may hold an older incarnation: not every stack gives TIME_WAIT up for a SYN, for a RST (RFC 1337 §3), or after the same time. */
static bool may_hold_older(const tcps_step *step)
{
    const tcps_connection *c = step->connection;
    const unsigned end = 1 - step->from;
    const tcps_endpoint *holder = &c->ends[end];
    if (c->rival)
        return holder->shown != TCPS_CLOSED || holder->certainty != TCPS_PROVEN;
    return c->previous->any && (c->previous->state[end] != TCPS_CLOSED || !c->previous->certain[end]);
}

static bool takes_syn(const tcps_step *step)
{
    tcps_endpoint *e = step->receiver;
    if (e->syn_sent) /* they cross */
        return true;
    const tcps_tallies *tallies = step->incarnations->tallies;
    const tcps_tally *t =
        tallies ? tcps_tallies_find(tallies, &step->connection->addresses[1 - step->from], TCPS_SERVER) : NULL;
    return tcps_endpoint_known(e) == TCPS_LISTEN && t && t->takes_syns && t->unaccepted <= t->held &&
           !may_hold_older(step);
}

/* It waits to be accepted from now on, if its service has room. */
static void wait_to_be_accepted(const tcps_step *step, tcps_tally *service)
{
    tcps_connection *c = step->connection;
    if (c->held_as)
        return;
    tcps_count(&service->unaccepted);
    c->held_as = service->unaccepted;
}

static bool takes_ack_of_syn(const tcps_step *step)
{
    tcps_tally *service = service_at(step, 1 - step->from);
    if (!step->receiver->passive) /* SYNs have crossed: nobody accepts that */
        return true;
    if (!service)
        return false;
    wait_to_be_accepted(step, service);
    return step->connection->held_as <= service->held && (step->segment->len > 0 || !service->leaves_bare_acks);
}

/* What is sent to the receiver reaches it, and is taken there. */
static bool takes(const tcps_step *step, tcps_experience x, tcps_evidence why)
{
    switch (x) {
    case TCPS_DID_RECEIVE_SYN:
        return takes_syn(step);
    case TCPS_DID_HAVE_SYN_ACKED:
        return takes_ack_of_syn(step);
    case TCPS_DID_RECEIVE_RST: /* in TIME_WAIT some take none (RFC 1337) */
        return why != TCPS_EVIDENCE_RST_IN_WINDOW && step->receiver->shown != TCPS_TIME_WAIT;
    default:
        return true;
    }
}

tcps_evidence tcps_step_taken_at_home(const tcps_step *step, tcps_experience x, tcps_evidence why)
{
    static const uint8_t rows[TCPS_N_EXPERIENCES] = {
        [TCPS_DID_RECEIVE_SYN] = TCPS_EVIDENCE_SYN_AT_HOME,
        [TCPS_DID_RECEIVE_SYN_ACK] = TCPS_EVIDENCE_SYN_ACK_AT_HOME,
        [TCPS_DID_HAVE_SYN_ACKED] = TCPS_EVIDENCE_ACK_OF_SYN_AT_HOME,
        [TCPS_DID_RECEIVE_FIN] = TCPS_EVIDENCE_FIN_AT_HOME,
        [TCPS_DID_HAVE_FIN_ACKED] = TCPS_EVIDENCE_ACK_OF_FIN_AT_HOME,
        [TCPS_DID_RECEIVE_RST] = TCPS_EVIDENCE_RST_AT_HOME,
    };
    return step->receiver->at_home && takes(step, x, why) ? (tcps_evidence)rows[x] : TCPS_EVIDENCE_NONE;
}

/* What rests on it is presumed again. */
static void presume_again(tcps_endpoint *e, tcps_moment at)
{
    static const uint8_t rows[TCPS_N_EXPERIENCES] = {
        [TCPS_DID_RECEIVE_SYN] = TCPS_EVIDENCE_SYN_ON_ITS_WAY,
        [TCPS_DID_RECEIVE_SYN_ACK] = TCPS_EVIDENCE_SYN_ACK_ON_ITS_WAY,
        [TCPS_DID_HAVE_SYN_ACKED] = TCPS_EVIDENCE_ACK_OF_SYN_ON_ITS_WAY,
        [TCPS_DID_RECEIVE_FIN] = TCPS_EVIDENCE_FIN_ON_ITS_WAY,
        [TCPS_DID_HAVE_FIN_ACKED] = TCPS_EVIDENCE_ACK_OF_FIN_ON_ITS_WAY,
        [TCPS_DID_RECEIVE_RST] = TCPS_EVIDENCE_RST_ON_ITS_WAY,
    };
    for (unsigned i = 0; i < e->more->n_pending; i++) {
        const tcps_experience x = (tcps_experience)tcps_pending_at(e, i)->experience;
        if (tcps_is_sure(e, x))
            tcps_doubt(e, x, TCPS_LIKELY, (tcps_evidence)rows[x], at, tcps_pending_at(e, i)->frame);
    }
}

void tcps_connection_leave_home(tcps_connection *c, unsigned end)
{
    const tcps_moment at = {c->last_ns, c->last_frame};
    tcps_endpoint *of[] = {&c->ends[end], c->rival ? &c->rival->ends[end] : NULL};
    for (unsigned i = 0; i < G_N_ELEMENTS(of) && of[i]; i++) {
        presume_again(of[i], at);
        of[i]->at_home = false;
        tcps_endpoint_settle(of[i], at);
    }
}

void tcps_connection_took_syn(tcps_connection *c, unsigned end, tcps_moment at)
{
    tcps_endpoint *e = &c->ends[end];
    tcps_begun_surely(e);
    tcps_believe(e, TCPS_DID_RECEIVE_SYN, TCPS_YES, TCPS_EVIDENCE_SYN_AT_HOME, at, 0);
    tcps_endpoint_settle(e, at);
}

/* Its service has accepted it, or it is over. */
static void leave_queue(tcps_connection *c, tcps_tally *service)
{
    if (service && service->unaccepted > 0)
        service->unaccepted--;
    c->held_as = 0;
}

void tcps_connection_leave_queue(tcps_connection *c)
{
    if (c->held_as)
        leave_queue(c, c->tallies[1 - c->client]);
}

void tcps_step_not_at_home(tcps_step *step, tcps_experience x)
{
    tcps_connection *c = step->connection;
    c->not_got = (uint8_t)(step->from + 1);
    tcps_tally *service = service_at(step, step->from);
    if (x != TCPS_DID_HAVE_SYN_ACKED || !service)
        return;
    service->held = (uint16_t)(c->held_as > 0 ? MIN(service->held, c->held_as - 1) : 0);
    service->leaves_bare_acks |= !step->receiver->data_seen;
    tcps_connection_leave_queue(c);
}

/* A host answers what it has got within this, delayed ACKs and all (RFC 9293 §3.8.6.3). */
#define ANSWERS_WITHIN_NS INT64_C(150000000)

void tcps_step_silent_at_home(tcps_step *step, tcps_experience x)
{
    tcps_endpoint *e = step->receiver;
    const tcps_pending *p = tcps_pending_of(e, x);
    if (!e->at_home || !p || !tcps_is_sure(e, x) || span_between(p->time_ns, step->at.time_ns) < ANSWERS_WITHIN_NS)
        return;
    tcps_tally *service = service_at(step, 1 - step->from);
    if (x == TCPS_DID_RECEIVE_SYN) { /* a queue may have room by now */
        if (service)
            service->takes_syns = false;
        tcps_doubt(e, x, TCPS_LIKELY, TCPS_EVIDENCE_SILENT_AT_HOME, step->at, p->frame);
        return;
    }
    tcps_endpoint_need(e)->refuted[x] = UINT8_MAX;
    tcps_doubt(e, x, TCPS_MAYBE, TCPS_EVIDENCE_SILENT_AT_HOME, step->at, p->frame);
}

/* The service's own segment shows that its queue had room for the connection. */
static void learn_of_queue(tcps_step *step, tcps_tally *service)
{
    tcps_connection *c = step->connection;
    const tcps_endpoint *e = step->sender;
    const tcps_segment *s = step->segment;
    if (!c->held_as)
        return;
    if (tcps_is_sure(e, TCPS_DID_HAVE_SYN_ACKED) && !tcps_pending_of(e, TCPS_DID_HAVE_SYN_ACKED))
        service->held = MAX(service->held, c->held_as);
    if (s->len > 0 || s->flags & (TCPS_FIN | TCPS_RST))
        leave_queue(c, service);
}

void tcps_step_learn_of_service(tcps_step *step)
{
    tcps_connection *c = step->connection;
    const unsigned server = 1u - c->client;
    tcps_tally *service = service_at(step, server);
    if (c->self || !service)
        return;
    if (step->event == TCPS_EVENT_SYN_ACK)
        service->takes_syns = true;
    else if (step->event == TCPS_EVENT_SYN_REPEATED && !c->rival && c->ends[server].known == TCPS_LISTEN)
        service->takes_syns = false; /* the one before was left */
    else if (step->segment->flags & TCPS_RST && step->from == server && !c->ends[server].syn_sent)
        service->takes_syns = false;
    if (step->from == server)
        learn_of_queue(step, service);
    if (c->ends[server].shown == TCPS_CLOSED)
        tcps_connection_leave_queue(c);
}
