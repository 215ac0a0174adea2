# Two processes on one product: one makes it, the other says who does (75) or finds all done; a lock whose owner is gone or silent is taken over; an owner that only
# stood still finds out and spoils nothing. Always the bytes of a clean run.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 1110 --jp2-tile 256,160,48 --bands B01,B02,B03,B04,B05,B8A --nodata none
OPTIONS="-b B01,B02,B03,B04,B05,B8A --size 128 --deflate 6 -j 2"
began=$(now_ms)
expect_exit 0 "$SUBSCENE" run "$P" -o clean $OPTIONS
duration=$(($(now_ms) - began))
FOLDER=$(folder_of clean) FOLDER=${FOLDER#clean/}
LOCK=out/$FOLDER/.subscene.lock
[ -z "$(find clean -name '*lock*')" ] || fail "a run leaves its lock"

start() { "$SUBSCENE" run "$P" -o out $OPTIONS --lock-timeout "${TIMEOUT:-120}" >"$1.out" 2>"$1.err" & } # start NAME: its number is $!
until_there() # FILE: waits for it, 20 s at most
{
    local i
    for ((i = 0; i < 2000; i++)); do [ -e "$1" ] && return; sleep 0.01; done
    fail "$1 does not come"
}
# at_work PREPARE: after PREPARE, a run that was met with its lock and stands still; its number is $a. However busy the machine is, it is not done before it is looked at.
at_work()
{
    local i k
    for ((i = 0; i < 50; i++)); do
        $1
        start a
        a=$!
        for ((k = 0; k < 4000; k++)); do
            if [ -e "$LOCK" ] || ! kill -0 $a 2>/dev/null; then break; fi
            sleep 0.005
        done
        kill -STOP $a 2>/dev/null && sleep 0.05 && [ -e "$LOCK" ] && return
        kill -CONT $a 2>/dev/null
        wait $a
    done
    fail "no run is met at work"
}
from_nothing() { rm -rf out; }
one_left() { rm -f "out/$FOLDER/tile_1_1.nc"; }

# ---- two at once, ten times, under a sanitizer five; more often where few of them met, as on a machine that does other things too ----
pairs=10
[ -z "$SANITIZE" ] || pairs=5
RANDOM=20220125
busy=0 sooner=1000 # where the first was done before the second came, the next ones come sooner
for ((i = 0; i < pairs || (busy < 3 && i < 40); i++)); do
    rm -rf out
    start a
    a=$!
    nap $((RANDOM % (duration * sooner / 1000 + 1)))
    before=$busy
    start b
    b=$!
    status_a=0 status_b=0
    wait $a || status_a=$?
    wait $b || status_b=$?
    echo "$i: exit $status_a and $status_b"
    for one in a b; do
        status=status_$one
        case ${!status} in
        0) ;;
        75)
            busy=$((busy + 1))
            expect_line $one.err "error: " "out/$FOLDER: is being made by $(uname -n) pid " "since 20"
            ;;
        *) fail "exit ${!status}: $(cat $one.err)" ;;
        esac
    done
    [ $busy -gt $before ] || sooner=$((sooner * 8 / 10 + 1))
    [ $status_a = 0 ] || [ $status_b = 0 ] || fail "neither made it"
    same_tree clean out "two processes at once"
done
[ $busy -ge 3 ] || fail "only $busy of $i found the other at work"

# ---- of elsewhere: while it is renewed it holds ----
rm -rf out && cp -r clean out && rm "out/$FOLDER/tile_1_1.nc"
foreign_lock "out/$FOLDER" 10
sha_tree out >before
expect_exit 75 "$SUBSCENE" run "$P" -o out $OPTIONS
expect_line "$ERR" "error: " "out/$FOLDER: is being made by elsewhere pid 4711, job 12_3 since 2026-01-01T00:00:00Z"
expect_exit 75 "$SUBSCENE" run "$P" -o out $OPTIONS --overwrite
sha_tree out | diff before - >difference || fail "refused, but writes: $(head -3 difference)"
cp -r "$P" broken.SAFE && : >"$(image broken.SAFE B05)"
expect_exit 75 "$SUBSCENE" run broken.SAFE "$P" -o out $OPTIONS # worth a retry
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS --dry-run
sha_tree out | diff before - >difference || fail "--dry-run writes: $(head -3 difference)"
cp -r clean whole
foreign_lock "whole/$FOLDER" 1
sha_tree whole >before
expect_exit 0 "$SUBSCENE" run "$P" -o whole $OPTIONS # nothing to do needs no lock
expect_exit 0 "$SUBSCENE" verify whole -q
sha_tree whole | diff before - >difference || fail "a lock in the way of reading: $(head -3 difference)"

