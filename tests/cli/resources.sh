# Threads and memory are those that the task was given: CPU affinity, control groups, Slurm's variables; options win.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05
OPTIONS="-b B01,B05 --size 128"
info() { expect_exit 0 "$@" "$SUBSCENE" info "$P" $OPTIONS; } # info [PREFIX...]
line() { sed -n "s/^$1  *//p" "$OUT"; }

# what the machine itself gives is unknown here: only the least counts
info env SLURM_CPUS_PER_TASK=1
expect_equal "$(line threads | cut -d: -f1)" 1 "SLURM_CPUS_PER_TASK"
info env SLURM_CPUS_PER_TASK=100000
own=$(line threads)
info
expect_equal "$(line threads)" "$own" "more CPUs than there are"
info taskset -c "$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')"
expect_equal "$(line threads)" "1: CPU affinity" "one CPU by affinity"
info env SLURM_MEM_PER_NODE=160
expect_equal "$(line ceiling)" "144 MiB: 160 MiB of SLURM_MEM_PER_NODE, less 16 for what a plan cannot count" "SLURM_MEM_PER_NODE"
info env SLURM_CPUS_PER_TASK=2 SLURM_MEM_PER_CPU=80
expect_equal "$(line ceiling)" "144 MiB: 160 MiB of SLURM_MEM_PER_CPU, less 16 for what a plan cannot count" "SLURM_MEM_PER_CPU"
for variable in SLURM_CPUS_PER_TASK SLURM_CPUS_ON_NODE SLURM_MEM_PER_NODE SLURM_MEM_PER_CPU; do
    info env $variable=many
    expect_line "$ERR" "warning: $variable=many: is not a whole number"
    expect_equal "$(line threads)" "$own" "threads with $variable=many"
done
if command -v python3 >/dev/null; then
    expect_exit 0 env SLURM_CPUS_PER_TASK=1 SLURM_MEM_PER_NODE=160 "$SUBSCENE" info "$P" $OPTIONS --json
    python3 - "$OUT" <<'END' || fail "info --json"
import json, sys
info = json.load(open(sys.argv[1]))
assert info["threads"]["count"] == 1, info
assert info["memory_ceiling"] == {"bytes": 144 << 20, "limit_bytes": 160 << 20, "from": "SLURM_MEM_PER_NODE"}, info
END
fi

# a run keeps to it: it shrinks, and below its least it is refused with limit and source
expect_exit 0 "$SUBSCENE" run "$P" -o clean $OPTIONS -j 2
plan() { sed -n 's/.*plan: .* threads, \([0-9]*\) MiB.*/\1/p' "$ERR"; }
expect_exit 0 "$SUBSCENE" run "$P" -o any $OPTIONS -j 2 -v
roomy=$(plan)
least=$("$SUBSCENE" info "$P" $OPTIONS -j 2 --memory 1M | sed -n 's/.*this needs \([0-9]*\)M.*/\1/p')
[ "${least:-0}" -gt 0 ] && [ "$least" -lt "$roomy" ] || fail "the least is ${least:-nothing}, the roomiest $roomy"
expect_exit 0 "$SUBSCENE" info "$P" $OPTIONS -j 2
expect_line "$OUT" least "$least MiB"
expect_exit 2 "$SUBSCENE" run "$P" -o refused $OPTIONS -j 2 --memory $((least - 1))M
expect_line "$ERR" "error: " "--memory $((least - 1))M is too little: this needs ${least}M at least" "each of 2 threads;"
expect_exit 0 env SLURM_MEM_PER_NODE=$((least + 16)) "$SUBSCENE" run "$P" -o tight $OPTIONS -j 2 -v
[ "$(plan)" -le "$least" ] || fail "a plan of $(plan) MiB where $least are left"
same_tree clean tight "a ceiling by SLURM_MEM_PER_NODE"
for command in "run $P -o refused $OPTIONS" "decode $P -b B01,B05 -o refused"; do
    # shellcheck disable=SC2086
    expect_exit 2 env SLURM_MEM_PER_NODE=20 "$SUBSCENE" $command -j 2
    expect_line "$ERR" "the memory limit of 20M in SLURM_MEM_PER_NODE, 4M of it for the plan, is too little: this needs " "M at least"
    expect_absent refused
done
expect_exit 0 env SLURM_MEM_PER_NODE=20 "$SUBSCENE" run "$P" -o given $OPTIONS -j 2 --memory 1G
same_tree clean given "--memory against SLURM_MEM_PER_NODE"

# a real control group, where one can be made: version 1 or 2
group= limit=
for file in memory/memory.limit_in_bytes memory.max; do
    at=/sys/fs/cgroup/$(dirname $file)/subscene-test-$$
    [ -z "$group" ] && [ "$(id -u)" = 0 ] && mkdir "$at" 2>/dev/null || continue
    limit=$at/${file#*/} group=$at
    echo $((200 << 20)) 2>/dev/null >"$limit" || { rmdir "$at" && group=; }
done
if [ -n "$group" ]; then
    in_group() { bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"; }
    in_group "$SUBSCENE" info "$P" $OPTIONS >"$OUT" 2>"$ERR" || fail "info in a control group: $(head -2 "$ERR")"
    expect_equal "$(line ceiling)" "184 MiB: 200 MiB of ${limit/\/.\//\/}, less 16 for what a plan cannot count" "a control group"
    [ -n "$SANITIZE" ] || in_group "$SUBSCENE" run "$P" -o grouped $OPTIONS -q >"$OUT" 2>"$ERR" || fail "run in a control group: $(head -2 "$ERR")"
    [ -n "$SANITIZE" ] || same_tree clean grouped "run in a control group"
    rmdir "$group"
else
    skip_part "no control group can be made here"
fi
finish
