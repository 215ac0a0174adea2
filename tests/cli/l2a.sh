#!/usr/bin/env bash
# Level-2A from one end to the other, alone and in lists with Level-1C: which bands, folders, offsets, layers; all commands.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
command -v ncdump >/dev/null || skip_all "ncdump is missing"
PYTHON=/usr/bin/python3 CHECK=$SOURCE_DIR/tests/stages/test_class_layers.py

MAKE="--size 630 --jp2-tile 256,160,48 --threads 2"
# shellcheck disable=SC2086  # lists of words
{
    product P $MAKE --level L2A
    product Z $MAKE --level L2A --zip-deflate
    product OLD $MAKE --level L2A --baseline 02.09 --sensing 20200529T080611 --bands B01,B02,B05,AOT,TCI
    product C $MAKE --tci --sensing 20220125T151701
}
P_NAME=$(basename "$P" .SAFE) C_NAME=$(basename "$C" .SAFE)
SPECTRAL="B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B11 B12" # of Level-2A
EVERY=$(echo $SPECTRAL AOT WVP TCI | tr ' ' ,)
run() { expect_exit 0 "$SUBSCENE" run "$@" -q; }
variables() { ncdump -h "$1" | sed -nE 's/^[[:space:]]*(float|ubyte|ushort) ([A-Za-z0-9_-]*)\(.*/\2/p' | paste -sd' '; }
attribute() { ncdump -h "$1" | sed -n "s/^[[:space:]]*$2 = \(.*\) ;$/\1/p" | tr -d '"'; } # attribute FILE [VARIABLE]:NAME
column() { awk -F, -v c="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) n = i } NR > 1 { print $n }' "$1"; } # column MANIFEST NAME
manifest_of() { find "$1" -name manifest.csv | head -1; }
right() # right OUT FILES [OPTION...]: every pixel of the class layers is what the scene says
{
    local files=$2
    expect_count "$1" "$files"
    $PYTHON -c 'import netCDF4, numpy' 2>/dev/null || { skip_part "python3-netcdf4 is missing: pixels of $1"; return; }
    expect_exit 0 $PYTHON "$CHECK" "$1" --side 6300 --need SCL,S2CC,S2CS "${@:3}"
    expect_text "$OUT" "$files files"
}

# ---- without options: the spectral bands that the level has, and the masks of Sen2Cor ----
expect_exit 0 "$SUBSCENE" run "$P" -o out --size 256
expect_equal "$(cat "$OUT")" "out/L2A/January/$P_NAME" "the folder"
TILE=out/L2A/January/$P_NAME/tile_1_1.nc
expect_equal "$(variables "$TILE")" "$SPECTRAL SCL S2CC S2CS" "variables"
expect_equal "$(attribute "$TILE" :source)" "Copernicus Sentinel-2 MSI Level-2A product $P_NAME.SAFE" "source"
expect_equal "$(attribute "$TILE" B04:long_name)" "Sentinel-2 B04, bottom of atmosphere, 664 nm" "long_name"
expect_equal "$(attribute "$TILE" B04:boa_add_offset) $(attribute "$TILE" B04:offset_removed)" "-1000 -1000" "offsets"
expect_text <(ncdump -h "$TILE") "Surface (bottom-of-atmosphere) reflectance = (value * 65535 + offset) / 10000, offset = boa_add_offset - offset_removed"
right out 9
expect_exit 0 "$SUBSCENE" verify out -q
expect_empty "$OUT"

# ---- everything, in whatever order; the same from metadata and zip, with any threads; again: nothing to do ----
run "$P" -o all --size 256 -b "TCI,WVP,AOT,B12,$EVERY"
expect_equal "$(variables "$(find all -name tile_1_1.nc)")" "$SPECTRAL AOT WVP TCI_R TCI_G TCI_B SCL S2CC S2CS" "variables in the order of the table"
expect_exit 0 "$SUBSCENE" verify all -q
expect_empty "$OUT"
for from in "$P/MTD_MSIL2A.xml" "$P/" "$Z"; do
    rm -rf again && run "$from" -o again --size 256 -b "$EVERY" -j 3
    same_tree all again "from ${from##*/}"
done
stat_tree all >before
run "$P" -o all --size 256 -b "$EVERY"
stat_tree all | diff -q before - >/dev/null || fail "a run with nothing to do writes"
rm "$(find all -name tile_2_0.nc)"
run "$P" -o all --size 256 -b "$EVERY"
same_tree all again "a subscene that was made again"
expect_exit 2 "$SUBSCENE" run "$P" -o all --size 256
expect_line "$ERR" "bands is ${EVERY/%TCI/TCI_R,TCI_G,TCI_B} there and $(echo $SPECTRAL | tr ' ' ,) here"

# ---- stage by stage ----
staged() # staged NAME RESAMPLE-OPTIONS CUT-OPTIONS
{
    rm -rf s && mkdir s
    # shellcheck disable=SC2086  # lists of words
    {
        expect_exit 0 "$SUBSCENE" run "$P" -o s/fused -b B02,AOT,TCI -q $2 $3 --raster CLASSI
        expect_exit 0 "$SUBSCENE" decode "$P" -o s/d -b B02,AOT,TCI -q -j 3
        expect_equal "$(ls s/d | paste -sd' ')" "AOT.nc B02.nc TCI_B.nc TCI_G.nc TCI_R.nc" "files of decode"
        expect_exit 0 "$SUBSCENE" resample s/d/*.nc -o s/r -q $2 --deflate 1
        expect_exit 0 "$SUBSCENE" cut s/r/*.nc -o s/t -q $3
        expect_exit 0 "$SUBSCENE" write s/t/*.nc -o s/steps -q --product "$P" --raster CLASSI
    }
    same_tree s/fused s/steps "$1: staged is not fused"
}
staged "10 m" "" "--size 200"
staged "20 m, offset kept" "--resolution 20 --offset keep" "--size 100 --overlap 0.25"
staged "60 m" "--resolution 60 --filter cubic" "--size 64"
expect_equal "$(variables s/t/tile_0_0.nc)" "B02 AOT TCI_R TCI_G TCI_B" "variables of a tile file"
# one of the three is there already: the others are made with it
cp -r s/d d2 && rm d2/TCI_R.nc d2/TCI_B.nc
expect_exit 0 "$SUBSCENE" decode "$P" -o d2 -b B02,AOT,TCI
same_tree s/d d2 "two colours made again"
expect_equal "$(grep -c ' made$' "$ERR")" 2 "files made again"

# ---- offsets: of the spectral bands alone, and of no band before 04.00 ----
run "$P" -o kept -b B02,AOT,TCI --size 256 --offset keep
for band in B02:1000 AOT:0 TCI_R:0 TCI_B:0; do
    IFS=: read -r band offset <<<"$band"
    expect_equal "$(paste -d' ' <(column "$(manifest_of kept)" ${band}_max) <(column "$(manifest_of all)" ${band}_max) | awk '{ print $1 - $2 }' | sort -u)" \
        "$offset" "offset of $band"
done
run "$OLD" -o old -b B01,B02,B05,AOT,TCI --size 256
run "$OLD" -o oldkept -b B01,B02,B05,AOT,TCI --size 256 --offset keep
expect_equal "$(column "$(manifest_of old)" B02_mean)" "$(column "$(manifest_of oldkept)" B02_mean)" "numbers before 04.00"
expect_equal "$(attribute "$(find old -name tile_1_1.nc)" B02:boa_add_offset)" 0 "offset before 04.00"

# ---- only the native pixel is read: without its coarser copies a product gives the same ----
cp -r "$P" fine.SAFE && rm fine.SAFE/GRANULE/*/IMG_DATA/R20m/*_{B01,B02,B03,B04,TCI,AOT,WVP}_20m.jp2 \
    fine.SAFE/GRANULE/*/IMG_DATA/R60m/*_{B02,B03,B04,B05,B06,B07,B8A,B11,B12,TCI,AOT,WVP}_60m.jp2
for resolution in 10 20 60; do
    [ $resolution = 60 ] || in_sample 1 2 || continue # the last one is looked at below
    rm -rf copies native
    run "$P" -o copies --size 105 -b "$EVERY" --resolution $resolution
    run fine.SAFE -o native --size 105 -b "$EVERY" --resolution $resolution
    same_tree copies native "$resolution m without coarser copies"
done
right native 1 --resolution 60
run "$P" -o twenty --size 100 -b B05 --resolution 20 --edge shift
right twenty 16

# ---- layers: codes as they are; the ones named; none; put into subscenes that are there ----
run "$P" -o bare --size 256 --no-masks
expect_equal "$(variables "$(find bare -name tile_1_1.nc)")" "$SPECTRAL" "--no-masks"
rm -rf again && cp -r bare again
expect_exit 0 "$SUBSCENE" label again --product "$P" -q
same_tree out again "label --product and run"
run "$P" -o codes --size 256 --raster SCL=:scl_codes -b B02
right codes 9 --scl-codes
expect_equal "$(attribute "$(find codes -name tile_1_1.nc)" SCL:flag_meanings | cut -d' ' -f1,2,12)" "NODATA SATURATED_DEFECTIVE SNOW_ICE" "meanings of codes"
rm -rf again && run "$P" -o again --size 256 -b B02 --raster "SCL=$(echo "$P"/GRANULE/*/IMG_DATA/R20m/*_SCL_20m.jp2):scl_codes"
same_tree codes again "codes from the place, and from a file"
expect_exit 2 "$SUBSCENE" label again --raster SCL=:scl_codes
expect_line "$ERR" "--raster SCL" "also needs --product"

# ---- what a level does not have ----
for call in "run $P -o bad" "decode $P -o bad" "info $P"; do
    # shellcheck disable=SC2086
    expect_exit 3 "$SUBSCENE" $call -b B02,B10
    expect_line "$ERR" "error: " "$P" "band B10: products of Level-2A have none"
done
for call in "run $C -o bad" "decode $C -o bad" "info $C"; do
    # shellcheck disable=SC2086
    expect_exit 3 "$SUBSCENE" $call -b AOT,B02
    expect_line "$ERR" "error: " "$C" "band AOT: products of Level-1C have none"
done
expect_absent bad
expect_exit 0 "$SUBSCENE" info "$P" -b TCI
expect_line "$OUT" level L2A
expect_line "$OUT" radiometry BOA_ADD_OFFSET
expect_line "$OUT" WVP "10 m" 1/1000 "3 x 3"
expect_no_text "$OUT" B10
expect_line "$OUT" layer SCL R20m
expect_line "$OUT" parameters bands=TCI_R,TCI_G,TCI_B
expect_line "$OUT" folder "L2A/January/$P_NAME"

# ---- both levels in one list ----
expect_exit 0 "$SUBSCENE" run "$P" "$C" "$OLD" -o mixed --size 256 -b B01,B02,B05,TCI --status st -q
expect_equal "$(sort "$OUT")" "mixed/L1C/January/$C_NAME
mixed/L2A/January/$P_NAME
mixed/L2A/May/$(basename "$OLD" .SAFE)" "folders of both levels"
expect_equal "$(variables "mixed/L1C/January/$C_NAME/tile_1_1.nc")" "B01 B02 B05 TCI_R TCI_G TCI_B" "variables of Level-1C"
expect_equal "$(attribute "mixed/L1C/January/$C_NAME/tile_1_1.nc" B02:radio_add_offset)" -1000 "offset of Level-1C"
rm -rf mixed st && expect_exit 0 "$SUBSCENE" run "$P" "$C" -o mixed --size 256 --status st -q
expect_equal "$(variables "mixed/L1C/January/$C_NAME/tile_1_1.nc")" "${SPECTRAL/B11/B10 B11}" "bands of Level-1C by default"
expect_equal "$(variables "mixed/L2A/January/$P_NAME/tile_1_1.nc")" "$SPECTRAL SCL S2CC S2CS" "bands of Level-2A by default"
same_tree out/L2A mixed/L2A "alone and in a list"
for name in "$P_NAME" "$C_NAME"; do
    made=$(sed -n 's/.*"parameters":"\([^"]*\)".*/\1/p' "st/$name.json")
    asked=$(sed -n 's/.*"options":"\([^"]*\)".*/\1/p' "st/$name.json")
    expect_equal "$made" "$(attribute "$(find mixed -path "*$name*" -name tile_1_1.nc)" :parameters)" "parameters of $name"
    expect_equal "${asked#* * }" "${made#* * }" "options of $name"
    expect_line "st/$name.json" '"options":"format=2 bands=default size=256'
done
expect_exit 1 "$SUBSCENE" run "$P" "$C" -o other --size 256 -b B02,AOT -q
expect_line "$ERR" "error: " "$C_NAME" "band AOT"
expect_count other 9
expect_exit 0 "$SUBSCENE" dataset mixed -q
expect_equal "$(cut -d, -f2 mixed/dataset.csv | sort | uniq -c | tr -s ' ' | paste -sd' ')" " 9 $C_NAME  9 $P_NAME  1 product" "products in dataset.csv"
expect_exit 0 "$SUBSCENE" verify mixed -q
expect_empty "$OUT"
# the same datatake, one folder for both: refused, as two processings are
expect_exit 0 "$SUBSCENE" run "$P" -o one --size 256 -b B02 -q --layout '{tile}_{sensing}/{x}_{y}.nc'
expect_exit 2 "$SUBSCENE" run "$C" -o one --size 256 -b B02 -q --layout '{tile}_{sensing}/{x}_{y}.nc'
expect_line "$ERR" "belongs to $P_NAME"

# ---- select: by spectral bands, whatever else is in the files ----
for by in challenge spread valid bright cloud mixed; do
    in_sample 1 3 || continue
    expect_exit 0 "$SUBSCENE" select all --by $by
    cp "$OUT" with
    expect_exit 0 "$SUBSCENE" select out --by $by
    diff with "$OUT" >difference || fail "select --by $by with AOT, WVP and TCI: $(head -3 difference)"
    [ "$(grep -vc '^#' with)" -ge 7 ] || fail "select --by $by: $(cat with)"
done
expect_exit 1 "$SUBSCENE" select mixed --by cirrus # the other product is ranked
expect_line "$ERR" "L2A" "has no band B10, which --by cirrus needs"
run "$P" -o colours --size 256 -b TCI
expect_exit 3 "$SUBSCENE" select colours
expect_line "$ERR" "has no spectral band, which --by challenge needs"
expect_exit 0 "$SUBSCENE" select colours --by valid
[ "$(grep -vc '^#' "$OUT")" -ge 7 ] || fail "select --by valid of colours alone: $(cat "$OUT")"

# ---- verify sees what is wrong with each kind of band ----
if $PYTHON -c 'import netCDF4' 2>/dev/null; then
    spoilt() # spoilt VARIABLE TEXT...
    {
        rm -rf wrong && cp -r all wrong
        $PYTHON - "$(find wrong -name tile_1_1.nc)" "$1" <<'END' || fail "$1 could not be changed"
import netCDF4, sys
with netCDF4.Dataset(sys.argv[1], "a") as f:
    f.set_auto_maskandscale(False)
    values = f[sys.argv[2]][:]
    values[3, 4] = values[3, 5] if values[3, 4] != values[3, 5] else values[3, 4] + (1 if values.dtype == "u1" else 1 / 65535)
    f[sys.argv[2]][:] = values
END
        expect_exit 1 "$SUBSCENE" verify wrong -q
        expect_line "$OUT" "tile_1_1.nc" "${@:2}"
    }
    spoilt AOT "content_hash is not" "which the samples have"
    spoilt TCI_G "content_hash is not" "which the samples have"
    spoilt SCL SCL
else
    skip_part "python3-netcdf4 is missing: no file is spoilt"
fi
finish
