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

# ---- the manifest has the shares ----
manifest=out/L1C/January/$NAME/manifest.csv
expect_equal "$(head -1 "$manifest" | tr ',' '\n' | grep Label_ | paste -sd' ')" \
    "Label_CLEAR Label_CLOUD Label_CLOUD_SHADOW Label_MISSING Label_SEMI_TRANSPARENT_CLOUD Label_UNDEFINED" "class columns"
expect_equal "$(awk -F, '$3 == "tile_3_0.nc"' "$manifest" | cut -d, -f 11-16)" \
    "$(for c in 1 4 2 0 3 5; do awk -v c=$c '{ n += $1 == c } END { printf "%.6f\n", n / NR }' wanted; done | paste -sd,)" "shares of the classes"
expect_equal "$(awk -F, 'NR > 1 && $3 != "tile_3_0.nc"' "$manifest" | cut -d, -f 11-16 | sort -u)" ",,,,," "shares where there is no label"
awk -F, -v OFS=, '{ for (i = 1; i <= NF; i++) if (i < 11 || i > 20) printf "%s%s", $i, i < NF ? OFS : ORS }' "$manifest" |
    cmp -s - <(cut -d, -f 1-10,15- "${manifest/#out/base}") || fail "the other columns of the manifest change"
no_shares() { cp "${manifest/#out/base}" "$manifest"; }
wrong_share() { sed -i -E '/tile_3_0.nc/s/,0\.[0-9]*((,[0-9a-f]*){6})$/,0.000001\1/' "$manifest"; }
no_manifest() { rm "$manifest"; }
repaired() # repaired FAULT TEXT COMMAND...: verify finds the fault, the command takes it away
{
    local fault=$1 text=$2
    shift 2
    $fault
    expect_exit 1 "$SUBSCENE" verify out -q
    expect_line "$OUT" "$text"
    expect_exit 0 "$@"
    sha_tree out | diff labelled - >difference || fail "$fault, then $2: $(head -3 difference)"
}
repaired no_shares "the manifest has no column Label_" "$SUBSCENE" label out --cvat good.xml
repaired no_shares "the file is good" "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64
repaired wrong_share "Label_UNDEFINED is 0.6" "$SUBSCENE" label out --cvat good.xml
repaired no_manifest "is good, but its manifest is missing" "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64
# what is made again has no label, what is kept has its own
rm "${manifest%/*}/tile_2_2.nc"
expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64
sha_tree out | diff labelled - >difference || fail "a subscene made again beside labels: $(head -3 difference)"
expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64 --overwrite
sha_tree out | diff labelled - >difference || fail "--overwrite keeps the labels: $(head -3 difference)"
expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64 --overwrite --drop-labels
same_tree base out "--drop-labels makes files without labels, and their manifest"
# another edition's codes beside those of the first: by meaning
expect_exit 0 "$SUBSCENE" label out --cvat good.xml -q
annotations "$NAME/tile_0_0.png" "$POLYGON" >second.xml
expect_exit 0 "$SUBSCENE" label out --cvat second.xml --map kappaset -q
expect_exit 0 "$SUBSCENE" verify out -q
expect_equal "$(awk -F, '$3 == "tile_0_0.nc"' "$manifest" | cut -d, -f 11-16)" "0.000000,0.009766,0.000000,0.000000,0.000000,0.990234" "another edition"
# no column can have the name
if /usr/bin/python3 -c 'import netCDF4' 2>/dev/null; then
    /usr/bin/python3 - "${manifest%/*}/tile_1_1.nc" <<'END'
import netCDF4, sys
with netCDF4.Dataset(sys.argv[1], "a") as f:
    f.createVariable("my,own", "u1", f.variables["B02"].dimensions)[:] = 0
END
    rm "$manifest"
    expect_exit 0 "$SUBSCENE" run "$P" -o out -b B02,B05 --size 64
    expect_line "$ERR" warning "tile_1_1.nc" "class layers are not counted" "my,own"
    [ -n "$(grep tile_1_1.nc "$manifest")" ] || fail "a foreign layer keeps its file out of the manifest"
else
    skip_part "Python's netCDF4 is missing: no foreign layers"
