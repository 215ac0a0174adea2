#!/usr/bin/env bash
# Labels as the tools export them: each form gives the codes of the same labels in their plainest form.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
command -v python3 >/dev/null || skip_all "python3 is missing"

product P --size 240 --jp2-tile 128,64,24 --bands B02 --nodata none
expect_exit 0 "$SUBSCENE" run "$P" -o base -q -b B02 --size 64
NAME=$(basename "$P" .SAFE)

labels() # labels TREE OPTION EXPORT: a copy of base with these labels
{
    rm -rf "$1" && cp -r base "$1"
    expect_exit 0 "$SUBSCENE" label "$1" "$2" "$3" -q
}
labelled() { (cd "$1" && grep -lr flag_meanings . --include='*.nc' | sort); }
same_labels() # same_labels OPTION EXPORT OTHER: the codes of both are the same, and there are some
{
    labels plain "$1" "$3"
    labels exported "$1" "$2"
    # the files differ in the name of the source; label compares every code
    expect_equal "$(labelled exported)" "$(labelled plain)" "$1 $2 and $3: files with labels"
    expect_exit 0 "$SUBSCENE" label exported "$1" "$3" -q
    expect_empty "$OUT"
    expect_exit 0 "$SUBSCENE" label plain "$1" "$2" -q
    expect_empty "$OUT"
    [ -n "$(grep -lr flag_meanings exported --include='*.nc')" ] || fail "$1 $2 labels nothing"
}
refused() # refused OPTION EXPORT TEXT...
{
    local option=$1 export=$2
    shift 2
    rm -rf out && cp -r base out
    expect_exit 3 "$SUBSCENE" label out "$option" "$export"
    expect_line "$ERR" "error: " "$@"
    same_tree base out "after $export was refused"
}
pack() # pack ZIP FOLDER [stored]: the files below the folder
{
    python3 - "$@" <<'END'
import os, sys, zipfile
method = zipfile.ZIP_STORED if sys.argv[3:] == ["stored"] else zipfile.ZIP_DEFLATED
with zipfile.ZipFile(sys.argv[1], "w", method) as z:
    for folder, _, files in sorted(os.walk(sys.argv[2])):
        for name in sorted(files):
            path = os.path.join(folder, name)
            z.write(path, os.path.relpath(path, sys.argv[2]))
END
}
damage() # damage ZIP ENTRY KIND: encrypted, crc, or bomb (its size in the directory)
{
    python3 - "$@" <<'END'
import struct, sys
path, entry, kind = sys.argv[1:]
b = bytearray(open(path, "rb").read())
at = b.index(b"PK\1\2")
while bytes(b[at + 46:at + 46 + struct.unpack_from("<H", b, at + 28)[0]]) != entry.encode():
    at = b.index(b"PK\1\2", at + 4)
local = struct.unpack_from("<I", b, at + 42)[0]
for place, flags, crc, size in ((at, 8, 16, 24), (local, 6, 14, 22)):
    if kind == "encrypted":
        b[place + flags] |= 1
    elif kind == "crc":
        b[place + crc] ^= 1
    else:
        struct.pack_into("<I", b, place + size, 0x7fffffff)
open(path, "wb").write(b)
END
}
every_lie() # every_lie OPTION ZIP ENTRY: what no archive may be
{
    local kind
    for kind in encrypted crc bomb; do
        cp "$2" lie.zip
        damage lie.zip "$3" $kind
        refused "$1" lie.zip "lie.zip: $3: "
    done
    head -c $(($(stat -c %s "$2") - 20)) "$2" >lie.zip
    refused "$1" lie.zip "lie.zip: is a zip file that is cut off or damaged"
    echo text >lie.zip
    refused "$1" lie.zip "lie.zip: is no readable zip file"
}

