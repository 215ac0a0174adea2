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
talking_options "manifest.csv: 9 subscenes"
finish_options
