/* journal.c: see journal.h. Notes follow each other as bytes, each as its difference to the one before. A block of frames knows
 * where its notes begin, and what the first one differs from: to read one, those before it in its block are read. Whoever reads
 * frame after frame reads each note once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "record/journal.h"

#include <glib.h>

#include "base/varint.h"

enum { FRAMES = 64, CHUNK = 1 << 16, MAX_NOTE = 2 + 3 + 7 * 5 + TCPS_VARINT_SPARE };

/* What a note is told as the difference to. */
typedef struct {
    uint32_t connection;
    uint32_t stay[2];
    uint32_t gauges[TCPS_N_GAUGES];
    uint8_t captured_at;
} base;

typedef struct {
    uint64_t present; /* a bit for each frame that has notes */
    uint64_t at;
    base base;
} block;

/* Where the reader is: behind the n-th note of a frame. */
typedef struct {
    bool valid;
    uint32_t frame;
    unsigned n;
    uint64_t next;
    base base;
    tcps_note note;
    bool steady, last;
} cursor;

struct tcps_journal {
    GArray *blocks;    /* of block */
    GPtrArray *chunks; /* of CHUNK bytes */
    uint64_t end;
    base base;     /* of the note added last */
    uint8_t *last; /* its second byte; NULL: the frame has none yet */
    uint32_t frame;
    cursor *cursor; /* for reading alone */
};

/* In a note's second byte: the frame has no more, three bytes more follow. */
enum { LAST = 0x80, MORE = 0x40 };
/* In the last of those three, above a bit for each gauge and one for steady. */
enum { CAPTURED_AT = TCPS_N_GAUGES + 1 };

tcps_journal *tcps_journal_new(void)
{
    tcps_journal *j = g_new0(tcps_journal, 1);
    j->blocks = g_array_new(FALSE, TRUE, sizeof(block));
    j->chunks = g_ptr_array_new_with_free_func(g_free);
    j->cursor = g_new0(cursor, 1);
    return j;
}

void tcps_journal_free(tcps_journal *j)
{
    if (!j)
        return;
    g_array_free(j->blocks, TRUE);
    g_ptr_array_free(j->chunks, TRUE);
    g_free(j->cursor);
    g_free(j);
}

/* A note never lies in two chunks: what is too short for the longest one is left out. */
static inline uint64_t place_for_note(uint64_t at)
{
    return at % CHUNK > CHUNK - MAX_NOTE ? (at / CHUNK + 1) * CHUNK : at;
}

static inline uint8_t *bytes_at(const tcps_journal *j, uint64_t at)
{
    return (uint8_t *)j->chunks->pdata[at / CHUNK] + at % CHUNK;
}

static inline block *block_of(const tcps_journal *j, uint32_t frame)
{
    return &g_array_index(j->blocks, block, frame / FRAMES);
}

/* --- writing --- */

static bool has_more(const tcps_note *n, const base *b, bool steady)
{
    return !steady || n->opens || !n->segment || n->role_basis || n->captured_at != b->captured_at ||
           memcmp(n->gauges, b->gauges, sizeof b->gauges) != 0;
}

static uint8_t *put_more(uint8_t *to, const tcps_note *n, base *b, bool steady)
{
    uint8_t *changed = to + 2;
    to[0] = (uint8_t)(n->before_certainty[0] | n->before_certainty[1] << 2 | n->role_basis << 4 | n->opens << 6 |
                      n->segment << 7);
    to[1] = (uint8_t)(n->before[0] | n->before[1] << 4);
    *changed = (uint8_t)(steady << TCPS_N_GAUGES | n->captured_at << CAPTURED_AT);
    b->captured_at = n->captured_at;
    to += 3;
    for (unsigned i = 0; i < TCPS_N_GAUGES; i++) {
        if (n->gauges[i] == b->gauges[i])
            continue;
        *changed |= (uint8_t)(1 << i);
        to = varint_put(to, varint_near(n->gauges[i], b->gauges[i]));
        b->gauges[i] = n->gauges[i];
    }
    return to;
}

static uint8_t *put_note(uint8_t *to, const tcps_note *n, base *b, bool steady)
{
    const bool more = has_more(n, b, steady);
    to[0] = (uint8_t)(n->event | n->sender << 6 | n->transition << 7);
    to[1] = (uint8_t)(n->certainty[0] | n->certainty[1] << 2 | n->closed_by << 4 | LAST | (more ? MORE : 0));
    to = varint_put(to + 2, varint_near(n->connection, b->connection));
    for (unsigned i = 0; i < 2; i++)
        to = varint_put(to, varint_near(n->stay[i], b->stay[i]));
    b->connection = n->connection;
    memcpy(b->stay, n->stay, sizeof b->stay);
    return more ? put_more(to, n, b, steady) : to;
}

void tcps_journal_add(tcps_journal *j, const tcps_note *note, bool steady)
{
    j->end = place_for_note(j->end);
    if (j->end / CHUNK == j->chunks->len)
        g_ptr_array_add(j->chunks, g_malloc(CHUNK));
    uint8_t *to = bytes_at(j, j->end);
    if (j->last)
        *j->last &= (uint8_t)~LAST;
    if (j->cursor->frame == j->frame)
        j->cursor->valid = false; /* it may have taken that one for the last */
    j->end += (uint64_t)(put_note(to, note, &j->base, steady) - to);
    j->last = to + 1;
    block_of(j, j->frame)->present |= UINT64_C(1) << j->frame % FRAMES;
}

