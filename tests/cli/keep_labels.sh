#!/usr/bin/env bash
# A class layer that a job cannot make again is never lost without a word: it is copied into the new file, or the job refuses and changes
# nothing, or it ends with exit code 1 until the layer is back or given up.
. "${BASH_SOURCE[0]%/*}/lib_labels.sh" || exit 1

product P --size 240 --jp2-tile 128,64,24 --bands B02,B03,B05 --nodata none
NAME=$(basename "$P" .SAFE)
OPTIONS="-q -b B02,B05 --size 64 --layout flat"
boxes "$NAME" 3_0 1_1 >labels.xml
JOB=("$SUBSCENE" run "$P" -o out $OPTIONS)
labelled() # labelled OPTIONS...: what a run with these options and the labels makes, in clean/
{
    rm -rf clean
    expect_exit 0 "$SUBSCENE" run "$P" -o clean $OPTIONS "$@"
    expect_exit 0 "$SUBSCENE" label clean -q --cvat labels.xml
}
start_over() { rm -rf out && cp -r start out; }
FILE=out/$NAME/tile_3_0.nc
hidden() { find out -name '.*' ! -name . | wc -l; }
# kept WHAT: the folder is clean/, nothing waits
kept()
{
    same_tree clean out "$1"
    expect_equal "$(hidden)" 0 "$1: hidden files"
    expect_exit 0 "$SUBSCENE" verify out -q
}
refused() # refused WHAT ARGUMENTS...: exit 2, the labels are counted, nothing changes
{
    local what=$1
    shift
    start_over
    for dry in --dry-run ""; do
        expect_exit 2 "${JOB[@]}" "$@" $dry
        expect_line "$ERR" "2 subscenes would lose class layers (Label)" "--drop-labels"
        same_tree start out "$what: refused"
    done
    expect_exit 0 "${JOB[@]}" "$@" --drop-labels
    expect_equal "$("$SUBSCENE" verify out -q | wc -l)" 0 "$what: --drop-labels"
    rm -rf bare
    expect_exit 0 "$SUBSCENE" run "$P" -o bare $OPTIONS "${@/--overwrite/-q}"
    same_tree bare out "$what: --drop-labels"
}
labelled
cp -r clean start

# ---- kept: the same grid ----
start_over
expect_exit 0 "${JOB[@]}"
kept "a rerun"
expect_exit 0 "${JOB[@]}" --overwrite
kept "--overwrite"
expect_exit 0 "${JOB[@]}" --overwrite --tiles 3_0
kept "--overwrite of one subscene"
labelled --deflate 4
start_over
expect_exit 0 "${JOB[@]}" --deflate 4 --overwrite
kept "another compression"
labelled -b B02,B03
start_over
expect_exit 0 "${JOB[@]}" -b B02,B03 --overwrite
kept "other bands"
labelled --deflate 4 --profile kappazeta
rm -rf out
expect_exit 0 "${JOB[@]}" --profile kappazeta
expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml
expect_exit 0 "${JOB[@]}" --deflate 4 --profile kappazeta --overwrite
kept "files of profile kappazeta"
start_over
expect_exit 0 "${JOB[@]}" --deflate 4 --profile kappazeta --overwrite
kept "files that get profile kappazeta"
labelled
expect_exit 0 "${JOB[@]}" --overwrite
expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml
expect_exit 0 "$SUBSCENE" verify out -q

# ---- replaced: the job makes the layer itself ----
sed 's/xbr="9"/xbr="30"/' labels.xml >corrected.xml
start_over
rm -rf clean
expect_exit 0 "$SUBSCENE" run "$P" -o clean $OPTIONS --cvat corrected.xml
expect_exit 0 "${JOB[@]}" --cvat corrected.xml --overwrite
kept "a source that is given"

# ---- refused: another grid that leaves something out (carry_over.sh has those that do not) ----
refused "another size" --size 100 --edge drop --overwrite
refused "another pixel" --resolution 20 --size 100 --edge drop --overwrite

