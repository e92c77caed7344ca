/* hook.c: see hook.h.
 *
 * A wrapper stands in the place of Wireshark's TCP dissector in the table of IP protocols. It notes each TCP header that
 * comes by, with the addresses of its own layer, and calls the TCP dissector. It is a dissector of the protocol TCP: nothing
 * changes in frame.protocols, in the order of layers, or for those who disable TCP. The same is done for ICMP, whose errors
 * may end connections. Once Wireshark has dissected a frame, the post-dissector takes what was noted to the analyzer and
 * shows the result.
 *
 * A frame's first visit is in capture order and feeds the analyzer; any later one, in any order, reads the history only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "hook.h"

#include "decode/icmp_quote.h"
#include "expert_info.h"
#include "render.h"
#include "segment_from_tvb.h"
#include "session.h"
#include "tap_entry.h"

#include <epan/column-info.h>
#include <epan/tap.h>

enum { ICMP = 1, TCP = 6, ICMPV6 = 58 };

/* What the wrappers saw in the frame that is being dissected. */
typedef struct {
    tcps_path path;
    tcps_segment segment;
    tvbuff_t *tvb; /* begins with the header; Wireshark's, as long as the frame's dissection */
} sighting;

/* Wireshark's dissectors take no argument of the plugin's: these have to stand here. */
static struct {
    int protocol, tap;
    protocol_t *enabled;     /* tells whether the user has disabled the plugin */
    dissector_table_t inner; /* the dissectors whose places the wrappers take */
    uint32_t frame;          /* in which the following were noted */
    GArray *sightings;       /* of sighting: as many as any frame had */
    unsigned n_sightings;    /* of them, in that frame */
    GArray *quotes;          /* of tcps_icmp_quote */
} hook;

static void forget(void)
{
    hook.n_sightings = 0;
    if (hook.quotes->len > 0)
        g_array_set_size(hook.quotes, 0);
}

static void expect_frame(uint32_t frame)
{
    if (hook.frame != frame)
        forget();
    hook.frame = frame;
}

/* Later visits need what was noted only where a tap wants to be told of it, or somebody looks at the tree. */
static bool wants_notes_again(const proto_tree *tree)
{
    return have_tap_listener(hook.tap) || (tree && PTREE_DATA(tree)->visible);
}

/* What an ICMP error quotes is no segment. */
static bool wants_notes(const packet_info *pinfo, const proto_tree *tree)
{
    return !pinfo->flags.in_error_pkt && (!pinfo->fd->visited || wants_notes_again(tree)) &&
           proto_is_protocol_enabled(hook.enabled);
}

static sighting *sighting_at(unsigned number)
{
    return &g_array_index(hook.sightings, sighting, number);
}

/* Returns its number; -1 if it is none. */
static int note_segment(tvbuff_t *tvb, const packet_info *pinfo, const void *ip)
{
    uint16_t src_port, dst_port;
    expect_frame(pinfo->num);
    if (hook.n_sightings == hook.sightings->len)
        g_array_set_size(hook.sightings, hook.n_sightings + 1);
    sighting *s = sighting_at(hook.n_sightings);
    if (segment_from_tvb(tvb, pinfo, ip, &s->segment, &src_port, &dst_port)) {
        tcps_address src = address_from_wireshark(&pinfo->src, src_port);
        tcps_address dst = address_from_wireshark(&pinfo->dst, dst_port);
        src.point = dst.point = session_point(pinfo, tvb, &s->segment);
        s->tvb = tvb;
        if (session_path(&src, &dst, &s->path))
            return (int)hook.n_sightings++;
    }
    return -1;
}

/* What the segment needs is fetched while TCP is dissected. */
static int dissect_tcp_meanwhile(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data, unsigned number)
{
    session_expect(&sighting_at(number)->path, TCPS_LATER);
    const int length = compat_try_uint(hook.inner, TCP, tvb, pinfo, tree, data);
    if (number < hook.n_sightings)
        session_expect(&sighting_at(number)->path, TCPS_NEXT);
    return length;
}

static int wrap_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const int number = wants_notes(pinfo, tree) ? note_segment(tvb, pinfo, data) : -1;
    if (number >= 0 && !pinfo->fd->visited)
        return dissect_tcp_meanwhile(tvb, pinfo, tree, data, (unsigned)number);
    return compat_try_uint(hook.inner, TCP, tvb, pinfo, tree, data);
}

/* The ICMP message is read itself, and not the TCP header that Wireshark dissects inside: that call tells neither the
 * message's type nor how deep the quote lies. */
static void note_icmp(tvbuff_t *tvb, const packet_info *pinfo, const proto_tree *tree, bool v6)
{
    tcps_icmp_quote quote;
    if (!wants_notes(pinfo, tree))
        return;
    const unsigned captured = MIN(tvb_captured_length(tvb), (unsigned)TCPS_ICMP_ENOUGH);
    if (!tcps_icmp_quote_read(tvb_get_ptr(tvb, 0, (int)captured), captured, v6, &quote))
        return;
    expect_frame(pinfo->num);
    quote.src.point = quote.dst.point = session_point(pinfo, tvb, NULL);
    g_array_append_val(hook.quotes, quote);
}

static int wrap_icmp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    note_icmp(tvb, pinfo, tree, false);
    return compat_try_uint(hook.inner, ICMP, tvb, pinfo, tree, data);
}

static int wrap_icmpv6(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    note_icmp(tvb, pinfo, tree, true);
    return compat_try_uint(hook.inner, ICMPV6, tvb, pinfo, tree, data);
}

