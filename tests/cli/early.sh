# What cannot work is reported before the first file is made; bad products of a list do not stop the others.
source "$(dirname "$0")/lib.sh" || exit 1

OPTIONS="-b B01 --size 256 --layout flat"
for month in 1 2; do
    product "P$month" --size 252 --jp2-tile 128,64,24 --bands B01 --sensing "20200${month}10T221941"
done
expect_exit 0 "$SUBSCENE" run "$P1" "$P2" -o clean $OPTIONS

# ---- a list with bad products: each is one error, before the others are made ----
mkdir empty.SAFE broken.SAFE
echo "no archive" >text.zip
echo "<a/>" >broken.SAFE/MTD_MSIL1C.xml
bad=(gone.SAFE empty.SAFE broken.SAFE text.zip)
printf '%s\n' gone.SAFE "$P1" empty.SAFE broken.SAFE "$P2" text.zip >list
expect_exit 1 "$SUBSCENE" run @list -o out $OPTIONS --status states
same_tree clean out "the good products of a list"
expect_line "$ERR" "6 products: 2 good, 4 failed"
expect_equal "$(grep -c 'error: ' "$ERR")" 4 "errors"
for i in 0 1 2 3; do
    sed -n "$((i + 1))p" "$ERR" | grep -q "^subscene: error: ${bad[i]}: " || fail "line $((i + 1)) is not the error of ${bad[i]}"
    expect_text "states/${bad[i]%.*}.json" '"state":"failed"' '"exit_code":3' "\"error\":\"${bad[i]}"
done
expect_exit 1 "$SUBSCENE" run @list -o out3 $OPTIONS --log-format json # each has its end, too
expect_equal "$(grep '"event":"product_end"' "$ERR" | grep -c '"state":"failed"')" 4 "products that ended as failures"
expect_equal "$(head -4 "$ERR" | grep -c '"level":"error","message"')" 4 "errors at the beginning"

# a list of such products alone, a share of one, an end after failures
expect_exit 3 "$SUBSCENE" run "${bad[@]}" -o out2 $OPTIONS
expect_equal "$(grep -c 'error: ' "$ERR")" 4 "errors of a list of bad products"
expect_exit 1 "$SUBSCENE" run @list -o out2 $OPTIONS --shard 1/2
expect_equal "$(grep -c 'error: ' "$ERR")" 2 "errors of a share"
rm -rf out2
expect_exit 1 "$SUBSCENE" run @list -o out2 $OPTIONS --max-failures 2 # in their turns, as ever
expect_count out2 1
expect_line "$ERR" "--max-failures: 2 products failed; 3 not tried"

# one that comes while the others are made is made
mv "$P2" away.SAFE
(
    for ((i = 0; i < 300; i++)); do grep -q "error: $P2" "$ERR" 2>/dev/null && break; sleep 0.02; done
    sleep 0.1
    mv away.SAFE "$P2"
    touch moved
) &
rm -rf out2
timeout 60 "$SUBSCENE" run "$P1" "$P1" "$P1" "$P2" -o out2 $OPTIONS --overwrite 2>"$ERR" >"$OUT"
status=$?
wait $!
case $status in
0) same_tree clean out2 "a product that came late" ;;
1) echo "the late product came too late" ;; # the others are quick
*) fail "a product that comes late: exit $status" ;;
esac

# ---- what is wrong with the call: nothing is made, no status file either ----
refuse() # refuse CODE WORDS -- OPTION…
{
    local code=$1 words=()
    shift
    while [ "$1" != -- ]; do words+=("$1") && shift; done
    shift
    expect_exit "$code" "$SUBSCENE" run "$P1" -o none $OPTIONS --status none-states "$@"
    expect_line "$ERR" "error: " "${words[@]}"
    expect_equal "$(grep -c . "$ERR")" 1 "lines of $*"
    expect_absent none
    expect_absent none-states
}
echo "sise = 3" >wrong.ini
refuse 3 "list missing" "No such file" -- @missing
refuse 3 "list missing" "No such file" -- "$P2" @missing
refuse 3 "list $TMP" "directory" -- "@$TMP"
refuse 2 "wrong.ini" "sise" -- --config wrong.ini
refuse 3 "missing.ini" "No such file" -- --config missing.ini
refuse 3 "missing.xml" -- --cvat missing.xml
refuse 3 "missing.ini" -- --raster Mine=mask.png:missing.ini
refuse 3 "missing.geojson" -- --aoi missing.geojson
refuse 3 "missing" -- --tiles @missing

# ---- an output folder that cannot be made is one error, however many products there are ----
echo mine >file
ln -s nowhere dangling
mkdir here
for to in file file/below here/../file/x dangling "$(printf 'a%.0s' $(seq 300))"; do
    expect_exit 1 "$SUBSCENE" run "$P1" "$P2" -o "$to" $OPTIONS --status none-states
    expect_equal "$(grep -c . "$ERR")" 1 "lines about $to"
    expect_line "$ERR" "error: ${to%%/x}"
    expect_absent none-states
done
if [ "$(id -u)" != 0 ]; then
    chmod 555 here
    expect_exit 1 "$SUBSCENE" run "$P1" "$P2" -o here/below $OPTIONS
    expect_line "$ERR" "error: here/below" "Permission denied"
    chmod 755 here
fi
finish
