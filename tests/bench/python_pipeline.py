#!/usr/bin/python3
"""Subscenes by a short Python program, as one would write it without this one: GDAL reads, SciPy resamples, netCDF4 writes. One process.

usage: python_pipeline.py PRODUCT FOLDER TOP HEIGHT SIZE    rows TOP … TOP + HEIGHT − 1 of the 10 m grid
"""
import glob
import os
import sys

import netCDF4
import numpy
import scipy.ndimage
from osgeo import gdal

BANDS = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"]
gdal.UseExceptions()


def read_band(product, band, top, height):
    """The rows on the 10 m grid; cubic where the band is coarser."""
    image = gdal.Open(glob.glob(f"{product}/GRANULE/*/IMG_DATA/*_{band}.jp2")[0])
    factor = round(image.GetGeoTransform()[1] / 10)
    first, end = top // factor, -(-(top + height) // factor)
    rows = image.ReadAsArray(0, first, image.RasterXSize, end - first)
    if factor > 1:
        rows = scipy.ndimage.zoom(rows, factor, order=3, mode="nearest", grid_mode=True)
    return rows[top - first * factor:][:height]


def write_subscene(path, bands, x, y, size):
    with netCDF4.Dataset(path, "w") as out:
        out.createDimension("y", size)
        out.createDimension("x", size)
        for name, pixels in bands.items():
            part = pixels[y:y + size, x:x + size] / numpy.float32(65535)
            part = numpy.pad(part, ((0, size - part.shape[0]), (0, size - part.shape[1])))
            out.createVariable(name, "f4", ("y", "x"), zlib=True, complevel=1, shuffle=True, chunksizes=(size, size))[:] = part


def main():
    product, folder, top, height, size = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    bands = {band: read_band(product, band, top, height) for band in BANDS}
    for y in range(0, height, size):
        for x in range(0, bands["B02"].shape[1], size):
            write_subscene(os.path.join(folder, f"tile_{x // size}_{(top + y) // size}.nc"), bands, x, y, size)


if __name__ == "__main__":
    main()
