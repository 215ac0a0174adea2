#!/bin/sh
# Called by conda-build in the root of the sources, with PREFIX; CMAKE_ARGS and CPU_COUNT are its own.
set -eu

# shellcheck disable=SC2086  # a list of words
cmake ${CMAKE_ARGS-} -G Ninja -B conda_build -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$PREFIX" \
    -DCMAKE_INSTALL_PREFIX="$PREFIX" -DSUBSCENE_TESTS=OFF
cmake --build conda_build --parallel "${CPU_COUNT:-1}"
cmake --install conda_build
