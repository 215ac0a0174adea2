#!/usr/bin/env bash
# What each option of write does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1
need_ncdump

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B01,B05
expect_exit 0 "$SUBSCENE" resample d/B01.nc d/B05.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/B01.nc r/B05.nc -o t -q --size 256
options_of write t/tile_*.nc
NAME=$(basename "$P" .SAFE)

variables() { header "$1" | sed -n 's/^[[:space:]]*[a-z]* \([A-Za-z0-9]*\)(*[yx, ]*)* ;$/\1/p' | paste -sd' '; }
place() { of_file "$1"; }
hashes() { awk -F, 'NR > 1 { print $(NF - 1) }' "$(folder_of out)/manifest.csv" | paste -sd' '; }

call
full=$(awk -F, 'NR > 1 && $4 >= 0.9 { print $3 }' "$(folder_of out)/manifest.csv" | sort | paste -sd' ') all=$(files) sums=$(hashes)
changes --min-valid=0.9 files "$all" "$full"
changes --layout=flat "place tile_2_1.nc" "out/L1C/January/$NAME/tile_2_1.nc" "out/$NAME/tile_2_1.nc"
changes "--layout={tile}/{sensing}-{x}-{y}.nc" "place *-2-1.nc" "" "out/T35VLF/20220125T151701-2-1.nc"
changes --profile=kappazeta "variables tile_1_1.nc" "B01 B05 x y crs" "B01 B05"
expect_equal "$(hashes)" "$sums" "hashes of both profiles"
changes --deflate=9 "attribute tile_1_1.nc B05:_DeflateLevel" 1 9
expect_equal "$(hashes)" "$sums" "hashes of both levels"
changes --png pictures "" "T35VLF_20220125T151701_B01_tile_1_1.png T35VLF_20220125T151701_B05_tile_1_1.png"
making_options 9
lock_options kept tile_1_1.nc
common_options

label_sources
product M --size 630 --jp2-tile 256,160,48 --bands B01,B05 --nodata none --masks s2cloudless
expect_exit 0 "$SUBSCENE" decode "$M" -o md -q -b B01,B05
expect_exit 0 "$SUBSCENE" resample md/B01.nc md/B05.nc -o mr -q
expect_exit 0 "$SUBSCENE" cut mr/B01.nc mr/B05.nc -o mt -q --size 256 --tiles 1_1
options_of write mt/tile_1_1.nc
label_options
raster_options
changes "--product=$M" "layers tile_1_1.nc" "" "SS2C SS2CC"
WITH_BOTH="--product $M --raster Mine=mask.png:keep" changes --no-masks "layers tile_1_1.nc" "SS2C SS2CC Mine" Mine
finish_options
