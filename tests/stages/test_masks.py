#!/usr/bin/python3
"""Are the values of masks those that GDAL reads? And whatever a damaged one is: an orderly answer.

usage: test_masks.py MASK_TEXT

TIFF (strips, tiles, compressions, byte orders), PNG (8 and 16 bits, palette), JPEG 2000 (one and three components), made by GDAL; under names that say
nothing. Exit 77 (skipped) where GDAL is not installed.
"""
import os
import random
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import readers

numpy, gdal = readers.need("numpy", "osgeo.gdal")

TOOL = sys.argv[1]
WIDTH, HEIGHT = 301, 214
ORDERLY = (0, 2, 4)  # done, ERR_INPUT, ERR_TEMPORARY


def values(kind):
    rnd = numpy.random.default_rng(7)
    classes = numpy.repeat(numpy.repeat(rnd.integers(0, 6, (27, 38)), 8, 0), 8, 1)[:HEIGHT, :WIDTH]
    noise = rnd.integers(0, 65536, (HEIGHT, WIDTH))
    return {"u1": classes, "u2": noise, "bits": (noise >> 3) & 1}[kind].astype("u2" if kind == "u2" else "u1")


def make(path, driver, bands, options=(), palette=False):
    array = bands[0]
    memory = gdal.GetDriverByName("MEM").Create("", array.shape[1], array.shape[0], len(bands),
                                                gdal.GDT_UInt16 if array.dtype == "u2" else gdal.GDT_Byte)
    memory.SetGeoTransform([300000, 20, 0, 7000000, 0, -20])
    for i, band in enumerate(bands):
        memory.GetRasterBand(i + 1).WriteArray(band)
    if palette:
        table = gdal.ColorTable()
        for i in range(6):
            table.SetColorEntry(i, (i * 40, 9, 200 - i, 255))
        memory.GetRasterBand(1).SetColorTable(table)
    for old in path, path + ".aux.xml":
        if os.path.exists(old):
            os.remove(old)
    gdal.GetDriverByName(driver).CreateCopy(path, memory, options=list(options))


def ask(path, side=1000):
    return subprocess.run([TOOL, path, str(side)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


class Masks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "mask")

    def tearDown(self):
        self.folder.cleanup()

    def same(self, expected, has_place):
        answer = ask(self.path)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual(answer.stderr, b"")
        head, _, px = answer.stdout.partition(b"\n")
        words = head.split()
        self.assertEqual([int(w) for w in words[:4]],
                         [expected.shape[1], expected.shape[0], expected.dtype.itemsize * 8, int(has_place)])
        if has_place:
            self.assertEqual([float(w) for w in words[4:]], [300000, 7000000, 20])
        self.assertTrue((numpy.frombuffer(px, expected.dtype).reshape(expected.shape) == expected).all())

    def test_tiff(self):
        for kind in "u1", "u2":
            for layout in [["BLOCKYSIZE=7"], ["BLOCKYSIZE=214"], ["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=48"]]:
                for how in ["COMPRESS=NONE", "COMPRESS=LZW", "COMPRESS=DEFLATE", "COMPRESS=PACKBITS", "COMPRESS=ZSTD"]:
                    for more in [[], ["ENDIANNESS=BIG", "BIGTIFF=YES"], ["PREDICTOR=2"]]:
                        if more == ["PREDICTOR=2"] and how in ("COMPRESS=NONE", "COMPRESS=PACKBITS"):
                            continue
                        make(self.path, "GTiff", [values(kind)], layout + [how] + more)
                        self.same(values(kind), True)

    def test_png(self):
        for kind in "u1", "u2":
            make(self.path, "PNG", [values(kind)])
            self.same(values(kind), False)
        make(self.path, "PNG", [values("u1")], palette=True)
        self.same(values("u1"), False)

    def test_jp2(self):
        lossless = ["REVERSIBLE=YES", "QUALITY=100", "BLOCKXSIZE=128", "BLOCKYSIZE=64"]
        for kind in "u1", "u2":
            make(self.path, "JP2OpenJPEG", [values(kind)], lossless)
            self.same(values(kind), False)
        bits = [values("bits"), 1 - values("bits"), (values("u1") == 3).astype("u1")]
        for more in [["YCC=NO"], ["YCC=YES"]]:
            make(self.path, "JP2OpenJPEG", bits, lossless + more)
            self.same(bits[0] | bits[1] << 1 | bits[2] << 2, False)

    def test_refused(self):
        make(self.path, "GTiff", [values("u1")])
        answer = ask(self.path, 300)
        self.assertEqual(answer.returncode, 2)
        self.assertIn(b"is 301 x 214 px, more than the 300 x 300 that are allowed", answer.stderr)
        make(self.path, "JP2OpenJPEG", [values("u1")])
        self.assertIn(b"is 301 x 214 px, more than the 300 x 300 that are allowed", ask(self.path, 300).stderr)
        make(self.path, "PNG", [values("u1")] * 3)
        self.assertIn(b"is a colour image", ask(self.path).stderr)
        make(self.path, "JP2OpenJPEG", [values("u1")] * 4)
        self.assertIn(b"has 4 components, 1 to 3 are needed", ask(self.path).stderr)
        with open(self.path, "wb") as f:
            f.write(b"GIF89a and more of it")
        self.assertIn(b"(GIF)", ask(self.path).stderr)

    def test_damage(self):
        rnd = random.Random(3)
        for driver, options in [("GTiff", ["COMPRESS=DEFLATE", "TILED=YES"]), ("GTiff", []), ("PNG", []),
                                ("JP2OpenJPEG", ["REVERSIBLE=YES", "QUALITY=100"])]:
            make(self.path, driver, [values("u1")], options)
            with open(self.path, "rb") as f:
                whole = f.read()
            for i in range(30):
                data = bytearray(whole)
                if i < 10:
                    del data[rnd.randrange(len(data)):]
                else:
                    for _ in range(rnd.choice([1, 5])):
                        data[rnd.randrange(len(data) if i < 20 else min(400, len(data)))] = rnd.randrange(256)
                with open(self.path, "wb") as f:
                    f.write(data)
                answer = ask(self.path)
                self.assertIn(answer.returncode, ORDERLY, answer.stderr)
                self.assertEqual(answer.stderr.count(b"\n"), 1 if answer.returncode else 0, answer.stderr)


unittest.main(argv=sys.argv[:1])
