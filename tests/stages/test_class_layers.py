#!/usr/bin/python3
"""Are the class layers of subscenes what the masks of a product of `make_product --masks` give?

usage: test_class_layers.py OUT [options]

For each .nc file below OUT and each of the layers below that it has, every pixel is worked out again from the file's own x and y: the pixel of the tool's
raster under its centre (a centre between two of them: the right one, the lower one), what testdata/scene.h says at the centre of that, and the code that
the layer has for it. Pixels outside of the product are 0, and those of CLASSI also where a band of the file is 0.

Wrong layers are listed as "FILE LAYER: N wrong of M"; the exit code is then 1, as it is where there is nothing to check. Else one line: how many
files and layers, which resolution each layer was taken for, how often each code comes. Exit 77 (skipped) where netCDF4 is not installed.

Which raster of a tool that has several: the one of the files' own resolution, else the finest; --resolution says otherwise. The polygons of MSK_CLOUDS
(baselines before 04.00, by the attribute processing_baseline) are looked at in the centres of the files' own pixels, or of those of CLASSI=60.
"""
import argparse
import collections
import os
import re
import sys

sys.dont_write_bytecode = True
import readers

netCDF4, numpy = readers.need("netCDF4", "numpy")

import scene_masks

BITS = {  # tested from left to right: (bits, code), then what no bit at all gives, then all else
    "theia": (((2, 4), (32 + 64, 2), (16, 3)), 1, 0),
    "native": (((2, 4), (4 + 8, 2), (64, 3)), 1, 0),
    "classi": (((1, 4), (2, 3)), 1, 1),
}
LAYERS = {  # mask, resolutions that there are, codes of its values
    "FMC": ("fmask", (20,), {0: 1, 1: 1, 2: 2, 3: 1, 4: 4, 255: 5}),
    "SS2C": ("s2cloudless", (10, 20, 60), {0: 1, 1: 4}),
    "SS2CC": ("probability", (10, 20, 60), {v: v for v in range(256)}),
    "MAJAC": ("maja", (10, 20), "theia"),
    "GSFC": ("gsfc", (10,), {0: 0, 1: 1, 2: 4, 3: 3, 4: 2}),
    "BHC": ("bhc", (60,), {0: 5, 1: 5, 2: 4, 3: 4, 4: 2, 5: 1, 6: 1, 7: 1}),
    "FMSC": ("fmsc", (20,), {0: 1, 1: 4, 2: 2}),
    "DL_L8S2_UV": ("dluvclouds", (10,), {0: 5, 1: 1, 2: 4}),
    "CLASSI": ("classi", (60,), "classi"),
    "SCL": ("scl", (20, 60), {0: 5, 1: 5, 2: 1, 3: 2, 4: 1, 5: 1, 6: 1, 7: 0, 8: 4, 9: 4, 10: 3, 11: 1}),
    "S2CC": ("cloud_probability", (20, 60), {v: v for v in range(101)}),
    "S2CS": ("snow_probability", (20, 60), {v: v for v in range(101)}),
}
OTHER_NAMES = {"DL-L8S2-UV": "DL_L8S2_UV"}


class Wrong(Exception):
    pass


def resolution_option(text):
    layer, _, metres = text.rpartition("=")
    if not metres.isdigit() or (layer and int(metres) not in LAYERS.get(layer, ("", ()))[1]):
        raise argparse.ArgumentTypeError(f"'{text}' is neither METRES nor LAYER=METRES with one that the layer's tool has")
    return layer, int(metres)


def parse():
    p = argparse.ArgumentParser(usage=__doc__.split("\n")[2][7:], description="make_product's defaults are the defaults")
    p.add_argument("out")
    p.add_argument("--ulx", type=int, default=300000, help="the product's upper left corner")
    p.add_argument("--uly", type=int, default=6500040)
    p.add_argument("--side", type=int, default=15900, help="the product's side in metres")
    p.add_argument("--resolution", type=resolution_option, action="append", default=[], metavar="[LAYER=]M",
                   help="take rasters of M metres where there are some, for all layers or one; may be repeated")
    p.add_argument("--scl-codes", action="store_true", help="SCL has the codes of the product, not those of labels")
    p.add_argument("--maja", choices=("theia", "native"), default="theia", help="what MAJA's bits mean")
    p.add_argument("--need", default="", metavar="LAYER,LAYER", help="layers that every file must have")
    return p.parse_args()


def code_table(layer, options):
    """Code of each value 0 … 255."""
    codes = LAYERS[layer][2]
    table = numpy.zeros(256, int)
    for v in range(256):
        if isinstance(codes, dict):
            table[v] = v if layer == "SCL" and options.scl_codes else codes.get(v, 0)
            continue
        tests, none, other = BITS[options.maja if layer == "MAJAC" else codes]
        table[v] = next((code for bits, code in tests if v & bits), other if v else none)
    return table


