#!/usr/bin/env bash
# dataset: the table of three labelled products, against one computed from the files alone; and what verify finds in such a folder.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

MAKE="--size 240 --jp2-tile 128,64,24 --bands B02,B05"
product P $MAKE
product Q $MAKE --sensing 20200404T094041 --ulx 409800
product R $MAKE --sensing 20200417T094041 --nodata none --tile 34VFM --ulx 509820
OPTIONS="-q -b B02,B05 --size 128"
P_NAME=$(basename "$P" .SAFE) Q_NAME=$(basename "$Q" .SAFE) R_NAME=$(basename "$R" .SAFE)
# shellcheck disable=SC2086  # lists of words
expect_exit 0 "$SUBSCENE" run "$P" "$Q" "$R" -o out $OPTIONS
FOLDER_P=L1C/January/$P_NAME FOLDER_Q=L1C/April/$Q_NAME FOLDER_R=L1C/April/$R_NAME

# ---- without labels ----
sha_tree out >before
expect_exit 0 "$SUBSCENE" dataset out
expect_equal "$(cat "$OUT")" out/dataset.csv "what dataset prints"
expect_line "$ERR" "12 subscenes of 3 manifests, 0 class columns"
expect_equal "$(head -1 out/dataset.csv)" \
    file,product,month,tile_id,sensing,x,y,valid_fraction,content_hash,parameters "columns without class layers"
sha_tree out | grep -v 'dataset.csv$' | diff before - >difference || fail "dataset changes other files: $(head -3 difference)"
expect_exit 0 "$SUBSCENE" verify out -q
expect_empty "$OUT"

AGAIN="subscene dataset out writes it again"
# ---- labels of two of the products, with different classes ----
annotations() # annotations PRODUCT X_Y LABEL...
{
    local at=$1/tile_$2.png
    shift 2
    printf '<image id="0" name="%s" width="128" height="128">\n' "$at"
    for label; do
        printf '<box label="%s" xtl="%d" ytl="0" xbr="%d" ybr="%d" z_order="0"></box>\n' "$label" $((x0 = RANDOM % 100)) \
            $((x0 + 17)) $((RANDOM % 128 + 1))
    done
    echo '</image>'
}
RANDOM=5
{
    echo '<annotations><version>1.1</version>'
    annotations "$P_NAME" 0_0 clear cloud
    annotations "$P_NAME" 1_1 cloud_shadow clear cloud semi_transparent_cloud
    annotations "$R_NAME" 1_0 clear
    echo '</annotations>'
} >labels.xml
expect_exit 0 "$SUBSCENE" label out --cvat labels.xml -q
expect_exit 1 "$SUBSCENE" verify out -q
expect_equal "$(cat "$OUT")" "out/dataset.csv: is out of date: its class columns differ from those of the manifests; $AGAIN" "after labels"
expect_exit 0 "$SUBSCENE" dataset out/
expect_exit 0 "$SUBSCENE" verify out
expect_empty "$OUT"
expect_line "$ERR" "subscenes: January 4, April 8"
expect_line "$ERR" "Label: 3 subscenes; mean share: CLEAR 0." "UNDEFINED 0."
cp -r out clean

if /usr/bin/python3 -c 'import netCDF4' 2>/dev/null; then
    /usr/bin/python3 - out >wanted <<'END' || fail "the table could not be computed"
