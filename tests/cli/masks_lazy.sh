#!/usr/bin/env bash
# Masks are decoded only where a selected subscene needs them: damage elsewhere is no error, damage under a subscene is the error that it always was.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
run() { expect_exit 0 "$SUBSCENE" run "$@" -q; }

product P --size 1590 --level L2A --jp2-tile 256,160,48 --bands B02
B=(-b B02 --size 256)
run "$P" "${B[@]}" -o whole
run "$P" "${B[@]}" -o bare --no-masks

PROBABILITY=$(echo "$P"/GRANULE/*/QI_DATA/MSK_CLDPRB_20m.jp2)
spoil "$PROBABILITY" e 400 # tile 14 is under 6_3

# ---- a selection beside the damage is made as ever; under it the run ends before it writes ----
run "$P" "${B[@]}" -o part --tiles 0_0,2_1
for file in $(cd part && find . -name '*.nc'); do
    cmp -s "part/$file" "whole/$file" || fail "$file differs from the one of a whole product"
done
expect_count part 2
for j in 1 2 5; do
    expect_exit 3 "$SUBSCENE" run "$P" "${B[@]}" -o refused -j $j
    expect_line "$ERR" "error: " "MSK_CLDPRB_20m.jp2" "tile 14" "is damaged"
    expect_absent refused
done
expect_exit 3 "$SUBSCENE" run "$P" "${B[@]}" -o part --tiles 0_0,6_3
expect_line "$ERR" "MSK_CLDPRB_20m.jp2" "tile 14"
expect_count part 2

# ---- every decoder says the same ----
for decoder in auto openjpeg own; do
    rm -rf part
    run "$P" "${B[@]}" -o part --tiles 0_0,2_1,3_4 --decoder $decoder
    for file in $(cd part && find . -name '*.nc'); do
        cmp -s "part/$file" "whole/$file" || fail "--decoder $decoder: $file differs"
    done
    [ $decoder = own ] && continue # its own words for what is damaged
    expect_exit 3 "$SUBSCENE" run "$P" "${B[@]}" -o refused --decoder $decoder
    expect_line "$ERR" "error: " "MSK_CLDPRB_20m.jp2" "tile 14" "is damaged"
done

# ---- files that have the layer: the mask is only compared, where its bytes are as they were ----
rm -rf again && cp -r whole again
sha_tree again >before
run "$P" "${B[@]}" -o again --tiles 0_0,2_1
expect_exit 0 "$SUBSCENE" label "$(find again -name tile_2_1.nc)" --product "$P" -q
expect_empty "$OUT"
expect_exit 3 "$SUBSCENE" run "$P" "${B[@]}" -o again # is 6_3 still what the mask says? nobody can tell
expect_line "$ERR" "MSK_CLDPRB_20m.jp2" "tile 14"
expect_exit 3 "$SUBSCENE" label again --product "$P" -q
expect_line "$ERR" "MSK_CLDPRB_20m.jp2" "tile 14"
sha_tree again | diff -q before - >/dev/null || fail "a rerun over a damaged mask writes"
cp "$(find bare -name tile_0_0.nc)" "$(find again -name tile_0_0.nc)"
expect_exit 0 "$SUBSCENE" label "$(find again -name tile_0_0.nc)" --product "$P" -q
expect_equal "$(wc -l <"$OUT")" 1 "files that label names"
cmp -s "$(find again -name tile_0_0.nc)" "$(find whole -name tile_0_0.nc)" || fail "label beside the damage"
cp "$(find bare -name tile_0_0.nc)" "$(find again -name tile_0_0.nc)"
run "$P" "${B[@]}" -o again --tiles 0_0
same_tree whole again "a layer that was missing, beside the damage"
cp "$(find bare -name tile_6_3.nc)" "$(find again -name tile_6_3.nc)"
expect_exit 3 "$SUBSCENE" label again --product "$P" -q
expect_line "$ERR" "MSK_CLDPRB_20m.jp2" "tile 14"
expect_exit 3 "$SUBSCENE" run "$P" "${B[@]}" -o again
expect_line "$ERR" "MSK_CLDPRB_20m.jp2" "tile 14"
finish
