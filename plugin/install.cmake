# Where `cmake --install` puts the plugin and the profile: the user's personal folders, or with -DTCPSTATE_INSTALL=system those of
# the Wireshark that it was built for.
#
# SPDX-License-Identifier: GPL-2.0-or-later
if(TCPSTATE_INSTALL STREQUAL "system")
    set(destination "${Wireshark_PLUGIN_INSTALL_DIR}/epan")
    string(REGEX REPLACE "/lib[0-9]*/.*" "/share/wireshark" configuration "${Wireshark_PLUGIN_INSTALL_DIR}")
elseif(TCPSTATE_INSTALL STREQUAL "user")
    set(destination "\$ENV{HOME}/.local/lib/wireshark/plugins/${version}/epan")
    set(configuration "\${configuration}") # found when installing, below
else()
    message(FATAL_ERROR "TCPSTATE_INSTALL is \"${TCPSTATE_INSTALL}\"; it must be user or system")
endif()

# An absolute path, with HOME as it is when installing. (file(INSTALL) puts DESTDIR before it.)
if(TCPSTATE_INSTALL STREQUAL "system")
    install(TARGETS tcpstate_plugin LIBRARY DESTINATION "${destination}")
else()
    install(CODE "file(INSTALL DESTINATION \"${destination}\" TYPE MODULE FILES \"$<TARGET_FILE:tcpstate_plugin>\")")
endif()

# The personal configuration, as Wireshark looks for it.
if(TCPSTATE_INSTALL STREQUAL "user")
    install(CODE [[
        if(DEFINED ENV{WIRESHARK_CONFIG_DIR})
            set(configuration "$ENV{WIRESHARK_CONFIG_DIR}")
        elseif(DEFINED ENV{XDG_CONFIG_HOME})
            set(configuration "$ENV{XDG_CONFIG_HOME}/wireshark")
        elseif(EXISTS "$ENV{HOME}/.wireshark" AND NOT EXISTS "$ENV{HOME}/.config/wireshark")
            set(configuration "$ENV{HOME}/.wireshark")
        else()
            set(configuration "$ENV{HOME}/.config/wireshark")
        endif()
    ]])
endif()
install(CODE "
    set(source \"${PROJECT_SOURCE_DIR}/profile/TCP State\")
    set(destination \"${configuration}/profiles/TCP State\")
    include(\"${CMAKE_CURRENT_LIST_DIR}/install_profile.cmake\")
")
