/* zeek.h: a connection in Zeek's words: the conn_state and the history of its conn.log.
 *
 * Zeek's documentation (base/protocols/conn/main.zeek, Conn::Info) defines the words; the originator is our client, the
 * responder our server:
 *
 *   S0      connection attempt seen, no reply
 *   S1      established, not terminated
 *   SF      normal establishment and termination
 *   REJ     connection attempt rejected
 *   S2, S3  established, and the close attempt of the originator (S2) or responder (S3) seen, but no reply of the other
 *   RSTO    established, the originator aborted
 *   RSTR    the responder sent a RST
 *   RSTOS0  the originator sent a SYN and then a RST, no SYN+ACK was seen
 *   RSTRH   the responder sent a SYN+ACK and then a RST, no SYN was seen
 *   SH      the originator sent a SYN and then a FIN, no SYN+ACK was seen
 *   SHR     the responder sent a SYN+ACK and then a FIN, no SYN was seen
 *   OTH     none of these: no SYN seen, just midstream traffic
 *
 * They are used as defined, of what the analyzer knows of both ends. Zeek itself goes by fewer signs and says otherwise where
 * - a SYN+ACK is never acknowledged: nothing is established then, so OTH and not S1;
 * - both sent a FIN and one was never acknowledged: S2 or S3 by whose FIN it was, and not SF;
 * - a RST comes between the FINs: the connection is reset, and not closed;
 * - a RST is out of place or forged, and the connection goes on: it ended nothing;
 * - the stream is joined late: whoever closes or resets an established connection does so, seen from its beginning or not
 *   (RSTO, RSTR, S2, S3), and a RST or FIN alone tells of no handshake (no RSTRH, SHR);
 * - a pair of ends is silent for minutes: it stays one connection;
 * - a frame is captured twice: the copy is no retransmission, and has no letter.
 * An ICMP error is not TCP's reply: S0.
 *
 * History: a letter for each kind of segment, upper case if the originator sent it:
 *   S  SYN     H  SYN+ACK     A  pure ACK     D  payload     F  FIN     R  RST     I  FIN+RST     Q  SYN+FIN or SYN+RST
 *   T  payload again          W  zero window  G  a gap: payload that the peer acknowledged and nobody captured
 *   ^  in front: the first segment seen was the responder's
 * A, D, I and Q are noted once an end; S, H, F and R again where their sequence number is another than the last one's;
 * T, W and G at their 1st, 10th, 100th, ... time. Zeek's C (bad checksum) and X (analysis given up) do not occur.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_ZEEK_H
#define TCPS_ZEEK_H

#include "rfc/tcpstate.h"

G_BEGIN_DECLS

#define TCPS_ZEEK_LETTERS 30 /* a history that grows longer ends in "+" */

/* What an end has sent. */
typedef struct {
    uint32_t seq[3];            /* of its last SYN, FIN, RST */
    uint32_t next;              /* one beyond the payload that is complete */
    uint32_t hole_end, highest; /* of what lies behind a hole in it */
    uint16_t counts[3];         /* of T, W, G */
    uint16_t seen;              /* which letters it has, a bit each */
    bool fin;                   /* its FIN was sent, captured or not */
    bool answered;              /* and acknowledged */
    bool next_known, hole;
} tcps_zeek_end;

/* All that is kept of a connection. All zero to begin with; no memory of its own. */
typedef struct {
    tcps_zeek_end end[2];
    uint8_t n; /* letters */
    bool begun;
    bool opened;       /* both have been ESTABLISHED or beyond */
    uint8_t reset_by;  /* tcps_closed_by, of the RST that ended it */
    uint8_t closed_by; /* tcps_closed_by */
    char letters[TCPS_ZEEK_LETTERS + 2];
} tcps_zeek;

/* The connection's next segment, or NULL for something else that changed states. */
void tcps_zeek_take(tcps_zeek *zeek, const tcps_segment *segment, const tcps_observation *observation);

/* "SF", "S0", ...; never NULL. Of NULL, as of what nothing was taken of. */
const char *tcps_zeek_state(const tcps_zeek *zeek);
/* "ShADadFf"; empty where nothing was taken. Valid as long as *zeek. */
const char *tcps_zeek_history(const tcps_zeek *zeek);

G_END_DECLS
#endif
