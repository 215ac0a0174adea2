# The commands in the documents: every block marked ```sh in a README or guide is run, page by page, in a folder that has the files that they name.
# Blocks marked otherwise are for other tests: `sh setup` (CI itself), `sh slurm`, `sh cwl`, `sh snakemake` (tests/cluster), `sh container`, `sh conda`.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

product P --size 1590 --bands B02,B03,B04,B08,B05,B10 --masks fmask --jp2-tile 512,256,128
NAME=$(basename "$P" .SAFE)
mkdir programs
ln -s "$SUBSCENE" programs/subscene
ln -s "${SUBSCENE%/*}/cm_vsm" programs/cm_vsm
ln -s "$MAKE_PRODUCT" programs/make_product
PATH=$TMP/programs:$PATH

# What the documents name. The product has few bands, so that the pages run in seconds: all of them are those that it has.
prepare()
{
    cp -r "$P" PRODUCT.SAFE
    cp "$TMP"/{bands.ini,mask.png,mine.ini} .
    (cd "${P%/*}" && zip -q -0 -r "$OLDPWD/PRODUCT.zip" "$NAME.SAFE") 2>/dev/null || python3 -m zipfile -c PRODUCT.zip "$P"
    echo PRODUCT.SAFE >products.txt
    echo '{"type": "Polygon", "coordinates": [[[27.0, 58.58], [27.02, 58.58], [27.02, 58.6], [27.0, 58.58]]]}' >field.geojson
    cat >annotations.xml <<END
<annotations><version>1.1</version><image id="0" name="tile_1_1.png" width="512" height="512"><polygon label="CLOUD"
points="0,0;50,0;50,60;0,60" z_order="0"/></image></annotations>
END
}
echo "bands = B02,B03,B04,B08,B05,B10" >bands.ini
# a mask of the whole product, 1590 px of bytes: a PNG of one grey value, and its class map
python3 - <<'END' || fail "no mask"
import struct, zlib
def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
open("mask.png", "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1590, 1590, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress((b"\0" + b"\xff" * 1590) * 1590)) + chunk(b"IEND", b""))
END
printf '[layer]\nname = Mine\nkind = codes\n[codes]\n0 = 1\n255 = 4\n' >mine.ini

pages=$(cd "$SOURCE_DIR" && git ls-files '*.md' 2>/dev/null || find . -name '*.md' -not -path './build/*')
[ "$(echo "$pages" | wc -l)" -ge 20 ] || fail "few pages: $pages"
blocks=0
for page in $pages; do
    # a marked block of commands and nothing unmarked that looks like one
    awk '/^```/ { open = !open; mark = open ? $0 : ""; next } open && mark == "```" && /^(\$ )?(subscene|cm_vsm|sh|make_product|cmake|ctest) / { print FNR }' \
        "$SOURCE_DIR/$page" >unmarked
    expect_equal "$(cat unmarked)" "" "$page: commands in a block that is not marked sh"
    awk '/^```sh$/ { open = 1; next } /^```/ { open = 0 } open' "$SOURCE_DIR/$page" >page.sh
    [ -s page.sh ] || continue
    blocks=$((blocks + 1))
    # one page's commands build on one another; where bands are not named, those of the product
    sed -E '/^subscene (run |info |decode |(select|look) +PRODUCT)/{/ -b | --config /!s/$/ --config bands.ini/}; s/( +#[^#]*)( --config bands.ini)$/\2/' page.sh >run.sh
    rm -rf "$TMP/page"
    mkdir "$TMP/page"
    cd "$TMP/page" || exit 1
    prepare
    if ! bash -eux ../run.sh >../page.out 2>../page.err </dev/null; then
        fail "$page: a command fails"
        sed 's/^/    | /' ../page.err | tail -5
    fi
    cd "$TMP" || exit 1
done
[ "$blocks" -ge 4 ] || fail "only $blocks pages have commands"

# every link to a file leads somewhere
for page in $pages; do
    grep -oE '\]\([^)#h][^)]*\)' "$SOURCE_DIR/$page" | sed 's/^](//; s/)$//; s/#.*//' | while read -r link; do
        [ -e "$SOURCE_DIR/$(dirname "$page")/$link" ] || echo "$page: $link"
    done
done >broken
expect_equal "$(cat broken)" "" "links"
finish
