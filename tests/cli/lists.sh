# Lists of products: shares of them, an end after failures, no output left over from one product to the next.
source "$(dirname "$0")/lib.sh" || exit 1

OPTIONS="-b B01 --size 256 --layout flat"
for month in 1 2 3 4 5 6 7; do
    product "P$month" --size 252 --jp2-tile 128,64,24 --bands B01 --sensing "20200${month}10T221941"
    eval "path=\$P$month"
    printf '%s\n' "$path" >>list
    names+=("$(basename "$path" .SAFE)")
done
printf '# all\n\n  %s/  \r\n#%s\n' "$P1" "$P2" >untidy # what is no product has no place
tail -n +2 list >>untidy
made() { ls "$1" 2>/dev/null | paste -sd' '; }
expect_exit 0 "$SUBSCENE" run @list -o all $OPTIONS

# ---- --shard: by place, each product in one share, whatever stands between them ----
for n in 1 2 3 7 9; do
    rm -rf shards && mkdir shards
    for ((k = 1; k <= n; k++)); do
        expect_exit 0 "$SUBSCENE" run @untidy -o shards/$k $OPTIONS --shard $k/$n
        want=$(for ((i = k - 1; i < 7; i += n)); do echo "${names[i]}"; done | sort | paste -sd' ')
        expect_equal "$(made shards/$k)" "$want" "share $k of $n"
        [ -n "$want" ] || expect_line "$ERR" "--shard $k/$n: the list is shorter" "nothing to do"
        expect_no_text "$ERR" "warning: "
    done
    rm -rf together && mkdir together
    cp -r shards/*/* together
    same_tree all together "$n shares together"
done
expect_exit 0 "$SUBSCENE" run "$P1" @list "$P2" -o mixed $OPTIONS --shard 9/9 # operands count like lines
expect_equal "$(made mixed)" "${names[1]}" "the last of nine"
expect_exit 0 "$SUBSCENE" run @list -o none $OPTIONS --shard 1000000/1000000
expect_absent none
expect_no_text "$ERR" "names no product"
echo "# nothing" >remarks
for shard in "" "--shard 2/3"; do
    expect_exit 0 "$SUBSCENE" run @remarks -o none $OPTIONS $shard
    expect_line "$ERR" "warning: " "the list names no product: nothing to do"
done

# ---- --max-failures ----
gone() { echo "$TMP/gone$1.SAFE"; }
{ gone 1 && sed -n 1p list && gone 2 && sed -n 2,4p list && gone 3; } >holes
expect_exit 1 "$SUBSCENE" run @holes -o holes1 $OPTIONS
expect_line "$ERR" "7 products: 4 good, 3 failed"
expect_no_text "$ERR" "not tried"
expect_exit 1 "$SUBSCENE" run @holes -o holes2 $OPTIONS --max-failures 2
expect_equal "$(made holes2)" "${names[0]}" "what comes before the second failure"
expect_line "$ERR" "error: " "--max-failures: 2 products failed; 4 not tried"
expect_line "$ERR" "7 products: 1 good, 2 failed, 4 not tried"
expect_exit 3 "$SUBSCENE" run @holes -o holes3 $OPTIONS --max-failures 1
expect_line "$ERR" "6 not tried"
expect_absent holes3
expect_exit 1 "$SUBSCENE" run @holes -o holes4 $OPTIONS --max-failures 3 # none is left when it comes to that
expect_no_text "$ERR" "not tried"
same_tree holes1 holes4 "--max-failures that is not reached before the end"
expect_exit 0 "$SUBSCENE" run @list -o good $OPTIONS --max-failures 1
same_tree all good "--max-failures without failures"
finish
