# A rerun makes what is missing or broken, nothing else, and refuses to mix parameters.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48
OPTIONS="-b B01,B05 --size 128"
stat_files() { stat_tree "$1" | grep -E '\.(nc|csv) '; }
run() { expect_exit 0 "$SUBSCENE" run "$P" -o "$@"; }

for profile in georef kappazeta; do
    SAME="$OPTIONS --profile $profile"
    rm -rf clean again
    run clean $SAME
    expect_count clean 25
    dir=$(folder_of clean)

    # ---- all there: nothing is written ----
    stat_tree clean >before
    run clean $SAME
    stat_tree clean | diff before - >difference || fail "$profile: a rerun writes: $(head -3 difference)"
    expect_line "$ERR" "0 made, 25 already there"
    run clean $SAME --min-valid 0 -j 1 --memory 2G --tiles 1_1,2_2
    stat_tree clean | diff before - >difference || fail "$profile: a rerun of a part writes: $(head -3 difference)"

    # ---- one fault at a time: only that file is made again ----
    f=tile_2_3.nc
    for fault in deleted truncated empty garbage text; do
        rm -rf again
        cp -a clean again
        at=again/${dir#clean/}/$f
        case $fault in
        deleted) rm "$at" ;;
        truncated) truncate -s $(($(stat -c %s "$at") * 2 / 3)) "$at" ;;
        empty) : >"$at" ;;
        garbage) head -c 50000 /dev/urandom >"$at" ;;
        text) echo "not NetCDF" >"$at" ;;
        esac
        stat_tree again | grep -v "$f" | grep '\.nc ' >before
        run again $SAME
        expect_line "$ERR" "1 made, 24 already there"
        [ $fault = deleted ] || expect_line "$ERR" "warning: " "made again" "$f"
        stat_tree again | grep -v "$f" | grep '\.nc ' | diff before - >difference || fail "$profile, $fault: others are written: $(head -3 difference)"
        same_tree clean again "$profile, $fault"
    done
    # a folder where a file belongs cannot be replaced: say so, keep the rest
    rm "again/${dir#clean/}/$f" && mkdir "again/${dir#clean/}/$f"
    expect_exit 1 "$SUBSCENE" run "$P" -o again $SAME
    expect_line "$ERR" "error: " "$f"
    no_temporaries again

    # ---- the manifest ----
    for fault in deleted empty cut_in_line cut_between_lines header garbage binary; do
        rm -rf again
        cp -a clean again
        m=again/${dir#clean/}/manifest.csv
        case $fault in
        deleted) rm "$m" ;;
        empty) : >"$m" ;;
        cut_in_line) truncate -s 1000 "$m" ;;
        cut_between_lines) sed -i '10,$d' "$m" ;;
        header) sed -i '1s/valid/invalid/' "$m" ;;
        garbage) sed -i '5s/.*/what, is, this/' "$m" ;;
        binary) head -c 3000 /dev/urandom >"$m" ;;
        esac
        run again $SAME
        case $fault in
        deleted | cut_between_lines) expect_no_text "$ERR" "warning: " ;;
        *) expect_line "$ERR" "warning: " manifest.csv ;;
        esac
        [ $profile = kappazeta ] || expect_line "$ERR" "0 made, 25 already there"
        same_tree clean again "$profile, manifest $fault"
    done
done

# ---- other parameters: refused, both values named, nothing touched ----
rm -rf clean
run clean $OPTIONS --tiles 0_0,1_1,2_2,3_3
stat_tree clean >before
refused() # refused "WORDS IN THE MESSAGE" OPTIONS...
{
    local said=$1
    shift
    expect_exit 2 "$SUBSCENE" run "$P" -o clean $OPTIONS "$@"
    expect_line "$ERR" "error: " "clean/" "$said" "--overwrite"
    stat_tree clean | diff before - >difference || fail "refused, but writes: $(head -3 difference)"
}
refused "size is 128 there and 256 here" --size 256
refused "bands is B01,B05 there and B05 here" -b B05
refused "overlap is 0 there and 0.25 here" --overlap 0.25
refused "resolution is 10 there and 20 here" --resolution 20
refused "filter is sinc there and lanczos here" --filter lanczos
refused "lobes is 4 there and 3 here" --lobes 3
refused "engine is fft there and direct here" --engine direct
refused "edge is pad there and drop here" --edge drop
refused "offset is remove there and keep here" --offset keep
refused "profile is georef there and kappazeta here" --profile kappazeta
refused "deflate is 1 there and 2 here" --deflate 2
refused "deflate is 1 there and 2 here" --deflate 2 --tiles 4_4 # a cell that is not there yet
run clean $OPTIONS --overlap -0 --tiles 1_1 # minus nought is nought
stat_tree clean | diff before - >difference || fail "--overlap -0 writes: $(head -3 difference)"