def source_pixel(layer, own, options):
    """None: there are no pixels, the polygons are looked at in the file's own."""
    there = LAYERS[layer][1]
    wanted = dict(options.resolution)
    metres = wanted.get(layer, wanted.get("", own))
    return metres if metres in there else own if own in there else min(there)


def middle_of(position, pixel):
    """Of the pixels that hold positions, in metres from the corner."""
    return position // pixel * pixel + pixel // 2


def positions(dataset, options):
    """Metres from the product's corner to the right and down, as arrays that broadcast to the file's pixels; and its pixel."""
    for name in "x", "y":
        if name not in dataset.variables:
            raise Wrong(f"it has no {name}")
    x, y = dataset["x"][:], dataset["y"][:]
    steps = set(numpy.diff(x)) | set(-numpy.diff(y))
    if len(steps) != 1:
        raise Wrong(f"x and y do not go in equal steps: {sorted(steps)[:5]}")
    pixel = steps.pop()
    right, down = x[None, :] - options.ulx, options.uly - y[:, None]
    if pixel != int(pixel) or any((a % pixel != pixel / 2).any() for a in (right, down)):
        raise Wrong(f"x and y are no centres of the product's pixels of {pixel} m")
    return right.astype(int), down.astype(int), int(pixel)


def wanted_layer(dataset, layer, options):
    """The codes, and the resolution that was taken."""
    right, down, own = positions(dataset, options)
    pixel = source_pixel(layer, own, options)
    baseline = getattr(dataset, "processing_baseline", "99.99")
    if layer == "CLASSI" and baseline < "04.00":
        pixel = dict(options.resolution).get("CLASSI", own)
        values = scene_masks.clouds(options.ulx + middle_of(right, pixel), options.uly - middle_of(down, pixel))
    else:
        values = scene_masks.value(LAYERS[layer][0], options.ulx + middle_of(right, pixel), options.uly - middle_of(down, pixel))
    codes = code_table(layer, options)[values]
    inside = (right >= 0) & (right < options.side) & (down >= 0) & (down < options.side)
    codes = numpy.where(inside, codes, 0)
    if layer == "CLASSI":
        for name, band in dataset.variables.items():
            if re.fullmatch(r"B\d\d|B8A", name):
                codes = numpy.where(band[:] == 0, 0, codes)
    return codes, pixel


class Tally:
    def __init__(self):
        self.files = self.layers = self.wrong = 0
        self.codes = collections.defaultdict(collections.Counter)

    def complain(self, name, text):
        print(f"{name}: {text}")
        self.wrong += 1

    def layer(self, name, dataset, variable, options):
        layer = OTHER_NAMES.get(variable, variable)
        codes, pixel = wanted_layer(dataset, layer, options)
        there = dataset[variable][:]
        self.layers += 1
        if there.shape != codes.shape:
            self.complain(f"{name} {variable}", f"has the shape {there.shape} instead of {codes.shape}")
            return
        bad = there != codes
        if bad.any():
            y, x = numpy.argwhere(bad)[0]
            self.complain(f"{name} {variable}", f"{bad.sum()} wrong of {bad.size} (taken for {pixel} m; first: row {y}, column {x} has {there[y, x]} instead of {codes[y, x]})")
        self.codes[f"{layer} ({pixel} m)"].update(there.flatten().tolist())

    def file(self, path, name, options):
        self.files += 1
        with netCDF4.Dataset(path) as dataset:
            dataset.set_auto_maskandscale(False)
            has = [v for v in dataset.variables if OTHER_NAMES.get(v, v) in LAYERS]
            for layer in filter(None, options.need.split(",")):
                if layer not in [OTHER_NAMES.get(v, v) for v in has]:
                    self.complain(name, f"{layer} is missing")
            for variable in has:
                self.layer(name, dataset, variable, options)


def subscenes(out):
    for folder, inner, names in os.walk(out):
        inner.sort()
        yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".nc"))


def main():
    options = parse()
    tally = Tally()
    for path in subscenes(options.out):
        name = os.path.relpath(path, options.out)
        try:
            tally.file(path, name, options)
        except (Wrong, OSError) as problem:
            tally.complain(name, problem)
    if not tally.layers:
        tally.complain(options.out, f"there is nothing to check: {tally.files} files, no class layer")
    if tally.wrong:
        return 1
    codes = "; ".join(f"{layer}: " + ", ".join(f"{code} × {n}" for code, n in sorted(counts.items())) for layer, counts in sorted(tally.codes.items()))
    print(f"{tally.files} files, {tally.layers} layers; {codes}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