fi
# below OUT a manifest that cannot be read: the files are labelled, and it is told
rm_out
echo nonsense >"$manifest"
expect_exit 0 "$SUBSCENE" label out --cvat good.xml
expect_line "$ERR" warning manifest.csv "run again"
expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64
sha_tree out | diff labelled - >difference || fail "a manifest that could not be read: $(head -3 difference)"

# ---- Segments.ai: masks of 8 bits, 16 bits, and ids in RGBA give the exact array too ----
segments_mask() # segments_mask BITS: ids of some classes, background 0, large ids where the format has room
{
    python3 - "$1" seg/tile_3_0/segments_ai_classification_mask.png <<'END'
import struct, sys, zlib
kind = sys.argv[1]
ids = {"8": (1, 2, 3, 4, 5, 6, 255), "16": (1, 256, 513, 4, 65535, 6, 7), "rgba": (1, 256, 65536, 16777215, 5, 70000, 7)}[kind]
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
def sample(x, y):
    k = (x // 7 + 3 * (y // 5)) % 8
    value = 0 if k == 7 else ids[k]
    if kind == "rgba":
        return bytes((value & 255, value >> 8 & 255, value >> 16, 255)) if value else bytes(4)
    return struct.pack(">H" if kind == "16" else "B", value)
rows = b"".join(b"\0" + b"".join(sample(x, y) for x in range(64)) for y in range(64))
depth, colour = {"8": (8, 0), "16": (16, 0), "rgba": (8, 6)}[kind]
open(sys.argv[2], "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, depth, colour, 0, 0, 0))
                              + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
names = ("clear", "cloud_shadow", "semi_transparent_cloud", "cloud", "not_defined", "invalid", "cloud")
open("seg/tile_3_0/segments_ai_classes.json", "w").write('{"format_version": "0.0.1", "label_map": [%s]}'
    % ", ".join('{"id": %d, "category_name": "%s"}' % pair for pair in zip(ids, names)))
END
}
if command -v python3 >/dev/null; then
    mkdir -p seg/tile_3_0
    for kind in 8 16 rgba; do
        segments_mask $kind
        rm_out
        expect_exit 0 "$SUBSCENE" label out --segments seg
        awk 'BEGIN { split("1 2 3 4 5 0 4 5", code); for (y = 0; y < 64; y++) for (x = 0; x < 64; x++)
            print (x >= 48 ? 0 : code[(int(x / 7) + 3 * int(y / 5)) % 8 + 1]) }' >wanted
        label_of tile_3_0.nc | diff wanted - >difference || fail "Label of a mask of $kind: $(head -5 difference)"
    done
    truncate -s 90 seg/tile_3_0/segments_ai_classification_mask.png
    rm_out
    expect_exit 3 "$SUBSCENE" label out --segments seg
    expect_line "$ERR" seg/tile_3_0/segments_ai_classification_mask.png
    segments_mask 8
    echo '{"label_map": {"id": 1}}' >seg/tile_3_0/segments_ai_classes.json
    expect_exit 3 "$SUBSCENE" label out --segments seg
    expect_line "$ERR" seg/tile_3_0/segments_ai_classes.json
    echo '{"label_map": [{"id": 1, "category_name": "clear"}]}' >seg/tile_3_0/segments_ai_classes.json
    expect_exit 3 "$SUBSCENE" label out --segments seg
    expect_line "$ERR" segments_ai_classification_mask.png "column" "row" "the id"
    same_tree base out "after masks that were refused"
else
    skip_part "python3 is missing: masks of Segments.ai"
fi

# ---- Supervisely: holes show what is below, classes decide what is above ----
mkdir -p sup/ds0/ann sup/ds0/img sup/other/ann
polygon() { printf '{"geometryType": "polygon", "classTitle": "%s", "points": {"exterior": %s, "interior": [%s]}}' "$@"; }
annotation() # annotation SIZE OBJECT...
{
    printf '{"description": "", "tags": [], "size": {"height": %s, "width": %s}, "objects": [%s]}\n' "$1" "$1" "$(shift && printf '%s\n' "$@" | paste -sd,)"
}
CLOUD=$(polygon CLOUD "[[2.4, 2.6], [10.4, 2.6], [10.4, 8.4], [2.4, 8.4]]" "[[4, 4], [8, 4], [8, 6], [4, 6]]")
annotation 64 "$CLOUD" "$(polygon CLEAR "[[0, 0], [6, 0], [6, 5], [0, 5]]" "")" "$(polygon "cloud-shadow" "[[9, 7], [20, 7], [20, 12], [9, 12]]" "")" \
    '{"geometryType": "rectangle", "classTitle": "UNDEFINED", "points": {"exterior": [[2, 20], [4, 22]], "interior": []}}' >"sup/ds0/ann/${NAME}_tile_3_0.png.json"
annotation 64 >sup/other/ann/tile_0_1.png.json
echo '{"classes": []}' >sup/meta.json
rm_out
expect_exit 0 "$SUBSCENE" label out --supervisely sup/
expect_equal "$(sort "$OUT")" "$(find out -name tile_3_0.nc -o -name tile_0_1.nc | sort)" "what was labelled"
awk 'BEGIN { for (y = 0; y < 64; y++) for (x = 0; x < 64; x++) {
    c = 5
    if (x < 6 && y < 5) c = 1
    if (x >= 9 && x < 20 && y >= 7 && y < 12) c = 2
    if (x >= 2 && x < 10 && y >= 3 && y < 8 && !(x >= 4 && x < 8 && y >= 4 && y < 6)) c = 4
    if (x >= 48) c = 0
    print c } }' >wanted
