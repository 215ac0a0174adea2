#!/bin/sh
# The benchmark: builds, makes a product, runs the program in many ways and prints what it took, as Markdown.
#   sh tests/bench/run.sh                      everything on a full-size product: half an hour on 2 free cores, 20 GB of disk
#   sh tests/bench/run.sh --size 3072          a small product: some minutes
#   sh tests/bench/run.sh --only a,b,e         some groups of rows (below)
# Options:
#   --size N         pixels a side of the product that is made, at 10 m (10980); kept for the next call
#   --product PATH   a .SAFE folder of your own instead
#   --repeat N       rounds (1): the table has minimum and median
#   --only a,b,...   a the floor, b run at several compressions, c the stages one by one, d what one would use without this program,
#                    e some subscenes, look and select, f threads and memory, g other subscenes from kept files, h kernels, i packing
#   --part N         rows of subscenes that d does; the result is scaled to the product (4, or all of a small product)
#   --threads N      of all that is not about threads (the processors that this shell may use)
#   --output FILE    the result to FILE too
#   --jp2-tile A,B,C JP2 tiles of the product that is made
#   --build DIR      programs that are there already; nothing is built or installed
#   --work DIR       where products and outputs go (build/bench)
#   --quick          short measurements in h and i, only to see that they work
# All rows come from one call, and the floor is measured again before each group: ratios hold on a machine that is not idle. The exit
# code says only whether everything ran.
set -eu
export LC_ALL=C

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)

fail()
{
    printf 'bench: %s\n' "$*" >&2
    exit 1
}
say() { printf 'bench: %s\n' "$*" >&2; }

# ---- options ----
size=10980 product='' repeat=1 only=a,b,c,d,e,f,g,h,i part='' threads=$(nproc) output='' jp2_tile='' build='' quick=''
work=$root/build/bench
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
        exit 0
        ;;
    --quick)
        quick=1
        shift
        continue
        ;;
    --size | --product | --repeat | --only | --part | --threads | --output | --jp2-tile | --build | --work) ;;
    *) fail "unknown option $1; see --help" ;;
    esac
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
    --size) size=$2 ;;
    --product) product=$2 ;;
    --repeat) repeat=$2 ;;
    --only) only=$2 ;;
    --part) part=$2 ;;
    --threads) threads=$2 ;;
    --output) output=$2 ;;
    --jp2-tile) jp2_tile=$2 ;;
    --build) build=$2 ;;
    --work) work=$2 ;;
    esac
    shift 2
done
for number in "$size" "$repeat" "$threads" "${part:-1}"; do
    case $number in '' | 0 | *[!0-9]*) fail "'$number' is not a whole number above 0" ;; esac
done
wants() { case ",$only," in *",$1,"*) return 0 ;; *) return 1 ;; esac }

# ---- programs, product ----
if [ -z "$build" ]; then
    sh "$root/config/install_packages.sh"
    sh "$root/config/install_packages.sh" bench || say "some alternatives cannot be measured"
    build=$root/build/release
    say "building $build"
    sh "$root/config/build.sh" release --preset release >&2
fi
build=$(CDPATH='' cd -- "$build" && pwd -P)
mkdir -p "$work"
work=$(CDPATH='' cd -- "$work" && pwd -P)
subscene=$build/subscene
tools=$build/tests/bench
case $output in '' | /*) ;; *) output=$PWD/$output ;; esac
out=$work/out
results=$work/results.tsv
log=$work/log

# The path of a product of $size; make_product shows one only when it is whole.
make_product()
{
    folder=$work/product-$size${jp2_tile:+-$(printf %s "$jp2_tile" | tr , _)}
    for made in "$folder"/*.SAFE; do
        if [ ! -d "$made" ]; then
            say "making a product of $size x $size pixels"
            mkdir -p "$folder"
            made=$("$build/testdata/make_product" --scene texture --seed 1 --size "$size" ${jp2_tile:+--jp2-tile "$jp2_tile"} "$folder")
        fi
        printf '%s\n' "$made"
        return
    done
}
if [ -z "$product" ]; then
    product=$(make_product)
fi
[ -d "$product" ] || fail "$product is not a .SAFE folder"
product=$(CDPATH='' cd -- "$product" && pwd -P)

# All outputs go below the current folder, and the product is there by a name without blanks: lists of files can be words.
rm -rf "$out"
mkdir -p "$out"
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM
cd "$out"
ln -s "$product" product
: >"$results"
: >"$log"

# number OBJECT NAME: of the plan's JSON
plan=$("$subscene" info "$product" --json)
number() { printf '%s\n' "$plan" | sed -n "s/.*\"$1\":{[^}]*\"$2\":\([0-9]*\).*/\1/p"; }
columns=$(number lattice columns)
rows=$(number lattice rows)
width=$(number target width)
height=$(number target height)
step=$(number lattice step)

# ---- measuring ----
broken=0

