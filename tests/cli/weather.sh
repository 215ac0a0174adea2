#!/usr/bin/env bash
# Products with weather (make_product --scene cumulus, snow, sea): the raster of true classes is taken by `label` as it is, agrees with the bands and the
# masks, and every file is the same with any number of threads.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
PYTHON=/usr/bin/python3
$PYTHON -c 'import netCDF4, numpy; from osgeo import gdal' 2>/dev/null || skip_all "python3-netcdf4 or python3-gdal is missing"

cat >check.py <<'END'
"""check.py OUT TRUTH EAST NORTH: is the layer Label the raster, and what do bands and masks say of it? Shadows are EAST, NORTH metres from the clouds."""
import glob, sys
import netCDF4, numpy
from osgeo import gdal
gdal.UseExceptions()
out, truth, east, north = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
raster = gdal.Open(truth)
assert raster.GetRasterBand(1).DataType == gdal.GDT_Byte
place, codes = raster.GetGeoTransform(), raster.ReadAsArray()
all_of = {}
for path in glob.glob(out + "/**/tile_*.nc", recursive=True):
    with netCDF4.Dataset(path) as tile:
        tile.set_auto_mask(False)
        column, row = round((tile["x"][0] - 5 - place[0]) / 10), round((place[3] - tile["y"][0] - 5) / 10)
        inside = numpy.s_[:min(256, codes.shape[0] - row), :min(256, codes.shape[1] - column)]
        wanted = codes[row:row + 256, column:column + 256]
        names = [n for n in tile.variables if tile[n].ndim == 2]
        for name in names:
            all_of.setdefault(name, numpy.zeros(codes.shape, "f8"))[row:row + 256, column:column + 256] = tile[name][inside]
dn = {b: numpy.rint(all_of[b] * 65535) / 10000 for b in ("B02", "B8A", "B10", "B11")}
data = numpy.min(list(dn.values()), axis=0) > 0  # in every band, as `label` wants it
assert (all_of["Label"] == codes * data).all(), "Label is not the raster"
assert ((codes == 0) == (dn["B02"] == 0)).all() and data.mean() > 0.85, "no data"
share = [(codes == c).mean() for c in range(5)]
assert min(share) > 0.003, share
cloud, clear, shadow, thin = (codes == c for c in (4, 1, 2, 3))
assert dn["B02"][cloud].min() > 0.2 and dn["B11"][cloud].mean() > 0.25, "clouds are bright"
assert numpy.percentile(dn["B10"][clear], 99) < 0.022, "B10 sees no ground"
if dn["B10"].max() > 0.03:
    assert (codes[dn["B10"] > 0.03] >= 3).mean() > 0.98, "B10 sees cirrus"
# the masks: at the pixels of the raster, and coarser
assert (all_of["GSFC"] == codes)[codes > 0].all(), "GSFC"
for name, right in (("FMC", {1: (1,), 2: (2,), 3: (4,), 4: (4,)}), ("CLASSI", {1: (1,), 2: (1,), 3: (3,), 4: (4,)})):
    same = sum(((all_of[name] == r) & (codes == c)).sum() for c, rs in right.items() for r in rs) / (codes > 0).sum()
    assert same > 0.85, (name, same)
# shadows: a cloud is where they come from, and not on the other side
def from_clouds(e, n):
    x, y, side = round(e / 10), -round(n / 10), codes.shape[0]
    def part(mask, x, y):
        return mask[max(y, 0):side + min(y, 0), max(x, 0):side + min(x, 0)]
    return (part(shadow, x, y) & part(cloud, -x, -y)).sum() / part(shadow, x, y).sum()
there, opposite = from_clouds(east, north), from_clouds(-east, -north)
assert there > 0.6 and there > 2 * opposite, (there, opposite)
END

