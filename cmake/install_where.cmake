# At the time of installing: into whose folders? Included with TCPSTATE_INSTALL set; sets `where` to user or system.
#
# SPDX-License-Identifier: GPL-2.0-or-later
execute_process(COMMAND id -u OUTPUT_VARIABLE user_id OUTPUT_STRIP_TRAILING_WHITESPACE)
set(where "${TCPSTATE_INSTALL}")
if(where STREQUAL "auto")
    if(user_id STREQUAL "0")
        set(where system)
    else()
        set(where user)
    endif()
endif()
