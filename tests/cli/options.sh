# Options, layouts, lists, and what goes to which stream.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48
product Q --size 630 --jp2-tile 256,160,48 --sensing 20200717T221941 --baseline 02.09
P_NAME=$(basename "$P" .SAFE) Q_NAME=$(basename "$Q" .SAFE)
FLAT="--layout flat"

# run_to DIR OPTIONS...: a good run of P, 9 subscenes unless the options say otherwise
run_to()
{
    local to=$1
    shift
    expect_exit 0 "$SUBSCENE" run "$P" -o "$to" --size 256 -b B01,B05 $FLAT -q "$@"
}
rows() { tail -n +2 "$1/$P_NAME/manifest.csv"; }
column() { # column DIR NAME: its values in the manifest
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } NR > 1 { print $c }' "$1/$P_NAME/manifest.csv"
}
hashes() { column "$1" content_hash; }

# ---- good values do what they say ----
run_to base
expect_count base 9
expect_equal "$(head -1 "base/$P_NAME/manifest.csv")" \
    x,y,file,valid_fraction,B01_min,B01_mean,B01_max,B05_min,B05_mean,B05_max,content_hash,parameters "columns"
run_to bands -b B8A
expect_text "bands/$P_NAME/manifest.csv" ,B8A_min,
expect_no_text "bands/$P_NAME/manifest.csv" B01
run_to all_bands --bands=B01,B02,B03,B04,B05,B06,B07,B08,B8A,B09,B10,B11,B12 --tiles 1_1
expect_text "all_bands/$P_NAME/manifest.csv" B01_min B07_min,B07_mean,B07_max,B08_min B08_max,B8A_min B8A_max,B09_min B12_max
run_to size --size 128
expect_count size 25
run_to overlap --overlap 0.5
expect_count overlap 25
run_to res20 --resolution 20
expect_count res20 4
run_to res60 --resolution 60
expect_count res60 1
run_to keep --offset keep
expect_equal "$(paste <(column keep B01_min) <(column base B01_min) | awk '{ print $1 - $2 }' | sort -u)" 1000 "offset kept"
run_to tiles --tiles 2_0,tile_1_1,2_0
expect_equal "$(rows tiles | cut -d, -f1,2 | tr '\n' ' ')" "2,0 1,1 " "--tiles"
printf '# wanted\n\n  2_0  \ntile_1_1.nc\n' >wanted
run_to tiles_file --tiles @wanted
same_tree tiles tiles_file "--tiles @FILE"
run_to drop --edge drop
expect_count drop 4
run_to shift --edge shift
expect_count shift 9
expect_equal "$(hashes shift | head -2)" "$(hashes base | head -2)" "inner subscenes of --edge shift"
[ "$(hashes shift | tail -1)" != "$(hashes base | tail -1)" ] || fail "--edge shift changes nothing"
run_to min_valid --min-valid 0.9
expect_equal "$(rows min_valid | cut -d, -f1,2)" "$(rows base | awk -F, '$4 >= 0.9' | cut -d, -f1,2)" "--min-valid"
[ "$(count_nc min_valid)" -gt 0 ] && [ "$(count_nc min_valid)" -lt 9 ] || fail "--min-valid 0.9 left $(count_nc min_valid) of 9"
for filter in nearest box linear cubic catrom mitchell lanczos hermite gaussian quadratic hann hamming; do
    run_to "f_$filter" --filter $filter --tiles 1_1
    [ "$(hashes "f_$filter")" != "$(hashes base | sed -n 5p)" ] || fail "--filter $filter gives what sinc gives"
