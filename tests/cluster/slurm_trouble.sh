# What goes wrong on a cluster: jobs cancelled, out of time, out of memory, on nodes that die or stand still. After the next round the
# folder is that of a plain run, byte for byte.
source "$(dirname "$0")/../cli/lib.sh" || exit 1
source "$(dirname "$0")/lab.sh" || exit 1
source "$(dirname "$0")/lists.sh" || exit 1
OPTIONS="-b B05,B8A,B11 --size 256 --engine direct --lobes 64 --deflate 9 --lock-timeout 5"

# One product that takes long enough to be disturbed.
product P --size 3960 --bands B05,B8A,B11 --scene texture
lab_up
LIST=$TMP/products.txt
echo "$P" >"$LIST"
began=$SECONDS
run_plain
echo "a plain run takes $((SECONDS - began)) s, $(count_nc plain) subscenes"

# begin NAME SUBMIT OPTIONS...: a job into folder NAME, until it has made some subscenes. Sets JOB and PID.
begin()
{
    local name=$1 tick
    shift
    # shellcheck disable=SC2086 # a list of words
    expect_submit 0 "$LIST" -o "$name" --cpus 1 "$@" -- $OPTIONS
    JOB=$(head -n 1 "$OUT")
    for ((tick = 0; tick < 300; tick++)); do
        [ -d "$name" ] && [ "$(count_nc "$name")" -ge 5 ] && break
        sleep 0.1
    done
    PID=$(pid_of "$JOB")
    [ -n "$PID" ] || fail "$name: job $JOB does not run: $(job_field "$JOB" JobState)"
}

# The program in a job; the job's own id is in its environment.
pid_of()
{
    local folder
    for folder in /proc/[0-9]*; do
        [ "$(cat "$folder/comm" 2>/dev/null)" = "$(basename "$SUBSCENE")" ] || continue
        grep -qzxF "SLURM_ARRAY_JOB_ID=$1" "$folder/environ" 2>/dev/null && grep -qzxF "SLURM_CONF=$SLURM_CONF" "$folder/environ" &&
            echo "${folder##*/}"
    done
}

node_of() { grep -z '^SLURMD_NODENAME=node' "/proc/$1/environ" | tr -d '\0' | sed 's/.*node//'; }

# report NAME CODE TEXT...: one line of the report on folder NAME
report()
{
    local name=$1 code=$2
    shift 2
    expect_exit "$code" sh "$SOURCE_DIR/config/slurm/subscene-report.sh" "$LIST" --status "$name-status" --retry "$name.txt"
    expect_line "$OUT" "$(name_of "$P")" "$@"
}

# The next round, and what has to be there then.
finish_off()
{
    # shellcheck disable=SC2086 # a list of words
    expect_submit 0 "$1.txt" -o "$1" --cpus 1 -- $OPTIONS
    expect_text "$ERR" "1 products in 1 tasks"
    lab_wait 120 || fail "$1: the next round does not end"
    report "$1" 0 "done"
    same_tree plain "$1" "$1, and another round"
}

# Another round, if the report wants one.
settle()
{
    expect_exit "$([ "$(state "$1")" = done ] && echo 0 || echo 1)" sh "$SOURCE_DIR/config/slurm/subscene-report.sh" "$LIST" \
        --status "$1-status" --retry "$1.txt"
    sed 's/^/    /' "$OUT"
    if [ "$(state "$1")" = done ]; then same_tree plain "$1" "$1"; else finish_off "$1"; fi
}
state() { sed -n 's/.*"state":"\([a-z]*\)".*/\1/p' "$1"-status/S2*.json; }

partly() { [ "$(count_nc "$1")" -ge 5 ] && [ "$(count_nc "$1")" -lt "$(count_nc plain)" ] || fail "$1: $(count_nc "$1") subscenes at its end"; }

# ---- its time is over: begun here, looked at further down; it is kept from being done before ----
begin limit --time 1
LIMIT=$JOB
kill -STOP "$PID"

# ---- cancelled ----
begin cancel
report cancel 1 running "on $(hostname)"
expect_equal "$(cat cancel.txt)" "" "a running product is in the list of the next round"
scancel "$JOB"
lab_wait 30 "$JOB" || fail "a cancelled job does not end"
report cancel 1 stopped 143
partly cancel
no_temporaries cancel
expect_exit 0 "$SUBSCENE" verify cancel -q
finish_off cancel

