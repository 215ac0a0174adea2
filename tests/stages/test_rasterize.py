#!/usr/bin/python3
"""Are filters/rasterize's pixels those of GDAL?

usage: test_rasterize.py RASTERIZE_TEXT

Some hundreds of random polygons: convex, concave, crossing and touching themselves, tiny, with holes, partly outside, and with vertices on pixel
centres and corners; whole images and parts of them, bit for bit. Exit 77 (skipped) where GDAL is not installed.
"""
import math
import random
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import readers

numpy, gdal, ogr = readers.need("numpy", "osgeo.gdal", "osgeo.ogr")

gdal.PushErrorHandler("CPLQuietErrorHandler")  # there is no spatial reference, which is what it warns of
TOOL = sys.argv[1]
WIDTH, HEIGHT = 64, 48


def by_gdal(rings):
    raster = gdal.GetDriverByName("MEM").Create("", WIDTH, HEIGHT, 1, gdal.GDT_Byte)
    raster.SetGeoTransform([0, 1, 0, 0, 0, -1])
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = source.CreateLayer("l", None, ogr.wkbPolygon)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    for ring in rings:
        line = ogr.Geometry(ogr.wkbLinearRing)
        for x, y in ring:
            line.AddPoint_2D(x, -y)
        line.CloseRings()
        polygon.AddGeometry(line)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(polygon)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(raster, [1], layer, burn_values=[1])
    return raster.ReadAsArray()


def by_us(polygons, part):
    x, y, w, h = part
    lines = []
    for rings in polygons:
        lines.append(f"image {x} {y} {w} {h}")
        lines += ["ring " + " ".join(f"{px!r},{py!r}" for px, py in ring) for ring in rings]
        lines.append("end")
    out = subprocess.run([TOOL], input="\n".join(lines).encode() + b"\n", stdout=subprocess.PIPE, check=True).stdout
    return numpy.frombuffer(out, "u1").reshape(len(polygons), h, w)


def star(rnd, n, reach):
    """Simple, mostly concave."""
    cx, cy = rnd.uniform(0, WIDTH), rnd.uniform(0, HEIGHT)
    angles = sorted(rnd.uniform(0, 2 * math.pi) for _ in range(n))
    ring = [(cx + rnd.uniform(0.1, 1) * reach * math.cos(a), cy + rnd.uniform(0.1, 1) * reach * math.sin(a)) for a in angles]
    return ring if rnd.random() < 0.5 else ring[::-1]


def scribble(rnd, n):
    """Crosses itself, and leaves the image."""
    return [(rnd.uniform(-20, WIDTH + 20), rnd.uniform(-20, HEIGHT + 20)) for _ in range(n)]


def on_grid(rnd, ring, step):
    return [(round(x / step) * step, round(y / step) * step) for x, y in ring]


def polygons():
    rnd = random.Random(20200529)
    found = []
    for i in range(120):
        found.append([star(rnd, rnd.randint(3, 30), rnd.choice([2, 10, 60]))])
        found.append([scribble(rnd, rnd.randint(3, 12))])
        found.append([star(rnd, 3, rnd.uniform(0.01, 2))])
        found.append([star(rnd, 12, 30), star(rnd, 7, 12), star(rnd, 5, 5)])
        # as CVAT writes them: two digits
        found.append([[(round(x, 2), round(y, 2)) for x, y in scribble(rnd, 9)]])
    if int(gdal.VersionInfo()) >= 3050000:  # before, rings whose lowest vertex comes twice were turned otherwise
        for i in range(120):
            # many horizontal edges on the rows' own lines, vertices that touch other edges, vertices that come twice
            found.append([on_grid(rnd, scribble(rnd, rnd.randint(3, 9)), 0.5)])
            found.append([on_grid(rnd, star(rnd, 8, 6), 0.5), on_grid(rnd, star(rnd, 5, 3), 0.5)])
            found.append([on_grid(rnd, scribble(rnd, rnd.randint(4, 20)), 4.5)])
    return found


class Rasterize(unittest.TestCase):
    def compare(self, part):
        x, y, w, h = part
        cases = polygons()
        for rings, ours in zip(cases, by_us(cases, part)):
            theirs = by_gdal(rings)[y:y + h, x:x + w]
            if not (ours == theirs).all():
                self.fail(f"{numpy.argwhere(ours != theirs)[:5].tolist()} differ in {rings}")
        print(f"{len(cases)} polygons, part {part}")

    def test_whole(self):
        self.compare((0, 0, WIDTH, HEIGHT))

    def test_part(self):
        self.compare((17, 9, 30, 21))


unittest.main(argv=sys.argv[:1])
