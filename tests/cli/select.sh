#!/usr/bin/env bash
# select: the order of every score against one computed from the manifests; its list goes back into run, info and cut.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
command -v python3 >/dev/null || skip_all "python3 is missing"

BANDS=B02,B03,B04,B10
MAKE="--size 510 --jp2-tile 256,160,48 --bands $BANDS --scene texture"
product P $MAKE
product Q $MAKE --sensing 20200404T094041 --ulx 409800 --seed 2 --saturated 3 --nodata none
P_NAME=$(basename "$P" .SAFE) Q_NAME=$(basename "$Q" .SAFE)
RUN="-q -b $BANDS --size 128"
# shellcheck disable=SC2086  # lists of words
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o out $RUN
# labels of all subscenes of Q, and of two of P: boxes of all sizes
RANDOM=11
boxes()
{
    printf '<image id="0" name="%s/tile_%s.png" width="128" height="128">\n' "$1" "$2"
    for label in clear cloud cloud_shadow semi_transparent_cloud missing; do
        printf '<box label="%s" xtl="%d" ytl="0" xbr="128" ybr="%d" z_order="%d"></box>\n' "$label" $((RANDOM % 128)) $((RANDOM % 128 + 1)) $((RANDOM % 9))
    done
    echo '</image>'
}
{
    echo '<annotations><version>1.1</version>'
    for x in 0 1 2 3; do for y in 0 1 2 3; do boxes "$Q_NAME" ${x}_$y; done; done
    boxes "$P_NAME" 1_1
    boxes "$P_NAME" 2_2
    echo '</annotations>'
} >labels.xml
expect_exit 0 "$SUBSCENE" label out --cvat labels.xml -q

cat >rank.py <<'END'
"""The formulas of the README: rank.py BY TOP MIN_VALID MANIFEST..."""
import csv, math, os, sys
by, top, min_valid, manifests = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]
def rank(path):
    rows = []
    with open(path) as f:
        for row in csv.DictReader(f):
            bands = [c[:-5] for c in row if c.startswith("B") and c.endswith("_mean")]
            values = {b: tuple(float(row[f"{b}_{s}"]) for s in ("min", "mean", "max")) for b in bands if row[b + "_min"]}
            classes = None
            if row.get("Label_CLOUD"):
                classes = [float(row["Label_" + c]) for c in ("CLEAR", "CLOUD_SHADOW", "SEMI_TRANSPARENT_CLOUD", "CLOUD")]
            if values:
                rows.append((int(row["y"]), int(row["x"]), float(row["valid_fraction"]), values, classes))
    contrast = lambda b: sum(math.sqrt((hi - mean) * (mean - lo)) for lo, mean, hi in b.values()) / len(b)
    most = max(contrast(r[3]) for r in rows)
    labelled = all(r[4] for r in rows)
    def mixed(p):
        s = sum(p)
        return 4 / 3 * s * (1 - sum(q * q for q in p) / (s * s)) if s else 0
    def score(v, b, p):
        if by == "valid": return v
        if by == "bright": return (b["B02"][1] + b["B03"][1] + b["B04"][1]) / 3
        if by == "cirrus": return b["B10"][1]
        if by == "spread": return sum(hi - lo for lo, _, hi in b.values()) / len(b)
        if by == "challenge": return v * ((contrast(b) / most + mixed(p)) / 2 if labelled else contrast(b) / most)
        if p is None: return None
        return p[2] + p[3] if by == "cloud" else mixed(p)
    scored = [(round(s, 6), y, x) for y, x, v, b, p in rows for s in [score(v, b, p)] if s is not None and v >= min_valid]
    scored.sort(key=lambda t: (-t[0], t[1], t[2]))
    product = os.path.basename(os.path.dirname(path))
    of = {"challenge": ": bands " + ("and Label" if labelled else "alone"), "cloud": ": Label", "mixed": ": Label"}.get(by, "")
    print(f"# {product}: {min(top, len(scored))} of 16 subscenes, by {by}{of}")
    for s, y, x in scored[:top]:
        print(f"{product + '/' if len(manifests) > 1 else ''}{x}_{y}  # {s:.6f}")
for m in manifests:
    rank(m)
