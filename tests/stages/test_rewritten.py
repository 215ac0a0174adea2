"""Files that other tools have written again: every reader of the program gives the numbers of the
untouched files, or refuses them with exit code 3 and a reason.

    test_rewritten.py SUBSCENE MAKE_PRODUCT [EVERY]

EVERY: each stage reads only every n-th way of the grid, and no two stages begin with the same one.

The grid: nccopy, h5repack and xarray; chunk shapes, no chunks, deflate, shuffle, fletcher32, byte
order, unlimited dimensions, string attributes, extra variables; on band files, tile files and
subscenes. 77: a library is missing."""

import glob
import itertools
import os
import shutil
import subprocess
import sys
import tempfile

try:
    import netCDF4
    import numpy
    import xarray
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

SUBSCENE, MAKE_PRODUCT = (os.path.abspath(path) for path in sys.argv[1:3])
EVERY = int(sys.argv[3]) if len(sys.argv) > 3 else 1
SIZE = 128
tried = refused = 0
failures = []


def run(*arguments):
    done = subprocess.run([SUBSCENE, *arguments, "-q"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=300, check=False)
    if done.returncode < 0 or "Sanitizer" in done.stderr or "HDF5-DIAG" in done.stderr:
        failures.append(f"{arguments[:3]}: ended with {done.returncode}: {done.stderr[:600]}")
    return done


def must(*arguments):
    done = run(*arguments)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.returncode}: {done.stderr}")


# ---- the ways to write a file again ----

def copy_with(source, target, change=lambda name, options: options, order="little", attributes=lambda a: a,
              unlimited=False, types=None):
    """The file again by netCDF4, variable by variable."""
    with netCDF4.Dataset(source) as old, netCDF4.Dataset(target, "w") as new:
        old.set_auto_maskandscale(False)
        for name, size in old.dimensions.items():
            new.createDimension(name, None if unlimited and name == "y" else len(size))
        for name, var in old.variables.items():
            kind = (types or {}).get(name, var.dtype)
            kind = numpy.dtype(kind).newbyteorder("<" if order == "little" else ">") if var.ndim == 2 else kind
            options = change(name, {"endian": order}) if var.ndim == 2 else {}
            if "_FillValue" in var.ncattrs():
                options["fill_value"] = var.getncattr("_FillValue")
            made = new.createVariable(name, kind, var.dimensions, **options)
            made.set_auto_maskandscale(False)
            for key in var.ncattrs():
                if key != "_FillValue":
                    put(made, key, attributes(var.getncattr(key)))
            made[...] = var[...]
        for key in old.ncattrs():
            put(new, key, attributes(old.getncattr(key)))


def put(where, key, value):
    if isinstance(value, list):
        where.setncattr_string(key, value[0])
    else:
        where.setncattr(key, value)


