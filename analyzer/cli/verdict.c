/* verdict.c: see verdict.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "verdict.h"

#include "base/span.h"
#include "junit.h"
#include "output.h"
#include "signals.h"

int verdict_worse(int a, int b)
{
    static const int order[] = {0, STATUS_UNTOLD, STATUS_FOUND, STATUS_ERROR};
    if (a >= STATUS_SIGNAL || b >= STATUS_SIGNAL)
        return MAX(a, b);
    int worst = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(order); i++)
        if (a == order[i] || b == order[i])
            worst = order[i];
    return worst;
}

/* Rules that were asked for and can have found nothing: what was named is to be answered, of the rest it is said. */
static int tell_uncovered(const options *o, const tcps_capture *about)
{
    const int64_t span_ns = span_between(about->first_ns, about->last_ns);
    int status = 0;
    for (unsigned by_id = 0; by_id < 2; by_id++) {
        char *rules = fail_on_uncovered(&o->fail_on, &o->config, span_ns, by_id);
        if (!rules)
            continue;
        complain("%s: lasts %.3f s and cannot show: %s", about->name, (double)span_ns / 1e9, rules);
        status = by_id ? STATUS_UNTOLD : status;
        g_free(rules);
    }
    return status;
}

static unsigned count_one(const options *o, const tcps_model *model, const tcps_capture *about, const tcps_sink *sink)
{
    if (o->asked.format != TCPS_FORMAT_JSON)
        return fail_on_write(&o->fail_on, model, about->name, sink);
    tcps_statistic_write(&o->asked, model, about, sink);
    return fail_on_each(&o->fail_on, model, NULL, NULL);
}

int verdict_write(const options *o, const analysis *a, const tcps_capture *about, const char *fault,
                  const tcps_sink *sink)
{
    static const char no_tcp[] = "there are no TCP segments in it";
    const tcps_model *model = a ? analysis_model(a) : NULL;
    const bool empty = !fault && about->n_connections == 0;
    const junit_capture of = {.about = about, .config = &o->config, .error = fault ? fault : empty ? no_tcp : NULL};
    const unsigned found = o->junit ? junit_write(&o->fail_on, model, &of, sink)
                           : model  ? count_one(o, model, about, sink)
                                    : 0;
    if (empty)
        complain("%s: %s", about->name, no_tcp);
    const int untold = empty ? STATUS_UNTOLD : model ? tell_uncovered(o, about) : 0;
    return found ? STATUS_FOUND : untold;
}