done
# above its own size a box is the nearest pixel
expect_equal "$(for f in f_*; do hashes $f; done | sort -u | wc -l)" 11 "different results of filters"
run_to f_lobes --lobes 2 --tiles 1_1
[ "$(hashes f_lobes)" != "$(hashes base | sed -n 5p)" ] || fail "--lobes 2 gives what 4 gives"
run_to direct --engine direct --tiles 1_1
run_to deflate0 --deflate 0 --tiles 1_1
run_to deflate9 --deflate 9 --tiles 1_1
[ "$(stat -c %s deflate9/*/tile_1_1.nc)" -lt "$(stat -c %s deflate0/*/tile_1_1.nc)" ] || fail "--deflate 9 is not smaller than 0"
expect_equal "$(hashes deflate0)" "$(hashes deflate9)" "content hash, which does not depend on compression"
run_to kz --profile kappazeta --tiles 1_1
grep -qa crs_wkt kz/*/tile_1_1.nc && fail "--profile kappazeta has a crs"
grep -qa crs_wkt base/*/tile_1_1.nc || fail "--profile georef has no crs"
expect_equal "$(hashes kz)" "$(hashes base | sed -n 5p)" "content hash of both profiles"
run_to memory --memory 1G
same_tree base memory "--memory"
expect_exit 2 "$SUBSCENE" run "$P" -o tight --memory 4M
expect_line "$ERR" "--memory 4M is too little" "this needs"
expect_absent tight

# ---- bad values: exit 2, the value and what is allowed are named, nothing is made ----
while IFS='|' read -r option value range; do
    expect_exit 2 "$SUBSCENE" run "$P" -o bad "--$option" "$value"
    expect_line "$ERR" "error: " "--$option" "${value:-\"\"}" "$range"
    expect_empty "$OUT"
    expect_exit 2 "$SUBSCENE" run "$P" -o bad "--$option=$value"
    expect_line "$ERR" "--$option" "${value:-\"\"}" "$range"
done <<'END'
size|0|1 to 10980
size|10981|1 to 10980
size|-5|1 to 10980
size|512x|1 to 10980
size|0x10|1 to 10980
size|1e9|1 to 10980
size|nan|1 to 10980
size|inf|1 to 10980
size| 512|1 to 10980
size|512 |1 to 10980
size|512.5|1 to 10980
size|99999999999999999999|1 to 10980
size||1 to 10980
overlap|0.51|0 to 0.5
overlap|-0.1|0 to 0.5
overlap|nan|0 to 0.5
overlap|0.1x|0 to 0.5
overlap|0,1|0 to 0.5
resolution|30|10, 20, 60
resolution|10m|10, 20, 60
filter|lanczos3|sinc, nearest, box
filter|SINC|sinc, nearest, box
filter||sinc, nearest, box
lobes|1|2 to 64
lobes|65|2 to 64
engine|gpu|fft, direct
min-valid|1.01|0 to 1
min-valid|-1|0 to 1
min-valid|inf|0 to 1
edge|cut|pad, drop, shift
offset|add|remove, keep
profile|geo|georef, kappazeta
deflate|10|0 to 9
deflate|-1|0 to 9
threads|0|1 to 1024
threads|1025|1 to 1024
threads|2.5|1 to 1024
memory|0|1M to 1024G
memory|1023K|1M to 1024G
memory|2T|1M to 1024G
memory|1GB|1M to 1024G
memory|nan|1M to 1024G
memory|G|1M to 1024G
progress|yes|auto, always, never
log-format|xml|text, json
bands|B13|B01 to B12 and B8A
bands|b02|B01 to B12 and B8A
bands|B2|B01 to B12 and B8A
bands|B02,|B01 to B12 and B8A
bands|,B02|B01 to B12 and B8A
bands|B02,,B03|B01 to B12 and B8A
bands|B02 B03|B01 to B12 and B8A
bands|TCI|B01 to B12 and B8A
bands||B01 to B12 and B8A
END
expect_exit 2 "$SUBSCENE" run "$P" -o bad -j0
expect_line "$ERR" "--threads 0" "1 to 1024"
for option in output layout tiles; do
    expect_exit 2 "$SUBSCENE" run "$P" -o bad "--$option" ""
    expect_line "$ERR" "--$option" empty