# ---- a selection touches nothing else ----
start_over
expect_exit 2 "${JOB[@]}" --deflate 4 --overwrite --tiles 2_2
expect_line "$ERR" "15 subscenes that are not selected" "choose another --output"
same_tree start out "a selection of another kind"

# ---- files that were copied or renamed by hand: nothing changes ----
for profile in georef kappazeta; do
    rm -rf out
    expect_exit 0 "${JOB[@]}" --profile $profile
    expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml
    cp -r out whole
    for by_hand in "cp tile_2_2.nc tile_3_0.nc" "cp tile_3_0.nc tile_2_2.nc" "mv tile_3_0.nc t; mv tile_1_1.nc tile_3_0.nc; mv t tile_1_1.nc"; do
        rm -rf out && cp -r whole out
        (cd "out/$NAME" && eval "$by_hand")
        rm -rf moved && cp -r out moved
        for options in "" --overwrite "--size 32 --overwrite" "--cvat labels.xml"; do
            expect_exit 2 "${JOB[@]}" --profile $profile $options
            case "$profile $options" in
            kappazeta*--size*) expect_line "$ERR" "would lose class layers" ;;
            *) expect_line "$ERR" "subscene verify says what to do" ;;
            esac
            same_tree moved out "$profile: $by_hand: $options"
        done
        expect_exit 1 "$SUBSCENE" verify out -q
    done
    rm -rf whole
done

# ---- a damaged file: the layer is rescued, or the loss is remembered ----
labelled
start_over
if /usr/bin/python3 -c 'import netCDF4' 2>/dev/null; then
    /usr/bin/python3 -c 'import netCDF4, sys; netCDF4.Dataset(sys.argv[1], "a").setncattr("remark", "by hand")' "$FILE"
    expect_exit 1 "$SUBSCENE" verify out -q
    expect_exit 0 "${JOB[@]}"
    kept "a file whose metadata were changed"
else
    skip_part "Python's netCDF4 is missing: no changed metadata"
fi
poke "$FILE" $(($(stat -c %s "$FILE") / 2)) XXXXXXXXXXXXXXXX # samples of a band
expect_exit 1 "$SUBSCENE" verify out -q
expect_exit 0 "${JOB[@]}" --overwrite --tiles 3_0
kept "a file with a damaged band"
# files that HDF5 cannot open: the layer's chunk may be whole
rescued() # rescued WHAT PROFILE: the codes are those of labels.xml, nothing waits
{
    expect_equal "$(hidden)" 0 "$1: hidden files"
    expect_exit 0 "$SUBSCENE" verify out -q
    expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml # 1, if a code differed
    classes out >is
    classes clean | diff is - || fail "$1: other class shares"
    [ "$2" = georef ] || kept "$1" # its files do not say where a layer comes from
}
classes() # classes FOLDER: names and class shares of the manifest's rows
{
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^Label_/) wanted[i] = 1 }
        { printf "%s", $3; for (i = 1; i <= NF; i++) if (i in wanted) printf ",%s", $i; print "" }' "$1/$NAME/manifest.csv"
}
zeros() { head -c "$2" /dev/zero | dd of="$FILE" bs=1 seek="$1" conv=notrunc status=none; } # zeros OFFSET N
signature() { poke "$FILE" 0 XXXX; }
first_block() { zeros 0 4096; }
start_cut_off() { tail -c +1500 "$FILE" >t && mv t "$FILE"; }
spread_apart() { { cat "$FILE" && head -c 5000 /dev/urandom; } >t && mv t "$FILE" && signature; }
for profile in georef kappazeta; do
    rm -rf out
    labelled --profile $profile
    expect_exit 0 "${JOB[@]}" --profile $profile
    expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml
    rm -rf start && cp -r out start
    for how in signature first_block start_cut_off spread_apart; do
        in_sample 1 3 || continue
        start_over
        $how
        expect_exit 1 "$SUBSCENE" verify out -q
        expect_exit 0 "${JOB[@]}" --profile $profile
        rescued "run, $profile, $how" $profile
        start_over
        $how
        expect_exit 1 "$SUBSCENE" verify out -q --repair
        expect_exit 1 "$SUBSCENE" verify out -q
        expect_line "$OUT" "class layers"
        if [ $profile = georef ]; then
            expect_exit 0 "$SUBSCENE" verify out -q --repair --product "$P"
        else # its files do not tell their parameters
            expect_exit 0 "${JOB[@]}" --profile $profile
        fi
        rescued "repair, $profile, $how" $profile
    done
