/* port_reused_while_open.c: a new connection between two ports that never closed the last one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/span.h"
#include "rules/patience.h"

static bool is_open(unsigned state)
{
    return state >= TCPS_ESTABLISHED && state <= TCPS_CLOSE_WAIT;
}

/* Nothing at all was captured for longer than segments of an old connection are under way: was the close captured, if there was one? */
static bool slept(const tcps_connection *c)
{
    const tcps_previous *p = c->previous;
    const uint32_t asked_frame = p->rivalled ? p->rival_frame : c->first_frame;
    return asked_frame <= p->last_frame + 1 && span_between(p->last_ns, c->first_ns) > TCPS_FORGET_NS;
}

static void check(const tcps_rule_context *context)
{
    const tcps_connection *c = context->connection;
    const tcps_previous *p = c->previous;

    if (!context->observation || !context->observation->opens || !p->any || p->loss)
        return;
    const unsigned end = c->client;
    if (!is_open(p->state[0]) || !is_open(p->state[1]))
        return;
    tcps_rule_raise_finding(context, (tcps_finding){.end = (uint8_t)tcps_role_of(c, end),
                                                    .detail = p->state[1 - end],
                                                    .certain = slept(c) ? TCPS_PRESUMED : TCPS_PROVEN,
                                                    .began_frame = p->last_frame,
                                                    .began_ns = p->last_ns,
                                                    .value = span_between(p->last_ns, context->now_ns)});
}

static void describe(const tcps_finding *finding, GString *to)
{
    tcps_address_append(to, &finding->ends[finding->end]);
    g_string_append(to, " opened a new connection from the same port to ");
    tcps_address_append(to, &finding->ends[1 - finding->end]);
    g_string_append_printf(to, ", which was in %s of the last one, ", tcps_state_name(finding->detail));
    tcps_duration_append(to, finding->value);
    g_string_append(to, " after its last segment");
    if (finding->certain == TCPS_PRESUMED)
        g_string_append(to, ": nothing else was captured meanwhile, and the capture may miss the last one's close");
}

static const char *const set_when[] = {
    "both ends of the connection before, between the same addresses and ports, were still open",
    "a new one is opened between them, and accepted",
    "the capture has no gaps in the connection before",
    "other frames were captured meanwhile, or it came within 4 minutes (else presumed)",
    NULL,
};

const tcps_rule tcps_rule_port_reused_while_open = {
    .id = "port_reused_while_open",
    .severity = TCPS_WARN,
    .title = "Port reused while the last connection was open",
    .presumed =
        {"Port reused while the last connection was open, presumably", TCPS_NOTE,
         "{peer} accepted at once, as a host does that holds no such connection any more. See whether the "
         "capture ran all the time: if it did, {end}, {peer} or a NAT between them forgot the last connection."},
    .set_when = set_when,
    .false_positives = "A capture that misses the last connection's close without any other sign of a gap.",
    .supersedes = NULL,
    .clause = "RFC 9293 §3.10.7.4 fourth",
    .advice = "{end} or a NAT in front of it forgot the last connection, or {peer} is several hosts behind one "
              "address. Look at the NAT's timeout for idle connections (`conntrack -L -s`, `sysctl "
              "net.netfilter.nf_conntrack_tcp_timeout_established`) and turn keepalives on.",
    .when = TCPS_WHEN_SYN,
    .check = check,
    .describe = describe,
    .faked_by = TCPS_FAKED_BY_DROPS | TCPS_FAKED_BY_ONE_SIDED,
};
