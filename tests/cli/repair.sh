#!/usr/bin/env bash
# verify --repair: each kind of fault is mended, no good file changes, nothing is lost at any moment.
. "${BASH_SOURCE[0]%/*}/lib_labels.sh" || exit 1

product P --size 240 --jp2-tile 128,64,24 --bands B02,B05 --nodata none
product Q --size 240 --jp2-tile 128,64,24 --bands B02,B05 --nodata none --sensing 20200717T221941 --ulx 409800
NAME=$(basename "$P" .SAFE)
OPTIONS="-q -b B02,B05 --size 64 --deflate 4"
boxes "$NAME" 3_0 1_1 >labels.xml
make_clean() # make_clean OPTIONS...: the folder clean/, which nothing is wrong with
{
    rm -rf clean
    expect_exit 0 "$SUBSCENE" run "$P" -o clean $OPTIONS "$@"
    expect_exit 0 "$SUBSCENE" label clean -q --cvat labels.xml
    expect_exit 0 "$SUBSCENE" dataset clean -q
    D=out/${F=$(cd clean && find . -name tile_3_0.nc -printf '%h' | cut -c3-)}
    M=$D/manifest.csv
}
start_over() { rm -rf out && cp -a clean out; }
hidden() { find out -name '.*' ! -name . | wc -l; }
sums() { (cd "$1" && find . -name '*.nc' ! -name '.*' -exec sha256sum {} + | sort); }
kinds() # the kinds of faults that verify finds, with their numbers
{
    "$SUBSCENE" verify out -q --json | grep -o '"kind":"[a-z]*","count":[0-9]*' | sed 's/"kind":"//; s/","count":/=/' | paste -sd' '
}
REPAIR=("$SUBSCENE" verify --repair out -q)
# mends KINDS WITHOUT [WITH]: verify finds these; a dry run changes nothing; the repair leaves WITHOUT and, given the product, nothing
mends()
{
    expect_equal "$(kinds)" "$1" "$FAULT: kinds"
    sha_tree out >before
    sums out >good
    expect_exit 1 "${REPAIR[@]}" --dry-run
    sha_tree out | diff before - >difference || fail "$FAULT: --dry-run changes: $(head -3 difference)"
    expect_exit "$([ -z "$2" ] && echo 0 || echo 1)" "${REPAIR[@]}"
    expect_equal "$(kinds)" "$2" "$FAULT: left"
    comm -13 good <(sums out) >changed
    expect_empty changed # a file that is there has the bytes that it had
    expect_exit "$([ -z "$2" ] && echo 0 || echo 1)" "${REPAIR[@]}" # again: the same
    expect_equal "$(kinds)" "$2" "$FAULT: left after two repairs"
    [ -z "$2" ] || expect_exit 0 "${REPAIR[@]}" --product "$P"
    expect_exit 0 "$SUBSCENE" verify out -q
    same_tree clean out "$FAULT: mended"
}
flip() # flip FILE: samples of its first band, behind the head that the manifest tells
{
    local head
    head=$(grep -rhF "$(basename "$1")," out --include='*manifest.csv' | head -1 | awk -F, '{ print $(NF - 4) }')
    poke "$1" $((head + 300)) XXXXXXXXXXXXXXXX
}
with() # with FAULT ARGUMENTS...: plants it, then as mends
{
    FAULT=$1
    shift
    start_over
    $FAULT
    mends "$@"
}

