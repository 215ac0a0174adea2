#!/bin/sh
# Configures and builds in build/NAME: sh config/build.sh NAME [cmake options, as --preset NAME]
# TARGETS in the environment: what to build, separated by blanks (default: all).
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
name=${1:?usage: build.sh NAME [cmake options]}
shift
folder=$root/build/$name
cache=$folder/CMakeCache.txt
mkdir -p "$folder"

# a tree that was moved or copied with its build folder
if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    rm -rf "$cache" "$folder/CMakeFiles"
fi
if [ ! -f "$cache" ] && command -v ninja >/dev/null 2>&1; then
    set -- -G Ninja "$@"
fi

cd "$root"
if ! cmake "$@" -B "$folder" >"$folder/configure.log" 2>&1; then
    cat "$folder/configure.log" >&2
    exit 1
fi
jobs=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
# shellcheck disable=SC2086  # a list of words
exec cmake --build "$folder" --parallel "$jobs" --target ${TARGETS:-all}