def by_tool(*command):
    def make(source, target):
        subprocess.run([*(word.format(source=source, target=target) for word in command)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return make


def chunked(rows, columns, **more):
    return lambda source, target: copy_with(
        source, target, lambda name, o: {**o, "chunksizes": (min(rows, size_of(source)[0]), min(columns, size_of(source)[1])),
                                         **more})


def size_of(path):
    with netCDF4.Dataset(path) as f:
        return len(f.dimensions["y"]), len(f.dimensions["x"])


def by_xarray(**options):
    def make(source, target):
        with xarray.open_dataset(source, **options) as data:
            data.to_netcdf(target)
    return make


def extra(source, target):
    shutil.copy(source, target)
    with netCDF4.Dataset(target, "a") as f:
        f.setncattr("history", "somebody was here")
        f.createVariable("quality", "f8", ("y", "x"))[...] = 1
        f.createVariable("note", str, ())[...] = "x"
        next(iter(f.variables.values())).setncattr("remark", [1, 2, 3])


def ways(stage):
    return itertools.islice(all_ways(), stage % EVERY, None, EVERY)


def all_ways():
    yield "nccopy, the issue's", by_tool("nccopy", "-d1", "-s", "-c", f"y/{SIZE // 2},x/{SIZE}", "{source}", "{target}")
    yield "nccopy, compressed", by_tool("nccopy", "-d5", "{source}", "{target}")
    yield "nccopy, 128 rows", by_tool("nccopy", "-c", "y/32,x/128", "{source}", "{target}")
    for rows, columns in ((1, 1000000), (7, 13), (64, 64), (1000, 1000000)):
        for level, shuffle, checksum in itertools.product((0, 3), (False, True), (False, True)):
            yield (f"chunks of {rows} x {columns}, deflate {level}, shuffle {shuffle}, fletcher32 {checksum}",
                   chunked(rows, columns, zlib=level > 0, complevel=level, shuffle=shuffle, fletcher32=checksum))
    yield "contiguous", lambda s, t: copy_with(s, t, lambda name, o: {**o, "contiguous": True})
    yield "big-endian", lambda s, t: copy_with(s, t, order="big")
    yield "big-endian, compressed", lambda s, t: copy_with(s, t, lambda name, o: {**o, "zlib": True}, order="big")
    yield "unlimited", lambda s, t: copy_with(s, t, lambda name, o: {**o, "zlib": True}, unlimited=True)
    yield "texts as strings", lambda s, t: copy_with(s, t, attributes=lambda a: [a] if isinstance(a, str) else a)
    yield "integers of 64 bits", lambda s, t: copy_with(
        s, t, attributes=lambda a: numpy.int64(a) if isinstance(a, numpy.int32) else a)
    yield "more in it", extra
    yield "xarray", by_xarray()
    yield "xarray, nothing decoded", by_xarray(decode_cf=False)
    if shutil.which("h5repack"):
        for name, filters in (("none", "NONE"), ("szip-free gzip", "GZIP=9"), ("fletcher", "FLET")):
            yield f"h5repack, {name}", by_tool("h5repack", "-f", filters, "{source}", "{target}")
        yield "h5repack, one piece", by_tool("h5repack", "-f", "NONE", "-l", "CONTI", "{source}", "{target}")
    else:
        print("skipped in part: no h5repack")


def wrong_ways(first):
    """What has other numbers, or another meaning: these must be refused."""
    yield "doubles", lambda s, t: copy_with(s, t, types={first: "f8"})
    yield "signed integers", lambda s, t: copy_with(s, t, types={first: "i4"})
    yield "packed", lambda s, t: (shutil.copy(s, t), rescale(t, first))
    yield "classic format", by_tool("nccopy", "-k", "cdf5", "{source}", "{target}")
    yield "upside down", lambda s, t: turned(s, t, lambda a: a[::-1], lambda name: name == "y")
    yield "columns from the east", lambda s, t: turned(s, t, lambda a: a[:, ::-1], lambda name: name == "x")
    yield "moved", lambda s, t: (shutil.copy(s, t), move(t))
    yield "a part", lambda s, t: xarray.open_dataset(s).isel(x=slice(0, 64)).to_netcdf(t)


def rescale(path, first):
    with netCDF4.Dataset(path, "a") as f:
        f[first].setncattr("scale_factor", 0.5)


def move(path):
    with netCDF4.Dataset(path, "a") as f:
        f["x"][:] = f["x"][:] + 10


def turned(source, target, turn, is_axis):
    shutil.copy(source, target)
    with netCDF4.Dataset(target, "a") as f:
        f.set_auto_maskandscale(False)
        for name, var in f.variables.items():
            if var.ndim == 2:
                var[...] = turn(var[...])
            elif is_axis(name):
                var[...] = var[...][::-1]


# ---- what the program makes of them ----

def arrays(folder):
    out = {}
    for path in sorted(glob.glob(f"{folder}/**/*.nc", recursive=True)):
        with netCDF4.Dataset(path) as f:
            f.set_auto_maskandscale(False)
            for name, var in f.variables.items():
                try:
                    out[os.path.basename(path), name] = var[...]
                except RuntimeError as error:
                    failures.append(f"{path}: {name}: {error}")
    return out


def same(name, found, wanted, may_have_more=False):
    if set(wanted) - set(found) or (not may_have_more and set(found) - set(wanted)):
        failures.append(f"{name}: {len(found)} variables instead of {len(wanted)}")
        return
    for key, values in wanted.items():
        if not numpy.array_equal(found[key], values):
            failures.append(f"{name}: {key} has other numbers")
            return


def rewrite(way, source, target):
    shutil.rmtree(target, ignore_errors=True)
    for path in glob.glob(f"{source}/**/*.nc", recursive=True):
        there = os.path.join(target, os.path.relpath(path, source))
        os.makedirs(os.path.dirname(there), exist_ok=True)
        way(path, there)
    for path in glob.glob(f"{source}/**/manifest.csv", recursive=True):
        shutil.copy(path, os.path.join(target, os.path.relpath(path, source)))


def try_stage(stage, command, source, wanted, options=()):
    global tried, refused
    first = "B02" if command != "resample" else None
    for name, way in ways(stage):
        rewrite(way, source, "again")
        shutil.rmtree("made", ignore_errors=True)
        done = run(command, *sorted(glob.glob("again/**/*.nc", recursive=True)), "-o", "made", *options)
        tried += 1
        if done.returncode == 3:
            refused += 1
            failures.append(f"{command}, {name}: refused: {done.stderr.strip()}")
        elif done.returncode != 0:
            failures.append(f"{command}, {name}: exit code {done.returncode}: {done.stderr.strip()}")
        else:
            same(f"{command}, {name}", arrays("made"), wanted)
    for name, way in wrong_ways(first or "B02"):
        one = sorted(glob.glob(f"{source}/**/*.nc", recursive=True))[:1] if command == "write" else [f"{source}/B02.nc"]
        rest = [path for path in sorted(glob.glob(f"{source}/**/*.nc", recursive=True)) if path not in one]
        shutil.rmtree("made", ignore_errors=True)
        shutil.rmtree("again", ignore_errors=True)
        os.mkdir("again")
        there = os.path.join("again", os.path.basename(one[0]))
        way(one[0], there)
        done = run(command, there, *rest, "-o", "made", *options)
        tried += 1
        refused += done.returncode in (1, 3)
        # of many tile files the others are still written
        if done.returncode not in ((1, 3) if command == "write" else (3,)) or os.path.basename(there) not in done.stderr:
            failures.append(f"{command}, {name}: exit code {done.returncode} instead of 3: {done.stderr.strip()}")


def try_subscenes(source):
    """A rerun keeps them, label adds to them, select reads their manifest, and all numbers stay."""
    global tried, refused
    wanted = arrays(source)
    with open("annotations.xml", "w", encoding="utf-8") as f:
        f.write('<annotations><version>1.1</version><image id="0" name="tile_0_0.png" width="128" height="128">'
                '<polygon label="CLOUD" points="0,0;50,0;50,60;0,60" z_order="0"/></image></annotations>')
    shutil.copytree(source, "untouched")
    must("label", "untouched", "--cvat", "annotations.xml")
    label_wanted = arrays("untouched")["tile_0_0.nc", "Label"]
    for name, way in ways(3):
        rewrite(way, source, "again")
        for arguments, code in ((("label", "again", "--cvat", "annotations.xml"), (0, 1)), (("dataset", "again"), (0,)),
                                (("select", "again"), (0,)), (("verify", "again"), (0, 1))):
            done = run(*arguments)
            tried += 1
            # a raster that is neither a band nor a class layer cannot be kept
            refusal = arguments[0] == "label" and name == "more in it" and done.returncode == 3
            refused += refusal
            if done.returncode not in code and not refusal:
                failures.append(f"{arguments[0]}, {name}: exit code {done.returncode}: {done.stderr.strip()}")
            if arguments[0] == "verify" and ("hash" in done.stdout or "k / 65535" in done.stdout):
                failures.append(f"verify, {name}: sees other numbers: {done.stdout[:300]}")
            if arguments[0] == "label":
                label = arrays("again").get(("tile_0_0.nc", "Label"))
                if done.returncode == 0 and not numpy.array_equal(label, label_wanted):
                    failures.append(f"label, {name}: the label is another")
        same(f"label, {name}", arrays("again"), wanted, may_have_more=True)


def main():
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        product = subprocess.run([MAKE_PRODUCT, "--size", "330", "--scene", "texture", "--bands", "B02,B05", "--saturated",
                                  "2", work], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        must("decode", product, "-o", "d", "-b", "B02,B05")
        must("resample", "d/B02.nc", "d/B05.nc", "-o", "r")
        must("cut", "r/B02.nc", "r/B05.nc", "-o", "t", "--size", str(SIZE))
        must("write", *sorted(glob.glob("t/*.nc")), "-o", "w", "--layout", "flat")
        try_stage(0, "resample", "d", arrays("r"))
        try_stage(1, "cut", "r", arrays("t"), ("--size", str(SIZE)))
        try_stage(2, "write", "t", arrays("w"), ("--layout", "flat"))
        try_subscenes("w")
        os.chdir("/")
    print(f"{tried} calls on files written again, {refused} refused")
    for failure in failures[:40]:
        print("FAIL", failure)
    print(f"{len(failures)} failures" if failures else "all good")
    return 1 if failures else 0


sys.exit(main())
