#!/usr/bin/env bash
# run and write with another grid in a folder with labels: the labels are carried over to the new subscenes, pixel by pixel as a program computes it
# that knows only the coordinates. Where they cannot be, nothing changes.
. "${BASH_SOURCE[0]%/*}/lib_labels.sh" || exit 1
/usr/bin/python3 -c 'import numpy, netCDF4' 2>/dev/null || skip_all "Python's numpy or netCDF4 is missing"
carried() { /usr/bin/python3 "$SOURCE_DIR/tests/support/carried.py" "$@" | sed 's/^[1-9][0-9]* //'; }

product P --size 252 --jp2-tile 128,64,24 --bands B02,B05 --nodata none
NAME=$(basename "$P" .SAFE)
OPTIONS="-q -b B02,B05 --layout flat"
boxes "$NAME" 3_0 1_1 >labels.xml
JOB=("$SUBSCENE" run "$P" -o out $OPTIONS)
hidden() { find out -name '.*' ! -name . | sort | paste -sd' '; }
start_over() { rm -rf out && cp -r start out; }
expect_exit 0 "$SUBSCENE" run "$P" -o start $OPTIONS --size 64
expect_exit 0 "$SUBSCENE" label start -q --cvat labels.xml
# arrived WHAT: all labels of start/ are in out/, and nothing waits
arrived()
{
    expect_equal "$(carried start out Label 5 5)" "files, pixels wrong 0 conflicts 0" "$1"
    expect_equal "$(hidden)" "" "$1: hidden files"
    expect_exit 0 "$SUBSCENE" verify out -q
}

# ---- other sizes, overlaps, edges, pixels, profiles, more at once ----
ALL=("--size 32" "--size 100 --edge shift" "--size 128 --overlap 0.5" "--resolution 20 --size 50" "--size 48 --profile kappazeta" "--size 40 --deflate 9 -b B02 --png")
[ -z "$SANITIZE" ] || ALL=("--size 48 --profile kappazeta" "--size 32")
for options in "${ALL[@]}"; do
    start_over
    expect_exit 2 "${JOB[@]}" $options
    expect_line "$ERR" "--overwrite"
    same_tree start out "$options: not without --overwrite"
    expect_exit 0 "${JOB[@]}" $options --overwrite --dry-run
    same_tree start out "$options: a dry run"
    expect_exit 0 "${JOB[@]}" $options --overwrite
    case $options in
    *kappazeta*) # no coordinates in these files: they are those of the other profile
        expect_exit 0 "$SUBSCENE" run "$P" -o georef $OPTIONS --size 48
        expect_exit 0 "$SUBSCENE" label georef -q --from start
        for file in georef/*/*.nc; do
            expect_equal "$(ncdump -v Label "out/${file#*/}" 2>/dev/null | sed '1,/^data/d')" "$(ncdump -v Label "$file" 2>/dev/null | sed '1,/^data/d')" "$file"
        done
        expect_exit 0 "$SUBSCENE" verify out -q
        ;;
    *) arrived "$options" ;;
    esac
    cp -r out once
    expect_exit 0 "${JOB[@]}" $options
    same_tree once out "$options: a rerun"
    expect_exit 0 "${JOB[@]}" $options --overwrite
    same_tree once out "$options: made again"
    rm -rf once
done
expect_exit 0 "${JOB[@]}" --size 64 --overwrite -b B02,B05 --dry-run # back again

# ---- a source that is given comes first ----
start_over
boxes "$NAME" 7_0 0_0 >corrected.xml
sed -i 's/width="64" height="64"/width="32" height="32"/g' corrected.xml
rm -rf given
expect_exit 0 "$SUBSCENE" run "$P" -o given $OPTIONS --size 32 --cvat corrected.xml
expect_exit 1 "$SUBSCENE" label given -q --from start # the labels of corrected.xml stay
expect_exit 0 "${JOB[@]}" --size 32 --overwrite --cvat corrected.xml
for file in given/*/*.nc; do
    expect_equal "$(ncdump -v Label "out/${file#*/}" 2>&1 | sed '1,/^data/d')" "$(ncdump -v Label "$file" 2>&1 | sed '1,/^data/d')" "$file"
done

# ---- what cannot be: exit code 2, nothing changes ----
refused() # refused TEXT ARGUMENTS...
{
    local text=$1
    shift
    for dry in --dry-run ""; do
        expect_exit 2 "${JOB[@]}" --overwrite "$@" $dry
        expect_line "$ERR" "2 subscenes would lose class layers (Label)" "$text" "--drop-labels"
        same_tree before out "refused: $text"
    done
}
start_over
rm -rf before && cp -r out before
refused "the new subscenes do not cover all of it" --size 100 --edge drop
rm -rf out before
expect_exit 0 "${JOB[@]}" --size 64 --profile kappazeta
expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml
cp -r out before
refused "and no coordinates to carry them over" --size 32
start_over
file=out/$NAME/tile_3_0.nc
poke "$file" $(($(stat -c %s "$file") - 20)) XXXXXXXXXXXXXXXXXXXX # a damaged layer, or its description
rm -rf before && cp -r out before
expect_exit 2 "${JOB[@]}" --overwrite --size 32
same_tree before out "a damaged layer"
expect_exit 0 "${JOB[@]}" --overwrite --size 32 --drop-labels
rm -rf bare && expect_exit 0 "$SUBSCENE" run "$P" -o bare $OPTIONS --size 32
same_tree bare out "--drop-labels"

