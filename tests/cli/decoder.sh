# --decoder: the project's own JPEG 2000 decoder, OpenJPEG, or whichever covers an image: the same bytes and the same errors.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --scene texture --tci
OPTIONS="-b B01,B02,B05,TCI --size 128 --layout flat"
for decoder in auto own openjpeg; do
    expect_exit 0 "$SUBSCENE" run "$P" -o run-$decoder $OPTIONS --decoder $decoder -q
    expect_exit 0 "$SUBSCENE" run "$P" -o few-$decoder $OPTIONS --decoder $decoder -q --tiles 0_0,2_3,4_1
    expect_exit 0 "$SUBSCENE" decode "$P" -o decode-$decoder -b B01,B02,B05,TCI --decoder $decoder -q
done
for decoder in own openjpeg; do
    for what in run few decode; do
        same_tree $what-auto $what-$decoder "$what --decoder $decoder"
    done
done
expect_exit 0 "$SUBSCENE" run "$P" -o no $OPTIONS -v --tiles 0_0
expect_no_text "$ERR" "OpenJPEG decodes it"

# ---- an image outside of the profile: here one whose header names another code-block style ----
rm -rf X.SAFE
cp -r "$P" X.SAFE
B02=$(image X.SAFE B02)
cod=$(LC_ALL=C grep -obUaP '\xff\x52' "$B02" | head -1 | cut -d: -f1)
poke "$B02" $((cod + 12)) '\x20' # segmentation symbols
expect_exit 3 "$SUBSCENE" run X.SAFE -o own $OPTIONS --decoder own
expect_line "$ERR" "error: " "band B02" "_B02.jp2" "--decoder own does not cover it" "a code-block style other than 0"
expect_absent own
"$SUBSCENE" run X.SAFE -o auto $OPTIONS -v >"$OUT" 2>"$ERR"
expect_line "$ERR" "band B02" "OpenJPEG decodes it" "a code-block style other than 0"

# ---- damage: whichever decodes, OpenJPEG says what is wrong ----
for band in B01 B02 B05; do
    rm -rf X.SAFE
    cp -r "$P" X.SAFE
    spoil "$(image X.SAFE $band)" 1 400
    for decoder in auto openjpeg; do
        rm -rf damaged-$decoder
        expect_exit 1 "$SUBSCENE" run X.SAFE -o damaged-$decoder $OPTIONS --decoder $decoder -j 1
        grep "error: " "$ERR" | sort >errors-$decoder
    done
    sed -i 's/damaged-auto/damaged-openjpeg/' errors-auto
    expect_equal "$(cat errors-auto)" "$(cat errors-openjpeg)" "errors of a damaged $band"
    same_tree damaged-auto damaged-openjpeg "what is made beside a damaged $band"
done
finish
