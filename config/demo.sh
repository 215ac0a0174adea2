#!/bin/sh
# From nothing to subscenes: installs the packages, builds the program, converts and checks.
#   sh config/demo.sh [-o DIR]              a demonstration product, made on the spot
#   sh config/demo.sh [-o DIR] PRODUCT...   your own: a .SAFE folder, the MTD_MSIL1C.xml or MTD_MSIL2A.xml in it,
#                                           or a .zip; or @FILE, a list with one product a line
# DIR is where the subscenes go (build/demo/subscenes). Products are looked at before anything is installed.
# Exit code: 2 usage, 3 no such product; else the one of `subscene run`, or of `subscene verify` after it.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
build=$root/build/release
demo=$root/build/demo
output=$demo/subscenes

step() { printf '\n== %s\n' "$*" >&2; }

# fail CODE REASON [WHAT TO TYPE]
fail()
{
    printf 'demo: error: %s\n' "$2" >&2
    [ $# -lt 3 ] || printf 'demo: type: %s\n' "$3" >&2
    exit "$1"
}

# ---- the command line ----
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
        exit 0
        ;;
    -o | --output)
        [ -n "${2-}" ] || fail 2 "$1 needs a folder" "sh $0 -o DIR [PRODUCT...]"
        output=$2
        shift
        ;;
    --)
        shift
        break
        ;;
    -?*) fail 2 "unknown option $1" "sh $0 [-o DIR] [PRODUCT...]" ;;
    *) break ;;
    esac
    shift
done
for word; do
    case $word in -o | --output) fail 2 "$word stands behind a product" "sh $0 -o DIR PRODUCT..." ;; esac
done
nearest=$output
until [ -e "$nearest" ]; do nearest=$(dirname -- "$nearest"); done
[ -d "$nearest" ] || fail 2 "-o $output: $nearest is a file, not a folder"
[ -w "$nearest" ] || fail 2 "-o $output: $nearest cannot be written"

# ---- the products, before anything is installed ----
has_metadata() { [ -f "$1/MTD_MSIL1C.xml" ] || [ -f "$1/MTD_MSIL2A.xml" ]; }

# A folder is a product, or holds just one.
check_folder()
{
    ! has_metadata "$1" || return 0
    count=0 first=''
    for inner in "$1"/*/; do
        has_metadata "$inner" || continue
        count=$((count + 1))
        first=${first:-${inner%/}}
    done
    [ "$count" -le 1 ] || fail 3 "$1: holds $count products" "sh $0 $first, or sh $0 $1/*.SAFE"
    case ${1##*/} in S2?_OPER_PRD_*) fail 3 "$1: is of the format from before December 2016, which is not supported" ;; esac
    [ "$count" -eq 1 ] || fail 3 "$1: is no product, or not all of one: there is no MTD_MSIL1C.xml or MTD_MSIL2A.xml in it" \
        "sh $0 PRODUCT.SAFE"
}

# The names of a .zip are at its end.
check_zip()
{
    tail -c 1000000 "$1" | grep -a -q 'MTD_MSIL\(1C\|2A\)\.xml' ||
        fail 3 "$1: the .zip holds no product, or its end is missing; unzip -t $1 tells" "sh $0 PRODUCT.zip"
}

check_file()
{
    case ${1##*/} in MTD_MSIL1C.xml | MTD_MSIL2A.xml) return 0 ;; esac
    if head -c 2 "$1" | grep -a -q '^PK'; then
        check_zip "$1"
        return 0
    fi
    case $1 in
    *.txt | *.csv | *.lst) fail 2 "$1: is a text file, not a product; for a list of products put @ before it" "sh $0 @$1" ;;
    *.SAFE/*) fail 3 "$1: is a file of a product; name the product" "sh $0 ${1%%.SAFE/*}.SAFE" ;;
    *.zip) fail 3 "$1: is no .zip, whatever its name says: was the download interrupted?" "sh $0 PRODUCT.zip" ;;
    esac
    fail 3 "$1: is no product: neither a .SAFE folder, nor MTD_MSIL1C.xml or MTD_MSIL2A.xml, nor a .zip" "sh $0 PRODUCT.SAFE"
}

# Something of the name with an ending that was forgotten, or the plain way of calling this script.
find_similar()
{
    for similar in "${1%/}.SAFE" "${1%/}.zip" "${1%.SAFE}.zip" "${1%.zip}.SAFE" "${1%.zip}"; do
        [ "$similar" = "$1" ] || [ ! -e "$similar" ] || { printf '%s' "$similar"; return; }
    done
    printf 'PRODUCT.SAFE'
}

check_product()
{
    case $1 in
    @-) ;;
    @*) [ -f "${1#@}" ] || fail 3 "${1#@}: there is no such list" "sh $0 @products.txt" ;;
    *)
        if [ -d "$1" ]; then
            check_folder "${1%/}"
        elif [ -f "$1" ]; then
            [ -r "$1" ] || fail 3 "$1: cannot be read"
            check_file "$1"
        else
            fail 3 "$1: there is no such file or folder" "sh $0 $(find_similar "$1")"
        fi
        ;;
    esac
}

for product; do check_product "$product"; done

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
