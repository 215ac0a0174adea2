# The real products of ../shared/data: what must be refused is, with the reason; the 60 m bands of the real one are converted.
source "$(dirname "$0")/lib.sh" || exit 1

DATA=$SHARED/data/real
[ -d "$DATA" ] || skip_all "$DATA is not there"
L1C=$DATA/S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036.SAFE

refused() # refused PATH WORDS...
{
    local path=$1
    shift
    expect_exit 3 "$SUBSCENE" run "$path" -o out
    expect_line "$ERR" "error: " "$@"
    expect_empty "$OUT"
    [ ! -e out ] || expect_count out 0
}
refused "$DATA"/S2A_MSIL1C_20180629*.zip S2A_MSIL1C_20180629T000241 "band B" 73 1830
for band in B02:439:10980 B05:219:5490; do
    IFS=: read -r band found told <<<"$band"
    expect_exit 3 "$SUBSCENE" run "$DATA"/S2A_MSIL1C_20180629*.zip -o out -b "$band"
    expect_line "$ERR" "error: " "band $band" "$found" "$told"
done
refused "$DATA"/S2A_OPER_PRD*.zip S2A_OPER_PRD "not supported"
# of the Level-2A product only some images are there: what has no file is refused, a coarser one does not take its place
refused "$DATA"/S2A_MSIL2A*.SAFE S2A_MSIL2A "band B02" R10m/ _B02_10m.jp2 "No such file"
for band in B05:R20m B12:R20m TCI_R:R10m WVP:R10m; do
    IFS=: read -r band folder <<<"$band"
    expect_exit 3 "$SUBSCENE" run "$DATA"/S2A_MSIL2A*.SAFE -o out -b "$band" --resolution 60
    expect_line "$ERR" "error: " "band $band" "$folder/" "No such file"
done
refused "$DATA/tiff_named.jp2" tiff_named.jp2
refused "$L1C" "$(basename "$L1C" .SAFE)" "band B02" "_B02.jp2"
mkdir made
cp -r "$L1C" made/
chmod -R u+w made
cp "$DATA/tiff_named.jp2" "$(image made/*.SAFE B01)"
refused made/*.SAFE "band B01" TIFF

expect_exit 3 "$SUBSCENE" info "$L1C"
expect_line "$OUT" B02 "not usable"
expect_line "$OUT" B10 "1830 x 1830" "-1000"
expect_line "$OUT" T18LTM EPSG:32718
expect_exit 0 "$SUBSCENE" run "$L1C" -o good -b B01,B09,B10 --tiles 3_3,4_3
expect_equal "$(cat "$OUT")" "good/L1C/January/$(basename "$L1C" .SAFE)" "the folder"
expect_count good 2
expect_exit 0 "$SUBSCENE" verify good
expect_empty "$OUT"
grep -qa "32718" good/*/*/*/tile_3_3.nc || fail "EPSG:32718 is not in the file"
# further east there are data
expect_exit 0 "$SUBSCENE" run "$L1C" -o east -b B01,B09,B10 --tiles 12_3,13_3
awk -F, 'NR > 1 && !($4 == 1 && $5 > 1000 && $7 < 5000 && $11 < 100) { exit 1 }' "$(folder_of east)/manifest.csv" ||
    fail "odd values: $(cat "$(folder_of east)/manifest.csv")"
expect_exit 0 "$SUBSCENE" run "$L1C" -o kept -b B01,B09,B10 --tiles 12_3,13_3 --offset keep
expect_equal "$(paste -d, "$(folder_of kept)/manifest.csv" "$(folder_of east)/manifest.csv" |
    awk -F, 'NR > 1 { print $5 - $(NF / 2 + 5) }' | sort -u)" 1000 "RADIO_ADD_OFFSET"
finish