# row GROUP NAME FOLDER COMMAND...: measures the command, which writes into FOLDER (emptied before), as a line of the results. $scale: what the
# whole product would be of it.
scale=1
row()
{
    group=$1 name=$2 folder=$3
    shift 3
    say "$group: $name"
    rm -rf "$folder"
    mkdir -p "$folder"
    sync # what others wrote is not to be written during this
    status=0
    "$tools/bench_measure" "$results" "row	$group	$name	$scale" "$folder" "$@" >>"$log" 2>&1 || status=$?
    [ "$status" -eq 0 ] || note "$name" "$(tail -n 1 "$log")"
}

# The same where a failure is one of the benchmark.
must()
{
    row "$@"
    [ "$status" -eq 0 ] && return
    broken=1
    say "failed, exit code $status: $(tail -n 1 "$log")"
}

note() { printf 'note\t%s\t%s\n' "$1" "$2" >>"$results"; }
skip()
{
    say "$1: $2: $3"
    printf 'skip\t%s\t%s\t%s\n' "$1" "$2" "$3" >>"$results"
}
drop() { rm -rf "$@"; }

decode_floor() # GROUP NAME THREADS
{
    # shellcheck disable=SC2046  # a list of words, large files first
    must "$1" "$2" floor "$tools/bench_decode_floor" "$3" $(find product/ -path '*/IMG_DATA/*' -name '*_B??.jp2' -exec ls -S {} +)
}
measure_floor() { decode_floor a "floor: OpenJPEG alone" "$threads"; }

decode_own()
{
    # shellcheck disable=SC2046  # a list of words
    must a "own decoder alone" own "$tools/bench_decoders" --own $(find product/ -path '*/IMG_DATA/*' -name '*_B??.jp2')
}

run() # GROUP NAME FOLDER OPTIONS...
{
    group=$1 name=$2 folder=$3
    shift 3
    must "$group" "$name" "$folder" "$subscene" run product -q -o "$folder" -j "$threads" "$@"
}

stage() # NAME FOLDER FILES...
{
    stage_name=$1 folder=$2
    shift 2
    must c "$stage_name" "$folder" "$subscene" "$stage_name" -q -o "$folder" -j "$threads" -- "$@"
}

# Unmeasured: files that other rows start from. Those that are there are kept.
need()
{
    "$subscene" "$@" -q -j "$threads" >>"$log" 2>&1 || fail "subscene $1: $(tail -n 1 "$log")"
}

# ---- the groups ----
group_b()
{
    run b "run" run
    run b "run --decoder openjpeg" openjpeg --decoder openjpeg
    drop openjpeg
    for level in 0 4 9; do
        run b "run --deflate $level" deflate --deflate $level
        drop deflate
    done
}

