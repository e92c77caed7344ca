/* render.h: what is known of a frame, as a tree and as expert infos.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_RENDER_H
#define TCPSTATE_RENDER_H

#include "compat.h"

#include "record/history.h"

/* What begins with the TCP header of the frame's n-th segment; NULL if that is not known. */
typedef tvbuff_t *(*render_bytes_of)(unsigned n);

/* Shows what the history has of the frame. The tree may be NULL; expert infos are added nevertheless. */
void render_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, render_bytes_of bytes_of);

/* The tree of one TCP layer, whose bytes may be NULL. */
proto_tree *render_tree(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const tcps_entry *entry, tvbuff_t *bytes);

/* The tree of findings in a frame that holds no segment of their connection: it quotes one, or (others) has nothing to do with it. */
proto_tree *render_tree_of_findings(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool others);

/* "ESTABLISHED → FIN_WAIT_1 (presumed)": what is proven goes without saying. */
const char *render_change(const tcps_view *end);

/* What a segment means for its connection, in a few words for the tree's head: "client closes first". */
const char *render_story(const tcps_observation *observation);

/* A finding, in that tree or (tree NULL) as expert info only. `other`: the frame is none of its connection; what such a frame shows by its
 * time alone has fields of its own there, and leaves filters, columns and colours to the frames that it is about. */
void render_finding(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const tcps_finding *finding, bool other);

#endif
