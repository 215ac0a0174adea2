#!/usr/bin/env bash
# What becomes of a class layer: each job that may touch a labelled folder, and each of the three ends. A layer is kept, or replaced by what the job's
# source gives, or the job refuses and the folder stays as it is. The other tests of class layers go into depth; here is every cell of the table once.
. "${BASH_SOURCE[0]%/*}/lib_labels.sh" || exit 1

product P --size 252 --jp2-tile 128,64,24 --bands B02,B03,B05 --nodata none
product NEWER --size 252 --jp2-tile 128,64,24 --bands B02,B05 --nodata none --baseline 05.09
NAME=$(basename "$P" .SAFE)
LAYOUT="{tile}_{sensing}/tile_{x}_{y}.nc" # a newer processing has the same names
OPTIONS="-q -b B02,B05 --size 64 --layout $LAYOUT"
RUN=("$SUBSCENE" run "$P" -o out $OPTIONS)
LABEL=("$SUBSCENE" label out -q)
boxes "$NAME" 3_0 1_1 >labels.xml
sed 's/xbr="9"/xbr="30"/' labels.xml >corrected.xml
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B02,B05
expect_exit 0 "$SUBSCENE" resample d/*.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t64 -q --size 64
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t100 -q --size 100 --edge drop
WRITE=("$SUBSCENE" write t64/*.nc -o out -q --layout "$LAYOUT")

# label_of FILE: the codes of its Label
label_of() { ncdump -v Label "$1" 2>/dev/null | sed '1,/^data:/d'; }
# labels FOLDER: which subscenes have a Label, and its codes
labels() { for file in $(find "$1" -name 'tile_*.nc' ! -name '.*' | sort); do echo "${file##*/} $(label_of "$file" | md5sum)"; done; }
made() # made FOLDER LABELS ARGUMENTS...: a folder as a run with these arguments makes it, and the labels
{
    local folder=$1 labels=$2
    shift 2
    rm -rf "$folder"
    expect_exit 0 "$SUBSCENE" run "$P" -o "$folder" $OPTIONS "$@"
    expect_exit 0 "$SUBSCENE" label "$folder" -q --cvat "$labels"
}
made start labels.xml
labels start >old
made after corrected.xml
labels after >new
cmp -s old new && fail "the corrected labels are not others"
start_over() { rm -rf out && cp -a start out; }
cells=0
cell() # cell JOB END
{
    cells=$((cells + 1))
    CELL="$1, $2"
    start_over
}
kept() { labels out | diff old - >difference || fail "$CELL: $(head -3 difference)"; }
replaced() { labels out | diff new - >difference || fail "$CELL: $(head -3 difference)"; }
refused() { same_tree start out "$CELL"; }
FILE=out/$(cd start && find . -name tile_3_0.nc | cut -c3-)
flip() { poke "$FILE" $(($(stat -c %s "$FILE") / 2)) XXXXXXXXXXXXXXXX; }
killed() # killed COMMAND...: it begins, and is killed
{
    "$@" >/dev/null 2>&1 &
    nap $((RANDOM % 60))
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    find out -name .subscene.lock -delete
}

cell run kept
expect_exit 0 "${RUN[@]}" --overwrite
kept
cell run replaced
expect_exit 0 "${RUN[@]}" --overwrite --cvat corrected.xml
replaced
cell run refused
expect_exit 1 "${RUN[@]}" --cvat corrected.xml
refused

cell write kept
expect_exit 0 "${WRITE[@]}" --overwrite
kept
cell write replaced
expect_exit 0 "${WRITE[@]}" --overwrite --cvat corrected.xml
replaced
cell write refused
expect_exit 2 "$SUBSCENE" write t100/*.nc -o out -q --layout "$LAYOUT" --overwrite # the last column and row would go
expect_line "$ERR" "2 subscenes would lose class layers (Label)"
refused

cell label kept
expect_exit 0 "${LABEL[@]}" --cvat labels.xml --overwrite
kept
refused # not a byte changes
cell label replaced
expect_exit 0 "${LABEL[@]}" --cvat corrected.xml --overwrite
replaced
cell label refused
expect_exit 1 "${LABEL[@]}" --cvat corrected.xml
refused

cell repair kept
flip
expect_exit 0 "$SUBSCENE" verify --repair out -q --product "$P"
kept
cell repair replaced # a repair has no source for labels; when the file is there again, label replaces them
flip
expect_exit 1 "$SUBSCENE" verify --repair out -q
expect_exit 1 "${RUN[@]}" --cvat corrected.xml # the other subscene still has the old label
expect_exit 0 "${LABEL[@]}" --cvat corrected.xml --overwrite
replaced
cell repair refused
expect_exit 3 "$SUBSCENE" verify --repair out -q --product gone.SAFE
refused

cell "rerun after kill" kept
killed "${RUN[@]}" --overwrite
expect_exit 0 "${RUN[@]}" --overwrite
kept
cell "rerun after kill" replaced
killed "${LABEL[@]}" --cvat corrected.xml --overwrite
expect_exit 0 "${LABEL[@]}" --cvat corrected.xml --overwrite
replaced
cell "rerun after kill" refused
killed "${RUN[@]}"
expect_exit 1 "${RUN[@]}" --cvat corrected.xml
kept

cell "other bands" kept
expect_exit 0 "${RUN[@]}" -b B02,B03 --overwrite
kept
cell "other bands" replaced
expect_exit 0 "${RUN[@]}" -b B02,B03 --overwrite --cvat corrected.xml
replaced
cell "other bands" refused
expect_exit 2 "${RUN[@]}" -b B02,B03
refused

cell "other size" kept
expect_exit 0 "${RUN[@]}" --size 128 --overwrite
rm -rf wanted && expect_exit 0 "$SUBSCENE" run "$P" -o wanted $OPTIONS --size 128
expect_exit 0 "$SUBSCENE" label wanted -q --from start
expect_equal "$(labels out)" "$(labels wanted)" "$CELL"
cell "other size" replaced
expect_exit 0 "$SUBSCENE" run "$P" -o sized $OPTIONS --size 128
sed 's/width="64" height="64"/width="128" height="128"/' corrected.xml >128.xml
expect_exit 0 "$SUBSCENE" label sized -q --cvat 128.xml
expect_exit 0 "${RUN[@]}" --size 128 --overwrite --cvat 128.xml
for name in tile_3_0.nc tile_1_1.nc; do
    there=$(find sized -name $name)
    [ -z "$there" ] || expect_equal "$(label_of "$(find out -name $name)" | md5sum)" "$(label_of "$there" | md5sum)" "$CELL: $name"
done
cell "other size" refused
expect_exit 2 "${RUN[@]}" --size 100 --edge drop --overwrite
refused

cell "other baseline" kept
expect_exit 0 "$SUBSCENE" run "$NEWER" -o newer $OPTIONS
expect_exit 0 "$SUBSCENE" label newer -q --from out
expect_equal "$(labels newer)" "$(cat old)" "$CELL"
cell "other baseline" replaced
expect_exit 0 "${LABEL[@]}" --cvat corrected.xml --overwrite
expect_exit 0 "$SUBSCENE" label newer -q --from out --overwrite
expect_equal "$(labels newer)" "$(cat new)" "$CELL"
cell "other baseline" refused
expect_exit 2 "$SUBSCENE" run "$NEWER" -o out $OPTIONS --overwrite
expect_line "$ERR" "belongs to $NAME"
refused
expect_equal $cells 24 "cells of the table"
finish