/* --- reading --- */

static const uint8_t *get_more(const uint8_t *from, cursor *c)
{
    tcps_note *n = &c->note;
    n->before_certainty[0] = from[0] & 3;
    n->before_certainty[1] = from[0] >> 2 & 3;
    n->role_basis = from[0] >> 4 & 3;
    n->opens = from[0] >> 6 & 1;
    n->segment = from[0] >> 7;
    n->before[0] = from[1] & 15;
    n->before[1] = from[1] >> 4;
    const unsigned changed = from[2];
    c->steady = changed >> TCPS_N_GAUGES & 1;
    c->base.captured_at = changed >> CAPTURED_AT & 7;
    from += 3;
    for (unsigned i = 0; i < TCPS_N_GAUGES; i++)
        if (changed >> i & 1)
            c->base.gauges[i] = varint_from_near(varint_get(&from), c->base.gauges[i]);
    return from;
}

/* Reads the next note into the cursor. Whose it is is the caller's to say. */
static void read_note(const tcps_journal *j, cursor *c)
{
    c->next = place_for_note(c->next);
    const uint8_t *const start = bytes_at(j, c->next), *from = start + 2;
    c->note = (tcps_note){.event = start[0] & 63,
                          .sender = start[0] >> 6 & 1,
                          .transition = start[0] >> 7,
                          .certainty = {start[1] & 3, start[1] >> 2 & 3},
                          .closed_by = start[1] >> 4 & 3,
                          .segment = true};
    c->steady = true;
    c->last = start[1] & LAST;
    c->base.connection = varint_from_near(varint_get(&from), c->base.connection);
    for (unsigned i = 0; i < 2; i++)
        c->base.stay[i] = varint_from_near(varint_get(&from), c->base.stay[i]);
    if (start[1] & MORE)
        from = get_more(from, c);
    c->note.connection = c->base.connection;
    c->note.captured_at = c->base.captured_at;
    memcpy(c->note.stay, c->base.stay, sizeof c->note.stay);
    memcpy(c->note.gauges, c->base.gauges, sizeof c->note.gauges);
    c->next += (uint64_t)(from - start);
}

/* The first frame of a block from that one on that has notes. There is one. */
static uint32_t next_present(const block *b, uint32_t frame)
{
    return frame / FRAMES * FRAMES + (uint32_t)__builtin_ctzll(b->present & UINT64_MAX << frame % FRAMES);
}

static bool is_present(const block *b, uint32_t frame)
{
    return b->present >> frame % FRAMES & 1;
}

/* Has the cursor read all notes of its block before the frame, which has some. */
static void go_before(const tcps_journal *j, cursor *c, uint32_t frame)
{
    const block *b = block_of(j, frame);
    uint32_t at = next_present(b, frame / FRAMES * FRAMES);
    if (c->valid && c->frame < frame && c->frame / FRAMES == frame / FRAMES) {
        at = c->frame;
        if (c->last)
            at = next_present(b, c->frame + 1);
    } else {
        c->next = b->at;
        c->base = b->base;
    }
    while (at < frame) {
        read_note(j, c);
        if (c->last)
            at = next_present(b, at + 1);
    }
}

bool tcps_journal_get(const tcps_journal *j, uint32_t frame, unsigned n, tcps_note *note, bool *steady)
{
    cursor *c = j->cursor;
    if (frame / FRAMES >= j->blocks->len || !is_present(block_of(j, frame), frame))
        return false;
    if (!c->valid || c->frame != frame || c->n > n) {
        go_before(j, c, frame);
        read_note(j, c);
        c->valid = true;
        c->frame = frame;
        c->n = 0;
    }
    for (; c->n < n && !c->last; c->n++)
        read_note(j, c);
    *note = c->note;
    *steady = c->steady;
    return c->n == n;
}

/* --- frames --- */

/* That frame and all behind it are forgotten. */
static void cut(tcps_journal *j, uint32_t frame)
{
    cursor *c = j->cursor;
    block *b = block_of(j, frame);
    c->valid = false;
    if (b->present & UINT64_MAX << frame % FRAMES) {
        go_before(j, c, next_present(b, frame));
        j->end = c->next;
        j->base = c->base;
        b->present &= ~(UINT64_MAX << frame % FRAMES);
    } else if (frame / FRAMES + 1 < j->blocks->len) {
        j->end = b[1].at;
        j->base = b[1].base;
    }
    g_array_set_size(j->blocks, frame / FRAMES + 1);
}

void tcps_journal_begin(tcps_journal *j, uint32_t frame)
{
    if (frame <= j->frame && frame / FRAMES < j->blocks->len)
        cut(j, frame);
    const block empty = {.at = j->end, .base = j->base};
    while (j->blocks->len <= frame / FRAMES)
        g_array_append_val(j->blocks, empty);
    j->frame = frame;
    j->last = NULL;
}
