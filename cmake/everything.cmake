# What users need not wait for: tests, fuzz targets, benchmarks. Neither `cmake --build` nor `cmake --install` wants them; the target
# "everything" builds them beside the plugin and the program, and so does ctest, as its first test.
#
# SPDX-License-Identifier: GPL-2.0-or-later
add_subdirectory(bench EXCLUDE_FROM_ALL)
add_subdirectory(tests EXCLUDE_FROM_ALL)

add_custom_target(everything)
add_dependencies(everything tcpstate_plugin tcpstate_cli)
foreach(folder bench tests tests/fuzz)
    get_property(targets DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/${folder}" PROPERTY BUILDSYSTEM_TARGETS)
    add_dependencies(everything ${targets})
endforeach()
