#!/bin/sh
# Builds the fuzz targets with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, and runs them.
#   sh tests/fuzz/run.sh [SECONDS] [TARGET...]   every target (default: all) for so long (default: 60)
#   sh tests/fuzz/run.sh --merge [TARGET...]     drops grown inputs that add no coverage to tests/fuzz/corpus
#   sh tests/fuzz/run.sh --list                  names the targets
# SEED=N in the environment repeats a run; JOBS=N runs N targets at the same time (default: 1).
# New inputs are kept in build/fuzz/grown/TARGET, and the next run begins with them. Inputs that show a fault are kept
# in build/fuzz/findings. Ends with a report; the exit code is 0 only if there is no finding.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
build=$root/build/fuzz
programs=$build/tests/fuzz
corpus=$root/tests/fuzz/corpus
grown=$build/grown
findings=$build/findings
logs=$build/fuzz-logs
most_findings=5 # of one target in one run

fail()
{
    printf 'fuzz: %s\n' "$*" >&2
    exit 2
}

is_number()
{
    case $1 in '' | *[!0-9]*) return 1 ;; esac
}

# The last number behind `word:` in a log of libFuzzer; 0 where there is none.
last_number() { # word log
    sed -nE "s/(^|.*[[:space:]])$1: *([0-9]+).*/\2/p" "$2" | tail -n 1 | grep . || echo 0
}

# Fuzzes one target until its time is over. libFuzzer ends with the first finding: then it is started again.
fuzz_one() # target seconds
{
    target=$1 seconds=$2 seed=$SEED found=0 executions=0 cpu=0
    log=$logs/$target
    list=$logs/$target.findings
    mkdir -p "$grown/$target"
    : >"$log.all"
    : >"$list"
    dictionary=$root/tests/fuzz/dictionaries/$target
    [ -f "$dictionary" ] || dictionary=
    begin=$(date +%s)
    left=$seconds
    while [ "$left" -gt 0 ] && [ "$found" -lt "$most_findings" ]; do
        status=0
        /usr/bin/time -f '%U %S' -o "$log.cpu" "$programs/fuzz_$target" -max_total_time="$left" -seed="$seed" \
            -timeout=60 -print_final_stats=1 ${dictionary:+"-dict=$dictionary"} -artifact_prefix="$findings/$target-" \
            "$grown/$target" "$corpus/$target" >"$log" 2>&1 </dev/null || status=$?
        cat "$log" >>"$log.all"
        executions=$((executions + $(last_number 'stat::number_of_executed_units' "$log")))
        cpu=$(tail -n 1 "$log.cpu" | awk -v sum="$cpu" '{ printf "%.0f", sum + $1 + $2 }')
        left=$((seconds - $(date +%s) + begin))
        if [ "$status" -ne 0 ]; then
            found=$((found + 1))
            {
                grep -m 1 -E 'ERROR: |runtime error: |deadly signal' "$log" || echo "exit code $status"
                sed -n 's/.*Test unit written to /    /p' "$log" | tail -n 1
            } >>"$list"
        fi
        seed=$((seed + 1))
    done
    took=$(($(date +%s) - begin))
    [ "$took" -gt 0 ] || took=1
    inputs=$(find "$grown/$target" -type f | wc -l)
    seeds=$(find "$corpus/$target" -type f 2>/dev/null | wc -l)
    printf '%-12s %10d %8d %6d %6d %7d %5d %6d %4d\n' "$target" "$executions" $((executions / took)) \
        "$(last_number cov "$log.all")" "$(last_number ft "$log.all")" "$inputs" "$seeds" "$cpu" "$found" \
        >"$logs/$target.report"
}

# Keeps those grown inputs that have coverage which neither the corpus nor another one has.
merge_one() # target
{
    target=$1
    kept=$build/kept/$target
    rm -rf "$kept"
    mkdir -p "$kept" "$grown/$target"
    cp "$corpus/$target"/* "$kept/"
    before=$(find "$grown/$target" -type f | wc -l)
    "$programs/fuzz_$target" -merge=1 "$kept" "$grown/$target" >"$logs/$target.merge" 2>&1 </dev/null ||
        fail "$target: cannot merge; see $logs/$target.merge"
    for file in "$corpus/$target"/*; do
        rm -f "$kept/${file##*/}"
    done
    rm -rf "${grown:?}/$target"
    mv "$kept" "$grown/$target"
    printf '%-12s %6d inputs, %d kept\n' "$target" "$before" "$(find "$grown/$target" -type f | wc -l)"
}

merge=no
case ${1:-} in
-h | --help)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
--one) # what this program calls itself for
    fuzz_one "$2" "$3"
    exit 0
    ;;
--merge)
    merge=yes
    shift
    ;;
--list)
    ;;
-*) fail "unknown option $1; see --help" ;;
esac

sh "$root/config/install_packages.sh" tests
TARGETS=fuzz_programs sh "$root/config/build.sh" fuzz --preset fuzz >&2
if [ "${1:-}" = --list ]; then
    cat "$programs/targets"
    exit 0
fi
seconds=60
if [ "$merge" = no ] && is_number "${1:-}"; then
    seconds=$1
    shift
fi
for target; do
    grep -qxF -- "$target" "$programs/targets" || fail "there is no target '$target'; --list names them"
done
# shellcheck disable=SC2046  # a list of words
[ $# -gt 0 ] || set -- $(cat "$programs/targets")
mkdir -p "$logs" "$findings"

if [ "$merge" = yes ]; then
    for target; do
        merge_one "$target"
    done
    exit 0
fi

SEED=${SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
is_number "$SEED" || fail "SEED=$SEED is no number"
is_number "${JOBS:-1}" || fail "JOBS=$JOBS is no number"
export SEED
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
printf 'fuzz: %d targets, %s seconds each, SEED=%s\n' $# "$seconds" "$SEED" >&2
for target; do
    rm -f "$logs/$target.report"
done
printf '%s\n' "$@" | xargs -P "${JOBS:-1}" -I '{}' sh "$0" --one '{}' "$seconds"

# ---- report ----
printf '%-12s %10s %8s %6s %6s %7s %5s %6s %4s\n' target executions "per s" edges feat. grown seeds "CPU s" find.
status=0
for target; do
    [ -f "$logs/$target.report" ] || fail "$target: did not run"
    cat "$logs/$target.report"
done
for target; do
    if [ -s "$logs/$target.findings" ]; then
        status=1
        printf '\n%s:\n' "$target"
        cat "$logs/$target.findings"
        printf '  again: build/fuzz/tests/fuzz/fuzz_%s FILE\n' "$target"
    fi
done
exit $status
