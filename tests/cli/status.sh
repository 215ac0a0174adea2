# --status: a file for each product, running from the start, in the end what became of it; events of --log-format json say the same.
source "$(dirname "$0")/lib.sh" || exit 1
command -v python3 >/dev/null || skip_all "python3 is missing"

product P --size 630 --jp2-tile 256,160,48
product Q --size 630 --jp2-tile 256,160,48 --sensing 20200717T221941 --zip
P_NAME=$(basename "$P" .SAFE) Q_NAME=$(basename "$Q" .zip)
OPTIONS="-b B01,B02 --size 128 --layout flat"

# check FILE EXPRESSION...: each is true of the JSON in the file, whose members are names
check()
{
    local file=$1 expression
    shift
    for expression; do
        python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert eval(sys.argv[2], {}, d), (sys.argv[2], d)' "$file" "$expression" 2>>problems || fail "${file#"$TMP"/}: $(tail -1 problems)"
    done
}
# check_events EXPRESSION...: every line of $ERR is JSON with what each line has; each expression is true of `lines`, `events`, and of(NAME)
check_events()
{
    python3 - "$ERR" "$@" <<'END' 2>>problems || fail "events: $(tail -1 problems)"
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert all({"time", "level", "message"} <= set(line) for line in lines), lines
assert all(line["level"] in ("error", "warning", "info", "debug") for line in lines), lines
events = [line["event"] for line in lines if "event" in line]
of = lambda name: [line for line in lines if line.get("event") == name]
for expression in sys.argv[2:]:
    assert eval(expression), (expression, events, of('product_end'))
END
}

# ---- good ones, a missing one, one whose bands cannot be used, one in part ----
product B --size 630 --jp2-tile 256,160,48 --sensing 20190717T221941
mv "$B" Broken.SAFE && : >"$(image Broken.SAFE B02)"
cp -r "$P" Partly.SAFE && spoil "$(image Partly.SAFE B02)" 4 2000
before=$(date -u +%FT%TZ)
expect_exit 1 "$SUBSCENE" run "$P" "$Q" gone.SAFE Broken.SAFE/MTD_MSIL1C.xml -o out $OPTIONS --status a/st --log-format json
after=$(date -u +%FT%TZ)
expect_equal "$(ls a/st | paste -sd' ')" "Broken.json $Q_NAME.json $P_NAME.json gone.json" "status files"
no_temporaries a
for name in "$P_NAME" "$Q_NAME"; do
    check a/st/$name.json 'state == "done"' 'exit_code == 0' 'error is None' 'total == made == 25' 'skipped == rejected == failed == 0' \
        "name == '$name'" "folder == 'out/$name'" 'seconds > 0' "'$before' <= started <= updated <= '$after'" 'job is None' \
        "host == '$(uname -n)'" 'pid > 0' '"size=128" in parameters' "version == '$("$SUBSCENE" --version | sed 's/^subscene \([^ ]*\).*/\1/')'" \
        '"HDF5" in libraries' 'parameters == options'
done
check a/st/$P_NAME.json "product == '$P'"
check a/st/gone.json 'state == "failed"' 'parameters is None' '"size=128" in options' 'exit_code == 3' '"No such file" in error' 'total == made == 0' 'folder is None'
check a/st/Broken.json 'state == "failed"' 'exit_code == 3' '"band B02" in error' 'made == 0' 'product == "Broken.SAFE/MTD_MSIL1C.xml"'
check_events 'events == ["product_start", "product_end"] * 4 + ["run_end"]' \
    '[e["exit_code"] for e in of("product_end")] == [0, 0, 3, 3]' \
    '[e["state"] for e in of("product_end")] == ["done", "done", "failed", "failed"]' \
    '[e["path"] for e in of("product_start")] == [e["path"] for e in of("product_end")]' \
    "of('product_end')[0]['product'] == '$P_NAME' and of('product_end')[0]['made'] == 25 and of('product_end')[0]['folder'] == 'out/$P_NAME'" \
    '"No such file" in of("product_end")[2]["error"] and of("product_end")[2]["level"] == "error"' \
    'all(of("run_end")[0][k] == v for k, v in {"products": 4, "good": 2, "failed": 2, "not_tried": 0}.items())'

