#!/usr/bin/env bash
# What each option of select does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B02,B10
expect_exit 0 "$SUBSCENE" run "$P" -o made -q -b B02,B10 --size 256
line_count() { listed | wc -w; }
listed() { sed 's/ *#.*//' "$OUT" | grep . | paste -sd' '; }
full=$(awk -F, 'NR > 1 && $4 >= 0.9' made/*/*/*/manifest.csv | wc -l)
brightest=$(awk -F, 'NR > 1 { print $9, $1 "_" $2 }' made/*/*/*/manifest.csv | sort -rn | head -1 | cut -d' ' -f2)

options_of select made
call
all=$(listed) first=$(listed | cut -d' ' -f1,2)
changes --top=2 listed "$all" "$first"
WITH_BOTH="--top 1" changes --by=cirrus listed "${first%% *}" "$brightest"
changes --min-valid=0.9 "line_count" 9 "$full"
far=$(for cell in $all; do [ "$((${cell%_*} % 2 + ${cell#*_} % 2))" = 0 ] && echo "$cell"; done | wc -l)
expect_equal "$far" 4 "cells that are two apart"
WITH_BOTH="--by valid" changes --spacing=3 "line_count" 9 1

# of a product
of_all() { sed -n 's/.* of \([0-9]*\) subscenes.*/\1/p' "$OUT"; }
options_of select "$P"
WITH_BOTH="--size 128" changes --bands=B02,B10 status 3 0
options_of select "$P" -b B02,B10
changes --size=128 of_all 4 25
WITH_BOTH="--size 256" changes --overlap=0.5 of_all 9 25
WITH_BOTH="--size 256" changes --edge=drop of_all 9 4
WITH_BOTH="--size 128" changes --resolution=20 of_all 25 9
common_options
decoder_option "$P"
finish_options
