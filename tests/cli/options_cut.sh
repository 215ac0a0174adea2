#!/usr/bin/env bash
# What each option of cut does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1
need_ncdump

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B01,B05
expect_exit 0 "$SUBSCENE" resample d/B01.nc d/B05.nc -o r -q
options_of cut r/B01.nc r/B05.nc

width() { header "$1" | sed -n 's/^[[:space:]]*x = \([0-9]*\) ;$/\1/p'; }
left() { attribute "$1" crs:GeoTransform | cut -d' ' -f1; }

changes --size=256 "width tile_0_0.nc" 512 256
changes --size=256 file_count 4 9
WITH_BOTH="--size 256" changes --overlap=0.5 "left tile_1_0.nc" 302560 301280
WITH_BOTH="--size 256" changes --overlap=0.5 file_count 9 25
changes --tiles=1_0,0_1 files "tile_0_0.nc tile_0_1.nc tile_1_0.nc tile_1_1.nc" "tile_0_1.nc tile_1_0.nc"
changes "--aoi=SRID=32635;POINT(306000 6499000)" files "tile_0_0.nc tile_0_1.nc tile_1_0.nc tile_1_1.nc" tile_1_0.nc
WITH_BOTH="--size 256" changes --edge=drop file_count 9 4
WITH_BOTH="--size 256" changes --edge=shift "left tile_2_2.nc" 305120 303740
expect_equal "$(numbers out/tile_2_2.nc B05 | tail -1)" "$(numbers r/B05.nc B05 | tail -1)" "the last pixel, moved back"
call
mv out plain
changes --deflate=9 "attribute tile_1_0.nc B05:_DeflateLevel" "" 9
expect_equal "$(numbers out/tile_1_0.nc B05)" "$(numbers plain/tile_1_0.nc B05)" "numbers of a compressed file"
making_options 4
common_options
finish_options
