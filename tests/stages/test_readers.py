#!/usr/bin/python3
"""Are subscenes, and the files between the stages, what the readers people use take them for?

usage: test_readers.py SUBSCENE MAKE_PRODUCT

Makes small products, runs subscene on them in both profiles and stage by stage, and opens the files with ncdump, netCDF4, xarray, gdalinfo
and GDAL.
Exit 77 (skipped) where one of them is not installed.
"""
import csv
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zlib

sys.dont_write_bytecode = True
import readers

netCDF4, numpy, xarray, gdal, osr = readers.need("netCDF4", "numpy", "xarray", "osgeo.gdal", "osgeo.osr")
for tool in ("ncdump", "gdalinfo"):
    if not shutil.which(tool):
        print(f"skipped: {tool} is not installed")
        sys.exit(readers.SKIP)

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


def make_product(root, place):
    return call(MAKE_PRODUCT, "--size", "480", "--bands", ",".join(BANDS), "--saturated", "2", "--jp2-tile", "128,96,40",
                *PLACES[place][1], tempfile.mkdtemp(dir=root)).strip()


def convert(root, place, profile):
    """Returns the folder of a run's subscenes."""
    product = make_product(root, place)
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
            value = dataset["B02"][3, 2]  # 0 is no data: tests/stages/test_nodata_readers.py
            self.assertEqual(x["B02"].fillna(0).sel(x=left + 25, y=top - 35), value)
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


