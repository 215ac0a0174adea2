# Two rounds on a real Slurm: three products of 24 are broken, are reported with their reasons, are repaired and finished; the result is
# that of a plain run, byte for byte.
source "$(dirname "$0")/../cli/lib.sh" || exit 1
source "$(dirname "$0")/lab.sh" || exit 1
source "$(dirname "$0")/lists.sh" || exit 1

LAB_MAX_ARRAY=11 # ten tasks an array, so that a list needs several
lab_up
make_list 24
run_plain
break_three 5 12 17

# ---- what is refused, and what would be done ----
expect_submit 2
expect_submit 2 "$LIST"
expect_submit 2 "$LIST" -o
expect_submit 2 "$LIST" -o out --cpus 0
expect_submit 2 "$LIST" -o out --time soon
expect_submit 2 "$LIST" -o out --unknown
expect_submit 2 "$LIST" -o out -- --status elsewhere
expect_text "$ERR" "--status is set by this script"
expect_submit 2 "$LIST" -o out -- --size nothing
expect_text "$ERR" "--size" "nothing"
expect_submit 2 "$LIST" -o out -- $OPTIONS --min-valid 7
expect_text "$ERR" "--min-valid" "7"
expect_submit 3 nowhere.txt -o out
printf '# none\n\n' >empty.txt
expect_submit 3 empty.txt -o out
expect_submit 0 "$LIST" -o out --dry-run --cpus 1 --time 1:30:00 --per-task 2 --max-running 4 --partition batch -- $OPTIONS
expect_equal "$(grep -c ^sbatch "$OUT")" 2 "arrays of 24 products, two a task, ten tasks an array"
expect_line "$OUT" "'--array=1-10%4'" "'--cpus-per-task=1'" "'--time=180'" "'--signal=B:TERM@60'" "'--partition=batch'" "'--requeue'"
expect_line "$OUT" "'--array=1-2%4'" "'--dependency=afterany:ID_OF_1'"
seq -f '/none/%g.zip' 300 >long.txt
expect_submit 3 long.txt -o out --dry-run
expect_submit 2 long.txt -o out --dry-run --mem 100M
expect_text "$ERR" "MaxJobCount" "--per-task 3"
expect_submit 0 long.txt -o out --dry-run --mem 100M --per-task 3
expect_line "$OUT" "'--mem=100M'" "'--array=1-10'"
expect_absent out
expect_absent out-logs
expect_absent out-status
expect_equal "$(squeue -h)" "" "jobs after what was refused"

# what Slurm refuses is kept
expect_submit 1 "$LIST" -o no --partition none -- $OPTIONS
expect_text "$ERR" "sbatch refused array 1"
expect_equal "$(cat no-logs/round.1/not_submitted)" "$(cat "$LIST")" "products that were not submitted"

# ---- the first round ----
began=$SECONDS
expect_submit 0 "$LIST" -o out --cpus 1 -- $OPTIONS
expect_equal "$(wc -l <"$OUT")" 3 "arrays of 24 products"
expect_text "$ERR" "24 products in 24 tasks"
mem=$(job_field "$(head -n 1 "$OUT")" MinMemoryNode)
expect_exit 0 "$SUBSCENE" info --json -j 1 $OPTIONS "$(nth 1)"
planned=$(($(sed -n 's/.*"total_bytes":\([0-9]*\).*/\1/p' "$OUT") >> 20))
echo "a task asks for $mem, the plan needs $planned MiB"
[ "${mem%M}" -gt "$planned" ] && [ "${mem%M}" -lt $((planned * 2)) ] || fail "memory asked for: $mem, planned: $planned MiB"
lab_wait 120 || fail "the first round does not end"
echo "first round: $((SECONDS - began)) s"

expect_report 1 --retry again.txt --all
expect_equal "$(awk '$1 == "failed" { print $3 }' "$OUT" | sort)" "$BROKEN" "products that failed"
expect_line "$OUT" "failed" " 3 " "$(name_of "$CUT")" "B02"
expect_line "$OUT" "failed" " 3 " "$(name_of "$ZIP")" "zip"
expect_line "$OUT" "failed" " 3 " "$(name_of "$LACKS")" "B8A" "No such file"
expect_text "$OUT" "24 products: 21 done, 3 failed"
expect_equal "$(sort again.txt)" "$(printf '%s\n' "$CUT" "$ZIP" "$LACKS" | sort)" "--retry --all"
expect_exit 0 "$SUBSCENE" verify out -q
expect_equal "$(find out -name manifest.csv | wc -l)" 21 "manifests after the first round"
expect_report 1 --retry again.txt
expect_equal "$(cat again.txt)" "" "another try would not help"
expect_report 1 --json
/usr/bin/python3 - "$OUT" <<'END' || fail "the report as JSON"
import json, sys
d = json.load(open(sys.argv[1]))
assert d["total"] == 24 and d["states"]["done"] == 21 and d["states"]["failed"] == 3
assert all(p["exit_code"] == 3 and p["error"] and p["job"] for p in d["products"] if p["state"] == "failed")
END

# ---- the second round ----
before=$(stat_tree out)
repair_three
expect_report 1 --retry again.txt
expect_equal "$(sort again.txt)" "$(printf '%s\n' "$CUT" "$ZIP" "$LACKS" | sort)" "--retry after the repair"
expect_submit 2 again.txt -o out --cpus 1 -- $OPTIONS --min-valid 0.5
expect_text "$ERR" "belongs to other options"
expect_submit 0 again.txt -o out --cpus 1 -- $OPTIONS
expect_text "$ERR" "3 products in 3 tasks"
lab_wait 60 || fail "the second round does not end"
expect_report 0
expect_text "$OUT" "24 products: 24 done"
same_tree plain out "two rounds give what a plain run gives"
diff -r plain out || fail "diff -r"
expect_equal "$(comm -23 <(grep '\.nc ' <<<"$before" | sort) <(stat_tree out | sort))" "" "files of the first round that the second one touched"
expect_submit 0 "$LIST" -o out --cpus 1 -- $OPTIONS
expect_empty "$OUT"
expect_text "$ERR" "24 of them done"
expect_submit 0 "$LIST" -o out --all --cpus 1 --per-task 8 -- $OPTIONS
expect_equal "$(wc -l <"$OUT")" 1 "arrays of 24 products, 8 a task"
lab_wait 60 || fail "the third round does not end"
same_tree plain out "a round of --all changes nothing"

# a site that requeues exit code 75 (RequeueExit) does not do so for ever
expect_exit 1 env SLURM_RESTART_COUNT=10 SLURM_ARRAY_TASK_ID=1 sh out-logs/round.1/task.sh out-logs/round.1/1/list 10
expect_text "$ERR" "given up"
expect_exit 0 env SLURM_RESTART_COUNT=9 SLURM_ARRAY_TASK_ID=1 sh out-logs/round.1/task.sh out-logs/round.1/1/list 10

# names that a shell could take apart
mkdir "it's \$HOME"
mv "$(nth 1)" "it's \$HOME/"
echo "$TMP/it's \$HOME/$(basename "$(nth 1)")" >odd.txt
expect_submit 0 odd.txt -o "o'ut \$HOME" --cpus 1 -- $OPTIONS --tiles 1_1,2_1
lab_wait 60 || fail "the odd round does not end"
expect_count "o'ut \$HOME" 2
finish
