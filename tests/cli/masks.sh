#!/usr/bin/env bash
# Masks that other tools left in a product become class layers: right at every pixel, the same whichever way they are added, and what is wrong with one is said.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
command -v ncdump >/dev/null || skip_all "ncdump is missing"
PYTHON=/usr/bin/python3 CHECK=$SOURCE_DIR/tests/stages/test_class_layers.py
run() { expect_exit 0 "$SUBSCENE" run "$@" -q; }
layers_of() { ncdump -h "$(find "$1" -name "$2" | head -1)" | sed -n 's/^[[:space:]]*ubyte \([A-Za-z0-9_-]*\)(.*/\1/p' | paste -sd' '; }
right() # right OUT FILES [OPTION...]: every pixel is what the scene says
{
    local files=$2
    expect_count "$1" "$files"
    $PYTHON -c 'import netCDF4, numpy' 2>/dev/null || { skip_part "python3-netcdf4 is missing: pixels of $1"; return; }
    expect_exit 0 $PYTHON "$CHECK" "$1" "${@:3}"
    expect_text "$OUT" "$files files"
}

product P --size 1590 --jp2-tile 512,320,96 --bands B01,B02,B05 --masks all
GRANULE=$(cd "$P" && echo GRANULE/*)
B=(-b B01,B02,B05) OWN=(--raster CLASSI) # every product has its own mask: only taken when asked for
ALL="FMC SS2C SS2CC MAJAC BHC FMSC GSFC DL-L8S2-UV CLASSI"

# ---- found, aligned, at each resolution; sizes, overlaps and edges that are not those of the masks ----
run "$P" "${B[@]}" "${OWN[@]}" -o out
expect_equal "$(layers_of out tile_1_1.nc)" "$ALL" "layers"
right out 16
run "$P" "${B[@]}" "${OWN[@]}" -o out20 --resolution 20 --size 300 --overlap 0.11
right out20 9
run "$P" "${B[@]}" "${OWN[@]}" -o out60 --resolution 60 --size 100 --edge shift
right out60 9
run "$P" "${B[@]}" "${OWN[@]}" -o odd --size 333 --overlap 0.5 --edge shift --tiles 0_0,3_7,7_3,7_7
right odd 4
expect_exit 0 "$SUBSCENE" verify out out20 out60 odd -q
expect_empty "$OUT"
# which of three rasters: that of the target's resolution, else the finest
"$SUBSCENE" info "$P" "${B[@]}" --resolution 60 >"$OUT" && expect_text "$OUT" "SS2C from $GRANULE/S2CLOUDLESS_DATA/R60m/" "MAJA_DATA/T35VLF_20220125T151701_CLM_R1.tif"
"$SUBSCENE" info "$P" "${B[@]}" --resolution 20 >"$OUT" && expect_text "$OUT" "SS2C from $GRANULE/S2CLOUDLESS_DATA/R20m/" "_CLM_R2.tif"

# ---- the same bytes: threads, little memory, label, the stages, a run that finds masks later, a zip ----
for j in 1 2 7; do
    in_sample 1 3 || continue
    rm -rf again
    run "$P" "${B[@]}" "${OWN[@]}" -o again -j $j
    same_tree out again "$j threads"
done
run "$P" "${B[@]}" -o bare --no-masks
expect_equal "$(layers_of bare tile_1_1.nc)" "" "layers with --no-masks"
rm -rf again && cp -r bare again
expect_exit 0 "$SUBSCENE" label again --product "$P" "${OWN[@]}" -q
expect_equal "$(wc -l <"$OUT")" 16 "files that label names"
same_tree out again "run and label"
sha_tree again >before
expect_exit 0 "$SUBSCENE" label again --product "$P" "${OWN[@]}" -q
expect_empty "$OUT"
expect_exit 0 "$SUBSCENE" label again --product "$P" "${OWN[@]}" -q --overwrite
sha_tree again | diff -q before - >/dev/null || fail "label --overwrite with the same masks changes files"
rm -rf again && cp -r bare again
run "$P" "${B[@]}" "${OWN[@]}" -o again
same_tree out again "masks that came later"
rm -rf again && cp -r bare again
# some are there whole, some without layers, some not at all
rm "$(find again -name tile_2_2.nc)" && cp "$(find out -name tile_3_1.nc)" "$(find again -name tile_3_1.nc)"
run "$P" "${B[@]}" "${OWN[@]}" -o again -j 3
same_tree out again "masks that came later, some subscenes missing"
expect_exit 0 "$SUBSCENE" decode "$P" "${B[@]}" -o d -q
expect_exit 0 "$SUBSCENE" resample d/*.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t -q
expect_exit 0 "$SUBSCENE" write t/*.nc -o staged -q --product "$P" "${OWN[@]}"
same_tree out staged "run and stages"
rm -rf again
expect_exit 0 "$SUBSCENE" write t/*.nc -o again -q
expect_exit 0 "$SUBSCENE" write t/*.nc -o again -q --product "$P" "${OWN[@]}"
same_tree out again "write, and write with masks"
product Z --size 1590 --jp2-tile 512,320,96 --bands B01,B02,B05 --masks all --zip-deflate
rm -rf again && run "$Z" "${B[@]}" "${OWN[@]}" -o again
same_tree out again "folder and zip"
stat_tree out >before
run "$P" "${B[@]}" "${OWN[@]}" -o out
stat_tree out | diff -q before - >/dev/null || fail "a run with nothing to do writes"

# ---- the product's own mask of older baselines: polygons ----
product OLD --size 1590 --jp2-tile 512,320,96 --bands B01,B02,B05 --masks classi --baseline 02.09
for resolution in 10 20 60; do
    run "$OLD" "${B[@]}" "${OWN[@]}" -o old$resolution --resolution $resolution --size 100
    expect_equal "$(layers_of old$resolution tile_1_1.nc)" CLASSI "layers of an old product"
done
right old10 256
right old20 64
right old60 9
run "$OLD" "${B[@]}" -o bareold --size 100 --no-masks --tiles 3_3
expect_exit 0 "$SUBSCENE" label bareold -q --raster "CLASSI=$(echo "$OLD"/GRANULE/*/QI_DATA/MSK_CLOUDS_B00.gml):msk_classi"
cmp -s "$(find bareold -name tile_3_3.nc)" "$(find old10 -name tile_3_3.nc)" || fail "polygons found and named differ"

