/* store.h: all connections of a capture, found by their two ends.
 *
 * Those that something happened to lately are awake; the others sleep, packed (pack.h), and those that nothing can happen to any
 * more are forgotten. A connection has a number for as long as it is in the store.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_STORE_H
#define TCPS_STORE_H

#include "infer/connection.h"

typedef struct tcps_store tcps_store;

/* For that analyzer. tallies: those that its connections are counted in. */
tcps_store *tcps_store_new(tcps_analyzer *analyzer, const tcps_tallies *tallies);
void tcps_store_free(tcps_store *store);

/* Has every connection packed while it is not in use, or none for as long as that is not set. For tests. */
void tcps_store_keep_none_awake(tcps_store *store);

/* What connections of these ends, the lower address first, are found by. */
uint32_t tcps_store_hash(const tcps_store *store, const tcps_address ends[2]);
/* The connection of these ends; NULL where there is none. It is awake until tcps_store_rest. */
tcps_connection *tcps_store_find(tcps_store *store, const tcps_address ends[2], uint32_t hash);
/* It is asked for soon: has its number, then its place, then what is known of it fetched into the processor's cache meanwhile. Each
 * waits for the one before, if that is not done. Changes nothing. */
void tcps_store_expect_number(const tcps_store *store, uint32_t hash);
void tcps_store_expect_place(const tcps_store *store, uint32_t hash);
void tcps_store_expect(const tcps_store *store, uint32_t hash);
/* A new one of ends that none is found of: zero but for its analyzer, addresses and number. */
tcps_connection *tcps_store_add(tcps_store *store, const tcps_address ends[2], uint32_t hash);
/* When something falls due for the connection; INT64_MAX: nothing does. Valid until one is added. */
int64_t *tcps_store_due_ns(tcps_store *store, const tcps_connection *connection);
/* By its number; NULL where it has been forgotten, or is not due then. */
tcps_connection *tcps_store_due(tcps_store *store, uint32_t number, int64_t due_ns);

/* The connection has been dealt with; now_ns is the capture's time. over: hardly anything is to come. */
void tcps_store_rest(tcps_store *store, tcps_connection *connection, bool over, int64_t now_ns);
/* Frees it. */
void tcps_store_forget(tcps_store *store, tcps_connection *connection);

/* The numbers of all connections, by the index of their incarnation. Free with g_array_unref. */
GArray *tcps_store_numbers(tcps_store *store);
/* By its number, which tcps_store_numbers has told: itself where it is awake; else what it is, in room, and it sleeps on. */
tcps_connection *tcps_store_peek(const tcps_store *store, uint32_t number, tcps_connection *room);
/* What has changed in room is kept. */
void tcps_store_repack(tcps_store *store, const tcps_connection *room, int64_t now_ns);

#endif
