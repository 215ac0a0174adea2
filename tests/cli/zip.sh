# Archives as other programs make them, damaged ones, and the folders and lists that come with them.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 252 --jp2-tile 128,64,24 --bands B02,B05 --zip
product S --size 252 --jp2-tile 128,64,24 --bands B02,B05
NAME=$(basename "$S" .SAFE)
RUN="-b B02,B05 --size 128 --layout flat"
expect_exit 0 "$SUBSCENE" run "$S" -o clean $RUN
expect_exit 0 "$SUBSCENE" run "$P" -o out $RUN
same_tree clean out "from a .zip"

# ---- names with backslashes, with ./ in front ----
sed 's#SAFE/#SAFE\\#g; s#\\GRANULE/#\\GRANULE\\#g; s#/IMG_DATA/#\\IMG_DATA\\#g' "$P" >backslash.zip
! cmp -s "$P" backslash.zip || fail "no name was changed"
expect_exit 0 "$SUBSCENE" run backslash.zip -o backslash $RUN
same_tree clean backslash "names with backslashes"
(cd "$(dirname "$S")" && python3 -m zipfile -h >/dev/null 2>&1) && have_python=1 || have_python=
if [ -n "$have_python" ]; then
    python3 - "$S" dotted.zip <<'END'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[2], "w") as z:
    for folder, _, files in os.walk(sys.argv[1]):
        for f in files:
            path = os.path.join(folder, f)
            info = zipfile.ZipInfo("x")
            info.filename = "./" + os.path.relpath(path, os.path.dirname(sys.argv[1]))
            with z.open(info, "w", force_zip64=True) as to:
                to.write(open(path, "rb").read())
END
    expect_exit 0 "$SUBSCENE" run dotted.zip -o dotted $RUN
    same_tree clean dotted "names that begin with ./, zip64"
else
    skip_part "names that begin with ./: no Python"
fi

