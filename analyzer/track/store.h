/* store.h: all connections of a capture, found by their two ends.
 *
 * A connection has a number for as long as it is in the store, and stays where it is, unless it is kept in few bytes (small.h); those
 * that nothing can happen to any more are forgotten.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STORE_H
#define TCPS_STORE_H

#include "track/small.h"

typedef struct tcps_store tcps_store;

/* Those that a lone SYN is all of are kept as that. */
tcps_store *tcps_store_new(tcps_lone_care care);
void tcps_store_free(tcps_store *store);

/* What connections of these ends, the lower address first, are found by. */
uint32_t tcps_store_hash(const tcps_store *store, const tcps_address ends[2]);
/* The connection of these ends; NULL where there is none. hint: as tcps_store_expect_place had it; 0: none. */
tcps_connection *tcps_store_find(tcps_store *store, const tcps_address ends[2], uint32_t hash, uint32_t hint);
/* It is asked for soon: has its number, then its place, then what is known of it fetched into the processor's cache meanwhile. Each
 * waits for the one before, if that is not done. Changes nothing. The hint holds for ever: where it is outdated, it is of no use. */
void tcps_store_expect_number(const tcps_store *store, uint32_t hash);
uint32_t tcps_store_expect_place(const tcps_store *store, uint32_t hash);
void tcps_store_expect(const tcps_store *store, uint32_t hint);
/* A new one of ends that none is found of: empty but for its addresses and number. */
tcps_connection *tcps_store_add(tcps_store *store, const tcps_address ends[2], uint32_t hash);
/* When something falls due for the connection; INT64_MAX: nothing does. Valid until one is added. */
int64_t *tcps_store_due_ns(tcps_store *store, const tcps_connection *connection);
/* The segment is the first of the connection, and there is nothing else of it: fewer bytes may do. */
void tcps_store_lone(tcps_store *store, tcps_connection *connection, const tcps_segment *syn);
/* The connection is over, as far as it is known: fewer bytes may do. Not while it is used. */
void tcps_store_over(tcps_store *store, tcps_connection *connection);
/* The capture has come to that time. Those that have been quiet for some seconds may take fewer bytes then. Not while one is used. */
void tcps_store_pass(tcps_store *store, int64_t now_ns);
/* By its number; NULL where it has been forgotten, or is not due then. It is borrowed: to be forgotten or returned before anything
 * else is asked of the store. */
tcps_connection *tcps_store_due(tcps_store *store, uint32_t number, int64_t due_ns);

/* Frees it. */
void tcps_store_forget(tcps_store *store, tcps_connection *connection);

/* Each, by the index of its incarnation; borrowed for so long. */
void tcps_store_each(tcps_store *store, void (*visit)(void *data, tcps_connection *connection), void *data);
/* What was borrowed is not used any more. */
void tcps_store_return(tcps_store *store, tcps_connection *borrowed);

#endif
