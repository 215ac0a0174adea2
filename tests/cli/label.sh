#!/usr/bin/env bash
# Labels: exact arrays, what is refused and then changes nothing, reruns, a kill at any moment.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
command -v ncdump >/dev/null || skip_all "ncdump is missing"

product P --size 240 --jp2-tile 128,64,24 --bands B02,B05 --nodata none
expect_exit 0 "$SUBSCENE" run "$P" -o base -q -b B02,B05 --size 64
NAME=$(basename "$P" .SAFE)
annotations() # annotations NAME SHAPES...
{
    echo '<annotations><version>1.1</version>'
    echo "<image id=\"0\" name=\"$1\" width=\"64\" height=\"64\">"
    shift
    printf '%s\n' "$@"
    echo '</image>'
    echo '</annotations>'
}
rm_out() { rm -rf out && cp -r base out; }
label_of() { ncdump -v Label "$(find out -name "$1")" | sed -n '/^ Label =/,/;/p' | tr -dc '0-9,;' | tr ',;' '\n\n' | grep .; }

# ---- the exact array: pixel centres, z-order, class priority, a mask, no data in the padded column ----
POLYGON='<polygon label="cloud" points="2.4,2.6;10.4,2.6;10.4,8.4;2.4,8.4" z_order="0"></polygon>'
annotations "$NAME/tile_3_0.png" "$POLYGON" '<box label="clear" xtl="0" ytl="0" xbr="5" ybr="5" z_order="0"></box>' \
    '<box label="Cloud Shadow" xtl="8" ytl="6" xbr="20" ybr="12" z_order="1"></box>' \
    '<mask label="semi_transparent_cloud" rle="0, 3, 2, 5" left="30" top="40" width="5" height="2" z_order="0"></mask>' \
    '<box label="cloud" xtl="40" ytl="50" xbr="64" ybr="64" z_order="0"></box>' >good.xml
rm_out
expect_exit 0 "$SUBSCENE" label out --cvat good.xml
expect_equal "$(cat "$OUT")" "$(find out -name tile_3_0.nc)" "what was labelled"
awk 'BEGIN { for (y = 0; y < 64; y++) for (x = 0; x < 64; x++) {
    c = 5
    if (x < 5 && y < 5) c = 1
    if (x >= 2 && x < 10 && y >= 3 && y < 8) c = 4
    if (x >= 40 && y >= 50) c = 4
    if (x >= 8 && x < 20 && y >= 6 && y < 12) c = 2
    if ((y == 40 && x >= 30 && x < 33) || (y == 41 && x >= 30 && x < 35)) c = 3
    if (x >= 48) c = 0
    print c } }' >wanted
label_of tile_3_0.nc | diff wanted - >difference || fail "Label: $(head -5 difference)"
expect_exit 0 "$SUBSCENE" verify out -q
expect_empty "$OUT"
sha_tree out >labelled
expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64
sha_tree out | diff labelled - >difference || fail "a rerun of run changes labels: $(head -3 difference)"
expect_exit 0 "$SUBSCENE" label out --cvat good.xml
expect_empty "$OUT"
expect_exit 0 "$SUBSCENE" label out --cvat good.xml --overwrite
sha_tree out | diff labelled - >difference || fail "the same labels again: $(head -3 difference)"

# ---- what is refused names file and place, and changes nothing ----
refused() # refused CODE FILE TEXT...
{
    local code=$1 file=$2
    shift 2
    rm_out
    expect_exit "$code" "$SUBSCENE" label out --cvat "$file"
    expect_line "$ERR" "error: " "$@"
    same_tree base out "after labels that were refused"
}
annotations tile_1_1.png '<box label="fog" xtl="0" ytl="0" xbr="5" ybr="5" z_order="0"></box>' \
    '<box label="haze" xtl="0" ytl="0" xbr="5" ybr="5" z_order="0"></box>' >bad.xml
refused 3 bad.xml bad.xml '"fog", "haze"'
annotations tile_1_1.png '<box label="clear" xtl="nan" ytl="0" xbr="5" ybr="5" z_order="0"></box>' >bad.xml
refused 3 bad.xml bad.xml "line 3"
head -c 150 good.xml >bad.xml
refused 3 bad.xml bad.xml
annotations tile_9_9.png "$POLYGON" >bad.xml
refused 3 bad.xml "none of the 1 images"
annotations scene.png "$POLYGON" >bad.xml
refused 3 bad.xml scene.png "tile_<x>_<y>"
{ annotations tile_0_0.png "$POLYGON" | sed '$d' && annotations tile_1_1.png "$POLYGON" | sed '1d; s/"64"/"32"/g'; } >bad.xml
refused 3 bad.xml tile_1_1.png
{ annotations tile_1_1.png "$POLYGON" | sed '$d' && annotations "$NAME/tile_1_1.png" "$POLYGON" | sed 1d; } >bad.xml
refused 3 bad.xml "the same subscene"
refused 3 gone.xml gone.xml
rm_out
expect_exit 2 "$SUBSCENE" label out
expect_line "$ERR" "--cvat" "--segments"
expect_exit 2 "$SUBSCENE" label out --cvat good.xml --segments .
expect_exit 3 "$SUBSCENE" label out --segments base
expect_line "$ERR" base segments_ai_classification_mask.png
expect_exit 3 "$SUBSCENE" label no-such-folder --cvat good.xml
same_tree base out "after labels that were refused"

# ---- killed at any moment: every file is whole, old or new ----
for x in 0 1 2 3; do for y in 0 1 2 3; do annotations tile_${x}_$y.png "$POLYGON" | sed '1d;$d'; done; done >images
{ echo '<annotations><version>1.1</version>' && cat images && echo '</annotations>'; } >all.xml
rm_out
expect_exit 0 "$SUBSCENE" label out --cvat all.xml -q
cp -r out new
for delay in 0.000 0.005 0.010 0.015 0.020 0.030 0.040; do
    rm_out
    "$SUBSCENE" label out --cvat all.xml -q >/dev/null 2>&1 &
    child=$!
    sleep $delay
    kill -KILL $child 2>/dev/null
    wait $child 2>/dev/null
    find out -name '.*.part-*' -delete
    for file in $(cd out && find . -name '*.nc'); do
        cmp -s "out/$file" "base/$file" || cmp -s "out/$file" "new/$file" || fail "$file is neither old nor new"
    done
    expect_exit 0 "$SUBSCENE" label out --cvat all.xml -q
    same_tree new out "killed and labelled again"
done
finish
