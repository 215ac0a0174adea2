#!/usr/bin/python3
"""Does a client of cm_vsm find what it looks for? The calls are those of km_predict, which looks for folders and variables as here, and puts what it makes of
a subscene to 480 · (column, row).

usage: test_cm_vsm_client.py CM_VSM MAKE_PRODUCT

Exit 77 (skipped) where netCDF4, numpy or GDAL for Python is not installed.
"""
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

netCDF4, numpy, gdal = readers.need("netCDF4", "numpy", "osgeo.gdal")

CM_VSM, MAKE_PRODUCT = (os.path.abspath(p) for p in sys.argv[1:3])
BANDS = "B01,B02,B03,B04,B05,B06,B07,B08,B8A,B09,B10,B11,B12".split(",")
PIXEL = {"B01": 60, "B09": 60, "B10": 60, "B02": 10, "B03": 10, "B04": 10, "B08": 10}  # the others: 20 m
SIDE, SIZE, STEP = 1440, 512, 480  # of the product, of a subscene, from one to the next: all of 10 m
ALONE = {"LD_LIBRARY_PATH": "."}  # the whole environment


class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="cm_vsm.")
        cls.product = subprocess.check_output(
            [MAKE_PRODUCT, "--size", str(SIDE), "--nodata", "none", "--jp2-tile", "512,320,96", cls.root], universal_newlines=True).strip()
        cls.folder = cls.product[:-len(".SAFE")] + ".CVAT"
        query = f"{CM_VSM} -j -1 -d {cls.product} -b {','.join(BANDS)} -S 512 -f 0 -m sinc -o 0.0625"
        cls.result = subprocess.run(query, shell=True, env=ALONE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def tiles(self):
        """(column, row) → the subscene's only file."""
        found = {}
        for entry in os.scandir(self.folder):
            match = re.search(r"tile_(\d+)_(\d+)", entry.name) if entry.is_dir() else None
            if match:
                files = glob.glob(os.path.join(entry.path, "*.nc"))
                self.assertEqual(len(files), 1, entry.path)
                found[int(match[1]), int(match[2])] = files[0]
        return found

    def test_version(self):
        output = subprocess.run([CM_VSM, "--version"], env=ALONE, stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout
        lines = [line for line in output.split("\n") if "Version:" in line]
        self.assertEqual(len(lines), 1)
        self.assertGreaterEqual([int(n) for n in lines[0].split(":")[1].strip().split(".")], [0, 2, 6])

    def test_exit(self):
        self.assertEqual(self.result.returncode, 0, self.result.stderr)

    def test_tiles(self):
        count = -(-SIDE // STEP)
        self.assertEqual(set(self.tiles()), {(x, y) for x in range(count) for y in range(count)})

    def test_variables(self):
        for path in self.tiles().values():
            with netCDF4.Dataset(path) as tile:
                self.assertEqual(list(tile.variables), BANDS)
                for band in BANDS:
                    self.assertEqual(tile[band].dtype, numpy.float32)
                    self.assertEqual(tile[band].shape, (SIZE, SIZE))
                    self.assertEqual(tile[band].dimensions, ("x", "y"))
                    values = tile[band][:]
                    self.assertFalse(numpy.ma.is_masked(values))
                    self.assertTrue(0 <= values.min() and values.max() <= 1)

    def mosaic(self, band):
        """Each subscene's first 480 columns and rows, which tile the product without a gap, as digital numbers."""
        whole = numpy.zeros((SIDE, SIDE))
        for (x, y), path in self.tiles().items():
            with netCDF4.Dataset(path) as tile:
                part = numpy.rint(tile[band][:].data.astype(float) * 65535)
            whole[y * STEP:(y + 1) * STEP, x * STEP:(x + 1) * STEP] = part[:STEP, :STEP]
        return whole

    def band(self, band):
        """What the product has, with RADIO_ADD_OFFSET left in it; coarser pixels linearly between their centres."""
        image = gdal.Open(glob.glob(f"{self.product}/GRANULE/*/IMG_DATA/*_{band}.jp2")[0]).ReadAsArray().astype(float)
        factor = PIXEL.get(band, 20) // 10
        at = (numpy.arange(SIDE) + 0.5) / factor - 0.5
        for axis in (0, 1):
            image = numpy.apply_along_axis(lambda row: numpy.interp(at, numpy.arange(len(row)), row), axis, image)
        return image

    def test_mosaic(self):
        for band in BANDS:
            with self.subTest(band):
                pixel = PIXEL.get(band, 20)
                difference = self.mosaic(band) - self.band(band)
                if pixel == 10:
                    # loading makes half of cm_vsm's numbers one lower
                    self.assertTrue(numpy.isin(difference, (0, -1)).all())
                    continue
                # The scene changes by less than 2 DN a metre. Between its pixels the kernel is not the straight line of band(); and cm_vsm's windows, which are whole
                # source pixels, are stretched by less than one of them over the subscene. What lies within the kernel's reach of the product's lower and right edge rings
                # there, as beyond it cm_vsm has noughts.
                inside = SIDE - 5 * pixel // 10
                worst = abs(difference[:inside, :inside]).max()
                self.assertLess(worst, 2 * pixel)

    def test_rerun(self):
        before = {path: os.stat(path).st_mtime_ns for path in self.tiles().values()}
        again = subprocess.run([CM_VSM, "-j", "-1", "-d", self.product, "-b", ",".join(BANDS), "-S", "512", "-f", "0", "-m", "sinc", "-o", "0.0625"],
                               env=ALONE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(before, {path: os.stat(path).st_mtime_ns for path in self.tiles().values()})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