make_clean
band_damaged() { flip "$D/tile_2_2.nc"; }
with band_damaged damaged=1 missing=1
labelled_damaged() { flip "$D/tile_3_0.nc"; }
with labelled_damaged damaged=1 layers=1
gone() { rm "$D/tile_2_2.nc"; }
with gone "missing=1 dataset=1" missing=1
row_gone() { sed -i '/tile_2_2.nc/d' "$M" "out/dataset.csv"; }
with row_gone manifest=1 ""
rows_gone() { sed -i '3,$d' "$M"; }
with rows_gone "manifest=15 dataset=1" ""
row_wrong() { awk -F, -v OFS=, '$3 == "tile_2_2.nc" { $6 += 1 } 1' "$M" >m && mv m "$M"; }
with row_wrong manifest=1 ""
row_moved() { awk -F, -v OFS=, '$3 == "tile_2_2.nc" { $1 = 7 } 1' "$M" >m && mv m "$M"; }
with row_moved "manifest=1 dataset=1" ""
row_elsewhere() { sed -i 's/,tile_2_2.nc,/,..\/tile_2_2.nc,/' "$M"; }
with row_elsewhere "missing=1 manifest=1 dataset=1" ""
no_classes() { sed -i 's/Label_CLOUD,/Label_CLOUDS,/' "$M"; }
with no_classes "manifest=2 dataset=1" ""
manifest_gone() { rm "$M"; }
with manifest_gone "manifest=16 dataset=1" ""
manifest_broken() { echo nonsense >"$M"; }
with manifest_broken "manifest=17 dataset=1" ""
dataset_old() { sed -i 3,5d out/dataset.csv; }
with dataset_old dataset=1 ""
left_behind() # by a process of this machine that is gone
{
    "$SUBSCENE" run "$Q" -o out $OPTIONS 2>/dev/null &
    local child=$!
    for ((k = 0; k < 400; k++)); do
        lock=$(find out -name .subscene.lock | head -1)
        [ -z "$lock" ] || break
        sleep 0.005
    done
    kill -9 $child
    wait $child 2>/dev/null
    tag=$(grep -o '"tag":"[^"]*"' "$lock" | cut -d'"' -f4)
    rm -rf "${lock%/*}"
    find out -type d -empty -delete
    echo part >"$D/.tile_2_2.nc.part-$tag"
}
[ -n "$SANITIZE" ] || with left_behind leftover=1 ""
expect_exit 0 "$SUBSCENE" verify out -q
all_at_once() { flip "$D/tile_1_1.nc" && flip "$D/tile_0_0.nc" && rm "$D/tile_3_3.nc" && sed -i '/tile_2_2.nc/d' "$M" && echo a >out/dataset.csv; }
with all_at_once "damaged=2 missing=1 manifest=1 dataset=1" "missing=2 layers=1"

# what a repair says, as text and as JSON
start_over
all_at_once
expect_exit 1 "$SUBSCENE" verify out
expect_line "$ERR" "2 damaged files: subscene verify --repair out --product PRODUCT"
expect_line "$ERR" "1 manifest row missing or out of date: subscene verify --repair out"
expect_line "$ERR" "dataset.csv is out of date: subscene dataset out"
expect_line "$OUT" "tile_2_2.nc: is good, but no row of its manifest names it"
expect_exit 1 "$SUBSCENE" verify --repair out
expect_line "$OUT" "$D/tile_1_1.nc: is set aside as .tile_1_1.nc.kept"
expect_line "$OUT" "$D/tile_2_2.nc: its row in the manifest is made from the file"
expect_line "$OUT" "$D/tile_3_3.nc: its row leaves the manifest"
expect_line "$OUT" "out/dataset.csv: is written again"
expect_line "$ERR" "5 repairs, 3 faults left"
expect_line "$ERR" "2 missing files: subscene verify --repair out --product PRODUCT"
expect_exit 1 "$SUBSCENE" verify --repair out --product "$P" --dry-run
expect_line "$OUT" "$D/tile_3_3.nc: would be made again, if it is of the product"
expect_line "$OUT" "$D/tile_1_1.nc: would be made again, if it is of the product"
expect_exit 0 "$SUBSCENE" verify --repair out --product "$P" --json -q
command -v python3 >/dev/null && { python3 - "$OUT" <<'END' || fail "JSON: $(head -c 600 "$OUT")"; }
import json, sys
d = json.load(open(sys.argv[1]))
assert d["left_count"] == 0 and d["kinds"] == [] and d["fault_count"] == 3, d
assert sorted(m["what"] for m in d["mended"]) == ["is made again"] * 3 + ["is written again"], d
END

# the run that made the folder mends it too
start_over
all_at_once
expect_exit 1 "${REPAIR[@]}"
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS
expect_exit 0 "$SUBSCENE" dataset out -q
same_tree clean out "a repair, then the run"

# a labelled file with nothing in it: its loss is told until the label is back (keep_labels.sh has layers that are rescued)
start_over
head -c "$(stat -c %s "$D/tile_3_0.nc")" /dev/zero >t && mv t "$D/tile_3_0.nc"
expect_exit 1 "${REPAIR[@]}" --product "$P"
expect_equal "$(kinds)" lost=1 "an unreadable labelled file"
expect_exit 1 "$SUBSCENE" verify --repair out
expect_line "$ERR" "1 subscene lost class layers: subscene label out --cvat FILE"
expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml
expect_exit 0 "${REPAIR[@]}"
same_tree clean out "labelled again"

# an uncompressed layer has no checksum: damage in it is not taken for its samples
make_clean --deflate 0
start_over
poke "$D/tile_3_0.nc" "$(offset_of "$D/tile_3_0.nc" 040404040404)" '\1\1\1'
expect_exit 1 "$SUBSCENE" verify out -q
expect_line "$OUT" "tile_3_0.nc: Label_CLEAR is" "nothing tells which is right"
sha_tree out >before
expect_exit 1 "${REPAIR[@]}" --product "$P"
expect_equal "$(kinds)" other=1 "a changed layer that has no checksum"
sha_tree out | diff before - >difference || fail "a repair touches a changed layer: $(head -3 difference)"
expect_exit 1 "$SUBSCENE" label out -q --cvat labels.xml
expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml --overwrite
same_tree clean out "a changed layer that is made again"
make_clean