class Intermediates(unittest.TestCase):
    """The files of decode, resample and cut: of bands of 10, 20 and 60 m, on all target grids, in both hemispheres."""

    NATIVE = {"B01": 60, "B02": 10, "B05": 20, "B8A": 20, "B09": 60}
    SIDE = {10: 128, 20: 96, 60: 48}  # of tiles; none divides its grid, so that edges overhang

    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp()
        cls.product = {place: make_product(cls.root, place) for place in PLACES}
        for place, product in cls.product.items():
            decoded = cls.folder(place, "decode")
            call(SUBSCENE, "decode", product, "-q", "-b", ",".join(BANDS), "-o", decoded)
            for pixel, side in cls.SIDE.items():
                resampled, tiles = cls.folder(place, "resample", pixel), cls.folder(place, "cut", pixel)
                call(SUBSCENE, "resample", *glob.glob(f"{decoded}/*.nc"), "-q", "-o", resampled, "--resolution", str(pixel))
                call(SUBSCENE, "cut", *glob.glob(f"{resampled}/*.nc"), "-q", "-o", tiles, "--size", str(side), "--deflate", "1")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    @classmethod
    def folder(cls, place, stage, pixel=""):
        return os.path.join(cls.root, place, f"{stage}{pixel}")

    @staticmethod
    def stage_of(path):
        return os.path.basename(os.path.dirname(path)).rstrip("0126")

    def files(self):
        """Each file with its bands, pixel (m), upper left pixel and side of what it holds."""
        for place in PLACES:
            for band, native in self.NATIVE.items():
                yield place, os.path.join(self.folder(place, "decode"), band + ".nc"), [band], native, (0, 0), 4800 // native
                for pixel in self.SIDE:
                    yield place, os.path.join(self.folder(place, "resample", pixel), band + ".nc"), [band], pixel, (0, 0), 4800 // pixel
            for pixel, side in self.SIDE.items():
                count = -(-4800 // pixel // side)
                for x, y in ((0, 0), (1, 0), (count - 1, count - 1)):
                    yield place, tile(self.folder(place, "cut", pixel), (x, y)), BANDS, pixel, (x * side, y * side), side

    def each(self, check):
        for place, path, bands, pixel, corner, side in self.files():
            with self.subTest(file=os.path.relpath(path, self.root)):
                left, top = ULX + corner[0] * pixel, ULY - corner[1] * pixel
                check(path, bands, pixel, (left, top), side, PLACES[place][0])

    @staticmethod
    def numbers(path, band):
        with netCDF4.Dataset(path) as dataset:
            dataset.set_auto_mask(False)
            return dataset[band][:]

    def test_ncdump(self):
        def check(path, bands, pixel, corner, side, epsg):
            self.assertEqual(call("ncdump", "-k", path).strip(), "netCDF-4")
            header = call("ncdump", "-h", path)
            for line in (f"y = {side} ;", f"x = {side} ;", *(f"ushort {band}(y, x) ;" for band in bands), f':epsg_code = "EPSG:{epsg}" ;',
                         f":radio_add_offset = {-1000 if epsg == 32635 else 0} ;", f':stage = "{self.stage_of(path)}" ;',
                         f':GeoTransform = "{corner[0]} {pixel} 0 {corner[1]} 0 -{pixel}" ;', f":pixel_m = {pixel}. ;"):
                self.assertIn(line, header)
            for band in bands:
                data = call("ncdump", "-v", band, path).split(f"\n {band} =")[1].split(";")[0]
                # 65535 is netCDF's default fill value, which ncdump (and no other reader here) writes as "_"
                self.assertEqual([int(n) for n in data.replace("_", "65535").split(",")], self.numbers(path, band).flatten().tolist())
        self.each(check)

    def test_xarray(self):
        def check(path, bands, pixel, corner, side, epsg):
            middle = pixel * (numpy.arange(side) + 0.5)
            with xarray.open_dataset(path, decode_coords="all") as dataset:
                self.assertEqual(list(dataset.data_vars), bands)
                self.assertLessEqual({"x", "y", "crs"}, set(dataset.coords))
                self.assertTrue((dataset.x == corner[0] + middle).all() and (dataset.y == corner[1] - middle).all())
                self.assertEqual(dataset.crs.epsg_code, f"EPSG:{epsg}")
                for band in bands:
                    self.assertEqual((dataset[band].dims, dataset[band].dtype, dataset[band].shape), (("y", "x"), numpy.uint16, (side, side)))
                    self.assertTrue((dataset[band].values == self.numbers(path, band)).all())
        self.each(check)

    def test_gdal(self):
        def check(path, bands, pixel, corner, side, epsg):
            for band in bands:
                name = f'NETCDF:"{path}":{band}'
                info = json.loads(call("gdalinfo", "-json", name))
                self.assertEqual(info["geoTransform"], [corner[0], pixel, 0, corner[1], 0, -pixel])  # north up
                self.assertEqual((info["size"], [b["type"] for b in info["bands"]]), ([side, side], ["UInt16"]))
                self.assertEqual(info["cornerCoordinates"]["lowerRight"], [corner[0] + side * pixel, corner[1] - side * pixel])
                self.assertIn(f'ID["EPSG",{epsg}]]', info["coordinateSystem"]["wkt"].replace("\n", "")[-20:])
                self.assertTrue((gdal.Open(name).ReadAsArray() == self.numbers(path, band)).all())  # not flipped either
        self.each(check)

    def test_decoded_is_the_image(self):
        """As GDAL decodes it."""
        if not gdal.GetDriverByName("JP2OpenJPEG"):
            self.skipTest("GDAL cannot read JP2")
        for place, product in self.product.items():
            for band in BANDS:
                image = gdal.Open(glob.glob(f"{product}/GRANULE/*/IMG_DATA/*_{band}.jp2")[0]).ReadAsArray()
                self.assertGreater(image.std(), 0)
                self.assertTrue((image == self.numbers(os.path.join(self.folder(place, "decode"), band + ".nc"), band)).all(), (place, band))

    def test_resampled_on_its_own_grid_is_decoded(self):
        """But for the offset, which baseline 02.09 (south) does not have."""
        for place, offset in (("north", -1000), ("south", 0)):
            for band, native in self.NATIVE.items():
                decoded = self.numbers(os.path.join(self.folder(place, "decode"), band + ".nc"), band).astype("i4")
                wanted = numpy.where((decoded == 0) | (decoded == 65535), decoded, numpy.clip(decoded + offset, 1, 65534))
                resampled = self.numbers(os.path.join(self.folder(place, "resample", native), band + ".nc"), band)
                self.assertTrue((resampled == wanted).all(), (place, band))
                self.assertTrue((wanted == 65535).any() and (wanted == 0).any())

    def test_cut_is_a_part_of_resampled(self):
        for place, path, bands, pixel, (x, y), side in self.files():
            if len(bands) == 1:
                continue
            for band in bands:
                whole = self.numbers(os.path.join(self.folder(place, "resample", pixel), band + ".nc"), band)
                part = whole[y:y + side, x:x + side]
                padded = numpy.pad(part, ((0, side - part.shape[0]), (0, side - part.shape[1])))
                self.assertTrue((self.numbers(path, band) == padded).all(), (path, band))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
