# Where `cmake --install` puts the plugin and the profile: the user's personal folders, or those of the Wireshark that it was built
# for. When root runs it, Wireshark takes no plugin from a personal folder: so root gets the latter, and a warning who insists.
#
# SPDX-License-Identifier: GPL-2.0-or-later
if(NOT TCPSTATE_INSTALL MATCHES "^(auto|user|system)$")
    message(FATAL_ERROR "TCPSTATE_INSTALL is \"${TCPSTATE_INSTALL}\"; it must be auto, user or system")
endif()
set(system_plugins "${Wireshark_PLUGIN_INSTALL_DIR}/epan")
set(personal_plugins "\$ENV{HOME}/.local/lib/wireshark/plugins/${version}/epan") # HOME as it is when installing
string(REGEX REPLACE "/lib[0-9]*/.*" "/share/wireshark" system_configuration "${Wireshark_PLUGIN_INSTALL_DIR}")

# (file(INSTALL) puts DESTDIR before an absolute path.)
if(TCPSTATE_INSTALL STREQUAL "system")
    install(TARGETS tcpstate_plugin LIBRARY DESTINATION "${system_plugins}")
else()
    install(CODE "
        set(TCPSTATE_INSTALL \"${TCPSTATE_INSTALL}\")
        include(\"${PROJECT_SOURCE_DIR}/cmake/install_where.cmake\")
        set(destination \"${personal_plugins}\")
        if(where STREQUAL \"system\")
            set(destination \"${system_plugins}\")
        endif()
        file(INSTALL DESTINATION \"\${destination}\" TYPE MODULE FILES \"$<TARGET_FILE:tcpstate_plugin>\")
        if(where STREQUAL \"user\" AND user_id STREQUAL \"0\")
            message(WARNING \"When root runs Wireshark, it takes no plugin from \${destination}. To have it for all users, and root: \"
                \"cmake -DTCPSTATE_INSTALL=system ${PROJECT_BINARY_DIR} && cmake --install ${PROJECT_BINARY_DIR}\")
        endif()
    ")
endif()

install(CODE "
    set(TCPSTATE_INSTALL \"${TCPSTATE_INSTALL}\")
    set(source \"${PROJECT_SOURCE_DIR}/profile/TCP State\")
    set(configuration \"${system_configuration}\")
    include(\"${CMAKE_CURRENT_LIST_DIR}/install_profile.cmake\")
")
