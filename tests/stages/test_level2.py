#!/usr/bin/python3
"""Level-2A and the true-colour image as readers see them; real images against what GDAL (OpenJPEG) makes of them, number by number.

usage: test_level2.py SUBSCENE MAKE_PRODUCT SOURCE_DIR

Real files are those of SOURCE_DIR/../shared/data; tests that need them skip where they are absent. Exit 77 (skipped) where a reader is missing.
"""
import csv
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import readers

netCDF4, numpy, xarray, gdal = readers.need("netCDF4", "numpy", "xarray", "osgeo.gdal")

SUBSCENE, MAKE_PRODUCT, SOURCE = (os.path.abspath(p) for p in sys.argv[1:4])
SHARED = os.path.join(os.path.dirname(SOURCE), "shared", "data")
REAL = os.path.join(SHARED, "real", "S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE")
CM_VSM = os.path.join(SHARED, "cm_vsm")
COLOURS = ["TCI_R", "TCI_G", "TCI_B"]
WITH_ALL = "B02,B05,AOT,WVP,TCI"


def call(*words):
    result = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: exit {result.returncode}: {result.stderr}")
    return result.stdout


def image(pattern):
    """As GDAL decodes it: rows and columns, or components before them."""
    found = glob.glob(pattern)
    assert len(found) == 1, (pattern, found)
    return gdal.Open(found[0]).ReadAsArray()


def whole(folder, name, size):
    """A band or layer of all subscenes of a run without overlap, put together; 16-bit numbers where it is in floats."""
    rows = []
    with open(os.path.join(folder, "manifest.csv"), encoding="ascii") as f:
        cells = [(int(r["x"]), int(r["y"])) for r in csv.DictReader(f)]
    for y in range(max(c[1] for c in cells) + 1):
        row = []
        for x in range(max(c[0] for c in cells) + 1):
            with netCDF4.Dataset(os.path.join(folder, f"tile_{x}_{y}.nc")) as tile:
                tile.set_auto_maskandscale(False)
                values = tile[name][:]
            assert values.shape == (size, size)
            row.append(numpy.rint(values.astype("f8") * 65535).astype("u2") if values.dtype == "f4" else values)
        rows.append(numpy.hstack(row))
    return numpy.vstack(rows)


class Test(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)

    def run_product(self, product, *options):
        return call(SUBSCENE, "run", product, "-q", "-o", tempfile.mkdtemp(dir=self.root), *options).strip()

    def same(self, ours, theirs, what):
        """The raster, and no data beyond it."""
        h, w = theirs.shape
        self.assertTrue((ours[:h, :w] == theirs).all(), f"{what}: {(ours[:h, :w] != theirs).sum()} of {theirs.size} differ")
        self.assertFalse(ours[h:].any() or ours[:, w:].any(), what)


