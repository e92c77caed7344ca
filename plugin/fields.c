/* fields.c: see fields.h.
 *
 * Words are fields of type text, not numbers with names: `-T fields`, JSON and EK show CLOSE_WAIT then, and a filter
 * compares with it. The states are there as numbers with names, too: of those, Wireshark knows which there are, and draws them.
 *
 * Some fields are made only where they are asked for by name: a visible tree (-V, JSON) would be a fifth slower to print with
 * them in it. Wireshark tells by a field's ref_type who is asked for, but tshark before 4.4 does not count -e. It does look the
 * name up, though: so there, these fields are registered by the first look-up of a name that is not known yet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fields.h"

#include "rules/rule.h"
#include "state_number.h"

fields field;

#define TEXT FT_STRING, BASE_NONE, NULL, 0
#define FRAME FT_FRAMENUM, BASE_NONE, NULL, 0
/* With marks of their own in the packet list, as for a request and its response. */
#define FIRST_FRAME FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0
#define NEXT_FRAME FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0
#define DURATION FT_RELATIVE_TIME, BASE_NONE, NULL, 0
#define YES_NO FT_BOOLEAN, BASE_NONE, NULL, 0
#define STATE FT_UINT8, BASE_DEC, NULL, 0 /* the names: register_twins() */
#define NUMBER FT_UINT32, BASE_DEC, NULL, 0

/* The names say whose they are: they stand in lists and above columns, where no tree says it. */
/* clang-format off */
#define PARTY(p, id, Who, who, whose)                                                                                    \
    {&field.party[p].state, {Who " state", "tcpstate." id ".state", TEXT, "State of the " who " after this segment", HFILL}}, \
    {&field.party[p].before, {Who " state before", "tcpstate." id ".before", TEXT,                                       \
        "State of the " who " before this segment", HFILL}},                                                             \
    {&field.party[p].certainty, {Who " certainty", "tcpstate." id ".certainty", TEXT,                                    \
        "How certain the state is: proven by the " whose " own segments, presumed to follow if segments arrived, "       \
        "elapsed by a timer, or unknown", HFILL}},                                                                       \
    {&field.party[p].since, {Who " since", "tcpstate." id ".since", FIRST_FRAME, "Frame in which the state began", HFILL}}, \
    {&field.party[p].time_in_state, {Who " time in state", "tcpstate." id ".time_in_state", DURATION,                    \
        "How long the " who " has been in the state at this frame", HFILL}},                                             \
    {&field.party[p].until, {Who " until", "tcpstate." id ".until", NEXT_FRAME,                                          \
        "Frame in which the next state begins (known once that frame has been dissected)", HFILL}},                      \
    {&field.party[p].lasts, {Who " lasts", "tcpstate." id ".lasts", DURATION,                                            \
        "How long the state lasts (known once the next has begun)", HFILL}}
#define WHY(p, id, Who, who)                                                                                             \
    {&field.party[p].why, {Who " why", "tcpstate." id ".why", TEXT, "Why the " who " is shown in its state, with the clause", HFILL}}, \
    {&field.party[p].evidence, {Who " evidence", "tcpstate." id ".evidence", FRAME,                                      \
        "Frame that decided the " who "'s state, where it is another one", HFILL}},                                      \
    {&field.party[p].possible, {Who " may be", "tcpstate." id ".possible", TEXT,                                         \
        "All states that the " who " may be in, where that is not certain", HFILL}},                                     \
    {&field.party[p].proof, {Who " proof", "tcpstate." id ".proof", TEXT,                                     \
        "What would prove or refute the " who "'s state, where it is not proven", HFILL}}
#define TWINS(p, id, Who, who)                                                                                           \
    {&field.party[p].state_number, {Who " state (number)", "tcpstate." id ".state_number", STATE,                        \
        "State of the " who " after this segment, as a number with a name (RFC 4022)", HFILL}},                          \
    {&field.party[p].before_number, {Who " state before (number)", "tcpstate." id ".before_number", STATE,               \
        "State of the " who " before this segment, as a number with a name (RFC 4022)", HFILL}},                         \
    {&field.party[p].state_marked, {Who " state, marked", "tcpstate." id ".state_marked", TEXT,                          \
        "State of the " who " after this segment; ~ presumed, ^ by a timer, ? unknown", HFILL}}
/* clang-format on */

