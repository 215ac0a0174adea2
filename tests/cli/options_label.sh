#!/usr/bin/env bash
# What each option of label does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1
need_ncdump

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05 --nodata none
expect_exit 0 "$SUBSCENE" run "$P" -o base -q -b B01,B05 --size 256
label_file() # label_file FILE CATEGORY
{
    printf '<annotations><version>1.1</version><image id="0" name="tile_1_1.png" width="256" height="256">
<box label="%s" xtl="0" ytl="0" xbr="256" ybr="128" z_order="0"></box></image></annotations>\n' "$2" >"$1"
}
label_file cloud.xml cloud
label_file clear.xml clear
label_file own.xml fog
# an image of ids, 0 above and 2 below: PNG by hand needs a program
command -v python3 >/dev/null || skip_all "python3 is missing"
mkdir -p seg/tile_1_1
echo '{"label_map": [{"id": 2, "category_name": "cloud_shadow"}]}' >seg/tile_1_1/segments_ai_classes.json
python3 - seg/tile_1_1/segments_ai_classification_mask.png <<'END'
import struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\0" + bytes([2 * (y >= 192)]) * 256 for y in range(256))
open(sys.argv[1], "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 256, 256, 8, 0, 0, 0, 0))
                              + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
END
printf '[layer]\nname = Label\nkind = codes\nunlabelled = 1\n[codes]\n1 = 1\n3 = 3\n[categories]\nfog = 3\ncloud = 4\n' >own.ini

# How many pixels of the labelled subscene have which code: "4:32768 5:32768"
codes()
{
    local file
    file=$(of_file tile_1_1.nc)
    ncdump -h "$file" | grep 'ubyte Label' >/dev/null || { echo none; return; }
    numbers "$file" Label | sort -n | uniq -c | awk '{ printf "%s%s:%s", (NR > 1 ? " " : ""), $2, $1 }'
}

BEFORE=base
options_of label out
changes --cvat=cloud.xml codes none "4:32768 5:32768"
changes --segments=seg codes none "2:16384 5:49152"
WITH_BOTH="--cvat cloud.xml" changes --unlabelled=1 codes "4:32768 5:32768" "1:32768 4:32768"
WITH_BOTH="--cvat own.xml" changes --map=own.ini codes none "1:32768 3:32768"
WITH_BOTH="--cvat cloud.xml" changes --map=kappaset codes "4:32768 5:32768" "0:32768 4:32768"
WITH_BOTH="--cvat cloud.xml" changes --dry-run codes "4:32768 5:32768" none
expect_equal "$(cat "$OUT")" "$(of_file tile_1_1.nc)" "what --dry-run lists"
WITH_BOTH="--cvat clear.xml"
call
cp -a out labelled
BEFORE=labelled
WITH_BOTH="--cvat cloud.xml" changes --overwrite codes "1:32768 5:32768" "4:32768 5:32768"
BEFORE=base WITH_BOTH="--cvat cloud.xml"
lock_options base
BEFORE=base
echo "verbose = true" >config.ini
changes --config=config.ini "told what nothing covers" no yes
changes --verbose "told what nothing covers" no yes
changes --quiet messages some none
changes --log-format=json messages_as text json
changes --version "said subscene $("$SUBSCENE" --version | sed 's/^subscene \([^ ]*\).*/\1/')" no yes
changes --help "said usage: subscene label" no yes
changes --progress=always "told [####" no yes
finish_options
