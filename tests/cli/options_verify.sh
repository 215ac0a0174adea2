#!/usr/bin/env bash
# What each option of verify does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05
expect_exit 0 "$SUBSCENE" run "$P" -o made -q -b B01,B05 --size 256
rows_of() { find out -name "$1" -exec cat {} + | grep -c '^[0-9]'; }
options_of verify made
changes --json "said {\"faults\":[],\"manifests\":1,\"files\":9,\"fault_count\":0,\"kinds\":[],\"numbers\":{\"own\":9,\"cm-vsm\":0,\"cm-vsm-tiled\":0},\"unreadable\":0,\"months\":[{\"month\":\"January\",\"subscenes\":9}],\"classes\":[]}" no yes
cp -a made broken
NAME=$(basename "$P" .SAFE)
FILE=broken/L1C/January/$NAME/tile_1_1.nc
rm "$FILE"
WORDS=(out)
BEFORE=broken call --repair
expect_equal "$STATUS" 1 "a repair that leaves a missing subscene"
expect_line "$OUT" "tile_1_1.nc: its row leaves the manifest"
BEFORE=broken changes --repair "rows_of manifest.csv" 9 8
WITH_BOTH=--repair BEFORE=broken changes "--product=$P" status 1 0
WITH_BOTH=--repair BEFORE=broken changes --dry-run "rows_of manifest.csv" 8 9
cp -a broken locked
foreign_lock "$(folder_of locked)" 60
WITH_BOTH="--repair --product $P" BEFORE=locked changes --lock-timeout=30 status 75 0
WORDS=(made) WITH_BOTH='' BEFORE=''
common_options
finish_options
