#!/usr/bin/env bash
# Layouts in which each subscene has a folder of its own: all that is done with the others, and no empty folder is left.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48
product Q --size 630 --jp2-tile 256,160,48 --sensing 20200717T221941 --scene texture
NAME=$(basename "$P" .SAFE)
FILE=T35VLF_20220125T151701_tile # _x_y.nc
OPTIONS="-b B01,B05 --size 128 --layout cm_vsm"
run() { expect_exit 0 "$SUBSCENE" run "$P" -o "$@"; }
no_empty_folders()
{
    local empty
    empty=$(find "$1" -mindepth 1 -type d -empty)
    [ -z "$empty" ] || fail "empty folders: $empty"
}
verified()
{
    expect_exit 0 "$SUBSCENE" verify "$1" -q
    expect_empty "$OUT"
    no_temporaries "$1"
    no_empty_folders "$1"
}

# ---- a run, and a rerun ----
run clean $OPTIONS
expect_equal "$(cd clean && find . -name '*.nc' | sort | head -3)" "./tile_0_0/${FILE}_0_0.nc
./tile_0_1/${FILE}_0_1.nc
./tile_0_2/${FILE}_0_2.nc" "names"
expect_count clean 25
expect_equal "$(ls -A clean | grep -v '^tile_')" "$NAME.manifest.csv" "what else is in the folder"
expect_equal "$(sed -n 2p "clean/$NAME.manifest.csv" | cut -d, -f 1-3)" "0,0,tile_0_0/${FILE}_0_0.nc" "a row of the manifest"
verified clean
stat_tree clean >before
run clean $OPTIONS
expect_line "$ERR" "0 made, 25 already there"
stat_tree clean | diff before - >difference || fail "a rerun writes: $(head -3 difference)"
run dry $OPTIONS --dry-run
expect_absent dry
expect_equal "$(grep -c "^dry/tile_[0-9]_[0-9]/$FILE" "$OUT")" 25 "files that --dry-run lists"

