#!/usr/bin/python3
"""Are the masks that make_product writes what GDAL reads, and what testdata/scene.h says?

usage: test_made_masks.py MAKE_PRODUCT

Exit 77 (skipped) where GDAL is not installed.
"""
import glob
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
import zipfile

sys.dont_write_bytecode = True
import readers

numpy, gdal, ogr, osr = readers.need("numpy", "osgeo.gdal", "osgeo.ogr", "osgeo.osr")

import scene_masks

gdal.UseExceptions()
MAKE_PRODUCT = os.path.abspath(sys.argv[1])
SIDE = 4800
PLACES = {  # corner, EPSG, options
    "north": ((300000, 6500040), 32635, ["--seed", "1"]),
    "south": ((499980, 1200000), 32733, ["--epsg", "32733", "--tile", "33HWD", "--baseline", "02.09", "--ulx", "499980", "--uly", "1200000"]),
}
FILES = [  # word of --masks, mask, pixel, pattern
    ("fmask", "fmask", 20, "GRANULE/*/FMASK_DATA/*_Fmask4.tif"),
    *(("s2cloudless", "s2cloudless", p, f"GRANULE/*/S2CLOUDLESS_DATA/R{p}m/*_prediction.png") for p in (10, 20, 60)),
    *(("s2cloudless", "probability", p, f"GRANULE/*/S2CLOUDLESS_DATA/R{p}m/*_probability.png") for p in (10, 20, 60)),
    ("maja", "maja", 10, "GRANULE/*/MAJA_DATA/*_CLM_R1.tif"),
    ("maja", "maja", 20, "GRANULE/*/MAJA_DATA/*_CLM_R2.tif"),
    ("gsfc", "gsfc", 10, "GRANULE/*/GSFC/*label.tif"),
    ("bhc", "bhc", 60, "ref_dataset/Classification/*classification_map.tif"),
    ("fmsc", "fmsc", 20, "ref_dataset_mrziglod20/*classification_map.png"),
    ("dluvclouds", "dluvclouds", 10, "dluvclouds_rgbiswir.tif"),
]
CLASSI = "GRANULE/*/QI_DATA/MSK_CLASSI_B00.jp2"
CLOUDS = "GRANULE/*/QI_DATA/MSK_CLOUDS_B00.gml"


