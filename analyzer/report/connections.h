/* connections.h: a table of the connections, a row each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_CONNECTIONS_H
#define TCPS_CONNECTIONS_H

#include "model/model.h"

G_BEGIN_DECLS

/* A line of column names, then a line for each connection, in the order of their numbers. Columns are aligned and separated
 * by two spaces or more; a cell has no two spaces in it and is never empty ("-"). Free with g_string_free. */
GString *tcps_connections_text(const tcps_model *model);

G_END_DECLS
#endif