MAKE="--size 510 --jp2-tile 256,160,48 --ulx 304000"
BANDS=B02,B8A,B10,B11
# KIND NORTHING EAST NORTH: the last two are the way from a cloud to its shadow, in metres
look()
{
    product "$1" --scene "$1" $MAKE --uly "$2" --truth "$1.tif" --bands $BANDS --masks gsfc,fmask,classi
    expect_exit 0 "$SUBSCENE" run "${!1}" -o "out_$1" -b $BANDS --size 256 --raster CLASSI -q
    expect_exit 0 "$SUBSCENE" label "out_$1" --raster Label="$1.tif" -q
    expect_equal "$(wc -l <"$OUT")" 4 "files that label names"
    expect_exit 0 $PYTHON check.py "out_$1" "$1.tif" "$3" "$4"
    expect_exit 0 "$SUBSCENE" verify "out_$1" -q
}
look cumulus 6500040 -492 888
look snow 6500040 -360 1178
look sea 6495240 -339 503

# the sun that made the shadows is the metadata's
while read -r kind zenith azimuth; do
    expect_text "${!kind}"/GRANULE/*/MTD_TL.xml ">$zenith</ZENITH_ANGLE>" ">$azimuth</AZIMUTH_ANGLE>"
done <<'END'
cumulus 38.0000 151.0000
snow 57.0000 163.0000
sea 34.0000 146.0000
END

# ---- the same bytes with any number of threads; the raster is no part of the product ----
SMALL="--scene snow --size 120 --bands B02,B05,B10 --masks all"
product one $SMALL --truth one.tif --threads 1
product three $SMALL --truth three.tif --threads 3
product bare $SMALL
same_tree "$one" "$three" "three threads"
same_tree "$one" "$bare" "without the true classes"
cmp -s one.tif three.tif || fail "another raster with three threads"
[ -z "$(find "$one" -name '.*')" ] || fail "hidden files in the product"

# ---- Level-2A: the scene classification says the same ----
product level2 --scene cumulus $MAKE --uly 6500040 --level L2A --bands B02,B03,TCI,AOT --truth level2.tif
cmp -s cumulus.tif level2.tif || fail "another raster of Level-2A"
expect_exit 0 "$SUBSCENE" run "$level2" -o out_level2 -b B02,TCI_R,AOT --size 510 -q
expect_exit 0 $PYTHON -c '
import netCDF4, sys
from osgeo import gdal
gdal.UseExceptions()
codes = gdal.Open(sys.argv[2]).ReadAsArray()
with netCDF4.Dataset(sys.argv[1]) as tile:
    tile.set_auto_mask(False)
    scl = tile["SCL"][:]
    assert all((scl[codes == c] == c).mean() > 0.8 for c in (1, 2, 4)), [(scl[codes == c] == c).mean() for c in (1, 2, 4)]
    red = tile["TCI_R"][:]
    assert red[codes == 4].mean() > 2 * red[codes == 1].mean() and red.max() == 255 and red[codes > 0].min() > 0
' "$(find out_level2 -name 'tile_0_0.nc')" level2.tif

# ---- refused ----
MADE=made
refused() # CODE TEXT OPTIONS...
{
    expect_exit "$1" "$MAKE_PRODUCT" --size 510 --bands B01 "${@:3}" "$MADE"
    expect_text "$ERR" "$2"
    expect_absent "$MADE"/S2A_*
}
refused 2 "--truth: only the scenes cumulus, snow and sea have one" --truth new.tif
refused 2 "--truth: only the scenes cumulus, snow and sea have one" --scene texture --truth new.tif
refused 2 "--scene: 'rain' is not one of its words" --scene rain
refused 2 "needs --baseline 04.00 or later" --scene sea --masks classi --baseline 02.09
expect_absent new.tif
sha256sum snow.tif >before
"$MAKE_PRODUCT" --size 6 --scene sea --truth snow.tif "$MADE" >"$OUT" 2>"$ERR" && fail "an existing raster was replaced"
expect_text "$ERR" "snow.tif: exists already"
sha256sum -c --quiet before || fail "an existing raster was changed"
[ -z "$(find "$MADE" -name 'S2A_*' -o -name '.S2A_*')" ] || fail "a part of a product was left"
finish
