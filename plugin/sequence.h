/* sequence.h: what a flow graph needs of Wireshark's epan/sequence_analysis.h, which Debian's packages do not hold.
 *
 * Both structures are made by Wireshark; the plugin sees their first members alone, the same in all later patch versions, for
 * Wireshark keeps its ABI within a minor version, and loads no plugin of another. Checked: 4.0, 4.4, 4.6. Elsewhere
 * HAVE_SEQUENCE_ANALYSIS is not defined, and there is no flow graph.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_SEQUENCE_H
#define TCPSTATE_SEQUENCE_H

#include "compat.h"

#include <epan/tap.h>

#if WIRESHARK_VERSION == 400 || WIRESHARK_VERSION == 404 || WIRESHARK_VERSION == 406
#define HAVE_SEQUENCE_ANALYSIS

#if WIRESHARK_VERSION == 400
typedef gboolean sequence_bool;
#else
typedef bool sequence_bool;
#endif

typedef struct {
    uint32_t frame_number;
    address src_addr;
    uint16_t port_src;
    address dst_addr;
    uint16_t port_dst;
    char *frame_label; /* above the arrow; Wireshark frees these */
    char *time_str;
    char *comment; /* beside the graph */
    uint16_t conv_num;
    unsigned fg_color, bg_color;
    sequence_bool has_color_filter;
    sequence_bool display;
    unsigned src_node, dst_node;
    uint16_t line_style; /* the arrow's width */
    /* more follows */
} sequence_item;

typedef struct {
    const char *name;
    sequence_bool any_addr;
    int nconv;
    GQueue *items; /* of sequence_item */
    /* more follows */
} sequence_info;

WS_DLL_PUBLIC void register_seq_analysis(const char *name, const char *ui_name, const int proto_id,
                                         const char *tap_listener, unsigned tap_flags, tap_packet_cb tap_func);
/* With the frame's addresses and time. */
WS_DLL_PUBLIC sequence_item *sequence_analysis_create_sai_with_addresses(packet_info *pinfo, sequence_info *info);
WS_DLL_PUBLIC void sequence_analysis_use_color_filter(packet_info *pinfo, sequence_item *item);
#endif

#endif
