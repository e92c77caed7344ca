# Copies the files of the profile into Wireshark's folder of profiles, at the time of installing. A file that is there and differs
# stays: it is the user's own, or an older one of ours that the user may have got to like.
# Included with TCPSTATE_INSTALL, source, and the system's configuration set.
#
# SPDX-License-Identifier: GPL-2.0-or-later
include("${CMAKE_CURRENT_LIST_DIR}/../cmake/install_where.cmake")

# The personal configuration, as Wireshark looks for it.
if(where STREQUAL "user")
    if(DEFINED ENV{WIRESHARK_CONFIG_DIR})
        set(configuration "$ENV{WIRESHARK_CONFIG_DIR}")
    elseif(DEFINED ENV{XDG_CONFIG_HOME})
        set(configuration "$ENV{XDG_CONFIG_HOME}/wireshark")
    elseif(EXISTS "$ENV{HOME}/.wireshark" AND NOT EXISTS "$ENV{HOME}/.config/wireshark")
        set(configuration "$ENV{HOME}/.wireshark")
    else()
        set(configuration "$ENV{HOME}/.config/wireshark")
    endif()
endif()

set(destination "${configuration}/profiles/TCP State")
file(GLOB files "${source}/*")
foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME)
    set(target "$ENV{DESTDIR}${destination}/${name}")
    if(EXISTS "${target}")
        file(SHA256 "${file}" wanted)
        file(SHA256 "${target}" found)
        if(wanted STREQUAL found)
            message(STATUS "Up-to-date: ${target}")
        elseif(name STREQUAL "recent")
            message(STATUS "Left as Wireshark has written it: ${target}")
        else()
            message(STATUS "Kept, for it is not the one of this version: ${target} (to have that: delete it, and install again)")
        endif()
    else()
        file(INSTALL DESTINATION "${destination}" TYPE FILE FILES "${file}")
    endif()
endforeach()
