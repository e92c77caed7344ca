/* label.c: see label.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "label.h"

#include "rfc/tcpstate.h"

#include <wsutil/utf8_entities.h>

enum { US = 1000, MS = 1000 * US, SECOND = 1000 * MS };

label label_of(proto_item *item)
{
    field_info *info = PITEM_FINFO(item);
    info->rep = wmem_new0(PNODE_POOL(item), item_label_t);
    return (label){.text = info->rep->representation};
}

static void add_bytes(label *l, const char *bytes, size_t n)
{
    n = MIN(n, ITEM_LABEL_LENGTH - 1 - l->length);
    memcpy(l->text + l->length, bytes, n);
    l->length += n;
    l->text[l->length] = '\0';
}

void label_add(label *l, const char *text)
{
    add_bytes(l, text, strlen(text));
}

void label_add_number(label *l, uint64_t number)
{
    char digits[20], *end = digits + sizeof digits, *first = end;
    do
        *--first = (char)('0' + number % 10);
    while (number /= 10);
    add_bytes(l, first, (size_t)(end - first));
}

/* With one digit behind the point. */
static void add_tenths(label *l, int64_t ns, int64_t unit)
{
    uint64_t tenths = (uint64_t)(ns + unit / 20) / (uint64_t)(unit / 10);
    label_add_number(l, tenths / 10);
    label_add(l, ".");
    label_add_number(l, tenths % 10);
}

static void add_long_duration(label *l, int64_t ns)
{
    GString *text = g_string_new(NULL);
    tcps_duration_append(text, ns);
    label_add(l, text->str);
    g_string_free(text, TRUE);
}

void label_add_duration(label *l, int64_t ns)
{
    if (ns < MS) {
        label_add_number(l, (uint64_t)ns / US);
        label_add(l, " " UTF8_MICRO_SIGN "s");
    } else if (ns < INT64_C(10) * MS) {
        add_tenths(l, ns, MS);
        label_add(l, " ms");
    } else if (ns < SECOND - MS / 2) {
        label_add_number(l, (uint64_t)(ns + MS / 2) / MS);
        label_add(l, " ms");
    } else if (ns < INT64_C(599) * SECOND) {
        add_tenths(l, ns, SECOND);
        label_add(l, " s");
    } else {
        add_long_duration(l, ns);
    }
}
