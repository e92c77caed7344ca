/* options.c: see options.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "options.h"

#include "report/clock.h"
#include "rfc/settings.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help_begin[] = "Usage: tcpstate [OPTION...] FILE...\n"
                                 "       tcpstate [OPTION...] --client FILE --server FILE\n"
                                 "\n"
                                 "Tells from captures alone in which TCP state both endpoints of every connection\n"
                                 "were, how each connection ended, and what went wrong. FILE is a capture of any\n"
                                 "format that Wireshark reads, compressed or not; - is standard input.\n"
                                 "\n"
                                 "  --report NAME     what to print:\n";

static const char help_options[] = "  --why             ladders, and why each state is shown: as --report why\n"
                                   "  --json            as JSON Lines: an object a line\n"
                                   "  --svg, --dot      ladders as a picture: SVG, or a graph for Graphviz's dot;\n"
                                   "                    diagrams as SVG\n"
                                   "  --fail-on WHAT,...\n"
                                   "                    print what was found of these findings, and exit with 1 if\n"
                                   "                    anything was: ids, or a severity (chat, note, warn, error):\n"
                                   "                    that or worse; with --json the report is printed\n"
                                   "  --junit           the same for CI servers: a test for each finding asked for\n"
                                   "                    (warn, if --fail-on does not say), as JUnit XML\n"
                                   "  --client FILE     captured at the clients' end, with --server: what got lost\n"
                                   "                    or was made on the way (--report path), each end's state\n"
                                   "                    from its own capture; may be given several times\n"
                                   "  --server FILE     captured at the servers' end, of the same traffic\n"
                                   "  --point NAME=FILE\n"
                                   "                    captured somewhere between\n"
                                   "  --join            the files are one capture: a ring buffer's, in any order\n"
                                   "  --time-zone ZONE  clock times as in Europe/Berlin, +02:00, UTC; else local\n"
                                   "  --utc             the same as --time-zone UTC\n"
                                   "  -o tcpstate.NAME:VALUE\n"
                                   "                    sets a preference, as in tshark; see below\n"
                                   "  --help, --version\n"
                                   "  --                what follows are files\n"
                                   "\n"
                                   "Found is TCP over IPv4 and IPv6 (with extension headers, fragments put\n"
                                   "together), in Ethernet, VLAN tags, MPLS, PPPoE, PPP, Linux cooked captures,\n"
                                   "loopback and raw IP, IP in IP, GRE and VXLAN. For all other ways that TCP is\n"
                                   "carried, and for display filters, there is tshark with the plugin:\n"
                                   "tshark -q -r FILE -z tcpstate\n";

static const char help_end[] = "\n"
                               "Exit status:\n"
                               "    0  all was read, and with --fail-on nothing was found\n"
                               "    1  --fail-on found something\n"
                               "    2  the command line is wrong; a file cannot be read, is cut short or damaged\n"
                               "       (what comes before is reported), or has frames of a link type that is not\n"
                               "       known; or the report cannot be written\n"
                               "    3  the capture cannot tell what was asked: --fail-on, and it has no TCP or\n"
                               "       is too short for a finding that was named; ss,TIME outside of it; the\n"
                               "       captures of both ends share nothing\n"
                               "  130  interrupted (143: terminated, 129: hung up): what was read so far is\n"
                               "       reported; SIGUSR1 prints a report meanwhile, and reading goes on\n";

enum { REPORT_INDENT = 22 };

enum {
    OPTION_REPORT = 256,
    OPTION_WHY,
    OPTION_JSON,
    OPTION_SVG,
    OPTION_DOT,
    OPTION_FAIL_ON,
    OPTION_JUNIT,
    OPTION_TIME_ZONE,
    OPTION_UTC,
    OPTION_JOIN,
    OPTION_CLIENT,
    OPTION_SERVER,
    OPTION_POINT,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option names[] = {{"report", required_argument, NULL, OPTION_REPORT},
                                      {"why", no_argument, NULL, OPTION_WHY},
                                      {"json", no_argument, NULL, OPTION_JSON},
                                      {"svg", no_argument, NULL, OPTION_SVG},
                                      {"dot", no_argument, NULL, OPTION_DOT},
                                      {"fail-on", required_argument, NULL, OPTION_FAIL_ON},
                                      {"junit", no_argument, NULL, OPTION_JUNIT},
                                      {"time-zone", required_argument, NULL, OPTION_TIME_ZONE},
                                      {"utc", no_argument, NULL, OPTION_UTC},
                                      {"join", no_argument, NULL, OPTION_JOIN},
                                      {"client", required_argument, NULL, OPTION_CLIENT},
                                      {"server", required_argument, NULL, OPTION_SERVER},
                                      {"point", required_argument, NULL, OPTION_POINT},
                                      {"help", no_argument, NULL, OPTION_HELP},
                                      {"version", no_argument, NULL, OPTION_VERSION},
                                      {NULL, 0, NULL, 0}};

/* The text in its column, a line below the other. */
static void append_report_help(GString *to, const tcps_report_help *help)
{
    const char *what = help->what;
    char **lines = g_strsplit(help->text, "\n", -1);
    for (unsigned i = 0; lines[i]; i++, what = "")
        g_string_append_printf(to, "%*s%-14s%s\n", REPORT_INDENT, "", what, lines[i]);
    g_strfreev(lines);
}

