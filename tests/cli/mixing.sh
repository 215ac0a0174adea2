#!/usr/bin/env bash
# Things that must not be mixed up: two processings of one datatake, parameters that nothing tells, lists with mistakes, names that netCDF-C reads otherwise.
. "${BASH_SOURCE[0]%/*}/lib.sh"

product A --size 420 --baseline 02.09 --scene texture --seed 1 --bands B01,B02
product B --size 420 --baseline 05.11 --scene texture --seed 7 --bands B01,B02
COMMON="--layout {tile}/{sensing}/{x}_{y}.nc -b B01 --size 256"

# ---- same tile and sensing time: the second product is refused, whatever is asked ----
for extra in "" "--profile kappazeta" "--overwrite"; do
    rm -rf o
    # shellcheck disable=SC2086  # lists of words
    expect_exit 0 "$SUBSCENE" run "$A" -o o $COMMON $extra
    sha_tree o >before
    # shellcheck disable=SC2086
    expect_exit 2 "$SUBSCENE" run "$B" -o o $COMMON $extra
    expect_line "$ERR" "belongs to" N0209
    sha_tree o | diff before - >/dev/null || fail "$extra: the first product's files changed"
done
expect_exit 0 "$SUBSCENE" verify o
# a manifest whose files are of two products
expect_exit 0 "$SUBSCENE" run "$B" -o other -b B01 --size 256 --layout flat
expect_exit 0 "$SUBSCENE" run "$A" -o one -b B01 --size 256 --layout flat
cp "$(folder_of other)"/tile_1_1.nc "$(folder_of one)"/tile_1_1.nc
sed -i '/^1,1,/d' "$(folder_of one)"/manifest.csv
grep '^1,1,' "$(folder_of other)"/manifest.csv >>"$(folder_of one)"/manifest.csv
expect_exit 1 "$SUBSCENE" verify one
expect_line "$OUT" "belongs to product"

# ---- profile kappazeta without its manifest: another size is somebody else's ----
expect_exit 0 "$SUBSCENE" run "$A" -o k -b B01 --profile kappazeta --size 200
rm "$(folder_of k)"/manifest.csv
sha_tree k >before
expect_exit 2 "$SUBSCENE" run "$A" -o k -b B01 --profile kappazeta --size 300
expect_line "$ERR" "--overwrite"
sha_tree k | diff before - >/dev/null || fail "files of another size changed"

# other bands, whether its size is another one too or not: what the manifest says of the file counts, where the file says nothing
for size in 200 300; do
    rm -rf k
    expect_exit 0 "$SUBSCENE" run "$A" -o k -b B01 --profile kappazeta --size 200
    sha_tree k >before
    expect_exit 2 "$SUBSCENE" run "$A" -o k -b B01,B02 --profile kappazeta --size $size
    expect_line "$ERR" "--overwrite" "is $([ $size = 200 ] && echo B01 || echo 200) there and"
    sha_tree k | diff before - >/dev/null || fail "files of other bands changed"
done
rm "$(folder_of k)"/manifest.csv
sha_tree k >before
expect_exit 2 "$SUBSCENE" run "$A" -o k -b B01,B02 --profile kappazeta --size 300
sha_tree k | diff before - >/dev/null || fail "files of other bands and another size changed"

# ---- the check of the input comes first, also when there is nothing to do ----
expect_exit 0 "$SUBSCENE" run "$A" -o c -b B02 --size 256 --check-input
cp -r "$A" X.SAFE
printf 'x' | dd of="$(image X.SAFE B02)" bs=1 seek=5000 conv=notrunc status=none
expect_exit 3 "$SUBSCENE" run X.SAFE -o c -b B02 --size 256 --check-input
expect_line "$ERR" B02 MD5
expect_exit 3 "$SUBSCENE" run X.SAFE -o c2 -b B02 --size 256 --check-input --dry-run
expect_absent c2

# ---- mistakes in lists ----
printf '1_1\n0_0 first # remark\n' >list
for tiles in zz 1_1, ,1_1 1_1,,0_0 1_-1 @list; do
    for command in "info $A" "run $A -o bad"; do
        # shellcheck disable=SC2086
        expect_exit 2 "$SUBSCENE" $command -b B01 --tiles "$tiles"
        expect_line "$ERR" --tiles
    done
done
expect_exit 2 "$SUBSCENE" run "$A" -o bad -b B02,B3,B04
expect_line "$ERR" 'no band "B3"; did you mean B03?'
expect_exit 2 "$SUBSCENE" info "$A" --min-valid 0.5
expect_line "$ERR" "--min-valid is not an option of this command"
: >empty
expect_exit 0 "$SUBSCENE" run @empty -o bad
expect_line "$ERR" warning "no product"
expect_absent bad

# ---- names ----
expect_exit 2 "$SUBSCENE" run "$A" -o 'a\b' -b B01
expect_line "$ERR" 'a\b' backslash
for folder in c:/x file://x http://localhost:9/x 'a b' 'ü#?mode=bytes'; do
    expect_exit 0 "$SUBSCENE" run "$A" -o "$folder" -b B01 --size 420
    expect_exit 0 "$SUBSCENE" verify "$folder"
    expect_empty "$OUT"
    expect_exit 0 "$SUBSCENE" run "$A" -o "$folder" -b B01 --size 420
    expect_line "$ERR" "0 made, 1 already there"
done

# ---- a signal that the caller ignores stays ignored ----
(
    trap '' INT
    "$SUBSCENE" run "$A" -o i -b B01,B02 --size 32 -q >/dev/null 2>&1 &
    sleep 0.1
    kill -INT $! 2>/dev/null
    wait $!
)
expect_exit 0 "$SUBSCENE" verify i
# --overwrite with a selection touches nothing else: where the rest would be of another kind, it refuses
rm -rf selected
expect_exit 0 "$SUBSCENE" run "$A" -o selected -b B01 --size 256 -q
many=$(count_nc selected)
sha_tree selected >before
for dry in --dry-run ""; do
    expect_exit 2 "$SUBSCENE" run "$A" -o selected -b B01 --size 256 --deflate 3 --overwrite --tiles 1_1 $dry
    expect_line "$ERR" "deflate is 1 there and 3 here" "$((many - 1)) subscenes that are not selected" "choose another --output"
    sha_tree selected | diff before - >difference || fail "a refused --overwrite: $(head -3 difference)"
done
expect_exit 0 "$SUBSCENE" run "$A" -o selected -b B01 --size 256 --overwrite --tiles 1_1
sha_tree selected | diff before - >difference || fail "one made again among the others: $(head -3 difference)"
expect_exit 0 "$SUBSCENE" run "$A" -o selected -b B01 --size 256 --deflate 3 --overwrite
expect_count selected "$many"
finish
