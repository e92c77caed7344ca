/* rule.h: one anomaly, one row, one file.
 *
 * A rule looks at a connection when one of its triggers occurs and raises a finding, at most once an incarnation unless it
 * says otherwise. It sees connection and endpoints as they stand and changes nothing: what it has to say goes into the context's sink.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_RULE_H
#define TCPS_RULE_H

#include "base/holes.h"
#include "infer/connection.h"
#include "rfc/tcpstate.h"

/* Which rules want to be asked, a bit for each: by three triggers at a time, which ones of those occurred. */
enum { TCPS_TRIGGERS_AT_ONCE = 3 };
typedef struct {
    uint64_t rules[TCPS_N_TRIGGERS / TCPS_TRIGGERS_AT_ONCE][1 << TCPS_TRIGGERS_AT_ONCE];
    uint64_t follow; /* those that follow up what they have raised: they are asked at every segment */
} tcps_triggers;

/* The index of none. */
#define TCPS_NO_CONNECTION UINT32_MAX

/* Where what rules have to say goes. */
typedef struct {
    GArray *findings;               /* of tcps_finding */
    uint64_t *raised;               /* a bit per rule: already raised for this incarnation */
    struct tcps_followed *followed; /* those that are followed up (followed.h) */
    tcps_tallies *tallies;          /* whose marks of what was raised of an endpoint as a whole are set */
    int64_t ask_ns;                 /* when the connection is to be looked at again; INT64_MAX: never */
} tcps_rule_sink;

typedef struct {
    const tcps_config *config;
    const tcps_connection *connection;
    const tcps_segment *segment;         /* NULL: no segment of this connection (DUE, END) */
    const tcps_observation *observation; /* NULL with it */
    unsigned rule;                       /* which rule is asked */
    unsigned when;                       /* which triggers occurred */
    const tcps_triggers *triggers;
    int64_t now_ns;
    uint32_t now_frame;
    bool at_end;             /* the capture is over */
    const tcps_holes *holes; /* of the capture */
    int64_t cut_ns;          /* a hole as long as this ends what is known of the connection; 0: none does */
    uint32_t before_frame;   /* with a segment: the connection's segment before it, or this one */
    uint32_t continues; /* with a first segment: the connection whose numbers it goes on with under another address */
    bool by_clocks;     /* and other ports: numbers and timestamps tell */
    tcps_rule_sink *sink;
} tcps_rule_context;

typedef struct {
    const char *title;
    tcps_severity severity;
    const char *advice;
} tcps_rule_words;

typedef struct {
    const char *id; /* public: filter text and expert info */
    tcps_severity severity;
    const char *title; /* a few words, constant: expert infos are grouped by it */
    /* what is said instead of title, severity and advice where it is presumed, once it is confirmed, and once it is over; no title:
     * nothing else is */
    tcps_rule_words presumed, confirmed, over;
    const char *const *set_when; /* "set when all of these are true", NULL-terminated */
    const char *false_positives;
    /* ids of rules that do not speak of the same cause besides it: what they have raised is withdrawn, where they follow up;
     * NULL-terminated, or NULL */
    const char *const *supersedes;
    const char *clause; /* RFC */
    const char *advice; /* in the reader's terms, what to look at next; {end}, {peer}, {port} are filled in */
    /* changes severity and advice where they depend on the finding; NULL: they do not */
    void (*reword)(const tcps_finding *finding, tcps_rule_words *words);
    unsigned when; /* TCPS_WHEN_... */
    void (*check)(const tcps_rule_context *context);
    /* Asked of a finding that it has raised, at each later segment of the connection, at DUE and at END: what has become of it?
     * Changes count, value, detail, and by the functions below, status and until. NULL: it stays what it was when it was raised. */
    void (*follow)(const tcps_rule_context *context, tcps_finding *finding);
    /* what happened, in one line without a final stop: "10.0.0.2:80 has been in CLOSE_WAIT for 15.1 s" */
    void (*describe)(const tcps_finding *finding, GString *to);
    uint8_t faked_by; /* TCPS_FAKED_BY_..., TCPS_SHOWS_DROPS */
} tcps_rule;

/* The row of a rule; never NULL for rule < tcps_n_rules(), NULL otherwise. */
const tcps_rule *tcps_rule_get(unsigned rule);
unsigned tcps_n_rules(void);

/* Appends what happened, and what to look at next. NULL for the advice on any such finding. */
void tcps_rule_describe(GString *to, const tcps_finding *finding);
void tcps_rule_advise(GString *to, unsigned rule, const tcps_finding *finding);
/* Would both be given the same advice, but for the endpoints that it names? */
bool tcps_rule_advises_alike(const tcps_finding *one, const tcps_finding *other);

/* As its rule's row says of its status and certainty. */
tcps_severity tcps_finding_severity(const tcps_finding *finding);
const char *tcps_finding_title(const tcps_finding *finding);

/* For the rules' own use. */

/* Raises the rule that is asked at the given end, once an incarnation. */
void tcps_rule_raise(const tcps_rule_context *context, tcps_role end, unsigned detail, uint32_t began_frame,
                     int64_t began_ns, int64_t value);
/* The same of the second incarnation, where there are two, and it has an index of its own. */
void tcps_rule_raise_of_second(const tcps_rule_context *context, tcps_role end, unsigned detail, uint32_t began_frame,
                               int64_t began_ns, int64_t value);
/* The same as tcps_rule_raise, of what finding says: rule, severity, connection, ends and where it was found are filled in. */
void tcps_rule_raise_finding(const tcps_rule_context *context, tcps_finding finding);
/* For `follow`: what it is about goes on up to now; is over as of now, if it was not before; never was so. */
void tcps_finding_goes_on(const tcps_rule_context *context, tcps_finding *finding);
void tcps_finding_is_over(const tcps_rule_context *context, tcps_finding *finding);
void tcps_finding_withdraw(tcps_finding *finding);
/* For `follow`: nothing can become of it any more. It need not be kept. */
void tcps_finding_stands(tcps_finding *finding);
/* Of an endpoint as a whole, over all its connections: marks it; false where the rule has been raised for it before. */
bool tcps_rule_mark(const tcps_rule_context *context, const tcps_tally *tally);
/* Of something that many connections may share, by which key tells it: false where it was asked for before, or there are too many. */
bool tcps_rule_first_of(const tcps_rule_context *context, uint64_t key);
/* Has the rule that is asked been raised? */
bool tcps_rule_raised(const tcps_rule_context *context);
/* Does what a finding tells of span a hole of the capture, or end with one? In the one case it is doubtful. */
void tcps_finding_look_for_holes(const tcps_rule_context *context, tcps_finding *finding, uint32_t from_frame);
/* Is this the last look at the incarnation, since another takes its place or it is forgotten? The capture goes on. */
static inline bool tcps_rule_is_parting(const tcps_rule_context *context)
{
    return context->when & TCPS_WHEN_END && !context->at_end;
}
/* Asks to be called with TCPS_WHEN_DUE at that time of the capture or soon after; not for a time that has passed. The
 * earliest of all wishes counts. */
void tcps_rule_ask(const tcps_rule_context *context, int64_t at_ns);

/* For the engine: asks the rules that want to know of context->when. Sets context->rule. */
void tcps_rules_check(tcps_rule_context *context);
/* What that is to find them by. */
tcps_triggers tcps_rules_triggers(void);

#endif