static hf_register_info definitions[] = {
    PARTY(PARTY_CLIENT, "client", "Client", "client", "client's"),
    PARTY(PARTY_SERVER, "server", "Server", "server", "server's"),
    {&field.connection,
     {"Connection", "tcpstate.connection", NUMBER,
      "Index of the connection; one that uses addresses and ports again is another connection", HFILL}},
    {&field.capture_point,
     {"Captured at", "tcpstate.capture_point", TEXT,
      "At whose host the capture was made, as far as is known: client or server, both for a loopback; or path, as was "
      "told",
      HFILL}},
    {&field.role_basis,
     {"Client told by", "tcpstate.role_basis", TEXT,
      "Why the one endpoint is called client: syn, syn_ack, port or first_segment", HFILL}},
    {&field.event, {"Event", "tcpstate.event", TEXT, "What the segment is to the connection", HFILL}},
    {&field.transition,
     {"Transition", "tcpstate.transition", YES_NO, "There if the segment changes the state of either end", HFILL}},
    {&field.closed_by,
     {"Closed by", "tcpstate.closed_by", TEXT, "Who began to close, so far: client, server or both", HFILL}},
    {&field.finding, {"Finding", "tcpstate.finding", TEXT, "Id of something that went wrong", HFILL}},
    {&field.finding_severity,
     {"Severity", "tcpstate.finding.severity", TEXT, "Severity of the finding: chat, note, warn or error", HFILL}},
    {&field.finding_text, {"Text", "tcpstate.finding.text", TEXT, "The finding in words", HFILL}},
    {&field.finding_found_in, {"Found in", "tcpstate.finding.found_in", FRAME, "Frame that shows the finding", HFILL}},
    {&field.finding_began_in,
     {"Began in", "tcpstate.finding.began_in", FRAME, "Frame in which began what the finding is about", HFILL}},
    {&field.finding_advice, {"Advice", "tcpstate.finding.advice", TEXT, "What to look at next", HFILL}},
    {&field.elsewhere,
     {"Finding elsewhere", "tcpstate.finding.elsewhere", TEXT,
      "Id of something that went wrong at a connection that the frame is none of: its time shows it", HFILL}},
    {&field.elsewhere_connection,
     {"Elsewhere, connection", "tcpstate.finding.elsewhere.connection", NUMBER,
      "Index of the connection that it is about", HFILL}},
    {&field.elsewhere_text,
     {"Elsewhere, text", "tcpstate.finding.elsewhere.text", TEXT, "The finding in words", HFILL}},
    {&field.elsewhere_began_in,
     {"Elsewhere, began in", "tcpstate.finding.elsewhere.began_in", FRAME,
      "Frame in which began what the finding is about", HFILL}},
};

/* The endpoints under other names: which side they are on, or either of them. */
static hf_register_info sides[] = {
    PARTY(PARTY_SRC, "src", "Sender", "sender", "sender's"),
    PARTY(PARTY_DST, "dst", "Receiver", "receiver", "receiver's"),
    WHY(PARTY_SRC, "src", "Sender", "sender"),
    WHY(PARTY_DST, "dst", "Receiver", "receiver"),
};

static hf_register_info reasons[] = {
    WHY(PARTY_CLIENT, "client", "Client", "client"),
    WHY(PARTY_SERVER, "server", "Server", "server"),
};

static hf_register_info either[] = {
    {&field.state, {"State of either endpoint", "tcpstate.state", TEXT, "Matches the state of either endpoint", HFILL}},
};

/* What client.state and its kin say, in other forms. */
static hf_register_info twins[] = {
    TWINS(PARTY_CLIENT, "client", "Client", "client"),
    TWINS(PARTY_SERVER, "server", "Server", "server"),
    TWINS(PARTY_SRC, "src", "Sender", "sender"),
    TWINS(PARTY_DST, "dst", "Receiver", "receiver"),
    {&field.state_number,
     {"State of either endpoint (number)", "tcpstate.state_number", STATE,
      "Matches the state of either endpoint, as a number with a name (RFC 4022)", HFILL}},
};

static hf_register_info gauges[] = {
    {&field.server_time_wait,
     {"Server in TIME_WAIT", "tcpstate.server.time_wait_count", NUMBER,
      "How many sockets of the server's address and port are in TIME_WAIT after this segment", HFILL}},
    {&field.server_close_wait,
     {"Server in CLOSE_WAIT", "tcpstate.server.close_wait_count", NUMBER,
      "How many sockets of the server's address and port are in CLOSE_WAIT after this segment", HFILL}},
    {&field.server_half_open,
     {"Server half-open", "tcpstate.server.half_open_count", NUMBER,
      "How many sockets of the server's address and port are in SYN_RCVD after this segment", HFILL}},
    {&field.client_time_wait,
     {"Client host in TIME_WAIT", "tcpstate.client.time_wait_count", NUMBER,
      "How many sockets of the client's host are in TIME_WAIT after this segment", HFILL}},
};

