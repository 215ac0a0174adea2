#!/usr/bin/env bash
# select of a product that is not converted: nearly the choice of a full conversion, the same from a .zip, with either decoder and any threads;
# --spacing; products that are damaged.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

BANDS=B02,B04,B05,B10
product P --size 1530 --jp2-tile 256,160,48 --bands $BANDS --scene texture
NAME=$(basename "$P" .SAFE)
SELECT=("$SUBSCENE" select "$P" -b $BANDS --size 128)
cells() { sed 's/ *#.*//' "$1" | grep .; }
expect_exit 0 "${SELECT[@]}"
cp "$OUT" product
expect_line product "# $NAME: 10 of 144 subscenes, by challenge: bands alone"
expect_line product "# for run --size 128 --overlap 0 --edge pad --resolution 10"

# ---- the choice of a full conversion ----
expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b $BANDS --size 128
for by in challenge spread valid cirrus; do
    expect_exit 0 "$SUBSCENE" select out --by $by
    cells "$OUT" | sort >converted
    expect_exit 0 "${SELECT[@]}" --by $by
    common=$(cells "$OUT" | sort | comm -12 - converted | wc -l)
    [ "$common" -ge 8 ] || fail "--by $by: only $common of 10 are those of a full conversion"
done

# ---- the same numbers whatever decodes, on any number of threads ----
for how in "-j 1" "-j 3" "--decoder openjpeg" "--decoder own"; do
    expect_exit 0 "${SELECT[@]}" $how
    cmp -s product "$OUT" || fail "$how: another list"
done
if command -v python3 >/dev/null; then
    (cd "$(dirname "$P")" && python3 -m zipfile -c "$TMP/p.zip" "$(basename "$P")")
    expect_exit 0 "$SUBSCENE" select p.zip -b $BANDS --size 128
    cmp -s product "$OUT" || fail "a .zip: another list"
else
    skip_part "python3 is missing: no .zip"
fi

ln -s "$P" link
expect_exit 0 "$SUBSCENE" select link -b $BANDS --size 128
cmp -s product "$OUT" || fail "a link to the folder: another list"

# ---- spacing: the best first, each at least so far from those before ----
expect_exit 0 "${SELECT[@]}" --top 144
cells "$OUT" >all
for spacing in 2 3 5; do
    expect_exit 0 "${SELECT[@]}" --top 12 --spacing $spacing
    awk -F_ -v n=$spacing -v kept=0 'kept < 12 {
        for (i = 0; i < kept; i++) if (($1 - x[i]) ^ 2 < n * n && ($2 - y[i]) ^ 2 < n * n) next
        x[kept] = $1; y[kept++] = $2; print }' all >wanted
    cells "$OUT" | diff wanted - >difference || fail "--spacing $spacing: $(head -3 difference)"
done

# ---- the list goes into run ----
cp product list
expect_exit 0 "$SUBSCENE" run "$P" -o chosen -q -b $BANDS --size 128 --tiles @list
expect_count chosen 10

# ---- products and folders together; what cannot be ranked ----
expect_exit 3 "$SUBSCENE" select out "$P" -b $BANDS --size 128
expect_line "$ERR" "are the same product, $NAME"
expect_exit 3 "$SUBSCENE" select "$P"
expect_line "$ERR" "band B01" "No such file"
expect_exit 3 "$SUBSCENE" select nowhere.SAFE
expect_line "$ERR" "nowhere.SAFE"
expect_exit 2 "${SELECT[@]}" --size 20000
spoil "$P"/GRANULE/*/IMG_DATA/*_B05.jp2 3 40
expect_exit 3 "${SELECT[@]}"
expect_line "$ERR" "$NAME" "band B05" "tile 3"
expect_equal "$(cat "$OUT")" "" "a damaged product: a list"
finish
