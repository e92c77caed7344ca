/* endpoints.h: the report behind -z tcpstate,endpoints: how many sockets each service and client host has had, state by
 * state, and how near that came to what a host allows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ENDPOINTS_H
#define TCPS_ENDPOINTS_H

#include "model/model.h"

G_BEGIN_DECLS

/* Of const tcps_tally *, those of one role, the most burdened first: by the peaks of the states that pile up. To be freed with
 * g_ptr_array_free. */
GPtrArray *tcps_endpoints_sorted(const tcps_model *model, tcps_role role);

/* The peak of sockets that a limit stands against, and that limit: half-open ones of a service, a client host's ports. */
uint32_t tcps_endpoint_limited_peak(const tcps_tally *tally);
uint32_t tcps_endpoint_limit(const tcps_model *model, const tcps_tally *tally);

/* "ip.addr == 10.0.0.1 && tcp.port == 80": the display filter for its segments; of a host, without a port. */
void tcps_address_append_filter(GString *to, const tcps_address *address);

G_END_DECLS
#endif
