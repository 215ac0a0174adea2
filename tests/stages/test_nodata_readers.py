"""What the readers people use take for no data in a subscene: just the pixels whose digital number
is 0, in bands of profile georef; nothing in class layers, colours and profile kappazeta. And
folders of earlier versions, whose bands have no _FillValue, stay as they are.

    test_nodata_readers.py SUBSCENE MAKE_PRODUCT

xarray, netCDF4, GDAL, and rasterio where it is installed. 77: one of the others is missing."""

import csv
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import netCDF4
    import numpy
    import xarray
    from osgeo import gdal
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
try:
    import rasterio
except ImportError:
    rasterio = None

gdal.UseExceptions()
SUBSCENE, MAKE_PRODUCT = (os.path.abspath(path) for path in sys.argv[1:3])
SIDE, SIZE = 480, 128
BANDS = ["B01", "B02", "B05"]
LATER = {"file_bytes", "head_bytes", "head_checksum", "row_checksum"}  # columns that earlier manifests lack
CELLS = ["tile_0_0.nc", "tile_0_1.nc", "tile_1_1.nc", "tile_3_3.nc"]  # a wedge, all data, two edges


def call(*words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: exit {done.returncode}: {done.stderr}")
    return done.stdout.strip()


def stored(path, band):
    """The numbers of the file, masked by nobody."""
    with netCDF4.Dataset(path) as tile:
        tile.set_auto_maskandscale(False)
        return tile[band][:]


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class NoData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp()
        cls.codes = os.path.join(cls.root, "codes.tif")
        band = numpy.arange(SIDE * SIDE, dtype="u1").reshape(SIDE, SIDE) % 3
        made = gdal.GetDriverByName("GTiff").Create(cls.codes, SIDE, SIDE, 1, gdal.GDT_Byte)
        made.GetRasterBand(1).WriteArray(band)
        del made
        cls.product = cls.make_product("--bands", ",".join(BANDS))
        cls.folder = cls.run_on(cls.product, "--raster", f"Mine={cls.codes}:keep")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    @classmethod
    def make_product(cls, *options):
        return call(MAKE_PRODUCT, "--size", str(SIDE), "--saturated", "2", "--jp2-tile", "128,96,40", *options,
                    tempfile.mkdtemp(dir=cls.root))

    @classmethod
    def run_on(cls, product, *options, bands=None):
        return call(SUBSCENE, "run", product, "-q", "-b", ",".join(bands or BANDS), "--size", str(SIZE), "-o",
                    tempfile.mkdtemp(dir=cls.root), *options)

    def each(self, bands=None):
        """Path, band, and where the digital number is 0."""
        for cell in CELLS:
            path = os.path.join(self.folder, cell)
            for band in bands or BANDS:
                yield path, band, stored(path, band) == 0

    def test_scene_has_both(self):
        shares = [float(zero.mean()) for _, _, zero in self.each()]
        self.assertTrue(any(0.2 < share < 0.8 for share in shares) and 0 in shares)

    def test_xarray(self):
        for path, band, zero in self.each():
            with xarray.open_dataset(path) as tile:
                self.assertEqual(tile[band].dtype, numpy.float32)
                self.assertTrue((numpy.isnan(tile[band].values) == zero).all())
                self.assertTrue((tile[band].values[~zero] == stored(path, band)[~zero]).all())
            with xarray.open_dataset(path, mask_and_scale=False) as tile:
                self.assertTrue((tile[band].values == stored(path, band)).all())

    def test_netcdf4(self):
        for path, band, zero in self.each():
            with netCDF4.Dataset(path) as tile:
                value = tile[band][:]
                self.assertTrue((numpy.ma.getmaskarray(value) == zero).all())
                self.assertTrue((value.data == stored(path, band)).all())

    def test_gdal(self):
        for path, band, zero in self.each():
            raster = gdal.Open(f'NETCDF:"{path}":{band}')
            self.assertEqual(raster.GetRasterBand(1).GetNoDataValue(), 0)
            self.assertTrue(((raster.GetRasterBand(1).GetMaskBand().ReadAsArray() == 0) == zero).all())
            if not zero.all():
                lowest = raster.GetRasterBand(1).ComputeStatistics(False)[0]
                self.assertAlmostEqual(lowest, float(stored(path, band)[~zero].min()), delta=1e-7)

    def test_gdal_mosaic(self):
        """A subscene over an image without gaps leaves no hole, and its border is not darkened."""
        for path, band, zero in self.each():
            raster = gdal.Open(f'NETCDF:"{path}":{band}')
            ground = gdal.GetDriverByName("MEM").Create("", SIZE, SIZE, 1, gdal.GDT_Float32)
            ground.SetGeoTransform(raster.GetGeoTransform())
            ground.SetProjection(raster.GetProjection())
            ground.GetRasterBand(1).Fill(0.5)
            merged = gdal.Warp("", [ground, raster], format="MEM").ReadAsArray()
            self.assertTrue((merged == numpy.where(zero, numpy.float32(0.5), stored(path, band))).all())
            if not zero.all():
                finer = gdal.Warp("", raster, format="MEM", xRes=7, yRes=7, resampleAlg="bilinear").ReadAsArray()
                self.assertGreaterEqual(finer[finer != 0].min(), stored(path, band)[~zero].min() * numpy.float32(0.9999))

    @unittest.skipUnless(rasterio, "rasterio is not installed")
    def test_rasterio(self):
        for path, band, zero in self.each():
            with rasterio.open(f"netcdf:{path}:{band}") as raster:
                self.assertEqual(raster.nodata, 0)
                self.assertTrue((raster.read(1, masked=True).mask == zero).all())

    def test_class_codes_are_no_gaps(self):
        """0 is a class like the others."""
        for path, layer, zero in self.each(["Mine"]):
            self.assertTrue(zero.any())
            with netCDF4.Dataset(path) as tile:
                self.assertNotIn("_FillValue", tile[layer].ncattrs())
                self.assertEqual(numpy.ma.count_masked(tile[layer][:]), 0)
            with xarray.open_dataset(path) as tile:
                self.assertEqual(tile[layer].dtype, numpy.uint8)

    def test_level2(self):
        """AOT and WVP are gaps where they are 0; colours stay bytes, to be drawn as they are."""
        bands = ["B02", "AOT", "WVP", "TCI"]
        product = self.make_product("--level", "L2A", "--bands", ",".join(bands))
        path = os.path.join(self.run_on(product, bands=bands), CELLS[1])
        with xarray.open_dataset(path) as tile:
            for band in ("B02", "AOT", "WVP"):
                zero = stored(path, band) == 0
                self.assertTrue(zero.any() and not zero.all())
                self.assertTrue((numpy.isnan(tile[band].values) == zero).all(), band)
            for band in ("TCI_R", "TCI_G", "TCI_B"):
                self.assertEqual(tile[band].dtype, numpy.uint8)

    def test_published_shape(self):
        folder = self.run_on(self.product, "--profile", "kappazeta")
        for path in glob.glob(f"{folder}/tile_*.nc"):
            with netCDF4.Dataset(path) as tile:
                for band in BANDS:
                    self.assertEqual(tile[band].ncattrs(), ["scaling_factor", "resampling_filter", "last_modified"])

    # ---- folders of earlier versions ----

    def earlier(self):
        """A folder as earlier versions made it: its output folder and the one with the files."""
        output = tempfile.mkdtemp(dir=self.root)
        files = call(SUBSCENE, "run", self.product, "-q", "-b", ",".join(BANDS), "--size", str(SIZE), "-o", output)
        for path in glob.glob(f"{files}/tile_*.nc"):
            with netCDF4.Dataset(path, "a") as tile:
                for band in BANDS:
                    tile[band].delncattr("_FillValue")
        manifest = os.path.join(files, "manifest.csv")
        with open(manifest, newline="", encoding="ascii") as text:
            rows = list(csv.reader(text))
        later = [i for i, name in enumerate(rows[0]) if name in LATER]
        with open(manifest, "w", newline="", encoding="ascii") as text:
            csv.writer(text, lineterminator="\n").writerows(
                [[cell for i, cell in enumerate(row) if i not in later] for row in rows])
        return output, files

    @staticmethod
    def subscenes(files):
        return {path: digest(path) for path in glob.glob(f"{files}/tile_*.nc")}

    def rerun(self, output, *options):
        return call(SUBSCENE, "run", self.product, "-q", "-b", ",".join(BANDS), "--size", str(SIZE), "-o", output,
                    *options)

    def test_earlier_folder_is_kept(self):
        output, files = self.earlier()
        before = self.subscenes(files)
        self.rerun(output)
        call(SUBSCENE, "verify", output, "-q")
        self.assertEqual(self.subscenes(files), before)

    def test_earlier_folder_is_completed(self):
        """What is missing is made as it is made today, beside what is there."""
        output, files = self.earlier()
        before = self.subscenes(files)
        gone = os.path.join(files, CELLS[1])
        os.remove(gone)
        self.rerun(output)
        call(SUBSCENE, "verify", output, "-q")
        with netCDF4.Dataset(gone) as tile:
            self.assertEqual(tile["B02"].getncattr("_FillValue"), 0)
        del before[gone]
        now = self.subscenes(files)
        del now[gone]
        self.assertEqual(now, before)

    def test_earlier_folder_is_labelled(self):
        output, files = self.earlier()
        call(SUBSCENE, "label", output, "-q", "--raster", f"Mine={self.codes}:keep", "--product", self.product,
             "--no-masks")
        call(SUBSCENE, "verify", output, "-q")
        before = self.subscenes(files)
        self.rerun(output)
        self.assertEqual(self.subscenes(files), before)
        for cell in CELLS:
            path, now = os.path.join(files, cell), os.path.join(self.folder, cell)
            with netCDF4.Dataset(path) as tile, netCDF4.Dataset(now) as other:
                self.assertEqual(tile.content_hash, other.content_hash)
                self.assertNotIn("_FillValue", tile["B02"].ncattrs())
            for name in (*BANDS, "Mine"):
                self.assertTrue((stored(path, name) == stored(now, name)).all())

    def test_labelled_is_as_run_made_it(self):
        output = tempfile.mkdtemp(dir=self.root)
        files = self.rerun(output)
        call(SUBSCENE, "label", output, "-q", "--raster", f"Mine={self.codes}:keep", "--product", self.product,
             "--no-masks")
        for path in glob.glob(f"{files}/*"):
            self.assertEqual(digest(path), digest(os.path.join(self.folder, os.path.basename(path))), path)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