# ---- CVAT ----
mkdir -p cvat/images
image() # image ATTRIBUTES SHAPES...
{
    echo "<image $1 width=\"64\" height=\"64\">"
    shift
    printf '%s\n' "$@" '</image>'
}
document() { echo '<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version>' && cat && echo '</annotations>'; }
CLOUD='<polygon label="cloud" points="2.4,2.6;10.4,2.6;10.4,8.4;2.4,8.4" z_order="0"/>'
SHADOW='<box label="Cloud Shadow" xtl="8" ytl="6" xbr="20" ybr="12" z_order="1"/>'
{ image "id=\"0\" name=\"sub/$NAME/tile_0_1.png\"" "$CLOUD" "$SHADOW" && image "id=\"1\" name=\"sub/$NAME/tile_1_0.png\"" "$SHADOW"; } | document >cvat/annotations.xml
echo "not read" >cvat/images/tile_0_1.png
pack cvat.zip cvat
pack stored.zip cvat stored
mkdir -p deep/task_1 && cp -r cvat deep/task_1 && pack deep.zip deep
for export in cvat.zip stored.zip deep.zip; do same_labels --cvat $export cvat/annotations.xml; done
cp cvat.zip "no suffix"
same_labels --cvat "no suffix" cvat/annotations.xml
every_lie --cvat cvat.zip annotations.xml
cp -r cvat deep/task_2 && pack deep.zip deep
refused --cvat deep.zip "deep.zip: holds more than one annotations.xml: task_1/cvat/annotations.xml and task_2/annotations.xml"
mkdir none && echo text >none/annotations.txt && pack none.zip none
refused --cvat none.zip "none.zip: there is no annotations.xml in it"
sed 's/cloud"/fog"/' cvat/annotations.xml >none/annotations.xml && pack none.zip none
refused --cvat none.zip none.zip '"fog"'

# a project of two tasks, images in folders; an ellipse is the mask of the pixels whose centres are inside; a box that is turned
META='<meta><project><id>1</id><name>p</name><tasks><task><id>5</id></task><task><id>6</id></task></tasks></project></meta>'
CIRCLE='<ellipse label="clear" source="manual" occluded="0" cx="4.00" cy="4.00" rx="2.00" ry="2.00" z_order="0"/>'
TURNED='<box label="clear" xtl="20" ytl="30" xbr="40" ybr="34" rotation="90.00" z_order="0"/>'
{ echo "$META" && image "id=\"0\" name=\"a/$NAME/tile_0_1.png\" subset=\"default\" task_id=\"5\"" "$CLOUD" "$CIRCLE" &&
    image "id=\"0\" name=\"b/$NAME/tile_1_0.png\" subset=\"default\" task_id=\"6\"" "$TURNED"; } | document >project.xml
{ image "id=\"0\" name=\"tile_0_1.png\"" "$CLOUD" \
    '<mask label="clear" rle="1, 2, 1, 8, 1, 2, 1" left="2" top="2" width="4" height="4" z_order="0"/>' &&
    image "id=\"1\" name=\"tile_1_0.png\"" '<box label="clear" xtl="28" ytl="22" xbr="32" ybr="42" z_order="0"/>'; } | document >plain.xml
same_labels --cvat project.xml plain.xml
{ image "id=\"0\" name=\"tile_0_1.png\"" && echo '<track id="0" label="cloud"><box frame="0" outside="0" keyframe="1" xtl="1" ytl="1" xbr="9" ybr="9"/></track>'; } |
    document >video.xml
refused --cvat video.xml "video.xml: line " "track" "CVAT for images 1.1"

# ---- Supervisely ----
mkdir -p sup/P/ds0/ann
for tile in 0_0 1_1; do
    echo '{"size": {"width": 64, "height": 64}, "objects": [{"geometryType": "polygon", "classTitle": "CLOUD", "points": {"exterior":
        [[2.4, 2.6], [10.4, 2.6], [10.4, 8.4], [2.4, 8.4]], "interior": []}}]}' >"sup/P/ds0/ann/${NAME}_tile_$tile.png.json"
done
echo '{}' >sup/P/meta.json
pack sup.zip sup
pack top.zip sup/P/ds0
same_labels --supervisely sup.zip sup
same_labels --supervisely top.zip sup
every_lie --supervisely sup.zip "P/ds0/ann/${NAME}_tile_1_1.png.json"
refused --supervisely cvat.zip "cvat.zip: there is no ann/<image>.json in it"
rm -rf out && expect_exit 0 "$SUBSCENE" run "$P" -o out -q -b B02 --size 64 --supervisely sup.zip
labels exported --supervisely sup.zip
same_tree exported out "labels of run from a .zip"

# ---- Segments.ai ----
write_mask() # write_mask FILE IDS: four ids, each for a quarter of the columns, as R + 256 G + 65536 B with alpha
{
    mkdir -p "$(dirname "$1")"
    python3 - "$@" <<'END'
import struct, sys, zlib
ids = [int(i) for i in sys.argv[2].split(",")]
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
row = b"\0" + b"".join(bytes((i & 255, i >> 8 & 255, i >> 16, 255 if i else 0)) * 16 for i in ids)
open(sys.argv[1], "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 6, 0, 0, 0))
                              + chunk(b"IDAT", zlib.compress(row * 64)) + chunk(b"IEND", b""))
END
}
MASK=segments_ai_classification_mask.png CLASSES=segments_ai_classes.json
for tile in 0_1 1_1; do
    write_mask seg/tile_$tile/$MASK 1,0,2,3
    echo '{"label_map": [{"id": 1, "category_name": "clear"}, {"id": 2, "category_name": "cloud_shadow"}, {"id": 3, "category_name": "cloud"}]}' >seg/tile_$tile/$CLASSES
