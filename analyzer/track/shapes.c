/* shapes.c: see shapes.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track/shapes.h"

#include <glib.h>

enum { MOST = 1000, BUCKETS = 2048 };

struct tcps_shapes {
    uint32_t n;
    tcps_shape shapes[MOST];
    uint16_t numbers[BUCKETS]; /* an open hash table; 0: free */
};

tcps_shapes *tcps_shapes_new(void)
{
    return g_new0(tcps_shapes, 1);
}

void tcps_shapes_free(tcps_shapes *s)
{
    g_free(s);
}

static unsigned bucket_of(tcps_shape shape)
{
    const uint64_t h = (shape.used * UINT64_C(0x9E3779B97F4A7C15)) ^ (shape.told * UINT64_C(0xFF51AFD7ED558CCD));
    return (unsigned)((h ^ h >> 32) * UINT64_C(0xC4CEB9FE1A85EC53) >> 48) % BUCKETS;
}

uint32_t tcps_shapes_number(tcps_shapes *s, tcps_shape shape)
{
    unsigned i = bucket_of(shape);
    for (; s->numbers[i]; i = (i + 1) % BUCKETS) {
        const tcps_shape *it = &s->shapes[s->numbers[i] - 1];
        if (it->used == shape.used && it->told == shape.told)
            return s->numbers[i];
    }
    if (s->n == MOST)
        return 0;
    s->shapes[s->n++] = shape;
    s->numbers[i] = (uint16_t)s->n;
    return s->n;
}

tcps_shape tcps_shapes_get(const tcps_shapes *s, uint32_t number)
{
    return s->shapes[number - 1];
}
