"""What testdata/scene.h says of class masks, a second time: for tests that must not ask the code that they test."""
import numpy

MASKS = ("fmask", "s2cloudless", "probability", "maja", "gsfc", "bhc", "fmsc", "dluvclouds", "classi", "scl",
         "cloud_probability", "snow_probability")  # their numbers: 0, 1, …
CODES = {
    "fmask": (0, 1, 2, 3, 4, 255), "s2cloudless": (0, 1), "probability": tuple(range(256)),
    "maja": (0, 2, 16, 32, 64, 1, 3, 34, 18, 80, 96, 128, 12, 4, 130, 255),
    "gsfc": (0, 1, 2, 3, 4), "bhc": (0, 1, 2, 3, 4, 5, 6, 7), "fmsc": (0, 1, 2), "dluvclouds": (0, 1, 2), "classi": (0, 1, 2, 3, 4, 5, 6, 7),
    "scl": tuple(range(12)), "cloud_probability": tuple(range(101)), "snow_probability": tuple(range(101)),
}
CELL = (1900, 1700)


def triangle(x, period):
    return abs(x % period - period // 2)


def value(mask, east, north):
    """Of whole metres (arrays that broadcast)."""
    m = MASKS.index(mask)
    u, v = east + 1370 * m, north + 2590 * m
    large = triangle(u, 1510) + triangle(v, 2110)
    h = large // 4 + triangle(u + 2 * v, 1900) // 3 + triangle(3 * u - v, 700) // 2
    codes = numpy.array(CODES[mask])
    return codes[numpy.where(large < 500, 0, h // (3 if mask.endswith("probability") else 41) % len(codes))]


def clouds(east, north):
    """The polygons of baselines before 04.00 in the bits of "classi": 1 opaque, 2 cirrus; where both are, both."""
    i, j = east // CELL[0], north // CELL[1]
    e, n = east % CELL[0], north % CELL[1]
    opaque = (e > 203) & (e < 1103) & (n > 303) & (n < 1203)
    hole = (e > 403) & (e < 703) & (n > 603) & (n < 903) & ((i + j) % 2 == 0)
    cirrus = abs(e - 1203) + abs(n - 1003) < 512 - 100 * (i % 3)
    return (opaque & ~hole) * 1 + cirrus * 2


def centres(corner, side, pixel):
    """Eastings and northings of a raster's pixels, as arrays that broadcast to it. `corner`: upper left; `side` in metres."""
    middle = numpy.arange(side // pixel) * pixel + pixel // 2
    return corner[0] + middle[None, :], corner[1] - middle[:, None]
