# subscene-report.sh on status files and a queue that are made up here: every state, the list of the next round, exit codes.
source "$(dirname "$0")/../cli/lib.sh" || exit 1
source "$(dirname "$0")/lists.sh" || exit 1
[ -x /usr/bin/python3 ] || skip_all "there is no python3"
LIST=$TMP/products.txt
mkdir out-status bin

# squeue says what is in the file queue; with no such file it fails, as where there is no Slurm
cat >bin/squeue <<'END'
#!/bin/sh
[ ! -f "$QUEUE.during" ] || sh "$QUEUE.during"
exec cat "$QUEUE"
END
chmod +x bin/squeue
export PATH=$TMP/bin:$PATH QUEUE=$TMP/queue

# status NAME STATE [KEY: VALUE...]: its status file, and a line of the list
status()
{
    local name=$1 state=$2
    shift 2
    echo "/data/$name.SAFE" >>"$LIST"
    rewrite "$name" "$state" "$@"
}
rewrite()
{
    local name=$1 state=$2 more
    shift 2
    more=$(printf ', "%s": %s' "$@")
    [ $# -gt 0 ] || more=
    echo "{\"product\": \"/data/$name.SAFE\", \"name\": \"$name\", \"state\": \"$state\", \"total\": 9, \"made\": 4, \"skipped\": 1$more}" \
        >"out-status/$name.json"
}
here="\"$(hostname)\""
sleep 0 & wait $!
dead=$!
LIVE=$$

status whole done exit_code 0 options '"p"'
status part partial exit_code 1 failed 4 error '"a tile"'
status shut partial exit_code 1 failed 0 error '"read-only"'
status bad failed exit_code 3 error '"no such\nfile"'
status full failed exit_code 75 error '"disk full"' labelled 3
status term stopped exit_code 143
status taken busy exit_code 75 error '"is being made by n9"'
status alive running host $here pid $LIVE
status gone running host $here pid $dead
status other running host '"n1"' pid 1 started '"t"'
status silent running host '"n1"' pid 1
touch -d '11 minutes ago' out-status/silent.json
status job running host '"n1"' pid 1 job '"41"'
status lost running host '"n1"' pid 1 job '"42"'
status again running host '"n1"' pid 1 job '"43"'
status ended running host '"n1"' pid 1 job '"44"' started '"t"'
status broken done
echo '{"state": "do' >out-status/broken.json
printf '  # a comment\n\n  /data/none.zip  \n/data/sub/folder.SAFE/MTD_MSIL1C.xml\n/data/sub/ground.SAFE/MTD_MSIL2A.xml\n' >>"$LIST"
printf '%s\n' "41 RUNNING" "43 PENDING" "7 RUNNING" >queue
# it ends between the reading of its file and the answer of the queue
echo "sed -i 's/\"running\"/\"done\"/' out-status/ended.json" >queue.during

expect_report 1 --retry again.txt
expect_line "$OUT" done " 0  whole" "5 of 9"
expect_line "$OUT" partial " 1  part" "a tile"
expect_line "$OUT" failed " 3  bad" "no such file"
expect_line "$OUT" failed "75  full" "disk full"
expect_line "$OUT" stopped "143  term"
expect_line "$OUT" busy " 75  taken" "is being made by n9"
expect_line "$OUT" running "alive" "on $(hostname)" "s ago"
expect_line "$OUT" crashed "gone" "process $dead is gone"
expect_line "$OUT" running "other" "on n1"
expect_line "$OUT" crashed "silent" "no sign of life for 11 min"
expect_line "$OUT" running "job" "on n1"
expect_line "$OUT" crashed "lost" "job 42 is gone"
expect_line "$OUT" waiting "again" "in the queue again"
expect_line "$OUT" done "ended"
expect_line "$OUT" failed "broken" "is no status file"
expect_line "$OUT" never "-  none"
expect_line "$OUT" never "-  folder"
expect_line "$OUT" never "-  ground"
expect_text "$OUT" "19 products: 2 done, 2 partial, 3 failed, 1 stopped, 1 busy, 3 running, 1 waiting, 3 crashed, 3 never" "11 products in again.txt"
expect_equal "$(sed 's/.*data.//; s/.SAFE$//' again.txt | paste -sd' ')" \
    "shut full term taken gone silent lost broken none.zip sub/folder.SAFE/MTD_MSIL1C.xml sub/ground.SAFE/MTD_MSIL2A.xml" "the next round"
expect_report 1 --retry all.txt --all
expect_equal "$(diff again.txt all.txt | grep '^>')" "$(printf '> /data/%s.SAFE\n' part bad)" "what --all adds"

expect_report 1 --stale 12
expect_line "$OUT" running "silent"
expect_report 1 --options q
expect_line "$OUT" never "whole" "other options"
expect_report 1 --options p
expect_line "$OUT" done "whole"
rm queue queue.during # no Slurm: only the signs of life count
expect_report 1
expect_line "$OUT" running "lost"
expect_report 1 --json
/usr/bin/python3 - "$OUT" <<'END' || fail "the report as JSON"
import json, sys
d = json.load(open(sys.argv[1]))
assert d["total"] == 19 and len(d["products"]) == 19 and sum(d["states"].values()) == 19, d["states"]
row = {p["name"]: p for p in d["products"]}
assert row["full"]["exit_code"] == 75 and row["full"]["error"] == "disk full" and row["none"]["state"] == "never"
assert row["full"]["labelled"] == 3 and row["whole"]["labelled"] is None
assert row["silent"]["age_seconds"] >= 660 and row["silent"]["host"] == "n1"
END

# a bad product is tried again once a file of it has changed, also when its time is an old one
echo "$TMP/bad.SAFE" >"$LIST"
mkdir -p bad.SAFE/GRANULE
touch bad.SAFE/GRANULE/image
sleep 0.1
rewrite bad failed exit_code 3
expect_report 1 --retry again.txt
expect_equal "$(cat again.txt)" "" "a bad product that has not changed"
sleep 0.1
touch -d '2 years ago' bad.SAFE/GRANULE/image
expect_report 1 --retry again.txt
expect_equal "$(cat again.txt)" "$TMP/bad.SAFE" "a bad product that has changed"
rewrite bad done exit_code 0
expect_report 0
rm -r out-status
expect_report 3
expect_text "$ERR" "out-status"
mkdir out-status
expect_report 3 --retry nowhere/again.txt
echo "/else/bad.zip" >>"$LIST"
expect_report 2
expect_text "$ERR" "one name"
rm "$LIST"
expect_report 3
expect_exit 2 sh "$SOURCE_DIR/config/slurm/subscene-report.sh" "$LIST"
expect_report 2 --unknown

# one pass, one call of squeue: a list of 20,000
/usr/bin/python3 - <<'END'
import json
with open("products.txt", "w") as products:
    for i in range(20000):
        products.write(f"/data/p{i}.SAFE\n")
        if i % 3:
            with open(f"out-status/p{i}.json", "w") as file:
                json.dump({"state": "done" if i % 3 == 1 else "running", "job": "9", "host": "n"}, file)
END
echo "9 RUNNING" >queue
began=$(date +%s%3N)
expect_report 1
expect_text "$OUT" "20000 products: 6667 done, 6666 running, 6667 never"
took=$(($(date +%s%3N) - began))
[ $took -lt 20000 ] || fail "the report on 20,000 products took $took ms"
finish
