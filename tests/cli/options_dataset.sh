#!/usr/bin/env bash
# What each option of dataset does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05
expect_exit 0 "$SUBSCENE" run "$P" -o made -q -b B01,B05 --size 256
options_of dataset made
talking_options "manifest.csv: 9 subscenes"
finish_options
