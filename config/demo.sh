#!/bin/sh
# From nothing to subscenes: installs the packages, builds the program, converts and checks.
#   sh config/demo.sh              a demonstration product, made on the spot
#   sh config/demo.sh PRODUCT...   your own: a .SAFE folder, the MTD_MSIL1C.xml or MTD_MSIL2A.xml in it, or a .zip
# The exit code is the one of `subscene run`, or of `subscene verify` after it.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
build=$root/build/release
demo=$root/build/demo
output=$demo/subscenes

step() { printf '\n== %s\n' "$*" >&2; }

case ${1:-} in
-h | --help)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
-*)
    printf 'demo: unknown option %s; usage: demo.sh [PRODUCT...]\n' "$1" >&2
    exit 2
    ;;
esac

# The path of the demonstration product: 3072 × 3072 pixels, 36 subscenes. make_product only shows a product that is whole.
make_product()
{
    for product in "$demo"/product/*.SAFE; do
        if [ ! -d "$product" ]; then
            rm -rf "$demo/product"
            mkdir -p "$demo/product"
            product=$("$build/testdata/make_product" --scene texture --size 3072 "$demo/product")
        fi
        printf '%s\n' "$product"
        return
    done
}

# How to look at the subscenes in folder $1.
explain()
{
    count=0
    for file in "$1"/*.nc; do
        [ ! -f "$file" ] || count=$((count + 1))
        last=$file
    done
    [ "$count" -gt 0 ] || return 0
    one=tile_1_1.nc
    [ -f "$1/$one" ] || one=${last##*/}
    cat <<END

$count subscenes (tile_<column>_<row>.nc) and manifest.csv, $(du -sh "$1" | cut -f1), are in
  $1

Look at one:
  cd '$1'
  ncdump -h $one                  (package netcdf-bin)
  gdalinfo NETCDF:$one:B04        (package gdal-bin)
  QGIS: Layer > Add Layer > Add Raster Layer, or drop the file on the map (package qgis)

Read one in Python (packages python3-xarray, python3-netcdf4):
  import xarray
  print(xarray.open_dataset("$one"))

Go over all of them, as a training loop does:
  import glob, numpy, xarray
  bands = ["B02", "B03", "B04", "B08"]
  for path in sorted(glob.glob("tile_*.nc")):
      with xarray.open_dataset(path, mask_and_scale=False) as tile:
          pixels = numpy.stack([tile[b].values for b in bands])  # float32, bands x rows x columns; 0 is no data
END
}

# ---- packages and program ----
step "packages"
sh "$root/config/install_packages.sh"
step "build"
TARGETS="subscene make_product documents" sh "$root/config/build.sh" release --preset release >&2

# ---- product ----
# The small demonstration is done anew each time; with your own product a second call goes on where the first one stopped.
again=
if [ $# -eq 0 ]; then
    step "demonstration product"
    set -- "$(make_product)"
    [ -d "$1" ] || exit 1
    printf '%s\n' "$1" >&2
    again=--overwrite
fi

# ---- the work ----
step "subscene run"
status=0
folders=$("$build/subscene" run ${again:+"$again"} -o "$output" -- "$@") || status=$?
if [ "$status" -ne 0 ]; then
    printf 'subscene run ended with exit code %s. What it made is in\n  %s\n' "$status" "$output" >&2
    exit "$status"
fi

step "subscene verify"
printf '%s\n' "$folders" | {
    while IFS= read -r folder; do
        "$build/subscene" verify "$folder" || status=$?
    done
    exit "$status"
} || exit $?

printf '%s\n' "$folders" | while IFS= read -r folder; do
    explain "$folder"
done
