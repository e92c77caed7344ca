/* render_finding.c: a finding's items and expert info. See render.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "render.h"

#include "expert_info.h"
#include "fields.h"
#include "rules/rule.h"

static char *keep(const packet_info *pinfo, GString *text)
{
    char *kept = wmem_strdup(pinfo->pool, text->str);
    g_string_free(text, TRUE);
    return kept;
}

static char *description(const packet_info *pinfo, const tcps_finding *f, bool other)
{
    GString *text = g_string_new(NULL);
    if (other)
        g_string_append_printf(text, "connection %u: ", f->connection);
    tcps_rule_describe(text, f);
    return keep(pinfo, text);
}

static char *advice(const packet_info *pinfo, const tcps_finding *f)
{
    GString *text = g_string_new(NULL);
    tcps_rule_advise(text, f->rule, f);
    return keep(pinfo, text);
}

static void add_text(proto_tree *tree, int id, tvbuff_t *tvb, const char *text)
{
    proto_tree_add_string(tree, id, tvb, 0, 0, text);
}

/* The length of the text's first line: up to the last space that leaves the line as long as Wireshark shows at most. */
static int line_length(const char *text)
{
    enum { ROOM = 200 };
    const char *end = text + MIN(strlen(text), ROOM);
    if (*end == '\0')
        return (int)(end - text);
    while (end > text && *end != ' ')
        end--;
    return end > text ? (int)(end - text) : (int)strlen(text);
}

/* The value is the whole text; what does not fit in its line follows in lines of no field. */
static void add_long_text(proto_tree *tree, int id, tvbuff_t *tvb, const char *text)
{
    int n = line_length(text);
    proto_tree_add_string_format(tree, id, tvb, 0, 0, text, "%s: %.*s", proto_registrar_get_name(id), n, text);
    for (const char *rest = text + n; *rest; rest += n) {
        rest++; /* the space */
        n = line_length(rest);
        proto_tree_add_subtree_format(tree, tvb, 0, 0, field.finding_tree, NULL, "%.*s", n, rest);
    }
}

static void add_frame(proto_tree *tree, int id, tvbuff_t *tvb, uint32_t frame)
{
    if (frame)
        proto_tree_add_uint(tree, id, tvb, 0, 0, frame);
}

/* The text says how it was when it was found: where that was, if not here, or where it began. */
static const char *other_frame(const packet_info *pinfo, const tcps_finding *f)
{
    if (f->at_end)
        return wmem_strdup(pinfo->pool, " (found at the end of the capture)");
    if (f->found_frame != pinfo->num)
        return wmem_strdup_printf(pinfo->pool, " (found at frame %u)", f->found_frame);
    if (f->began_frame && f->began_frame != pinfo->num)
        return wmem_strdup_printf(pinfo->pool, " (began at frame %u)", f->began_frame);
    return "";
}

static proto_item *add_items(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const tcps_finding *f, bool other)
{
    const tcps_rule *rule = tcps_rule_get(f->rule);
    const char *text = description(pinfo, f, other);
    proto_item *item = proto_tree_add_string_format(tree, field.finding, tvb, 0, 0, rule->id, "Finding: %s: %s%s",
                                                    rule->id, text, other_frame(pinfo, f));
    proto_tree *sub = proto_item_add_subtree(item, field.finding_tree);
    add_text(sub, field.finding_severity, tvb, tcps_severity_name(f->severity));
    add_long_text(sub, field.finding_text, tvb, text);
    add_long_text(sub, field.finding_advice, tvb, advice(pinfo, f));
    if (f->began_frame != pinfo->num)
        add_frame(sub, field.finding_began_in, tvb, f->began_frame);
    if (f->found_frame != pinfo->num && !f->at_end)
        add_frame(sub, field.finding_found_in, tvb, f->found_frame);
    return item;
}

static void add_elsewhere(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const tcps_finding *f)
{
    const char *id = tcps_rule_get(f->rule)->id, *text = description(pinfo, f, false);
    proto_item *item =
        proto_tree_add_string_format(tree, field.elsewhere, tvb, 0, 0, id, "Finding elsewhere: %s: connection %u: %s%s",
                                     id, f->connection, text, other_frame(pinfo, f));
    proto_tree *sub = proto_item_add_subtree(item, field.finding_tree);
    proto_tree_add_uint(sub, field.elsewhere_connection, tvb, 0, 0, f->connection);
    add_long_text(sub, field.elsewhere_text, tvb, text);
    add_frame(sub, field.elsewhere_began_in, tvb, f->began_frame);
}

/* The frame that shows a finding is an expert info as long as nothing is known of the one where it began; then it has the
 * name of one only, for filters. */
static void add_expert(tvbuff_t *tvb, packet_info *pinfo, proto_item *item, const tcps_finding *f)
{
    if (f->began_frame == pinfo->num || !pinfo->fd->visited)
        expert_info_add(pinfo, item, f, description(pinfo, f, true));
    else if (item)
        proto_item_set_hidden(
            proto_tree_add_item(proto_item_get_subtree(item), field.expert[f->rule].hf, tvb, 0, 0, ENC_NA));
}

void render_finding(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const tcps_finding *finding, bool other)
{
    if (finding->rule >= tcps_n_rules())
        return;
    if (!other || finding->began_frame == pinfo->num) {
        add_expert(tvb, pinfo, tree ? add_items(tvb, pinfo, tree, finding, other) : NULL, finding);
        return;
    }
    if (tree)
        add_elsewhere(tvb, pinfo, tree, finding);
    if (!pinfo->fd->visited)
        expert_info_mention(pinfo, finding, description(pinfo, finding, true));
}
