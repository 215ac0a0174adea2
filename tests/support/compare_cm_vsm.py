#!/usr/bin/python3
"""Are subscenes what cm_vsm stored?

usage: compare_cm_vsm.py REFERENCE MADE DIFFERENCES

REFERENCE: its output folder (tile_<x>_<y>/*.nc); MADE: a folder with tile_<x>_<y>.nc; both must hold the same subscenes and bands. DIFFERENCES: how many
samples may differ, and by how much at most, as SAMPLES:DN; exactly so many must. Exit 1 with a line for each thing that is different.
"""
import glob
import os
import re
import sys

import netCDF4
import numpy

faults = []
unlike, largest = 0, 0


def expect(same, *what):
    if not same:
        faults.append(" ".join(str(w) for w in what))


def by_tile(paths):
    return {re.search(r"tile_\d+_\d+", p).group(): p for p in paths}


def compare_band(tile, name, his, ours, published):
    global unlike, largest
    expect(ours.dtype == his.dtype, tile, name, "is", ours.dtype, "and not", his.dtype)
    expect(ours.shape == his.shape, tile, name, "has shape", ours.shape, "and not", his.shape)
    a, b = numpy.asarray(ours[:]), numpy.asarray(his[:])
    if a.shape == b.shape and a.tobytes() != b.tobytes():
        unlike += int((a.view("u%d" % a.itemsize) != b.view("u%d" % b.itemsize)).sum())
        largest = max(largest, int(numpy.abs(numpy.rint(a * 65535.0) - numpy.rint(b * 65535.0)).max()))
    expect(ours.scaling_factor.tobytes() == his.scaling_factor.tobytes(), tile, name, "scaling_factor", ours.scaling_factor, his.scaling_factor)
    expect(ours.resampling_filter == his.resampling_filter, tile, name, "resampling_filter", ours.resampling_filter)
    if published:
        expect(ours.dimensions == his.dimensions, tile, name, "has dimensions", ours.dimensions)
        expect(ours.ncattrs() == his.ncattrs(), tile, name, "has attributes", ours.ncattrs())
        expect(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", ours.last_modified), tile, name, "last_modified", ours.last_modified)


def compare(tile, path, reference):
    with netCDF4.Dataset(path) as ours, netCDF4.Dataset(reference) as his:
        ours.set_auto_maskandscale(False)
        his.set_auto_maskandscale(False)
        published = "crs" not in ours.variables
        bands = sorted(set(ours.variables) - {"x", "y", "crs"})
        expect(bands == sorted(his.variables), tile, "has bands", bands)
        expect(ours.product_name == his.product_name, tile, "product_name", ours.product_name)
        expect(ours.overlap.tobytes() == his.overlap.tobytes(), tile, "overlap", ours.overlap)
        expect(ours.compat.startswith("cm_vsm 0.3.7"), tile, "compat", ours.compat)
        if published:
            expect(ours.ncattrs() == [*his.ncattrs(), "compat", "parameters", "parameters_digest"], tile, "has attributes", ours.ncattrs())
        for name in his.variables:
            if name in ours.variables:
                compare_band(tile, name, his[name], ours[name], published)


def main(reference, made, differences):
    want = by_tile(glob.glob(os.path.join(reference, "tile_*", "*.nc")))
    have = by_tile(glob.glob(os.path.join(made, "tile_*.nc")))
    expect(want, "no reference below", reference)
    expect(sorted(want) == sorted(have), "subscenes", sorted(have), "and not", sorted(want))
    for tile in sorted(set(want) & set(have)):
        compare(tile, have[tile], want[tile])
    expect(f"{unlike}:{largest}" == differences, f"{unlike}:{largest} samples differ and by how much at most, and not", differences)
    print("\n".join(faults[:20]))
    return 1 if faults else 0


sys.exit(main(*sys.argv[1:]))