label_of tile_3_0.nc | diff wanted - >difference || fail "Label of Supervisely: $(head -5 difference)"
expect_equal "$(label_of tile_0_1.nc | sort -u)" 5 "Label of an image without objects"
expect_exit 0 "$SUBSCENE" verify out -q
cp -r out both
rm_out
expect_exit 0 "$SUBSCENE" label out --supervisely "sup/ds0/ann/${NAME}_tile_3_0.png.json"
label_of tile_3_0.nc | diff wanted - >difference || fail "Label of one file of Supervisely: $(head -5 difference)"
rm_out
expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64 --supervisely sup
same_tree both out "labels of run and of label"
supervisely_refused() # supervisely_refused TEXT...: as tile_1_1 of the project is now
{
    rm_out
    expect_exit 3 "$SUBSCENE" label out --supervisely sup
    expect_line "$ERR" "error: " "$@"
    same_tree base out "after annotations that were refused"
}
BAD=sup/ds0/ann/tile_1_1.png.json
annotation 64 "$CLOUD" "$(polygon FOG "[[0, 0], [6, 0], [6, 5]]" "")" "$(polygon haze "[[0, 0], [6, 0], [6, 5]]" "")" >$BAD
supervisely_refused $BAD '"FOG", "haze"'
annotation 64 "$CLOUD" "$(polygon CLOUD "[[0, 0], [6, null], [6, 5]]" "")" >$BAD
supervisely_refused $BAD "objects[1]: points.exterior[1]"
annotation 64 '{"geometryType": "graph", "classTitle": "CLOUD", "nodes": {}}' >$BAD
supervisely_refused $BAD "objects[0]" graph
annotation 64 '{"geometryType": "bitmap", "classTitle": "CLOUD", "bitmap": {"origin": [0, 0], "data": "eJw="}}' >$BAD
supervisely_refused $BAD "objects[0]: bitmap.data: damaged"
annotation 32 "$CLOUD" >$BAD
supervisely_refused tile_1_1.png.json "32 × 32 px" "64 × 64"
annotation 64 "$CLOUD" | head -c 100 >$BAD
supervisely_refused $BAD "is not JSON"
mv $BAD sup/ds0/ann/scene.png.json
annotation 64 >sup/ds0/ann/scene.png.json
supervisely_refused scene.png.json "tile_<x>_<y>"
mv sup/ds0/ann/scene.png.json "sup/ds0/ann/tile_3_0.png.json"
supervisely_refused "the same subscene"
rm -r sup/ds0/ann
mv sup/other/ann sup/other/labels
supervisely_refused sup "ann/<image>.json"
expect_exit 3 "$SUBSCENE" label out --supervisely none.json
expect_line "$ERR" none.json "No such file"
expect_exit 2 "$SUBSCENE" label out --supervisely sup --cvat good.xml
expect_line "$ERR" --supervisely

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
refused 3 bad.xml bad.xml "none of the 1 image belongs"
annotations scene.png "$POLYGON" >bad.xml
refused 3 bad.xml scene.png "tile_<x>_<y>"
{ annotations tile_0_0.png "$POLYGON" | sed '$d' && annotations tile_1_1.png "$POLYGON" | sed '1d; s/"64"/"32"/g'; } >bad.xml
refused 3 bad.xml bad.xml tile_1_1.png
{ annotations tile_1_1.png "$POLYGON" | sed '$d' && annotations "$NAME/tile_1_1.png" "$POLYGON" | sed 1d; } >bad.xml
refused 3 bad.xml "the same subscene"
refused 3 gone.xml gone.xml
printf 'PK\3\4 and so on' >bad.xml
refused 3 bad.xml bad.xml "a zip file that is cut off or damaged"
# a million vertices; a mask whose runs do not fit
{ annotations tile_1_1.png | sed '/<\/image>/,$d' && printf '<polygon label="cloud" z_order="0" points="' &&
    awk 'BEGIN { for (i = 0; i < 1000001; i++) printf "%s%d,%d", i ? ";" : "", i % 64, int(i / 64) % 64 }' && echo '"></polygon></image></annotations>'; } >bad.xml
