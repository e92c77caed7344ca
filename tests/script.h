/* script.h: TCP segments written as text, run through the analyzer, with the states that each step must show.
 *
 * One step a line; `#` begins a comment:
 *
 *     [+SECONDS] STEP [| EXPECTED...]
 *
 * STEP is one of
 *     c> FLAGS SEQ[+LEN] [ack N] [ts VAL/ECR] [win N] [ws N] [mss N] [sack L-R] [tfo] [cut] [id N] [ttl N] [mac FROM/TO]
 *                     a segment from c (s> from s, x> from c to itself); FLAGS of F S R P A U, E (ECE), W (CWR), or `-`;
 *                     SEQ and ack may be `zero`: 0 on the wire, whatever the script's offset
 *                     cut: the capture does not hold the options
 *     copy            the last segment's frame, captured again
 *     icmp c SEQ      a hard ICMP error that quotes c's segment SEQ
 *     soft c SEQ      the same of an error that says: not now (no route to the host)
 *     tick            a frame without TCP: time has passed
 *     end             the capture is over
 *     home WORD       where the capture was made: client, server or path, before the first segment
 *     two_msl S, linger S, final_ack S, handshake S, time_wait_sockets N, syn_flood N: preferences, before the
 *                     first segment
 * Steps are 10 ms apart but for +SECONDS.
 *
 * EXPECTED is the state of c, the state of s (`-`: any), each with a mark: none: proven, `~` presumed, `^` elapsed, `?` no
 * evidence, `.` any certainty; alternatives are separated by `/`. Then any of
 *     event=ID  conn=N  client=c|s  basis=NAME  closed_by=NAME  transition=0|1  before=C,S  since=C,S (frames)
 *     why=ROW,ROW (of evidence.def; !ROW: another one; -: any)
 *     !RULE (raised by now)  !-RULE (not raised by now, or withdrawn)
 *     !RULE=WHAT=WHAT..., what was said last of it: raised, confirmed or over; a severity; proven or presumed; a count
 *     said:WORDS  unsaid:WORDS (with _ for spaces: in "warn: what is said of a finding", or in none)
 *
 * Each script is run several times: with sequence numbers as written, and shifted so that they wrap at different places,
 * with the ends' addresses in either order. All runs must show the same.
 *
 * With the path of a file in the environment variable TCPSTATE_WRITE_CAPTURE, a case is written there as a capture, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_SCRIPT_H
#define TEST_SCRIPT_H

/* Runs the script; each expectation that fails fails the running g_test, with the line and what was shown. */
void script_run(const char *script);

/* A named script, and a g_test for each. The table ends with a NULL name. */
typedef struct {
    const char *name;
    const char *script;
} script_case;

void script_add_cases(const char *group, const script_case *cases);

/* Two ends that are open and have both talked: c has sent up to 111, s up to 311. */
#define SCRIPT_OPEN                                                                                                    \
    "c> S 100\n"                                                                                                       \
    "s> SA 300 ack 101\n"                                                                                              \
    "c> A 101 ack 301\n"                                                                                               \
    "c> PA 101+10 ack 301\n"                                                                                           \
    "s> PA 301+10 ack 111\n"                                                                                           \
    "c> A 111 ack 311 | ESTABLISHED ESTABLISHED\n"

#endif
