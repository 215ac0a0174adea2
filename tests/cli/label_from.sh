#!/usr/bin/env bash
# label --from: class layers of other subscenes of the same acquisition, pixel by pixel as a program computes it that knows only the coordinates.
. "${BASH_SOURCE[0]%/*}/lib_labels.sh" || exit 1
/usr/bin/python3 -c 'import numpy, netCDF4' 2>/dev/null || skip_all "Python's numpy or netCDF4 is missing"

carried() { /usr/bin/python3 "$SOURCE_DIR/tests/support/carried.py" "$@"; }

# labels of a subscene each, with shapes that cross no grid of pixels
annotate() # annotate SIZE CELL...
{
    local size=$1 cell
    shift
    echo '<annotations><version>1.1</version>'
    for cell; do
        echo "<image id=\"0\" name=\"tile_$cell.png\" width=\"$size\" height=\"$size\">
<polygon label=\"cloud\" points=\"3.3,2.1;$((size / 2)).7,9.2;$((size - 7)).1,$((size - 2)).4;5.5,$((size / 2)).5\" z_order=\"0\"/>
<box label=\"cloud_shadow\" xtl=\"${cell%_*}1.2\" ytl=\"3\" xbr=\"$((size - 1)).4\" ybr=\"2${cell#*_}.6\" z_order=\"1\"/></image>"
    done
    echo '</annotations>'
}
run() { expect_exit 0 "$SUBSCENE" run "$@" -b B02,B05 -q; }
label() { expect_exit 0 "$SUBSCENE" label "$@" -q; }

product N --size 468 --jp2-tile 256,128,64 --bands B02,B05 --nodata none
product S --size 468 --jp2-tile 256,128,64 --bands B02,B05 --nodata none --epsg 32735 --tile 35LKC --platform S2B --sensing 20210303T080000
annotate 128 0_0 1_1 2_1 1_2 >128.xml
annotate 64 0_0 1_1 3_2 5_5 6_6 >64.xml

# ---- another size and overlap, a coarser and a finer pixel, shifted edges, both hemispheres: every pixel ----
ALL=("--size 64 --overlap 1/16" "--size 64 --resolution 20" "--size 100 --edge shift" "--size 96 --overlap 0.5")
PRODUCTS=("$N" "$S")
[ -z "$SANITIZE" ] || PRODUCTS=("$N") # the release build runs both
for product in "${PRODUCTS[@]}"; do
    rm -rf old
    run "$product" -o old --size 128 --edge shift
    label old --cvat 128.xml
    [ -z "$SANITIZE" ] || ALL=("--size 64 --resolution 20") # the release build runs all of them
    for options in "${ALL[@]}"; do
        rm -rf new
        run "$product" -o new $options
        label new --from old
        expect_equal "$(carried old new Label 5 5 | sed 's/^[1-9][0-9]* //')" "files, pixels wrong 0 conflicts 0" "${product##*_}: from 128 px to $options"
        expect_exit 0 "$SUBSCENE" verify new -q
    done
    rm -rf coarse new
    run "$product" -o coarse --size 64 --resolution 20
    label coarse --cvat 64.xml
    run "$product" -o new --size 128
    label new --from coarse --unlabelled 1
    expect_equal "$(carried coarse new Label 1 5 | sed 's/^[1-9][0-9]* //')" "files, pixels wrong 0 conflicts 0" "${product##*_}: from 20 m to 10 m"
done

# ---- subscenes that overlap and disagree ----
rm -rf old new
run "$N" -o old --size 128 --overlap 0.5
label old --cvat 128.xml
run "$N" -o new --size 64
label new --from old
expect_line "$ERR" "warning" "subscenes that overlap have different classes at"
counted=$(sed -n 's/.*different classes at \([0-9]*\) pixel.*/\1/p' "$ERR")
expect_equal "$(carried old new Label 5 5 | sed 's/^[1-9][0-9]* //')" "files, pixels wrong 0 conflicts $counted" "subscenes that disagree"
[ "$counted" -gt 0 ] || fail "no conflict was tested"

