#!/usr/bin/python3
"""Are subscenes what the readers people use take them for?

usage: test_readers.py SUBSCENE MAKE_PRODUCT

Makes a small product, runs subscene on it in both profiles and opens the files with ncdump, netCDF4, xarray and GDAL.
Exit 77 (skipped) where one of them is not installed.
"""
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zlib

SKIP = 77
try:
    import netCDF4
    import numpy
    import xarray
    from osgeo import gdal, osr
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(SKIP)
if not shutil.which("ncdump"):
    print("skipped: ncdump is not installed")
    sys.exit(SKIP)

gdal.UseExceptions()
SUBSCENE, MAKE_PRODUCT = (os.path.abspath(p) for p in sys.argv[1:3])
BANDS = ["B01", "B02", "B05", "B8A", "B09"]  # in the order of the product; B8A and B09 are where sorting goes wrong
SIZE = 128
ULX, ULY = 300000, 6500040  # make_product's
CELL = (2, 1)  # a middle one: the wedge of no data does not reach it
PLACES = {"north": (32635, []), "south": (32733, ["--epsg", "32733", "--tile", "33HWD", "--baseline", "02.09"])}


def call(*words, **options):
    result = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, **options)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: exit {result.returncode}: {result.stderr}")
    return result.stdout


def convert(root, place, profile):
    """Returns the folder of a run's subscenes."""
    product = call(MAKE_PRODUCT, "--size", "480", "--bands", ",".join(BANDS), "--saturated", "2", "--jp2-tile", "128,96,40",
                   *PLACES[place][1], tempfile.mkdtemp(dir=root)).strip()
    output = tempfile.mkdtemp(dir=root)
    return call(SUBSCENE, "run", product, "-q", "-b", ",".join(BANDS), "--size", str(SIZE), "--profile", profile,
                "-o", output).strip()


def tile(folder, cell=CELL):
    return os.path.join(folder, f"tile_{cell[0]}_{cell[1]}.nc")


