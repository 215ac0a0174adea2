# --aoi: the subscenes of an area, in run, info and cut; against GDAL's idea of the same area.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 1260 --jp2-tile 512,320,96 --bands B01,B05 # EPSG:32635, corner 300000 6500040
made() { (cd "$1" && find . -name 'tile_*.nc' ! -name '.*' -printf '%f\n' | sort | paste -sd' '); }
SQUARE="SRID=32635;POLYGON((302700 6497400,304000 6497400,304000 6496000,302700 6496000,302700 6497400))"

# ---- the same area, told in three ways, to three commands ----
expect_exit 0 "$SUBSCENE" run "$P" -o ewkt -b B01,B05 --size 128 -q --aoi "$SQUARE"
CELLS="tile_2_2.nc tile_2_3.nc tile_3_2.nc tile_3_3.nc"
expect_equal "$(made ewkt)" "$CELLS" "subscenes of the area"
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
expect_exit 0 "$SUBSCENE" run "$P" -o bad -b B01 --aoi 'POLYGON((58.5 23.6,58.6 23.6,58.6 23.8,58.5 23.6))'
expect_line "$ERR" warning "no subscene lies in the area" "did you mean longitude first?"
echo '{"type": "Polygon", "coordinates": 5}' >bad.geojson
expect_exit 2 "$SUBSCENE" run "$P" -o bad --aoi bad.geojson
expect_line "$ERR" bad.geojson GeoJSON
expect_absent bad

# ---- files as Windows writes them: a byte-order mark, CRLF ----
printf '\357\273\277%s\r\n' "$SQUARE" >marked.ewkt
sed 's/$/\r/; 1s/^/\xef\xbb\xbf/' area.geojson >marked.geojson
printf '\357\273\277aoi = marked.geojson\r\nsize = 128\r\nbands = B01,B05\r\n' >marked.ini
expect_exit 0 "$SUBSCENE" run "$P" -o marked_ewkt -b B01,B05 --size 128 -q --aoi marked.ewkt
expect_equal "$(made marked_ewkt)" "$CELLS" "EWKT with a byte-order mark"
expect_exit 0 "$SUBSCENE" run "$P" -o marked_ini -q --config marked.ini
expect_equal "$(made marked_ini)" "$CELLS" "configuration file with a byte-order mark"
printf '\357\273\277[layer]\r\nname = Mine\r\nkind = codes\r\nother = 0\r\n[codes]\r\n0 = 1\r\n' >marked_map.ini
cp "$(image "$P" B01)" codes.jp2
expect_exit 3 "$SUBSCENE" run "$P" -o bad -b B01 --size 128 -q --raster Mine=codes.jp2:marked_map.ini
expect_line "$ERR" codes.jp2 # the map is understood, the 16-bit image is none of codes
iconv -f UTF-8 -t UTF-16 area.geojson >utf16.geojson
expect_exit 2 "$SUBSCENE" run "$P" -o bad --aoi utf16.geojson
expect_line "$ERR" "utf16.geojson: is UTF-16 text; save it as UTF-8"
expect_absent bad

# ---- other formats: the command in the message makes a file that is read ----
if command -v ogr2ogr >/dev/null; then
    for format in 'ESRI Shapefile/shp' GPKG/gpkg KML/kml FlatGeobuf/fgb; do
        ogr2ogr -q -f "${format%/*}" -t_srs EPSG:4326 "the area.${format#*/}" area.geojson 2>/dev/null || continue
        expect_exit 2 "$SUBSCENE" run "$P" -o bad --aoi "the area.${format#*/}"
        expect_line "$ERR" "error: --aoi" "not GeoJSON or EWKT; convert it: ogr2ogr -f GeoJSON"
        rm -rf converted && mkdir converted
        command=$(sed -n 's/.*convert it: \(ogr2ogr .* EPSG:4326\) area.geojson/\1 converted\/area.geojson/p' "$ERR")
        expect_exit 0 sh -c "$command"
        expect_exit 0 "$SUBSCENE" run "$P" -o none -b B01 --size 128 --dry-run -q --aoi converted/area.geojson
        expect_equal "$(sed 's|.*/||' "$OUT" | sort | paste -sd' ')" "$CELLS" "the area of a ${format%/*}"
    done
else
    skip_part "no ogr2ogr"