import datetime, netCDF4, numpy, os, re, sys, zlib
rows, columns = [], set()
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if not name.endswith(".nc"):
            continue
        path = os.path.join(folder, name)
        crc, adler, valid, shares = 0, 1, True, {}
        with netCDF4.Dataset(path) as f:
            f.set_auto_mask(False)
            for band in f.variables:
                if band.startswith("B"):
                    dn = numpy.rint(f[band][:] * numpy.float32(65535)).astype("<u2")
                    valid = valid & (dn != 0)
                    crc, adler = zlib.crc32(dn.tobytes(), crc), zlib.adler32(dn.tobytes(), adler)
            if "Label" in f.variables:
                layer = f["Label"]
                for value, meaning in zip(layer.flag_values, layer.flag_meanings.split()):
                    shares["Label_" + meaning] = "%.6f" % (layer[:] == value).mean()
            product = f.product_name[:-len(".SAFE")]
            _, _, sensing, _, _, tile, _ = product.split("_")
            month = datetime.datetime.strptime(sensing, "%Y%m%dT%H%M%S").strftime("%B")
            x, y = re.search(r"tile_(\d+)_(\d+)", name).groups()
            assert (int(x), int(y)) == (f.subscene_x, f.subscene_y)
            rows.append((os.path.relpath(path, sys.argv[1]), [product, month, tile, sensing, x, y, "%.6f" % valid.mean()], shares,
                         ["%08x%08x" % (crc, adler), f.parameters_digest]))
        columns |= set(shares)
columns = sorted(columns)
print(",".join(["file,product,month,tile_id,sensing,x,y,valid_fraction"] + columns + ["content_hash,parameters"]))
for file, first, shares, last in sorted(rows):
    print(",".join([file] + first + [shares.get(c, "") for c in columns] + last))
END
    diff wanted out/dataset.csv >difference || fail "dataset.csv is not what the files say: $(head -4 difference)"
    expect_equal "$(wc -l <wanted)" 13 "rows of the table"
else
    skip_part "Python's netCDF4 is missing: the table is not computed independently"
fi
if command -v python3 >/dev/null; then
    expect_exit 0 "$SUBSCENE" verify out --json
    python3 - "$OUT" out/dataset.csv <<'END' || fail "counts of verify --json: $(head -c 600 "$OUT")"
import csv, json, sys
d = json.load(open(sys.argv[1]))
rows = list(csv.DictReader(open(sys.argv[2])))
assert d["months"] == [{"month": "January", "subscenes": 4}, {"month": "April", "subscenes": 8}], d
assert d["unreadable"] == 0 and d["fault_count"] == 0 and d["files"] == 12 and d["manifests"] == 3
got = {c["layer"] + "_" + c["meaning"]: c for c in d["classes"]}
assert set(got) == {c for c in rows[0] if c.startswith("Label_")} and len(got) == 6, got
for column, c in got.items():
    values = [float(r[column]) for r in rows if r[column]]
    assert c["subscenes"] == len(values) == 3 and abs(c["mean_share"] - sum(values) / 3) < 1e-6, (column, c, values)
END
fi

# ---- faults: planted in a copy, told with the place, and only they ----
# planted FAULT LINE... : verify tells exactly these lines (beginnings)
planted()
{
    local fault=$1 n=0 line
    shift
    rm -rf out
    cp -r clean out
    $fault || fail "$fault could not be made"
    expect_exit 1 "$SUBSCENE" verify out -q
    for line; do
        expect_line "$OUT" "$line"
        n=$((n + 1))
    done
    expect_equal "$(wc -l <"$OUT")" $n "$fault: faults"
    [ "$(wc -l <"$OUT")" = $n ] || cat "$OUT"
}
repaired_by() # repaired_by COMMAND...: then nothing is left
{
    expect_exit 0 "$@"
    expect_exit 0 "$SUBSCENE" verify out -q
    same_tree clean out "repaired by $2"
}
again() { repaired_by "$SUBSCENE" dataset out; }
line_of() { grep -n "$1" clean/dataset.csv | cut -d: -f1; }