static void append_reports(GString *to)
{
    const tcps_report *report;
    for (unsigned i = 0; (report = tcps_report_at(i)); i++)
        for (unsigned k = 0; k < G_N_ELEMENTS(report->help) && report->help[k].what; k++)
            append_report_help(to, &report->help[k]);
}

char *options_help(void)
{
    GString *to = g_string_new(NULL);
    const tcps_config defaults = tcps_config_default();
    const tcps_setting *s;
    g_string_append(to, help_begin);
    append_reports(to);
    g_string_append(to, help_options);
    g_string_append(to, "\nPreferences, and what they are if not set:\n");
    for (unsigned i = 0; (s = tcps_setting_at(i)); i++)
        g_string_append_printf(to, "  %-18s %-42s %u\n", s->name, s->title, tcps_setting_get(s, &defaults));
    g_string_append_printf(to, "  %-18s %-42s %s\n", TCPS_SETTING_HOME, TCPS_SETTING_HOME_TITLE, "auto");
    g_string_append_printf(to, "  %-18s %-42s %s\n", "capture", "Name of the capture, for JSON", "the file's");
    g_string_append_printf(to, "  %-18s %-42s %s\n", "host", "Name of the host, for JSON", "this one's");
    g_string_append_printf(to, "  %-18s %-42s %s\n", "time_zone", "Time zone of reports", "local time");
    g_string_append(to, help_end);
    return g_string_free(to, FALSE);
}

static const tcps_setting *setting_by_name(const char *name, size_t n)
{
    const tcps_setting *s;
    for (unsigned i = 0; (s = tcps_setting_at(i)); i++)
        if (strlen(s->name) == n && strncmp(s->name, name, n) == 0)
            return s;
    return NULL;
}

static char *no_preference(const char *argument)
{
    GString *text = g_string_new(NULL);
    const tcps_setting *s;
    g_string_printf(
        text,
        "\"%s\" sets no preference; it is tcpstate.NAME:VALUE, and names are: capture capture_point host time_zone",
        argument);
    for (unsigned i = 0; (s = tcps_setting_at(i)); i++)
        g_string_append_printf(text, " %s", s->name);
    return g_string_free(text, FALSE);
}

static char *parse_setting(const tcps_setting *s, const char *value, tcps_config *config)
{
    char *end;
    const guint64 number = g_ascii_strtoull(value, &end, 10);
    if (!g_ascii_isdigit(*value) || *end || number > UINT32_MAX)
        return g_strdup_printf("tcpstate.%s is \"%s\"; it must be a number", s->name, value);
    tcps_setting_put(s, config, (unsigned)number);
    return NULL;
}

static char *take_zone(const char *name, options *o)
{
    if (!*name || strlen(name) >= sizeof o->config.time_zone || !tcps_clock_has_zone(name))
        return g_strdup_printf("\"%s\" is no time zone that is known here; Europe/Berlin, +02:00 and UTC are such",
                               name);
    g_strlcpy(o->config.time_zone, name, sizeof o->config.time_zone);
    return NULL;
}

static char *take_home(const char *words, options *o)
{
    if (tcps_setting_put_home(words, &o->config))
        return NULL;
    return g_strdup_printf("tcpstate." TCPS_SETTING_HOME
                           " is \"%s\"; it must be auto, client, server or path, for each "
                           "capture point",
                           words);
}

/* "tcpstate.two_msl:30" */
static char *parse_preference(const char *argument, options *o)
{
    const char *name = argument + strlen("tcpstate."), *colon = strchr(argument, ':');
    if (!g_str_has_prefix(argument, "tcpstate.") || !colon)
        return no_preference(argument);
    const tcps_setting *s = setting_by_name(name, (size_t)(colon - name));
    if (s)
        return parse_setting(s, colon + 1, &o->config);
    if (g_str_has_prefix(name, "capture:"))
        o->name = colon + 1;
    else if (g_str_has_prefix(name, "host:"))
        o->host = colon + 1;
    else if (g_str_has_prefix(name, "time_zone:"))
        return take_zone(colon + 1, o);
    else if (g_str_has_prefix(name, TCPS_SETTING_HOME ":"))
        return take_home(colon + 1, o);
    else
        return no_preference(argument);
    return NULL;
}

/* What getopt_long found, before it is put together. */
typedef struct {
    const char *report, *fail_on;
    const char *format; /* NULL: text */
    bool why;
} raw_options;