done
for option in -o --output --size -b --tiles -j --log-format; do
    expect_exit 2 "$SUBSCENE" run "$P" "$option"
    expect_line "$ERR" "value is missing"
done
for option in --sizes --siz --Size -x -bB02x --json=1 --no-progress --; do
    expect_exit 2 "$SUBSCENE" run "$P" $option
    expect_line "$ERR" "error: "
done
expect_exit 2 "$SUBSCENE" run "$P" -o bad --sizes 5
expect_line "$ERR" "unknown option --sizes"
expect_exit 2 "$SUBSCENE" run "$P" -o bad -x
expect_line "$ERR" "unknown option -x"
expect_exit 2 "$SUBSCENE" run "$P" -o bad --overwrite=yes
expect_line "$ERR" "--overwrite takes no value"
expect_exit 2 "$SUBSCENE" verify "$P" --size 5
expect_line "$ERR" "--size is not an option of this command"
expect_exit 2 "$SUBSCENE" run "$P" -o bad --lobes 4 --filter nearest
expect_line "$ERR" "--lobes 4" nearest fixed
expect_exit 2 "$SUBSCENE" run "$P" -o bad --filter cubic --lobes=3
expect_line "$ERR" "--lobes 3" cubic
expect_exit 2 "$SUBSCENE" run "$P"
expect_line "$ERR" "-o DIR is needed"
expect_exit 2 "$SUBSCENE" run -o bad
expect_line "$ERR" "PRODUCT"
expect_exit 2 "$SUBSCENE" run "$P" -o bad --size 256 --tiles 1_1,3_0
expect_line "$ERR" "3_0" "columns 0 to 2" "rows 0 to 2"
for tiles in 1 1_ _1 1_1x 1-1 -1_0 1_-1 1_1, ,1_1 1_1,,2_2 0x1_1 99999999999_0 4294967296_0 tile_1_1.ncx; do
    expect_exit 2 "$SUBSCENE" run "$P" -o bad --size 256 "--tiles=$tiles"
    expect_line "$ERR" "error: " "tiles"
done
expect_exit 3 "$SUBSCENE" run "$P" -o bad --tiles @no-such-list
expect_line "$ERR" no-such-list "No such file"
printf '# nothing\n' >nothing
expect_exit 2 "$SUBSCENE" run "$P" -o bad --tiles @nothing
expect_line "$ERR" "@nothing" empty
expect_exit 2 "$SUBSCENE" run "$P" -o bad --edge drop --size 640
expect_line "$ERR" "640 px" "630 x 630"
expect_exit 2 env SOURCE_DATE_EPOCH=yesterday "$SUBSCENE" run "$P" -o bad
expect_line "$ERR" SOURCE_DATE_EPOCH yesterday
expect_absent bad

# ---- layouts ----
expect_exit 0 "$SUBSCENE" run "$P" -o l_dataset -b B01 --size 256 --tiles 2_1
[ -f "l_dataset/L1C/January/$P_NAME/tile_2_1.nc" ] || fail "layout dataset: $(find l_dataset -name '*.nc')"
expect_equal "$(cat "$OUT")" "l_dataset/L1C/January/$P_NAME" "the folder on stdout"
[ -f "base/$P_NAME/tile_2_1.nc" ] || fail "layout flat: $(find base -name '*.nc')"
expect_exit 0 "$SUBSCENE" run "$P" -o l_own -b B01 --size 256 --tiles 2_1 --layout '{root}/{tile}/{Month}/{sensing}_{y}-{x}.nc'
[ -f l_own/T35VLF/January/20220125T151701_1-2.nc ] || fail "own layout: $(find l_own -name '*.nc')"
expect_exit 0 "$SUBSCENE" verify l_own -q
expect_empty "$OUT"
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o l_one -b B01 --size 256 --tiles 2_1 --layout '{product}_{x}_{y}.nc'
expect_count l_one 2
expect_exit 0 "$SUBSCENE" verify l_one -q
while IFS='|' read -r layout reason; do
    expect_exit 2 "$SUBSCENE" run "$P" -o bad --layout "$layout"
    expect_line "$ERR" "layout" "$layout" "$reason"
    expect_empty "$OUT"