END
expect_list() # expect_list BY TOP MIN_VALID FOLDER...: select gives what rank.py gives
{
    local by=$1 top=$2 min_valid=$3 manifests
    shift 3
    manifests=$(find "$@" -name manifest.csv | sort)
    expect_exit 0 "$SUBSCENE" select "$@" --by "$by" --top "$top" --min-valid "$min_valid"
    # shellcheck disable=SC2086
    python3 rank.py "$by" "$top" "$min_valid" $manifests >wanted || fail "rank.py"
    diff wanted "$OUT" >difference || fail "--by $by --top $top --min-valid $min_valid of $*: $(head -4 difference)"
}
for by in challenge valid bright cirrus spread cloud mixed; do
    expect_list $by 10 0 out
    expect_list $by 3 0.5 out
    expect_list $by 16 0 out/L1C/January
    expect_list $by 16 0 out/L1C/April
    cut -d'#' -f1 "$OUT" | sed 's/ *$//' | grep . | tr '\n' ' ' >>orders
    echo >>orders
done
[ "$(sort -u orders | wc -l)" -ge 6 ] || fail "most scores give the same order: $(cat orders)"
expect_exit 0 "$SUBSCENE" select out/L1C/April
cp "$OUT" default
expect_exit 0 "$SUBSCENE" select out/L1C/April --by challenge --top 10
cmp -s default "$OUT" || fail "the defaults are not --by challenge --top 10"
# which formula it was
expect_exit 0 "$SUBSCENE" select out --top 1
expect_line "$ERR" "by challenge: bands and classes count for 1 product, bands alone for 1"
expect_exit 0 "$SUBSCENE" select out/L1C/April --top 1
expect_no_text "$ERR" "bands alone for"
# ties: by row, then column
expect_exit 0 "$SUBSCENE" select out/L1C/April --by valid --top 16 --min-valid 1
expect_equal "$(sed '1d; s/ .*//' "$OUT" | paste -sd' ')" "0_0 1_0 2_0 0_1 1_1 2_1 0_2 1_2 2_2" "order of equal scores"

# ---- the list goes back into run ----
chosen() { find "$1" -name '*.nc' -printf '%P\n' | sed 's/.*\(S2A[^/]*\)\/tile_\(.*\).nc/\1\/\2/' | sort; }
expect_exit 0 "$SUBSCENE" select out --top 3
cp "$OUT" list
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o chosen $RUN --tiles @list
expect_equal "$(chosen chosen)" "$(sed 's/ *#.*//; /^$/d' list | sort)" "what run makes of a list of two products"
expect_exit 0 "$SUBSCENE" select out/L1C/January --top 4
cp "$OUT" list_p
expect_exit 0 "$SUBSCENE" run "$P" -o chosen_p $RUN --tiles @list_p
expect_equal "$(chosen chosen_p)" "$(sed "s/ *#.*//; /^$/d; s/^/$P_NAME\//" list_p | sort)" "what run makes of a list of one product"
grep "$Q_NAME/" list >only_q
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o only_q_out -b $BANDS --size 128 --tiles @only_q
expect_line "$ERR" "$P_NAME" "warning" "has none of this product: nothing to do"
expect_line "$ERR" "$Q_NAME" "3 subscenes: 3 made"
expect_equal "$(chosen only_q_out)" "$(sed 's/ *#.*//' only_q | sort)" "a product that the list does not name"
expect_exit 0 "$SUBSCENE" run "$P" -o nothing $RUN --tiles @only_q
expect_absent nothing
# entries with a product, with one and a path, and entries of all products
printf '%s.SAFE/0_0\nL1C/April/%s/tile_1_2.nc, 2_1 # of both\n' "$P_NAME" "$Q_NAME" >mixed_list
sed -i 's/, /,/' mixed_list
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o mixed $RUN --tiles @mixed_list
expect_equal "$(chosen mixed)" "$(printf '%s\n' "$P_NAME/0_0" "$P_NAME/2_1" "$Q_NAME/1_2" "$Q_NAME/2_1" | sort)" "a mixed list"
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o same $RUN --tiles "$P_NAME/0_0,$Q_NAME/1_2,2_1"
same_tree mixed same "the list as an option"
expect_exit 2 "$SUBSCENE" run "$P" -o bad $RUN --tiles "$P_NAME/9_9,$Q_NAME/1_1"
expect_line "$ERR" "$P_NAME" "9_9" "columns 0 to 3"
expect_absent bad
expect_exit 1 "$SUBSCENE" run "$P" "$Q" -o bad $RUN --tiles "$P_NAME/9_9,$Q_NAME/1_1"
expect_count bad 1
# an area and a list
expect_exit 0 "$SUBSCENE" run "$P" -o area -b B02 --size 128 --tiles "$P_NAME/0_0" --aoi 'SRID=32635;POINT(304000 6496000)'
expect_line "$ERR" warning "$P_NAME" "area of interest"
# info and cut
expect_exit 0 "$SUBSCENE" info "$P" -b $BANDS --size 128 --tiles @list
expect_line "$OUT" lattice "3 subscenes to make"
expect_exit 0 "$SUBSCENE" decode "$Q" -o d -q -b B02
expect_exit 0 "$SUBSCENE" resample d/B02.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/B02.nc -o t -q --size 128 --tiles @list
expect_equal "$(find t -name '*.nc' -printf '%f\n' | sort)" "$(sed -n "s/ *#.*//; s/^$Q_NAME\/\(.*\)$/tile_\1.nc/p" list | sort)" "what cut makes"
expect_exit 0 "$SUBSCENE" cut r/B02.nc -o t2 --size 128 --tiles "$P_NAME/0_0"
expect_line "$ERR" warning "has none of this product"

