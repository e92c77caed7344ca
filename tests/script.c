/* script.c: see script.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "script.h"

#include <stdlib.h>
#include <string.h>

#include "decode/link_address.h"
#include "invariants.h"
#include "rfc/settings.h"
#include "rfc/tcpstate.h"
#include "rules/rule.h"
#include "write_pcap.h"

#define STEP_NS (10 * G_TIME_SPAN_MILLISECOND * 1000)

static const char *const event_ids[] = {
#define E(id, text, clause) #id,
#include "rfc/events.def"
#undef E
};

/* How a run differs from the script as written. */
typedef struct {
    const char *words;
    uint32_t offset[2]; /* added to the sequence numbers of c, s */
    bool swapped;       /* the order of the addresses */
} variant;

static const variant variants[] = {
    {"as written", {0, 0}, false},
    {"addresses swapped", {0, 0}, true},
    {"c wraps on its SYN, s at 2^31", {UINT32_MAX - 100, 0x7fffffff - 300}, false},
    {"c at 2^31, s wraps on its SYN", {0x7fffffff - 100, UINT32_MAX - 300}, true},
    {"c wraps on its data, s on its first byte", {UINT32_MAX - 105, UINT32_MAX - 301}, false},
    {"c wraps on its FIN, s on its FIN", {UINT32_MAX - 111, UINT32_MAX - 311}, true},
    {"both SYNs are 0", {(uint32_t)-100, (uint32_t)-300}, false},
};

typedef struct {
    const variant *variant;
    tcps_analyzer *analyzer;
    tcps_config config;
    invariants *invariants;
    tcps_address address[2];
    tcps_segment segment;
    unsigned from, to;
    int64_t time_ns;
    uint32_t frame;
    uint16_t ip_id;
    tcps_observation shown;
    bool has_shown;
    uint64_t raised;                   /* bit per rule; what is withdrawn is not */
    tcps_finding last[TCPS_MAX_RULES]; /* with raised: what was said last of it */
    char *said[TCPS_MAX_RULES];
    const char *line;
    FILE *capture; /* what is fed is written there; NULL: nowhere */
    bool failed;
} run;

