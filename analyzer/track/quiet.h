/* quiet.h: which connections may have been quiet for some seconds of the capture.
 *
 * One that is watched is taken out once that long has passed, and is to be asked then whether it has been quiet: if it has not, it is
 * watched again. So nothing is to be done for each of its segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPS_QUIET_H
#define TCPS_QUIET_H

#include <stdbool.h>
#include <stdint.h>

/* So long: more than what opens, answers or retransmits waits. */
#define TCPS_QUIET_NS INT64_C(5000000000)

typedef struct tcps_quiet tcps_quiet;

tcps_quiet *tcps_quiet_new(void);
void tcps_quiet_free(tcps_quiet *quiet);

void tcps_quiet_watch(tcps_quiet *quiet, uint32_t number, int64_t now_ns);
/* Takes out the first one, if it was watched for so long. False: none was. */
bool tcps_quiet_take(tcps_quiet *quiet, int64_t now_ns, uint32_t *number);

#endif
