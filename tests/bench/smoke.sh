#!/bin/sh
# Does run.sh run through on a small product, with every row in its tables? Nothing is timed.
#   smoke.sh BUILD WORK
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
build=$1 work=$2
report=$work/smoke.md
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
sh "$here/run.sh" --build "$build" --work "$work" --size 630 --jp2-tile 256,160,48 --threads 2 --quick --output "$report" >/dev/null

failures=0
expect() # a line of the report begins with the text
{
    grep -qF -- "$1" "$report" && return
    failures=$((failures + 1))
    printf 'not in the report: %s\n' "$1"
}
while read -r row; do
    expect "| $row |"
done <<END
floor: OpenJPEG alone
own decoder alone
run
run --decoder openjpeg
run --deflate 0
run --deflate 4
run --deflate 9
decode
resample
cut
write
GDAL tools
Python: GDAL, SciPy, netCDF4
run --tiles
floor, 1 thread
run -j 1
run -j 2
run -j 4
run --memory 300M
run --size 256 --overlap 0.0625
cut + write of the same from resampled files
run --size 256 --overlap 0.0625 --deflate 0
cut + write of the same from resampled files --deflate 0
64
END
expect "FFT is"
[ ! -x "$build/tests/bench/bench_packing" ] || expect "| zlib 9 |"
for target in "run / floor" "peak RSS of run, MiB" "run with 1 thread / with 2" "FFT with 32 lobes / with 4, the worse factor"; do
    expect "| $target |"
done
[ $failures -eq 0 ] && exit 0
cat "$report"
exit 1
