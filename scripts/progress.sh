# progress.sh: how far a program has come with the captures that it reads, on a terminal. To be sourced.
#
# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later

# How many percent process $1 has read of the captures that it has open: by the kernel's account of its open files.
percent_read() {
    position=0 size=0
    for fd in "/proc/$1/fd/"*; do
        file=$(readlink "$fd") || continue
        [ -f "$file" ] || continue
        case $file in *.so* | *.log) continue ;; esac
        at=$(awk '/^pos:/ { print $2 }' "/proc/$1/fdinfo/${fd##*/}" 2>/dev/null)
        position=$((position + ${at:-0}))
        size=$((size + $(stat -c %s "$file" 2>/dev/null || echo 0)))
    done
    [ "$size" -eq 0 ] || echo $((100 * position / size))
}

# Tells from the third second on: most captures are through by then. The cursor is left at the line's start: what the program
# prints on the same terminal is longer.
watch_process() {
    sleep 2
    while kill -0 "$1" 2>/dev/null; do
        percent=$(percent_read "$1")
        [ "${percent:-0}" -lt 100 ] || break # it may print from now on
        [ -z "$percent" ] || printf '\r%3d %% read\r' "$percent" >&2
        sleep 1
    done
    printf '\r            \r' >&2
}

# tshark, too, has the signal. Where it is at that moment tells whether it prints what it has read, or nothing.
interrupted() {
    echo "$(basename -- "$0"): interrupted: not all of the capture is reported" >&2
    exit 130
}

# Runs a command. Where standard error is a terminal, tells there how far it has come.
with_progress() {
    if ! [ -t 2 ] || [ -n "${in_pipe-}" ]; then
        "$@"
        return
    fi
    "$@" &
    running=$!
    watch_process "$running" &
    watching=$!
    trap 'kill "$running" "$watching" 2>/dev/null; interrupted' INT TERM
    wait "$running"
    ended=$?
    kill "$watching" 2>/dev/null
    wait "$watching" 2>/dev/null
    printf '\r            \r' >&2
    trap interrupted INT TERM
    return "$ended"
}