/* The frame's first visit. */
static void feed(const packet_info *pinfo, bool later)
{
    session_begin_frame(pinfo, later);
    for (unsigned i = 0; i < hook.n_sightings; i++) {
        sighting *s = sighting_at(i);
        session_segment(&s->path, &s->segment);
    }
    for (unsigned i = 0; i < hook.quotes->len; i++)
        session_icmp_error(&g_array_index(hook.quotes, tcps_icmp_quote, i));
}

static const tcps_address *sender_of(const tcps_path *path)
{
    return &path->ends[path->from];
}

static const tcps_address *receiver_of(const tcps_path *path)
{
    return &path->ends[1 - path->from];
}

/* What was noted for an entry of the history: the next of its kind. NULL if the frame was dissected differently then. */
static const tap_entry *entry_for_taps(packet_info *pinfo, const tcps_entry *e, unsigned *segments, unsigned *quotes)
{
    if (e->segment && *segments < hook.n_sightings) {
        const sighting *s = sighting_at((*segments)++);
        return tap_entry_new(pinfo, &e->observation, &s->segment, sender_of(&s->path), receiver_of(&s->path), true);
    }
    if (!e->segment && *quotes < hook.quotes->len) {
        const tcps_icmp_quote *q = &g_array_index(hook.quotes, tcps_icmp_quote, (*quotes)++);
        const tcps_segment quoted = {.seq = q->seq};
        return tap_entry_new(pinfo, &e->observation, &quoted, &q->src, &q->dst, false);
    }
    return NULL;
}

static void queue_for_taps(packet_info *pinfo)
{
    const tcps_history *history = session_history();
    unsigned segments = 0, quotes = 0;
    tcps_entry e;
    if (hook.n_sightings + hook.quotes->len == 0 || !history || !have_tap_listener(hook.tap))
        return;
    for (unsigned i = 0; tcps_history_get(history, pinfo->num, i, &e); i++) {
        const tap_entry *t = entry_for_taps(pinfo, &e, &segments, &quotes);
        if (t)
            tap_queue_packet(hook.tap, pinfo, t);
    }
}

/* The bytes of the frame's n-th segment. NULL if they are not at hand. */
static tvbuff_t *bytes_of(unsigned n)
{
    return n < hook.n_sightings ? sighting_at(n)->tvb : NULL;
}

/* Nobody looks at what this visit of the frame shows: no tree, tap or column has anything of it. */
static bool is_unseen(const packet_info *pinfo, const proto_tree *tree)
{
    const column_info *columns = pinfo->cinfo;
    return !(tree && proto_field_is_referenced((proto_tree *)tree, hook.protocol)) && !have_tap_listener(hook.tap) &&
           !expert_info_is_heard() && !(columns && columns->col_first && columns->col_first[COL_EXPERT] >= 0);
}

static void show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    queue_for_taps(pinfo);
    render_frame(tvb, pinfo, tree, bytes_of);
    expert_info_mention_new(pinfo);
}

/* Called for every frame, after all other dissectors. */
static int after_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const bool unseen = is_unseen(pinfo, tree);
    /* What Wireshark itself sets where a protocol is not in name only; it sets it back, too. */
    pinfo->current_proto = "TCPSTATE";
    expect_frame(pinfo->num);
    if (unseen ? session_is_full() : !expert_info_is_heard())
        expert_info_mention_new(pinfo);
    if (!pinfo->fd->visited)
        feed(pinfo, unseen);
    else
        session_visit_again();
    if (!unseen)
        show(tvb, pinfo, tree);
    forget(); /* the next visit may be one of the same frame */
    return (int)tvb_captured_length(tvb);
}

/* For a protocol in name only, Wireshark notes no layer, and the call for each frame costs less. It is enabled with its parent. */
static int helper_of(int protocol)
{
    return proto_register_protocol_in_name_only("TCP Endpoint State (all of a frame)", "TCPSTATE frame",
                                                "tcpstate.frame", protocol, FT_PROTOCOL);
}

void hook_register(int protocol, int tap)
{
    hook.protocol = protocol;
    hook.tap = tap;
    hook.enabled = find_protocol_by_id(protocol);
    hook.sightings = g_array_new(FALSE, FALSE, sizeof(sighting));
    hook.quotes = g_array_new(FALSE, FALSE, sizeof(tcps_icmp_quote));
    hook.inner = register_dissector_table("tcpstate.inner", "TCP state: dissectors behind the wrappers", protocol,
                                          FT_UINT8, BASE_DEC);
    register_postdissector(create_dissector_handle_with_name_and_description(after_frame, helper_of(protocol),
                                                                             "tcpstate", "TCP endpoint states"));
}

static void wrap(unsigned number, const char *protocol, dissector_t wrapper, const char *name, const char *description)
{
    dissector_handle_t inner = dissector_get_uint_handle(find_dissector_table("ip.proto"), number);
    if (!inner)
        return;
    dissector_add_uint("tcpstate.inner", number, inner);
    dissector_handle_t outer = create_dissector_handle_with_name_and_description(
        wrapper, proto_get_id_by_filter_name(protocol), name, description);
    dissector_add_uint("ip.proto", number, outer);
}

void hook_handoff(void)
{
    wrap(TCP, "tcp", wrap_tcp, "tcpstate_tcp", "TCP, with endpoint states");
    wrap(ICMP, "icmp", wrap_icmp, "tcpstate_icmp", "ICMP, with TCP endpoint states");
    wrap(ICMPV6, "icmpv6", wrap_icmpv6, "tcpstate_icmpv6", "ICMPv6, with TCP endpoint states");
}