# ---- of elsewhere, and silent: taken over, with what it wrote aside ----
foreign_lock "out/$FOLDER" 130
for left in .tile_1_1.nc.part-ffffffff-4711 .manifest.csv.part-ffffffff-4711 .tile_0_0.nc.part-12 ..subscene.lock.part-eeeeeeee-1; do
    echo x >"out/$FOLDER/$left"
done
touch "out/$FOLDER/.subscene.lock.taking" "out/$FOLDER/.notes.txt"
expect_exit 75 "$SUBSCENE" run "$P" -o out $OPTIONS # somebody else is taking it over just now
touch -d "200 seconds ago" "out/$FOLDER/.subscene.lock.taking"
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS
expect_line "$ERR" "warning: " "$LOCK: taken over: elsewhere pid 4711, job 12_3, at work since" "has not renewed it for 13"
rm "out/$FOLDER/.notes.txt" || fail "a file that is no part was removed"
same_tree clean out "taken over from elsewhere"

# ---- killed: taken over at once, also when nothing was left to do ----
SLURM_JOB_ID=10 SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=3 at_work from_nothing
expect_exit 75 "$SUBSCENE" run "$P" -o out $OPTIONS
expect_line "$ERR" "is being made by $(uname -n) pid $a, job 7_3 since"
kill -9 $a
wait $a 2>/dev/null
[ -e "$LOCK" ] || fail "kill -9 leaves no lock"
expect_text "$LOCK" '"host":"'"$(uname -n)"'"' '"pid":'$a
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS
expect_line "$ERR" "warning: " "taken over: $(uname -n) pid $a, job 7_3, at work since" "is gone"
same_tree clean out "killed, and taken over"
at_work one_left
kill -9 $a
wait $a 2>/dev/null
cp "clean/$FOLDER/tile_1_1.nc" "clean/$FOLDER/manifest.csv" "out/$FOLDER"
[ -e "$LOCK" ] || fail "kill -9 leaves no lock"
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS
same_tree clean out "the lock of a killed run goes, though nothing is left to do"

# ---- stopped by a signal: no lock stays ----
at_work from_nothing
kill -TERM $a
kill -CONT $a
status=0
wait $a || status=$?
expect_equal $status 143 "SIGTERM"
expect_absent "$LOCK"

# ---- split brain: the owner stands still, another one takes over and finishes, the owner goes on ----
lost=0 sooner=200
for ((i = 0; i < 5 || (lost < 3 && i < 20); i++)); do
    share=$((i % 5 * sooner))
    rm -rf out
    TIMEOUT=2 start a
    a=$!
    until_there "$LOCK"
    nap $((duration * share / 1000))
    kill -STOP $a 2>/dev/null
    sleep 2.6
    expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS --lock-timeout 2
    same_tree clean out "taken over from one that stands still"
    sha_tree out >before
    kill -CONT $a 2>/dev/null
    status=0
    wait $a || status=$?
    echo "stopped at $share/1000: exit $status"
    case $status in
    0) sooner=$((sooner * 7 / 10)) ;; # done before it was stopped
    75)
        lost=$((lost + 1))
        expect_line a.err "error: " "$LOCK" "another process took it over"
        ;;
    *) fail "exit $status: $(cat a.err)" ;;
    esac
    sha_tree out | diff before - >difference || fail "the old owner changes the tree: $(head -3 difference)"
done
[ $lost -ge 3 ] || fail "only $lost of $i were stopped at work"

# the other one is still at work when the owner goes on: only one of them writes
rm -rf out
TIMEOUT=2 start a
a=$!
until_there "$LOCK"
kill -STOP $a
sleep 2.6
TIMEOUT=2 start b
b=$!
for ((i = 0; i < 2000; i++)); do grep -q "\"pid\":$b," "$LOCK" 2>/dev/null && break; sleep 0.01; done
kill -CONT $a
status_a=0 status_b=0
wait $a || status_a=$?
wait $b || status_b=$?
expect_equal "$status_a $status_b" "75 0" "the old owner and the new one"
expect_line a.err "error: " "$LOCK" "aken over by $(uname -n) pid $b"
same_tree clean out "both at work"

