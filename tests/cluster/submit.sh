# subscene-submit.sh where no Slurm answers: what it refuses and what it would submit.
source "$(dirname "$0")/../cli/lib.sh" || exit 1
source "$(dirname "$0")/lists.sh" || exit 1
[ -x /usr/bin/python3 ] || skip_all "there is no python3"
mkdir bin
printf '#!/bin/sh\nexit 1\n' | tee bin/scontrol bin/sbatch >bin/squeue
chmod +x bin/*
export PATH=$TMP/bin:$PATH
make_list 3

for file in "$SOURCE_DIR"/config/slurm/*.sh "$SOURCE_DIR/config/snakemake/status.sh"; do
    [ -x "$file" ] || fail "${file##*/} is not executable"
done

expect_submit 2 "$LIST" -o out --time abc
expect_text "$ERR" "--time abc: is not a time"

# ---- --dry-run needs no controller ----
expect_submit 0 "$LIST" -o out --dry-run --cpus 1 --time 5 -- $OPTIONS
expect_text "$ERR" "MaxArraySize 1001" "assumed"
expect_text "$OUT" "#!/bin/sh" "exec '$SUBSCENE' run"
expect_line "$OUT" "sbatch" "'--array=1-3'" "'--time=5'"
expect_absent "$TMP/out-logs"
expect_absent "$TMP/out-status"
expect_submit 1 "$LIST" -o out --cpus 1 -- $OPTIONS
expect_text "$ERR" "scontrol does not answer"
expect_absent "$TMP/out-logs"

# ---- a status folder of a plain run ----
expect_exit 0 "$SUBSCENE" run "$(nth 2)" -o out --status out-status -q $OPTIONS
expect_submit 0 "$LIST" -o out --dry-run -- $OPTIONS
expect_text "$ERR" "3 products, 1 of them done"
before=$(stat_tree out-status)
for more in --dry-run --all; do
    expect_submit 2 "$LIST" -o out $more -- -b B02 --size 64
    expect_text "$ERR" "$(name_of "$(nth 2)").json" "belongs to other options" "there: bands=B02,B8A; given: bands=B02)"
done
expect_equal "$(stat_tree out-status)" "$before" "the status folder that was refused"
expect_absent "$TMP/out-logs"
# of products of both levels each has its own bands: by the options they are of one kind
product L1 --size 240 --jp2-tile 96,64,24
product L2 --size 240 --jp2-tile 96,64,24 --level L2A
printf '%s\n' "$L1" "$L2" >both.txt
expect_exit 0 "$SUBSCENE" run @both.txt -o both --status both-status -q --size 240
expect_submit 0 both.txt -o both --dry-run -- --size 240
expect_text "$ERR" "2 products, 2 of them done"
expect_submit 2 both.txt -o both --dry-run -- --size 240 -b B02
expect_text "$ERR" "belongs to other options" "there: bands=default; given: bands=B02)"
# no product that can be read: nothing to compare with
echo "$TMP/none.SAFE" >none.txt
expect_submit 0 none.txt -o out --dry-run --mem 100M -- -b B02
finish