ONE="out/dataset.csv: is out of date: 1 row differs from the manifests, for example: "
row_gone() { sed -i '/tile_1_0.nc,S2A_MSIL1C_20220125/d' out/dataset.csv; }
planted row_gone "${ONE}lacks $FOLDER_P/tile_1_0.nc, which is in a manifest; $AGAIN"
again
last_row_gone() { sed -i '$d' out/dataset.csv; }
planted last_row_gone "${ONE}lacks $FOLDER_P/tile_1_1.nc"
share_wrong() { sed -i '/tile_1_0.nc,S2A_MSIL1C_20200417/s/0\.[1-9][0-9]*/0.000001/' out/dataset.csv; }
planted share_wrong "${ONE}line $(line_of "$FOLDER_R/tile_1_0.nc"): $FOLDER_R/tile_1_0.nc differs from its manifest; $AGAIN"
again
row_broken() { sed -i '5s/,/;/3' out/dataset.csv; }
planted row_broken "out/dataset.csv: is out of date: line 5 is not a row"
again
rows_exchanged() { sed -i -n '5{h;n;G};p' out/dataset.csv; }
planted rows_exchanged "out/dataset.csv: is out of date: lacks $(sed -n 5p clean/dataset.csv | cut -d, -f1), which is in a manifest"
again
cut_off() { truncate -s -20 out/dataset.csv; }
planted cut_off "out/dataset.csv: is out of date: line 13 is cut off; $AGAIN"
again
emptied() { : >out/dataset.csv; }
planted emptied "out/dataset.csv: is out of date: is empty; $AGAIN"
foreign() { echo a,b,c >out/dataset.csv; }
planted foreign "out/dataset.csv: is out of date: line 1 is not the header of a dataset table; $AGAIN"
again
stranger() { sed -i "2{p;s/tile_0_0.nc/tile_0_0.ncx/}" out/dataset.csv; }
planted stranger "${ONE}line 3: the file $FOLDER_Q/tile_0_0.ncx is missing; $AGAIN"
again
column_gone() { cut -d, -f 1-8,10- clean/dataset.csv >out/dataset.csv; }
planted column_gone "out/dataset.csv: is out of date: its class columns differ from those of the manifests; $AGAIN"
again
subscene_gone() { rm "out/$FOLDER_Q/tile_1_1.nc" && sed -i '/^1,1,/d' "out/$FOLDER_Q/manifest.csv"; }
planted subscene_gone "${ONE}line $(line_of "$FOLDER_Q/tile_1_1.nc"): the file $FOLDER_Q/tile_1_1.nc is missing; $AGAIN"
row_of_manifest_gone() { sed -i '/^1,1,/d' "out/$FOLDER_Q/manifest.csv"; }
planted row_of_manifest_gone "${ONE}line $(line_of "$FOLDER_Q/tile_1_1.nc"): $FOLDER_Q/tile_1_1.nc is in no manifest; $AGAIN" \
    "out/$FOLDER_Q/tile_1_1.nc: is good, but no row of its manifest names it"
manifest_broken() { echo nonsense >"out/$FOLDER_Q/manifest.csv"; }
planted manifest_broken "out/dataset.csv: cannot be compared with the manifests: out/$FOLDER_Q/manifest.csv" "out/$FOLDER_Q/manifest.csv: " \
    "out/$FOLDER_Q/tile_0_0.nc: is good, but its manifest is damaged" tile_0_1.nc tile_1_0.nc tile_1_1.nc
corrupt() # in the middle of the samples
{
    local file=out/$FOLDER_P/tile_0_0.nc head
    head=$(awk -F, '$3 == "tile_0_0.nc" { print $(NF - 4) }' "out/$FOLDER_P/manifest.csv")
    head -c 100 /dev/zero | tr '\0' x | dd of="$file" bs=1 seek=$((head + 500)) conv=notrunc status=none
}
planted corrupt "out/$FOLDER_P/tile_0_0.nc: "
expect_exit 1 "$SUBSCENE" verify out
expect_line "$ERR" "12 files of 3 manifests: 1 fault, 1 file cannot be read"
left_behind() { touch out/.dataset.csv.part-999999999; }
planted left_behind "out/.dataset.csv.part-999999999: was left behind"
rm out/.dataset.csv.part-999999999 # of who knows which machine: only its owner's would be removed
again

# the same subscene twice: a copy of a product's folder; the same content under another name
copied() { mkdir out/copies && cp -r "out/$FOLDER_R" out/copies/; }
copies=()
for xy in 0_0 1_0 0_1 1_1; do
    copies+=("out/copies/$R_NAME/tile_$xy.nc: is subscene $xy of $R_NAME.SAFE, the same as out/$FOLDER_R/tile_$xy.nc")
