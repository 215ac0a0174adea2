#!/usr/bin/env bash
# In place of cm_vsm: its flags, and each case in which it fails.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
CM_VSM=$(dirname "$SUBSCENE")/cm_vsm
[ -x "$CM_VSM" ] || { fail "there is no cm_vsm beside the program" && finish; }
command -v ncdump >/dev/null || skip_all "ncdump is missing"

product P --size 630 --jp2-tile 256,160,48
NAME=$(basename "$P" .SAFE) PARENT=$(dirname "$P")
CVAT=$PARENT/$NAME.CVAT FILE=T35VLF_20220125T151701_tile # _x_y.nc
BAND=(-b B01,B02 -m sinc -S 256 -f 1)
made() { expect_exit 0 "$CM_VSM" "$@"; }
refused() # refused CODE "TEXT..." FLAGS...: and nothing is made
{
    local code=$1 text=$2
    shift 2
    expect_exit "$code" "$CM_VSM" "$@"
    # shellcheck disable=SC2086  # a list of words
    expect_line "$ERR" "cm_vsm: error: " $text
    expect_absent "$CVAT"
}
header() { ncdump -h "$1"; }
layers() { header "$1" | sed -n 's/^[[:space:]]*\(ubyte\|float\) \([A-Za-z0-9_-]*\)(.*/\2/p' | paste -sd' '; }
codes_of() { ncdump -v "$2" "$1" | sed -n "/^ $2 =/,/;/p" | sed "s/^ $2 =//" | tr -d ' ;' | tr ',' '\n' | grep .; } # FILE LAYER
count_codes() { codes_of "$@" | sort -n | uniq -c | awk '{ printf "%s%s:%s", (NR > 1 ? " " : ""), $2, $1 }'; }

# ---- what it says of itself ----
expect_exit 1 "$CM_VSM"
expect_equal "$(grep -c Version: "$OUT")" 1 "lines of the banner with a version"
expect_equal "$(sed -n 's/.*Version://p' "$OUT")" " 0.3.7" "version"
expect_text "$OUT" "$("$SUBSCENE" --version)"
expect_text "$ERR" "usage: cm_vsm" "-d PRODUCT" "--kz-s2"
cp "$OUT" banner
made --version
cmp -s banner "$OUT" || fail "--version is not the banner"
expect_empty "$ERR"
made --help
for flag in -d -D -O -b -S -s -f -m -o --png --tiled --overwrite -j -g -M -T -r -n -R -t -A --kz-s2 --version; do
    grep -qE "^  $flag( |$)" "$OUT" || fail "--help does not tell of $flag"
done

# ---- the folder, the files ----
made -d "$P" "${BAND[@]}"
expect_equal "$(cd "$CVAT" && find . -name '*.nc' -printf '%P\n' | sort | head -2)" "tile_0_0/${FILE}_0_0.nc
tile_0_1/${FILE}_0_1.nc" "files"
expect_count "$CVAT" 9
expect_equal "$(layers "$CVAT/tile_1_1/${FILE}_1_1.nc")" "B01 B02" "variables"
header "$CVAT/tile_1_1/${FILE}_1_1.nc" >text
expect_text text "x = 256" "y = 256" "float B02(x, y)" "B02:scaling_factor = 1.f" 'B01:resampling_filter = "sinc"' "B01:last_modified" \
    ":product_name = \"$NAME.SAFE\"" ":overlap = 0.f"
expect_no_text text FillValue
expect_exit 0 "$SUBSCENE" verify "$CVAT" -q
# it is run with these options
expect_exit 0 "$SUBSCENE" run "$P" -o same -q -b B01,B02 --size 256 --filter sinc --deflate 1 --profile kappazeta --offset keep --layout cm_vsm --compat cm-vsm --no-masks
same_tree same "$CVAT" "run with the same options"
# a rerun does nothing
stat_tree "$CVAT" >before
made -d "$P" "${BAND[@]}"
expect_line "$ERR" "0 made, 9 already there"
made -d "$P" "${BAND[@]}" -T 1_1,0_2 -j 0
stat_tree "$CVAT" | diff before - >difference || fail "a rerun writes: $(head -3 difference)"
# a folder made with another -S
expect_exit 2 "$CM_VSM" -d "$P" -b B01,B02,B03 -m sinc -S 128 -f 1
expect_line "$ERR" "cm_vsm: error: " "${FILE}_" "bands is B01,B02 there and B01,B02,B03 here" "--overwrite"
expect_exit 2 "$CM_VSM" -d "$P" "${BAND[@]}" -S 128
expect_line "$ERR" "size is 256 there and 128 here"
for other in "-f 2" "-m lanczos" "-o 0.0625" --tiled; do
    expect_exit 2 "$CM_VSM" -d "$P" "${BAND[@]}" $other