# the options change no byte of what is made
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o plain $OPTIONS
same_tree plain out "--status and --log-format json"

# ---- some subscenes fail ----
expect_exit 1 "$SUBSCENE" run Partly.SAFE -o partly $OPTIONS --status st --log-format json -v
check st/Partly.json 'state == "partial"' 'exit_code == 1' 'made > 0' 'failed > 0' 'made + failed == total == 25' '"band B02" in error'
check_events '{e["state"] for e in of("subscene")} == {"made", "failed"}' 'len(of("subscene")) == 25' \
    'all(e["path"].startswith("partly/") and e["path"].endswith(".nc") and e["product"] for e in of("subscene"))' \
    '{e["level"] for e in of("subscene") if e["state"] == "failed"} == {"error"}' \
    '[(e["state"], e["exit_code"]) for e in of("product_end")] == [("partial", 1)]'
expect_exit 1 "$SUBSCENE" run Partly.SAFE -o partly $OPTIONS --log-format json
check_events '{e["state"] for e in of("subscene")} == {"failed"}' # those that are made only with -v
expect_exit 1 "$SUBSCENE" run Partly.SAFE -o partly $OPTIONS --log-format json -q
check_events 'events[-1] == "product_end" and "product_start" not in events'

# ---- all there already; rejected ones; another one at work, and gone ----
expect_exit 0 env SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=3 "$SUBSCENE" run "$P" -o out $OPTIONS --status st
check st/$P_NAME.json 'skipped == 25 and made == 0 and state == "done"' 'job == "7_3"'
expect_exit 0 "$SUBSCENE" run "$P" -o some $OPTIONS --status st --min-valid 0.99
check st/$P_NAME.json 'rejected > 0 and made > 0 and made + rejected == total and state == "done"'
rm "out/$P_NAME/tile_1_1.nc"
foreign_lock "out/$P_NAME" 5
expect_exit 75 "$SUBSCENE" run "$P" -o out $OPTIONS --status st --log-format json
check st/$P_NAME.json 'state == "busy"' 'exit_code == 75' '"elsewhere pid 4711" in error'
check_events 'of("product_end")[0]["exit_code"] == 75' 'of("product_end")[0]["state"] == "busy"'
foreign_lock "out/$P_NAME" 200
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS --status st --log-format json
check st/$P_NAME.json 'state == "done"' 'skipped == 24 and made == 1'
check_events 'len(of("lock_taken_over")) == 1' 'of("lock_taken_over")[0]["host"] == "elsewhere" and of("lock_taken_over")[0]["pid"] == 4711' \
    'of("lock_taken_over")[0]["job"] == "12_3" and of("lock_taken_over")[0]["silent_s"] > 199' 'of("lock_taken_over")[0]["lock"].endswith(".subscene.lock")'

# ---- running, stopped, killed ----
product R --size 1110 --jp2-tile 256,160,48 --sensing 20210117T221941
R_NAME=$(basename "$R" .SAFE)
begin() # starts a longer run, and waits for its file
{
    rm -rf long "st/$R_NAME.json"
    "$SUBSCENE" run "$R" -o long -b B01,B02,B03,B04,B05 --size 64 --deflate 9 --status st >"$OUT" 2>"$ERR" &
    child=$!
    for ((i = 0; i < 1000; i++)); do [ -e "st/$R_NAME.json" ] && return; sleep 0.01; done
    fail "no status file"
}
begin
kill -STOP $child # the check may take longer than the run
check "st/$R_NAME.json" 'state == "running" and exit_code is None and error is None' "pid == $child"
kill -TERM $child
kill -CONT $child
wait $child
check "st/$R_NAME.json" 'state == "stopped" and exit_code == 143' 'made < 324'
begin
kill -KILL $child
wait $child 2>/dev/null
check "st/$R_NAME.json" 'state == "running"'
expect_exit 0 "$SUBSCENE" run "$R" -o long -b B01,B02,B03,B04,B05 --size 64 --deflate 9 --status st
check "st/$R_NAME.json" 'state == "done"' 'made + skipped == 324'
no_temporaries st

