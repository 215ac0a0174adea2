#!/usr/bin/env bash
# look: its files against the subscenes and manifests that they are made from; the same bytes on every call; damaged input; hostile names.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
[ -x /usr/bin/python3 ] || skip_all "python3 is missing"
/usr/bin/python3 -c 'import netCDF4, numpy; from osgeo import gdal' 2>/dev/null || skip_all "netCDF4 or GDAL for Python is missing"

BANDS=B02,B03,B04
MAKE="--size 510 --jp2-tile 256,160,48 --bands $BANDS"
# shellcheck disable=SC2086  # lists of words
{
    product P $MAKE --scene texture --masks fmask,s2cloudless
    product Q $MAKE --sensing 20200404T094041 --ulx 409800 --seed 2 --saturated 3 --nodata none
}
P_NAME=$(basename "$P" .SAFE) Q_NAME=$(basename "$Q" .SAFE)
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o out -q -b $BANDS --size 100 --overlap 0.1
cat >labels.xml <<XML
<annotations><version>1.1</version>
<image id="0" name="$P_NAME/tile_1_1.png" width="100" height="100"><box label="cloud" xtl="0" ytl="0" xbr="60" ybr="100" z_order="0"></box></image>
<image id="1" name="$P_NAME/tile_2_3.png" width="100" height="100"><box label="clear" xtl="0" ytl="0" xbr="100" ybr="50" z_order="0"></box></image>
</annotations>
XML
expect_exit 0 "$SUBSCENE" label out --cvat labels.xml -q
sha_tree out >before

# ---- where it is made; the same bytes ----
expect_exit 0 "$SUBSCENE" look out -q
expect_equal "$(cat "$OUT")" out/look/index.html "what look prints"
expect_empty "$ERR"
expect_exit 0 "$SUBSCENE" look out -o page -j 1
expect_line "$ERR" "72 subscenes of 2 products"
same_tree out/look page "another place, one thread"
expect_exit 0 "$SUBSCENE" look out/ -o page/ -j 4 -q
same_tree out/look page "once more, four threads"
expect_exit 0 "$SUBSCENE" look out/L1C/January out/L1C/April -o parts -q
expect_equal "$(cd parts && find products -type f -exec sha256sum {} + | sort)" "$(cd page && find products -type f -exec sha256sum {} + | sort)" "two folders"
no_temporaries out
rm -r out/look
sha_tree out | diff before - >difference || fail "look changes the folder: $(head -3 difference)"
expect_equal "$(cd page && find . -type f | sort | grep -v products/ | paste -sd' ')" \
    "./index.html ./mosaic.js ./page.css ./page.js ./products.js ./store.js ./table.js" "the page"
for file in index.html page.css page.js store.js mosaic.js table.js; do
    cmp -s "page/$file" "$SOURCE_DIR/config/page/$file" || fail "$file is not that of config/page"