static void fail(run *r, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void fail(run *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_test_message("(%s) frame %u: %s\n    %s", r->variant->words, r->frame, r->line, text);
    g_test_fail();
    r->failed = true;
    g_free(text);
}

/* ---- reading a step ---- */

static uint16_t read_flags(run *r, const char *word)
{
    static const struct {
        char letter;
        uint16_t flag;
    } letters[] = {{'F', TCPS_FIN}, {'S', TCPS_SYN}, {'R', TCPS_RST}, {'P', TCPS_PSH},
                   {'A', TCPS_ACK}, {'U', TCPS_URG}, {'E', TCPS_ECE}, {'W', TCPS_CWR}};
    uint16_t flags = 0;
    for (; *word; word++) {
        unsigned i = 0;
        while (i < G_N_ELEMENTS(letters) && letters[i].letter != *word)
            i++;
        if (i < G_N_ELEMENTS(letters))
            flags |= letters[i].flag;
        else if (*word != '-')
            fail(r, "the script has no flag %c", *word);
    }
    return flags;
}

static uint32_t read_seq(const run *r, const char *word, unsigned whose, char **rest)
{
    if (g_str_has_prefix(word, "zero")) {
        if (rest)
            *rest = (char *)word + 4;
        return 0;
    }
    return (uint32_t)g_ascii_strtoull(word, rest, 10) + r->variant->offset[whose];
}

/* Of a number, or of what routers share. */
static uint32_t link_of(const char *word)
{
    static const uint8_t shared[] = {0, 0, 0x5e, 0, 1, 7};
    const uint8_t mac[] = {2, 0, 0, 0, 0, (uint8_t)atoi(word)};
    return tcps_link_of_mac(strcmp(word, "virtual") == 0 ? shared : mac);
}

static void read_options(run *r, char **words)
{
    tcps_segment *s = &r->segment;
    for (; *words; words++) {
        const char *name = *words;
        if (strcmp(name, "tfo") == 0) {
            s->has |= TCPS_HAS_FAST_OPEN;
            continue;
        }
        if (strcmp(name, "cut") == 0) {
            s->has |= TCPS_OPTIONS_CUT;
            continue;
        }
        const char *value = *++words;
        if (!value) {
            fail(r, "the script lacks a value for %s", name);
            return;
        }
        const char *second = strpbrk(value, "/-");
        if (strcmp(name, "ack") == 0) {
            s->ack = read_seq(r, value, r->to, NULL);
        } else if (strcmp(name, "ts") == 0 && second) {
            s->has |= TCPS_HAS_TIMESTAMPS;
            s->tsval = (uint32_t)g_ascii_strtoull(value, NULL, 10);
            s->tsecr = (uint32_t)g_ascii_strtoull(second + 1, NULL, 10);
        } else if (strcmp(name, "sack") == 0 && second && s->n_sack < TCPS_MAX_SACK) {
            s->sack[s->n_sack][0] = read_seq(r, value, r->to, NULL);
            s->sack[s->n_sack++][1] = read_seq(r, second + 1, r->to, NULL);
        } else if (strcmp(name, "win") == 0) {
            s->window = (uint16_t)g_ascii_strtoull(value, NULL, 10);
        } else if (strcmp(name, "ws") == 0) {
            s->has |= TCPS_HAS_WSCALE;
            s->wscale = (uint8_t)g_ascii_strtoull(value, NULL, 10);
        } else if (strcmp(name, "mss") == 0) {
            s->has |= TCPS_HAS_MSS;
            s->mss = (uint16_t)g_ascii_strtoull(value, NULL, 10);
        } else if (strcmp(name, "id") == 0) {
            s->ip_id = (uint16_t)g_ascii_strtoull(value, NULL, 10);
        } else if (strcmp(name, "ttl") == 0) {
            s->ttl = (uint8_t)g_ascii_strtoull(value, NULL, 10);
        } else if (strcmp(name, "mac") == 0 && second) {
            s->link[0] = link_of(value);
            s->link[1] = link_of(second + 1);
        } else {
            fail(r, "the script has an unknown option %s", name);
        }
    }
}

static void read_segment(run *r, char **words)
{
    tcps_segment *s = &r->segment;
    memset(s, 0, sizeof *s);
    r->from = words[0][0] == 's';
    r->to = words[0][0] == 'x' ? 0 : 1 - r->from;
    s->window = 64000;
    s->has = TCPS_HAS_IP_ID;
    s->ip_id = ++r->ip_id;
    s->ttl = 64;
    if (!words[1] || !words[2]) {
        fail(r, "the script lacks flags or sequence number");
        return;
    }
    s->flags = read_flags(r, words[1]);
    char *rest;
    s->seq = read_seq(r, words[2], r->from, &rest);
    if (*rest == '+')
        s->len = (uint32_t)g_ascii_strtoull(rest + 1, NULL, 10);
    read_options(r, words + 3);
}

/* ---- doing it ---- */

static void take_findings(run *r)
{
    unsigned n;
    const tcps_finding *findings = tcps_analyzer_findings(r->analyzer, &n);
    for (unsigned i = 0; i < n; i++) {
        const tcps_finding *f = &findings[i];
        const uint64_t bit = UINT64_C(1) << f->rule;
        if (f->again && !(r->raised & bit))
            fail(r, "%s: another word on what is not raised", tcps_rule_get(f->rule)->id);
        GString *text = g_string_new(tcps_severity_name(f->severity));
        g_string_append(text, ": ");
        tcps_rule_describe(text, f);
        g_free(r->said[f->rule]);
        r->said[f->rule] = g_string_free(text, FALSE);
        r->last[f->rule] = *f;
        r->raised |= bit;
        if (f->status == TCPS_WITHDRAWN) {
            r->raised &= ~bit;
            g_clear_pointer(&r->said[f->rule], g_free);
        }
    }
    tcps_analyzer_clear_findings(r->analyzer);
}

static void feed(run *r)
{
    r->segment.time_ns = r->time_ns;
    r->segment.frame = r->frame;
    if (r->capture)
        write_pcap_segment(r->capture, &r->address[r->from], &r->address[r->to], &r->segment);
    tcps_analyzer_segment(r->analyzer, &r->address[r->from], &r->address[r->to], &r->segment, &r->shown);
    r->has_shown = true;
}

static bool set_preference(run *r, const char *name, double seconds)
{
    if (strcmp(name, "time_wait_sockets") == 0) {
        r->config.time_wait_sockets = (uint32_t)seconds;
        return true;
    }
    if (strcmp(name, "syn_flood") == 0) {
        r->config.syn_flood = (uint32_t)seconds;
        return true;
    }
    int64_t *value = strcmp(name, "two_msl") == 0     ? &r->config.two_msl_ns
                     : strcmp(name, "linger") == 0    ? &r->config.linger_ns
                     : strcmp(name, "final_ack") == 0 ? &r->config.final_ack_ns
                     : strcmp(name, "handshake") == 0 ? &r->config.handshake_ns
                                                      : NULL;
    if (value)
        *value = (int64_t)(seconds * 1e9);
    return value != NULL;
}

static void do_step(run *r, char **words)
{
    if (words[1] && set_preference(r, words[0], g_ascii_strtod(words[1], NULL)))
        return;
    if (words[1] && strcmp(words[0], "home") == 0) {
        g_assert_true(tcps_setting_put_home(words[1], &r->config));
        return;
    }
    if (!r->analyzer)
        r->analyzer = tcps_analyzer_new(&r->config);
    r->has_shown = false;
    if (strcmp(words[0], "end") == 0) {
        tcps_analyzer_finish(r->analyzer);
        take_findings(r);
        return;
    }
    r->frame++;
    tcps_analyzer_advance(r->analyzer, r->time_ns, r->frame);
    if (strcmp(words[0], "copy") == 0) {
        feed(r);
    } else if ((strcmp(words[0], "icmp") == 0 || strcmp(words[0], "soft") == 0) && words[1] && words[2]) {
        const bool hard = words[0][0] == 'i';
        r->from = words[1][0] == 's';
        r->to = 1 - r->from;
        if (r->capture)
            write_pcap_unreachable(r->capture, &r->address[r->from], &r->address[r->to],
                                   read_seq(r, words[2], r->from, NULL), hard, r->time_ns);
        r->has_shown =
            tcps_analyzer_icmp_error(r->analyzer, &r->address[r->from], &r->address[r->to],
                                     read_seq(r, words[2], r->from, NULL), hard, r->time_ns, r->frame, &r->shown);
        if (!r->has_shown)
            fail(r, "the ICMP error was not recognised");
    } else if (words[0][0] && words[0][1] == '>') {
        read_segment(r, words);
        feed(r);
    } else if (strcmp(words[0], "tick") == 0) {
        if (r->capture)
            write_pcap_tick(r->capture, r->time_ns);
    } else {
        fail(r, "the script has an unknown step %s", words[0]);
    }
    take_findings(r);
    if (r->has_shown) {
        char *wrong = invariants_check(r->invariants, &r->shown, r->from == r->to, r->frame, r->time_ns);
        if (wrong)
            fail(r, "invariant: %s", wrong);
        g_free(wrong);
    }
}

/* ---- judging it ---- */

/* The role of c (0) or s (1) in what was shown. A connection with itself has both: the sender's is c's. */
static unsigned role_of(const run *r, unsigned end)
{
    return end == r->from ? r->shown.sender : 1u - r->shown.sender;
}

static char mark_of(unsigned certainty)
{
    return "?~^ "[certainty & 3];
}

static void expect_state(run *r, unsigned end, const char *word, unsigned state, unsigned certainty, const char *when)
{
    char **choices = g_strsplit(word, "/", -1);
    bool ok = strcmp(word, "-") == 0;
    for (char **c = choices; *c && !ok; c++) {
        size_t length = strcspn(*c, "~^?.");
        char mark = (*c)[length] ? (*c)[length] : ' ';
        const char *name = tcps_state_name(state);
        ok = strlen(name) == length && strncmp(*c, name, length) == 0 && (mark == '.' || mark == mark_of(certainty));
    }
    if (!ok)
        fail(r, "%c%s is %s (%s), not %s", "cs"[end], when, tcps_state_name(state), tcps_certainty_name(certainty),
             word);
    g_strfreev(choices);
}

/* "raised", "over", or a severity, a count, or "presumed", as it was said last. */
static bool is_said(const tcps_finding *f, const char *what)
{
    return strcmp(what, tcps_finding_status_name(f->status)) == 0 ||
           strcmp(what, tcps_severity_name(f->severity)) == 0 || strcmp(what, tcps_certainty_name(f->certain)) == 0 ||
           (g_ascii_isdigit(*what) && f->count == g_ascii_strtoull(what, NULL, 10));
}

static void expect_finding(run *r, const char *word)
{
    const bool absent = *word == '-';
    char **parts = g_strsplit(word + absent, "=", -1);
    unsigned rule = 0;
    while (rule < tcps_n_rules() && strcmp(tcps_rule_get(rule)->id, parts[0]) != 0)
        rule++;
    const bool raised = rule < tcps_n_rules() && r->raised >> rule & 1;
    if (rule == tcps_n_rules())
        fail(r, "there is no rule %s", parts[0]);
    else if (absent == raised)
        fail(r, "%s was %sraised", parts[0], raised ? "" : "not ");
    for (char **what = parts + 1; raised && *what; what++)
        if (!is_said(&r->last[rule], *what))
            fail(r, "%s is not %s: %s, %s, %s, %u times", parts[0], *what,
                 tcps_finding_status_name(r->last[rule].status), tcps_severity_name(r->last[rule].severity),
                 tcps_certainty_name(r->last[rule].certain), r->last[rule].count);
    g_strfreev(parts);
}

/* Are these words, with _ for spaces, in what is said of a finding? */
static void expect_words(run *r, const char *words, bool expected)
{
    char *spaced = g_strdelimit(g_strdup(words), "_", ' ');
    bool any = false;
    for (unsigned i = 0; i < TCPS_MAX_RULES; i++)
        any = any || (r->said[i] && strstr(r->said[i], spaced));
    if (any != expected)
        fail(r, "\"%s\" was %s", spaced, any ? "said" : "not said");
    g_free(spaced);
}

static void expect_text(run *r, const char *what, const char *said, const char *expected)
{
    if (strcmp(said, expected) != 0)
        fail(r, "%s is %s, not %s", what, said, expected);
}

static void expect_number(run *r, const char *what, unsigned said, const char *expected)
{
    if (said != (unsigned)atoi(expected))
        fail(r, "%s is %u, not %s", what, said, expected);
}

/* "ACK_COVERS_FIN", or "!ACK_COVERS_FIN" where it must be another one; "-": any. */
static void expect_reason(run *r, unsigned end, const char *word, const tcps_view *view)
{
    const char *said = tcps_evidence_get(view->why)->id;
    const bool other = *word == '!', same = strcmp(said, word + other) == 0;
    if (strcmp(word, "-") != 0 && same == other)
        fail(r, "the reason of %c is %s, not %s", "cs"[end], said, word);
}

static void expect_pair(run *r, const char *key, const char *value)
{
    const tcps_observation *o = &r->shown;
    char **pair = g_strsplit(value, ",", 2);
    for (unsigned end = 0; end < 2 && pair[end]; end++) {
        const tcps_view *view = &o->end[role_of(r, end)];
        if (strcmp(key, "why") == 0)
            expect_reason(r, end, pair[end], view);
        else if (strcmp(key, "before") == 0)
            expect_state(r, end, pair[end], view->before, view->before_certainty, " before");
        else if (strcmp(pair[end], "-") != 0)
            expect_number(r, end ? "since of s" : "since of c", view->since_frame, pair[end]);
    }
    g_strfreev(pair);
}

static void expect_key(run *r, const char *key, const char *value)
{
    const tcps_observation *o = &r->shown;
    const char *client = role_of(r, 0) == TCPS_CLIENT ? "c" : "s";
    if (strcmp(key, "event") == 0)
        expect_text(r, key, event_ids[o->event], value);
    else if (strcmp(key, "client") == 0)
        expect_text(r, key, client, value);
    else if (strcmp(key, "basis") == 0)
        expect_text(r, key, tcps_role_basis_name(o->role_basis), value);
    else if (strcmp(key, "closed_by") == 0)
        expect_text(r, key, tcps_closed_by_name(o->closed_by), value);
    else if (strcmp(key, "conn") == 0)
        expect_number(r, key, o->connection, value);
    else if (strcmp(key, "transition") == 0)
        expect_number(r, key, o->transition, value);
    else if (strcmp(key, "before") == 0 || strcmp(key, "since") == 0 || strcmp(key, "why") == 0)
        expect_pair(r, key, value);
    else
        fail(r, "the script expects an unknown %s", key);
}

static void judge(run *r, char **words)
{
    unsigned end = 0;
    for (; *words; words++) {
        char *word = *words, *equals = strchr(word, '=');
        if (!*word)
            continue;
        if (*word == '!') {
            expect_finding(r, word + 1);
        } else if (g_str_has_prefix(word, "said:")) {
            expect_words(r, word + strlen("said:"), true);
        } else if (g_str_has_prefix(word, "unsaid:")) {
            expect_words(r, word + strlen("unsaid:"), false);
        } else if (!r->has_shown) {
            fail(r, "nothing is shown here: no segment");
        } else if (equals) {
            *equals = '\0';
            expect_key(r, word, equals + 1);
        } else if (end < 2) {
            const tcps_view *view = &r->shown.end[role_of(r, end)];
            expect_state(r, end++, word, view->state, view->certainty, "");
        } else {
            fail(r, "the script expects an unknown %s", word);
        }
    }
}

/* ---- a whole script ---- */

static char **words_of(const char *text)
{
    char **words = g_strsplit_set(text, " \t", -1), **to = words;
    for (char **from = words; *from; from++)
        if (**from)
            *to++ = *from;
        else
            g_free(*from);
    *to = NULL;
    return words;
}

static void run_line(run *r, char *line)
{
    line[strcspn(line, "#")] = '\0';
    r->line = g_strchomp(line);
    char **halves = g_strsplit(line, "|", 2);
    char **words = halves[0] ? words_of(halves[0]) : NULL;
    if (words && words[0]) {
        bool wait = words[0][0] == '+';
        r->time_ns += wait ? (int64_t)(g_ascii_strtod(words[0] + 1, NULL) * 1e9) : STEP_NS;
        if (words[wait]) {
            do_step(r, words + wait);
            if (halves[1]) {
                char **expected = words_of(halves[1]);
                judge(r, expected);
                g_strfreev(expected);
            }
        }
    }
    g_strfreev(words);
    g_strfreev(halves);
}

static bool run_variant(const char *script, const variant *v, FILE *capture)
{
    run r = {
        .variant = v, .config = tcps_config_default(), .time_ns = INT64_C(1700000000000000000), .capture = capture};
    for (unsigned end = 0; end < 2; end++) {
        r.address[end].len = 4;
        r.address[end].bytes[0] = 10;
        r.address[end].bytes[3] = (uint8_t)(v->swapped ? 2 - end : 1 + end);
        r.address[end].port = end ? 80 : 40000;
    }
    r.invariants = invariants_new();
    char **lines = g_strsplit(script, "\n", -1);
    for (char **line = lines; *line && !r.failed; line++)
        run_line(&r, *line);
    g_strfreev(lines);
    for (unsigned i = 0; i < TCPS_MAX_RULES; i++)
        g_free(r.said[i]);
    tcps_analyzer_free(r.analyzer);
    invariants_free(r.invariants);
    return !r.failed;
}

void script_run(const char *script)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(variants); i++)
        if (!run_variant(script, &variants[i], NULL))
            return;
}

/* The script as written, into a capture file. */
static void write_capture(const char *script, const char *file)
{
    FILE *capture = write_pcap_open(file);
    g_assert_nonnull(capture);
    run_variant(script, &variants[0], capture);
    fclose(capture);
}

static void run_case(const void *data)
{
    const char *script = ((const script_case *)data)->script, *file = g_getenv("TCPSTATE_WRITE_CAPTURE");
    script_run(script);
    if (file)
        write_capture(script, file);
}

void script_add_cases(const char *group, const script_case *cases)
{
    for (; cases->name; cases++) {
        char *path = g_strdup_printf("/%s/%s", group, cases->name);
        g_test_add_data_func(path, cases, run_case);
        g_free(path);
    }
}
