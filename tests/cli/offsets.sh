# What the metadata says of offsets, and images that it lists and that are not there: right numbers or a clear refusal.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

product P --size 210 --bands B02,B05,TCI --tci --jp2-tile 128,64,48
fresh() { rm -rf X.SAFE out; cp -r "$P" X.SAFE; }
mtd() { sed -i "$1" X.SAFE/MTD_MSIL1C.xml; }
ONE="-b B02,B05 --size 128"

# ---- a baseline that has an offset, and no list of it: every number would be 1000 too high ----
for baseline in 04.00 05.11; do
    fresh
    mtd "s/<PROCESSING_BASELINE>05.11</<PROCESSING_BASELINE>$baseline</; /<Radiometric_Offset_List>/,/<.Radiometric_Offset_List>/d"
    expect_exit 3 "$SUBSCENE" run X.SAFE -o out $ONE
    expect_line "$ERR" "error: " "X.SAFE" "baseline $baseline has RADIO_ADD_OFFSET" "lists none" "--offset keep"
    [ ! -e out ] || fail "something was made of a product without its offsets"
    expect_exit 3 "$SUBSCENE" info X.SAFE $ONE
    expect_line "$ERR" "error: " "RADIO_ADD_OFFSET"
    expect_exit 0 "$SUBSCENE" run X.SAFE -o out $ONE --offset keep
    expect_line "$ERR" "warning: " "RADIO_ADD_OFFSET"
    expect_exit 0 "$SUBSCENE" decode X.SAFE -o d$baseline -b B02
    expect_line "$ERR" "warning: " "RADIO_ADD_OFFSET"
    expect_exit 3 "$SUBSCENE" resample d$baseline/B02.nc -o r$baseline
    expect_line "$ERR" "error: " B02.nc "RADIO_ADD_OFFSET"
    expect_exit 0 "$SUBSCENE" resample d$baseline/B02.nc -o r$baseline --offset keep
    # colours have no offset
    expect_exit 0 "$SUBSCENE" run X.SAFE -o colours -b TCI --size 128 -q
    expect_empty "$ERR"
    rm -rf colours
    # cm_vsm keeps offsets: a warning
    expect_exit 0 "${SUBSCENE%/*}/cm_vsm" -d X.SAFE -O out_cm -b B02 -m sinc
    expect_line "$ERR" "warning: " "RADIO_ADD_OFFSET"
    rm -rf out_cm
done
# test products and older ones say nothing
for baseline in 99.99 03.01; do
    fresh
    mtd "s/<PROCESSING_BASELINE>05.11</<PROCESSING_BASELINE>$baseline</; /<Radiometric_Offset_List>/,/<.Radiometric_Offset_List>/d"
    expect_exit 0 "$SUBSCENE" run X.SAFE -o out $ONE
    expect_no_text "$ERR" warning
done
# a list that lacks a band, and a list in a baseline that should have none: the metadata decides
fresh
mtd '/RADIO_ADD_OFFSET band_id="4"/d'
expect_exit 3 "$SUBSCENE" run X.SAFE -o out $ONE
expect_line "$ERR" "error: " "RADIO_ADD_OFFSET for 12 of the 13 bands"
fresh
mtd "s/<PROCESSING_BASELINE>05.11</<PROCESSING_BASELINE>02.09</"
expect_exit 0 "$SUBSCENE" run X.SAFE -o out $ONE -q
expect_exit 0 "$SUBSCENE" run "$P" -o clean $ONE -q
expect_equal "$(cut -d, -f 4-10 out/*/*/*/manifest.csv)" "$(cut -d, -f 4-10 clean/*/*/*/manifest.csv)" "offsets of an old baseline"
# no division by it
fresh
mtd 's/<QUANTIFICATION_VALUE unit="none">10000</<QUANTIFICATION_VALUE unit="none">0</'
expect_exit 3 "$SUBSCENE" run X.SAFE -o out $ONE
expect_line "$ERR" "error: " QUANTIFICATION_VALUE

# ---- an optional image that is listed and not there: `all` goes without it ----
product FULL --size 210 --tci --jp2-tile 128,64,48
rm -rf X.SAFE out
cp -r "$FULL" X.SAFE
rm X.SAFE/GRANULE/*/IMG_DATA/*_TCI.jp2
expect_exit 0 "$SUBSCENE" run X.SAFE -o out -b all --size 128
expect_line "$ERR" "warning: " "_TCI.jp2" "is in the metadata, but the file is missing"
expect_equal "$(grep -c "_TCI.jp2" "$ERR")" 1 "warnings of one image"
expect_exit 0 "$SUBSCENE" info X.SAFE -b all
expect_exit 0 "${SUBSCENE%/*}/cm_vsm" -d X.SAFE -O out_cm -m sinc
expect_line "$ERR" "warning: " "_TCI.jp2"
expect_exit 3 "$SUBSCENE" run X.SAFE -o named -b TCI --size 128
rm X.SAFE/GRANULE/*/IMG_DATA/*_B05.jp2
expect_exit 3 "$SUBSCENE" run X.SAFE -o named -b all --size 128
expect_line "$ERR" "error: " "band B05" "No such file"

# ---- what make_product lists, it writes ----
for level in L1C L2A; do
    rm -rf made
    "$MAKE_PRODUCT" --level $level --size 210 made >name || fail "make_product --level $level"
    root=$(cat name)
    grep -o '<IMAGE_FILE>[^<]*' "$root"/MTD_MSI*.xml | sed 's/.*>//' | while read -r image; do
        [ -f "$root/$image.jp2" ] || echo "$image"
    done >missing
    expect_equal "$(cat missing)" "" "images that $level lists and lacks"
done
product L2A --level L2A --size 210 --bands B02
rm -rf X.SAFE
cp -r "$L2A" X.SAFE
sed -i '/_AOT_10m</d; /AOT_QUANTIFICATION/d' X.SAFE/MTD_MSIL2A.xml
expect_exit 0 "$SUBSCENE" info X.SAFE -b B02
expect_line "$OUT" AOT "not listed"

# ---- Level-2A with the names of PSD 14.2, as Sen2Cor 2.4 to 2.8 wrote them: the same numbers ----
product OLD --level L2A --size 210 --bands B02,B05,AOT --baseline 02.12
rm -rf X.SAFE out new
cp -r "$OLD" X.SAFE
sed -i -E 's/(<\/?)(Product_Info|Product_Organisation|Product_Image_Characteristics)>/\1L2A_\2>/g
    s/(<\/?)(PRODUCT_URI|IMAGE_FILE)>/\1\2_2A>/g; s/(<\/?)QUANTIFICATION_VALUES_LIST>/\1L1C_L2A_Quantification_Values_List>/g
    s/(<\/?)(BOA|AOT|WVP)(_QUANTIFICATION_VALUE)/\1L2A_\2\3/g' X.SAFE/MTD_MSIL2A.xml
grep -q '<PRODUCT_URI_2A>' X.SAFE/MTD_MSIL2A.xml || fail "no names of PSD 14.2"
expect_exit 0 "$SUBSCENE" run "$OLD" -o new -b B02,B05,AOT --size 128 -q
expect_exit 0 "$SUBSCENE" run X.SAFE -o out -b B02,B05,AOT --size 128 -q
same_tree new out "names of PSD 14.2"
finish