done
stat_tree "$CVAT" | diff before - >difference || fail "refused, but writes: $(head -3 difference)"
# without a manifest, as a killed run leaves its last subscenes: files say what made them
mv "$CVAT/$NAME.manifest.csv" "$TMP"
made -d "$P" "${BAND[@]}"
expect_line "$ERR" "0 made, 9 already there"
expect_equal "$(cat "$OUT")" "$CVAT" "stdout"
diff "$CVAT/$NAME.manifest.csv" "$TMP/$NAME.manifest.csv" >difference || fail "the manifest is another: $(head -4 difference)"
# those of cm_vsm itself do not say: they are left alone
expect_exit 0 "$SUBSCENE" run "$P" -o own -q -b B01,B02 --size 256 --profile kappazeta --layout cm_vsm
rm "own/$NAME.manifest.csv"
stat_tree own >own.before
expect_exit 2 "$CM_VSM" -d "$P" "${BAND[@]}" -O own
expect_line "$ERR" "own/tile_0_0/" "has no parameters in it, so cm_vsm made it" "--overwrite"
stat_tree own >own.after; diff own.before own.after >difference || fail "files of cm_vsm change: $(head -3 difference)"
expect_exit 2 "$CM_VSM" -d "$P" -d "$P" "${BAND[@]}"
expect_line "$ERR" "-d: is given twice"
made -d "$P" "${BAND[@]}" -S 315 --overwrite
expect_count "$CVAT" 4
expect_exit 0 "$SUBSCENE" verify "$CVAT" -q
rm -rf "$CVAT"

# what cm_vsm itself makes: the same files with the same variables, attributes and numbers
REFERENCE=$SHARED/data/cm_vsm
plain_header() { header "$1" | grep -vE 'last_modified|:version|:compat|:parameters' | sort; }
as_cm_vsm() # as_cm_vsm OUTPUT FLAGS...
{
    local name=$1 file
    shift
    made -d "$(echo "$REFERENCE"/*.SAFE)" -f 4 -O "ref_$name" "$@"
    expect_equal "$(cd "ref_$name" && find . -name '*.nc' | sort)" "$(cd "$REFERENCE/outputs/$name" && find . -name '*.nc' | sort)" "files of $name"
    for file in "ref_$name"/tile_*/*.nc; do
        diff <(plain_header "$REFERENCE/outputs/$name/${file#*/}") <(plain_header "$file") >difference || fail "$name: $file: $(head -3 difference)"
    done
    /usr/bin/python3 - "ref_$name" "$REFERENCE/outputs/$name" <<'END' || fail "$name: other numbers"
import glob, sys
import netCDF4, numpy
for path in glob.glob(sys.argv[1] + "/tile_*/*.nc"):
    with netCDF4.Dataset(path) as ours, netCDF4.Dataset(path.replace(sys.argv[1], sys.argv[2])) as theirs:
        for band in theirs.variables:
            if not numpy.array_equal(ours[band][:].data, theirs[band][:].data):
                sys.exit(f"{path}: {band}")
