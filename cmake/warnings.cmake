# What every target of the project is compiled with.
#
# SPDX-License-Identifier: GPL-2.0-or-later
add_library(tcpstate_options INTERFACE)
target_compile_options(tcpstate_options INTERFACE -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes)

# The analyzer includes no header of Wireshark: there is no one else's code in it to be warned of.
add_library(tcpstate_strict_options INTERFACE)
target_compile_options(tcpstate_strict_options INTERFACE -Wpedantic -Wconversion)
target_link_libraries(tcpstate_strict_options INTERFACE tcpstate_options)

if(TCPSTATE_WERROR)
    target_compile_options(tcpstate_options INTERFACE -Werror)
endif()

if(TCPSTATE_SANITIZE)
    target_compile_options(tcpstate_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
    target_link_options(tcpstate_options INTERFACE -fsanitize=address,undefined)
endif()
