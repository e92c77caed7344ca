# build.sh: what the scripts beside it share: where things are, what has to be installed, and the build. To be sourced, with
# $root set to the checkout. With $announce set, installing and building say that they are under way.
#
# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later

build=$root/build/default
stamp=$build/.built
build_packages="tshark wireshark-dev libwireshark-dev cmake ninja-build gcc libc6-dev pkg-config libglib2.0-dev libjson-glib-dev"

fail() {
    echo "$(basename -- "$0"): $*" >&2
    exit 1
}

say() {
    [ -z "${announce-}" ] || echo "$*" >&2
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends "$@" </dev/null
}

# Runs a command without a word, unless it fails.
quietly() {
    said=$(mktemp)
    if "$@" >"$said" 2>&1; then
        rm -f "$said"
    else
        cat "$said" >&2
        rm -f "$said"
        return 1
    fi
}

install_or_update() {
    apt_get install "$@" || { apt_get update && apt_get install "$@"; }
}

# Those of the named Debian packages that are not installed. None where there is no dpkg: the build tells what is missing then.
missing_packages() {
    command -v dpkg-query >/dev/null || return 0
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
    done
}

install_packages() {
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] || fail "please have installed, by root: $missing"
    say "Installing: $missing"
    # shellcheck disable=SC2086
    quietly install_or_update $missing || fail "could not install: $missing"
}

# Is nothing that the plugin is built from newer than the build? By the time of change, not of modification: files from a
# package, such as tshark's, keep the date of their making.
is_built() {
    [ -e "$stamp" ] && tshark=$(command -v tshark) &&
        [ -z "$(find "$root/CMakeLists.txt" "$root/cmake" "$root/analyzer" "$root/plugin" "$tshark" \
            -newercm "$stamp" -print -quit 2>&1)" ]
}

# Builds the targets named. The stamp has the time of the start: a change during the build is not lost.
build_targets() {
    touch "$build/.start" &&
        cmake -S "$root" -B "$build" -G Ninja ${CI:+-DTCPSTATE_WERROR=ON} &&
        cmake --build "$build" --target "$@" &&
        mv "$build/.start" "$stamp"
}

# Runs its arguments alone: of several scripts that find the build out of date, one builds at a time.
with_lock() {
    if ! mkdir -p "$build/home" 2>/dev/null || ! [ -w "$build" ]; then
        fail "cannot build: no permission to write in $build"
    fi
    (flock 9 && "$@") 9>"$build/.lock"
}

build_if_needed() {
    is_built && return
    say "Building"
    quietly build_targets tcpstate_plugin
}

build_plugin() {
    is_built && return
    # shellcheck disable=SC2086
    install_packages $build_packages
    with_lock build_if_needed || fail "could not build the plugin"
}

build_all() {
    with_lock quietly build_targets everything || fail "could not build"
}