# ---- a stored image that is damaged and still decodes: the archive's CRC-32 knows ----
image_at() { # ARCHIVE NAME: where the stored bytes of a member begin, and how many there are
    python3 - "$1" "$2" <<'END'
import sys, zipfile
for i in zipfile.ZipFile(sys.argv[1]).infolist():
    if i.filename.endswith(sys.argv[2]):
        with open(sys.argv[1], "rb") as f:
            f.seek(i.header_offset + 26)
            head = f.read(4)
        print(i.header_offset + 30 + sum(head[::2]) + 256 * sum(head[1::2]), i.file_size)
END
}
if [ -n "$have_python" ]; then
    read -r at size < <(image_at "$P" _B05.jp2)
    cp "$P" bad.zip
    dd if=/dev/zero of=bad.zip bs=1 seek=$((at + size / 2)) count=16 conv=notrunc status=none
    damaged() { expect_line "$ERR" "error: " "bad.zip" "band B05" "_B05.jp2: is damaged: its CRC-32 is " "the zip file says "; }
    for more in "" "--tiles 0_0" "--threads 1" "--no-masks"; do
        expect_exit 3 "$SUBSCENE" run bad.zip -o none $RUN $more
        damaged
        expect_absent none
    done
    expect_exit 3 "$SUBSCENE" decode bad.zip -o none -b B05
    damaged
    expect_absent none
    # bands that are whole are not refused for another one's sake
    expect_exit 0 "$SUBSCENE" run bad.zip -o b02 -b B02 --size 128 --layout flat
    expect_exit 0 "$SUBSCENE" run "$S" -o b02_clean -b B02 --size 128 --layout flat
    same_tree b02_clean b02 "the other band of a damaged archive"
    # a subscene that is there stays as it is, and only what is missing would be made
    cp -r clean kept
    rm kept/*/tile_1_1.nc
    (cd kept && sha_tree .) >before
    expect_exit 3 "$SUBSCENE" run bad.zip -o kept $RUN
    damaged
    expect_equal "$(cd kept && sha_tree .)" "$(cat before)" "a folder after a run that refused the archive"
    expect_exit 0 "$SUBSCENE" run bad.zip -o clean $RUN # nothing is read for it
    # --check-input has the same said by manifest.safe, and the check does not need that file
    expect_exit 3 "$SUBSCENE" run bad.zip -o none $RUN --check-input
    expect_line "$ERR" "error: " "bad.zip" "band B05" "_B05.jp2: is damaged" "manifest.safe"
    sed 's#SAFE/manifest.safe#SAFE/manifest.gone#g' bad.zip >bad_bare.zip
    expect_exit 3 "$SUBSCENE" run bad_bare.zip -o none $RUN
    expect_line "$ERR" "error: " "bad_bare.zip" "band B05" "is damaged: its CRC-32 is"
    expect_absent none
    # every byte counts: the first, the last
    for place in $((at + 60)) $((at + size - 1)); do
        cp "$P" bad.zip
        poke bad.zip $place '\125'
        cmp -s "$P" bad.zip && poke bad.zip $place '\252'
        expect_exit 3 "$SUBSCENE" run bad.zip -o none $RUN
        expect_absent none
    done
    # a mask in the archive
    product M --size 252 --bands B02 --masks classi --zip
    read -r at size < <(image_at "$M" MSK_CLASSI_B00.jp2)
    if [ -n "${size:-}" ]; then
        cp "$M" bad.zip
        dd if=/dev/zero of=bad.zip bs=1 seek=$((at + size - 12)) count=8 conv=notrunc status=none
        expect_exit 3 "$SUBSCENE" run bad.zip -o none -b B02 --size 128 --raster CLASSI
        expect_line "$ERR" "error: " "bad.zip" "MSK_CLASSI_B00.jp2: is damaged: its CRC-32 is "
    else
        fail "no MSK_CLASSI in $M"
    fi
else
    skip_part "damaged members: no Python"
fi

# ---- an archive that is cut off ----
for bytes in 100 $(($(stat -c %s "$P") / 2)) $(($(stat -c %s "$P") - 1)); do
    head -c "$bytes" "$P" >cut.zip
    expect_exit 3 "$SUBSCENE" run cut.zip -o none $RUN
    expect_line "$ERR" "error: cut.zip: is a zip file that is cut off or damaged: "
    expect_absent none
done

# ---- a folder around the product ----
mkdir around
cp -r "$S" around
echo "what a file manager leaves" >around/readme.txt
expect_exit 0 "$SUBSCENE" run around -o around_out $RUN
same_tree clean around_out "a folder around the product"
expect_exit 0 "$SUBSCENE" info around/ -b B02,B05
cp -r "$S" around/SECOND.SAFE
expect_exit 3 "$SUBSCENE" run around -o none $RUN
expect_line "$ERR" "error: around: holds 2 products; name the ones you want: " "$NAME.SAFE" "SECOND.SAFE"
expect_absent none

# ---- lists as Windows writes them ----
printf '\357\273\277%s\r\n' "$S" >marked
expect_exit 0 "$SUBSCENE" run @marked -o marked_out $RUN
same_tree clean marked_out "a list with a byte-order mark"
expect_exit 0 "$SUBSCENE" run @- -o marked_in $RUN <marked
same_tree clean marked_in "the same on stdin"
printf '\357\273\277# a remark\r\n' >marked_remark
expect_exit 0 "$SUBSCENE" run @marked_remark -o none $RUN
printf '\357\273\2770_0\r\n1_1\r\n' >marked_tiles
expect_exit 0 "$SUBSCENE" run "$S" -o some -b B02,B05 --size 128 --layout flat --tiles @marked_tiles
expect_count some 2
printf '\377\376/\0x\0\r\0\n\0' >utf16
expect_exit 3 "$SUBSCENE" run @utf16 -o none $RUN
expect_line "$ERR" "error: list utf16: is UTF-16 text; save it as UTF-8"
expect_absent none
finish
