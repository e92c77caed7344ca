/* json_why.h: why an endpoint's state is shown, in JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_JSON_WHY_H
#define TCPS_JSON_WHY_H

#include "model/model.h"
#include "report/json_line.h"

/* client_why, client_reason, client_evidence, client_about, client_possible, client_proof; or server_... */
void json_why(json_lines *l, const tcps_rung *rung, tcps_role end);

#endif
