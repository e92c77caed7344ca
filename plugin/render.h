/* render.h: what is known of a frame, as a tree and as expert infos.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_RENDER_H
#define TCPSTATE_RENDER_H

#include "compat.h"

#include "history.h"

/* Shows what the history has of the frame. The tree may be NULL; expert infos are added nevertheless. */
void render_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* The tree of one TCP layer; with NULL, of findings in a frame that holds no segment of their connections. */
proto_tree *render_tree(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const tcps_entry *entry);

/* A finding, in that tree or (tree NULL) as expert info only; its text names the connection where `other` is set. */
void render_finding(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const tcps_finding *finding, bool other);

#endif
