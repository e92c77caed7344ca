/* lost.h: what the capture itself lost, in the report's first lines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_LOST_H
#define TCPS_LOST_H

#include "model/losses.h"

G_BEGIN_DECLS

/* A line for each kind; nothing where it lost nothing. */
void tcps_append_lost(GString *to, const tcps_losses *losses);

G_END_DECLS
#endif