fi

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
count=60 # of areas
[ -z "$SANITIZE" ] || count=15
stars=0 hit=0
while IFS='|' read -r area wanted; do
    expect_exit 0 "$SUBSCENE" run "$P" -o dry -b B01 --size 128 --dry-run -q --aoi "$area"
    expect_equal "$(sed 's|.*/||' "$OUT" | sort | paste -sd' ')" "$wanted" "cells of $area"
    stars=$((stars + 1)) hit=$((hit + (${#wanted} > 0)))
done < <(/usr/bin/python3 random_areas.py $count)
expect_equal "$stars" $count "areas tried"
[ "$hit" -gt $((count / 2)) ] || fail "only $hit areas meet the product"

# ---- the same across the 180th meridian, in zones 1 and 60 ----
cat >random_crossings.py <<'END'
"""Prints per line: cells, then a random star across the 180th meridian told in three ways (jumping from 179 to -179, as an
EWKT and as a GeoJSON file; and beyond 180 degrees). OGR works on longitudes from 0 to 360, where nothing is special.

    random_crossings.py EPSG ULX ULY COUNT"""
import json
import math
import random
import sys
from osgeo import ogr, osr

ogr.UseExceptions()
epsg, ulx, uly, count = (int(v) for v in sys.argv[1:])
utm, degrees = osr.SpatialReference(), osr.SpatialReference()
utm.ImportFromEPSG(epsg)
degrees.ImportFromEPSG(4326)
degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
back = osr.CoordinateTransformation(utm, degrees)


def place(x, y):
    lon, lat = back.TransformPoint(x, y)[:2]
    return lon % 360, lat


def polygon(points):
    ring, area = ogr.Geometry(ogr.wkbLinearRing), ogr.Geometry(ogr.wkbPolygon)
    for point in [*points, points[0]]:
        ring.AddPoint_2D(*point)
    area.AddGeometry(ring)
    return area


def cell(x, y):
    west, north = ulx + 1280 * x, uly - 1280 * y
    width, height = min(1280, ulx + 12600 - west), min(1280, north - uly + 12600)
    corners = [(0, 0), (width, 0), (width, -height), (0, -height), (0, 0)]
    return polygon([place(west + ax + (bx - ax) * i / 40, north + ay + (by - ay) * i / 40)
                    for (ax, ay), (bx, by) in zip(corners, corners[1:]) for i in range(40)])


def wrapped(lon):
    return lon - 360 if lon > 180 else lon


def wkt(points):
    return f"POLYGON(({','.join(f'{lon!r} {lat!r}' for lon, lat in [*points, points[0]])}))"


cells = {(x, y): cell(x, y) for y in range(10) for x in range(10)}
random.seed(epsg)
done = 0
while done < count:
    x, y, radius = ulx + random.uniform(0, 12600), uly - random.uniform(0, 12600), random.uniform(500, 6000)
    star = []
    for i in range(9):
        r, a = radius * random.uniform(0.3, 1), i * 2 * math.pi / 9
        star.append(place(x + r * math.cos(a), y + r * math.sin(a)))
    longitudes = [lon for lon, _ in star]
    if not min(longitudes) < 180 < max(longitudes):
        continue
    found = sorted(f"tile_{x}_{y}.nc" for (x, y), c in cells.items() if c.Intersects(polygon(star)))
    jumping = [(wrapped(lon), lat) for lon, lat in star]
    name = f"crossing_{epsg}_{done}.geojson"
    with open(name, "w") as f:
        json.dump({"type": "Feature", "properties": {}, "geometry":
                   {"type": "Polygon", "coordinates": [[[*p, 12.5] for p in [*jumping, jumping[0]]]]}}, f)
    print(" ".join(found), wkt(jumping), name, wkt(star), sep="|")
    done += 1
END
count=8
[ -z "$SANITIZE" ] || count=2
count=${AOI_CROSSINGS:-$count} crossings=0 hit=0
for place in 32701/01LAC/173000/8300020 32660/60WWT/632000/7200000; do # the 180th meridian goes through the middle
    IFS=/ read -r epsg tile ulx uly <<<"$place"
    product Q --size 1260 --jp2-tile 512,320,96 --bands B01 --epsg "$epsg" --tile "$tile" --ulx "$ulx" --uly "$uly"
    while IFS='|' read -r wanted jumping file beyond; do
        for area in "$jumping" "$file" "$beyond"; do
            expect_exit 0 "$SUBSCENE" run "$Q" -o dry -b B01 --size 128 --dry-run -q --aoi "$area"
            expect_equal "$(sed 's|.*/||' "$OUT" | sort | paste -sd' ')" "$wanted" "cells of $area in EPSG:$epsg"
        done
        crossings=$((crossings + 1)) hit=$((hit + (${#wanted} > 0)))
    done < <(/usr/bin/python3 random_crossings.py "$epsg" "$ulx" "$uly" "$count")
done
expect_equal "$hit" "$((2 * count))" "crossings that meet the product"
finish
