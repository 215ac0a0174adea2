# The same bytes from any number of threads, any run, any kind of source, any plan that --memory leaves.
source "$(dirname "$0")/lib.sh" || exit 1

MADE="--size 810 --jp2-tile 256,160,48 --saturated 5 --scene texture"
product P $MADE
product Z $MADE --zip
product D $MADE --zip-deflate
BANDS=B01,B02,B05,B8A,B12

same() # same NAME PRODUCT OPTIONS...: a run that must give what `clean` has
{
    local name=$1 from=$2
    shift 2
    expect_exit 0 "$SUBSCENE" run "$from" -o "$name" -b $BANDS -q "$@"
    same_tree clean "$name" "$name"
    rm -rf "$name"
}

for lattice in "--size 128" "--size 256 --overlap 0.0625" "--size 200 --edge shift --overlap 0.25" \
    "--size 128 --profile kappazeta --edge drop --deflate 6" "--size 128 --resolution 20"; do
    in_sample 1 2 || continue
    rm -rf clean
    expect_exit 0 "$SUBSCENE" run "$P" -o clean -b $BANDS -q -j 1 $lattice
    for threads in 2 7; do same "j$threads $lattice" "$P" -j $threads $lattice; done
done
# the counts that the lattices above must have
lattice_count() { expect_exit 0 "$SUBSCENE" run "$P" -o none --dry-run "$@"; expect_equal "$(wc -l <"$OUT")" "$want" "$*"; }
want=49 lattice_count --size 128
want=16 lattice_count --size 256 --overlap 0.0625
want=16 lattice_count --size 200 --edge drop
want=36 lattice_count --size 200 --edge shift --overlap 0.25

rm -rf clean
expect_exit 0 "$SUBSCENE" run "$P" -o clean -b $BANDS -q --size 128
same again "$P" --size 128
same stored "$Z" --size 128
same deflated "$D" --size 128
same mtd "$P/MTD_MSIL1C.xml" --size 128
if command -v zip >/dev/null; then
    mkdir -p deep/a/b
    cp -r "$P" deep/a/b/
    (cd deep && zip -qr ../deep.zip .)
    same nested "$TMP/deep.zip" --size 128
    (cd deep/a/b/*.SAFE && zip -qr "$TMP/bare.zip" .)
    same bare "$TMP/bare.zip" --size 128
else
    skip_part "zip is missing: no zip with folders around the product"
fi
expect_exit 0 env SOURCE_DATE_EPOCH=1600000000 "$SUBSCENE" run "$P" -o epoch -b $BANDS -q --size 128 --tiles 0_0 --profile kappazeta
grep -qa '2020-09-13' epoch/*/*/*/tile_0_0.nc || fail "SOURCE_DATE_EPOCH is not in the file"

# tighter plans: as many as --memory can get
total() { tr ',' '\n' <"$OUT" | sed -n 's/.*"total_bytes":\([0-9]*\).*/\1/p'; }
expect_exit 0 "$SUBSCENE" info "$P" -b $BANDS --size 128 -j 2 --json
plans=0
limit=$(total)
while [ -n "$limit" ]; do
    plans=$((plans + 1))
    [ $plans -gt 10 ] && break
    same "memory $limit" "$P" --size 128 -j 2 --memory "$limit"
    least=$limit
    limit=
    "$SUBSCENE" info "$P" -b $BANDS --size 128 -j 2 --json --memory $((least - 1)) >"$OUT" 2>"$ERR" && limit=$(total)
done
expect_exit 2 "$SUBSCENE" info "$P" -b $BANDS --size 128 -j 2 --json --memory $((least - 1))
[ $plans -ge 2 ] || fail "--memory leads to $plans different plan"
expect_exit 2 "$SUBSCENE" run "$P" -o tight -b $BANDS --size 128 -j 2 --memory $((least - 1))
expect_line "$ERR" "--memory" "too little" "this needs"
expect_absent tight

# the oracle: within one DN everywhere
if command -v ncdump >/dev/null && command -v python3 >/dev/null; then
    for engine in fft direct; do
        expect_exit 0 "$SUBSCENE" run "$P" -o $engine -b B01,B05 -q --size 256 --tiles 1_1,3_3 --engine $engine --layout flat
    done
    for tile in 1_1 3_3; do
        for engine in fft direct; do
            ncdump -v B01,B05 -p 9 $engine/*/tile_$tile.nc >$engine.cdl
        done
        python3 - <<'END' || fail "fft and direct, subscene $tile"
import re
def values(name):
    text = open(name + ".cdl").read().split("data:")[1]
    # "_" is no data, 0
    return {b: [round(float(v.replace("_", "0")) * 65535) for v in re.search(r"\b%s =([^;]*);" % b, text).group(1).split(",")] for b in ("B01", "B05")}
fft, direct = values("fft"), values("direct")
for band in fft:
    assert len(fft[band]) == len(direct[band]) == 256 * 256 and any(fft[band])
    worst = max(abs(a - b) for a, b in zip(fft[band], direct[band]))
    differ = sum(a != b for a, b in zip(fft[band], direct[band]))
    assert worst <= 1 and differ < 256 * 256 // 20, (band, worst, differ)
    print("fft and direct, %s: %d of %d samples differ, by at most %d" % (band, differ, 256 * 256, worst))
END
    done
else
    skip_part "ncdump or python3 is missing: fft and direct are not compared"
fi
finish