END
}
if [ -d "$REFERENCE" ] && /usr/bin/python3 -c 'import netCDF4, numpy' 2>/dev/null; then
    as_cm_vsm sinc -m sinc -b B01,B02,B05
    as_cm_vsm sinc_overlap -m sinc -o 0.0625 -b B01,B02,B05
    as_cm_vsm sinc_256 -m sinc -S 256 -b B01,B05 -T 0_0,1_1,2_3,4_4,3_0
    as_cm_vsm tci -m sinc -b TCI -T 0_0,2_1
    as_cm_vsm sinc_tiled -m sinc --tiled -b B02,B05 -T 0_0,1_1,2_1
    as_cm_vsm default -b B01,B02,B05 -T 0_0,1_1,2_1
    as_cm_vsm shrink -m sinc -s 2 -b B02,B05 -T 1_1
    for filter in point box linear cubic hermite hanning hamming blackman gaussian quadratic catrom mitchell lanczos bessel; do
        in_sample 1 4 || continue
        as_cm_vsm f_$filter -m $filter -b B01,B05 -T 1_1,2_0
    done
else
    skip_part "../shared/data/cm_vsm or python3-netcdf4 is not there: no comparison with cm_vsm's own files"
fi

# ---- where OUT is, however the product is written ----
for d in "$P" "$P/" "$P///" "$P/MTD_MSIL1C.xml"; do
    made -d "$d" "${BAND[@]}" -T 1_1
    expect_count "$CVAT" 1
    expect_equal "$(ls -A "$P" | grep -c CVAT)" 0 "folders in the product"
    rm -rf "$CVAT"
done
for from in "$PARENT:$NAME.SAFE" "$PARENT:./$NAME.SAFE/" "$P:." "$P:../$NAME.SAFE/." "$P/GRANULE:.."; do
    expect_exit 0 env -C "${from%%:*}" "$CM_VSM" -d "${from#*:}" "${BAND[@]}" -T 1_1
    expect_count "$CVAT" 1
    rm -rf "$CVAT"
done
product Z --size 630 --jp2-tile 256,160,48 --bands B01,B02 --zip
cp "$Z" copy.SAFE.zip && cp -r "$P" named.in.dots && cp -r "$P" @list
made -d "$Z" "${BAND[@]}" -T 1_1
expect_count "${Z%.zip}.CVAT" 1
made -d copy.SAFE.zip "${BAND[@]}" -T 1_1
expect_count copy.CVAT 1
made -d named.in.dots "${BAND[@]}" -T 1_1
expect_count named.in.CVAT 1
made -d @list "${BAND[@]}" -T 1_1
expect_count @list.CVAT 1
made -d "$P" "${BAND[@]}" -T 1_1 -O "an other/out"
expect_count "an other/out" 1
expect_absent "$CVAT"

