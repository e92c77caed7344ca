/* close_wait_lingering.c: the application does not close a connection that its peer has closed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rules/patience.h"
#include "rules/stay.h"

/* A half-close in use is none: the clock starts again at each new data that the endpoint sends. A keepalive is no data. */
static int64_t idle_since(const tcps_endpoint *e)
{
    return e->data_seen ? MAX(e->since_ns, e->last_data_ns) : e->since_ns;
}

/* Of a connection that began before the capture: it has acknowledged the FIN, as the last ACK of a close does, too. */
static bool is_presumed(const tcps_connection *c, const tcps_endpoint *e, const tcps_endpoint *peer)
{
    return c->mid_stream && !e->fin_sent && peer->fin_sent && !peer->fin_unseen && peer->fin_acked && !peer->rst_sent &&
           e->shown == TCPS_CLOSE_WAIT;
}

static bool waits_for_it(const tcps_endpoint *peer)
{
    return peer->shown == TCPS_FIN_WAIT_2 && (peer->certainty <= TCPS_PRESUMED || peer->at_home);
}

static void check_end(const tcps_rule_context *context, unsigned end)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = &c->ends[end], *peer = &c->ends[1 - end];
    const bool proven = e->shown == TCPS_CLOSE_WAIT && e->proven_frame;

    /* By an ACK of the FIN alone: else it may not have arrived. */
    if (!proven && !is_presumed(c, e, peer))
        return;
    const int64_t due = span_after(idle_since(e), context->config->linger_ns);
    if (context->now_ns <= due) {
        tcps_rule_ask(context, span_after(due, 1));
        return;
    }
    tcps_rule_raise_finding(context, (tcps_finding){.end = (uint8_t)tcps_role_of(c, end),
                                                    .certain = proven ? TCPS_PROVEN : TCPS_PRESUMED,
                                                    .detail = context->at_end ? TCPS_STAY_AT_END : TCPS_STAY_ON,
                                                    .began_frame = proven ? e->proven_frame : e->since_frame,
                                                    .began_ns = proven ? e->more->proven_ns : e->since_ns,
                                                    .value = span_between(e->since_ns, context->now_ns),
                                                    .other = waits_for_it(peer)});
}

static void check(const tcps_rule_context *context)
{
    if (tcps_rule_raised(context))
        return;
    check_end(context, 0);
    check_end(context, 1);
}

/* It was none, if the FIN that it rests on turns out not to be one that the endpoint has received. */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_endpoint *e = tcps_connection_end(context->connection, (tcps_role)f->end);

    if (e->shown == TCPS_ESTABLISHED && f->status != TCPS_OVER) {
        tcps_finding_withdraw(f);
        return;
    }
    if (f->certain == TCPS_PRESUMED && e->proven_frame && (e->shown == TCPS_CLOSE_WAIT || e->fin_sent)) {
        f->certain = TCPS_PROVEN;
        f->status = TCPS_CONFIRMED;
    }
    if (e->shown == TCPS_CLOSE_WAIT && f->status != TCPS_OVER)
        f->other = waits_for_it(tcps_connection_end(context->connection, (tcps_role)(1 - f->end)));
    tcps_stay_follow(context, f, TCPS_CLOSE_WAIT);
}

static void describe(const tcps_finding *f, GString *to)
{
    tcps_stay_describe(to, f, TCPS_CLOSE_WAIT);
    if (f->other) {
        g_string_append(to, ", and ");
        tcps_address_append(to, &f->ends[1 - f->end]);
        g_string_append(to, " in FIN_WAIT_2");
    }
    if (f->certain == TCPS_PRESUMED)
        g_string_append(to,
                        ": the connection began before the capture, and its ACK of the FIN may be the last of a close");
}

static void reword(const tcps_finding *f, tcps_rule_words *words)
{
    if (f->status == TCPS_OVER && f->detail != TCPS_STAY_CLOSED)
        words->advice =
            "{end} received the peer's FIN and acknowledged it, and sent none itself: a RST ended that, or another "
            "connection took its place. Look for leaked sockets: `ss -tnp state close-wait` shows whether there are "
            "more.";
}

static const char *const set_when[] = {
    "the endpoint is in CLOSE_WAIT, and has shown so by an ACK of the peer's FIN",
    "or, presumed: the connection began before the capture, and the endpoint has acknowledged a FIN and sent none",
    "it has sent no new data for longer than the preference's time, counted from the FIN's arrival at the earliest",
    NULL,
};

static const char *const supersedes[] = {"fin_wait_2_lingering", "not_closed", NULL};

const tcps_rule tcps_rule_close_wait_lingering = {
    .id = "close_wait_lingering",
    .severity = TCPS_WARN,
    .title = "Endpoint lingers in CLOSE_WAIT",
    .presumed = {"Endpoint lingers in CLOSE_WAIT, presumably", TCPS_NOTE,
                 "{end} acknowledged the peer's FIN. Whether it had closed before is not in the capture; if it has "
                 "not, its application leaks the socket: `ss -tnp state close-wait` tells."},
    .over = {"Endpoint lingered in CLOSE_WAIT", TCPS_NOTE,
             "{end} received the peer's FIN and acknowledged it; its application called close() that much later. Look "
             "what it does between the end of file and close()."},
    .set_when = set_when,
    .false_positives = "A half-close on purpose whose answer takes longer than the preference's time to compute.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.6",
    .advice = "{end} received the peer's FIN and acknowledged it; its application has not called close(). Look for a "
              "leaked socket: `ss -tnp state close-wait`.",
    .when = TCPS_WHEN_CHANGE | TCPS_WHEN_CLOSING | TCPS_WHEN_DUE | TCPS_WHEN_END,
    .check = check,
    .follow = follow,
    .reword = reword,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS | TCPS_FAKED_BY_ONE_SIDED,
};
