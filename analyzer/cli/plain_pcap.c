/* plain_pcap.c: see plain_pcap.h. The format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-03.html
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plain_pcap.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_HEADER = 24,
    RECORD_HEADER = 16,
    LONGEST = 262144,  /* that libwiretap takes */
    AT_ONCE = 64 << 10 /* bytes asked for; they are to stay in the processor's cache until they are looked at */
};

enum { MAGIC = 0xa1b2c3d4, MAGIC_NANOSECONDS = 0xa1b23c4d };

enum { NS_PER_SECOND = 1000000000, NS_PER_MICROSECOND = 1000 };

struct plain_pcap {
    int fd;
    bool swapped; /* written in the other byte order */
    bool nanoseconds;
    int64_t read; /* bytes of the file */
    size_t at, n; /* in the buffer: what is next, and how much is there */
    uint8_t buffer[RECORD_HEADER + LONGEST + AT_ONCE];
};

static uint32_t number(const plain_pcap *f, const uint8_t *p)
{
    uint32_t n;
    memcpy(&n, p, sizeof n);
    return f->swapped ? GUINT32_SWAP_LE_BE(n) : n;
}

static uint32_t half(const plain_pcap *f, const uint8_t *p)
{
    uint16_t n;
    memcpy(&n, p, sizeof n);
    return f->swapped ? GUINT16_SWAP_LE_BE(n) : n;
}

/* Moves what is left to the front and reads behind it. False at the end, and where reading fails. */
static bool read_more(plain_pcap *f)
{
    ssize_t n;
    f->n -= f->at;
    memmove(f->buffer, f->buffer + f->at, f->n);
    f->at = 0;
    do
        n = read(f->fd, f->buffer + f->n, MIN(AT_ONCE, sizeof f->buffer - f->n));
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return false;
    f->n += (size_t)n;
    f->read += n;
    return true;
}

static bool read_until(plain_pcap *f, size_t bytes)
{
    while (f->n - f->at < bytes)
        if (!read_more(f))
            return false;
    return true;
}

static inline bool have(plain_pcap *f, size_t bytes)
{
    return f->n - f->at >= bytes || read_until(f, bytes);
}

/* In version 2.4 lengths have their right order, and no other bits stand beside the link type. */
static bool read_header(plain_pcap *f)
{
    if (!have(f, FILE_HEADER))
        return false;
    const uint8_t *p = f->buffer;
    const uint32_t magic = number(f, p);
    f->swapped = magic == GUINT32_SWAP_LE_BE(MAGIC) || magic == GUINT32_SWAP_LE_BE(MAGIC_NANOSECONDS);
    f->nanoseconds = number(f, p) == MAGIC_NANOSECONDS;
    f->at = FILE_HEADER;
    return (f->nanoseconds || number(f, p) == MAGIC) && half(f, p + 4) == 2 && half(f, p + 6) == 4 &&
           number(f, p + 20) >> 16 == 0;
}

plain_pcap *plain_pcap_open(const char *name)
{
    struct stat about;
    const int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe is not to be waited for */
    if (fd < 0)
        return NULL;
    plain_pcap *f = g_malloc(sizeof *f); /* what is not read into stays untouched */
    f->fd = fd;
    f->swapped = false;
    f->read = 0;
    f->at = f->n = 0;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && read_header(f))
        return f;
    plain_pcap_close(f);
    return NULL;
}

void plain_pcap_close(plain_pcap *f)
{
    if (!f)
        return;
    close(f->fd);
    g_free(f);
}

bool plain_pcap_has_nanoseconds(const plain_pcap *f)
{
    return f->nanoseconds;
}

plain_result plain_pcap_next(plain_pcap *f, tcps_frame *frame, int64_t *time_ns)
{
    if (!have(f, RECORD_HEADER))
        return f->n == f->at ? PLAIN_END : PLAIN_DOUBT;
    const uint8_t *p = f->buffer + f->at;
    const uint32_t seconds = number(f, p), captured = number(f, p + 8);
    const int64_t fraction = (int64_t)number(f, p + 4) * (f->nanoseconds ? 1 : NS_PER_MICROSECOND);
    if (captured > LONGEST || seconds > INT32_MAX || fraction >= NS_PER_SECOND || !have(f, RECORD_HEADER + captured))
        return PLAIN_DOUBT;
    p = f->buffer + f->at;
    *time_ns = (int64_t)seconds * NS_PER_SECOND + fraction;
    *frame = (tcps_frame){.bytes = p + RECORD_HEADER, .captured = captured, .reported = number(f, p + 12)};
    f->at += RECORD_HEADER + captured;
    return PLAIN_RECORD;
}

int64_t plain_pcap_offset(const plain_pcap *f)
{
    return f->read - (int64_t)(f->n - f->at);
}
