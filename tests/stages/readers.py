"""The libraries that tests read files with. A test without them is skipped."""
import importlib
import sys

SKIP = 77


def need(*names):
    """The modules of these names; ends the test with SKIP where one is missing. osgeo.gdal raises exceptions."""
    try:
        modules = [importlib.import_module(name) for name in names]
    except ImportError as missing:
        print(f"skipped: {missing}")
        sys.exit(SKIP)
    for module in modules:
        if module.__name__ == "osgeo.gdal":
            module.UseExceptions()
    return modules