static void register_once(hf_register_info *definition, int n)
{
    if (*definition->p_id < 0)
        proto_register_field_array(field.protocol, definition, n);
}

void fields_register_gauges(void)
{
    register_once(gauges, array_length(gauges));
}

void fields_register_reasons(void)
{
    register_once(reasons, array_length(reasons));
}

static void register_twins(void)
{
    for (unsigned i = 0; i < array_length(twins); i++)
        if (twins[i].hfinfo.type == FT_UINT8)
            twins[i].hfinfo.strings = VALS(state_number_names());
    register_once(twins, array_length(twins));
}

/* Somebody has looked up a name that is not known, or wants to see all. */
static void register_others(const char *name _U_)
{
    register_once(sides, array_length(sides));
    register_once(either, array_length(either));
    register_twins();
    fields_register_gauges();
    fields_register_reasons();
    field.any_looked_up = true;
}

static bool any_is_referenced(const hf_register_info *definition, unsigned n)
{
    bool any = false;
    for (unsigned i = 0; i < n; i++)
        any |= definition[i].hfinfo.ref_type != HF_REF_TYPE_NONE;
    return any;
}

/* May -e ask for a field, and nobody tell? */
static bool may_be_printed(bool visible)
{
    return !COMPAT_COUNTS_PRINTED_FIELDS && visible && field.any_looked_up;
}

fields_wanted fields_that_are_wanted(bool visible)
{
    const bool printed = may_be_printed(visible);
    return (fields_wanted){
        .plain = visible || any_is_referenced(definitions, array_length(definitions)) ||
                 any_is_referenced(reasons, array_length(reasons)),
        .sides = printed || any_is_referenced(sides, array_length(sides)),
        .either = printed || any_is_referenced(either, array_length(either)),
        .twins = printed || any_is_referenced(twins, array_length(twins)),
        .gauges = visible || any_is_referenced(gauges, array_length(gauges)),
    };
}

bool fields_is_asked_for(int id, bool visible)
{
    return id >= 0 && (may_be_printed(visible) || proto_registrar_get_nth((unsigned)id)->ref_type != HF_REF_TYPE_NONE);
}

static int severity_of(const tcps_rule *rule)
{
    static const int severities[] = {
        [TCPS_CHAT] = PI_CHAT, [TCPS_NOTE] = PI_NOTE, [TCPS_WARN] = PI_WARN, [TCPS_ERROR] = PI_ERROR};
    return severities[rule->severity];
}

/* An expert info for each rule. Wireshark keeps them, and the strings. */
static void register_experts(void)
{
    static const expert_field none = EI_INIT;
    static ei_register_info infos[TCPS_MAX_RULES];
    for (unsigned i = 0; i < tcps_n_rules(); i++) {
        const tcps_rule *rule = tcps_rule_get(i);
        field.expert[i] = none;
        infos[i] = (ei_register_info){
            &field.expert[i],
            {g_strconcat("tcpstate.", rule->id, NULL), PI_SEQUENCE, severity_of(rule), rule->title, EXPFILL}};
    }
    expert_register_field_array(expert_register_protocol(field.protocol), infos, (int)tcps_n_rules());
}

static void register_trees(void)
{
    static int *trees[] = {&field.tree,
                           &field.party_tree[PARTY_CLIENT],
                           &field.party_tree[PARTY_SERVER],
                           &field.party_tree[PARTY_SRC],
                           &field.party_tree[PARTY_DST],
                           &field.finding_tree};
    proto_register_subtree_array(trees, array_length(trees));
}

int fields_register(void)
{
    memset(&field, -1, sizeof field);
    field.protocol = proto_register_protocol("TCP Endpoint State", "TCPSTATE", "tcpstate");
    proto_register_field_array(field.protocol, definitions, array_length(definitions));
    field.any_looked_up = false;
    if (COMPAT_COUNTS_PRINTED_FIELDS)
        register_others(NULL);
    else
        proto_register_prefix("tcpstate", register_others);
    register_trees();
    register_experts();
    return field.protocol;
}