# ---- what cannot be ranked ----
expect_exit 0 "$SUBSCENE" run "$P" -o few -q -b B02,B04 --size 128
for call in "bright|B03" "cirrus|B10" "cloud|no class layer" "mixed|no class layer"; do
    expect_exit 3 "$SUBSCENE" select few --by "${call%|*}"
    expect_line "$ERR" "error: " few manifest.csv "${call#*|}" "--by ${call%|*}"
    expect_empty "$OUT"
done
# one of several: the others are ranked, and a run makes theirs alone
expect_exit 1 "$SUBSCENE" select out/L1C/April few --by cloud --top 2
expect_line "$ERR" "error: " few manifest.csv "no class layer" "left out"
expect_equal "$(grep -v '^#' "$OUT" | cut -d/ -f1 | sort | uniq -c | sed 's/^ *//')" "2 $Q_NAME" "who is ranked"
expect_line "$OUT" "# $P_NAME: left out: has no class layer with clouds, which --by cloud needs"
cp "$OUT" some
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o some_out -b B02 --size 128 --tiles @some
expect_count some_out 2
expect_line "$ERR" "$P_NAME" warning "has none of this product"
expect_exit 1 "$SUBSCENE" select few out/L1C/April --by cirrus
expect_line "$ERR" "error: " "no band B10" "left out"
expect_exit 3 "$SUBSCENE" select out few --by valid
expect_line "$ERR" "error: " out/ few/ "are the same product, $P_NAME"
expect_empty "$OUT"
expect_exit 3 "$SUBSCENE" select nowhere
expect_line "$ERR" nowhere "No such file"
mkdir empty
expect_exit 3 "$SUBSCENE" select out empty
expect_line "$ERR" empty "no manifest.csv"
expect_empty "$OUT"
expect_exit 2 "$SUBSCENE" select
expect_line "$ERR" "is missing"
expect_exit 0 "$SUBSCENE" select out/L1C/January --by valid --min-valid 1 --top 16
cp "$OUT" full
expect_exit 0 "$SUBSCENE" run "$P" -o bare -q -b $BANDS --size 510
expect_exit 0 "$SUBSCENE" select bare --min-valid 1
expect_line "$ERR" warning "$P_NAME" "none of its 1 subscene can"
# a list of none means none
cp "$OUT" none
expect_equal "$(grep -vc '^#' none)" 0 "lines of a list of none"
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o of_none -b B02 --size 510 --tiles @none
expect_equal "$(grep -c "warning: .*the list of subscenes is empty: nothing to do" "$ERR")" 2 "warnings"
expect_absent of_none
expect_exit 0 "$SUBSCENE" cut r/B02.nc -o of_none --size 128 --tiles @none
expect_exit 0 "$SUBSCENE" info "$P" -b B02 --size 510 --tiles @none
expect_line "$OUT" lattice ": 0 subscenes to make"
expect_absent of_none
sed 2,\$d bare/*/*/*/manifest.csv >rest && cp -r bare rowless && cp rest rowless/L1C/January/*/manifest.csv
expect_exit 0 "$SUBSCENE" select rowless
[ -s "$OUT" ] || fail "select writes an empty list"
echo nonsense >"out/L1C/April/$Q_NAME/manifest.csv"
expect_exit 3 "$SUBSCENE" select out
expect_line "$ERR" "$Q_NAME/manifest.csv" "line 1"
expect_empty "$OUT"
finish