class Synthetic(Test):
    def product(self, *options):
        return call(MAKE_PRODUCT, "--size", "480", "--jp2-tile", "128,96,40", *options, tempfile.mkdtemp(dir=self.root)).strip()

    def test_variables(self):
        product = self.product("--level", "L2A")
        for profile in "georef", "kappazeta":
            folder = self.run_product(product, "--size", "128", "-b", WITH_ALL, "--profile", profile)
            with netCDF4.Dataset(os.path.join(folder, "tile_2_1.nc")) as tile:
                bands = ["B02", "B05", "AOT", "WVP"] + COLOURS
                rest = ["x", "y", "crs"] if profile == "georef" else []
                self.assertEqual(list(tile.variables), bands + ["SCL", "S2CC", "S2CS"] + rest)
                for name in bands:
                    self.assertEqual(tile[name].dtype, "u1" if name in COLOURS else "f4", name)
                    self.assertEqual(tile[name].dimensions, ("y", "x") if profile == "georef" else ("x", "y"))
                    values = tile[name][:]
                    self.assertFalse(numpy.ma.is_masked(values), name)
                    self.assertTrue((values > 0).all(), name)
                if profile == "georef":
                    self.assertEqual((tile["WVP"].quantification_value, tile["AOT"].quantification_value), (1000, 1000))
                    self.assertIn("centimetres", tile["WVP"].comment)
                    self.assertEqual(tile["B02"].boa_add_offset, -1000)
                    self.assertIn("bottom of atmosphere", tile["B02"].long_name)
                    self.assertIn("boa_add_offset", tile.comment)
                    self.assertEqual(tile.quantification_value, 10000)
                    self.assertIn("Level-2A", tile.source)
                self.assertEqual((tile["TCI_R"].scaling_factor, tile["TCI_R"].resampling_filter), (1, "sinc"))

    def test_gdal_and_xarray(self):
        folder = self.run_product(self.product("--level", "L2A"), "--size", "128", "-b", WITH_ALL)
        path = os.path.join(folder, "tile_2_1.nc")
        with xarray.open_dataset(path) as tile:
            self.assertEqual(tile["TCI_G"].dtype, numpy.uint8)
            for name in COLOURS + ["AOT"]:
                band = gdal.Open(f"NETCDF:{path}:{name}")
                self.assertEqual(band.GetGeoTransform(), (302560, 10, 0, 6498760, 0, -10))
                self.assertIn("UTM zone 35N", band.GetProjection())
                self.assertTrue((band.ReadAsArray() == tile[name].values).all(), name)

    def test_content_hash_of_the_documents(self):
        """io/FORMATS.md's own words, on files with all kinds of bands and layers (BHC begins with a B as bands do)."""
        with open(os.path.join(SOURCE, "io", "FORMATS.md"), encoding="utf-8") as f:
            code = [block for block in re.findall(r"```python\n(.*?)```", f.read(), re.S) if "def content_hash" in block]
        self.assertEqual(len(code), 1)
        for options, bands in ((["--level", "L2A"], WITH_ALL), (["--tci", "--masks", "all"], "B02,B10,TCI"), (["--masks", "bhc"], "B02,B05")):
            folder = self.run_product(self.product(*options), "--size", "200", "-b", bands)
            result = subprocess.run(["/usr/bin/python3", "-"], input=code[0], cwd=folder, stdout=subprocess.PIPE, universal_newlines=True, check=True)
            lines = result.stdout.splitlines()
            self.assertEqual(len(lines), 9)
            self.assertTrue(all(line.endswith(" True") for line in lines), lines)

    def test_values_at_20_m_are_bytes(self):
        """White clouds: what the kernel makes of them stays within 1 … 255, and is 255 inside of them."""
        product = self.product("--level", "L2A", "--scene", "texture", "--nodata", "none", "--bands", "TCI", "--seed", "3")
        source = image(f"{product}/GRANULE/*/IMG_DATA/R10m/*_TCI_10m.jp2")
        self.assertGreater((source == 255).mean(), 0.01)
        for metres in 20, 60:
            folder = self.run_product(product, "--resolution", str(metres), "--size", "40", "-b", "TCI", "--no-masks")
            for c, name in enumerate(COLOURS):
                side = 4800 // metres
                ours = whole(folder, name, 40)[:side, :side].astype(int)
                blocks = source[c].reshape(side, metres // 10, side, metres // 10).astype(int)
                self.assertTrue((ours >= 1).all())
                near = numpy.pad(blocks.min((1, 3)), 4, mode="edge")
                inside = numpy.lib.stride_tricks.sliding_window_view(near, (9, 9)).min((2, 3)) == 255
                self.assertTrue((ours[inside] == 255).all(), name)
                self.assertLess(abs(ours - blocks.mean((1, 3))).mean(), 12)


@unittest.skipUnless(os.path.isdir(REAL), f"{REAL} is not there")
class Real(Test):
    def test_whole_images(self):
        """B01 and AOT are there at their native pixel: decoded, they are GDAL's; so is AOT in subscenes, and B01 at 60 m."""
        folder = os.path.join(self.root, "d")
        call(SUBSCENE, "decode", REAL, "-o", folder, "-b", "B01,AOT", "--deflate", "1", "-q")
        for name, pattern in ("B01", "R60m/*_B01_60m.jp2"), ("AOT", "R10m/*_AOT_10m.jp2"):
            with netCDF4.Dataset(os.path.join(folder, f"{name}.nc")) as f:
                f.set_auto_maskandscale(False)
                self.assertTrue((f[name][:] == image(f"{REAL}/GRANULE/*/IMG_DATA/{pattern}")).all(), name)
        b01 = image(f"{REAL}/GRANULE/*/IMG_DATA/R60m/*_B01_60m.jp2").astype(int)
        kept = self.run_product(REAL, "-b", "B01", "--resolution", "60", "--offset", "keep", "--no-masks")
        self.same(whole(kept, "B01", 512), b01, "B01 with its offset")
        removed = self.run_product(REAL, "-b", "B01", "--resolution", "60", "--no-masks", "--check-input")
        self.same(whole(removed, "B01", 512), numpy.where(b01 == 0, 0, numpy.clip(b01 - 1000, 1, 65534)), "B01")
        aot = image(f"{REAL}/GRANULE/*/IMG_DATA/R10m/*_AOT_10m.jp2")
        cut = self.run_product(REAL, "-b", "AOT", "--tiles", "3_5,21_21", "--no-masks")
        with netCDF4.Dataset(os.path.join(cut, "tile_3_5.nc")) as tile:
            numbers = numpy.rint(tile["AOT"][:].data.astype("f8") * 65535)
        self.assertTrue((numbers == aot[5 * 512:6 * 512, 3 * 512:4 * 512]).all())

    def test_classes(self):
        """Those found in the product, at 60 m: the files of 60 m, pixel by pixel."""
        folder = self.run_product(REAL, "-b", "B01", "--resolution", "60")
        codes = numpy.array([5, 5, 1, 2, 1, 1, 1, 0, 4, 4, 3, 1], "u1")
        self.same(whole(folder, "SCL", 512), codes[image(f"{REAL}/GRANULE/*/IMG_DATA/R60m/*_SCL_60m.jp2")], "SCL")
        self.same(whole(folder, "S2CC", 512), image(f"{REAL}/GRANULE/*/QI_DATA/MSK_CLDPRB_60m.jp2"), "S2CC")
        self.same(whole(folder, "S2CS", 512), image(f"{REAL}/GRANULE/*/QI_DATA/MSK_SNWPRB_60m.jp2"), "S2CS")
        folder = self.run_product(REAL, "-b", "B01", "--resolution", "60", "--raster", "SCL=:scl_codes", "--raster", "CLASSI")
        scl = whole(folder, "SCL", 512)
        self.same(scl, image(f"{REAL}/GRANULE/*/IMG_DATA/R60m/*_SCL_60m.jp2"), "SCL as it is")
        self.assertGreater(len(numpy.unique(scl)), 6)
        opaque, cirrus, _ = image(f"{REAL}/GRANULE/*/QI_DATA/MSK_CLASSI_B00.jp2")
        b01 = image(f"{REAL}/GRANULE/*/IMG_DATA/R60m/*_B01_60m.jp2")
        self.same(whole(folder, "CLASSI", 512), numpy.where(b01 == 0, 0, numpy.where(opaque > 0, 4, numpy.where(cirrus > 0, 3, 1))), "CLASSI")
        # the 20 m rasters under pixels of 10 m
        folder = self.run_product(REAL, "-b", "B01", "--tiles", "10_10", "--raster", "SCL=:scl_codes")
        scl = image(f"{REAL}/GRANULE/*/IMG_DATA/R20m/*_SCL_20m.jp2")[2560:2816, 2560:2816].repeat(2, 0).repeat(2, 1)
        with netCDF4.Dataset(os.path.join(folder, "tile_10_10.nc")) as tile:
            self.assertTrue((tile["SCL"][:].data == scl).all())
            self.assertIn("NOT_VEGETATED", tile["SCL"].flag_meanings)

    def test_images_of_60_m_as_if_they_were_of_10_m(self):
        """The images that are there only at 60 m, in a product whose metadata says that they are of 10 m: all of the way, number by number."""
        product = os.path.join(self.root, os.path.basename(REAL))
        granule = os.path.basename(glob.glob(f"{REAL}/GRANULE/*")[0])
        images = os.path.join(product, "GRANULE", granule, "IMG_DATA", "R10m")
        os.makedirs(images)
        shutil.copy(os.path.join(REAL, "MTD_MSIL2A.xml"), product)
        with open(os.path.join(REAL, "GRANULE", granule, "MTD_TL.xml"), encoding="utf-8") as f:
            text = f.read()
        for metres, side in (10, 1830), (20, 915), (60, 305):
            text, n = re.subn(rf'(<Size resolution="{metres}">\s*<NROWS>)\d+(</NROWS>\s*<NCOLS>)\d+', rf"\g<1>{side}\g<2>{side}", text)
            self.assertEqual(n, 1)
        with open(os.path.join(product, "GRANULE", granule, "MTD_TL.xml"), "w", encoding="utf-8") as f:
            f.write(text)
        source = {}
        for band, theirs in ("B02", "B05"), ("B03", "B12"), ("B04", "B01"), ("AOT", "AOT"), ("WVP", "WVP"), ("TCI", "TCI"):
            path = glob.glob(f"{REAL}/GRANULE/*/IMG_DATA/R60m/*_{theirs}_60m.jp2")[0]
            os.symlink(path, os.path.join(images, os.path.basename(path).replace(f"_{theirs}_60m", f"_{band}_10m")))
            source[band] = image(path)
        source.update(zip(COLOURS, source.pop("TCI")))
        folder = self.run_product(product, "-b", "B02,B03,B04,AOT,WVP,TCI", "--offset", "keep", "--size", "600")
        for name, theirs in source.items():
            self.same(whole(folder, name, 600), theirs, name)
            self.assertGreater(len(numpy.unique(theirs)), 10, name)
        call(SUBSCENE, "verify", folder, "-q")


@unittest.skipUnless(os.path.isdir(CM_VSM), f"{CM_VSM} is not there")
class Reference(Test):
    def test_colours_of_cm_vsm(self):
        """TCI at 10 m, where nothing is resampled: cm_vsm has the same bytes."""
        product = glob.glob(f"{CM_VSM}/*.SAFE")[0]
        folder = self.run_product(product, "-b", "TCI", "--tiles", "0_0,2_1", "--profile", "kappazeta")
        for cell in "tile_0_0", "tile_2_1":
            theirs = netCDF4.Dataset(glob.glob(f"{CM_VSM}/outputs/tci/{cell}/*.nc")[0])
            with theirs, netCDF4.Dataset(os.path.join(folder, f"{cell}.nc")) as ours:
                self.assertEqual(list(ours.variables), COLOURS)
                for name in COLOURS:
                    self.assertEqual(ours[name].dtype, theirs[name].dtype)
                    self.assertEqual(ours[name].dimensions, theirs[name].dimensions)
                    self.assertTrue((ours[name][:].data == theirs[name][:].data).all(), (cell, name))
                    self.assertEqual(ours[name].scaling_factor, theirs[name].scaling_factor)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
