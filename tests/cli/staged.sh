#!/usr/bin/env bash
# decode, resample, cut and write, one after the other, give byte for byte what run gives; and each on its own: resuming, refusing, errors.
. "${BASH_SOURCE[0]%/*}/lib.sh"

product ALL --size 630 --scene texture --jp2-tile 256,160,48 --threads 2
product P --size 786 --scene texture --saturated 4 --jp2-tile 192,128,48 --bands B01,B02,B05 --threads 2

# staged PRODUCT NAME BANDS RESAMPLE-OPTIONS CUT-OPTIONS WRITE-OPTIONS [LEVEL]: options are words; LEVEL compresses what lies between. With 1 and with
# 3 threads: the steps give what run gives, and all of it, what lies between too, does not depend on the number.
staged()
{
    local p=$1 name=$2 bands=${3:+-b $3} resample=$4 cut=$5 write=$6 level=${7:+--deflate $7} j
    rm -rf 1 3
    for j in 1 3; do
        # shellcheck disable=SC2086  # lists of words
        {
            expect_exit 0 "$SUBSCENE" run "$p" -o $j/fused -q -j $j $bands $resample $cut $write
            expect_exit 0 "$SUBSCENE" decode "$p" -o $j/d -q -j $j $bands $level
            expect_exit 0 "$SUBSCENE" resample $j/d/*.nc -o $j/r -q -j $j $resample $level
            expect_exit 0 "$SUBSCENE" cut $j/r/*.nc -o $j/t -q -j $j $cut $level
            expect_exit 0 "$SUBSCENE" write $j/t/*.nc -o $j/steps -q -j $j $write
        }
        same_tree $j/fused $j/steps "$name, $j threads: staged is not fused"
        [ "$(count_nc $j/fused)" -gt 0 ] || fail "$name: nothing was made"
    done
    same_tree 1 3 "$name: 1 and 3 threads"
}
staged "$ALL" "defaults" "" "" "" ""
staged "$P" "256 px with overlap" B01,B02,B05 "" "--size 256 --overlap 0.0625" ""
staged "$P" "20 m, not compressed" B01,B02,B05 "--resolution 20" "--size 128" "--deflate 0"
staged "$P" "60 m, box" B01,B02,B05 "--resolution 60 --filter box" "--size 64" ""
echo 'SRID=32635;POLYGON((301500 6499000, 304000 6497500, 302000 6495000, 301500 6499000))' >area.wkt
staged "$P" "an area" B02,B05,B01 "" "--size 128 --aoi area.wkt" ""
expect_count 3/fused 9
staged "$P" "edge drop" B01,B02,B05 "" "--size 200 --edge drop" ""
staged "$P" "edge shift" B01,B02,B05 "" "--size 200 --edge shift" ""
staged "$P" "bands in disorder, chosen tiles" B02,B05,B01 "--engine direct" "--size 200 --tiles 0_0,3_3" "--layout flat"
expect_count 3/fused 2
staged "$P" "offset kept, compressed between" B01,B05 "--offset keep" "--size 256" "--deflate 9" 4
SOURCE_DATE_EPOCH=1600000000 staged "$P" "kappazeta, no empty ones" B02,B05 "--filter lanczos --lobes 3" "--size 200" \
    "--profile kappazeta --min-valid 0.9"
[ "$(count_nc 3/fused)" -lt "$(count_nc 3/t)" ] || fail "--min-valid leaves nothing out"
# the order of files is of no account
expect_exit 0 "$SUBSCENE" cut 3/r/B05.nc 3/r/B02.nc -o turned -q --size 200
same_tree 3/t turned "bands given in another order"
# shellcheck disable=SC2046  # no blanks in these names
SOURCE_DATE_EPOCH=1600000000 expect_exit 0 "$SUBSCENE" write $(find turned -name '*.nc' | sort -r) -o turned_steps -q --profile kappazeta --min-valid 0.9
same_tree 3/fused turned_steps "tiles given in another order"
rm -rf 1 3

# ---- again: nothing is made; other sizes from the same bands ----
expect_exit 0 "$SUBSCENE" decode "$P" -o d -b B01,B05
expect_equal "$(sort "$OUT" | paste -sd' ')" "d/B01.nc d/B05.nc" "paths on stdout"
expect_exit 0 "$SUBSCENE" resample d/*.nc -o r --deflate 3
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t --size 256
stat_tree . >before
expect_exit 0 "$SUBSCENE" decode "$P" -o d -b B01,B05 -j 3
expect_line "$ERR" d/B01.nc "already there"
expect_exit 0 "$SUBSCENE" decode "$P" -o d -b B01,B02,B05 --dry-run
expect_equal "$(cat "$OUT")" d/B02.nc "--dry-run where some are there"
expect_exit 0 "$SUBSCENE" resample d/*.nc -o r --deflate 3
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t --size 256
expect_line "$ERR" "0 made, 16 already there"
stat_tree . | grep '\.nc ' | diff <(grep '\.nc ' before) - >difference || fail "a second call wrote: $(head -3 difference)"
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t2 --size 100 --tiles 1_1 --dry-run
expect_equal "$(cat "$OUT")" t2/tile_1_1.nc "--dry-run"
expect_absent t2

# ---- other parameters in the same folder ----
expect_exit 2 "$SUBSCENE" resample d/*.nc -o r --deflate 3 --resolution 20
expect_line "$ERR" r/B01.nc "resolution is 10 there and 20 here"
expect_exit 2 "$SUBSCENE" cut r/*.nc -o t --size 256 --overlap 0.25
expect_line "$ERR" "overlap is 0 there and 0.25 here"
expect_exit 0 "$SUBSCENE" resample d/B01.nc -o r --deflate 3 --overwrite --filter box
expect_exit 3 "$SUBSCENE" cut r/*.nc -o t3
expect_line "$ERR" r/B01.nc r/B05.nc filter

# ---- what does not belong together ----
product Q --size 786 --scene constant --bands B05 --tile 35VME
expect_exit 0 "$SUBSCENE" decode "$Q" -o q -b B05
expect_exit 3 "$SUBSCENE" resample d/B01.nc q/B05.nc -o x
expect_line "$ERR" d/B01.nc q/B05.nc T35VLF T35VME
expect_exit 3 "$SUBSCENE" cut d/*.nc -o x
expect_line "$ERR" d/B01.nc "is a file of decode" "the files that resample makes"
expect_exit 3 "$SUBSCENE" write d/B01.nc -o x
expect_line "$ERR" d/B01.nc "is a file of decode" "the files that cut makes"
expect_exit 3 "$SUBSCENE" resample t/tile_0_0.nc -o x
expect_line "$ERR" t/tile_0_0.nc "is a file of cut"
expect_exit 2 "$SUBSCENE" resample d/B05.nc d/B05.nc -o x
expect_line "$ERR" d/B05.nc twice
expect_exit 2 "$SUBSCENE" cut r/B05.nc -o x --tiles 9_9
expect_line "$ERR" 9_9 "columns 0 to 1"
expect_exit 2 "$SUBSCENE" decode "$P" "$Q" -o x
expect_no_text "$ERR" " made"
expect_exit 3 "$SUBSCENE" cut "$P"/MTD_MSIL1C.xml -o x
expect_exit 2 "$SUBSCENE" cut r/B01.nc -o x --memory 1M
expect_line "$ERR" "error: " "too little"
expect_no_text "$ERR" " made"
expect_exit 2 "$SUBSCENE" cut r/B01.nc -o t --size 99 --tiles 0_0 # another size is there
expect_no_text "$ERR" " made"
expect_exit 0 "$SUBSCENE" write t/*.nc -o whole -q
expect_exit 2 "$SUBSCENE" write t/*.nc -o whole --deflate 3
expect_no_text "$ERR" " made"

# ---- verify is for subscenes ----
for stage in d:decode r:resample t:cut; do
    expect_exit 3 "$SUBSCENE" verify "${stage%:*}"
    expect_line "$ERR" "error: " "holds files of ${stage#*:}" "verify is for the subscenes that run and write make"
    expect_empty "$OUT"
done
cp -r whole with_d && cp d/B05.nc with_d/
expect_exit 1 "$SUBSCENE" verify with_d
expect_equal "$(cat "$OUT")" "with_d/B05.nc: is a file of decode, no subscene, and in no manifest" "a stray file of a stage"

# ---- a call that makes nothing leaves no folder ----
cp -r "$P" lacking.SAFE && rm "$(image lacking.SAFE B05)"
expect_exit 3 "$SUBSCENE" decode lacking.SAFE -o new/a/b -b B01,B05 # found before B01 is made
expect_absent new
cp -r "$P" spoiled.SAFE && spoil "$(image spoiled.SAFE B01)" 0 2000
mkdir old
for folder in new/a//b/ new old old/a; do
    expect_exit 3 "$SUBSCENE" decode spoiled.SAFE -o $folder -b B01,B05
    expect_line "$ERR" "error: " B01
done
expect_absent new
expect_equal "$(find old)" old "what is left of a folder that was there"
[ -z "$(find . -path './x/*' -name '*.nc')" ] || fail "files of refused calls: $(find x | head -3)"

# ---- damage ----
truncate -s 20000 d/B05.nc
expect_exit 3 "$SUBSCENE" resample d/B05.nc -o y
expect_line "$ERR" d/B05.nc
expect_exit 0 "$SUBSCENE" decode "$P" -o d -b B01,B05
expect_line "$ERR" "warning" d/B05.nc
cp t/tile_1_1.nc kept.nc
head -c 3000 /dev/zero | dd of=t/tile_1_1.nc bs=1 seek=60000 conv=notrunc status=none
cp r/B05.nc bad.nc
size=$(stat -c %s bad.nc)
head -c 4000 /dev/urandom | dd of=bad.nc bs=1 seek=$((size / 2)) conv=notrunc status=none
expect_exit 3 "$SUBSCENE" cut bad.nc -o z --size 786
expect_line "$ERR" B05
[ -z "$(find . -path './z/*' -name '*.nc')" ] || fail "a subscene of damaged rows was made"

# what people open them with is in ../stages/test_readers.py
no_temporaries .
finish
