# plugin.sh: how programs of Wireshark are run with the plugin that was built. To be sourced after build.sh.
#
# shellcheck shell=sh disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later

# Nothing of the user's is read or written; $1 is the home to be used instead.
use_plugin() {
    export HOME="$1" XDG_CONFIG_HOME="$1/.config" WIRESHARK_PLUGIN_DIR="$build/plugins"
    unset WIRESHARK_CONFIG_DIR WIRESHARK_DATA_DIR WIRESHARK_RUN_FROM_BUILD_DIRECTORY
}

# As root, Wireshark loads plugins from the system's folder only. So its programs run as nobody, who keeps root's right to read
# any file and, if there is one to keep, to capture. But what -w writes is to be root's: in a user namespace root may have
# another number. There it cannot enter other users' private folders, however. Each serves where the other is not allowed.
namespace="unshare -U --map-user=1000 --map-group=1000"
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
read_any=+dac_override
capture=$read_any,+net_raw,+net_admin

try() {
    $1 true 2>/dev/null && way=$1
}

try_nobody() {
    try "$nobody --inh-caps=$capture --ambient-caps=$capture" || try "$nobody --inh-caps=$read_any --ambient-caps=$read_any"
}

# Sets $way to what has to stand before a program, if anything. $1: it is to write files.
find_way() {
    way=
    [ "$(id -u)" = 0 ] || return 0
    if [ "$1" = writes ]; then
        try "$namespace" || try_nobody
    else
        try_nobody || try "$namespace"
    fi || fail "cannot load the plugin as root; please run as another user"
}