# ---- flags that are wrong: 2, and the flag or its value named ----
refused 2 "-d: value missing" -d
refused 2 "-O: value missing" -d "$P" "${BAND[@]}" -O
refused 2 "-d: value missing" -d -O out
refused 2 "-X: no such flag" -d "$P" "${BAND[@]}" -X
refused 2 "-oXYZ: no such flag" -d "$P" "${BAND[@]}" -oXYZ
refused 2 "-o0.1: no such flag" -d "$P" "${BAND[@]}" -o0.1
refused 2 "--tiles: no such flag" -d "$P" "${BAND[@]}" --tiles 1_1
refused 2 "$P: not the value of a flag" "$P" -O out
refused 2 "-O: empty value" -d "$P" "${BAND[@]}" -O ""
refused 2 "-d PRODUCT needed" "${BAND[@]}"
refused 2 "-d and -r" -d "$P" "${BAND[@]}" -r a.xml
refused 2 "-S 0: 1 to 10980" -d "$P" "${BAND[@]}" -S 0
refused 2 "-S 512x:" -d "$P" "${BAND[@]}" -S 512x
refused 2 "-S -1:" -d "$P" "${BAND[@]}" -S -1
refused 2 "-f 10: 0 to 9" -d "$P" "${BAND[@]}" -f 10
refused 2 "-o 0.6: 0 to 0.5" -d "$P" "${BAND[@]}" -o 0.6
refused 2 "-o nan:" -d "$P" "${BAND[@]}" -o nan
refused 2 "-j all: whole number" -d "$P" "${BAND[@]}" -j all
refused 2 "-j 1.5: whole number" -d "$P" "${BAND[@]}" -j 1.5
refused 2 "-j 5000: 1 to 1024" -d "$P" "${BAND[@]}" -j 5000
refused 2 "-m best: no such filter lanczos, bessel" -d "$P" "${BAND[@]}" -m best
refused 2 "-m Sinc: no such filter" -d "$P" "${BAND[@]}" -m Sinc
refused 2 "-s 3: divisors 256" -d "$P" "${BAND[@]}" -s 3
refused 2 "-s 0: not allowed" -d "$P" "${BAND[@]}" -s 0
refused 2 "-s -2: not allowed" -d "$P" "${BAND[@]}" -s -2
refused 2 "-s x: whole number" -d "$P" "${BAND[@]}" -s x
refused 2 "-M THEIA,MAJA: THEIA" -d "$P" "${BAND[@]}" -M THEIA,MAJA
refused 2 "-b \"B3\" no band" -d "$P" -m sinc -b B02,B3
refused 2 "-b B02,: no band" -d "$P" -m sinc -b B02,
refused 2 "-b GML: not supported CLASSI" -d "$P" -m sinc -b GML
refused 2 "-b FMC: bands too" -d "$P" -m sinc -b FMC
refused 2 "99_99 outside lattice" -d "$P" "${BAND[@]}" -T 99_99
refused 2 "1x1 no subscene" -d "$P" "${BAND[@]}" -T 1x1
refused 2 "POLYGON((1 no EWKT" -d "$P" "${BAND[@]}" -g "POLYGON((1 2"
refused 2 "SRID" -d "$P" "${BAND[@]}" -g "SRID=x;POINT(1 1)"
refused 2 "-n: -d" -d "$P" "${BAND[@]}" -n x.nc
refused 2 "-D out: not" -D out
refused 2 "--kz-s2 a.tif: not supported" --kz-s2 a.tif
made -d "$P" "${BAND[@]}" -T 1_1 -s 1 -O shrunk
made -d "$P" "${BAND[@]}" -T 1_1 -s -1 -O shrunk
expect_line "$ERR" "0 made, 1 already there"
expect_exit 2 "$CM_VSM" -d "$P" "${BAND[@]}" -T 1_1 -s 2 -O shrunk

# ---- products that are wrong: 3, and file and band named ----
refused 3 "nowhere.SAFE No such file" -d nowhere.SAFE "${BAND[@]}"
mkdir empty.SAFE
refused 3 "empty.SAFE" -d empty.SAFE "${BAND[@]}"
broken() # broken "TEXT" COMMAND...: after the command in a copy of the product
{
    local text=$1
    shift
    rm -rf X.SAFE X.CVAT
    cp -r "$P" X.SAFE
    "$@"
    expect_exit "${CODE:-3}" "$CM_VSM" -d X.SAFE "${BAND[@]}"
    # shellcheck disable=SC2086
    expect_line "$ERR" "cm_vsm: error: " $text
    no_temporaries .
}
truncate_image() { truncate -s 3000 "$(image X.SAFE B02)"; }
empty_image() { : >"$(image X.SAFE B02)"; }
remove_image() { rm "$(image X.SAFE B02)"; }
remove_metadata() { rm X.SAFE/MTD_MSIL1C.xml; }
remove_folder() { rm -r X.SAFE/GRANULE; }
for fault in truncate_image empty_image remove_image; do
    broken "X.SAFE band B02 _B02.jp2" $fault
    expect_absent X.CVAT
done
broken "X.SAFE MTD_MSIL1C.xml" remove_metadata
broken "X.SAFE" remove_folder
expect_absent X.CVAT
corrupt_image() { spoil "$(image X.SAFE B02)" 4 2000; }
CODE=1 broken "band B02 tile" corrupt_image # the subscenes over the damaged JP2 tile are not made, the others are
[ "$(count_nc X.CVAT)" -gt 0 ] && [ "$(count_nc X.CVAT)" -lt 9 ] || fail "$(count_nc X.CVAT) of 9 subscenes from a damaged image"
expect_exit 0 "$SUBSCENE" verify X.CVAT -q
# what is missing or too much and does no harm
product NOQI --size 630 --jp2-tile 256,160,48 --drop-qi
touch "$(echo "$NOQI"/GRANULE/*/IMG_DATA)/stray.jp2" "$NOQI/GRANULE/stray"
made -d "$NOQI" "${BAND[@]}" -O noqi
made -d "$P" "${BAND[@]}" -O whole
diff -rq noqi whole >difference || fail "a stray file or no QI_DATA matters: $(head -3 difference)"