# ---- profile kappazeta: the same layers with the same codes ----
run "$P" "${B[@]}" -o published --profile kappazeta
expect_equal "$(layers_of published tile_1_1.nc)" "FMC SS2C SS2CC MAJAC BHC FMSC GSFC DL-L8S2-UV" "layers of profile kappazeta"
for layer in FMC SS2CC; do
    for which in out published; do ncdump -v $layer "$(find $which -name tile_1_2.nc)" | sed -n "/^ $layer =/,/;/p" >$which.txt; done
    cmp -s out.txt published.txt || fail "$layer differs between the profiles"
done
expect_exit 0 "$SUBSCENE" verify published -q
expect_exit 3 "$SUBSCENE" label published --product "$P"
expect_line "$ERR" "profile kappazeta" "run"

# ---- a map for the mask at its place: MAJA's own bits ----
MAJA=$(echo "$P"/GRANULE/*/MAJA_DATA/*_CLM_R1.tif)
majac() { ncdump -v MAJAC "$(find "$1" -name tile_1_1.nc)" | sed -n '/^ MAJAC =/,/;/p' | sha256sum; }
run "$P" "${B[@]}" -o native --tiles 1_1 --raster MAJAC=:maja_native
run "$P" "${B[@]}" -o native_file --tiles 1_1 --raster "MAJAC=$MAJA:maja_native"
same_tree native_file native "a map for the mask at its place"
[ "$(majac native)" != "$(majac out)" ] || fail "--raster MAJAC=:maja_native changes nothing"
expect_exit 2 "$SUBSCENE" run "$P" "${B[@]}" -o refused --raster MAJAC=:
expect_line "$ERR" "--raster MAJAC=:" "LAYER=:MAP"
expect_exit 2 "$SUBSCENE" run "$P" "${B[@]}" -o refused --raster Mine=:keep
expect_line "$ERR" "--raster Mine" "no place in a product is known"
expect_exit 2 "$SUBSCENE" run "$P" "${B[@]}" -o refused --raster MAJAC
expect_line "$ERR" maja_native maja_theia
expect_absent refused

# ---- named masks: they come before those that are found; the user's own map; masks without classes ----
printf '[layer]\nname = FMC\nkind = codes\n[codes]\n0 = 9\n1 = 9\n2 = 8\n3 = 7\n4 = 7\n255 = 0\n[flags]\n0 = NONE\n7 = WHITE\n8 = DARK\n9 = OPEN\n' >own.ini
FMASK=$(echo "$P"/GRANULE/*/FMASK_DATA/*_Fmask4.tif)
run "$P" "${B[@]}" -o named --tiles 1_1 --raster "FMC=$FMASK:own.ini" --raster "CLOUDS=$(echo "$P"/GRANULE/*/QI_DATA/MSK_CLASSI_B00.jp2):keep"
expect_equal "$(layers_of named tile_1_1.nc)" "FMC SS2C SS2CC MAJAC BHC FMSC GSFC DL-L8S2-UV CLOUDS" "layers with named ones"
for which in out named; do ncdump -v FMC "$(find $which -name tile_1_1.nc)" | sed -n '/^ FMC =/,/;/p' | tr -dc '0-9,' | tr , '\n' >$which.txt; done
awk '{ print $1 == 1 ? 9 : $1 == 2 ? 8 : $1 == 4 ? 7 : 0 }' out.txt | tr -d 79 >wanted # snow and water are clear in one, white and open in the other
awk 1 named.txt | tr -d 79 | cmp -s wanted - || fail "the user's own map"
expect_exit 0 "$SUBSCENE" verify named -q