# ---- out of memory ----
# shellcheck disable=SC2086 # a list of words
expect_submit 0 "$LIST" -o memory --cpus 1 --mem 40M -- $OPTIONS --memory 1G
JOB=$(head -n 1 "$OUT")
lab_wait 60 "$JOB" || fail "a job without memory does not end"
echo "without memory: $(job_field "$JOB" JobState) $(job_field "$JOB" ExitCode)"
report memory 1 crashed "job ${JOB}_1 is gone"
finish_off memory

# a limit that is known is a refusal that says so
# shellcheck disable=SC2086 # a list of words
expect_submit 0 "$LIST" -o refused --cpus 1 --mem 40M -- $OPTIONS
lab_wait 30 "$(head -n 1 "$OUT")" || fail "a refused job does not end"
report refused 1 failed " 2 " "40M" "needs"
expect_equal "$(cat refused.txt)" "" "another try of what is refused"

# ---- its node is gone ----
begin power
node=$(node_of "$PID")
lab_node_kill "$node"
partly power
lab_wait 120 "$JOB" || fail "the job of a dead node does not end: $(job_field "$JOB" JobState)"
report power 0 "done"
expect_equal "$(job_field "$JOB" Restarts)" 1 "restarts"
same_tree plain power "a node that died"
expect_text "$(ls power-logs/round.1/1/*.log)" "taken over"
lab_node_up "$node"

# ---- its node stands still, the job begins on another one, and then the first wakes up ----
begin frozen
first=$PID node=$(node_of "$PID")
lab_signal STOP "$node"
kill -STOP "$first"
partly frozen
for ((tick = 0; tick < 900; tick++)); do
    [ "$(pid_of "$JOB" | wc -l)" -ge 2 ] && break
    sleep 0.1
done
expect_equal "$(pid_of "$JOB" | wc -l)" 2 "processes of one task"
lab_wait 60 "$JOB" || fail "the job of a node that stands still does not end: $(job_field "$JOB" JobState)"
report frozen 0 "done"
same_tree plain frozen "made on another node"
kill -CONT "$first"
for ((tick = 0; tick < 100; tick++)); do
    [ "$(pid_of "$JOB" | wc -l)" -ge 1 ] || break
    sleep 0.1
done
expect_equal "$(pid_of "$JOB")" "" "the first process, when it has been awake for 10 s"
lab_signal CONT "$node"
same_tree plain frozen "after the first one woke up"
no_temporaries frozen
# the last word in the status file may be that of the first process: that it lost the lock. Then another round has nothing to make.
expect_text "$(ls frozen-logs/round.1/1/*.log)" "another process took it over"
settle frozen

# ---- the same, and the first goes on all the time: the second finds the lock held, and gives up ----
begin twice
first=$PID node=$(node_of "$PID")
lab_signal STOP "$node"
slowly() # one part in ten of the time
{
    while kill -STOP "$1" 2>/dev/null; do
        sleep 0.9
        kill -CONT "$1" 2>/dev/null
        sleep 0.1
    done
}
slowly "$first" &
slow=$!
lab_wait 120 "$JOB" || fail "the job of a node that stands still does not end: $(job_field "$JOB" JobState)"
expect_equal "$(job_field "$JOB" ExitCode)" 75:0 "exit code of the second one"
[ -d "/proc/$first" ] || fail "the first process was done before"
kill "$slow" && wait "$slow" 2>/dev/null
kill -CONT "$first"
lab_signal CONT "$node"
for ((tick = 0; tick < 400; tick++)); do
    [ -d "/proc/$first" ] || break
    sleep 0.1
done
settle twice

# ---- the one whose time was over ----
lab_wait 90 "$LIMIT" || fail "a job does not end at its time limit: $(job_field "$LIMIT" JobState)"
echo "its time is over: $(job_field "$LIMIT" JobState), exit code $(job_field "$LIMIT" ExitCode)"
expect_equal "$(job_field "$LIMIT" JobState)" TIMEOUT "state of a job whose time is over"
report limit 1 stopped 143
partly limit
no_temporaries limit
finish_off limit
finish
