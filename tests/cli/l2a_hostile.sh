#!/usr/bin/env bash
# Level-2A products and colours that are broken or mean harm: the documented exit status, a message with file, band and reason; the rest unharmed.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

MAKE="--size 630 --jp2-tile 256,160,48 --bands B01,B02,B05,AOT,WVP,TCI --threads 2"
# shellcheck disable=SC2086  # lists of words
product P $MAKE --level L2A
NAME=$(basename "$P" .SAFE)
GRANULE=GRANULE/$(ls "$P/GRANULE")
BANDS="-b B01,B02,B05,AOT,WVP,TCI"
OPTIONS="$BANDS --size 128 --layout flat"
# shellcheck disable=SC2086
expect_exit 0 "$SUBSCENE" run "$P" -o clean $OPTIONS -q

fresh() { rm -rf X.SAFE out; cp -r "$P" X.SAFE; }
image_of() { echo "$1"/$GRANULE/IMG_DATA/R"$3"m/*_"$2"_"$3"m.jp2; } # image_of PRODUCT NAME METRES
refused() # refused WORDS...: X.SAFE is refused as a whole
{
    # shellcheck disable=SC2086
    expect_exit 3 "$SUBSCENE" run X.SAFE -o out $OPTIONS
    expect_line "$ERR" "error: " "$@"
    expect_empty "$OUT"
    [ ! -e out ] || expect_count out 0
}
mtd() { sed -i "$1" X.SAFE/MTD_MSIL2A.xml && ! cmp -s X.SAFE/MTD_MSIL2A.xml "$P/MTD_MSIL2A.xml" || fail "the edit \"$1\" changes nothing"; }

# ---- metadata ----
while IFS='|' read -r edit words; do
    fresh
    mtd "$edit"
    refused X.SAFE MTD_MSIL2A.xml "$words"
done <<'END'
s,>Level-2A<,>Level-2Ap<,|"Level-2Ap": Level-1C and Level-2A are supported
s,>Level-2A<,>Level-1C<,|PROCESSING_LEVEL is "Level-1C"
/BOA_ADD_OFFSET band_id="4"/d|has BOA_ADD_OFFSET for 11 of the 12 bands
s,BOA_ADD_OFFSET band_id="4",BOA_ADD_OFFSET band_id="5",|is there twice
s,band_id="4">-1000,band_id="4">many,|"many": not an integer
/<BOA_QUANTIFICATION_VALUE/d|no BOA_QUANTIFICATION_VALUE
s,>10000<,>-1<,|BOA_QUANTIFICATION_VALUE is -1
/<WVP_QUANTIFICATION_VALUE/d|no WVP_QUANTIFICATION_VALUE
s,"none">1000.0<,"none">0<,|AOT_QUANTIFICATION_VALUE is 0
s,R10m/\([^<]*\)_B02_10m,R10m/../../../../\1_B02_10m,|is not a path inside
s,R20m/\([^<]*\)_B02_20m,R10m/\1_B02_10m,|is the second image of that band
2i <!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>|DOCTYPE
END
fresh
mtd '/BOA_ADD_OFFSET band_id="10"/d' # of a band that the level does not have
expect_exit 0 "$SUBSCENE" run X.SAFE -o out -b B02 --size 630 -q
fresh
cp X.SAFE/MTD_MSIL2A.xml X.SAFE/MTD_MSIL1C.xml
refused X.SAFE "more than one product" MTD_MSIL1C.xml MTD_MSIL2A.xml
fresh
mv X.SAFE/MTD_MSIL2A.xml X.SAFE/MTD_MSIL1C.xml
refused X.SAFE 'MTD_MSIL1C.xml: PROCESSING_LEVEL is "Level-2A"'
fresh
rm X.SAFE/MTD_MSIL2A.xml
refused X.SAFE "no MTD_MSIL1C.xml or MTD_MSIL2A.xml in it"

# ---- an image of the native pixel is missing: those of other pixels do not take its place ----
for gone in B01:60 B02:10 B05:20 AOT:10 WVP:10 TCI:10; do
    IFS=: read -r band metres <<<"$gone"
    fresh
    rm "$(image_of X.SAFE $band $metres)"
    refused "$NAME" "band ${band/TCI/TCI_R}" "R${metres}m/" "_${band}_${metres}m.jp2" "No such file"
    fresh
    mtd "/_${band}_${metres}m</d"
    refused "$NAME" "band ${band/TCI/TCI_R}" "lists no image of this band"
    expect_exit 3 "$SUBSCENE" info X.SAFE $OPTIONS
    expect_line "$OUT" "${band/TCI/TCI_G}" "not usable" "lists no image"
done
expect_exit 0 "$SUBSCENE" run X.SAFE -o out -b B02,AOT --size 630 -q
fresh
cp "$(image_of "$P" B01 20)" "$(image_of X.SAFE B01 60)"
refused "$NAME" "band B01" "is 315 x 315 px, but the metadata says 105 x 105"

# ---- colours: one component, three where one belongs, another size ----
fresh
cp "$(image_of "$P" AOT 10)" "$(image_of X.SAFE TCI 10)"
refused "$NAME" "band TCI_R" "_TCI_10m.jp2" "has 1 components, 3 are needed"
fresh
cp "$(image_of "$P" TCI 10)" "$(image_of X.SAFE WVP 10)"
refused "$NAME" "band WVP" "has 3 components, one is needed"
fresh
cp "$(image_of "$P" TCI 20)" "$(image_of X.SAFE TCI 10)"
refused "$NAME" "band TCI_R" "315" "630"
fresh
truncate -s -100 "$(image_of X.SAFE TCI 10)"
refused "$NAME" "band TCI_R" "is cut off"
fresh
: >"$(image_of X.SAFE TCI 10)"
refused "$NAME" "band TCI_R" "_TCI_10m.jp2"

# ---- one tile of the colours is damaged: the subscenes over it fail, once; mended, the rest is made ----
fresh
spoil "$(image_of X.SAFE TCI 10)" 4 2000
# shellcheck disable=SC2086
{
    expect_exit 1 "$SUBSCENE" run X.SAFE -o out $OPTIONS
    expect_line "$ERR" "error: " "band TCI_R" "_TCI_10m.jp2" "tile 4"
    expect_equal "$(grep -c 'tile 4' "$ERR")" 2 "lines that name the damaged tile: where it is found, and in the end"
    expect_count out 21
    expect_exit 0 "$SUBSCENE" verify out -q
    expect_exit 3 "$SUBSCENE" decode X.SAFE -o d $BANDS -q
    expect_line "$ERR" "band TCI_R" "tile 4"
    expect_equal "$(ls d | paste -sd' ')" "AOT.nc B01.nc B02.nc B05.nc WVP.nc" "files of decode"
    cp "$(image_of "$P" TCI 10)" "$(image_of X.SAFE TCI 10)"
    expect_exit 0 "$SUBSCENE" run X.SAFE -o out $OPTIONS -q
}
same_tree clean out "after the colours were mended"
# damage that decodes: the product's checksums know, and look at an image once
fresh
at=$(($(stat -c %s "$(image_of X.SAFE TCI 10)") / 2))
head -c 300 /dev/zero | dd of="$(image_of X.SAFE TCI 10)" bs=1 seek=$at conv=notrunc status=none
# shellcheck disable=SC2086
expect_exit 3 "$SUBSCENE" run X.SAFE -o out $OPTIONS --check-input
expect_line "$ERR" "error: " "band TCI_R" "_TCI_10m.jp2" damaged manifest.safe
# shellcheck disable=SC2086
expect_exit 0 "$SUBSCENE" run "$P" -o checked $OPTIONS --check-input -q
same_tree clean checked "--check-input"

# ---- masks of Sen2Cor: none is no error; one that is damaged, of another size, or has an unknown class is ----
fresh
rm "$(image_of X.SAFE SCL 20)" "$(image_of X.SAFE SCL 60)"
expect_exit 0 "$SUBSCENE" run X.SAFE -o out -b B02 --size 256 --layout flat -q
head -1 out/*/manifest.csv | grep -q SCL_ && fail "SCL of a product that has none"
expect_exit 3 "$SUBSCENE" run X.SAFE -o out2 -b B02 --size 256 --raster SCL
expect_line "$ERR" "no file for the layer SCL"
fresh
truncate -s -200 "$(image_of X.SAFE SCL 20)"
refused "$NAME" "_SCL_20m.jp2" "is cut off"
fresh
cp "$P/$GRANULE/QI_DATA/MSK_CLDPRB_20m.jp2" "$(image_of X.SAFE SCL 20)"
refused "$NAME" "_SCL_20m.jp2" "is not in the class map scl"
expect_exit 0 "$SUBSCENE" run X.SAFE -o out -b B02 --size 256 --layout flat --no-masks -q
finish
