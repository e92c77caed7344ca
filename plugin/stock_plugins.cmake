# WIRESHARK_PLUGIN_DIR takes the place of the system's plugin folder: links to the system's plugins beside ours make a tshark
# that is started with it dissect what it always does.
#
# SPDX-License-Identifier: GPL-2.0-or-later
file(GLOB stock RELATIVE "${Wireshark_PLUGIN_INSTALL_DIR}" "${Wireshark_PLUGIN_INSTALL_DIR}/*/*.so")
foreach(file IN LISTS stock)
    get_filename_component(name "${file}" NAME)
    if(name STREQUAL "tcpstate.so") # installed: the one just built is wanted
        continue()
    endif()
    set(link "${PROJECT_BINARY_DIR}/plugins/${version}/${file}")
    get_filename_component(folder "${link}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    file(CREATE_LINK "${Wireshark_PLUGIN_INSTALL_DIR}/${file}" "${link}" SYMBOLIC)
endforeach()