# ---- output that cannot be written: no crash, nothing half-written ----
echo mine >file
expect_exit 1 "$CM_VSM" -d "$P" "${BAND[@]}" -O file/out
expect_line "$ERR" "error: " file
mkdir -p taken/tile_1_1/${FILE}_1_1.nc
expect_exit 1 "$CM_VSM" -d "$P" "${BAND[@]}" -O taken
expect_line "$ERR" "error: " taken/tile_1_1/${FILE}_1_1.nc
no_temporaries taken
mkdir busy && echo mine >busy/tile_2_2
expect_exit 1 "$CM_VSM" -d "$P" "${BAND[@]}" -O busy
expect_line "$ERR" "error: " busy/tile_2_2
no_temporaries busy
if [ "$(id -u)" != 0 ]; then
    mkdir -m 555 shut
    expect_exit 1 "$CM_VSM" -d "$P" "${BAND[@]}" -O shut/out
    expect_line "$ERR" "error: " shut/out "Permission denied"
fi
status=0
(ulimit -n 9 && exec timeout 60 "$CM_VSM" -d "$P" -m sinc -S 256 -O few) >"$OUT" 2>"$ERR" || status=$?
expect_equal $status 75 "exit with too few descriptors"
expect_line "$ERR" "error: " "Too many open files"
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=300k tmpfs small 2>/dev/null; then
    mounted=$TMP/small
    expect_exit 75 "$CM_VSM" -d "$P" "${BAND[@]}" -O small/out
    expect_line "$ERR" "error: " small/out "No space left on device"
    no_temporaries small
    for file in small/out/tile_*/*.nc; do
        [ ! -e "$file" ] || ncdump -h "$file" >/dev/null || fail "$file cannot be read"
    done
    [ -z "$(find small/out -type d -empty)" ] || fail "a disk that is full leaves empty folders"
else
    skip_part "no small file system can be mounted"
fi

# ---- killed at any moment: no file that looks finished and is not ----
began=$(now_ms)
made -d "$P" -b B01,B02,B05 -m sinc -S 64 -f 6 -O clean
duration=$(($(now_ms) - began))
for share in 300 500 700 900; do
    rm -rf killed
    "$CM_VSM" -d "$P" -b B01,B02,B05 -m sinc -S 64 -f 6 -O killed >"$OUT" 2>"$ERR" &
    child=$!
    nap $((duration * share / 1000))
    kill -9 $child 2>/dev/null
    wait $child 2>/dev/null
    [ ! -d killed ] || for file in $(find killed -name '*.nc' ! -name '.*'); do
        cmp -s "$file" "clean/${file#killed/}" || fail "$file is half-written"
    done
    made -d "$P" -b B01,B02,B05 -m sinc -S 64 -f 6 -O killed
    same_tree clean killed "killed and run again"
done

# ---- threads, compression, overlap, area ----
for j in 0 -1 3; do made -d "$P" "${BAND[@]}" -j $j -O "j$j" && same_tree whole "j$j" "-j $j"; done
made -d "$P" -b B02 -m sinc -T 1_1 -O default
header default/tile_1_1/*.nc >text
expect_text text "x = 512"
expect_equal "$(ncdump -hs default/tile_1_1/*.nc | sed -n 's/.*B02:_DeflateLevel = \([0-9]*\).*/\1/p')" 9 "compression where none is given"
made -d "$P" -b B02 -m sinc -T 1_1 -O none -f 0
expect_equal "$(ncdump -hs none/tile_1_1/*.nc | grep -c DeflateLevel)" 0 "-f 0"
made -d "$P" -b B02 -m sinc -S 128 -o 0.0625 -O overlapped
expect_equal "$(find overlapped -name '*.nc' | wc -l)" 36 "subscenes with an overlap" # ceil(630 / 120)²
header overlapped/tile_1_1/*.nc >text
expect_text text ":overlap = 0.0625f"
# longitude first, as documented; the other way round is an area elsewhere
made -d "$P" "${BAND[@]}" -f 1 -g "POLYGON((23.6159 58.5678,23.6160 58.5678,23.6160 58.5679,23.6159 58.5679,23.6159 58.5678))" -O area
expect_equal "$(cd area && ls -d tile_*)" tile_1_1 "subscenes in an area"
made -d "$P" "${BAND[@]}" -f 1 -g "POLYGON((58.5678 23.6159,58.5678 23.6160,58.5679 23.6160,58.5678 23.6159))" -O elsewhere
expect_line "$ERR" "warning: " "no subscene lies in the area"
expect_absent elsewhere
# PROJ's data are needed for other systems only
made -d "$P" "${BAND[@]}" -g "SRID=32635;POINT(303200 6496900)" -O utm
expect_equal "$(cd utm && ls -d tile_*)" tile_1_1 "subscenes at a point"
expect_exit 2 env PROJ_LIB=/nonexistent PROJ_DATA=/nonexistent "$CM_VSM" -d "$P" "${BAND[@]}" -g "SRID=3301;POINT(500000 6400000)" -O noproj
expect_line "$ERR" "error: " "EPSG:3301"
expect_absent noproj
expect_exit 0 env -i LD_LIBRARY_PATH=. PROJ_LIB=/nonexistent PROJ_DATA=/nonexistent "$CM_VSM" -d "$P" "${BAND[@]}" \
    -g "POLYGON((23.6159 58.5678,23.6160 58.5678,23.6160 58.5679,23.6159 58.5678))" -O noproj
expect_count noproj 1

# ---- numbers: the offset stays, and --tiled is another set of them ----
mean() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } NR > 1 && $1 == 1 && $2 == 1 { print $c }' "$2"/*.manifest.csv; }
expect_exit 0 "$SUBSCENE" run "$P" -o kept -q -b B01,B02 --size 256 --offset keep --layout cm_vsm
awk -v a="$(mean B02_mean whole)" -v b="$(mean B02_mean kept)" 'BEGIN { exit !(a > 1000 && b - a >= 0 && b - a <= 1) }' ||
    fail "mean of B02 is $(mean B02_mean whole), with the offset kept $(mean B02_mean kept)"
expect_exit 2 "$CM_VSM" -d "$P" "${BAND[@]}" -O whole --tiled
made -d "$P" "${BAND[@]}" -O tiled --tiled
expect_exit 0 "$SUBSCENE" run "$P" -o tiled -q -b B01,B02 --size 256 --filter sinc --deflate 1 --profile kappazeta --offset keep --layout cm_vsm --compat cm-vsm-tiled --no-masks
made -d "$P" "${BAND[@]}" -O pictures --png
expect_equal "$(ls pictures/tile_1_1)" "$(printf '%s\n' T35VLF_20220125T151701_{B01_tile_1_1.png,B02_tile_1_1.png,tile_1_1.nc})" "a subscene's folder with --png"

# ---- class layers ----
product M --size 630 --jp2-tile 256,160,48 --bands B01,B02 --nodata none --masks fmask,s2cloudless,maja,gsfc,bhc,fmsc,dluvclouds
MAJA=$(echo "$M"/GRANULE/*/MAJA_DATA/*_CLM_R1.tif)
one() { echo "$1"/tile_1_1/*.nc; }
made -d "$M" -b B02,FMC,B01,MAJAC -m sinc -S 256 -f 1 -T 1_1 -O named
expect_equal "$(layers "$(one named)")" "B01 B02 FMC MAJAC" "layers that are named"
made -d "$M" -b B01,B02,DL-L8S2-UV,GSFC,FMSC,BHC,SS2C,SS2CC -m sinc -S 256 -f 1 -T 1_1 -O others
expect_equal "$(layers "$(one others)")" "B01 B02 SS2C SS2CC BHC FMSC GSFC DL-L8S2-UV" "other layers that are named"
made -d "$M" "${BAND[@]}" -T 1_1 -O bare
expect_equal "$(layers "$(one bare)")" "B01 B02" "layers that are not named"
for bits in THEIA:maja_theia MAJA:maja_native; do
    made -d "$M" -b B01,B02,MAJAC -m sinc -S 256 -f 1 -T 1_1 -O "maja_${bits%:*}" -M "${bits%:*}"
    expect_exit 0 "$SUBSCENE" run "$M" -o "wanted_${bits%:*}" -q -b B01,B02 --size 256 --tiles 1_1 --layout cm_vsm --no-masks \
        --raster "MAJAC=$MAJA:${bits#*:}"
    cmp -s <(codes_of "$(one "maja_${bits%:*}")" MAJAC) <(codes_of "$(one "wanted_${bits%:*}")" MAJAC) || fail "-M ${bits%:*}"
done
cmp -s <(codes_of "$(one maja_MAJA)" MAJAC) <(codes_of "$(one maja_THEIA)" MAJAC) && fail "-M changes nothing"
cmp -s <(codes_of "$(one named)" MAJAC) <(codes_of "$(one maja_THEIA)" MAJAC) || fail "without -M not Theia's bits"
# without -b: all bands, all layers that are there
product A --size 420 --jp2-tile 256,160,48 --nodata none --masks fmask,maja --tci
for bits in THEIA MAJA; do
    made -d "$A" -m sinc -S 420 -f 1 -M $bits -O "all_$bits"
    expect_equal "$(layers all_$bits/tile_0_0/*.nc)" "B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B10 B11 B12 TCI_R TCI_G TCI_B FMC MAJAC" "layers without -b"
done
made -d "$A" -m sinc -S 420 -s 2 -f 1 -O halved
expect_equal "$(layers halved/tile_0_0/*.nc)" "B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B10 B11 B12 TCI_R TCI_G TCI_B" "layers of -s without -b"
product G --level L2A --size 420 --jp2-tile 256,160,48 --nodata none
made -d "$G" -m sinc -S 420 -f 1 -O ground
expect_equal "$(layers ground/tile_0_0/*.nc)" "B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B11 B12 AOT WVP TCI_R TCI_G TCI_B SCL S2CC S2CS" "layers of Level-2A"
cmp -s <(codes_of all_THEIA/tile_0_0/*.nc FMC) <(codes_of all_MAJA/tile_0_0/*.nc FMC) || fail "-M changes FMC"
cmp -s <(codes_of all_THEIA/tile_0_0/*.nc MAJAC) <(codes_of all_MAJA/tile_0_0/*.nc MAJAC) && fail "-M changes nothing without -b"
expect_exit 3 "$CM_VSM" -d "$P" -b B02,FMC -m sinc -O nofmc
expect_line "$ERR" "error: " "layer FMC"
expect_absent nofmc

# ---- labels: CVAT, Supervisely, Segments.ai; codes as cm_vsm has them: 0 is undefined ----
fresh() { rm -rf out && cp -r bare out; }
annotations() # annotations NAME SHAPE
{
    echo "<annotations><version>1.1</version><image id=\"0\" name=\"$1\" width=\"256\" height=\"256\">$2</image></annotations>"
}
annotations "T35VLF_20220125T151701_TCI_tile_1_1.png" '<polygon label="CLOUD" points="0,0;256,0;256,64;0,64" z_order="0"></polygon>' >a.xml
fresh
made -r a.xml -n "out/tile_1_1/${FILE}_1_1.nc"
expect_equal "$(count_codes "$(one out)" Label)" "0:49152 4:16384" "codes of -r"
expect_equal "$(layers "$(one out)")" "B01 B02 Label" "layers with a label"
header "$(one out)" >text
expect_text text 'Label:flag_meanings = "UNDEFINED CLEAR CLOUD_SHADOW SEMI_TRANSPARENT_CLOUD CLOUD MISSING"'
expect_exit 0 "$SUBSCENE" verify out -q
annotations "scene.png" '<polygon label="CLEAR" points="0,0;256,0;256,64;0,64" z_order="0"></polygon>' >b.xml
made -r b.xml -n "out/tile_1_1/${FILE}_1_1.nc" -f 4 # labels replace labels
expect_line "$ERR" "warning: " "-f 4" "keeps its compression"
expect_equal "$(count_codes "$(one out)" Label)" "0:49152 1:16384" "codes of -r, again"
annotations "tile_2_2.png" '' >c.xml
annotations "tile_1_1.png" '<polygon label="FOG" points="0,0;256,0;256,64;0,64" z_order="0"></polygon>' >fog.xml
sha_tree out >before
not_labelled() # not_labelled CODE "TEXT" FLAGS...
{
    local code=$1 text=$2
    shift 2
    expect_exit "$code" "$CM_VSM" "$@"
    # shellcheck disable=SC2086
    expect_line "$ERR" "cm_vsm: error: " $text
    sha_tree out | diff before - >difference || fail "refused labels change: $(head -3 difference)"
}
not_labelled 3 "none of the 1 image" -r c.xml -n "$(one out)"
not_labelled 3 'fog.xml "FOG"' -r fog.xml -n "$(one out)"
not_labelled 3 "gone.xml" -r gone.xml -n "$(one out)"
not_labelled 3 "out/gone.nc" -r a.xml -n out/gone.nc
not_labelled 3 "a.xml" -r a.xml -n a.xml
not_labelled 2 "-n out: folder" -r a.xml -n out
not_labelled 2 "-r: -n FILE needed" -r a.xml
not_labelled 2 "-S: -r" -r a.xml -n "$(one out)" -S 5
not_labelled 2 "-t: -r" -r a.xml -n "$(one out)" -t x

mkdir -p project/ds0/ann
annotation() # annotation CLASS HOLE...
{
    local class=$1
    shift
    printf '{"size": {"width": 256, "height": 256}, "objects": [
{"geometryType": "polygon", "classTitle": "%s", "points": {"exterior": [[0, 0], [128, 0], [128, 128], [0, 128]], "interior": [%s]}},
{"geometryType": "polygon", "classTitle": "CLEAR", "points": {"exterior": [[0, 0], [256, 0], [256, 64], [0, 64]], "interior": []}}]}\n' "$class" "$*"
}
annotation CLOUD >project/ds0/ann/plain.png.json
annotation CLOUD '[[32, 32], [96, 32], [96, 96], [32, 96]]' >project/ds0/ann/hole.png.json
annotation FOG >project/ds0/ann/fog.png.json
made -R project -t plain -n "$(one out)"
expect_equal "$(count_codes "$(one out)" Label)" "0:40960 1:8192 4:16384" "codes of -R: the cloud lies on what is clear, wherever it stands in the file"
made -R project/ -t hole -n "$(one out)"
expect_equal "$(count_codes "$(one out)" Label)" "0:43008 1:10240 4:12288" "codes of -R with a hole"
sha_tree out >before
not_labelled 3 'fog.png.json "FOG"' -R project -t fog -n "$(one out)"
not_labelled 3 "project/ds0/ann/none.png.json No such file" -R project -t none -n "$(one out)"
not_labelled 2 "-R: -t TILENAME needed" -R project -n "$(one out)"
not_labelled 2 "-R: -n FILE needed" -R project -t plain

if command -v python3 >/dev/null; then
    fresh
    echo '{"format_version": "0.0.1", "label_map": [{"id": 2, "category_name": "cloud_shadow"}, {"id": 3, "category_name": "not_defined"}]}' \
        >out/tile_1_1/segments_ai_classes.json
    python3 - out/tile_1_1/segments_ai_classification_mask.png <<'END'
import struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\0" + bytes(2 if y < 64 else 3 if y < 128 else 0 for x in range(256)) for y in range(256))
open(sys.argv[1], "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 256, 256, 8, 0, 0, 0, 0))
                              + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
END
    made -A out
    expect_equal "$(count_codes "$(one out)" Label)" "0:49152 2:16384" "codes of -A"
    expect_exit 0 "$SUBSCENE" verify out -q
    sha_tree out >before
    not_labelled 2 "-A -r cannot be combined" -A out -r a.xml -n x
    expect_exit 3 "$CM_VSM" -A bare
    expect_line "$ERR" bare segments_ai_classification_mask.png
else
    skip_part "python3 is missing: masks of Segments.ai"
fi

# ---- by another name; cli_package installs it ----
mkdir -p bin && cp "$SUBSCENE" bin/cm_vsm
expect_exit 0 env -i -C bin LD_LIBRARY_PATH=. ./cm_vsm --version
cmp -s banner "$OUT" || fail "a copy by that name says something else"
finish
