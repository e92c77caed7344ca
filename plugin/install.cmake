# Where `cmake --install` puts the plugin: the user's personal plugin folder, or with -DTCPSTATE_INSTALL=system the one of the
# Wireshark that it was built for.
#
# SPDX-License-Identifier: GPL-2.0-or-later
if(TCPSTATE_INSTALL STREQUAL "system")
    set(destination "${Wireshark_PLUGIN_INSTALL_DIR}/epan")
elseif(TCPSTATE_INSTALL STREQUAL "user")
    set(destination "\$ENV{HOME}/.local/lib/wireshark/plugins/${version}/epan")
else()
    message(FATAL_ERROR "TCPSTATE_INSTALL is \"${TCPSTATE_INSTALL}\"; it must be user or system")
endif()

# An absolute path, with HOME as it is when installing.
install(CODE "file(INSTALL DESTINATION \"\$ENV{DESTDIR}${destination}\" TYPE MODULE FILES \"$<TARGET_FILE:tcpstate>\")")