def ask(*options):
    return subprocess.run([MAKE_PRODUCT, "--size", str(SIDE // 10), "--bands", "B01", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True, check=False)


def make(folder, *options):
    result = ask(*options, folder)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def files(product):
    found = {}
    for path in glob.glob(f"{product}/**", recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as f:
                found[os.path.relpath(path, product)] = f.read()
    return found


class Masks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.product = {place: make(cls.sub(), "--masks", "all", *options) for place, (_, _, options) in PLACES.items()}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def sub(cls):
        return tempfile.mkdtemp(dir=cls.folder.name)

    def one(self, product, pattern):
        found = glob.glob(os.path.join(product, pattern))
        self.assertEqual(len(found), 1, pattern)
        return found[0]

    def test_rasters(self):
        for place, (corner, epsg, _) in PLACES.items():
            for _, mask, pixel, pattern in FILES:
                image = gdal.Open(self.one(self.product[place], pattern))
                with self.subTest(place=place, mask=mask, pixel=pixel):
                    self.assertEqual((image.RasterXSize, image.RasterYSize, image.RasterCount), (SIDE // pixel, SIDE // pixel, 1))
                    self.assertEqual(image.GetRasterBand(1).DataType, gdal.GDT_Byte)
                    if pattern.endswith(".tif"):
                        self.assertEqual(image.GetGeoTransform(), (corner[0], pixel, 0, corner[1], 0, -pixel))
                        place_of = osr.SpatialReference(image.GetProjection())
                        self.assertEqual((place_of.GetAuthorityCode(None), place_of.IsProjected()), (str(epsg), 1))
                        self.assertEqual(place_of.GetName(), f"WGS 84 / UTM zone {epsg % 100}{'N' if epsg < 32700 else 'S'}")
                    array = image.ReadAsArray()
                    self.assertTrue((array == scene_masks.value(mask, *scene_masks.centres(corner, SIDE, pixel))).all())
                    missing = set(scene_masks.CODES[mask]) - set(array.flatten().tolist())
                    self.assertFalse(missing if pixel == 10 or mask != "probability" else set(), "codes that do not occur")

    def test_some_values_worked_out_by_hand(self):
        image = gdal.Open(self.one(self.product["north"], FILES[0][3])).ReadAsArray()
        # upper left pixel: e = 300010, n = 6500030; b = |1030 − 755| + |1230 − 1055| = 450
        self.assertEqual(image[0, 0], 0)
        # column 50, row 40: e = 301010, n = 6499230; b = |520 − 755| + |430 − 1055| = 860; h = 215 + |1370 − 950|/3 + |300 − 350|/2 = 380; k = 9 mod 6
        self.assertEqual(image[40, 50], 3)

    def test_shifts_and_mixing_up_are_seen(self):
        """Of 10 m pixels at least a tenth change with each shift by one, and between any two masks half."""
        north = {mask: scene_masks.value(mask, *scene_masks.centres(PLACES["north"][0], SIDE, 10)) for mask in scene_masks.MASKS}
        for mask, a in north.items():
            for other in (a[1:] != a[:-1], a[:, 1:] != a[:, :-1], a[1:, 1:] != a[:-1, :-1]):
                self.assertGreater(other.mean(), 0.1 if len(scene_masks.CODES[mask]) > 2 else 0.05, mask)
            for other, b in north.items():
                if other != mask:
                    self.assertGreater((a != b).mean(), 0.3, (mask, other))

    def test_level2(self):
        """Those of Sen2Cor, at both resolutions and of any baseline, beside the product's own mask."""
        for baseline in "05.11", "02.09":
            product = make(self.sub(), "--level", "L2A", "--baseline", baseline)
            for mask, pattern in (("scl", "GRANULE/*/IMG_DATA/R{0}m/*_SCL_{0}m.jp2"), ("cloud_probability", "GRANULE/*/QI_DATA/MSK_CLDPRB_{0}m.jp2"),
                                  ("snow_probability", "GRANULE/*/QI_DATA/MSK_SNWPRB_{0}m.jp2")):
                for pixel in 20, 60:
                    image = gdal.Open(self.one(product, pattern.format(pixel))).ReadAsArray()
                    wanted = scene_masks.value(mask, *scene_masks.centres(PLACES["north"][0], SIDE, pixel))
                    self.assertEqual(image.dtype, numpy.uint8)
                    self.assertTrue((image == wanted).all(), (mask, pixel))
                    self.assertFalse(set(scene_masks.CODES[mask]) - set(image.flatten().tolist()) if pixel == 20 else set())
            self.one(product, CLASSI if baseline == "05.11" else CLOUDS)

    def test_classi(self):
        image = gdal.Open(self.one(self.product["north"], CLASSI)).ReadAsArray()
        self.assertEqual((image.shape, image.max()), ((3, SIDE // 60, SIDE // 60), 1))
        bits = scene_masks.value("classi", *scene_masks.centres(PLACES["north"][0], SIDE, 60))
        self.assertTrue((image[0] | image[1] << 1 | image[2] << 2 == bits).all())
        self.assertEqual(set(bits.flatten().tolist()), set(range(8)))
        self.assertFalse(glob.glob(os.path.join(self.product["north"], CLOUDS)))

    def test_clouds(self):
        """The polygons as gdal_rasterize has them, on every grid."""
        gml = {"gml": "http://www.opengis.net/gml/3.2", "eop": "http://www.opengis.net/eop/2.0"}
        corner = PLACES["south"][0]
        root = xml.etree.ElementTree.parse(self.one(self.product["south"], CLOUDS)).getroot()
        wkt = {"OPAQUE": [], "CIRRUS": []}
        for feature in root.iterfind(".//eop:MaskFeature", gml):
            rings = []
            for ring in feature.iterfind(".//gml:posList", gml):
                numbers = ring.text.split()
                self.assertEqual(numbers[:2], numbers[-2:])
                rings.append("(" + ", ".join(f"{e} {n}" for e, n in zip(numbers[::2], numbers[1::2])) + ")")
            wkt[feature.find("eop:maskType", gml).text].append(f"POLYGON ({', '.join(rings)})")
        self.assertTrue(any("), (" in p for p in wkt["OPAQUE"]) and any("), (" not in p for p in wkt["OPAQUE"]))
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(PLACES["south"][1])
        for pixel in 10, 20, 60:
            bits = 0
            for bit, kind in ((1, "OPAQUE"), (2, "CIRRUS")):
                raster = gdal.GetDriverByName("MEM").Create("", SIDE // pixel, SIDE // pixel)
                raster.SetGeoTransform((corner[0], pixel, 0, corner[1], 0, -pixel))
                raster.SetProjection(reference.ExportToWkt())
                shapes = ogr.GetDriverByName("Memory").CreateDataSource("")
                layer = shapes.CreateLayer("", reference)
                for text in wkt[kind]:
                    feature = ogr.Feature(layer.GetLayerDefn())
                    feature.SetGeometry(ogr.CreateGeometryFromWkt(text))
                    layer.CreateFeature(feature)
                gdal.RasterizeLayer(raster, [1], layer, burn_values=[bit])
                bits = bits | raster.ReadAsArray()
            wanted = scene_masks.clouds(*scene_masks.centres(corner, SIDE, pixel))
            self.assertTrue((bits == wanted).all(), pixel)
            self.assertEqual(set(bits.flatten().tolist()), {0, 1, 2, 3})

    def test_nothing_else_changes(self):
        """Each word adds its own files; the rest is as without, but for the product's own mask and its line in manifest.safe."""
        plain = files(make(self.sub()))
        every = files(self.product["north"])
        added = set(every) - set(plain)
        self.assertEqual(len(added), len(FILES))
        self.assertFalse(set(plain) - set(every))
        changed = [name for name in plain if plain[name] != every[name]]
        self.assertEqual(sorted(n.split("/")[-1] for n in changed), ["MSK_CLASSI_B00.jp2", "manifest.safe"])
        for word in sorted({f[0] for f in FILES}):
            one = files(make(self.sub(), "--masks", word))
            wanted = {name for name in added if any(glob.fnmatch.fnmatch(name, f[3]) for f in FILES if f[0] == word)}
            self.assertTrue(wanted)
            self.assertEqual({name: data for name, data in one.items() if name not in plain}, {name: every[name] for name in wanted})
            self.assertEqual({name: data for name, data in one.items() if name in plain}, plain)

    def test_same_bytes(self):
        again = files(make(self.sub(), "--masks", "classi,fmask,s2cloudless,maja,gsfc,bhc,fmsc,dluvclouds", "--threads", "3"))
        self.assertEqual(again, files(self.product["north"]))

    def test_zip(self):
        with zipfile.ZipFile(make(self.sub(), "--masks", "all", "--zip")) as archive:
            inside = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
        self.assertEqual(inside, files(self.product["north"]))

    def test_wrong_words(self):
        for options, says in ((["--masks", "fmask,scl"], "--masks: 'scl' is not one of its words"), (["--masks", ""], "--masks: '' is not"),
                              (["--masks", "fmask," * 30 + "bhc"], "--masks: too long"),
                              (["--masks", "classi", "--drop-qi"], "--masks: classi is in QI_DATA, which --drop-qi leaves out")):
            folder = self.sub()
            result = ask(*options, folder)
            self.assertEqual((result.returncode, os.listdir(folder)), (2, []))
            self.assertIn(says, result.stderr)
        self.assertTrue(glob.glob(os.path.join(make(self.sub(), "--masks", "bhc", "--drop-qi"), "ref_dataset/*/*.tif")))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
