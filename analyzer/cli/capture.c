/* capture.c: see capture.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "capture.h"
#include "decode/cooked.h"
#include "plain_pcap.h"
#include "points/point_map.h"
#include "signals.h"

#include <errno.h>
#include <string.h>

enum { NS_PER_SECOND = 1000000000 };

struct capture {
    wtap *file;
    compat_record record;
    int64_t size;      /* 0: not known */
    plain_pcap *plain; /* reads the records, as long as there is no doubt of them; or NULL */
    uint64_t n_plain;  /* of them, so far */
    tcps_link plain_link;
    int plain_encapsulation;
    uint64_t dropped; /* beside packets */
};

void capture_init(void)
{
    compat_log_init("tcpstate");
    wtap_init(FALSE); /* no plugins: none is for what TCP comes in */
}

/* Takes details, which may be NULL. */
static char *error_text(int error, char *details)
{
    char *text;
    if (error == WTAP_ERR_SHORT_READ)
        text = g_strdup("the file is cut short in the middle of a packet");
    else if (details)
        text = g_strdup_printf("%s (%s)", wtap_strerror(error), details);
    else
        text = g_strdup(wtap_strerror(error));
    g_free(details);
    return text;
}

static tcps_link link_of(int encapsulation)
{
    switch (encapsulation) {
    case WTAP_ENCAP_ETHERNET:
        return TCPS_LINK_ETHERNET;
    case WTAP_ENCAP_SLL:
        return TCPS_LINK_LINUX_COOKED;
    case WTAP_ENCAP_SLL2:
        return TCPS_LINK_LINUX_COOKED_2;
    case WTAP_ENCAP_NULL:
        return TCPS_LINK_NULL;
    case WTAP_ENCAP_LOOP:
        return TCPS_LINK_LOOP;
    case WTAP_ENCAP_RAW_IP:
    case WTAP_ENCAP_RAW_IP4:
    case WTAP_ENCAP_RAW_IP6:
        return TCPS_LINK_IP;
    case WTAP_ENCAP_PPP:
        return TCPS_LINK_PPP;
    default:
        return TCPS_LINK_UNKNOWN;
    }
}

/* The library has said what the file is. Of the link types that are known here, it would hand on each frame as it stands in the
 * file. */
static void read_plainly(capture *c, const char *name)
{
    c->plain_encapsulation = wtap_file_encap(c->file);
    c->plain_link = link_of(c->plain_encapsulation);
    if (c->plain_link == TCPS_LINK_UNKNOWN || !(c->plain = plain_pcap_open(name)))
        return;
    if (wtap_file_type_subtype(c->file) ==
        (plain_pcap_has_nanoseconds(c->plain) ? wtap_pcap_nsec_file_type_subtype() : wtap_pcap_file_type_subtype()))
        return;
    plain_pcap_close(c->plain);
    c->plain = NULL;
}

/* To open a pipe by its name may wait for its writer; a copy that waited along would take what the process itself is to read. */
static wtap *open_file(const char *name, int *code, char **details)
{
    const bool named = strcmp(name, "-") != 0, held = named && signals_hold_reports(true);
    wtap *file = NULL;
    if (named && signals_received())
        *code = EINTR;
    else
        file = wtap_open_offline(name, WTAP_TYPE_AUTO, code, details, FALSE);
    if (named)
        signals_hold_reports(held);
    return file;
}

capture *capture_open(const char *name, char **error)
{
    int code = 0;
    char *details = NULL;
    wtap *file = open_file(name, &code, &details);
    if (!file) {
        *error = error_text(code, details);
        return NULL;
    }
    capture *c = g_new0(capture, 1);
    const bool named = strcmp(name, "-") != 0;
    c->file = file;
    c->size = named ? wtap_file_size(file, &code) : 0;
    compat_record_init(&c->record);
    if (named)
        read_plainly(c, name);
    return c;
}

void capture_close(capture *c)
{
    plain_pcap_close(c->plain);
    compat_record_cleanup(&c->record);
    wtap_close(c->file);
    g_free(c);
}

/* Seconds of a broken file may be any number. */
static int64_t time_ns(const nstime_t *t)
{
    const int64_t limit = INT64_MAX / NS_PER_SECOND - 1;
    return CLAMP((int64_t)t->secs, -limit, limit) * NS_PER_SECOND + t->nsecs;
}