done
pack seg.zip seg
pack stored.zip seg stored
same_labels --segments seg.zip seg
same_labels --segments stored.zip seg
every_lie --segments seg.zip tile_1_1/$MASK
every_lie --segments seg.zip tile_1_1/$CLASSES
refused --segments cvat.zip "cvat.zip: there is no $MASK and no release (.json) in it"

# a release: ids of instances; the mask has its name from the URL, from the SDK, or is where the SDK stores it
write_release() # write_release FILE LABELSET
{
    mkdir -p "$(dirname "$1")"
    cat >"$1" <<END
{"name": "v1", "dataset": {"owner": "jane", "name": "clouds", "task_type": "segmentation-bitmap", "task_attributes": {"format_version": "0.1",
 "categories": [{"id": 1, "name": "clear"}, {"id": 2, "name": "cloud_shadow"}, {"id": 9, "name": "cloud"}]}, "samples": [
 {"name": "tile_0_0.png", "labels": {"ground-truth": null}},
 {"name": "$NAME/tile_0_1.png", "labels": {"$2": {"label_status": "REVIEWED", "attributes": {"format_version": "0.1",
  "segmentation_bitmap": {"url": "https://host/jane/4f1e.png?x=1"}, "annotations":
  [{"id": 5, "category_id": 1}, {"id": 700, "category_id": 2}, {"id": 70000, "category_id": 9}]}}}},
 {"name": "$NAME/tile_1_1.png", "labels": {"$2": {"attributes": {
  "segmentation_bitmap": {"url": "https://host/jane/77aa.png"}, "annotations":
  [{"id": 1, "category_id": 1}, {"id": 2, "category_id": 2}, {"id": 3, "category_id": 9}]}}}}]}}
END
}
write_release rel/clouds-v1.json ground-truth
write_mask rel/4f1e.png 5,0,700,70000
write_mask "rel/$NAME/tile_1_1_label_ground-truth.png" 1,0,2,3
pack rel.zip rel
mkdir inside && cp -r rel inside/ && pack inside.zip inside
for export in rel/clouds-v1.json rel.zip inside.zip; do same_labels --segments $export seg; done
(cd rel && rm -rf ../out && cp -r ../base ../out && expect_exit 0 "$SUBSCENE" label ../out --segments clouds-v1.json -q)
labels exported --segments rel/clouds-v1.json
same_tree exported out "a release in the working folder"
every_lie --segments rel.zip clouds-v1.json
every_lie --segments rel.zip 4f1e.png
write_mask rel/4f1e.png 5,0,701,70000
refused --segments rel/clouds-v1.json rel/4f1e.png "column 32, row 0: the id 701 is not in the release"
mkdir -p rel/segments/jane_clouds/v1 && write_mask rel/segments/jane_clouds/v1/4f1e.png 5,0,700,70000 && rm rel/4f1e.png
same_labels --segments rel/clouds-v1.json seg
rm -r rel/segments
refused --segments rel/clouds-v1.json "rel/clouds-v1.json: sample \"$NAME/tile_0_1.png\": neither 4f1e.png nor" "tile_0_1_label_ground-truth.png"
write_release rel/clouds-v1.json other
refused --segments rel/clouds-v1.json "rel/clouds-v1.json: no sample has a label in the labelset ground-truth"
cp rel/clouds-v1.json rel/second.json && pack rel.zip rel
refused --segments rel.zip "rel.zip: holds more than one .json: clouds-v1.json and second.json; name one release.json"
refused --segments rel "rel: holds more than one .json: clouds-v1.json and second.json; name one release.json"
mkdir -p rel/deep && mv rel/second.json rel/deep/release.json && mv rel/clouds-v1.json rel/release.json
refused --segments rel "rel: holds more than one .json: deep/release.json and release.json"
refused --segments seg/tile_0_1/$CLASSES "$CLASSES: is no release of Segments.ai"
rm seg/tile_1_1/$CLASSES && pack none.zip seg
refused --segments none.zip "none.zip: tile_1_1/$CLASSES: "

finish
