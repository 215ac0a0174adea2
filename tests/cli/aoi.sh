# --aoi: the subscenes of an area, in run, info and cut; against GDAL's idea of the same area.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 1260 --jp2-tile 512,320,96 --bands B01,B05 # EPSG:32635, corner 300000 6500040
made() { (cd "$1" && find . -name 'tile_*.nc' ! -name '.*' -printf '%f\n' | sort | paste -sd' '); }
SQUARE="SRID=32635;POLYGON((302700 6497400,304000 6497400,304000 6496000,302700 6496000,302700 6497400))"

# ---- the same area, told in three ways, to three commands ----
expect_exit 0 "$SUBSCENE" run "$P" -o ewkt -b B01,B05 --size 128 -q --aoi "$SQUARE"
expect_equal "$(made ewkt)" "tile_2_2.nc tile_2_3.nc tile_3_2.nc tile_3_3.nc" "subscenes of the area"
expect_exit 0 "$SUBSCENE" verify ewkt -q
cat >area.geojson <<'END'
{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32635"}},
 "features": [{"type": "Feature", "properties": {"name": "field"}, "geometry": {"type": "Polygon", "coordinates":
  [[[302700,6497400],[304000,6497400],[304000,6496000],[302700,6496000],[302700,6497400]]]}}]}
END
expect_exit 0 "$SUBSCENE" run "$P" -o geojson -b B01,B05 --size 128 -q --aoi area.geojson
same_tree ewkt geojson "EWKT and GeoJSON"
printf 'aoi = area.geojson\nsize = 128\nbands = B01,B05\n' >aoi.ini
expect_exit 0 "$SUBSCENE" run "$P" -o config -q --config aoi.ini
same_tree ewkt config "aoi in a configuration file"
expect_exit 0 "$SUBSCENE" info "$P" -b B01,B05 --size 128 --aoi "$SQUARE" --json
expect_text "$OUT" '"subscenes":4'
expect_exit 0 "$SUBSCENE" decode "$P" -o d -b B01,B05 -q
expect_exit 0 "$SUBSCENE" resample d/B01.nc d/B05.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/B01.nc r/B05.nc -o c --size 128 --aoi area.geojson -q
expect_equal "$(made c)" "$(made ewkt)" "subscenes that cut makes"
expect_exit 0 "$SUBSCENE" write c/*.nc -o w -q
same_tree ewkt w "the stages and run"

# ---- with --tiles both must hold; an area elsewhere is nothing to do; more is added later ----
expect_exit 0 "$SUBSCENE" run "$P" -o both -b B01 --size 128 --aoi "$SQUARE" --tiles 3_3,4_4
expect_equal "$(made both)" tile_3_3.nc "--aoi and --tiles"
expect_exit 0 "$SUBSCENE" run "$P" -o nothing -b B01 --aoi 'POLYGON((0 0,1 0,1 1,0 0))'
expect_line "$ERR" warning "no subscene lies in the area"
expect_line "$ERR" "the area is at longitude 0 to 1, latitude 0 to 1, the product at longitude 23.5"
expect_absent nothing
expect_exit 0 "$SUBSCENE" cut r/B01.nc -o nothing --aoi 'POLYGON((0 0,1 0,1 1,0 0))'
expect_line "$ERR" warning "no subscene lies in the area"
expect_exit 0 "$SUBSCENE" run "$P" -o ewkt -b B01,B05 --size 128 -q
expect_count ewkt 100
expect_exit 0 "$SUBSCENE" verify ewkt -q

# ---- mistakes: nothing is made ----
for bad in 'POLYGON((0 0,1 0' 'POLYGON((0 0,1 1,0 1,1 0,0 0))' 'POLYGON((58 95,58 96,59 95,58 95))' 'SRID=x;POINT(1 1)' ''; do
    expect_exit 2 "$SUBSCENE" run "$P" -o bad --aoi "$bad"
    expect_line "$ERR" "error: --aoi"
done
expect_exit 2 "$SUBSCENE" run "$P" -o bad --aoi 'SRID=99999;POINT(1 1)'
expect_line "$ERR" "EPSG:99999" "EPSG:32635"
expect_exit 3 "$SUBSCENE" run "$P" -o bad --aoi nowhere.geojson
expect_line "$ERR" nowhere.geojson "No such file"
echo '{"type": "Polygon", "coordinates": 5}' >bad.geojson
expect_exit 2 "$SUBSCENE" run "$P" -o bad --aoi bad.geojson
expect_line "$ERR" bad.geojson GeoJSON
expect_absent bad

# ---- random polygons in longitude and latitude, against OGR ----
/usr/bin/python3 -c 'from osgeo import ogr' 2>/dev/null || { skip_part "no OGR in Python"; finish; }
cat >random_areas.py <<'END'
"""Prints per line: a random star in EWKT, a bar, and the cells whose outlines it meets (by OGR; cells of 1280 m)."""
import math
import random
import sys
from osgeo import ogr, osr

ogr.UseExceptions()
utm, degrees = osr.SpatialReference(), osr.SpatialReference()
utm.ImportFromEPSG(32635)
degrees.ImportFromEPSG(4326)
degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
back = osr.CoordinateTransformation(utm, degrees)


def cell(x, y):
    west, north, side, ring = 300000 + 1280 * x, 6500040 - 1280 * y, 1280, ogr.Geometry(ogr.wkbLinearRing)
    width, height = min(side, 312600 - west), min(side, north - 6487440)
    corners = [(0, 0), (width, 0), (width, -height), (0, -height), (0, 0)]
    for (ax, ay), (bx, by) in zip(corners, corners[1:]):
        for i in range(40):
            ring.AddPoint_2D(*back.TransformPoint(west + ax + (bx - ax) * i / 40, north + ay + (by - ay) * i / 40)[:2])
    ring.CloseRings()
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon


cells = {(x, y): cell(x, y) for y in range(10) for x in range(10)}
random.seed(7)
for _ in range(int(sys.argv[1])):
    east, north, radius = random.uniform(298000, 314000), random.uniform(6486000, 6502000), random.uniform(100, 6000)
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for i in range(9):
        r, a = radius * random.uniform(0.3, 1), i * 2 * math.pi / 9
        ring.AddPoint_2D(*back.TransformPoint(east + r * math.cos(a), north + r * math.sin(a))[:2])
    ring.CloseRings()
    star = ogr.Geometry(ogr.wkbPolygon)
    star.AddGeometry(ring)
    found = [f"tile_{x}_{y}.nc" for (x, y), c in cells.items() if c.Intersects(star)]
    print(star.ExportToWkt() + "|" + " ".join(sorted(found)))
END
stars=0 hit=0
while IFS='|' read -r area wanted; do
    expect_exit 0 "$SUBSCENE" run "$P" -o dry -b B01 --size 128 --dry-run -q --aoi "$area"
    expect_equal "$(sed 's|.*/||' "$OUT" | sort | paste -sd' ')" "$wanted" "cells of $area"
    stars=$((stars + 1)) hit=$((hit + (${#wanted} > 0)))
done < <(/usr/bin/python3 random_areas.py 60)
expect_equal "$stars" 60 "areas tried"
[ "$hit" -gt 30 ] || fail "only $hit areas meet the product"
finish