done
copies+=("out/dataset.csv: is out of date: 4 rows differ from the manifests, for example: lacks copies/$R_NAME/tile_0_0.nc")
planted copied "${copies[@]}"
rm -rf twins
product TWIN $MAKE --sensing 20200601T094041 --nodata none --tile 34VFM --ulx 509820
twin() { "$SUBSCENE" run "$TWIN" -o out $OPTIONS --tiles 1_1 >/dev/null && "$SUBSCENE" dataset out -q >/dev/null; }
planted twin "out/L1C/June/$(basename "$TWIN" .SAFE)/tile_1_1.nc: has the same content as out/$FOLDER_R/tile_1_1.nc: content_hash"
# two without any data are not the same subscene
empty() { # P and its twin have nothing in the last corner of a coarse lattice
    rm -rf out
    product E1 --size 1110 --jp2-tile 256,160,48 --bands B02
    product E2 --size 1110 --jp2-tile 256,160,48 --bands B02 --sensing 20200601T094041 --ulx 409800
    "$SUBSCENE" run "$E1" "$E2" -o out -q -b B02 --size 64 >/dev/null
}
empty
[ "$(cat out/L1C/*/*/manifest.csv | grep -c ',0.000000,,,,')" -ge 2 ] || fail "no empty subscenes to look at"
expect_exit 0 "$SUBSCENE" verify out -q
expect_empty "$OUT"

# a code that the layer does not have
if /usr/bin/python3 -c 'import netCDF4' 2>/dev/null; then
    wrong_code() { /usr/bin/python3 -c 'import netCDF4, sys
with netCDF4.Dataset(sys.argv[1], "a") as f: f["Label"][3, 7] = 77' "out/$FOLDER_P/tile_0_0.nc"; }
    planted wrong_code "out/$FOLDER_P/tile_0_0.nc: Label: the code 77 at column 7, row 3 is not among its flag_values"
    other_code() { /usr/bin/python3 -c 'import netCDF4, sys
with netCDF4.Dataset(sys.argv[1], "a") as f: f["Label"][:] = 1' "out/$FOLDER_P/tile_0_0.nc"; }
    planted other_code "out/$FOLDER_P/tile_0_0.nc: Label_CLEAR is 1.000000 in the file, and 0."
fi

# ---- what dataset refuses, and then leaves alone ----
rm -rf out
cp -r clean out
refused() # refused CODE TEXT... -- COMMAND...
{
    local code=$1 texts=()
    shift
    while [ "$1" != -- ]; do texts+=("$1") && shift; done
    shift
    sha_tree out >before
    expect_exit "$code" "$@"
    expect_line "$ERR" "error: " "${texts[@]}"
    expect_empty "$OUT"
    sha_tree out | diff before - >difference || fail "a refused dataset changes files: $(head -3 difference)"
}
mkdir empty_folder
refused 3 empty_folder "no manifest.csv" -- "$SUBSCENE" dataset empty_folder
refused 3 nowhere "No such file" -- "$SUBSCENE" dataset nowhere
refused 2 "one folder" -- "$SUBSCENE" dataset out clean
refused 2 "OUT is missing" -- "$SUBSCENE" dataset
manifest_broken
refused 3 "out/$FOLDER_Q/manifest.csv" "line 1" -- "$SUBSCENE" dataset out
rm -rf out && cp -r clean out
for file in out/"$FOLDER_Q"/*.nc; do echo text >"$file"; done
refused 3 "out/$FOLDER_Q/manifest.csv" "product is not known" -- "$SUBSCENE" dataset out
rm -rf out && cp -r clean out
mv "out/$FOLDER_Q" "out/L1C/April/with,comma"
refused 3 "with,comma" "which the table cannot hold" -- "$SUBSCENE" dataset out
if [ "$(id -u)" = 0 ] && mkdir ro && mount -t tmpfs -o size=10M none ro 2>/dev/null; then
    mounted=$TMP/ro
    cp -r clean ro/out && mount -o remount,ro ro
    expect_exit 1 "$SUBSCENE" dataset ro/out
    expect_line "$ERR" "error: " ro/out
fi
finish
