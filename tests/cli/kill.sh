# Killed or stopped at any moment, then run again: the bytes of a run that nobody disturbed.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 1110 --jp2-tile 256,160,48 --nodata none
OPTIONS="-b B01,B02,B03,B04,B05,B8A --size 128 --deflate 6 -j 2 --png"

began=$(now_ms)
expect_exit 0 "$SUBSCENE" run "$P" -o clean $OPTIONS
duration=$(($(now_ms) - began))
echo "a run takes $duration ms"
moments=10
[ -z "$SANITIZE" ] || moments=4
RANDOM=20220125 # the same moments in every run of this test, as shares of the duration

# disturb SIGNALS SHARE [PREFIX…]: starts a run into a fresh folder (behind the prefix: env …), sends the signals (TERM, or several: "HUP HUP") after SHARE thousandths of the
# duration. Sets `status`.
disturb()
{
    local child sent tick signal signals=$1 share=$2
    shift 2
    rm -rf out
    "$@" "$SUBSCENE" run "$P" -o out $OPTIONS >"$OUT" 2>"$ERR" &
    child=$!
    nap $((duration * share / 1000))
    for signal in $signals; do kill "-$signal" $child 2>/dev/null && sleep 0.01; done
    sent=$(now_ms)
    for ((tick = 0; tick < 50; tick++)); do
        kill -0 $child 2>/dev/null || break
        sleep 0.1
    done
    [ $tick -lt 50 ] || { fail "$signals at $share/1000: still running after 5 s" && kill -9 $child; }
    status=0
    wait $child 2>/dev/null || status=$?
    check_clean_stderr
    echo "$signals at $share/1000 of the run: exit $status, $(count_nc out 2>/dev/null) of $(count_nc clean) subscenes, $(($(now_ms) - sent)) ms"
}

finish_run() # what is left, made
{
    rm -rf before
    [ -d out ] && cp -r out before
    expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS
    no_temporaries out
    same_tree clean out "$1"
}

# at ten moments that cover the run, at four of a slow one under a sanitizer; where it was over before the signal came, the next ones come sooner
hits=0 sooner=$((950 / moments))
for ((i = 0; i < moments || (hits < moments / 2 && i < 40); i++)); do
    disturb KILL $((i % moments * sooner + RANDOM % sooner))
    [ $status = 137 ] && hits=$((hits + 1)) || sooner=$((sooner * 9 / 10 + 1))
    [ $status = 137 ] || expect_equal $status 0 "exit of a run that was done before kill -9"
    [ -z "$(find out -name '*.nc' ! -name '.*' 2>/dev/null)" ] || expect_whole out
    finish_run "kill -9 and run again"
done
[ $hits -ge $((moments / 2)) ] || fail "only $hits of $i runs were there to be killed"

stopped_well() # stopped_well STATUS
{
    if [ $status = 0 ]; then # done before the signal came
        same_tree clean out "a run that was done before the signal"
        return
    fi
    hits=$((hits + 1))
    expect_equal $status "$1" "exit after the signal"
    [ -d out ] || return
    no_temporaries out
    if [ "$(count_nc out)" -gt 0 ]; then
        expect_exit 0 "$SUBSCENE" verify out -q # whole, and the manifest knows all of them
        expect_empty "$OUT"
    fi
}

hits=0 sooner=$((950 / moments))
for ((i = 0; i < moments || (hits < moments / 2 && i < 40); i++)); do
    disturb TERM $((i % moments * sooner + RANDOM % sooner))
    stopped_well 143
    [ $status = 143 ] || sooner=$((sooner * 9 / 10 + 1))
    finish_run "SIGTERM and run again"
done
[ $hits -ge $((moments / 2)) ] || fail "only $hits of $i runs were there to be stopped"
set -m # a background job of a script ignores SIGINT; with job control it does not
for share in 300 600; do
    disturb INT $share
    stopped_well 130
    finish_run "SIGINT and run again"
done
set +m

# a closed terminal: the shell and the system both tell of it, so more than one SIGHUP is no more than one
hits=0 sooner=95
for ((i = 0; i < 3 || (hits < 2 && i < 20); i++)); do
    disturb "HUP HUP HUP" $(((i % 3 * 3 + 1) * sooner)) env --default-signal=HUP
    stopped_well 129
    [ $status = 129 ] || sooner=$((sooner * 9 / 10 + 1))
    finish_run "SIGHUP and run again"
done
[ $hits -ge 2 ] || fail "only $hits of $i runs were there to be hung up"
disturb "HUP HUP" 300 nohup
expect_equal $status 0 "exit of a run under nohup"
same_tree clean out "a run under nohup"

# the first signal says why it stops, whatever comes after it
disturb "HUP TERM" 300 env --default-signal=HUP
[ $status = 0 ] || expect_equal $status 129 "exit after SIGHUP and SIGTERM"
finish_run "SIGHUP, SIGTERM and run again"

# the terminal itself goes, and with it stdout and stderr: hangup SECONDS COMMAND…; exits with the command's status
cat >hangup.py <<'END'
import os, pty, signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
os.set_blocking(terminal, False)
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    try:
        os.read(terminal, 65536)
    except OSError:
        pass
    time.sleep(0.01)
os.close(terminal)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)
END
rm -rf out
status=0
timeout 60 python3 hangup.py "$(awk -v ms=$duration 'BEGIN { print ms * 0.4 / 1000 }')" \
    "$SUBSCENE" run "$P" -o out $OPTIONS --progress always || status=$?
if [ $status = 255 ]; then # on a busy machine: killed before the program could listen for the signal
    expect_absent out
else
    stopped_well 129
fi
finish_run "a closed terminal and run again"

# by its other name
env --default-signal=HUP "${SUBSCENE%/*}/cm_vsm" -d "$P" -b B01,B02,B03,B04,B05,B8A -S 128 -O compat --png >"$OUT" 2>"$ERR" &
child=$!
nap $((duration / 2))
kill -HUP $child 2>/dev/null
status=0
wait $child || status=$?
[ $status = 0 ] || expect_equal $status 129 "exit of cm_vsm after SIGHUP"
no_temporaries compat

# stopped during --overwrite, killed, and again: what the new parameters made is there in the end
rm -rf out
expect_exit 0 "$SUBSCENE" run "$P" -o out -b B01 --size 256
"$SUBSCENE" run "$P" -o out $OPTIONS --overwrite >"$OUT" 2>"$ERR" &
child=$!
nap $((duration / 2))
kill -9 $child 2>/dev/null
wait $child 2>/dev/null
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS --overwrite
same_tree clean out "--overwrite killed and run again"

# several products: a signal ends the whole list
product Q --size 1110 --jp2-tile 256,160,48 --sensing 20200717T221941
rm -rf out
"$SUBSCENE" run "$P" "$Q" -o out $OPTIONS >"$OUT" 2>"$ERR" &
child=$!
nap $((duration / 2))
kill -TERM $child
status=0
wait $child || status=$?
expect_equal $status 143 "exit of a list that was stopped"
no_temporaries out

# waiting for a list on stdin is no reason to stay
mkfifo list
exec 9<>list # a writer that stays silent
"$SUBSCENE" run @- -o out2 $OPTIONS <list >"$OUT" 2>"$ERR" &
child=$!
sleep 0.5
kill -TERM $child
for ((tick = 0; tick < 50; tick++)); do
    kill -0 $child 2>/dev/null || break
    sleep 0.1
done
[ $tick -lt 50 ] || { fail "SIGTERM while it waits for @-: still running after 5 s" && kill -9 $child; }
wait $child 2>/dev/null
finish
