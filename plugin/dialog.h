/* dialog.h: what the plugin adds to Wireshark's menus: tables and reports in Statistics.
 *
 * The tables are tshark's, too: -z tcpstate-table,connections and so on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_DIALOG_H
#define TCPSTATE_DIALOG_H

#include "compat.h"

void dialog_connections_register(void);
void dialog_endpoints_register(void);
void dialog_findings_register(void);
void dialog_summary_register(void);

/* The reports of -z tcpstate, in windows that follow a live capture. */
void dialog_report_register(void);

#endif
