# Options, layouts, lists, and what goes to which stream.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48
product Q --size 630 --jp2-tile 256,160,48 --sensing 20200717T221941 --baseline 02.09 --ulx 409800
P_NAME=$(basename "$P" .SAFE) Q_NAME=$(basename "$Q" .SAFE)
FLAT="--layout flat"

# run_to DIR OPTIONS...: a good run of P, 9 subscenes unless the options say otherwise
run_to()
{
    local to=$1
    shift
    expect_exit 0 "$SUBSCENE" run "$P" -o "$to" --size 256 -b B01,B05 $FLAT -q "$@"
}

# ---- how values are written; what they do is in options_run.sh ----
run_to base
expect_count base 9
expect_equal "$(head -1 "base/$P_NAME/manifest.csv")" \
    x,y,file,valid_fraction,B01_min,B01_mean,B01_max,B05_min,B05_mean,B05_max,file_bytes,head_bytes,head_checksum,row_checksum,content_hash,parameters "columns"
run_to all_bands --bands=B01,B02,B03,B04,B05,B06,B07,B08,B8A,B09,B10,B11,B12 --tiles 1_1
expect_text "all_bands/$P_NAME/manifest.csv" B01_min B07_min,B07_mean,B07_max,B08_min B08_max,B8A_min B8A_max,B09_min B12_max
run_to last --size 100 --overlap=0.3 --size=256 --overlap 0
same_tree base last "an option given twice: the last one counts"
run_to joined -bB01,B05 -j2 -qq
same_tree base joined "letters with their values behind them"
run_to exponent --overlap 0e+0 --min-valid 0.
same_tree base exponent "fractions in other words"
run_to tiles --tiles 2_0,tile_1_1,2_0
expect_equal "$(tail -n +2 "tiles/$P_NAME/manifest.csv" | cut -d, -f1,2 | tr '\n' ' ')" "2,0 1,1 " "--tiles"
printf '# wanted\n\n  2_0  \ntile_1_1.nc  # the middle, 9_9\n' >wanted
run_to tiles_file --tiles @wanted
same_tree tiles tiles_file "--tiles @FILE"
for memory in 1073741824 1048576K 1024M 1G; do
    rm -rf memory
    run_to memory --memory $memory
    same_tree base memory "--memory $memory"
done

# ---- every option of every command refuses a bad value: exit 2, option, value and what is allowed are named, nothing is made ----
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B01,B05
expect_exit 0 "$SUBSCENE" resample d/B01.nc d/B05.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/B01.nc r/B05.nc -o t -q --size 256
declare -A operands=([run]=$P [info]=$P [decode]=$P [resample]="d/B01.nc d/B05.nc" [cut]="r/B01.nc r/B05.nc"
    [write]="t/tile_0_0.nc t/tile_1_1.nc" [verify]=base [label]=base [export]=base [dataset]=base [select]=base [look]=base [config]="")
"$MAKE_DOCUMENTS" table >table
commands=$(cut -f 1 table | uniq)
declare -A has_option # "COMMAND OPTION"
while IFS=$'\t' read -r command option _; do has_option[$command $option]=1; done <table
has() { [ -n "${has_option[$1 $2]-}" ]; } # has COMMAND OPTION

# refuses COMMAND OPTION VALUE RANGE
refuses()
{
    local command=$1 option=$2 value=$3 range=$4 to=
    echo "$command $option" >>refused
    has "$command" output && to="-o bad"
    # shellcheck disable=SC2086  # lists of words
    expect_exit 2 "$SUBSCENE" "$command" ${operands[$command]} $to "--$option=$value"
    expect_line "$ERR" "error: " "$option" "$value" "$range"
    expect_empty "$OUT"
    expect_absent bad
}
# the options whose values tests/unit/cmd/options tries with every command: here with some
in_process=$(sed -n 's/^    {"\([a-z-]*\)", ".*/\1/p' "$SOURCE_DIR/tests/unit/cmd/options/test_options.c" | sort -u | paste -sd' ')
[[ $in_process == *size*threads* ]] || fail "the options of test_options.c: $in_process"
while IFS='|' read -r option value range; do
    for command in $commands; do
        has "$command" "$option" || continue
        every=1
        # export needs no labels for its class map
        [ "$command $option" != "export map" ] || range="no such class map; there are"
        [[ "$range" == "takes no value" || " $in_process " == *" $option "* ]] && every=3
        if in_sample $every 6; then
            refuses "$command" "$option" "$value" "$range"
        else
            echo "$command $option" >>refused
        fi
    done