done <<'END'
../{product}/{x}_{y}.nc|".."
{product}/../../{x}_{y}.nc|".."
/etc/{product}/{x}_{y}.nc|relative
{product}//{x}_{y}.nc|empty
./{product}/{x}_{y}.nc|"."
{product}/{nothing}_{x}_{y}.nc|unknown key
{product}/{x_{y}.nc|unknown key
{product}/{y}.nc|{x} and {y} are needed
{x}/{product}/{y}.nc|{x} and {y} are needed
{tile}/{x}_{y}.nc|needs {product}
{product}/{x}_{y}.tif|.nc
{product}/{x} {y}.nc|not allowed
{product}/{x}_{y}.nc/|.nc
datasets|neither dataset nor flat
END
expect_absent bad

# ---- commands, help, version ----
expect_exit 2 "$SUBSCENE" convert "$P"
expect_line "$ERR" 'unknown command "convert"'
expect_empty "$OUT"
expect_exit 2 "$SUBSCENE"
expect_text "$ERR" run info verify
expect_empty "$OUT"
for call in --help -h help "run --help" "run -h" "info --help" "verify -h" --version "run --version"; do
    expect_exit 0 "$SUBSCENE" $call
    [ -s "$OUT" ] || fail "$call prints nothing"
    expect_empty "$ERR"
done
expect_exit 0 "$SUBSCENE" run --help
expect_text "$OUT" --output --bands --size --overlap --resolution --filter --lobes --engine --tiles --min-valid --edge --offset --layout \
    --profile --deflate --threads --memory --overwrite --dry-run --progress --quiet --verbose --log-format "1 to 10980"
expect_exit 0 "$SUBSCENE" --version
expect_text "$OUT" subscene
expect_exit 2 "$SUBSCENE" info "$P" "$Q"
expect_line "$ERR" "one product"

# ---- streams ----
expect_exit 0 "$SUBSCENE" run "$P" -o s1 -b B01 --size 256 $FLAT
expect_equal "$(cat "$OUT")" "s1/$P_NAME" "stdout of run"
expect_line "$ERR" "$P_NAME" "9 subscenes: 9 made"
expect_exit 0 "$SUBSCENE" run "$P" -o s2 -b B01 --size 256 $FLAT -q
expect_empty "$ERR"
expect_exit 0 "$SUBSCENE" run "$P" -o s3 -b B01 --size 256 $FLAT --progress always
expect_text "$ERR" "[####" "9/9"
expect_equal "$(cat "$OUT")" "s3/$P_NAME" "stdout beside a progress bar"
expect_exit 0 "$SUBSCENE" run "$P" -o s4 -b B01 --size 256 $FLAT --progress never -v
expect_no_text "$ERR" "[##"
expect_exit 0 "$SUBSCENE" run "$P" -o s5 -b B01 --size 256 $FLAT # not a terminal
expect_no_text "$ERR" "[##"
expect_exit 1 "$SUBSCENE" run "$P" no-such-product -o s6 -b B01 --size 256 $FLAT --log-format json
if command -v python3 >/dev/null; then
    python3 - "$ERR" "$P_NAME" <<'END' || fail "--log-format json"
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert all({"time", "level", "message"} <= set(line) for line in lines), lines
assert any(line.get("product") == sys.argv[2] and line["level"] == "info" for line in lines), lines
assert any(line["level"] == "error" and "no-such-product" in line["message"] for line in lines), lines
END
else
    skip_part "python3 is missing: JSON is not parsed"
fi
for to in s2 s3 s4 s5 s6; do same_tree s1 $to "what is printed changes what is made"; done
expect_exit 1 bash -c '"$0" info "$1" >&-' "$SUBSCENE" "$P"
expect_line "$ERR" stdout
expect_exit 75 bash -c '"$0" info "$1" >/dev/full' "$SUBSCENE" "$P"
expect_line "$ERR" stdout "No space left"
expect_exit 75 bash -c '"$0" run "$1" -o s7 -b B01 --size 256 --layout flat >/dev/full' "$SUBSCENE" "$P"
same_tree s1 s7 "a full stdout"
for closed in '>&-' '2>&-' '<&- >&- 2>&-'; do
    rm -rf s8
    timeout 60 bash -c '"$0" run "$1" -o s8 -b B01 --size 256 --layout flat --log-format json --progress always '"$closed" \
        "$SUBSCENE" "$P" >/dev/null 2>&1
    same_tree s1 s8 "closed streams: $closed"
done

# ---- --dry-run ----
expect_exit 0 "$SUBSCENE" run "$P" -o dry -b B01 --size 256 $FLAT --dry-run
expect_absent dry
expect_equal "$(sort "$OUT")" "$(for x in 0 1 2; do for y in 0 1 2; do echo "dry/$P_NAME/tile_${x}_$y.nc"; done; done | sort)" "--dry-run"
cp -r s1 dry
rm "dry/$P_NAME/tile_2_1.nc"
sha_tree dry >before
expect_exit 0 "$SUBSCENE" run "$P" -o dry -b B01 --size 256 $FLAT --dry-run
expect_equal "$(cat "$OUT")" "dry/$P_NAME/tile_2_1.nc" "--dry-run of a rerun"
expect_exit 0 "$SUBSCENE" run "$P" -o dry -b B01 --size 512 $FLAT --dry-run --overwrite
expect_equal "$(wc -l <"$OUT")" 4 "--dry-run --overwrite"
touch "dry/$P_NAME/.tile_9_9.nc.part-999999999"
expect_exit 0 "$SUBSCENE" run "$P" -o dry -b B01 --size 256 $FLAT --dry-run
[ -e "dry/$P_NAME/.tile_9_9.nc.part-999999999" ] || fail "--dry-run removes a temporary"
rm -f "dry/$P_NAME/.tile_9_9.nc.part-999999999"
sha_tree dry | diff before - >difference || fail "--dry-run changes the folder: $(head -3 difference)"

# ---- products: paths and lists ----
mtd() { echo "$1/MTD_MSIL1C.xml"; }
for path in "$P/" "$P///" "$(mtd "$P")"; do
    rm -rf p1
    expect_exit 0 "$SUBSCENE" run "$path" -o p1/// -b B01 --size 256 $FLAT -q
    same_tree s1 p1 "given as ${path#"$TMP"/}"
done
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o both -b B01 --size 256 $FLAT
expect_line "$ERR" "2 products: 2 good"
printf '# two products\n\n  %s  \n%s/\r\n# end' "$P" "$Q" >list
expect_exit 0 "$SUBSCENE" run @list -o from_list -b B01 --size 256 $FLAT
same_tree both from_list "@LIST"
expect_exit 0 bash -c '"$0" run @- -o from_stdin -b B01 --size 256 --layout flat <list' "$SUBSCENE"
same_tree both from_stdin "@-"
expect_exit 3 "$SUBSCENE" run @no-such-list -o none -b B01
expect_line "$ERR" "no-such-list" "No such file"
expect_absent none
printf '%s\n%s/gone.SAFE\n%s\n' "$P" "$TMP" "$Q" >list
expect_exit 1 "$SUBSCENE" run @list -o with_gap -b B01 --size 256 $FLAT
expect_line "$ERR" "error: " "$TMP/gone.SAFE" "No such file"
expect_line "$ERR" "3 products: 2 good, 1 failed"
same_tree both with_gap "a list with a missing product"

finish
