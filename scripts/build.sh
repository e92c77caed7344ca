# build.sh: what the scripts beside it share: where things are, what has to be installed, and the build. To be sourced, with
# $root set to the checkout.
#
# SPDX-License-Identifier: GPL-2.0-or-later

build=$root/build/default
stamp=$build/.built
build_packages="tshark wireshark-dev libwireshark-dev cmake ninja-build gcc libc6-dev pkg-config libglib2.0-dev"

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Installs those of the named Debian packages that are missing. Their output is shown only if that fails.
install_packages() {
    command -v dpkg-query >/dev/null || return 0 # not a Debian: the build will tell what is missing
    missing=
    for package in "$@"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] || fail "please install, as root:$missing"
    log=$(mktemp)
    # shellcheck disable=SC2086
    if ! { apt_get install $missing || { apt_get update && apt_get install $missing; }; } >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        fail "could not install:$missing"
    fi
    rm -f "$log"
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends "$@" </dev/null
}

# Has nothing that the plugin is built from changed since it was built? (A change of the clock's reading of the contents or,
# for a package that was upgraded, of the inode: packages keep the dates of their files.)
is_built() {
    [ -e "$stamp" ] || return 1
    [ -z "$(find "$root/CMakeLists.txt" "$root/cmake" "$root/analyzer" "$root/plugin" \
        "$(command -v tshark || echo /nonexistent)" -newercm "$stamp" -print -quit 2>&1)" ]
}

# Builds target $1 (plugin alone, or all) without a word, unless it fails. The stamp has the time from before, so that a
# change during the build is not lost.
build_target() {
    touch "$build/.building"
    if ! { cmake -S "$root" -B "$build" -G Ninja ${CI:+-DTCPSTATE_WERROR=ON} && cmake --build "$build" --target "$1"; } \
        >"$build/log" 2>&1; then
        grep -v '^-- ' "$build/log" >&2
        return 1
    fi
    mv "$build/.building" "$stamp"
}

# Builds what is not up to date; of several calls at a time, one does.
build_plugin() {
    if is_built; then
        return 0
    fi
    # shellcheck disable=SC2086
    install_packages $build_packages
    mkdir -p "$build/home" 2>/dev/null && [ -w "$build" ] || fail "cannot build: no permission to write in $build"
    (
        flock 9
        is_built || build_target tcpstate
    ) 9>"$build/.lock" || fail "the build failed"
}
