# A Debian package of the plugin, the program, the profile, the manual page and the documentation, for the Wireshark that it is built
# against: cmake --preset package && cmake --build --preset package && (cd build/package && cpack -G DEB)
#
# SPDX-License-Identifier: GPL-2.0-or-later
if(NOT TCPSTATE_INSTALL STREQUAL "system")
    return()
endif()
include(GNUInstallDirs)
set(TCPSTATE_MAINTAINER "The tcpstate maintainers <maintainers@tcpstate.invalid>" CACHE STRING "Maintainer, for packages: NAME <ADDRESS>")

install(FILES README.md docs/findings.md docs/reports.md docs/tcp-states.md docs/tcp-states.zh.md docs/schema.json
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/tcpstate")

# Debian wants these compressed, always to the same bytes.
function(install_gzipped file name folder)
    set(to "${CMAKE_CURRENT_BINARY_DIR}/package/${name}.gz")
    add_custom_command(OUTPUT "${to}" DEPENDS "${file}"
        COMMAND ${CMAKE_COMMAND} -E make_directory "${CMAKE_CURRENT_BINARY_DIR}/package"
        COMMAND gzip -9nc "${file}" > "${to}" VERBATIM)
    add_custom_target("gzipped_${name}" ALL DEPENDS "${to}")
    install(FILES "${to}" DESTINATION "${folder}")
endfunction()
install_gzipped("${PROJECT_SOURCE_DIR}/docs/tcpstate.1" tcpstate.1 "${CMAKE_INSTALL_MANDIR}/man1")
install_gzipped("${PROJECT_SOURCE_DIR}/CHANGELOG.md" changelog "${CMAKE_INSTALL_DATADIR}/doc/tcpstate")

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH, where it is set
set(revision 1)
set(suite "${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION}")
set(debian_version "${PROJECT_VERSION}-${revision}+wireshark${suite}")
configure_file(cmake/changelog.Debian.in package/changelog.Debian.txt @ONLY)
install_gzipped("${CMAKE_CURRENT_BINARY_DIR}/package/changelog.Debian.txt" changelog.Debian "${CMAKE_INSTALL_DATADIR}/doc/tcpstate")
configure_file(cmake/copyright.in package/copyright @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/package/copyright" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/tcpstate")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tcpstate)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_DEBIAN_PACKAGE_VERSION "${debian_version}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGE_CONTACT "${TCPSTATE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "states of TCP endpoints, from captures")
set(CPACK_PACKAGE_DESCRIPTION
"From a capture alone, tcpstate tells in which TCP state both endpoints of
every connection were, segment by segment, and how certain that is; how
each connection ended; and what went wrong: who never closed, a last ACK
that is missing, half-open connections, SYN floods.
.
It is a plugin for Wireshark and tshark ${suite}, with columns, colours and
buttons in a profile, and a program that prints the same reports by itself.")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Plugins are looked for in a folder that is named by the version, and only by the version that they were built for.
math(EXPR next "${Wireshark_MINOR_VERSION} + 1")
set(CPACK_DEBIAN_PACKAGE_DEPENDS "wireshark-common (>= ${suite}), wireshark-common (<< ${Wireshark_MAJOR_VERSION}.${next}~)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "wireshark | tshark")
set(CPACK_SET_DESTDIR ON) # the plugin's folder is Wireshark's, wherever that is
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
