# --png: pictures beside the subscenes; the subscenes themselves are the same with them and without.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B01,B02,B05 --saturated 2 --masks s2cloudless
NAME=$(basename "$P" .SAFE) STEM=T35VLF_20220125T151701
OPTIONS="-b B01,B02,B05 --size 256 --layout flat"
run() { expect_exit 0 "$SUBSCENE" run "$P" $OPTIONS -o "$@"; }
pictures() { (cd "$1" && find . -name '*.png' -printf '%f\n' | sort); }
count_png() { pictures "$1" | wc -l; }
subscenes() { sha_tree "$1" | grep -v '\.png$'; }
stat_nc() { stat_tree "$1" | grep '\.nc '; }

run plain
run drawn --png
FOLDER=drawn/$NAME
expect_equal "$(pictures drawn)" "$(for w in B01 B02 B05 SS2C SS2CC; do for x in 0 1 2; do for y in 0 1 2; do echo "${STEM}_${w}_tile_${x}_$y.png"; done; done; done | sort)" "pictures"
expect_equal "$(subscenes drawn)" "$(subscenes plain)" "the subscenes with --png and without"
expect_exit 0 "$SUBSCENE" verify drawn -q
expect_empty "$OUT"
for more in "-j 1" "-j 7 --memory 200M" "-j 3 --profile kappazeta"; do
    rm -rf again
    run again --png $more
    expect_equal "$(sha_tree again | grep '\.png$')" "$(sha_tree drawn | grep '\.png$')" "pictures with $more"
done

# ---- what is in them: every pixel, by a reader of its own ----
if command -v ncdump >/dev/null && command -v python3 >/dev/null; then
    for cell in 1_1 2_2; do
        for variable in B01 B02 B05 SS2C; do
            ncdump -p 9,17 -v "$variable" "$FOLDER/tile_$cell.nc" | sed -n "/^ $variable =/,/;/p" | sed "s/^ $variable =//" | tr -d ' ;' | tr ',' '\n' | grep . >numbers
            python3 - numbers "$FOLDER/${STEM}_${variable}_tile_$cell.png" <<'END' || fail "$variable of $cell: $(tail -1 problems)"
import struct, sys, zlib
fill = "0.0" if "_B" in sys.argv[2] else "1" # what ncdump writes as "_": no data of a band, of a layer
text, data = open(sys.argv[1]).read().replace("_", fill).split(), open(sys.argv[2], "rb").read()
def bad(what): open("problems", "a").write(what + "\n"); sys.exit(1)
idat, at = b"", 8
while at < len(data):
    n, kind = struct.unpack(">I4s", data[at:at + 8])
    idat += data[at + 8:at + 8 + n] if kind == b"IDAT" else b""
    at += 12 + n
if data[16:29] != struct.pack(">IIBBBBB", 256, 256, 8, 0, 0, 0, 0): bad("another IHDR")
raw, px, above = zlib.decompress(idat), [], bytes(256)
for y in range(256):
    kind, row = raw[257 * y], raw[257 * y + 1:257 * y + 257]
    if kind not in (0, 2): bad("filter %d" % kind)
    above = bytes((a + b) & 255 for a, b in zip(row, above)) if kind else row
    px += above
if "." not in "".join(text): # a class layer
    sys.exit(px != [int(t) for t in text] and bad("not its codes"))