# ---- where it comes from; again; corrected; a source that is given comes first ----
expect_equal "$(ncdump -h "$(find new -name tile_0_0.nc)" 2>/dev/null | sed -n 's/.*Label:source = "\(.*\)" ;/\1/p')" "subscenes old (cvat 128.xml)" "source"
expect_exit 0 "$SUBSCENE" label new --from old
expect_empty "$OUT"
annotate 128 1_1 >corrected.xml
expect_exit 0 "$SUBSCENE" label old --cvat corrected.xml --overwrite -q
sed -i 's/cloud_shadow/clear/' corrected.xml
expect_exit 0 "$SUBSCENE" label old --cvat corrected.xml --overwrite -q
expect_exit 1 "$SUBSCENE" label new --from old
expect_line "$ERR" "another Label than old; --overwrite replaces them"
expect_exit 0 "$SUBSCENE" label new --from old --overwrite -q
expect_equal "$(carried old new Label 5 5 | sed 's/ conflicts.*//; s/^[1-9][0-9]* //')" "files, pixels wrong 0" "corrected labels"
annotate 64 0_0 >one.xml
rm -rf first
run "$N" -o first --size 64
cp -r first both
label first --cvat one.xml
label both --cvat one.xml --from old
cmp -s "$(find first -name tile_0_0.nc)" "$(find both -name tile_0_0.nc)" || fail "a label that is given does not come before --from"

# ---- a newer processing of the same acquisition, and other layers than labels ----
product NEWER --size 468 --jp2-tile 256,128,64 --bands B02,B05 --nodata none --baseline 05.09
rm -rf new
run "$NEWER" -o new --size 128
label new --from old
expect_equal "$(carried old new Label 5 5 | sed 's/ conflicts.*//; s/^[1-9][0-9]* //')" "files, pixels wrong 0" "a newer processing"
product M --size 468 --jp2-tile 256,128,64 --bands B02,B05 --nodata none --masks s2cloudless
rm -rf masks new
run "$M" -o masks --size 128
run "$N" -o new --size 64
label new --from masks
LAYERS=$("$SUBSCENE" info "$M" -b B02,B05 --json | grep -o '"layer": *"[^"]*"' | sed 's/.*"\([^"]*\)"$/\1/')
[ -n "$LAYERS" ] || fail "the product has no mask"
for layer in $LAYERS; do
    expect_equal "$(carried masks new "$layer" 0 0 | sed 's/^[1-9][0-9]* //')" "files, pixels wrong 0 conflicts 0" "layer $layer"
done

# ---- what cannot be: nothing changes ----
refused() # refused CODE TEXT ARGUMENTS...
{
    local code=$1 text=$2
    shift 2
    sha_tree new >before
    expect_exit "$code" "$SUBSCENE" label new "$@"
    expect_line "$ERR" "error: " "$text"
    sha_tree new | diff -q before - >/dev/null || fail "$*: something changed"
}
rm -rf new none kz
run "$N" -o new --size 64
run "$N" -o none --size 128
refused 3 "none: none of the 16 subscenes has a class layer" --from none
refused 3 "no subscene found below" --from "$N"
refused 3 "absent" --from absent
run "$S" -o other --size 128
label other --cvat 128.xml
refused 3 "has the tile and sensing time of" --from other
refused 2 "--unlabelled 77: is not a code of the layer Label" --from old --unlabelled 77
run "$N" -o kz --size 128 --profile kappazeta
label kz --cvat 128.xml
refused 3 "has no coordinates (profile kappazeta), so its layers cannot be carried over" --from kz
expect_exit 3 "$SUBSCENE" label kz --from old
expect_line "$ERR" "so layers cannot be carried over to it"
cp -r old damaged
file=$(grep -lr flag_meanings damaged --include='*.nc' | head -1)
poke "$file" $(($(stat -c %s "$file") / 2)) XXXXXXXXXXXXXXXXXXXXXXXX
poke "$file" 0 XXXX
refused 3 "${file##*/}" --from damaged

# ---- a kill at any moment, a full disk ----
rm -rf start clean
cp -r new start
label new --from old
cp -r new clean
carried_over() { same_tree clean new "label --from $1"; }
survives_kills new carried_over "$SUBSCENE" label new --from old -q
survives_full_disk 8 new "$SUBSCENE" label small/new --from old -q
finish