done <<'END'
output||an empty value where DIR is needed
bands|B13|B01 to B12, B8A, AOT, WVP, TCI
size|0|1 to 10980
overlap|0.51|0 to 0.5
resolution|30|10, 20, 60
filter|lanczos3|sinc, nearest, box, linear, cubic, catrom, mitchell, lanczos, hermite, gaussian, quadratic, hann, hamming, undefined, point, hanning, blackman, bessel
filter|hanning|is one of --compat cm-vsm
compat|cmvsm|none, cm-vsm, cm-vsm-tiled
lobes|65|2 to 64
engine|gpu|fft, direct
tiles|1-1|column_row, as 3_4
aoi|POLYGON((0 0,1 1|is not valid EWKT
min-valid|1.01|0 to 1
edge|cut|pad, drop, shift
offset|add|remove, keep
decoder|kakadu|auto, own, openjpeg
layout|datasets|is neither dataset nor flat nor cm_vsm nor a template that ends in .nc
profile|geo|georef, kappazeta
deflate|10|0 to 9
threads|1025|1 to 1024
memory|1023K|1M to 1024G
overwrite|yes|takes no value
drop-labels|yes|takes no value
dry-run|yes|takes no value
repair|yes|takes no value
check-input|yes|takes no value
png|yes|takes no value
top|0|1 to 100000
spacing|0|1 to 10980
by|best|challenge, valid, bright, cirrus, spread, cloud, mixed
shard|0/3|K from 1 to N, and N at most 1000000
max-failures|0|1 to 1000000
status||an empty value where DIR is needed
lock-timeout|1|2 to 86400
json|1|takes no value
cvat||an empty value where FILE is needed
from||an empty value where DIR is needed
raster||an empty value where LAYER[=FILE] is needed
raster|=mask.png|use LAYER[=FILE[:MAP]]
raster|Mask|no place in a product is known for it
raster|B02=mask.png|is not a band
raster|FMC=mask.png:fog|no such class map; there are
raster|Mine=mask.png|no such class map; there are
raster|MAJAC=mask.png|more than one class map makes this layer
product||an empty value where PRODUCT is needed
no-masks|yes|takes no value
segments||an empty value where DIR|FILE is needed
supervisely||an empty value where DIR|FILE is needed
raster|Mask=:keep|no place in a product is known for it
map|no-such-map|also needs --cvat
for|gimp|cvat, segments, supervisely
suggest||an empty value where LAYER is needed
composite||an empty value where NAME|BANDS is needed
composite|B04,B3,B02|no band
unlabelled|256|0 to 255
config||an empty value where FILE is needed
progress|yes|auto, always, never
quiet|no|takes no value
verbose|2|takes no value
log-format|xml|text, json
version|1|takes no value
help|run|takes no value
END
forgotten=$(comm -13 <(sort refused) <(cut -f 1,2 --output-delimiter=' ' table | sort) | paste -sd,)
[ -z "$forgotten" ] || fail "of these no bad value is tried: $forgotten"
# accepted values are shown command by command, where finish_options finds what is forgotten
for command in $commands; do
    script=$(dirname "$0")/options_$command.sh
    [ "$(tail -1 "$script")" = finish_options ] && grep -qE "^options_of $command( |$)" "$script" ||
        fail "${script##*/} should show what the options of $command do, and end with finish_options"
done
# what only other commands have: some here, all in tests/unit/cmd/options
sampled=0
for command in $commands; do
    for option in $(cut -f 2 table | sort -u) sizes; do
        has "$command" "$option" && continue
        in_sample 11 29 || continue
        # shellcheck disable=SC2086
        expect_exit 2 "$SUBSCENE" "$command" ${operands[$command]} "--$option"
        expect_line "$ERR" "error: " "--$option" "--help lists"
    done
done
# what the raster does not have
for call in "info $P" "run $P -o bad" "cut r/B01.nc -o bad"; do
    # shellcheck disable=SC2086
    expect_exit 2 "$SUBSCENE" $call --size 256 --tiles 1_1,3_0
    expect_line "$ERR" 3_0 "columns 0 to 2" "rows 0 to 2"
    # shellcheck disable=SC2086
    expect_exit 2 "$SUBSCENE" $call --edge drop --size 640
    expect_line "$ERR" "640 px" "630 x 630"
done
expect_absent bad

# ---- the many ways to be wrong: of run, in both ways of writing; numbers, words and bands of all commands in tests/unit/cmd/options ----
sampled=0
while IFS='|' read -r option value range; do
    case $option in
    shard) in_sample 1 4 || continue ;;
    *) in_sample 4 12 || continue ;;
    esac
    refuses run "$option" "$value" "$range"
    expect_exit 2 "$SUBSCENE" run "$P" -o bad "--$option" "$value"
    expect_line "$ERR" "--$option" "${value:-\"\"}" "$range"
