/* invariants.c: see invariants.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "infer/invariants.h"

#include "infer/belief.h"

/* endpoint.h, 1: as if nothing had been settled yet, the fold gives the same. */
static bool is_what_the_fold_gives(const tcps_endpoint *e)
{
    static const tcps_lens plain = {0, 0, 0};
    tcps_endpoint anew = *e;
    tcps_view view = {0};
    anew.settled = anew.known_settled = false;
    tcps_endpoint_view(&anew, &plain, &view);
    const bool same_state = view.state == e->shown && view.certainty == e->certainty && view.possible == e->possible;
    const bool same_reason = view.why == e->why && view.about_frame == e->about_frame;
    return same_state && view.since_frame == e->since_frame && view.since_ns == e->since_ns &&
           (same_reason || e->odd) && (!e->known_settled || tcps_endpoint_known(&anew) == (tcps_state)e->known);
}

static const char *broken_pending(const tcps_endpoint *e)
{
    for (unsigned i = 0; i < e->more->n_pending; i++)
        if (!e->at_home && tcps_is_sure(e, tcps_pending_at(e, i)->experience))
            return "what is pending is sure";
    return NULL;
}

static const char *broken_end(const tcps_endpoint *e)
{
    const tcps_endpoint_more *m = e->more;
    if (!m)
        return "an endpoint without anything to read";
    if ((e->sure & e->likely) | (e->sure & e->perhaps) | (e->likely & e->perhaps))
        return "an experience is in two masks";
    if (!m->held && (m->n_pending || m->n_reasons || m->n_stretches))
        return "what belongs to many endpoints holds something";
    if (e->settled && !is_what_the_fold_gives(e))
        return "a settled state is not what the fold gives";
    return broken_pending(e);
}

const char *tcps_connection_broken(const tcps_connection *c)
{
    const char *broken = broken_end(&c->ends[0]);
    if (!broken && !c->self)
        broken = broken_end(&c->ends[1]);
    for (unsigned i = 0; c->rival && !broken && i < 2; i++)
        broken = broken_end(&c->rival->ends[i]);
    if (c->older && !broken)
        broken = broken_end(&c->older->end);
    return broken;
}
