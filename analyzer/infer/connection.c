/* connection.c: what a connection holds, and gives back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/connection.h"

#include <string.h>

#include "infer/belief.h"

void tcps_connection_init(tcps_connection *c, const tcps_address addresses[2], tcps_endpoint_memory *memory)
{
    memset(c, 0, sizeof *c);
    memcpy(c->addresses, addresses, sizeof c->addresses);
    c->previous = &tcps_no_previous;
    tcps_endpoint_init_in(&c->ends[0], memory);
    tcps_endpoint_init_in(&c->ends[1], memory);
}

void tcps_connection_clear(tcps_connection *c)
{
    tcps_connection_drop_rival(c);
    tcps_connection_drop_older(c);
    if (c->previous != &tcps_no_previous)
        g_free((tcps_previous *)c->previous);
    c->previous = &tcps_no_previous;
    tcps_endpoint_clear(&c->ends[0]);
    tcps_endpoint_clear(&c->ends[1]);
}

void tcps_connection_rest(tcps_connection *c)
{
    if (c->rival || c->self || !tcps_endpoint_is_settled(&c->ends[0]) || !tcps_endpoint_is_settled(&c->ends[1]))
        return;
    tcps_endpoint_condense(&c->ends[0]);
    tcps_endpoint_condense(&c->ends[1]);
}
