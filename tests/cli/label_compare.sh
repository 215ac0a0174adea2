#!/usr/bin/env bash
# A class layer that differs from what its source says now is never skipped in silence: label, run and write end with exit code 1 and one
# line, --dry-run names each subscene, and label --overwrite replaces just these layers. Files and layers.csv say where layers come from.
. "${BASH_SOURCE[0]%/*}/lib_labels.sh" || exit 1

product P --size 240 --jp2-tile 128,64,24 --bands B02,B03,B05 --nodata none
NAME=$(basename "$P" .SAFE)
boxes "$NAME" 3_0 1_1 2_2 >labels.xml
sed '/tile_2_2/!s/xbr="9"/xbr="30"/' labels.xml >corrected.xml
sed 's/^\(.*[Cc]loud *=\).*/\1 4/; s/title *=.*/title = another map/' "$SOURCE_DIR/config/classes/label.ini" >other.ini
LABEL=("$SUBSCENE" label out -q)
files() { find out -name 'tile_*.nc' -exec sha256sum {} + | sort -k 2; }
changed() { diff "$1" <(files) | grep -c '^>'; }
differs() # differs WHAT COUNT OF ARGUMENTS...: exit 1, one line, nothing changes; --dry-run names the subscenes
{
    local what=$1 count=$2 of=$3
    shift 3
    files >before
    expect_exit 1 "$@"
    expect_equal "$(wc -l <"$ERR")" 1 "$what: lines"
    expect_line "$ERR" "$count of $of subscenes have another" "overwrite"
    expect_exit 1 "$@" --dry-run
    expect_equal "$(grep -c 'warning: .*tile_._.\.nc: has another ' "$ERR")" "$count" "$what: what --dry-run names"
    expect_equal "$(changed before)" 0 "$what: files that changed"
}