dn = [round(float(t) * 65535) for t in text]
valid = sorted(k for k in dn if 0 < k < 65535)
rank = lambda p: valid[(len(valid) * p + 99) // 100 - 1]
a, b = rank(2), rank(98)
want = [0 if k == 0 else 255 if k == 65535 else 1 if k <= a else 255 if k >= b else int(1 + 254 * (k - a) / (b - a) + 0.5) for k in dn]
if px != want: bad("%d pixels differ" % sum(p != q for p, q in zip(px, want)))
if not (max(px) == 255 and len(set(px)) > 100): bad("it shows nothing")
END
        done
    done
else
    skip_part "ncdump or python3 is missing"
fi

# ---- again: nothing; missing ones are made, and nothing else is touched ----
stat_tree drawn >before
run drawn --png
run drawn # they stay where they are not asked for
stat_tree drawn | diff before - >difference || fail "a rerun writes: $(head -3 difference)"
stat_nc drawn >before
rm "$FOLDER/${STEM}_B02_tile_1_1.png" "$FOLDER/${STEM}_SS2C_tile_2_0.png"
expect_exit 0 "$SUBSCENE" run "$P" $OPTIONS -o drawn --png --dry-run
expect_equal "$(sed 's|.*/||' "$OUT" | sort | paste -sd' ')" "tile_1_1.nc tile_2_0.nc" "what a dry run lists"
run drawn --png
expect_line "$ERR" "9 subscenes: 0 made, 9 already there"
expect_line "$ERR" "2 existing subscenes got pictures"
stat_nc drawn | diff before - || fail "subscenes are written where only pictures are missing"
run again_plain
cp -a again_plain later
stat_nc later >before
run later --png
stat_nc later | diff before - || fail "subscenes are written where --png comes later"
same_tree drawn later "--png later"

# ---- without a subscene there is no picture ----
rm "$FOLDER/tile_1_1.nc" && truncate -s 3000 "$FOLDER/tile_0_1.nc"
expect_exit 0 "$SUBSCENE" run "$P" $OPTIONS -o drawn
expect_equal "$(pictures drawn | grep -c 'tile_1_1\|tile_0_1')" 0 "old pictures of subscenes that are made again"
run drawn --png
same_tree later drawn "subscenes made again, then pictures"
rm "$FOLDER"/tile_*.nc
run drawn --png
same_tree later drawn "pictures without any subscene"
run drawn --overwrite --png
same_tree later drawn "--overwrite with the same parameters"
run drawn --overwrite
same_tree plain drawn "--overwrite without pictures"
run drawn --png
run drawn --size 128 --overwrite
run other --size 128
same_tree other drawn "--overwrite with other parameters"
run drawn --size 128 --overwrite --png
expect_count drawn 25
expect_equal "$(count_png drawn)" 125 "pictures of the smaller size"
run drawn --png --overwrite
same_tree later drawn "--overwrite with the first parameters"

# ---- --min-valid ----
run some --min-valid 0.9
cp -a later rejected
run rejected --png --min-valid 0.9 --overwrite
expect_equal "$(subscenes rejected)" "$(subscenes some)" "subscenes with --min-valid"
expect_equal "$(count_png rejected)" $(($(count_nc some) * 5)) "pictures with --min-valid"
rm -rf rejected
cp -a later rejected
rm rejected/"$NAME"/*.nc # a run that was killed before it came to them
run rejected --min-valid 0.9
same_tree some rejected "pictures of rejected subscenes"

# ---- what killed processes left ----
: >"$FOLDER/.${STEM}_B05_tile_1_1.png.part-ffffffff-4711"
: >"$FOLDER/.T35VLF_20200717T221941_B05_tile_1_1.png.part-ffffffff-4711" # of somebody else
run drawn --png
expect_equal "$(find drawn -name '.*.part-*' -printf '%f\n')" ".T35VLF_20200717T221941_B05_tile_1_1.png.part-ffffffff-4711" "temporaries left"
rm "$FOLDER"/.T35VLF_*

# ---- write ----
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B01,B02,B05
expect_exit 0 "$SUBSCENE" resample d/*.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t -q --size 256
expect_exit 0 "$SUBSCENE" write t/*.nc -o written --layout flat --product "$P" --png
same_tree later written "write --png"
rm written/*/*_B05_*.png
stat_nc written >before
expect_exit 0 "$SUBSCENE" write t/*.nc -o written --layout flat --product "$P" --png
stat_nc written | diff before - || fail "write touches subscenes where only pictures are missing"
same_tree later written "write --png again"
expect_exit 0 "$SUBSCENE" write t/*.nc -o written --layout flat --product "$P" --png --min-valid 0.9 --overwrite
run chosen --png --min-valid 0.9
same_tree chosen written "write --png --min-valid"

# ---- layers that change ----
cat >labels.xml <<'END'
<annotations><version>1.1</version><image id="0" name="tile_1_1.png" width="256" height="256">
<box label="cloud" xtl="0" ytl="0" xbr="256" ybr="128" z_order="0"></box></image></annotations>
END
sed 's/cloud/clear/' labels.xml >others.xml
rm -rf labelled
run labelled --png
run labelled --png --cvat labels.xml # a layer for what is there, and its picture
expect_line "$ERR" "1 existing subscene got class layers"
expect_equal "$(pictures labelled | grep Label)" "${STEM}_Label_tile_1_1.png" "picture of the label"
cp -a labelled both
run straight --png --cvat labels.xml
same_tree straight labelled "layers later"
cp -a labelled bare
find bare -name '*_Label_*.png' -delete
expect_exit 0 "$SUBSCENE" label bare --cvat others.xml --overwrite
expect_equal "$(pictures bare | grep -c Label)" 0 "a label that is replaced and had no picture"
expect_exit 0 "$SUBSCENE" label labelled --cvat others.xml --overwrite
run clear --png --cvat others.xml
expect_equal "$(sha_tree labelled | grep '\.png$')" "$(sha_tree clear | grep '\.png$')" "pictures of another label"
run labelled --png --overwrite
same_tree clear labelled "--overwrite keeps the label and its picture"
run labelled --png --overwrite --drop-labels
expect_line "$ERR" "warning: " "Label"
same_tree later labelled "--overwrite without the label"

# ---- a folder of several products ----
product Q --size 630 --jp2-tile 256,160,48 --bands B01 --baseline 04.00 # the same tile and time
SHARED="-b B01 --size 256 --layout {tile}/{product}-{x}-{y}.nc --png"
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o shared --no-masks $SHARED
expect_count shared 18
expect_equal "$(count_png shared)" 18 "pictures of two processings"
expect_equal "$(pictures shared | grep -c "^${NAME}_B01_tile_")" 9 "pictures of the first"
rm shared/*/"$NAME"-1-1.nc
sha_tree shared | grep "$(basename "$Q" .SAFE)" >before
expect_exit 0 "$SUBSCENE" run "$P" -o shared --no-masks ${SHARED% --png}
expect_equal "$(count_png shared)" 17 "pictures where one subscene was made again"
sha_tree shared | grep "$(basename "$Q" .SAFE)" | diff before - || fail "another product's files are changed"

# ---- subscenes that cannot be made have none ----
cp -r "$P" damaged.SAFE && spoil "$(image damaged.SAFE B02)" 4 2000
expect_exit 1 "$SUBSCENE" run damaged.SAFE $OPTIONS -o damaged --png
expect_equal "$(count_png damaged)" $(($(count_nc damaged) * 5)) "pictures of a damaged product"
[ "$(count_nc damaged)" -lt 9 ] || fail "nothing is damaged"
mkdir -p blocked/"$NAME/${STEM}_B01_tile_1_1.png" # a folder where a picture belongs
expect_exit 1 "$SUBSCENE" run "$P" $OPTIONS -o blocked --png
expect_line "$ERR" "error: " "${STEM}_B01_tile_1_1.png"
expect_absent blocked/"$NAME"/tile_1_1.nc
no_temporaries blocked

# ---- colours: one picture of three bands, as they are; the same with an other level ----
product G --size 630 --jp2-tile 256,160,48 --level L2A
COLOURS="--size 256 --layout flat --tiles 1_1,2_2 --no-masks"
TCI=${STEM}_TCI_tile_1_1.png
expect_exit 0 "$SUBSCENE" run "$G" -b B02,AOT,TCI $COLOURS -o tci --png
expect_equal "$(pictures tci | sed 's/_tile.*//' | sort -u | paste -sd' ')" "${STEM}_AOT ${STEM}_B02 ${STEM}_TCI" "pictures of Level-2A"
expect_equal "$(od -An -tu1 -j16 -N10 tci/*/"$TCI" | tr -s ' ')" " 0 0 1 0 0 0 1 0 8 2" "an image of RGB"
stat_tree tci >before
expect_exit 0 "$SUBSCENE" run "$G" -b B02,AOT,TCI $COLOURS -o tci --png
stat_tree tci | diff before - || fail "a rerun with colours writes"
cp -a tci tci_later && rm tci_later/*/*.png
expect_exit 0 "$SUBSCENE" run "$G" -b B02,AOT,TCI $COLOURS -o tci_later --png
same_tree tci tci_later "colours later"
expect_exit 0 "$SUBSCENE" run "$G" -b B02,AOT,TCI $COLOURS -o tci --png --overwrite --min-valid 1
expect_equal "$(count_png tci)" $(($(count_nc tci) * 3)) "pictures with colours and --min-valid"
expect_exit 0 "$SUBSCENE" run "$G" -b TCI_R,TCI_B $COLOURS -o two --png
expect_equal "$(pictures two | sed 's/_tile.*//' | sort -u | paste -sd' ')" "${STEM}_TCI_B ${STEM}_TCI_R" "pictures of two colours"
expect_exit 0 "$SUBSCENE" decode "$G" -o gd -q -b B02,AOT,TCI
expect_exit 0 "$SUBSCENE" resample gd/*.nc -o gr -q
expect_exit 0 "$SUBSCENE" cut gr/*.nc -o gt -q --size 256 --tiles 1_1,2_2
expect_exit 0 "$SUBSCENE" write gt/*.nc -o tci_written --layout flat --png
same_tree tci_later tci_written "write --png with colours"
if command -v ncdump >/dev/null && command -v python3 >/dev/null; then
    for c in R G B; do
        ncdump -v TCI_$c tci_later/*/tile_1_1.nc | sed -n "/^ TCI_$c =/,/;/p" | sed "s/^ TCI_$c =//" | tr -d ' ;' | tr ',_' '\n0' | grep . >plane_$c
    done
    python3 - tci_later/*/"$TCI" <<'END' || fail "the true-colour image: $(tail -1 problems)"
import struct, sys, zlib
data, idat, at = open(sys.argv[1], "rb").read(), b"", 8
while at < len(data):
    n, kind = struct.unpack(">I4s", data[at:at + 8])
    idat += data[at + 8:at + 8 + n] if kind == b"IDAT" else b""
    at += 12 + n
raw, px, above = zlib.decompress(idat), [], bytes(768)
for y in range(256):
    kind, row = raw[769 * y], raw[769 * y + 1:769 * y + 769]
    above = bytes((a + b) & 255 for a, b in zip(row, above)) if kind == 2 else row
    px += above
planes = [[int(v) for v in open("plane_" + c).read().split()] for c in "RGB"]
if px != [v for pixel in zip(*planes) for v in pixel] or len(set(px)) < 50: open("problems", "a").write("other colours\n"); sys.exit(1)
END
fi
finish