# ---- several products in one folder: each has a lock of its own ----
product Q --size 1110 --jp2-tile 256,160,48 --bands B01,B02,B03,B04,B05,B8A --nodata none --sensing 20200717T221941
SHARED="$OPTIONS --layout {product}_{x}_{y}.nc"
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o clean2 $SHARED
"$SUBSCENE" run "$P" -o out2 $SHARED >a.out 2>a.err &
a=$!
"$SUBSCENE" run "$Q" -o out2 $SHARED >b.out 2>b.err &
b=$!
wait $a || fail "P: $(cat a.err)"
wait $b || fail "Q: $(cat b.err)"
same_tree clean2 out2 "two products at once in one folder"
P_NAME=$(basename "$P" .SAFE) Q_NAME=$(basename "$Q" .SAFE)
rm "out2/${P_NAME}_1_1.nc" "out2/${Q_NAME}_1_1.nc"
foreign_lock out2 1
mv out2/.subscene.lock "out2/.$Q_NAME.subscene.lock"
echo x >"out2/.${Q_NAME}_1_1.nc.part-ffffffff-4711"
expect_exit 0 "$SUBSCENE" run "$P" -o out2 $SHARED
expect_exit 75 "$SUBSCENE" run "$Q" -o out2 $SHARED
[ -e "out2/.${Q_NAME}_1_1.nc.part-ffffffff-4711" ] || fail "what the owner of another product's lock wrote aside is gone"
touch -d "200 seconds ago" "out2/.$Q_NAME.subscene.lock"
expect_exit 0 "$SUBSCENE" run "$Q" -o out2 $SHARED
same_tree clean2 out2 "locks in one folder"

# ---- write and label hold the folder too ----
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B01,B05
expect_exit 0 "$SUBSCENE" resample d/B01.nc d/B05.nc -o r -q
expect_exit 0 "$SUBSCENE" cut r/B01.nc r/B05.nc -o t -q --size 256
expect_exit 0 "$SUBSCENE" write t/*.nc -o written -q
[ -z "$(find written -name '*lock*')" ] || fail "write leaves its lock"
rm "written/$FOLDER/tile_1_1.nc"
foreign_lock "written/$FOLDER" 1
sha_tree written >before
expect_exit 75 "$SUBSCENE" write t/*.nc -o written
expect_line "$ERR" "error: " "is being made by elsewhere pid 4711"
box='<box label="cloud" xtl="0" ytl="0" xbr="9" ybr="9" z_order="0"></box>'
images=$(for name in tile_0_0 tile_1_0; do echo "<image id=\"0\" name=\"$name.png\" width=\"256\" height=\"256\">$box</image>"; done)
echo "<annotations><version>1.1</version>$images</annotations>" >labels.xml
expect_exit 75 "$SUBSCENE" label written --cvat labels.xml
expect_line "$ERR" "error: " "is being made by elsewhere pid 4711"
sha_tree written | diff before - >difference || fail "refused, but writes: $(head -3 difference)"
touch -d "200 seconds ago" "written/$FOLDER/.subscene.lock"
echo x >"written/$FOLDER/.tile_1_0.nc.part-ffffffff-4711"
expect_exit 0 "$SUBSCENE" label written --cvat labels.xml
expect_line "$ERR" "warning: " "taken over: elsewhere pid 4711"
[ -z "$(find written -name '*lock*')" ] || fail "label leaves its lock"
no_temporaries written
expect_exit 0 "$SUBSCENE" write t/*.nc -o written -q
# where nothing is yet, a run may just have begun
mkdir -p "begun/$FOLDER"
foreign_lock "begun/$FOLDER" 1
expect_exit 75 "$SUBSCENE" label begun --cvat labels.xml
expect_line "$ERR" "error: " "no subscene is there yet" "begun/$FOLDER: is being made by elsewhere pid 4711"
touch -d "200 seconds ago" "begun/$FOLDER/.subscene.lock"
expect_exit 3 "$SUBSCENE" label begun --cvat labels.xml
expect_line "$ERR" "error: " "no subscene found below this folder"
# in a folder of several products the lock is that of the image's product
foreign_lock out2 1
mv out2/.subscene.lock "out2/.$Q_NAME.subscene.lock"
sed "s/tile_\([01]\)_0/${P_NAME}_tile_\1_0/; s/256/128/g" labels.xml >labels_p.xml
sed "s/tile_\([01]\)_0/${Q_NAME}_tile_\1_0/; s/256/128/g" labels.xml >labels_q.xml
expect_exit 0 "$SUBSCENE" label out2 --cvat labels_p.xml
expect_exit 75 "$SUBSCENE" label out2 --cvat labels_q.xml
finish