rm_out
"$SUBSCENE" label out --cvat bad.xml -q >"$OUT" 2>"$ERR"
case $? in 0) expect_exit 0 "$SUBSCENE" verify out -q ;; 3) expect_line "$ERR" bad.xml && same_tree base out "a million vertices" ;; *) fail "a million vertices: exit $?" ;; esac
annotations tile_1_1.png '<mask label="cloud" rle="0, 300" left="0" top="0" width="5" height="2" z_order="0"></mask>' >bad.xml
refused 3 bad.xml bad.xml "line 3"
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
    for file in $(cd out && find . -name '*.nc' ! -name '.*'); do
        cmp -s "out/$file" "base/$file" || cmp -s "out/$file" "new/$file" || fail "$file is neither old nor new"
    done
    expect_exit 0 "$SUBSCENE" label out --cvat all.xml -q
    same_tree new out "killed and labelled again"
done
# stopped: the manifest says what was labelled by then
stopped=0
for delay in 0.004 0.008 0.012 0.016 0.020 0.024 0.028 0.032 0.036; do
    rm_out
    "$SUBSCENE" label out --cvat all.xml -q >/dev/null 2>&1 &
    child=$!
    sleep $delay
    kill -TERM $child 2>/dev/null
    status=0
    wait $child 2>/dev/null || status=$?
    [ $status = 0 ] || expect_equal $status 143 "exit after SIGTERM"
    n=$(grep -lr flag_meanings out --include='*.nc' | wc -l)
    [ $status != 143 ] || [ "$n" = 0 ] || [ "$n" = 16 ] || stopped=$((stopped + 1))
    expect_exit 0 "$SUBSCENE" verify out -q
    expect_empty "$OUT"
    no_temporaries out
    expect_exit 0 "$SUBSCENE" label out --cvat all.xml -q
    same_tree new out "stopped and labelled again"
done
echo "stopped in between: $stopped"
# ---- a file whose rasters are 0 × 0 (both dimensions unlimited, nothing written) is not a subscene ----
if command -v ncgen >/dev/null; then
    empty() # empty FILE: its header alone
    {
        ncdump -h "$1" | sed 's/\([xy]\) = 64 ;/\1 = UNLIMITED ;/' >empty.cdl && ncgen -4 -o "$1" empty.cdl
    }
    for profile in georef kappazeta; do
        rm -rf out
        expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64 --profile $profile
        file=$(find out -name tile_3_0.nc)
        empty "$file" || fail "ncgen cannot make an empty file"
        expect_exit 3 "$SUBSCENE" label out --cvat good.xml
        expect_text "$ERR" "$file: is not a subscene: its first variable is not square"
        expect_exit 1 "$SUBSCENE" verify out -q
        expect_text "$OUT" "$file: "
        expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64 --profile $profile
        expect_exit 0 "$SUBSCENE" verify out -q
    done
else
    skip_part "no ncgen"
fi

finish