# a label that is lost, or waits for a repair, has its place on the old grid only
start_over
rm "out/$NAME/tile_3_0.nc"
rm -rf before && cp -r out before
expect_exit 2 "${JOB[@]}" --size 32 --overwrite
expect_line "$ERR" "1 subscene would lose class layers (Label)" "it is damaged or gone; mend it first"
same_tree before out "a labelled file that is gone"
start_over
file=out/$NAME/tile_3_0.nc
poke "$file" $(($(stat -c %s "$file") / 2)) XXXXXXXXXXXXXXXX # samples
expect_exit 1 "$SUBSCENE" verify --repair out -q
rm -rf before && cp -r out before
expect_exit 2 "${JOB[@]}" --size 32 --overwrite
expect_line "$ERR" "1 subscene would lose class layers (Label)" "of an earlier run or repair wait for it; mend it first"
same_tree before out "a label that waits"
expect_exit 0 "$SUBSCENE" verify --repair out -q --product "$P"
expect_exit 0 "${JOB[@]}" --size 32 --overwrite
arrived "after the repair"

# ---- subscenes that are not made: their labels wait ----
cp -r start kept_start
product W --size 252 --jp2-tile 128,64,24 --bands B02,B05 --nodata wedge
JOB=("$SUBSCENE" run "$W" -o out $OPTIONS)
boxes "$(basename "$W" .SAFE)" 0_0 2_2 >wedge.xml # in one of them no data
rm -rf start && expect_exit 0 "$SUBSCENE" run "$W" -o start $OPTIONS --size 64
expect_exit 0 "$SUBSCENE" label start -q --cvat wedge.xml
start_over
for again in --overwrite "" ""; do
    expect_exit 1 "${JOB[@]}" --size 32 --min-valid 0.5 $again
    expect_line "$ERR" "class layers of 1 old subscene are not carried over yet" "--drop-labels"
    expect_exit 1 "$SUBSCENE" verify out -q
    expect_line "$OUT" "manifest.csv" "class layers of 1 old subscene wait" "run again"
done
cp -r out waiting
refused_now() { # another grid meanwhile
    expect_exit 2 "${JOB[@]}" --size 48 --overwrite
    expect_line "$ERR" "a run with other parameters has to carry class layers over"
    same_tree waiting out "another grid meanwhile"
}
refused_now
expect_exit 0 "${JOB[@]}" --size 32
arrived "the missing subscenes"
rm -rf out && mv waiting out
expect_exit 0 "${JOB[@]}" --size 32 --min-valid 0.5 --drop-labels
expect_equal "$(hidden)" "" "--drop-labels: hidden files"
expect_exit 0 "$SUBSCENE" verify out -q
JOB=("$SUBSCENE" run "$P" -o out $OPTIONS)
rm -rf start && mv kept_start start

# ---- write ----
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B02,B05
expect_exit 0 "$SUBSCENE" resample d/*.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t -q --size 32
start_over
expect_exit 2 "$SUBSCENE" write t/*.nc -o out -q --layout flat
expect_exit 0 "$SUBSCENE" write t/*.nc -o out -q --layout flat --overwrite
arrived "write"

# ---- a kill at any moment, a full disk ----
expect_exit 0 "${JOB[@]}" --size 32 --overwrite
rm -rf clean && cp -r out clean
same_as_clean()
{
    same_tree clean out "$1"
    expect_equal "$(hidden)" "" "$1: hidden files"
}
start_over # killed just after the files are set aside: the manifest still has their rows
M=out/$NAME/manifest.csv
digest=$(head -1 "$M" | tr ',' '\n' | grep -n '^parameters$' | cut -d: -f1)
{
    sed -n 2p "$M" | cut -d, -f"$digest"
    for cell in 3_0 1_1; do
        mv "out/$NAME/tile_$cell.nc" "out/$NAME/.tile_$cell.nc.old"
        echo "tile_$cell.nc"
    done
} >"out/$NAME/.manifest.csv.carry"
expect_exit 0 "${JOB[@]}" --size 32 --overwrite
same_as_clean "killed just after the files are set aside"
survives_kills out same_as_clean "${JOB[@]}" --size 32 --overwrite
survives_full_disk 120 out "$SUBSCENE" run "$P" -o small/out $OPTIONS --size 32 --overwrite -j 2
finish
