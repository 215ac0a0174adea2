#!/usr/bin/env bash
# Exports for labelling tools: read by readers of other makes, and back into class layers with the same code for every pixel; what is there is kept;
# what is refused.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
command -v python3 >/dev/null || skip_all "python3 is missing"
command -v ncdump >/dev/null || skip_all "ncdump is missing"

TOOLS="cvat segments supervisely"
product P --size 240 --jp2-tile 128,64,24 --bands B02,B03,B04 --nodata none
NAME=$(basename "$P" .SAFE)
# every class, holes, islands of one pixel, borders of subscenes: a raster of the whole product
cat >mask.py <<'END'
import struct, sys, zlib
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
def code(x, y):
    X, Y, u, v = x // 64, y // 64, x % 64, y % 64
    if (X, Y) == (0, 0):
        return (x * 2654435761 ^ y * 2246822519) >> 7 & 7 if x & 8 else (x + y) % 6
    if (X, Y) == (1, 0):
        return min(u, v, 63 - u, 63 - v) % 6
    if (X, Y) == (2, 0):
        return 4 if u % 3 == 1 and v % 3 == 1 else 1
    if (X, Y) == (0, 1):
        return 2 if u in (0, 63) or v in (0, 63) else 5
    if (X, Y) == (1, 1):
        return 0
    if (X, Y) == (2, 1):
        return 5
    return (x // 5 + y // 9) % 6
rows = b"".join(b"\0" + bytes(code(x, y) % 6 for x in range(240)) for y in range(240))
open("mask.png", "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 240, 240, 8, 0, 0, 0, 0))
                             + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
END
python3 mask.py
run() { expect_exit 0 "$SUBSCENE" run "$P" -q -b B02,B03,B04 --size 64 --no-masks -o "$@"; }
run base
run labelled --raster Label=mask.png:label
export_to() # export_to DIR TOOL OPTIONS...
{
    local to=$1 tool=$2
    shift 2
    expect_exit 0 "$SUBSCENE" export labelled --for "$tool" -o "$to" "$@"
}
codes() { ncdump -v Label "$1" | sed -n '/^ Label =/,/;/p' | tr -dc '0-9,;' | tr ',;' '\n\n' | grep .; }
of_tile() { find "$1" -name "tile_$2.nc"; }
for y in 0 1 2 3; do for x in 0 1 2 3; do codes "$(of_tile labelled ${x}_$y)" >"codes_${x}_$y"; done; done
expect_equal "$(cat codes_* | sort -n | uniq -c | awk '{ print $2 }' | paste -sd' ')" "0 1 2 3 4 5" "classes of the layer"

# ---- there and back, also in a .zip: every pixel ----
pack() # pack ZIP FOLDER
{
    python3 - "$@" <<'END'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    for folder, _, files in sorted(os.walk(sys.argv[2])):
        for name in sorted(files):
            path = os.path.join(folder, name)
            z.write(path, os.path.relpath(path, sys.argv[2]))
END
}
same_codes() # same_codes OPTION EXPORT OPTIONS...
{
    local option=$1 export=$2 tile
    shift 2
    rm -rf back && cp -r base back
    expect_exit 0 "$SUBSCENE" label back "$option" "$export" -q "$@"
    expect_equal "$(wc -l <"$OUT")" 16 "$option $export: files with labels"
    for tile in codes_?_?; do codes "$(of_tile back "${tile#codes_}")" | cmp -s - "$tile" || fail "$option $export $*: codes of ${tile#codes_}"; done
    # the layer that is there is the same for label too
    [ $# = 0 ] || return
    expect_exit 0 "$SUBSCENE" label labelled "$option" "$export" -q "$@"
    expect_empty "$OUT"
}
for tool in $TOOLS; do
    export_to $tool $tool --suggest Label
    expect_line "$ERR" "16 images, 16 of them with suggestions" "0 up to date, 0 with other contents"
    expect_equal "$(sort "$OUT")" "$(find $tool -type f | sort)" "what $tool has"
    no_temporaries $tool
    sha_tree $tool >$tool.sums
    pack $tool.zip $tool
    same_codes --$tool $tool.zip
    plain=$tool
    [ $tool != cvat ] || plain=cvat/annotations.xml
    for unlabelled in 1 5; do in_sample 1 2 && same_codes --$tool $plain --unlabelled $unlabelled; done
done

# ---- read by others: XML, JSON, PNG and base64 by hand ----
cat >others.py <<'END'
import base64, json, os, struct, sys, xml.etree.ElementTree as xml, zipfile, zlib
tool, names = sys.argv[1], ("clear", "cloud_shadow", "semi_transparent_cloud", "cloud", "missing", "undefined")
code_of, S = dict(zip(names, (1, 2, 3, 4, 0, 5))), 64
colour_of = dict(zip(names, ("#00c691", "#0333bf", "#db6a17", "#f6ff1c", "#000000", "#e68ceb")))

def png(data):  # of 8 bits a sample: width, height, channels, rows of bytes
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, idat = 8, b""
    while at < len(data):
        n, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + n]
        assert struct.unpack(">I", data[at + 8 + n:at + 12 + n])[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            w, h, bits, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
        idat += body if kind == b"IDAT" else b""
        at += 12 + n
    assert bits == 8 and interlace == 0
    c, raw, rows, above = {0: 1, 2: 3, 6: 4}[colour], zlib.decompress(idat), [], bytes(4 * w)
    for y in range(h):
        kind, line = raw[y * (w * c + 1)], bytearray(raw[y * (w * c + 1) + 1:(y + 1) * (w * c + 1)])
        assert kind in (0, 2)
        if kind == 2:
            line = bytearray((a + b) & 255 for a, b in zip(line, above))
        rows.append(bytes(line))
        above = line
    return w, h, c, rows

def check(name, px):
    assert None not in px, name
    tile = name.split("_tile_")[1].split(".")[0]
    wanted = [int(line) for line in open("codes_" + tile)]
    assert px == wanted, name

def check_image(data):
    w, h, c, rows = png(data)
    assert (w, h, c) == (S, S, 3)
    assert len(set(b"".join(rows))) > 50  # it shows something

images = set()
if tool == "cvat":
    raw = json.load(open("cvat/labels.json"))
    assert [label["name"] for label in raw] == list(names)
    assert all(set(label) == {"name", "color", "type", "attributes"} and label["color"] == colour_of[label["name"]] for label in raw)
    with zipfile.ZipFile("cvat/images.zip") as z:
        assert z.testzip() is None
        images = set(z.namelist())
        assert z.namelist() == sorted(images)
        assert {i.date_time for i in z.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in images:
            check_image(z.read(name))
    root = xml.parse("cvat/annotations.xml").getroot()
    assert root.tag == "annotations" and root.find("version").text == "1.1"
    assert [(l.find("name").text, l.find("color").text) for l in root.iter("label")] == [(n, colour_of[n]) for n in names]
    assert root.find("meta/task/size").text == "16"
    for i, image in enumerate(root.findall("image")):
        assert image.get("name") == sorted(images)[i] and image.get("id") == str(i)
        assert image.get("width") == image.get("height") == str(S)
        px, labels = [None] * (S * S), [m.get("label") for m in image]
        assert len(labels) == len(set(labels))
        for m in image:
            assert m.tag == "mask" and set(m.attrib) == {"label", "source", "occluded", "rle", "left", "top", "width", "height", "z_order"}
            left, top, w, h = (int(m.get(k)) for k in ("left", "top", "width", "height"))
            runs, bits, value = [int(r) for r in m.get("rle").split(",")], [], 0
            assert sum(runs) == w * h and all(r > 0 for r in runs[1:])
            for r in runs:
                bits += [value] * r
                value = 1 - value
            grid = [bits[y * w:(y + 1) * w] for y in range(h)]
            # the window is tight
            assert any(grid[0]) and any(grid[-1]) and any(g[0] for g in grid) and any(g[-1] for g in grid)
            for y in range(h):
                for x in range(w):
                    if grid[y][x]:
                        assert px[(top + y) * S + left + x] is None  # masks do not overlap
                        px[(top + y) * S + left + x] = code_of[m.get("label")]
        check(image.get("name"), px)
elif tool == "segments":
    categories = json.load(open("segments/categories.json"))
    release = json.load(open("segments/release.json"))["dataset"]
    assert categories["format_version"] == "0.1" and release["task_type"] == "segmentation-bitmap"
    assert release["task_attributes"] == categories
    for i, c in enumerate(categories["categories"]):
        assert c["name"] == names[i] and c["id"] == i + 1 and c["has_instances"] is False
        assert "#%02x%02x%02x" % tuple(c["color"]) == colour_of[names[i]]
    assert [l["name"] for l in release["labelsets"]] == ["ground-truth"]
    for sample in release["samples"]:
        images.add(sample["name"])
        check_image(open("segments/" + sample["attributes"]["image"]["url"], "rb").read())
        label = sample["labels"]["ground-truth"]
        assert label["label_status"] == "PRELABELED" and label["attributes"]["format_version"] == "0.1"
        ids = {a["id"]: a["category_id"] for a in label["attributes"]["annotations"]}
        w, h, c, rows = png(open("segments/" + label["attributes"]["segmentation_bitmap"]["url"], "rb").read())
        assert (w, h, c) == (S, S, 4)
        values = struct.unpack("<%dI" % (S * S), b"".join(rows))
        assert {v >> 24 for v in values} == {255} and {v & 0xffffff for v in values} == set(ids)
        check(sample["name"], [code_of[names[ids[v & 0xffffff] - 1]] for v in values])
else:
    meta = json.load(open("supervisely/meta.json"))
    assert meta["tags"] == [] and meta["projectType"] == "images"
    assert [(c["title"], c["shape"], c["color"]) for c in meta["classes"]] == [(n, "bitmap", colour_of[n]) for n in names]
    for name in os.listdir("supervisely/subscenes/img"):
        images.add(name)
        check_image(open("supervisely/subscenes/img/" + name, "rb").read())
        a = json.load(open("supervisely/subscenes/ann/" + name + ".json"))
        assert a["name"] == name and a["size"] == {"width": S, "height": S} and a["tags"] == []
        px = [None] * (S * S)
        for o in a["objects"]:
            assert o["geometryType"] == "bitmap" and o["tags"] == []
            left, top = o["bitmap"]["origin"]
            w, h, c, rows = png(zlib.decompress(base64.b64decode(o["bitmap"]["data"], validate=True)))
            assert c == 4
            for y in range(h):
                for x in range(w):
                    if rows[y][4 * x + 3]:
                        assert px[(top + y) * S + left + x] is None
                        px[(top + y) * S + left + x] = code_of[o["classTitle"]]
        check(name, px)
    assert len(os.listdir("supervisely/subscenes/ann")) == 16
assert len(images) == 16 and all(n.startswith(sys.argv[2] + "_tile_") and n.endswith(".png") for n in images)
END
for tool in $TOOLS; do python3 others.py $tool "$NAME" || fail "$tool: another reader"; done

# ---- again: nothing changes; what is there with other contents stays ----
for tool in $TOOLS; do
    in_sample 1 2 || continue
    stat_tree $tool >before
    export_to $tool $tool --suggest Label
    expect_empty "$OUT"
    expect_line "$ERR" "0 files made" " 0 with other contents"
    stat_tree $tool | cmp -s before - || fail "$tool: a second call writes"
    export_to again $tool --suggest Label --dry-run
    expect_equal "$(sort "$OUT")" "$(find $tool -type f | sed 's/^[a-z]*/again/' | sort)" "$tool --dry-run lists"
    expect_absent again
    export_to again $tool --suggest Label -q
    same_tree $tool again "$tool: the same bytes"
    file=$(find again -type f -name '*.json' | sort | head -1)
    echo corrected >"$file"
    cp -r again others
    for option in "" --dry-run; do
        # shellcheck disable=SC2086
        expect_exit 1 "$SUBSCENE" export labelled --for $tool -o again --suggest Label $option
        expect_empty "$OUT"
        expect_line "$ERR" "warning: $file: is there with other contents, and stays"
        expect_line "$ERR" "error: $file: other contents are there, and stay; --overwrite replaces it"
        same_tree others again "$tool: other contents"
    done
    export_to again $tool --suggest Label --overwrite --dry-run
    expect_equal "$(cat "$OUT")" "$file" "$tool --overwrite --dry-run lists"
    same_tree others again "$tool: --dry-run"
    export_to again $tool --suggest Label --overwrite
    expect_equal "$(cat "$OUT")" "$file" "$tool --overwrite makes"
    same_tree $tool again "$tool: --overwrite"
    rm -rf again others
done
# one stretch for a product: an image does not depend on the selection, nor on the others that are chosen
export_to chosen segments --tiles 1_0,3_3 -q
for file in chosen/images/*; do cmp -s "$file" "segments/images/${file##*/}" || fail "${file##*/} depends on the selection"; done
python3 - <<'END' || fail "the stretch is not that of the product"
import glob
exec(open("others.py").read().split("def check(")[0].replace('tool, names = sys.argv[1],', 'names ='))
grey = {}
for path in glob.glob("segments/images/*.png"):
    w, h, c, rows = png(open(path, "rb").read())
    for row in rows:
        for k in range(3):
            for v in row[k::3]:
                grey.setdefault(k, []).append(v)
for k in range(3):
    valid = [v for v in grey[k] if v]
    dark, bright = (sum(v == x for v in valid) / len(valid) for x in (1, 255))
    assert 0.015 < dark < 0.06 and 0.015 < bright < 0.06, (k, dark, bright)
END
rm -rf chosen
# images change with the composite: the archive differs
expect_exit 1 "$SUBSCENE" export labelled --for cvat -o cvat --composite B02,B03,B04
expect_line "$ERR" "error: cvat/images.zip: other contents are there"
sha_tree cvat | cmp -s cvat.sums - || fail "an archive with other contents changes"

# ---- without suggestions; a layer that some lack; chosen subscenes ----
export_to plain cvat
expect_equal "$(find plain -type f | sort | paste -sd' ')" "plain/images.zip plain/labels.json" "CVAT without suggestions"
cmp -s plain/images.zip cvat/images.zip || fail "suggestions change images"
export_to plain/s segments
expect_equal "$(find plain/s -type f ! -path '*/images/*')" plain/s/categories.json "Segments.ai without suggestions"
cp -r base some
find labelled -name 'tile_1_0.nc' -o -name 'tile_2_3.nc' | while read -r file; do cp "$file" "some/${file#labelled/}"; done
for tool in $TOOLS; do
    expect_exit 0 "$SUBSCENE" export some --for $tool -o "some_$tool" --suggest Label
    expect_line "$ERR" "warning: 14 of 16 subscenes have no layer Label, so no suggestions"
    rm -rf back && cp -r base back
    expect_exit 0 "$SUBSCENE" label back --$tool "$([ $tool = cvat ] && echo some_cvat/annotations.xml || echo "some_$tool")" -q
    # Supervisely's project has an annotation for each image
    expect_equal "$(wc -l <"$OUT")" "$([ $tool = supervisely ] && echo 16 || echo 2)" "$tool: labelled"
    codes "$(of_tile back 1_0)" | cmp -s - codes_1_0 || fail "$tool: codes of one of two"
done
expect_line some_cvat/annotations.xml '<image id="4" ' "${NAME}_tile_1_0.png"
printf '# chosen\n%s/1_0 # 0.5\n3_3\n' "$NAME" >list
export_to chosen cvat --tiles @list
python3 -c 'import sys, zipfile; print(*zipfile.ZipFile("chosen/images.zip").namelist())' >listed
expect_equal "$(cat listed)" "${NAME}_tile_1_0.png ${NAME}_tile_3_3.png" "--tiles @list"
export_to one cvat --tiles 1_0,9_9,S2A_other/3_3
expect_line "$ERR" "warning: --tiles: no subscene found for 9_9"
expect_line "$ERR" "warning: --tiles: no subscene found for S2A_other/3_3"
expect_exit 3 "$SUBSCENE" export labelled --for cvat -o none --tiles 9_9
expect_line "$ERR" "error: --tiles: names none of the 16 subscenes found"
echo "# nothing" >list
export_to none cvat --tiles @list
expect_absent none
expect_exit 0 "$SUBSCENE" export "$(of_tile labelled 1_0)" --for cvat -o single
expect_equal "$(python3 -c 'import zipfile; print(*zipfile.ZipFile("single/images.zip").namelist())')" "${NAME}_tile_1_0.png" "a file as operand"
run kappa --profile kappazeta --raster Label=mask.png:label
for tool in $TOOLS; do
    in_sample 1 3 || continue
    expect_exit 0 "$SUBSCENE" export kappa --for $tool -o kappa_$tool --suggest Label -q
    same_tree $tool kappa_$tool "profile kappazeta"
done

# ---- other class maps: by meaning ----
export_to kappaset cvat --suggest Label --map kappaset
rm -rf back && cp -r base back
expect_exit 0 "$SUBSCENE" label back --cvat kappaset/annotations.xml --map kappaset -q
codes "$(of_tile back 2_0)" | cmp -s - codes_2_0 || fail "clear and cloud have the same codes in kappaset"
codes "$(of_tile back 0_1)" | tr 05 50 | cmp -s - codes_0_1 || fail "undefined is 0 in kappaset"
# shellcheck disable=SC2016
printf '[layer]\nname = Mine\nkind = codes\n[codes]\n1 = 1\n[categories]\nfog <&"> ü = 1\n' >mine.ini
export_to mine cvat --map mine.ini
expect_line mine/labels.json '{"name":"fog <&\"> ü","color":"#00c691",'
refused() # refused CODE TEXT OPTIONS...: nothing is made
{
    local code=$1 text=$2
    shift 2
    expect_exit "$code" "$SUBSCENE" export "$@"
    expect_line "$ERR" "error: " "$text"
    expect_empty "$OUT"
    expect_absent bad
}
refused 3 "tile_0_0.nc: the layer Label has 6 classes that the map mine does not know: \"MISSING\", \"CLEAR\"" \
    labelled --for cvat -o bad --suggest Label --map mine.ini
refused 2 "the class map keep has no categories" labelled --for cvat -o bad --map keep
refused 3 "--suggest SCL: none of the 16 subscenes has this layer" labelled --for cvat -o bad --suggest SCL
refused 3 "none of the 16 subscenes has this layer" labelled --for cvat -o bad --suggest B02
run probability --raster SS2CC=mask.png:keep
refused 3 "the layer SS2CC has no classes" probability --for cvat -o bad --suggest SS2CC
refused 2 "--for TOOL is needed" labelled -o bad
refused 2 "-o DIR is needed" labelled --for cvat
refused 2 "--composite natura: no composite 'natura'" labelled --for cvat -o bad --composite natura
refused 2 "--composite B04,B03: " labelled --for cvat -o bad --composite B04,B03
refused 2 "--composite B04,B03,B02,B01: " labelled --for cvat -o bad --composite B04,B03,B02,B01
refused 3 "bad-folder" bad-folder --for cvat -o bad
mkdir empty
refused 3 "empty: no subscene found below this folder" empty --for cvat -o bad
refused 3 "would have the same image, ${NAME}_tile_0_0.png; export them to two folders" labelled base --for cvat -o bad
expect_exit 3 "$SUBSCENE" export labelled --for segments -o lacks --composite B12,B03,B02
expect_line "$ERR" "error: " "tile_0_0.nc: " B12
no_temporaries lacks
touch file
expect_exit 1 "$SUBSCENE" export labelled --for cvat -o file/below
expect_line "$ERR" "error: file/below: "

# ---- a damaged subscene: no archive, no file aside, whole files only ----
cp -r labelled damaged
file=$(of_tile damaged 1_3)
head=$(grep -hF tile_1_3.nc, damaged/*/*/*/manifest.csv | awk -F, '{ print $(NF - 4) }')
poke "$file" $((head + 300)) XXXXXXXXXXXXXXXX
for tool in $TOOLS; do
    expect_exit 3 "$SUBSCENE" export damaged --for $tool -o damaged_$tool --suggest Label
    expect_line "$ERR" "error: damaged/" "tile_1_3.nc: "
    no_temporaries damaged_$tool
    (cd damaged_$tool && find . -type f) | while read -r file; do cmp -s $tool/$file damaged_$tool/$file || fail "$tool: $file is not whole"; done
    [ $tool != cvat ] || expect_absent damaged_cvat/images.zip
    export_to damaged_$tool $tool --suggest Label -q
    same_tree $tool damaged_$tool "$tool after a damaged subscene"
done
truncate -s -3000 "$file"
expect_exit 3 "$SUBSCENE" export damaged --for cvat -o bad
expect_line "$ERR" "error: damaged/" "tile_1_3.nc: "
expect_absent bad

# ---- stopped, killed: the next call makes the rest ----
for tool in $TOOLS; do
    for signal in TERM INT KILL KILL; do
        in_sample 1 2 || continue
        rm -rf killed
        "$SUBSCENE" export labelled --for $tool -o killed --suggest Label -q >/dev/null 2>&1 &
        nap $((RANDOM % 150))
        kill -$signal $! 2>/dev/null
        status=0
        wait $! || status=$?
        case $signal:$status in TERM:143 | TERM:0 | INT:130 | INT:0 | KILL:*) ;; *) fail "$tool: SIG$signal gives $status" ;; esac
        [ $signal = KILL ] || [ ! -d killed ] || no_temporaries killed
        export_to killed $tool --suggest Label -q
        same_tree $tool killed "$tool after SIG$signal"
    done
done

# ---- names that would break out of documents and folders ----
if /usr/bin/python3 -c 'import netCDF4' 2>/dev/null; then
    cp -r labelled hostile
    while IFS='|' read -r product image; do
        /usr/bin/python3 - "$product" "$(of_tile hostile 1_0)" <<'END'
import netCDF4, sys
with netCDF4.Dataset(sys.argv[2], "a") as f:
    f.product_name = sys.argv[1]
END
        for tool in $TOOLS; do
            in_sample 1 2 || [ $tool = supervisely ] || continue
            rm -rf h && expect_exit 0 "$SUBSCENE" export hostile --for $tool -o h --suggest Label --tiles 1_0
            [ $tool = cvat ] && file=h/annotations.xml || file=$(find h -name "$image.png")
            [ -n "$file" ] && grep -qF "$image.png" <<<"$file$(cat h/annotations.xml 2>/dev/null)" || fail "$tool: no image $image.png of $product"
            expect_equal "$(find h -newer hostile -type f | grep -c '\.\./\|<\|"')" 0 "$tool: names of files"
        done
        rm -rf back && cp -r hostile back
        expect_exit 0 "$SUBSCENE" label back --supervisely h -q
        expect_empty "$OUT"
    done <<END
"><script>alert(1)</script>|tile_1_0
../../../../etc/$NAME.SAFE|${NAME}_tile_1_0
ü ☁ T35VLF_20220125T151701 'x'|T35VLF_20220125T151701_tile_1_0
tile_7_7|tile_1_0
END
else
    skip_part "Python's netCDF4 is missing: hostile names"
fi

finish