static uint8_t mark_of(wtap_block_t block)
{
    guint32 flags = 0;
    if (!block || wtap_block_get_uint32_option_value(block, OPT_PKT_FLAGS, &flags) != WTAP_OPTTYPE_SUCCESS)
        return TCPS_MARK_NONE;
    switch (PACK_FLAGS_DIRECTION(flags)) {
    case PACK_FLAGS_DIRECTION_INBOUND:
        return TCPS_MARK_IN;
    case PACK_FLAGS_DIRECTION_OUTBOUND:
        return TCPS_MARK_OUT;
    default:
        return TCPS_MARK_NONE;
    }
}

/* The interface of the file, and of the host that captured on all of its own at once. */
static unsigned interface_of(const capture *c, const tcps_frame *frame)
{
    const wtap_rec *rec = &c->record.rec;
    const unsigned of_file =
        !c->plain && rec->presence_flags & WTAP_HAS_INTERFACE_ID ? rec->rec_header.packet_header.interface_id : 0;
    tcps_cooked cooked = {0};
    if (frame->link == TCPS_LINK_LINUX_COOKED_2)
        tcps_cooked_read(frame->bytes, MIN(frame->captured, frame->reported), true, &cooked);
    return tcps_interface(of_file, cooked.interface);
}

static void fill(const capture *c, capture_record *record)
{
    const wtap_rec *rec = &c->record.rec;
    *record = (capture_record){.encapsulation = -1, .has_time = rec->presence_flags & WTAP_HAS_TS};
    if (record->has_time)
        record->time_ns = time_ns(&rec->ts);
    if (rec->rec_type != REC_TYPE_PACKET)
        return;
    record->encapsulation = rec->rec_header.packet_header.pkt_encap;
    record->frame = (tcps_frame){.link = link_of(record->encapsulation),
                                 .mark = mark_of(rec->block),
                                 .bytes = compat_record_bytes(&c->record),
                                 .captured = rec->rec_header.packet_header.caplen,
                                 .reported = rec->rec_header.packet_header.len};
    record->interface = interface_of(c, &record->frame);
}

static capture_result read_record(capture *c, char **error)
{
    int code = 0;
    char *details = NULL;
    compat_record_reset(&c->record);
    if (compat_record_read(c->file, &c->record, &code, &details))
        return CAPTURE_FRAME;
    if (code == 0)
        return CAPTURE_END;
    *error = error_text(code, details);
    return CAPTURE_BROKEN;
}

/* From there on, the library reads: it has to come so far first. */
static capture_result catch_up(capture *c, char **error)
{
    capture_result result = CAPTURE_FRAME;
    plain_pcap_close(c->plain);
    c->plain = NULL;
    for (; c->n_plain > 0 && result == CAPTURE_FRAME; c->n_plain--)
        result = read_record(c, error);
    return result;
}

/* 0 where there is none. Writers that do not know a number may write all ones. */
static uint64_t option_of(wtap_block_t block, unsigned code)
{
    guint64 number = 0;
    if (!block || wtap_block_get_uint64_option_value(block, code, &number) != WTAP_OPTTYPE_SUCCESS ||
        number == UINT64_MAX)
        return 0;
    return number;
}

static bool has_option(wtap_block_t block, unsigned code)
{
    guint64 number;
    return wtap_block_get_uint64_option_value(block, code, &number) == WTAP_OPTTYPE_SUCCESS && number != UINT64_MAX;
}

capture_result capture_next(capture *c, capture_record *record, char **error)
{
    const plain_result read = c->plain ? plain_pcap_next(c->plain, &record->frame, &record->time_ns) : PLAIN_DOUBT;
    if (read == PLAIN_RECORD) {
        c->n_plain++;
        record->has_time = true;
        record->encapsulation = c->plain_encapsulation;
        record->frame.link = c->plain_link;
        record->interface = interface_of(c, &record->frame);
        return CAPTURE_FRAME;
    }
    if (read == PLAIN_END)
        return CAPTURE_END;
    capture_result result = c->plain ? catch_up(c, error) : CAPTURE_FRAME;
    if (result == CAPTURE_FRAME)
        result = read_record(c, error);
    if (result == CAPTURE_FRAME) {
        fill(c, record);
        c->dropped += option_of(c->record.rec.block, OPT_PKT_DROPCOUNT);
    }
    return result;
}