done
# the only labelled one: a built-in class map has its flags
labelled
start_over
boxes "$NAME" 3_0 >one.xml
rm -rf out
expect_exit 0 "${JOB[@]}"
expect_exit 0 "$SUBSCENE" label out -q --cvat one.xml
signature
expect_exit 0 "${JOB[@]}"
expect_equal "$(hidden)" 0 "the only labelled subscene: hidden files"
expect_exit 0 "$SUBSCENE" label out -q --cvat one.xml
expect_exit 0 "$SUBSCENE" verify out -q
# a repair of a folder with nothing else in it
rm -rf out
expect_exit 0 "${JOB[@]}" --tiles 3_0
expect_exit 0 "$SUBSCENE" label out -q --cvat one.xml
signature
expect_exit 1 "$SUBSCENE" verify out -q --repair --product "$P"
expect_exit 1 "$SUBSCENE" verify out -q
expect_line "$OUT" "tile_3_0.nc" "Label"
expect_exit 2 "${JOB[@]}" --tiles 3_0 --size 32 # another grid by mistake
expect_line "$ERR" "would lose class layers"
expect_exit 0 "${JOB[@]}" --tiles 3_0
expect_equal "$(hidden)" 0 "a repair of the only subscene: hidden files"
expect_exit 0 "$SUBSCENE" label out -q --cvat one.xml
expect_exit 0 "$SUBSCENE" verify out -q
# not the chunk that the manifest describes
rm -rf start && cp -r clean start
start_over
cp "out/$NAME/tile_1_1.nc" "$FILE"
signature
expect_exit 1 "$SUBSCENE" verify out -q
expect_exit 1 "${JOB[@]}"
expect_line "$ERR" "tile_3_0.nc: its class layer Label is lost"
# not whole
start_over
zeros 0 "$(stat -c %s "$FILE")"
expect_exit 1 "${JOB[@]}"
expect_line "$ERR" "tile_3_0.nc: its class layer Label is lost"
start_over
rm "$FILE"
expect_exit 1 "${JOB[@]}"
expect_line "$ERR" "tile_3_0.nc: its class layer Label is lost"
for again in 1 2; do
    expect_exit 1 "${JOB[@]}"
    expect_line "$ERR" "1 subscene lost class layers" "--drop-labels"
    expect_exit 1 "$SUBSCENE" verify out -q
    expect_line "$OUT" "tile_3_0.nc" "Label"
done
expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml
kept "a lost label that is given again"
rm "$FILE"
expect_exit 1 "${JOB[@]}"
expect_exit 0 "${JOB[@]}" --cvat labels.xml
kept "a lost label that run is given again"
rm "$FILE"
expect_exit 1 "${JOB[@]}"
expect_exit 0 "${JOB[@]}" --drop-labels
expect_equal "$(hidden)" 0 "a lost label that is given up: hidden files"
expect_exit 0 "$SUBSCENE" verify out -q

# ---- write keeps them as well ----
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B02,B05
expect_exit 0 "$SUBSCENE" resample d/*.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t -q --size 64
rm -rf out
expect_exit 0 "$SUBSCENE" write t/*.nc -o out -q --layout flat
expect_exit 0 "$SUBSCENE" label out -q --cvat labels.xml
rm -rf clean && cp -r out clean
expect_exit 0 "$SUBSCENE" write t/*.nc -o out -q --layout flat --overwrite
kept "write --overwrite"

# ---- a kill at any moment, a full disk ----
labelled --deflate 4
survives_kills out kept "${JOB[@]}" --deflate 4 --overwrite
survives_full_disk 80 out "$SUBSCENE" run "$P" -o small/out $OPTIONS --deflate 4 --overwrite -j 2
finish
