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

# ---- a folder around the product ----
mkdir around
cp -r "$S" around
echo "what a file manager leaves" >around/readme.txt
expect_exit 0 "$SUBSCENE" run around -o around_out $RUN
same_tree clean around_out "a folder around the product"
expect_exit 0 "$SUBSCENE" info around/
cp -r "$S" around/SECOND.SAFE
expect_exit 3 "$SUBSCENE" run around -o none $RUN
expect_line "$ERR" "error: around: holds 2 products, name those that are wanted: " "$NAME.SAFE" "SECOND.SAFE"
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
