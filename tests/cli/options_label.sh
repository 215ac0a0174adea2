#!/usr/bin/env bash
# What each option of label does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1
need_ncdump
label_sources

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05 --nodata none --masks s2cloudless
expect_exit 0 "$SUBSCENE" run "$P" -o base -q -b B01,B05 --size 256 --no-masks
BEFORE=base
options_of label out
label_options
changes "--product=$P" "layers tile_1_1.nc" "" "SS2C SS2CC"
WITH_BOTH="--product $P --raster Mine=mask.png:keep" changes --no-masks "layers tile_1_1.nc" "SS2C SS2CC Mine" Mine
WITH_BOTH="--product $P" changes --raster=Mine=mask.png:keep "codes_of Mine" none "0:16384 1:49152"
expect_exit 0 "$SUBSCENE" run "$P" -o half -q -b B01 --size 128 --no-masks
printf '<annotations><version>1.1</version><image id="0" name="tile_2_2.png" width="128" height="128"><box label="cloud" xtl="0" ytl="0" xbr="128" ybr="128" z_order="0"/></image></annotations>' >half.xml
expect_exit 0 "$SUBSCENE" label half -q --cvat half.xml
changes --from=half codes none "4:16384 5:49152"
WITH_BOTH="--cvat cloud.xml" changes --dry-run codes "4:32768 5:32768" none
expect_equal "$(cat "$OUT")" "$(of_file tile_1_1.nc)" "what --dry-run lists"
WITH_BOTH="--cvat clear.xml"
call
cp -a out labelled
BEFORE=labelled
WITH_BOTH="--cvat cloud.xml" changes --overwrite codes "1:32768 5:32768" "4:32768 5:32768"
BEFORE=base WITH_BOTH="--cvat cloud.xml"
changes --png pictures "" "T35VLF_20220125T151701_Label_tile_1_1.png"
lock_options base
BEFORE=base
talking_options "uncovered pixels become"
finish_options