int capture_percent(capture *c)
{
    if (c->size <= 0)
        return -1;
    const int64_t done = c->plain ? plain_pcap_offset(c->plain) : wtap_read_so_far(c->file);
    return (int)(100 * MIN(done, c->size) / c->size);
}

/* Counts grow: the last block has the sum. Of what a filter let through, some may not have been delivered, which is another way to
 * tell what was dropped. */
static void take_statistics(wtap_block_t block, capture_statistics *s)
{
    const uint64_t accepted = option_of(block, OPT_ISB_FILTERACCEPT), delivered = option_of(block, OPT_ISB_USRDELIV);
    const uint64_t lost = option_of(block, OPT_ISB_IFDROP) + option_of(block, OPT_ISB_OSDROP);
    const bool both = has_option(block, OPT_ISB_FILTERACCEPT) && has_option(block, OPT_ISB_USRDELIV);
    s->told |= both || has_option(block, OPT_ISB_IFDROP) || has_option(block, OPT_ISB_OSDROP);
    s->dropped = MAX(s->dropped, MAX(lost, both && accepted > delivered ? accepted - delivered : 0));
    s->received = MAX(s->received, accepted ? accepted : option_of(block, OPT_ISB_IFRECV));
    if (!s->started)
        s->started = option_of(block, OPT_ISB_STARTTIME);
    s->ended = MAX(s->ended, option_of(block, OPT_ISB_ENDTIME));
}

/* So many are described, as far as the file has been read. */
static unsigned capture_n_interfaces(capture *c)
{
    wtapng_iface_descriptions_t *all = wtap_file_get_idb_info(c->file);
    const unsigned n = all->interface_data ? all->interface_data->len : 0;
    g_free(all);
    return n;
}

bool capture_may_have_several(capture *c)
{
    return capture_n_interfaces(c) > 1 || wtap_file_encap(c->file) == WTAP_ENCAP_SLL2;
}

char *capture_interface_name(capture *c, unsigned interface)
{
    wtapng_iface_descriptions_t *all = wtap_file_get_idb_info(c->file);
    char *name = NULL, *copy = NULL;
    if (all->interface_data && interface < all->interface_data->len &&
        wtap_block_get_string_option_value(g_array_index(all->interface_data, wtap_block_t, interface), OPT_IDB_NAME,
                                           &name) == WTAP_OPTTYPE_SUCCESS)
        copy = g_strdup(name);
    g_free(all);
    return copy;
}

/* They count in the interface's own units of time, like packets. */
static int64_t told_ns(uint64_t stamp, uint64_t units_per_second)
{
    if (!stamp || !units_per_second || stamp / units_per_second >= INT64_MAX / NS_PER_SECOND)
        return 0;
    const double rest = (double)(stamp % units_per_second) / (double)units_per_second;
    return (int64_t)(stamp / units_per_second) * NS_PER_SECOND + (int64_t)(rest * NS_PER_SECOND);
}

bool capture_interface_statistics(capture *c, unsigned interface, capture_statistics *s)
{
    wtapng_iface_descriptions_t *all = wtap_file_get_idb_info(c->file);
    const bool there = all->interface_data && interface < all->interface_data->len;
    *s = (capture_statistics){0};
    if (there) {
        wtap_block_t about = g_array_index(all->interface_data, wtap_block_t, interface);
        const wtapng_if_descr_mandatory_t *m = wtap_block_get_mandatory_data(about);
        for (unsigned i = 0; m->interface_statistics && i < m->interface_statistics->len; i++)
            take_statistics(g_array_index(m->interface_statistics, wtap_block_t, i), s);
        s->from_ns = told_ns(s->started, m->time_units_per_second);
        s->until_ns = told_ns(s->ended, m->time_units_per_second);
    }
    g_free(all);
    return there;
}

uint64_t capture_dropped_beside_packets(const capture *c)
{
    return c->dropped;
}

const char *capture_link_name(int encapsulation)
{
    return wtap_encap_description(encapsulation);
}

const char *capture_library_version(void)
{
    return G_STRINGIFY(WIRESHARK_VERSION_MAJOR) "." G_STRINGIFY(WIRESHARK_VERSION_MINOR);
}
