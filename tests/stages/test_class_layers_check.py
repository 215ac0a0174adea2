#!/usr/bin/python3
"""Does test_class_layers.py see what is wrong with class layers?

usage: test_class_layers_check.py MAKE_PRODUCT

Layers are made of a product's masks as GDAL reads them, right ones and wrong ones, without the program. Exit 77 (skipped) where a reader is missing.
"""
import glob
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import readers

netCDF4, numpy, gdal = readers.need("netCDF4", "numpy", "osgeo.gdal")

MAKE_PRODUCT = os.path.abspath(sys.argv[1])
CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "test_class_layers.py")
SIDE, ULX, ULY = 4800, 300000, 6500040
PLACE = ["--ulx", str(ULX), "--uly", str(ULY), "--side", str(SIDE)]
CODES = {  # of the values, in the order of their first 8 bits; None: as they are
    "FMC": [1, 1, 2, 1, 4] + [0] * 250 + [5], "SS2C": [1, 4], "SS2CC": None, "GSFC": [0, 1, 4, 3, 2], "BHC": [5, 5, 4, 4, 2, 1, 1, 1], "FMSC": [1, 4, 2],
    "DL_L8S2_UV": [5, 1, 4], "CLASSI": [1, 4, 3, 4, 1, 4, 3, 4],
    "SCL": [5, 5, 1, 2, 1, 1, 1, 0, 4, 4, 3, 1], "S2CC": None, "S2CS": None,
    "MAJAC": [1 if v == 0 else 4 if v // 2 % 2 else 2 if v // 32 % 4 else 3 if v // 16 % 2 else 0 for v in range(256)],
}
PATTERNS = {
    ("FMC", 20): "GRANULE/*/FMASK_DATA/*.tif", ("GSFC", 10): "GRANULE/*/GSFC/*.tif", ("BHC", 60): "ref_dataset/*/*.tif",
    ("FMSC", 20): "ref_dataset_mrziglod20/*.png", ("DL_L8S2_UV", 10): "*.tif", ("CLASSI", 60): "GRANULE/*/QI_DATA/MSK_CLASSI_B00.jp2",
    ("MAJAC", 10): "GRANULE/*/MAJA_DATA/*R1.tif", ("MAJAC", 20): "GRANULE/*/MAJA_DATA/*R2.tif",
    **{("SS2C", p): f"GRANULE/*/S2CLOUDLESS_DATA/R{p}m/*prediction.png" for p in (10, 20, 60)},
    **{("SS2CC", p): f"GRANULE/*/S2CLOUDLESS_DATA/R{p}m/*probability.png" for p in (10, 20, 60)},
}


LEVEL2 = {(name, p): pattern.format(p) for p in (20, 60) for name, pattern in (
    ("SCL", "GRANULE/*/IMG_DATA/R{0}m/*_SCL_{0}m.jp2"), ("S2CC", "GRANULE/*/QI_DATA/MSK_CLDPRB_{0}m.jp2"),
    ("S2CS", "GRANULE/*/QI_DATA/MSK_SNWPRB_{0}m.jp2"))}


class Check(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.TemporaryDirectory()
        cls.raster = {}
        for options, patterns in (["--masks", "all"], PATTERNS), (["--level", "L2A"], LEVEL2):
            made = subprocess.run([MAKE_PRODUCT, "--size", str(SIDE // 10), "--bands", "B01", *options, cls.root.name], stdout=subprocess.PIPE,
                                  universal_newlines=True, check=True)
            cls.raster.update({key: cls.read(os.path.join(made.stdout.strip(), pattern)) for key, pattern in patterns.items()})

    @classmethod
    def tearDownClass(cls):
        cls.root.cleanup()

    @staticmethod
    def read(pattern):
        image = gdal.Open(glob.glob(pattern)[0]).ReadAsArray()
        return image if image.ndim == 2 else image[0] + 2 * image[1] + 4 * image[2]

    def setUp(self):
        self.out = tempfile.mkdtemp(dir=self.root.name)

    def layer(self, name, source, pixel):
        """On the product's grid of `pixel` metres: repeated, or every n-th from the n/2-th on."""
        a = self.raster[name, source]
        a = a.repeat(max(1, source // pixel), 0).repeat(max(1, source // pixel), 1)
        n = max(1, pixel // source)
        a = a[n // 2::n, n // 2::n]
        return a if CODES[name] is None else numpy.array(CODES[name])[a]

    def write(self, layers, pixel=10, corner=(0, 0), side=200, **more):
        """One subscene; what overhangs the product is 0."""
        path = os.path.join(self.out, more.get("name", "tile_0_0.nc"))
        with netCDF4.Dataset(path, "w") as f:
            f.createDimension("y", side)
            f.createDimension("x", side)
            f.createVariable("x", "f8", ("x",))[:] = ULX + (corner[0] + numpy.arange(side) + 0.5) * pixel + more.get("moved", 0)
            f.createVariable("y", "f8", ("y",))[:] = ULY - (corner[1] + numpy.arange(side) + 0.5) * pixel
            if "baseline" in more:
                f.processing_baseline = more["baseline"]
            if "band" in more:
                f.createVariable("B01", "f4", ("y", "x"))[:] = more["band"]
            for name, array in layers.items():
                part = array[corner[1]:corner[1] + side, corner[0]:corner[0] + side]
                f.createVariable(name, "u1", ("y", "x"))[:] = numpy.pad(part, ((0, side - part.shape[0]), (0, side - part.shape[1])))

    def ask(self, *options):
        return subprocess.run(["/usr/bin/python3", CHECK, self.out, *PLACE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True,
                              check=False)

    def right(self, says, *options):
        result = self.ask(*options)
        self.assertEqual((result.returncode, result.stdout.count("\n"), result.stderr), (0, 1, ""), result.stdout)
        self.assertIn(says, result.stdout)

    def wrong(self, says, *options):
        result = self.ask(*options)
        self.assertEqual((result.returncode, result.stderr), (1, ""), result.stdout)
        self.assertRegex(result.stdout, says)

    def test_all_layers_on_all_grids(self):
        for pixel in 10, 20, 60:
            best = {}
            for name, source in self.raster:
                if name not in best or source == pixel or (best[name] != pixel and source < best[name]):
                    best[name] = source
            layers = {name: self.layer(name, source, pixel) for name, source in best.items()}
            side = 2000 // pixel
            for x in range(3):
                self.write(layers, pixel, (x * side, 2 * side), side, name=f"tile_{x}_2.nc")  # they overhang below and at the right
            self.right(f"3 files, {3 * len(CODES)} layers; BHC (60 m): 0 × ", "--need", ",".join(CODES))
            for name, source in best.items():
                self.right(f"{name} ({source} m): ")

    def test_shifted_by_a_pixel(self):
        for name, source in self.raster:
            a = self.layer(name, source, 10)
            for moved in (a[1:], numpy.pad(a, ((0, 0), (1, 0)))):
                self.write({name: moved})
                self.wrong(f"^tile_0_0.nc {name}: \\d{{3,}} wrong of 40000 \\(taken for {source} m", "--resolution", f"{name}={source}")
            self.write({name: a})
            self.right(f"1 files, 1 layers; {name} ({source} m): ", "--resolution", f"{name}={source}")

    def test_other_rasters_of_the_same_tool(self):
        for name, source in (("SS2C", 20), ("SS2CC", 60), ("MAJAC", 20)):
            self.write({name: self.layer(name, source, 10)})
            self.wrong(f"{name}: \\d+ wrong of 40000 \\(taken for 10 m")
            self.right(f"{name} ({source} m)", "--resolution", str(source))

    def test_mixed_up(self):
        for name, other in (("FMC", "FMSC"), ("SS2C", "FMSC"), ("GSFC", "DL_L8S2_UV"), ("DL-L8S2-UV", "GSFC")):
            self.write({name: self.layer(other, {"FMSC": 20}.get(other, 10), 10)})
            self.wrong(f"tile_0_0.nc {name}: \\d+ wrong of 40000")

    def test_scl_codes(self):
        self.write({"SCL": self.raster["SCL", 20].repeat(2, 0).repeat(2, 1)})
        self.wrong("SCL: ")
        self.right("SCL (20 m): 0 × ", "--scl-codes")

    def test_one_pixel(self):
        a = self.layer("GSFC", 10, 10).copy()
        a[17, 23] += 1
        self.write({"GSFC": a})
        self.wrong("^tile_0_0.nc GSFC: 1 wrong of 40000 .*first: row 17, column 23 has")

    def test_outside(self):
        self.write({"FMC": numpy.pad(self.layer("FMC", 20, 10), (0, 300), constant_values=1)}, corner=(400, 0))
        self.wrong(r"FMC: 24000 wrong of 40000 .*first: row 0, column 80 has 1 instead of 0")

    def test_maja(self):
        native = numpy.array([1 if v == 0 else 4 if v & 2 else 2 if v & 12 else 3 if v & 64 else 0 for v in range(256)])
        self.write({"MAJAC": native[self.raster["MAJAC", 10]]})
        self.wrong("MAJAC: ")
        self.right("MAJAC (10 m)", "--maja", "native")

    def test_classi_without_data(self):
        band = numpy.ones((200, 200))
        band[:50, :70] = 0
        layer = self.layer("CLASSI", 60, 10).copy()
        self.write({"CLASSI": layer}, band=band)
        self.wrong("CLASSI: 3500 wrong of 40000")
        layer[:50, :70] = 0
        self.write({"CLASSI": layer}, band=band)
        self.right("CLASSI (60 m): 0 × 3500")

    def test_clouds_of_early_baselines(self):
        self.write({"CLASSI": self.layer("CLASSI", 60, 10)}, baseline="02.09")
        self.wrong("CLASSI: ")
        layer = numpy.ones((480, 480))
        for y in range(200):
            for x in range(200):
                i, right = divmod(ULX + 10 * x + 5, 1900)
                j, up = divmod(ULY - 10 * y - 5, 1700)
                is_hole = (i + j) % 2 == 0 and 403 < right < 703 and 603 < up < 903
                if 203 < right < 1103 and 303 < up < 1203 and not is_hole:
                    layer[y, x] = 4
                elif abs(right - 1203) + abs(up - 1003) < (512, 412, 312)[i % 3]:
                    layer[y, x] = 3
        self.write({"CLASSI": layer}, baseline="02.09")
        self.right("CLASSI (10 m): 1 × ")
        self.wrong("CLASSI: .*taken for 60 m", "--resolution", "CLASSI=60")

    def test_nothing_to_check(self):
        self.wrong("there is nothing to check: 0 files")
        self.write({})
        self.wrong("there is nothing to check: 1 files, no class layer")
        self.write({"FMC": self.layer("FMC", 20, 10)})
        self.wrong("tile_0_0.nc: BHC is missing", "--need", "FMC,BHC")
        self.write({"FMC": self.layer("FMC", 20, 10)}, moved=3)
        self.wrong("x and y are no centres of the product's pixels of 10")
        with open(os.path.join(self.out, "bad.nc"), "w", encoding="ascii") as f:
            f.write("no file")
        self.wrong("bad.nc: ")
        self.assertEqual(self.ask("--resolution", "FMC=10").returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