# files that no repair touches
start_over
expect_exit 0 "$SUBSCENE" run "$P" -o other -q -b B02 --size 32
cp "other/$F/tile_0_0.nc" "$D/tile_5_5.nc"
cp "$D/tile_2_2.nc" "$D/copy.nc"
cp "$D/tile_1_2.nc" "$D/tile_1_0.nc" # in the place of a good one
echo text >"$D/notes.nc"
mv "$D/tile_0_1.nc" t && mv "$D/tile_3_0.nc" "$D/tile_0_1.nc" && mv t "$D/tile_3_0.nc"
sha_tree out >before
expect_exit 1 "${REPAIR[@]}"
expect_equal "$(kinds)" other=6 "files of unknown origin"
expect_exit 1 "$SUBSCENE" verify out -q
expect_line "$OUT" "tile_1_0.nc: is a copy of tile_1_2.nc; move it away"
expect_line "$OUT" "copy.nc: is in no manifest, and is subscene 2_2, as tile_2_2.nc is; move it away"
expect_line "$OUT" "tile_0_1.nc: has the samples of tile_3_0.nc; rename it"
sha_tree out | diff before - >difference || fail "files of unknown origin: $(head -3 difference)"
expect_exit 3 "$SUBSCENE" verify --repair out --product nowhere
expect_equal "$(wc -l <"$ERR")" 1 "a product that is not there: lines"
expect_exit 1 "$SUBSCENE" verify out --product "$P"
expect_line "$ERR" "warning: --product has no effect without --repair"
sha_tree out | diff before - >difference || fail "verify changes files: $(head -3 difference)"

# another process has the folder
start_over
row_gone
foreign_lock "$D" 0
sha_tree out >before
expect_exit 75 "${REPAIR[@]}"
expect_line "$ERR" "elsewhere"
sha_tree out | diff before - >difference || fail "a locked folder: $(head -3 difference)"

# other layouts, pictures, two products, the other profile
for layout in flat cm_vsm 'a/{product}/{y}-{x}.nc' '{tile}_{sensing}_{x}_{y}.nc'; do
    rm -rf clean
    expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o clean $OPTIONS --layout "$layout" --png
    start_over
    mapfile -t files < <(find out -name '*.nc' | sort)
    flip "${files[5]}"
    rm "${files[9]}"
    flip "${files[20]}"
    expect_exit 1 "${REPAIR[@]}" --product "$P"
    expect_exit 0 "${REPAIR[@]}" --product "$Q"
    same_tree clean out "layout $layout"
done
make_clean --profile kappazeta
with row_gone manifest=1 ""
with row_moved "manifest=1 dataset=1" ""
start_over
flip "$D/tile_3_0.nc"
expect_exit 1 "$SUBSCENE" verify out
expect_line "$ERR" "1 damaged file: repeat the run that made out"
expect_exit 1 "${REPAIR[@]}" --product "$P"
expect_line "$ERR" "no file tells its parameters" "repeat the run"
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS --profile kappazeta
expect_exit 0 "$SUBSCENE" dataset out -q
same_tree clean out "profile kappazeta: a repair, then the run"

# ---- a kill at any moment ----
make_clean
start_over
all_at_once
cp -a out start
repaired() { same_tree clean out "$1"; }
survives_kills out repaired "${REPAIR[@]}" --product "$P"

# ---- a full disk ----
mkdir small
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=10M none small 2>/dev/null; then
    mounted=$TMP/small
    for room in 0 4 8 16 40; do
        rm -rf small/*
        mount -o remount,size=10M small
        cp -a start small/out
        sums small/out | sort >there
        mount -o remount,size="$(($(du -sk small | cut -f1) + room))k" small
        status=0
        "$SUBSCENE" verify --repair small/out -q --product "$P" >"$OUT" 2>"$ERR" || status=$?
        [ $status = 75 ] || { [ $room -ge 16 ] && [ $status = 0 ]; } || fail "$room KiB of room: exit $status"
        [ $status = 0 ] || expect_line "$ERR" "No space left"
        find small \( -name '*.nc' -o -name '.*.kept' \) -exec sha256sum {} + | cut -d' ' -f1 | sort >here
        [ $status = 0 ] || expect_equal "$(cut -d' ' -f1 there | sort | comm -23 - here)" "" "$room KiB of room: lost"
        mount -o remount,size=10M small
        expect_exit 0 "$SUBSCENE" verify --repair small/out -q --product "$P"
        same_tree clean small/out "with room again"
    done
else
    skip_part "no small tmpfs"
fi
finish
