/* dialog.h: the windows that menu.h opens: tables, which are tshark's, too (-z tcpstate-table,connections and so on), and reports.
 *
 * Only Wireshark has windows: elsewhere nothing is opened.
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

/* The reports of -z tcpstate and -z tcpstate,ss, in windows that follow a live capture. */
void dialog_report_open(void);
void dialog_sockets_open(void);

/* Of the selected packet's connection: its ladder, the same with reasons, and pictures in the browser: of the ladder, and the state diagram. */
void dialog_ladder_open(void);
void dialog_why_open(void);
void dialog_picture_open(void);
void dialog_diagram_open(void);

#endif