# ---- the same content as in another layout, and byte for byte the stages one by one ----
run flat -b B01,B05 --size 128 --layout flat
cmp -s flat/*/tile_1_2.nc clean/tile_1_2/${FILE}_1_2.nc || fail "the layout changes a file"
run own -b B01,B05 --size 128 --layout '{tile}/{product}/row{y}/{x}/{x}-{y}.nc'
[ -f "own/T35VLF/$NAME/row2/1/1-2.nc" ] && [ -f "own/T35VLF/$NAME/manifest.csv" ] || fail "files of a layout of one's own: $(find own | head -3)"
verified own
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B01,B05
expect_exit 0 "$SUBSCENE" resample d/*.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/*.nc -o c -q --size 128
expect_exit 0 "$SUBSCENE" write c/*.nc -o written -q --layout cm_vsm
same_tree clean written "the stages one by one"

# ---- what is missing or broken is made again, what a killed run left goes ----
for fault in file folder empty truncated manifest; do
    rm -rf again && cp -a clean again
    at=again/tile_2_3/${FILE}_2_3.nc
    case $fault in
    file) rm "$at" ;;
    folder) rm -r again/tile_2_3 ;;
    empty) : >"$at" ;;
    truncated) truncate -s 9000 "$at" ;;
    manifest) rm again/*.csv ;;
    esac
    mkdir again/tile_4_9
    echo x >again/tile_1_1/.${FILE}_1_1.nc.part-ffffffff-4711
    run again $OPTIONS
    same_tree clean again "$fault"
done
rm -rf again && cp -a clean again
echo x >again/tile_1_1/.${FILE}_1_1.nc.part-ffffffff-4711
run again $OPTIONS # nothing to do
same_tree clean again "what a killed run left where nothing is to do"

# ---- other parameters ----
expect_exit 2 "$SUBSCENE" run "$P" -o again $OPTIONS --size 256
expect_line "$ERR" "again/tile_0_0/${FILE}_0_0.nc" "size is 128 there and 256 here" "--overwrite"
same_tree clean again "refused"
run again $OPTIONS --size 256 --overwrite
run large $OPTIONS --size 256
same_tree large again "--overwrite with another size"
no_empty_folders again
run again $OPTIONS --overwrite
same_tree clean again "and back"
run again $OPTIONS --overwrite --min-valid 1
expect_equal "$(cd again && find . -name '*.nc' -printf '%P\n' | sort)" "$(awk -F, 'NR > 1 && $4 == 1 { print $3 }' "clean/$NAME.manifest.csv" | sort)" "--min-valid 1"
verified again
expect_exit 2 "$SUBSCENE" run "$P" -o again $OPTIONS --profile kappazeta
run published $OPTIONS --profile kappazeta
expect_exit 2 "$SUBSCENE" run "$P" -o published $OPTIONS --profile kappazeta --size 256
expect_line "$ERR" "size is 128 there and 256 here"

# ---- a second product in the same folder ----
rm -rf two && cp -a clean two
expect_exit 0 "$SUBSCENE" run "$Q" -o two $OPTIONS
expect_count two 50
verified two
stat_tree two >before
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o two $OPTIONS
stat_tree two | diff before - >difference || fail "a rerun of two products writes: $(head -3 difference)"
expect_exit 0 "$SUBSCENE" dataset two
expect_equal "$(sed -n '2,3p' two/dataset.csv | cut -d, -f 1)" "tile_0_0/T35VLF_20200717T221941_tile_0_0.nc
tile_0_0/${FILE}_0_0.nc" "files of dataset.csv"
verified two
expect_exit 0 "$SUBSCENE" select two --top 1
expect_equal "$(grep -c "^S2A_.*/[0-9]_[0-9]" "$OUT")" 2 "lines of select"
rm two/dataset.csv
expect_exit 0 "$SUBSCENE" run "$Q" -o two $OPTIONS --size 256 --overwrite
find two -name '*20200717*' -delete && find two -type d -empty -delete
same_tree clean two "--overwrite of the other product"