# ---- --overwrite ----
run small $OPTIONS --size 256
rm -rf again
run again $OPTIONS
run again $OPTIONS --size 256 --overwrite
expect_line "$ERR" "9 made, 0 already there"
same_tree small again "--overwrite with a larger size leaves files of the smaller"
run again $OPTIONS --size 256 --overwrite
expect_line "$ERR" "9 made, 0 already there"
same_tree small again "--overwrite with the same parameters"
expect_exit 2 "$SUBSCENE" run "$P" -o again $OPTIONS --size 256 --deflate 3 --overwrite --tiles 1_1
expect_line "$ERR" "8 subscenes that are not selected would stay"
same_tree small again "--overwrite with a selection and another compression"
run again $OPTIONS --size 256 --overwrite --edge drop
run dropped $OPTIONS --size 256 --edge drop
same_tree dropped again "--overwrite with fewer subscenes"

# what cannot be made must not cost what is there
rm -rf again
run again $OPTIONS
sha_tree again >before
expect_exit 2 "$SUBSCENE" run "$P" -o again $OPTIONS --size 256 --overwrite --memory 2M
sha_tree again | diff before - >difference || fail "--overwrite with too little --memory deletes files: $(head -2 difference)"
cp -r "$P" broken.SAFE
: >"$(image broken.SAFE B05)"
expect_exit 3 "$SUBSCENE" run broken.SAFE -o again $OPTIONS --size 256 --overwrite
sha_tree again | diff before - >difference || fail "--overwrite from a broken product deletes files: $(head -2 difference)"

# ---- halves ----
rm -rf clean again
run clean $OPTIONS
even=$(for x in 0 1 2 3 4; do for y in 0 1 2 3 4; do [ $(((x + y) % 2)) = 0 ] && echo "${x}_$y"; done; done | paste -sd,)
odd=$(for x in 0 1 2 3 4; do for y in 0 1 2 3 4; do [ $(((x + y) % 2)) = 1 ] && echo "${x}_$y"; done; done | paste -sd,)
run again $OPTIONS --tiles "$even"
expect_count again 13
expect_exit 0 "$SUBSCENE" verify again -q
run again $OPTIONS --tiles "$odd"
same_tree clean again "two halves"
rm -rf again
for y in 4 0 2 1 3; do run again $OPTIONS --tiles "0_$y,1_$y,2_$y,3_$y,4_$y" -j 1; done
same_tree clean again "row by row, out of order"

# ---- --min-valid ----
want=$(awk -F, 'NR > 1 && $4 >= 0.5 { print $3 }' "$(folder_of clean)/manifest.csv" | sort)
rm -rf again
run again $OPTIONS --min-valid 0.5
expect_equal "$(cd "$(folder_of again)" && ls -- *.nc)" "$want" "--min-valid 0.5"
expect_equal "$(awk -F, 'NR > 1 { print $3 }' "$(folder_of again)/manifest.csv" | sort)" "$want" "manifest with --min-valid 0.5"
expect_exit 0 "$SUBSCENE" verify again -q
stat_files again >before
run again $OPTIONS --min-valid 0.5
stat_files again | diff before - >difference || fail "a rerun with --min-valid writes: $(head -3 difference)"
run again $OPTIONS
same_tree clean again "without --min-valid after with"
run again $OPTIONS --min-valid 1.0 --overwrite
expect_equal "$(cd "$(folder_of again)" && ls -- *.nc)" "$(awk -F, 'NR > 1 && $4 == 1 { print $3 }' "$(folder_of clean)/manifest.csv" | sort)" \
    "--overwrite --min-valid 1"
finish
