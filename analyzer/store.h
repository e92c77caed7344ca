/* store.h: all connections of a capture, found by their two ends.
 *
 * Those that something happened to last are awake; the others sleep, packed (pack.h), and those that nothing can happen to any more
 * are forgotten. A connection has a number for as long as it is in the store.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STORE_H
#define TCPS_STORE_H

#include "connection.h"

typedef struct tcps_store tcps_store;

/* tallies: those that the connections are counted in. */
tcps_store *tcps_store_new(const tcps_tallies *tallies);
void tcps_store_free(tcps_store *store);

/* At most so many are kept awake, those used last; 0: none but the one in use. */
void tcps_store_keep_awake(tcps_store *store, unsigned n);

/* The connection of these ends, the lower address first; NULL where there is none. It is awake until tcps_store_rest. */
tcps_connection *tcps_store_find(tcps_store *store, const tcps_address ends[2]);
/* They are asked for soon: has what is known of them fetched into the processor's cache meanwhile. Changes nothing. */
void tcps_store_expect(const tcps_store *store, const tcps_address ends[2]);
/* A new one of ends that none is found of: zero but for its addresses, its number and due_ns, which is INT64_MAX. */
tcps_connection *tcps_store_add(tcps_store *store, const tcps_address ends[2]);
/* By its number; NULL where it has been forgotten, or is not due then. */
tcps_connection *tcps_store_due(tcps_store *store, uint32_t number, int64_t due_ns);

/* The connection has been dealt with; now_ns is the capture's time. */
void tcps_store_rest(tcps_store *store, tcps_connection *connection, int64_t now_ns);
/* Frees it. */
void tcps_store_forget(tcps_store *store, tcps_connection *connection);

/* The numbers of all connections, by the index of their incarnation. Free with g_array_unref. */
GArray *tcps_store_numbers(tcps_store *store);
/* By its number, which tcps_store_numbers has told. */
tcps_connection *tcps_store_wake(tcps_store *store, uint32_t number);

#endif
