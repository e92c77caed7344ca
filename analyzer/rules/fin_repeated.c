/* fin_repeated.c: an endpoint sends its FIN again and again although the capture has an ACK of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "infer/belief.h"
#include "rules/rule.h"

/* One ACK gets lost now and then; so many tell of more than chance. */
#define SEVERAL 2
#define MANY 3

/* What the peer does about the repeats; or the endpoint has shown that it had the ACK. */
enum { SAYS_NOTHING, ANSWERS, HAD_IT };

static void measure(const tcps_connection *c, tcps_finding *f)
{
    const tcps_endpoint *e = tcps_connection_end(c, (tcps_role)f->end);
    const tcps_endpoint *peer = tcps_connection_end(c, (tcps_role)(1 - f->end));

    f->count = e->more->vain_fins;
    f->value = span_between(e->more->fin_acked_ns, e->more->fin_last_ns);
    if (tcps_is_sure(e, TCPS_DID_HAVE_FIN_ACKED) || f->detail == HAD_IT)
        f->detail = HAD_IT;
    else if (peer->last_ns > f->began_ns)
        f->detail = ANSWERS;
    if (f->count >= MANY)
        f->status = TCPS_CONFIRMED;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_observation *o = context->observation;

    if (!o || o->event != TCPS_EVENT_FIN_REPEATED || c->rival || c->self)
        return;
    const tcps_endpoint *e = tcps_connection_end(c, o->sender), *peer = tcps_connection_end(c, 1 - o->sender);
    if (e->more->vain_fins < SEVERAL || peer->rst_sent)
        return;
    tcps_finding f = {.end = o->sender,
                      .certain = TCPS_PROVEN,
                      .began_frame = e->more->vain_fin_frame,
                      .began_ns = e->more->vain_fin_ns};
    measure(c, &f);
    tcps_rule_raise_finding(context, f);
}

/* In TIME_WAIT it has got the ACK at last. */
static void follow(const tcps_rule_context *context, tcps_finding *f)
{
    const tcps_connection *c = context->connection;
    const tcps_endpoint *e = tcps_connection_end(c, (tcps_role)f->end);

    if (f->status == TCPS_OVER || tcps_rule_is_parting(context) || e->more->vain_fins < f->count)
        return;
    if (e->more->vain_fins > f->count)
        tcps_finding_goes_on(context, f);
    measure(c, f);
    if (e->shown == TCPS_TIME_WAIT && e->certainty == TCPS_PROVEN)
        tcps_finding_is_over(context, f);
}

static void describe(const tcps_finding *f, GString *to)
{
    tcps_address_append(to, &f->ends[f->end]);
    g_string_append_printf(to, " repeated its FIN %u times in ", f->count);
    tcps_duration_append(to, f->value);
    g_string_append(to, " although ");
    tcps_address_append(to, &f->ends[1 - f->end]);
    g_string_append(to, " had acknowledged it");
    static const char *const texts[] = {
        [SAYS_NOTHING] = ", and got no answer to those: it missed the ACK, and its peer is gone",
        [ANSWERS] = " and goes on to: its ACKs do not get there",
        [HAD_IT] = ", and it had got that: it has acknowledged what was sent with the ACK",
    };
    g_string_append(to, texts[MIN(f->detail, HAD_IT)]);
}

#define TITLE "FIN repeated although acknowledged"

/* Where the peer is silent, or its ACKs arrive, it is not those that are to be looked for. */
static void reword(const tcps_finding *f, tcps_rule_words *words)
{
    if (f->detail == ANSWERS || f->status == TCPS_OVER)
        return;
    words->title = TITLE;
    if (f->detail == HAD_IT) {
        words->advice = "The ACKs of {peer} arrive: the stack of {end} repeats its FIN where it has none to repeat. "
                        "Look for an update of its system, and whether its connections come to an end.";
        return;
    }
    words->advice = "The one ACK of {peer} did not get there, and nothing came after it: {peer} is gone, or something "
                    "on the way, or on its host, has forgotten the connection and drops the FINs. Look there: "
                    "`ss -tn 'dport = :{port}'`, and in its packet filter.";
}

static const char *const set_when[] = {
    "a FIN of the endpoint was captured, and an ACK of it that its peer sent",
    "it sends this FIN again, twice at least, longer than a round trip after that ACK and no faster than timers do",
    "its peer has sent no RST",
    "it is not the last FIN, acknowledged again from TIME_WAIT (final_ack_lost)",
    "confirmed, and a warn, when it sends it for the third time; over when it turns out to be in TIME_WAIT",
    NULL,
};

static const char *const supersedes[] = {"missing_final_ack", NULL};

const tcps_rule tcps_rule_fin_repeated = {
    .id = "fin_repeated",
    .severity = TCPS_NOTE,
    .title = TITLE,
    .confirmed = {"ACKs of a FIN do not arrive", TCPS_WARN,
                  "Between the capture and the socket of {end} something drops the ACKs of {peer}: a packet filter or "
                  "conntrack on its host that has forgotten the connection, or its stack (checksum, window, PAWS). "
                  "Capture at {end}; there, look at its packet filter, `conntrack -S` and `nstat -az TcpInErrs "
                  "TcpInCsumErrors TcpExtPAWSEstab`."},
    .over = {"FIN repeated for a while", TCPS_NOTE,
             "ACKs of {peer} were lost on the way to {end} for a while. Look for losses: `nstat -az TcpRetransSegs`."},
    .set_when = set_when,
    .false_positives = "ACKs that are only slower than the endpoint's retransmission timer.",
    .supersedes = supersedes,
    .clause = "RFC 9293 §3.10.7.4, RFC 6298 §5",
    .advice = "An ACK ends the repeats of a FIN, if it arrives. If it happens often, packets are lost on the way from "
              "{peer} to {end}: `nstat -az TcpRetransSegs TcpExtTCPLostRetransmit` at {end}.",
    .reword = reword,
    .when = TCPS_WHEN_REPEAT,
    .check = check,
    .follow = follow,
    .describe = describe,
};
