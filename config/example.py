#!/usr/bin/env python3
"""Makes config/example.png: the demonstration product as subscenes, in natural colour, with the lattice.

    sh config/demo.sh && /usr/bin/python3 config/example.py build/demo/subscenes config/example.png

Needs python3-numpy and python3-netcdf4."""

import glob
import re
import struct
import sys
import zlib

import netCDF4
import numpy

SHRINK = 8  # pixels of 10 m to one of the picture
LINE = 2  # of the lattice, in pixels of the picture


def read(folder):
    """Column, row and the three colours of each subscene, made smaller by means."""
    for path in glob.glob(f"{folder}/**/tile_*.nc", recursive=True):
        x, y = map(int, re.search(r"tile_(\d+)_(\d+)\.nc$", path).groups())
        with netCDF4.Dataset(path) as tile:
            tile.set_auto_mask(False)
            bands = numpy.stack([tile[name][:] for name in ("B04", "B03", "B02")], axis=-1)
        size = bands.shape[0] // SHRINK
        yield x, y, bands.reshape(size, SHRINK, size, SHRINK, 3).mean(axis=(1, 3))


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def write_png(path, rgb):
    height, width, _ = rgb.shape
    # PNG's filter "up": each row as its difference to the one above
    above = numpy.vstack([numpy.zeros((1, width, 3), numpy.uint8), rgb[:-1]])
    rows = b"".join(b"\2" + row.tobytes() for row in rgb - above)
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def main(folder, target):
    tiles = list(read(folder))
    size = tiles[0][2].shape[0]
    step = size + LINE
    columns, rows = max(t[0] for t in tiles) + 1, max(t[1] for t in tiles) + 1
    valid = numpy.concatenate([t[2][t[2].min(axis=-1) > 0] for t in tiles])
    low, high = numpy.percentile(valid, (2, 98))
    picture = numpy.full((rows * step + LINE, columns * step + LINE, 3), 255, numpy.uint8)
    for x, y, bands in tiles:
        shown = numpy.clip((bands - low) / (high - low), 0, 1) * 255
        picture[y * step + LINE:y * step + LINE + size, x * step + LINE:x * step + LINE + size] = (shown / 4).round() * 4
    write_png(target, picture)


if __name__ == "__main__":
    main(*sys.argv[1:3])