done
expect_text page/index.html "default-src 'none'; img-src 'self'; script-src 'self'; style-src 'self'"
grep -lE 'https?://|innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|fetch\(|XMLHttp' page/*.js page/*.html page/*.css &&
    fail "the page asks a server, or puts texts in as markup"

# ---- what is in it ----
cat >check.py <<'PYTHON'
"""check.py PAGE OUT SCORES GAPS...: the page against the folder; SCORES is what select prints; GAPS are "PRODUCT/x_y"."""
import csv, glob, json, os, sys
import netCDF4, numpy
from osgeo import gdal
gdal.UseExceptions()
page, out, scores, gaps = sys.argv[1], sys.argv[2], sys.argv[3], set(sys.argv[4:])
failures = []
def same(got, want, what):
    if got != want:
        failures.append("%s: got %s, expected %s" % (what, str(got)[:200], str(want)[:200]))
def script(path, call):
    text = open(path, encoding="utf-8").read()
    assert text.startswith(call + "(") and text.endswith(");\n"), path
    for c in "<>&\u2028\u2029":
        same(c in text, False, "%r in %s" % (c, path))
    return json.loads("[" + text[len(call) + 1:-3] + "]")
def png(path):
    image = gdal.Open(path)
    colours = image.GetRasterBand(1).GetColorTable()
    return image.ReadAsArray(), colours and [colours.GetColorEntry(i) for i in range(256)]
def sums(px, block): # of blocks; those at the edge are cut
    n = -(-len(px) // block) * block
    full = numpy.zeros((n, n), numpy.int64)
    full[:len(px), :len(px)] = px
    return full.reshape(n // block, block, n // block, block).sum((1, 3))
count = lambda px, block: sums(numpy.ones(px.shape, int), block)
def majority(px, block):
    codes = numpy.unique(px)
    return codes[numpy.argmax([sums(px == code, block) for code in codes], 0)] if block > 1 else px
mean = lambda px, block: (2 * sums(px, block) + count(px, block)) // (2 * count(px, block))
all_of = lambda px, block: sums(px, block) == count(px, block)
score = {}
for line in open(scores):
    if not line.startswith("#"):
        name, _, value = line.partition("  # ")
        score[name] = float(value)
data, = script(page + "/products.js", "look.products")
same(data["score"], "challenge", "score")
manifests = {os.path.basename(os.path.dirname(m)): m for m in sorted(glob.glob(out + "/**/manifest.csv", recursive=True))}
same([p["name"] for p in data["products"]], [os.path.basename(os.path.dirname(m)) for m in sorted(manifests.values())], "products")
for p in data["products"]:
    rows = list(csv.DictReader(open(manifests[p["name"]])))
    folder, cells = script("%s/%s/cells.js" % (page, p["folder"]), "look.cells")
    same(folder, p["folder"], "folder")
    same(p["folder"], "products/" + p["name"], "folder")
    parts = p["name"].split("_")
    same(p["tile"], parts[5], "tile")
    same(p["sensing"].replace("-", "").replace(":", "").replace(" ", "T"), parts[2], "sensing")
    same(p["month"], manifests[p["name"]].split("/")[-3], "month")
    number = lambda text: None if text == "" else float(text)
    shares = lambda k: {c: number(rows[k][c]) for c in columns}
    columns = [c["layer"] + "_" + c["meaning"] for c in cells["classes"]]
    for k, row in enumerate(rows):
        name = "%s/%s_%s" % (p["name"], row["x"], row["y"])
        same((cells["x"][k], cells["y"][k]), (int(row["x"]), int(row["y"])), name)
        same(cells["valid"][k], float(row["valid_fraction"]), name + " valid")
        same(cells["score"][k], score.get(name), name + " score")
        same({c["layer"] + "_" + c["meaning"]: c["share"][k] for c in cells["classes"]}, shares(k), name + " shares")
        same(cells["labelled"][k], int(row.get("Label_CLOUD", "") != ""), name + " labelled")
        layer = next((l for l in ("Label", "FMC", "SS2C") if row.get(l + "_CLOUD")), None)
        same(cells["cloud"][k], layer and round(float(row[layer + "_CLOUD"]) + float(row[layer + "_SEMI_TRANSPARENT_CLOUD"] or 0), 6), name + " cloud")
        same(cells["shown"][k], int(name not in gaps), name + " shown")
    n = len(rows)
    same([p["cells"], p["labelled"]], [n, sum(cells["labelled"])], "counts")
    known = [c for c in cells["cloud"] if c is not None]
    same(p["cloud"], round(sum(known) / len(known), 6) if known else None, "mean cloud share")
    columns, size = max(cells["x"]) + 1, p["size"]
    block = -(-columns * size // 704)
    side = -(-size // block)
    same([p[k] for k in ("columns", "rows", "x0", "y0", "cell_px")], [columns, columns, 0, 0, side], "grid")
    same([c["name"] for c in p["composites"]][:1], ["natural"], "composites")
    rgb, _ = png("%s/%s/natural.png" % (page, p["folder"]))
    same(rgb.shape, (3, columns * side, columns * side), "natural.png")
    layers = {l["name"]: png("%s/%s/%s" % (page, p["folder"], l["file"])) for l in p["layers"]}
    same(sorted(layers), sorted({c["layer"] for c in cells["classes"]}), "layers")
    for l in p["layers"]:
        for c in l["classes"]:
            same("#%02x%02x%02x" % layers[l["name"]][1][c["code"]][:3], c["colour"], l["name"] + " colours")
            same(layers[l["name"]][1][c["code"]][3], 255, l["name"] + " opacity")
    for row in rows:
        x, y = int(row["x"]), int(row["y"])
        at = (slice(side * y, side * y + side), slice(side * x, side * x + side))
        name = "%s/%d_%d" % (p["name"], x, y)
        if name in gaps:
            same(rgb[(slice(None),) + at].max(), 0, name + " gap")
            continue
        with netCDF4.Dataset(os.path.join(os.path.dirname(manifests[p["name"]]), row["file"])) as f:
            f.set_auto_mask(False)
            none = numpy.logical_or.reduce([all_of(f[band][:] == 0, block) for band in ("B04", "B03", "B02")])
            for i in range(3):
                same(bool((none == (rgb[(i,) + at] == 0)).all()), True, name + " no-data")
            for l, (px, colours) in layers.items():
                if l in f.variables:
                    how = majority if hasattr(f[l], "flag_values") else mean
                    same(bool((px[at] == how(f[l][:], block)).all()), True, name + " " + l)
                else:
                    same({colours[int(v)][3] for v in numpy.unique(px[at])}, {0}, name + " without " + l)
for failure in failures[:10]:
    print(failure)
sys.exit(bool(failures))
PYTHON
check() { /usr/bin/python3 check.py "$@" >findings 2>&1 || fail "$(head -5 findings)"; }
expect_exit 0 "$SUBSCENE" select out --top 1000
cp "$OUT" scores
check page out scores
# the colours of the class map
while read -r code _ colour; do
    grep -q "{\"code\":$code,\"meaning\":\"[A-Z_]*\",\"colour\":\"#$colour\"}" page/products.js || fail "no class $code of colour $colour"
done < <(sed -n '/^\[colours\]/,/^$/s/^[0-9].*/&/p' "$SOURCE_DIR/config/classes/label.ini")

# reduced by 2: 4 x 4 subscenes of 255 px, whose last block is half outside
expect_exit 0 "$SUBSCENE" run "$P" -o large -q -b $BANDS --size 255 --overlap 0.5 --profile kappazeta
expect_exit 0 "$SUBSCENE" select large --top 1000
sed "s|^[0-9]|$P_NAME/&|" "$OUT" >large_scores
expect_exit 0 "$SUBSCENE" look large -o large_page -q
check large_page large large_scores

# ---- damage ----
cp -a out hurt
FILE=$(find hurt -path "*$P_NAME/tile_2_2.nc")
truncate -s 20000 "$FILE"
expect_exit 1 "$SUBSCENE" look hurt -o hurt_page -j 3
expect_line "$ERR" "error: " "$P_NAME" "tile_2_2.nc" "a gap in the mosaic"
expect_line "$ERR" "warning: 1 subscene could not be read" "subscene verify"
expect_equal "$(cat "$OUT")" hurt_page/index.html "what look prints with a gap"
check hurt_page hurt scores "$P_NAME/2_2"
rm "$FILE"
expect_exit 1 "$SUBSCENE" look hurt -o hurt_page2 -j 1 -q
expect_line "$ERR" "error: " "tile_2_2.nc" "No such file"
same_tree hurt_page hurt_page2 "a missing file is a gap, as a damaged one"
MANIFEST=$(find hurt -path "*$P_NAME/manifest.csv")
echo nonsense >"$MANIFEST"
expect_exit 1 "$SUBSCENE" look hurt -o hurt_page3 -q
expect_line "$ERR" "error: " "$P_NAME/manifest.csv" "left out"
expect_equal "$(ls hurt_page3/products)" "$Q_NAME" "products beside a damaged manifest"
expect_exit 3 "$SUBSCENE" look "${MANIFEST%/*}" -o hurt_page4 -q
expect_line "$ERR" "error: no product can be shown"
expect_absent hurt_page4/index.html
sed -i '2s/^[0-9]*,[0-9]*,/900000,900000,/' "$(find hurt -path "*$Q_NAME/manifest.csv")"
expect_exit 3 "$SUBSCENE" look "hurt/L1C/April" -o hurt_page5 -q
expect_line "$ERR" "$Q_NAME" "too large"

# ---- calls that make no page ----
expect_exit 2 "$SUBSCENE" look
expect_line "$ERR" "is missing"
expect_exit 2 "$SUBSCENE" look out "$P/" -o no
mkdir empty
expect_exit 3 "$SUBSCENE" look empty
expect_line "$ERR" empty "no manifest.csv"
expect_exit 3 "$SUBSCENE" look nowhere -o no
expect_exit 3 "$SUBSCENE" look out out -o no
expect_line "$ERR" "manifests of the same product, $Q_NAME"
expect_absent no
echo x >file
expect_exit 1 "$SUBSCENE" look out -o file
expect_line "$ERR" "error: " file

# ---- other bands and layouts ----
expect_exit 0 "$SUBSCENE" run "$P" -o grey -q -b B03 --size 256 --layout flat --no-masks
expect_exit 0 "$SUBSCENE" look grey -q
expect_equal "$(ls grey/look/products/*/ | paste -sd' ')" "B03-B03-B03.png _thumb.png cells.js" "a product of one band"
expect_exit 0 "$SUBSCENE" look grey -o by_cloud --by cloud
expect_line "$ERR" warning "no class layer with clouds" "no scores"

# ---- hostile names ----
cat >rename.py <<'PYTHON'
import sys, netCDF4
for path in sys.argv[2:]:
    with netCDF4.Dataset(path, "a") as f:
        f.product_name = sys.argv[1]
PYTHON
for name in '<img src=x onerror=alert(1)>&amp;"'\''\' $'</script>\u2028ö\u2029\n3_3' '../../up' '.hidden' '__proto__'; do
    rm -rf hostile hostile_page
    cp -a out/L1C/April hostile
    /usr/bin/python3 rename.py "$name" "$(find hostile -name '*.nc' | sort | head -1)" || fail rename.py
    expect_exit 0 "$SUBSCENE" look hostile -o hostile_page -q
    /usr/bin/python3 - "$name" <<'PYTHON' || fail "a product named $name"
import json, os, sys
text = open("hostile_page/products.js", encoding="utf-8").read()
product = json.loads(text[len("look.products("):-3])["products"][0]
assert product["name"] == sys.argv[1], product["name"]
assert not any(c in text for c in "<>&\u2028\u2029")
plain = sys.argv[1] == "__proto__"
assert product["folder"] == ("products/__proto__" if plain else "products/product+1"), product["folder"]
assert os.listdir("hostile_page/products") == [os.path.basename(product["folder"])]
PYTHON
    expect_equal "$(ls -A hostile_page | wc -l)" 8 "entries beside a hostile name"
done
no_temporaries .
finish
