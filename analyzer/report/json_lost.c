/* json_lost.c: see json_lost.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/json_lost.h"

void json_lost(json_lines *l, const tcps_losses *lost)
{
    json_object(l, "lost");
    if (lost->told) {
        json_integer(l, "packets", (int64_t)lost->dropped);
        json_number(l, "share", tcps_losses_ppm(lost) / 1e6);
    } else {
        json_null(l, "packets");
        json_null(l, "share");
    }
    json_integer(l, "connections", lost->lossy);
    json_integer(l, "files", lost->files_missing);
    json_span(l, "between_files", lost->pause_ns);
    json_integer(l, "options_cut", (int64_t)lost->options_cut);
    json_truth(l, "matters", tcps_losses_matter(lost));
    json_close_object(l);
}

void json_doubts(json_lines *l, const tcps_finding *f)
{
    json_array(l, "doubt");
    if (f->doubt & TCPS_FAKED_BY_DROPS)
        json_text(l, NULL, "drops");
    if (f->doubt & TCPS_FAKED_BY_ONE_SIDED)
        json_text(l, NULL, "one_direction");
    if (f->doubt & TCPS_FAKED_BY_HOLE)
        json_text(l, NULL, "clock_jump");
    json_close_array(l);
}
