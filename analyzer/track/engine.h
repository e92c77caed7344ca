/* engine.h: what the rules ask of the engine. Implemented in analyzer.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ENGINE_H
#define TCPS_ENGINE_H

#include "infer/connection.h"
#include "rfc/tcpstate.h"

/* Appends to the findings that tcps_analyzer_findings returns. */
void tcps_engine_raise(tcps_analyzer *analyzer, const tcps_finding *finding);

/* Has the rules asked with TCPS_WHEN_DUE once the capture's time reaches at_ns. The earliest of all wishes counts. */
void tcps_engine_ask(tcps_analyzer *analyzer, tcps_connection *connection, int64_t at_ns);

/* Nothing that was asked for comes true any more. */
void tcps_engine_forget_wishes(tcps_analyzer *analyzer, tcps_connection *connection);

/* The connection's incarnation gives way to a new one: the rules get TCPS_WHEN_END for it. */
void tcps_engine_replaced(tcps_analyzer *analyzer, tcps_connection *connection);
/* Every connection is packed when it is not in use (store.h); every segment goes the long way (quick.h). Neither changes anything
 * that is shown, which tests make sure of. */
void tcps_engine_keep_none_awake(tcps_analyzer *analyzer);
void tcps_engine_never_quick(tcps_analyzer *analyzer);
/* How many segments have gone the quick way. */
uint64_t tcps_engine_n_quick(const tcps_analyzer *analyzer);
/* The index of the next incarnation. */
uint32_t tcps_engine_next_index(tcps_analyzer *analyzer);

#endif
