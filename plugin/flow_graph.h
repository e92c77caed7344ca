/* flow_graph.h: the flow type "TCP State" of Statistics > Flow Graph, and of tshark -z flow,tcpstate,standard.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FLOW_GRAPH_H
#define TCPSTATE_FLOW_GRAPH_H

/* Does nothing with a Wireshark whose layout of flow graphs was never checked (sequence.h). */
void flow_graph_register(int protocol);

#endif