# ---- taken over while it stood still: the file is the new owner's ----
for ended in "" yes; do # the new owner is at work, or has come to its end
    begin
    until [ -e "long/L1C/January/$R_NAME/.subscene.lock" ] || ! kill -0 $child 2>/dev/null; do sleep 0.01; done
    kill -STOP $child
    sleep 0.2
    if [ -n "$ended" ]; then rm "long/L1C/January/$R_NAME/.subscene.lock"; else foreign_lock "long/L1C/January/$R_NAME" 1; fi
    echo '{"state": "of somebody else"}' >"st/$R_NAME.json"
    kill -CONT $child
    status=0
    wait $child || status=$?
    expect_equal $status 75 "exit of a run that lost its lock"
    expect_equal "$(cat "st/$R_NAME.json")" '{"state": "of somebody else"}' "status file of a product that was taken over"
    no_temporaries st
done

# ---- refused up front; in the way; dry ----
mkdir -p copy && cp -r "$P" copy
expect_exit 2 "$SUBSCENE" run "$P" "copy/$P_NAME.SAFE" -o twice $OPTIONS --status st2
expect_line "$ERR" "error: " "--status" "$P" "copy/$P_NAME.SAFE" "same name"
printf '%s\n' "$P" "$Q" "copy/$P_NAME.SAFE" >list
expect_exit 2 "$SUBSCENE" run @list -o twice $OPTIONS --status st2 --shard 2/3 # of all shares
expect_absent twice
expect_absent st2
echo mine >file
expect_exit 1 "$SUBSCENE" run "$P" -o twice $OPTIONS --status file/below
expect_line "$ERR" "error: " "file/below"
expect_absent twice
mkdir -p "taken/$P_NAME.json" # a folder where the file belongs
expect_exit 0 "$SUBSCENE" run "$P" -o taken_out $OPTIONS --status taken
expect_line "$ERR" "warning: " "its status file is not written" "taken/$P_NAME.json"
expect_equal "$(grep -c "its status file is not written" "$ERR")" 1 "warnings"
expect_count taken_out 25
expect_exit 0 "$SUBSCENE" run "$P" -o dry $OPTIONS --status dry_st --dry-run
expect_absent dry_st
expect_exit 0 "$SUBSCENE" run @/dev/null -o none $OPTIONS --status none_st --log-format json
check_events 'events == ["run_end"]' 'of("run_end")[0]["products"] == 0'

# ---- every line of every command is JSON, odd names and all ----
odd=$'odd "name"\t\\ \xff.SAFE'
cp -r "$P" "$odd"
: >"$(image "$odd" B02)"
for call in "run $P -o j1 $OPTIONS -v" "run nothing -o j2" "run $P -o j2 --size 0" "info $P -v" "info nothing" "decode $P -o j3 -v" "verify out -v" "verify nothing" \
    "label out --cvat nothing" "run $P -o j4 --memory 1M" "run $P -o out --size 256" "run @nothing -o j5"; do
    # shellcheck disable=SC2086
    timeout 60 "$SUBSCENE" $call --log-format json >"$OUT" 2>"$ERR"
    check_events True
    [ -s "$ERR" ] || [ "${call%% *}" = verify ] || fail "$call says nothing"
done
expect_exit 3 "$SUBSCENE" run "$odd" -o j6 $OPTIONS --log-format json --status odd_st
check_events 'of("product_start")[0]["path"] == "odd \"name\"\t\\ \ufffd.SAFE"'
finish