# ---- masks in a rerun and with --overwrite ----
cp -r out kept
printf '<annotations><version>1.1</version><image id="0" name="tile_1_1.png" width="512" height="512"><box label="cloud" xtl="0" ytl="0" xbr="9" ybr="9" z_order="0"/></image></annotations>' >cvat.xml
expect_exit 0 "$SUBSCENE" label kept --cvat cvat.xml -q
expect_equal "$(layers_of kept tile_1_1.nc)" "Label $ALL" "Label comes first"
sha_tree kept >before
run "$P" "${B[@]}" "${OWN[@]}" -o kept
sha_tree kept | diff before - >difference || fail "a rerun changes labels: $(head -3 difference)"
run "$P" "${B[@]}" "${OWN[@]}" -o kept2 --cvat cvat.xml
same_tree kept kept2 "run and label, run --cvat"
expect_exit 0 "$SUBSCENE" run "$P" "${B[@]}" "${OWN[@]}" -o kept --overwrite
same_tree kept kept2 "--overwrite keeps the Label"
expect_exit 0 "$SUBSCENE" run "$P" "${B[@]}" "${OWN[@]}" -o kept --overwrite --drop-labels
expect_line "$ERR" warning "--drop-labels: 1 subscene loses class layers: Label"
expect_exit 0 "$SUBSCENE" run "$P" "${B[@]}" -o kept3 --cvat cvat.xml --no-masks --tiles 0_0
expect_line "$ERR" "warning" "none of the 1 labelled image belongs to one of its 1 subscene"
same_tree out kept "after --overwrite"
expect_exit 0 "$SUBSCENE" run "$P" "${B[@]}" "${OWN[@]}" -o kept2 --overwrite --cvat cvat.xml
expect_no_text "$ERR" "made again without"

