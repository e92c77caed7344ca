/* compat.h: what differs between the versions of libwiretap (4.0, 4.4, 4.6).
 *
 * To be included before any other header of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CLI_COMPAT_H
#define CLI_COMPAT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <ws_symbol_export.h>
#include <ws_version.h>

#define WIRESHARK_VERSION (WIRESHARK_VERSION_MAJOR * 100 + WIRESHARK_VERSION_MINOR)

#include <wiretap/wtap.h>
#include <wsutil/wslog.h>

/* Without it, the library tells everything that it does. */
static inline void compat_log_init(const char *program)
{
#if WIRESHARK_VERSION >= 406
    (void)program;
    ws_log_init(NULL);
#else
    ws_log_init(program, NULL);
#endif
}

enum { RECORD_BYTES = 1514 }; /* to begin with */

/* A record and its bytes, which are in it from 4.6 on. */
typedef struct {
    wtap_rec rec;
#if WIRESHARK_VERSION < 406
    Buffer bytes;
#endif
} compat_record;

static inline void compat_record_init(compat_record *r)
{
#if WIRESHARK_VERSION >= 406
    wtap_rec_init(&r->rec, RECORD_BYTES);
#else
    wtap_rec_init(&r->rec);
    ws_buffer_init(&r->bytes, RECORD_BYTES);
#endif
}

static inline void compat_record_cleanup(compat_record *r)
{
    wtap_rec_cleanup(&r->rec);
#if WIRESHARK_VERSION < 406
    ws_buffer_free(&r->bytes);
#endif
}

/* The record is empty again, and its space can be used for the next. */
static inline void compat_record_reset(compat_record *r)
{
    wtap_rec_reset(&r->rec);
}

static inline bool compat_record_read(wtap *file, compat_record *r, int *error, char **details)
{
    gint64 offset;
#if WIRESHARK_VERSION >= 406
    return wtap_read(file, &r->rec, error, details, &offset);
#else
    return wtap_read(file, &r->rec, &r->bytes, error, details, &offset);
#endif
}

static inline const uint8_t *compat_record_bytes(const compat_record *r)
{
#if WIRESHARK_VERSION >= 406
    return ws_buffer_start_ptr(&r->rec.data);
#else
    return ws_buffer_start_ptr(&r->bytes);
#endif
}

#endif