def digital_numbers(dataset, band):
    """Asserts that every value is k / 65535 in float32, gives k."""
    value = dataset[band][:]
    number = numpy.rint(value.astype("f8") * 65535)
    assert value.dtype == numpy.float32 and (number >= 0).all() and (number <= 65535).all()
    assert (numpy.float32(number) / numpy.float32(65535) == value).all(), f"{band}: a value is not k / 65535"
    return number.astype("<u2")


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp()
        cls.georef = {place: convert(cls.root, place, "georef") for place in PLACES}
        cls.kappazeta = convert(cls.root, "north", "kappazeta")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def open(self, path):
        dataset = netCDF4.Dataset(path)
        dataset.set_auto_mask(False)
        self.addCleanup(dataset.close)
        return dataset

    def test_ncdump(self):
        for folder in (*self.georef.values(), self.kappazeta):
            header = call("ncdump", "-h", "-s", tile(folder))
            self.assertIn("B8A:_Shuffle = \"true\"", header)
            self.assertIn("B8A:_DeflateLevel = 1", header)
            self.assertIn(f"B8A:_ChunkSizes = {SIZE}, {SIZE}", header)
            self.assertEqual(call("ncdump", "-k", tile(folder)).strip(), "netCDF-4")
            cdl = call("ncdump", tile(folder))  # every value decodes
            self.assertGreater(len(cdl), len(BANDS) * SIZE * SIZE)

    def test_netcdf4_order_and_values(self):
        dataset = self.open(tile(self.georef["north"]))
        self.assertEqual(list(dataset.variables), BANDS + ["x", "y", "crs"])
        for band in BANDS:
            self.assertEqual(dataset[band].dimensions, ("y", "x"))
            self.assertEqual(dataset[band].shape, (SIZE, SIZE))
            self.assertEqual(dataset[band].grid_mapping, "crs")
            digital_numbers(dataset, band)
        self.assertEqual(dataset.Conventions, "CF-1.8")
        self.assertEqual((dataset.subscene_x, dataset.subscene_y), CELL)

    def test_places(self):
        for place, (epsg, _) in PLACES.items():
            for cell in ((0, 0), CELL, (3, 3)):
                with self.subTest(place=place, cell=cell):
                    self.check_place(tile(self.georef[place], cell), epsg, cell)

    def check_place(self, path, epsg, cell):
        left, top = ULX + cell[0] * SIZE * 10, ULY - cell[1] * SIZE * 10
        middle = 10 * (numpy.arange(SIZE) + 0.5)
        dataset = self.open(path)
        self.assertTrue((dataset["x"][:] == left + middle).all())
        self.assertTrue((dataset["y"][:] == top - middle).all())
        with xarray.open_dataset(path, decode_coords="all") as x:
            self.assertEqual(x["B8A"].dims, ("y", "x"))
            self.assertLessEqual({"x", "y", "crs"}, set(x.coords))
            self.assertEqual(list(x.data_vars), BANDS)
            self.assertEqual(x["B02"].sel(x=left + 25, y=top - 35), dataset["B02"][3, 2])
        for band in BANDS:
            raster = gdal.Open(f'NETCDF:"{path}":{band}')
            self.assertEqual(raster.GetGeoTransform(), (left, 10, 0, top, 0, -10))  # north up
            system = osr.SpatialReference(raster.GetProjection())
            wanted = osr.SpatialReference()
            wanted.ImportFromEPSG(epsg)
            self.assertEqual(system.GetAuthorityCode(None), str(epsg))
            self.assertTrue(system.IsSame(wanted))
            self.assertTrue((raster.ReadAsArray() == dataset[band][:]).all())  # not flipped either

    def test_published_shape(self):
        dataset = self.open(tile(self.kappazeta))
        self.assertEqual(list(dataset.dimensions), ["x", "y"])
        self.assertEqual(list(dataset.variables), BANDS)
        self.assertEqual(dataset.groups, {})
        self.assertEqual(dataset.ncattrs(), ["version", "product_name", "overlap"])
        self.assertTrue(dataset.product_name.endswith(".SAFE"))
        georef = self.open(tile(self.georef["north"]))
        for band in BANDS:
            self.assertEqual(dataset[band].dimensions, ("x", "y"))
            self.assertEqual(dataset[band].dtype, numpy.float32)
            self.assertEqual(dataset[band].ncattrs(), ["scaling_factor", "resampling_filter", "last_modified"])
            self.assertEqual(dataset[band].resampling_filter, "sinc")
            self.assertTrue((dataset[band][:] == georef[band][:]).all())
        self.assertEqual([float(dataset[b].scaling_factor) for b in BANDS], [6, 1, 2, 2, 6])

    def test_manifest(self):
        for folder in (*self.georef.values(), self.kappazeta):
            with open(os.path.join(folder, "manifest.csv"), newline="") as text:
                rows = list(csv.DictReader(text))
            self.assertEqual(len(rows), 16)
            for row in rows:
                self.check_row(folder, row)

    def check_row(self, folder, row):
        dataset = self.open(os.path.join(folder, row["file"]))
        crc, adler, valid = 0, 1, numpy.ones((SIZE, SIZE), bool)
        for band in BANDS:
            number = digital_numbers(dataset, band)
            crc, adler = zlib.crc32(number.tobytes(), crc), zlib.adler32(number.tobytes(), adler)
            valid &= number != 0
            some = number[number != 0]
            there = [row[f"{band}_{what}"] for what in ("min", "mean", "max")]
            here = [str(some.min()), f"{some.mean(dtype='f8'):.3f}", str(some.max())] if some.size else ["", "", ""]
            self.assertEqual((there[0], there[2]), (here[0], here[2]))
            if some.size:
                self.assertAlmostEqual(float(there[1]), float(here[1]), delta=0.0011)
        self.assertEqual(row["content_hash"], f"{crc:08x}{adler:08x}")
        self.assertAlmostEqual(float(row["valid_fraction"]), valid.mean(), delta=6e-7)
        if "content_hash" in dataset.ncattrs():
            self.assertEqual(dataset.content_hash, row["content_hash"])
            self.assertEqual(dataset.parameters_digest, row["parameters"])
            self.assertAlmostEqual(dataset.valid_fraction, valid.mean(), delta=6e-7)
        self.assertEqual("content_hash" in dataset.ncattrs(), folder != self.kappazeta)

    def test_files_that_lie_around(self):
        """Files are made in memory: one of the name that a library gives to such a file must not matter."""
        folder = tempfile.mkdtemp(dir=self.root)
        with open(os.path.join(folder, "subscene"), "w") as f:
            f.write("mine")
        product = call(MAKE_PRODUCT, "--size", "120", "--bands", "B02", tempfile.mkdtemp(dir=folder)).strip()
        call(SUBSCENE, "run", product, "-q", "-b", "B02", "--size", "60", "-o", "out", cwd=folder)
        with open(os.path.join(folder, "subscene")) as f:
            self.assertEqual(f.read(), "mine")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
