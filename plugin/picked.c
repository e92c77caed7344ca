/* picked.c: see picked.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "picked.h"

#include "model/model.h"
#include "record/segment_queue.h"
#include "session.h"

struct picked {
    tcps_inbox *noted; /* entries, in the order in which the history has those of a frame */
    uint32_t frame;    /* of the one noted last */
    GArray *streams;   /* of uint32_t: of each connection, what the tap told first */
    GByteArray *asked; /* a bit for each connection */
};

static void open_memory(picked *p)
{
    p->noted = tcps_inbox_new();
    p->frame = 0;
    p->streams = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    p->asked = g_byte_array_new();
}

static void close_memory(picked *p)
{
    tcps_inbox_free(p->noted);
    g_array_free(p->streams, TRUE);
    g_byte_array_free(p->asked, TRUE);
}

picked *picked_new(void)
{
    picked *p = g_new0(picked, 1);
    open_memory(p);
    return p;
}

void picked_free(picked *p)
{
    if (!p)
        return;
    close_memory(p);
    g_free(p);
}

void picked_reset(picked *p)
{
    close_memory(p);
    open_memory(p);
}

static void note_stream(picked *p, uint32_t connection, uint32_t stream)
{
    static const uint32_t none = TCPS_NO_STREAM;
    while (p->streams->len <= connection)
        g_array_append_val(p->streams, none);
    uint32_t *known = &g_array_index(p->streams, uint32_t, connection);
    if (*known == TCPS_NO_STREAM)
        *known = stream;
}

void picked_note(picked *p, const tap_entry *entry)
{
    const bool from_client = entry->observation.sender == TCPS_CLIENT;
    const tcps_address *src = from_client ? &entry->client : &entry->server;
    const tcps_address *dst = from_client ? &entry->server : &entry->client;
    tcps_path path;
    if (!session_path(src, dst, &path))
        return;
    if (entry->segment.frame != p->frame)
        tcps_inbox_begin(p->noted, entry->segment.frame, entry->segment.time_ns);
    p->frame = entry->segment.frame;
    if (entry->is_segment) {
        tcps_inbox_segment(p->noted, &path, &entry->segment);
    } else {
        const tcps_icmp_quote quote = {.src = *src, .dst = *dst, .seq = entry->segment.seq};
        tcps_inbox_quote(p->noted, &quote);
    }
    note_stream(p, entry->observation.connection, entry->stream);
}

void picked_add(picked *p, uint32_t connection)
{
    while (p->asked->len <= connection / 8)
        g_byte_array_append(p->asked, (const guint8[64]){0}, 64);
    p->asked->data[connection / 8] |= (guint8)(1u << connection % 8);
}

bool picked_has(const picked *p, uint32_t connection)
{
    return connection / 8 < p->asked->len && p->asked->data[connection / 8] >> connection % 8 & 1;
}

static tap_entry entry_of(const picked *p, const tcps_item *item, const tcps_observation *observation)
{
    const bool is_segment = item->kind == TCPS_ITEM_SEGMENT, from_client = observation->sender == TCPS_CLIENT;
    const tcps_address *src = is_segment ? &item->path.ends[item->path.from] : &item->quote.src;
    const tcps_address *dst = is_segment ? &item->path.ends[1 - item->path.from] : &item->quote.dst;
    tap_entry e = {.is_segment = is_segment,
                   .segment = is_segment ? item->segment : (tcps_segment){.seq = item->quote.seq},
                   .stream = g_array_index(p->streams, uint32_t, observation->connection),
                   .observation = *observation,
                   .client = from_client ? *src : *dst,
                   .server = from_client ? *dst : *src};
    e.segment.frame = item->frame;
    e.segment.time_ns = item->time_ns;
    return e;
}

static void put_back(tcps_inbox *to, const tcps_item *item)
{
    if (item->begins)
        tcps_inbox_begin(to, item->frame, item->time_ns);
    if (item->kind == TCPS_ITEM_SEGMENT)
        tcps_inbox_segment(to, &item->path, &item->segment);
    else if (item->kind == TCPS_ITEM_QUOTE)
        tcps_inbox_quote(to, &item->quote);
}

/* What is taken out is put into another queue, for the next time. */
void picked_each(picked *p, void (*take)(const tap_entry *entry, void *data), void *data)
{
    const tcps_history *history = session_history();
    tcps_inbox *again = tcps_inbox_new();
    tcps_item item;
    tcps_entry e;
    for (unsigned n = 0; tcps_inbox_take(p->noted, &item); n++) {
        put_back(again, &item);
        n = item.begins ? 0 : n;
        if (!history || !tcps_history_get(history, item.frame, n, &e) || !picked_has(p, e.observation.connection))
            continue;
        const tap_entry entry = entry_of(p, &item, &e.observation);
        take(&entry, data);
    }
    tcps_inbox_free(p->noted);
    p->noted = again;
    p->frame = 0;
}