PROFILES="georef kappazeta"
[ -z "$SANITIZE" ] || PROFILES=kappazeta # the release build runs both
for profile in $PROFILES; do
    rm -rf out
    RUN=("$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64 --layout flat --profile "$profile")
    expect_exit 0 "${RUN[@]}" --png
    expect_exit 0 "${LABEL[@]}" --cvat labels.xml
    cp -r out start

    # ---- the same labels: nothing to do, in any order and from another place ----
    files >before
    mkdir -p elsewhere
    cp labels.xml elsewhere/again.xml
    expect_exit 0 "${LABEL[@]}" --cvat elsewhere/again.xml
    expect_exit 0 "${LABEL[@]}" --cvat elsewhere/again.xml --overwrite
    expect_exit 0 "${RUN[@]}" --cvat labels.xml
    expect_equal "$(changed before)" 0 "$profile: the same labels: files that changed"

    # ---- other labels ----
    differs "$profile: label" 2 3 "${LABEL[@]}" --cvat corrected.xml
    differs "$profile: run" 2 16 "${RUN[@]}" --cvat corrected.xml
    differs "$profile: another class map" 3 3 "${LABEL[@]}" --cvat labels.xml --map other.ini
    expect_exit 0 "${LABEL[@]}" --cvat corrected.xml --overwrite
    expect_equal "$(changed before)" 2 "$profile: --overwrite: files that changed"
    expect_exit 0 "${RUN[@]}" --cvat corrected.xml
    differs "$profile: the first labels again" 2 3 "${LABEL[@]}" --cvat labels.xml
    expect_exit 0 "$SUBSCENE" verify out -q
    cp -r out corrected
    rm -rf out clean
    expect_exit 0 "$SUBSCENE" run "$P" -o clean -q -b B02,B05 --size 64 --layout flat --profile "$profile" --cvat corrected.xml
    find corrected -name '*.png' -delete
    sed -i '/tile_2_2/d' "clean/$NAME/layers.csv" "corrected/$NAME/layers.csv" 2>/dev/null # this one has the name of the first file
    [ "$profile" = georef ] || same_tree clean corrected "$profile: labelled, then corrected"

    # ---- a corrected file that no longer names a subscene: its layer stays, and a warning counts it ----
    rm -rf out && cp -r start out
    mkdir -p fewer && sed '/tile_1_1/d' labels.xml >fewer/labels.xml
    files >before
    for command in "${LABEL[*]} --cvat fewer/labels.xml" "${RUN[*]} --cvat fewer/labels.xml"; do
        expect_exit 0 $command
        expect_line "$ERR" "warning" "1 subscene keeps a class layer of a given source that no longer names it"
        expect_equal "$(grep -c 'no longer names' "$ERR")" 1 "$profile: warnings"
    done
    expect_equal "$(changed before)" 0 "$profile: a layer that is no longer named: files that changed"
    sed 's/tile_1_1/tile_0_0/' labels.xml >another.xml # another file need not name it
    expect_exit 0 "${LABEL[@]}" --cvat another.xml
    expect_equal "$(grep -c 'no longer names' "$ERR")" 0 "$profile: another file"

    # ---- a layer that somebody changed in the file, and one without a known origin ----
    rm -rf out
    cp -r start out
    rm -f out/*/layers.csv
    files >before
    expect_exit 0 "${LABEL[@]}" --cvat labels.xml
    expect_equal "$(changed before)" 0 "$profile: unknown origin: files that changed"
    differs "$profile: unknown origin" 2 3 "${LABEL[@]}" --cvat corrected.xml
    rm -rf start corrected
done

# ---- where layers come from ----
rm -rf out
RUN=("$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64 --layout flat)
expect_exit 0 "${RUN[@]}" --cvat labels.xml
FILE=out/$NAME/tile_3_0.nc
if command -v ncdump >/dev/null; then
    expect_equal "$(ncdump -h "$FILE" | sed -n 's/^.*Label:\(source\|class_map\) = "\(.*\)" ;/\1 \2/p' | paste -sd,)" "source cvat labels.xml,class_map label" "attributes of Label"
else
    skip_part "ncdump is missing: attributes of Label"
fi
expect_exit 0 "${RUN[@]}" --profile kappazeta --overwrite --cvat labels.xml
expect_equal "$(sed -n 's/,[0-9a-f]\{16\}\(,\|$\)/\1/gp' "out/$NAME/layers.csv" | grep tile_3_0)" "tile_3_0.nc,Label,cvat labels.xml,label" "layers.csv"
printf 'file,layer\nnonsense\n' >"out/$NAME/layers.csv"
expect_exit 0 "${RUN[@]}" --profile kappazeta --cvat labels.xml
expect_line "$ERR" "layers.csv: line 1" "not used"
expect_exit 0 "${RUN[@]}" --profile kappazeta --cvat labels.xml
expect_equal "$(cat "$ERR")" "" "a damaged layers.csv is made again"

# ---- masks: another file, and a layer that was edited ----
if /usr/bin/python3 -c 'import numpy, netCDF4; from osgeo import gdal' 2>/dev/null; then
    cat >mask.py <<'PY'
import numpy, sys
from osgeo import gdal
px = numpy.zeros((240, 240), "u1")
px[:, int(sys.argv[2]):] = 1
out = gdal.GetDriverByName("GTiff").Create(sys.argv[1], 240, 240, 1, gdal.GDT_Byte, sys.argv[3:])
out.GetRasterBand(1).WriteArray(px)
PY
    /usr/bin/python3 mask.py mask.tif 100 2>/dev/null
    /usr/bin/python3 mask.py other.tif 80 2>/dev/null
    /usr/bin/python3 mask.py packed.tif 100 COMPRESS=DEFLATE 2>/dev/null
    for profile in $PROFILES; do
        rm -rf out
        RUN=("$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64 --layout flat --profile "$profile")
        expect_exit 0 "${RUN[@]}" --raster Mine=mask.tif:keep
        files >before
        expect_exit 0 "${RUN[@]}" --raster Mine=mask.tif:keep
        expect_exit 0 "${RUN[@]}" --raster Mine=packed.tif:keep # the same codes in another file
        differs "$profile: another mask" 4 16 "${RUN[@]}" --raster Mine=other.tif:keep
        expect_equal "$(changed before)" 0 "$profile: masks: files that changed"
    done
    rm -rf out
    RUN=("$SUBSCENE" run "$P" -o out -q -b B02,B05 --size 64 --layout flat)
    expect_exit 0 "${RUN[@]}" --raster Mine=mask.tif:keep --cvat labels.xml
    /usr/bin/python3 - "$FILE" "out/$NAME/tile_1_1.nc" <<'PY'
import netCDF4, sys
for path in sys.argv[1:]:
    with netCDF4.Dataset(path, "a") as f:
        f["Label" if "1_1" in path else "Mine"][10, 10] = 3
PY
    rm "out/$NAME/manifest.csv" # which has the checksums of the files as they were
    expect_exit 1 "${RUN[@]}" --raster Mine=mask.tif:keep --cvat labels.xml
    expect_line "$ERR" "1 of 16 subscenes has another Label than labels.xml, 1 another Mine than mask.tif"
    expect_exit 0 "${LABEL[@]}" --raster Mine=mask.tif:keep --product "$P" --cvat labels.xml --overwrite
    expect_exit 0 "${RUN[@]}" --raster Mine=mask.tif:keep --cvat labels.xml
else
    skip_part "Python's netCDF4 or GDAL is missing: no masks"
fi

# ---- pictures of layers that are replaced, and label --png ----
rm -rf out with
RUN=("$SUBSCENE" run "$P" -q -b B02,B05 --size 64 --layout flat)
expect_exit 0 "${RUN[@]}" -o with --png --cvat corrected.xml
expect_exit 0 "${RUN[@]}" -o out --png --cvat labels.xml
expect_exit 0 "${LABEL[@]}" --cvat corrected.xml --overwrite
(cd with && find . -name '*.png' -exec sha256sum {} + | sort -k 2) >pictures
expect_equal "$(cd out && find . -name '*.png' -exec sha256sum {} + | sort -k 2 | diff - ../pictures | wc -l)" 0 "pictures of replaced layers"
rm -rf out
expect_exit 0 "${RUN[@]}" -o out --png
expect_exit 0 "${LABEL[@]}" --cvat corrected.xml
expect_equal "$(find out -name '*_Label_*.png' | wc -l)" 0 "label without --png: pictures of Label"
expect_exit 0 "${LABEL[@]}" --cvat corrected.xml --png
expect_equal "$(cd out && find . -name '*.png' -exec sha256sum {} + | sort -k 2 | diff - ../pictures | wc -l)" 0 "label --png"

# ---- write compares as well ----
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B02,B05
expect_exit 0 "$SUBSCENE" resample d/*.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/*.nc -o t -q --size 64
rm -rf out
WRITE=("$SUBSCENE" write t/*.nc -o out -q --layout flat)
expect_exit 0 "${WRITE[@]}" --cvat labels.xml
expect_exit 0 "${WRITE[@]}" --cvat labels.xml
differs "write" 2 16 "${WRITE[@]}" --cvat corrected.xml

# ---- a kill at any moment of label --overwrite, a full disk ----
rm -rf out start clean
expect_exit 0 "${RUN[@]}" -o start --png --cvat labels.xml
cp -r start out
expect_exit 0 "${LABEL[@]}" --cvat corrected.xml --overwrite
cp -r out clean
corrected() { same_tree clean out "label --overwrite $1"; }
survives_kills out corrected "${LABEL[@]}" --cvat corrected.xml --overwrite
survives_full_disk 4 out "$SUBSCENE" label small/out -q --cvat corrected.xml --overwrite
finish