# ---- labels: the folder, a subscene's folder, and its file ----
echo '<annotations><version>1.1</version><image id="0" name="tile_1_1.png" width="128" height="128">
<box label="cloud" xtl="0" ytl="0" xbr="128" ybr="64" z_order="0"></box></image></annotations>' >cloud.xml
mkdir nameless && sed 's/tile_1_1.png/scene.png/' cloud.xml >nameless/cloud.xml # the files say the name of cloud.xml
sed 's/tile_1_1.png/tile_2_2.png/' cloud.xml >other.xml
cp -a clean labelled
expect_exit 0 "$SUBSCENE" label labelled --cvat cloud.xml
expect_equal "$(cat "$OUT")" "labelled/tile_1_1/${FILE}_1_1.nc" "what was labelled"
grep -q "Label_CLOUD" "labelled/$NAME.manifest.csv" || fail "no shares in the manifest"
verified labelled
for operand in again/tile_1_1 . again/tile_1_1/${FILE}_1_1.nc ${FILE}_1_1.nc; do
    rm -rf again && cp -a clean again
    folder=. && [[ $operand == again/* ]] || folder=again/tile_1_1
    expect_exit 0 env -C "$folder" "$SUBSCENE" label "$operand" --cvat "$TMP/cloud.xml"
    same_tree labelled again "label $operand"
done
# one file and one image: it is of that file, whatever it is called, unless its name says another
rm -rf again && cp -a clean again
expect_exit 0 "$SUBSCENE" label again/tile_1_1/${FILE}_1_1.nc --cvat nameless/cloud.xml
same_tree labelled again "an image whose name says nothing"
expect_exit 3 "$SUBSCENE" label again/tile_1_1/${FILE}_1_1.nc --cvat other.xml
expect_line "$ERR" "none of the 1 image"
expect_exit 3 "$SUBSCENE" label again --cvat nameless/cloud.xml
expect_line "$ERR" nameless/cloud.xml scene.png "tile_<x>_<y>"
expect_exit 3 "$SUBSCENE" run "$P" -o new $OPTIONS --cvat nameless/cloud.xml
expect_line "$ERR" nameless/cloud.xml scene.png "tile_<x>_<y>"
same_tree labelled again "refused labels"
expect_exit 3 "$SUBSCENE" label again/tile_1_1/nothing.nc --cvat cloud.xml
expect_line "$ERR" again/tile_1_1/nothing.nc
cp -a clean busy
foreign_lock busy 1
mv busy/.subscene.lock "busy/.$NAME.subscene.lock"
expect_exit 75 "$SUBSCENE" label busy/tile_1_1/${FILE}_1_1.nc --cvat cloud.xml
expect_line "$ERR" "is being made by elsewhere pid 4711"

# ---- the lock is for the folders below it too ----
sha_tree busy >before
rm busy/tile_1_1/*.nc
expect_exit 75 "$SUBSCENE" run "$P" -o busy $OPTIONS
expect_line "$ERR" "is being made by elsewhere pid 4711"
expect_exit 0 "$SUBSCENE" run "$Q" -o busy $OPTIONS # the other product's
touch -d "300 seconds ago" "busy/.$NAME.subscene.lock"
echo x >busy/tile_3_3/.${FILE}_3_3.nc.part-ffffffff-4711
echo x >busy/tile_3_4/.other.nc.part-ffffffff-4711
run busy $OPTIONS
expect_line "$ERR" "warning: " "taken over: elsewhere pid 4711"
verified busy
SLOW="-b B01,B02,B03,B04,B05,B06,B07,B08 --size 32 --layout cm_vsm --deflate 9 -j 1"
"$SUBSCENE" run "$P" -o lost $SLOW >lost.out 2>lost.err &
child=$!
for ((i = 0; i < 2000; i++)); do [ -e "lost/.$NAME.subscene.lock" ] && break; sleep 0.005; done
kill -STOP $child
if [ -e "lost/.$NAME.subscene.lock" ]; then
    foreign_lock lost 1
    mv lost/.subscene.lock "lost/.$NAME.subscene.lock"
    kill -CONT $child
    status=0
    wait $child || status=$?
    expect_equal $status 75 "exit of a run whose folder was taken over"
    expect_line lost.err "was taken over by elsewhere pid 4711"
    no_temporaries lost
else
    kill -CONT $child
    wait $child
    skip_part "no run was met at work"
fi

# ---- killed, stopped, and run again ----
OPTIONS="-b B01,B02,B05 --size 64 --layout cm_vsm --deflate 6 -j 2"
rm -rf clean
began=$(now_ms)
run clean $OPTIONS
duration=$(($(now_ms) - began)) hits=0
for share in 200 400 550 700 850; do
    for signal in KILL TERM; do
        rm -rf out
        "$SUBSCENE" run "$P" -o out $OPTIONS >"$OUT" 2>"$ERR" &
        child=$!
        nap $((duration * share / 1000))
        kill -$signal $child 2>/dev/null
        status=0
        wait $child 2>/dev/null || status=$?
        case $status in 0) ;; 137 | 143) hits=$((hits + 1)) ;; *) fail "exit $status after $signal" ;; esac
        if [ $status = 143 ] && [ -d out ]; then no_temporaries out && no_empty_folders out; fi
        run out $OPTIONS
        same_tree clean out "$signal at $share/1000, and run again"
    done
done
[ $hits -gt 0 ] || fail "no run was there to be killed"

# ---- no room: nothing half-written, no empty folder ----
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=400k tmpfs small 2>/dev/null; then
    mounted=$TMP/small
    expect_exit 75 "$SUBSCENE" run "$P" -o small/out $OPTIONS
    expect_line "$ERR" "No space left on device"
    no_temporaries small
    no_empty_folders small/out
    rm -f "small/out/.$NAME.subscene.lock"
else
    skip_part "no small file system can be mounted"
fi
finish