done <<'END'
shard|4/3|K from 1 to N, and N at most 1000000
shard|1|K from 1 to N, and N at most 1000000
shard|/|K from 1 to N, and N at most 1000000
shard|1/|K from 1 to N, and N at most 1000000
shard|/3|K from 1 to N, and N at most 1000000
shard|-1/3|K from 1 to N, and N at most 1000000
shard|1/3x|K from 1 to N, and N at most 1000000
shard|1/0|K from 1 to N, and N at most 1000000
shard|01x/3|K from 1 to N, and N at most 1000000
shard|1/1000001|K from 1 to N, and N at most 1000000
shard|1 /3|K from 1 to N, and N at most 1000000
shard|1/ 3|K from 1 to N, and N at most 1000000
shard|a/b|K from 1 to N, and N at most 1000000
shard|99999999999999999999/1|K from 1 to N, and N at most 1000000
shard|0x1/3|K from 1 to N, and N at most 1000000
shard|+1/3|K from 1 to N, and N at most 1000000
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
overlap|-0.1|0 to 0.5
overlap|nan|0 to 0.5
overlap|0.1x|0 to 0.5
overlap|0,1|0 to 0.5
resolution|10m|10, 20, 60
filter|SINC|sinc, nearest, box
filter||sinc, nearest, box
lobes|1|2 to 64
min-valid|-1|0 to 1
min-valid|inf|0 to 1
deflate|-1|0 to 9
threads|0|1 to 1024
threads|2.5|1 to 1024
memory|0|1M to 1024G
memory|2T|1M to 1024G
memory|1GB|1M to 1024G
memory|nan|1M to 1024G
memory|G|1M to 1024G
bands|b02|B01 to B12, B8A, AOT, WVP, TCI
bands|B2|B01 to B12, B8A, AOT, WVP, TCI
bands|B02,|B01 to B12, B8A, AOT, WVP, TCI
bands|,B02|B01 to B12, B8A, AOT, WVP, TCI
bands|B02,,B03|B01 to B12, B8A, AOT, WVP, TCI
bands|B02 B03|B01 to B12, B8A, AOT, WVP, TCI
bands|SCL|B01 to B12, B8A, AOT, WVP, TCI
bands|tci|B01 to B12, B8A, AOT, WVP, TCI
bands|TCI_|B01 to B12, B8A, AOT, WVP, TCI
bands|B02,TCI_A|B01 to B12, B8A, AOT, WVP, TCI
bands||B01 to B12, B8A, AOT, WVP, TCI
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
expect_exit 2 "$SUBSCENE" run "$P" -o bad --lobes 4 --filter nearest
expect_line "$ERR" "--lobes 4" nearest fixed
expect_exit 2 "$SUBSCENE" run "$P" -o bad --filter cubic --lobes=3
expect_line "$ERR" "--lobes 3" cubic
expect_exit 2 "$SUBSCENE" run "$P"
expect_line "$ERR" "-o DIR is needed"
expect_exit 2 "$SUBSCENE" run -o bad
expect_line "$ERR" "PRODUCT"
for tiles in /1_1 P/ P/1 P/x/ ./1_1 P//1_1 'P Q/1_1' "P'/1_1" 1 1_ _1 1_1x 1-1 -1_0 1_-1 1_1, ,1_1 1_1,,2_2 0x1_1 99999999999_0 4294967296_0 tile_1_1.ncx; do
    in_sample 1 4 || continue
    expect_exit 2 "$SUBSCENE" run "$P" -o bad --size 256 "--tiles=$tiles"
    expect_line "$ERR" "error: " "tiles"
done
expect_exit 3 "$SUBSCENE" run "$P" -o bad --tiles @no-such-list
expect_line "$ERR" no-such-list "No such file"
printf '\n  \n' >nothing
expect_exit 2 "$SUBSCENE" run "$P" -o bad --tiles @nothing
expect_line "$ERR" "@nothing" empty
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
    in_sample 1 3 || continue
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
for call in --help -h help "run -h" "help run" --version; do # documents.sh reads them
    # shellcheck disable=SC2086
    expect_exit 0 "$SUBSCENE" $call
    [ -s "$OUT" ] || fail "$call prints nothing"
    expect_empty "$ERR"
done
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
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then # it makes a terminal, where the system has them
    TERM=xterm script -qec "'$SUBSCENE' run '$P' -o s9 -b B01 --size 256 $FLAT" terminal >/dev/null </dev/null || fail "run at a terminal"
    expect_text terminal "[####" "9/9" "9 made"
    same_tree s1 s9 "a run at a terminal"
else
    skip_part "script is missing, or there are no pseudo-terminals"
fi
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
