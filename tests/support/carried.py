"""carried.py OLD NEW LAYER UNLABELLED UNDEFINED: each pixel of each file in NEW takes the class of
the old pixel under its centre. On an edge the pixel to the east or south counts. Uses x, y and the
layer alone."""

import glob, sys
import netCDF4, numpy

old_folder, new_folder, name, unlabelled, undefined = sys.argv[1:4] + [int(v) for v in sys.argv[4:]]

def files(folder):
    return sorted(glob.glob(folder + "/**/tile_*.nc", recursive=True))

def read(path):
    with netCDF4.Dataset(path) as f:
        f.set_auto_mask(False)
        return f["x"][:], f["y"][:], f[name][:] if name in f.variables else None

def under(centres, old):
    """Index of the old pixel under each centre; -1 outside. Edges belong to the next pixel."""
    step = old[1] - old[0]
    at = numpy.floor((centres - (old[0] - step / 2)) / step).astype(int)
    return numpy.where((at >= 0) & (at < len(old)), at, -1)

olds = [o for o in map(read, files(old_folder)) if o[2] is not None]
pixels = wrong = carried = conflicts = 0
for path in files(new_folder):
    x, y, got = read(path)
    want = numpy.full((len(y), len(x)), -1)
    for ox, oy, codes in olds:
        column, row = under(x, ox), under(y, oy)
        inside = (row[:, None] >= 0) & (column[None, :] >= 0)
        here = codes[numpy.ix_(numpy.clip(row, 0, None), numpy.clip(column, 0, None))].astype(int)
        clash = inside & (want >= 0) & (want != here)
        want = numpy.where(inside & (want == -1), here, want)
        want[clash | (want == -2)] = -2
    if (want == -1).all():
        if got is not None:
            sys.exit("%s: has a layer that nothing covers" % path)
        continue
    carried += 1
    conflicts += int((want == -2).sum())
    want = numpy.where(want == -1, unlabelled, numpy.where(want == -2, undefined, want))
    pixels += want.size
    wrong += want.size if got is None else int((want != got).sum())
print(carried, "files,", pixels > 0 and "pixels" or "no pixels", "wrong", wrong, "conflicts", conflicts)