# a label that replaces another leaves the bytes of a run with the new one, whatever the bands: HDF5 may give attributes back in another order than theirs
product F --size 420 --jp2-tile 256,160,48 --bands B01,B02,B05 --masks s2cloudless --nodata none
sed 's/512/256/g; s/tile_1_1/tile_0_0/' cvat.xml >narrow.xml
sed 's/xbr="9"/xbr="99"/' narrow.xml >wide.xml
sampled=0
for bands in B02 B02,B05 B01,B02,B05; do
    in_sample 1 2 || continue
    for label in narrow wide; do
        run "$F" -b "$bands" --size 256 --layout flat --tiles 0_0 -q -o "$label.$bands" --cvat $label.xml
    done
    expect_exit 0 "$SUBSCENE" label "narrow.$bands" --cvat wide.xml --overwrite -q
    same_tree "wide.$bands" "narrow.$bands" "label --overwrite of $bands and run"
done

# ---- what is wrong with a mask: exit 3, file and place named, whole files or none; repaired, the rest is made ----
broken() # broken COMMAND FILE TEXT...: P with a FILE changed by COMMAND
{
    local command=$1 file
    rm -rf bad "$TMP/Q" && mkdir "$TMP/Q" && cp -r "$P" Q/
    Q=$TMP/Q/$(basename "$P")
    file=$(cd "$Q" && echo $2)
    $command "$Q/$file"
    shift 2
    expect_exit 3 "$SUBSCENE" run "$Q" "${B[@]}" "${OWN[@]}" -o bad
    expect_line "$ERR" "error: " "$file" "$@"
    expect_absent bad
    rm -rf again && cp -r bare again
    expect_exit 3 "$SUBSCENE" label again --product "$Q" "${OWN[@]}"
    expect_line "$ERR" "error: " "$file" "$@"
    same_tree bare again "label with a mask that is wrong"
}
half() { truncate -s $(($(stat -c %s "$1") / 2)) "$1"; }
empty() { : >"$1"; }
text() { echo "no mask" >"$1"; }
other_size() { cp "$(echo "$P"/GRANULE/*/S2CLOUDLESS_DATA/R20m/*_prediction.png)" "$TMP/small.png" && "$MAKE_PRODUCT" --size 600 --bands B01 --masks s2cloudless "$TMP/small" >/dev/null && cp "$TMP"/small/*/GRANULE/*/S2CLOUDLESS_DATA/R10m/*_prediction.png "$1"; }
twice() { cp "$1" "${1%_Fmask4.tif}_again_Fmask4.tif"; }
broken half "GRANULE/*/S2CLOUDLESS_DATA/R10m/*_prediction.png" row
broken half "GRANULE/*/MAJA_DATA/*_CLM_R1.tif"
broken half "GRANULE/*/QI_DATA/MSK_CLASSI_B00.jp2"
broken empty "GRANULE/*/FMASK_DATA/*_Fmask4.tif"
broken text "GRANULE/*/GSFC/*label.tif"
broken other_size "GRANULE/*/S2CLOUDLESS_DATA/R10m/*_prediction.png" "600 × 600 px" "15900 × 15900 m"
broken twice "GRANULE/*/FMASK_DATA/*_Fmask4.tif" "are both at the place" "--no-masks"
# a value that the map does not know
expect_exit 3 "$SUBSCENE" run "$P" "${B[@]}" -o bad2 --raster "GSFC=$FMASK"
expect_line "$ERR" "$FMASK" "row " "the value 255" "class map gsfc"
# a raster that lies elsewhere: of another product
product FAR --size 1590 --jp2-tile 512,320,96 --bands B01 --masks fmask --ulx 600000 --tile 35VLG
expect_exit 3 "$SUBSCENE" run "$P" "${B[@]}" -o bad2 --raster "FMC=$(echo "$FAR"/GRANULE/*/FMASK_DATA/*.tif)"
expect_line "$ERR" "600000" "it lies outside of the product"
product OFF --size 1590 --jp2-tile 512,320,96 --bands B01 --masks fmask --ulx 300003
expect_exit 3 "$SUBSCENE" run "$P" "${B[@]}" -o bad2 --raster "FMC=$(echo "$OFF"/GRANULE/*/FMASK_DATA/*.tif)"
expect_line "$ERR" "300003" "is not on a corner of the product's pixels of 10 m"
expect_exit 3 "$SUBSCENE" label again --product "$FAR"
expect_line "$ERR" "none of the 16 subscenes belongs to this product"
expect_exit 2 "$SUBSCENE" label again --raster CLASSI
expect_line "$ERR" "--raster CLASSI" "also needs --product"
product NONE --size 630 --bands B01,B02,B05 --drop-qi
expect_exit 3 "$SUBSCENE" run "$NONE" "${B[@]}" -o bad2 "${OWN[@]}"
expect_line "$ERR" "$NONE" "no file for the layer CLASSI"
# georeferencing that is not the product's never passes for none: another zone; pixels in degrees; oblong ones
if command -v gdal_translate >/dev/null; then
    gdal_translate -q -a_srs EPSG:32634 "$FMASK" wrong_zone.tif && gdal_translate -q -a_srs EPSG:4326 -a_ullr 25 60 25.3 59.7 "$FMASK" degrees.tif &&
        gdal_translate -q -a_ullr 300000 6500040 310000 6484140 "$FMASK" oblong.tif
    while IFS='|' read -r wrong reason; do
        expect_exit 3 "$SUBSCENE" run "$P" "${B[@]}" -o bad2 --raster "FMC=$wrong"
        expect_line "$ERR" "$wrong" "$reason"
        expect_exit 3 "$SUBSCENE" label again --raster "FMC=$wrong"
        expect_line "$ERR" "$wrong" "$reason"
    done <<'END'
wrong_zone.tif|is in EPSG:32634, the product in EPSG:32635
degrees.tif|not with square pixels in a projection
oblong.tif|not with square pixels in a projection
END
else
    skip_part "gdal_translate is missing: masks in other coordinate systems"
fi
# beside all subscenes; a size that fits no tile
expect_exit 3 "$SUBSCENE" label again --raster "FMC=$(echo "$FAR"/GRANULE/*/FMASK_DATA/*.tif)"
expect_line "$ERR" "it lies outside of the product"
expect_exit 3 "$SUBSCENE" label again --raster "SS2C=$(echo "$P"/GRANULE/*/S2CLOUDLESS_DATA/R10m/*_prediction.png)"
expect_line "$ERR" "109800 m" "give the product with --product"
expect_exit 3 "$SUBSCENE" label again --raster FMC=gone.tif
expect_line "$ERR" gone.tif
expect_exit 2 "$SUBSCENE" run "$P" "${B[@]}" -o bad2 --raster "Label=$FMASK" --cvat cvat.xml
expect_line "$ERR" "the layer Label has two sources"
expect_exit 2 "$SUBSCENE" run "$P" "$Z" "${B[@]}" -o bad2 --raster "FMC=$FMASK"
expect_line "$ERR" "--raster" "a file is for one product"
expect_exit 2 "$SUBSCENE" run "$P" "$Z" "${B[@]}" -o bad2 --cvat cvat.xml
expect_line "$ERR" "does not say of which"
expect_absent bad2
same_tree bare again "after masks that were refused"

# ---- killed at any moment ----
for delay in 0.05 0.1 0.2 0.3; do
    in_sample 1 2 || continue
    rm -rf again && cp -r bare again
    "$SUBSCENE" label again --product "$P" "${OWN[@]}" -q >/dev/null 2>&1 &
    child=$!
    sleep $delay
    kill -KILL $child 2>/dev/null
    wait $child 2>/dev/null
    for file in $(cd again && find . -name 'tile*.nc'); do
        cmp -s "again/$file" "bare/$file" || cmp -s "again/$file" "out/$file" || fail "$file is neither old nor new"
    done
    run "$P" "${B[@]}" "${OWN[@]}" -o again
    same_tree out again "killed, then run"
done
finish