group_c()
{
    stage decode decode product
    stage resample resample decode/*.nc
    drop decode
    stage cut cut resample/*.nc
    stage write write cut/*.nc
    drop cut write
}

group_d()
{
    lines=$((rows < 8 ? rows : 4))
    [ -z "$part" ] || lines=$((part < rows ? part : rows))
    skipped=$(((rows - lines) / 2))
    top=$((skipped * step))
    tall=$((top + lines * step < height ? lines * step : height - top))
    scale=$(awk "BEGIN { printf \"%.4f\", $height / $tall }")
    for name in "GDAL tools" "Python: GDAL, SciPy, netCDF4"; do
        [ $lines -eq "$rows" ] || note "$name" "did $lines of $rows rows of subscenes, times $scale"
    done
    if command -v gdalwarp >/dev/null 2>&1 && command -v gdalbuildvrt >/dev/null 2>&1; then
        must d "GDAL tools" gdal sh "$here/gdal_pipeline.sh" product gdal "$top" "$tall" "$width" "$step" "$threads"
        drop gdal
    else
        skip d "GDAL tools" "gdalwarp is not installed"
    fi
    if missing=$(/usr/bin/python3 -c 'import netCDF4, numpy, osgeo.gdal, scipy.ndimage' 2>&1); then
        must d "Python: GDAL, SciPy, netCDF4" python /usr/bin/python3 "$here/python_pipeline.py" product python "$top" "$tall" "$step"
        drop python
    else
        skip d "Python: GDAL, SciPy, netCDF4" "$(printf '%s\n' "$missing" | tail -n 1)"
    fi
    scale=1
}

# The names of up to $1 subscenes, all over the product.
scattered()
{
    awk -v wanted="$1" -v columns="$columns" -v rows="$rows" 'BEGIN {
        all = columns * rows
        n = wanted < all ? wanted : all
        for (i = 0; i < n; i++) {
            k = int((i + 0.5) * all / n)
            printf "%s%d_%d", i ? "," : "", k % columns, int(k / columns)
        }
    }'
}

group_e()
{
    tiles=$(scattered 10)
    note "run --tiles" "$(printf '%s\n' "$tiles" | tr , '\n' | grep -c .) of $((columns * rows)) subscenes"
    run e "run --tiles" tiles --tiles "$tiles"
    must e "look PRODUCT" look "$subscene" look product -q -o look -j "$threads"
    must e "select PRODUCT" select "$subscene" select product -q -j "$threads"
    drop tiles look select
}

group_f()
{
    decode_floor f "floor, 1 thread" 1
    for n in 1 2 4; do
        run f "run -j $n" threads -j $n
        drop threads
    done
    # a refusal is an answer too
    row f "run --memory 300M" memory "$subscene" run product -q -o memory -j "$threads" --memory 300M
    drop memory
}

group_g()
{
    if [ ! -d resample ]; then # c leaves it
        need decode product -o decode
        need resample decode/*.nc -o resample
        drop decode
    fi
    for deflate in 1 0; do
        case $deflate in 1) suffix= ;; *) suffix=" --deflate 0" ;; esac
        run g "run --size 256 --overlap 0.0625$suffix" fused --size 256 --overlap 0.0625 --deflate $deflate
        drop fused
        # shellcheck disable=SC2016  # the inner shell's
        must g "cut + write of the same from resampled files$suffix" recut sh -c '
            "$1" cut "$2"/*.nc -q -o "$3/cut" -j "$4" --size 256 --overlap 0.0625 &&
                "$1" write "$3"/cut/*.nc -q -o "$3/written" -j "$4" --deflate "$5"' \
            sh "$subscene" resample recut "$threads" $deflate
        drop recut
    done
}

print_kernels()
{
    say "h: kernels"
    printf '\n## Kernels\n\n'
    "$tools/bench_kernels" --values "$results" ${quick:+--quick} || broken=1
}

# Some subscenes, whole ones of the middle where there is one.
print_packing()
{
    say "i: packing"
    printf '\n## Packing\n\n'
    if [ ! -x "$tools/bench_packing" ]; then
        printf 'Not measured: there was no zlib when this was built.\n'
        return
    fi
    need run product -o run
    files=
    for cell in $(scattered $((${quick:-8})) | tr , ' '); do
        files="$files $(find run -name "tile_$cell.nc")"
    done
    # shellcheck disable=SC2086  # a list of words
    "$tools/bench_packing" --values "$results" . $files || broken=1
}

# ---- the report ----
version() { pkg-config --modversion "$1" 2>/dev/null || echo "?"; }

print_header()
{
    compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
    printf '# Benchmark of %s\n\n' "$("$subscene" --version)"
    printf -- '- %s, commit %s\n' "$(date -u +%Y-%m-%dT%H:%MZ)" "$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)"
    printf -- '- %s, %s processors, %s threads, Linux %s\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
        "$(nproc)" "$threads" "$(uname -r)"
    printf -- '- %s\n' "$("$compiler" --version | head -n 1)"
    printf -- '- OpenJPEG %s, FFTW %s, netCDF-C %s, HDF5 %s, libdeflate %s, zlib %s, GDAL %s\n' "$(version libopenjp2)" \
        "$(version fftw3f)" "$(version netcdf)" "$(version hdf5)" "$(version libdeflate)" "$(version zlib)" \
        "$(gdalinfo --version 2>/dev/null | sed 's/^GDAL \([^,]*\).*/\1/' | grep . || echo -)"
    printf -- '- product of %s x %s px, %s MB in 13 bands; %s x %s subscenes; load at the start %s\n' "$width" "$height" \
        "$(find product/ -name '*_B??.jp2' -exec ls -l {} + | awk '{ n += $5 } END { printf "%d", n / 1e6 }')" \
        "$columns" "$rows" "$(cut -d ' ' -f 1 /proc/loadavg)"
}

measure_all()
{
    round=0
    while [ $round -lt "$repeat" ]; do
        round=$((round + 1))
        say "round $round of $repeat"
        find product/ -name '*.jp2' -exec cat {} + >/dev/null # all find it in the page cache
        between=''
        for next in b c d e f g; do
            wants $next || continue
            measure_floor
            [ "$next" != b ] || decode_own
            "group_$next"
            between=1
        done
        if wants a || [ -n "$between" ]; then
            measure_floor
        fi
    done
}

print_report()
{
    print_header
    if [ -s "$results" ]; then
        printf '\n## Runs\n\n'
        awk -v part=table -v threads="$threads" -f "$here/report.awk" "$results"
    fi
    if wants h; then
        print_kernels
    fi
    if wants i; then
        print_packing
    fi
    printf '\n## Targets\n\n'
    awk -v part=targets -v threads="$threads" -f "$here/report.awk" "$results"
}

measure_all
print_report >"$work/report.md"
cat "$work/report.md"
[ -z "$output" ] || cp "$work/report.md" "$output"
[ $broken -eq 0 ] || fail "some parts failed; see $log"
