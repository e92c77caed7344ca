/* socket_table.h: the socket table of both sides at a given time, as `ss -tan` would have shown it there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_SOCKET_TABLE_H
#define TCPS_SOCKET_TABLE_H

#include "model/model.h"

G_BEGIN_DECLS

typedef struct {
    const tcps_row *row; /* of a listening socket, the first connection that shows it */
    uint8_t end;         /* tcps_role: the local one */
    uint8_t state;       /* LISTEN or SYN_SENT ... TIME_WAIT */
    uint8_t certainty;
    bool since_known; /* not where the state began before the capture */
    int64_t since_ns;
} tcps_socket;

/* Of tcps_socket, by local host, state (LISTEN first), time in the state (the longest first) and ports. The model must have
 * been told to keep changes. To be freed with g_array_free. */
GArray *tcps_sockets_at(const tcps_model *model, int64_t time_ns);

/* For the model: keeps what an observation changes. */
void tcps_sockets_note(tcps_row *row, const tcps_observation *observation, int64_t time_ns);

G_END_DECLS
#endif