static char *take_option(int option, char **argv, raw_options *raw, options *o)
{
    switch (option) {
    case OPTION_REPORT:
        raw->report = optarg;
        return NULL;
    case OPTION_WHY:
        raw->why = true;
        return NULL;
    case OPTION_JSON:
        raw->format = "json";
        return NULL;
    case OPTION_SVG:
        raw->format = "svg";
        return NULL;
    case OPTION_DOT:
        raw->format = "dot";
        return NULL;
    case OPTION_FAIL_ON:
        raw->fail_on = optarg;
        return NULL;
    case OPTION_JUNIT:
        o->junit = true;
        return NULL;
    case OPTION_TIME_ZONE:
        return take_zone(optarg, o);
    case OPTION_UTC:
        return take_zone("UTC", o);
    case OPTION_JOIN:
        o->join = true;
        return NULL;
    case OPTION_CLIENT:
    case OPTION_SERVER:
        return points_add(&o->points, option == OPTION_CLIENT ? "client" : "server", optarg);
    case OPTION_POINT:
        return points_add_named(&o->points, optarg);
    case 'o':
        return parse_preference(optarg, o);
    case 'h':
    case OPTION_HELP:
        o->help = true;
        return NULL;
    case OPTION_VERSION:
        o->version = true;
        return NULL;
    case ':':
        return g_strdup_printf("%s needs an argument; see --help", argv[optind - 1]);
    default:
        return g_strdup_printf("unknown option %s; see --help", argv[optind - 1]);
    }
}

static bool is_picture(const raw_options *raw)
{
    return raw->format && strcmp(raw->format, "json") != 0;
}

/* Of "ladder,3", ",3", and nothing where no report is named; NULL where it is no ladder. */
static const char *behind_ladder(const char *report)
{
    static const char *const ladders[] = {"ladder", "why"};
    if (!report)
        return "";
    for (unsigned i = 0; i < G_N_ELEMENTS(ladders); i++) {
        const char *rest = report + strlen(ladders[i]);
        if (g_str_has_prefix(report, ladders[i]) && (*rest == '\0' || *rest == ','))
            return rest;
    }
    return NULL;
}

/* --why --report ladder is --report why. */
static char *take_why(const raw_options *raw, options *o)
{
    const char *rest = behind_ladder(raw->report);
    if (!rest)
        return g_strdup("--why goes with ladders: --report ladder or ladder,N");
    o->report = g_strconcat("why", rest, NULL);
    return NULL;
}

/* --fail-on needs no more than findings. */
static const char *report_name(const raw_options *raw)
{
    if (raw->report)
        return raw->report;
    if (raw->fail_on && !raw->format)
        return "connections";
    return tcps_report_in(raw->format ? tcps_format_named(raw->format, strlen(raw->format)) : TCPS_FORMAT_TEXT)->name;
}

static char *put_together(raw_options *raw, options *o)
{
    char *wrong = NULL;
    const bool json = raw->format && strcmp(raw->format, "json") == 0;
    if (o->junit && (raw->format || raw->report || raw->why))
        return g_strdup("--junit is a report of its own, and goes with --fail-on alone");
    if (o->junit && !raw->fail_on)
        raw->fail_on = "warn";
    if (raw->fail_on && !json && (raw->format || raw->report || raw->why))
        return g_strdup("--fail-on prints what it finds; of other reports, those with --json");
    if (raw->why) {
        wrong = take_why(raw, o);
        raw->report = o->report;
    }
    if (wrong)
        return wrong;
    o->argument = g_strjoin(",", "tcpstate", raw->format ? raw->format : report_name(raw),
                            raw->format ? report_name(raw) : NULL, NULL);
    o->fails = raw->fail_on != NULL;
    if (raw->fail_on)
        wrong = fail_on_parse(raw->fail_on, &o->fail_on);
    if (wrong)
        return wrong;
    if (is_picture(raw) && o->points.n)
        return g_strdup_printf("--%s draws what one capture point saw", raw->format);
    if (is_picture(raw) && o->n_files > 1 && !o->join)
        return g_strdup_printf("--%s draws one capture at a time", raw->format);
    return tcps_request_parse(o->argument, NULL, o->config.time_zone, &o->asked);
}

char *options_parse(int argc, char **argv, options *o)
{
    raw_options raw = {0};
    char *wrong = NULL;
    int option;
    *o = (options){.asked = {.report = tcps_report_at(0)}, .config = tcps_config_default(), .host = g_get_host_name()};
    opterr = 0;
    while (!wrong && (option = getopt_long(argc, argv, ":ho:", names, NULL)) != -1)
        wrong = take_option(option, argv, &raw, o);
    o->files = argv + optind;
    o->n_files = (unsigned)(argc - optind);
    const bool asks = !o->help && !o->version;
    if (!wrong && asks)
        wrong = points_settle(&o->points, o->n_files > 0, o->join);
    if (!wrong && asks)
        wrong = put_together(&raw, o);
    if (!wrong && asks && o->n_files == 0 && o->points.n == 0)
        wrong = g_strdup("no capture is named; see --help");
    return wrong;
}

void options_free(options *o)
{
    points_clear(&o->points);
    g_free(o->argument);
    g_free(o->report);
}
