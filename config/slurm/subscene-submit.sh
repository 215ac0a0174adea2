#!/bin/sh
# Submits a list of products to Slurm, one array task a product; prints the job ids.
#   subscene-submit.sh LIST -o OUT [options] [-- OPTIONS OF subscene run]
#     -o, --output DIR   output folder of the subscenes (required)
#     --cpus N           CPUs of a task (2)
#     --mem M            memory of a task, in sbatch's format; default: a margin more than the largest plan (subscene info) of the
#                        first, the middle and the last product
#     --time T           time limit of a product, in sbatch's format; default: the partition's
#     --per-task N       products in a task, one after the other (1); its time limit is N × --time
#     --partition P      Slurm partition
#     --max-running N    at most N tasks at a time
#     --status DIR       status files (OUT-status)
#     --logs DIR         job script, lists and logs (OUT-logs)
#     --all              also products that are done
#     --dry-run          only print what would be submitted; needs no Slurm
# LIST has one product a line; empty lines and lines that begin with # are ignored. Products that are running, or done with the same
# options, are left out. For the others subscene skips finished files. Set account, QOS and so on with sbatch's SBATCH_... variables.
# SUBSCENE names the program; default: the one in PATH, or the one that was built here or installed with this script.
# Exit code: 0 submitted, or nothing left to do; 1 Slurm refused; 2 usage; 3 the list, or none of the products, can be read.
set -eu

# memory that a plan cannot count, and that other products of the list may need
headroom_percent=10
# limit for jobs that the site requeues again and again
begins=10

say() { printf 'subscene-submit: %s\n' "$*" >&2; }

fail()
{
    code=$1
    shift
    say "error: $*"
    exit "$code"
}

# As one word for the shell.
quote() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac; }

is_count() { case $1 in '' | *[!0-9]* | 0*) return 1 ;; esac; [ ${#1} -le 7 ]; }

# N times a time in sbatch's format, in minutes, rounded up.
minutes()
{
    printf '%s\n' "$1" | awk -v n="$2" '
    !/^([0-9]+|[0-9]+:[0-9]+(:[0-9]+)?|[0-9]+-[0-9]+(:[0-9]+(:[0-9]+)?)?)$/ { exit 1 }
    {
        days = index($0, "-") ? substr($0, 1, index($0, "-") - 1) : -1
        k = split(substr($0, index($0, "-") + 1), p, ":")
        if (days >= 0) s = days * 86400 + p[1] * 3600 + p[2] * 60 + p[3]
        else if (k == 1) s = p[1] * 60
        else if (k == 2) s = p[1] * 60 + p[2]
        else s = p[1] * 3600 + p[2] * 60 + p[3]
        m = int((s * n + 59) / 60)
        if (m < 1) exit 1
        print m
    }'
}

# differ THERE WANTED: the words that only one of two parameter texts has
differ()
{
    printf '%s\n%s\n' "$1" "$2" | awk '
    function less(a, b,   i, n, w, text) {
        n = split(a, w, " ")
        for (i = 1; i <= n; i++) if (!index(" " b " ", " " w[i] " ")) text = text " " w[i]
        return text == "" ? " nothing more" : text
    }
    { line[NR] = $0 }
    END { printf "there:%s; given:%s\n", less(line[1], line[2]), less(line[2], line[1]) }'
}

# The program that was built where this script is, or installed with it.
beside()
{
    for program in "$here/../../build/release/subscene" "$here/../../../bin/subscene"; do
        if [ -x "$program" ]; then
            printf '%s/subscene' "$(CDPATH='' cd -- "${program%/*}" && pwd -P)"
            return 0
        fi
    done
    return 1
}

# ---- the command line ----
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
list='' output='' cpus=2 memory='' time='' per_task=1 partition='' max_running='' status='' logs='' all='' dry_run=''
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
        exit 0
        ;;
    --)
        shift
        break
        ;;
    --all) all=1 ;;
    --dry-run) dry_run=1 ;;
    -o | --output | --cpus | --mem | --time | --per-task | --partition | --max-running | --status | --logs)
        [ $# -ge 2 ] || fail 2 "$1 needs a value"
        [ -n "$2" ] || fail 2 "$1: is empty"
        case $1 in
        -o | --output) output=$2 ;;
        --cpus) cpus=$2 ;;
        --mem) memory=$2 ;;
        --time) time=$2 ;;
        --per-task) per_task=$2 ;;
        --partition) partition=$2 ;;
        --max-running) max_running=$2 ;;
        --status) status=$2 ;;
        --logs) logs=$2 ;;
        esac
        shift
        ;;
    -*) fail 2 "unknown option $1; --help lists the options; give options of subscene run after --" ;;
    *)
        [ -z "$list" ] || fail 2 "only one list is allowed, not also $1"
        list=$1
        ;;
    esac
    shift
done
[ -n "$list" ] || fail 2 "LIST is missing; see --help"
[ -n "$output" ] || fail 2 "-o OUT is missing: the output folder"
is_count "$cpus" || fail 2 "--cpus $cpus: is not a whole number above 0"
is_count "$per_task" || fail 2 "--per-task $per_task: is not a whole number above 0"
[ -z "$max_running" ] || is_count "$max_running" || fail 2 "--max-running $max_running: is not a whole number above 0"
if [ -n "$time" ]; then
    given=$time
    time=$(minutes "$given" "$per_task") || fail 2 "--time $given: is not a time in sbatch's format"
fi
output=$(absolute "$output")
output=${output%/}
status=$(absolute "${status:-$output-status}")
logs=$(absolute "${logs:-$output-logs}")
case $output$status$logs in *%*) fail 2 "a % in the name of a folder: sbatch would replace it" ;; esac

program=${SUBSCENE:-}
[ -n "$program" ] || program=$(command -v subscene) || program=$(beside) || program=subscene
program=$(absolute "$program")
[ -x "$program" ] || fail 2 "subscene is not in PATH; set SUBSCENE=/path/to/subscene"

# What is left are the options of subscene run. for_run: as words for the shell; for_info: those that info has too; kept: those that
# decide what is made, one a line.
for_run='' for_info='' kept=''
add() # WHAT WORDS...: to the options, unless info does not have them or they change nothing that is made
{
    what=$1
    shift
    for word; do
        for_run="$for_run $(quote "$word")"
        case $what in run) ;; *) for_info="$for_info $(quote "$word")" ;; esac
        case $what in neutral) ;; *) kept="$kept$word
" ;; esac
    done
}
while [ $# -gt 0 ]; do
    case $1 in
    -o | --output | --output=* | --status | --status=* | --shard | --shard=* | --dry-run)
        fail 2 "$1 is set by this script; it cannot be given after --"
        ;;
    --overwrite | --check-input) add run "$1" ;;
    --min-valid=*) add run "$1" ;;
    -q | --quiet | -v | --verbose | --threads=* | --memory=* | --log-format=* | --progress=* | -j?*) add neutral "$1" ;;
    --max-failures=* | --lock-timeout=*) for_run="$for_run $(quote "$1")" ;;
    --min-valid | -j | --threads | --memory | --log-format | --progress | --max-failures | --lock-timeout)
        [ $# -ge 2 ] || fail 2 "$1 needs a value"
        case $1 in
        --min-valid) add run "$1" "$2" ;;
        --max-failures | --lock-timeout) for_run="$for_run $(quote "$1") $(quote "$2")" ;;
        *) add neutral "$1" "$2" ;;
        esac
        shift
        ;;
    *) add both "$1" ;;
    esac
    shift
done

# ---- what is left to do ----
[ -n "$dry_run" ] || command -v sbatch >/dev/null || fail 1 "sbatch is not installed"
command -v python3 >/dev/null || fail 1 "python3 is not installed"
work=$(mktemp -d "${TMPDIR:-/tmp}/subscene-submit.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# info ARGUMENT...: with as many CPUs as the task will have, and as much memory as it wants (the user's own options win)
info()
{
    eval "env -u SLURM_CPUS_PER_TASK -u SLURM_MEM_PER_NODE -u SLURM_MEM_PER_CPU \"\$program\" info --json -j $cpus --memory 1024G \
$for_info -- \"\$@\""
}

[ -r "$list" ] || fail 3 "list $list: cannot be read"
{ sed 's/^[[:space:]]*//; s/[[:space:]]*$//' "$list" | grep -v -e '^#' -e '^$' || true; } >"$work/all"
listed=$(($(wc -l <"$work/all")))
[ "$listed" -gt 0 ] || fail 3 "list $list: names no product"
printf '%s' "$kept" >"$work/options"
if [ -f "$status/options" ] && ! cmp -s "$status/options" "$work/options"; then
    fail 2 "$status: belongs to other options; give another --status, or remove it"
fi

# The first, the middle and the last product. A product that cannot be read is reported by its task, not by this script.
asked='' planned=0
for line in 1 $(((listed + 1) / 2)) "$listed"; do
    product=$(sed -n "${line}p" "$work/all")
    code=0
    info "$product" >"$work/info" 2>"$work/error" || code=$?
    if [ "$code" -eq 2 ]; then
        cat "$work/error" >&2
        exit 2
    fi
    [ "$code" -eq 0 ] || continue
    bytes=$(sed -n 's/.*"total_bytes":\([0-9]*\).*/\1/p' "$work/info")
    [ "${bytes:-0}" -le "$planned" ] || planned=$bytes
    asked=$(sed -n 's/.*"options":"\([^"]*\)".*/\1/p' "$work/info")
done
# Finds the first status file, made by run --status, that belongs to other options.
if [ -n "$asked" ] && [ -d "$status" ]; then
    find "$status" -maxdepth 1 -type f -name '*.json' -exec grep -H -o '"options":"[^"]*"' {} + |
        grep -v -F -e ":\"options\":\"$asked\"" >"$work/others" || true
    if [ -s "$work/others" ]; then
        there=$(sed -n '1s/.*:"options":"\(.*\)"$/\1/p' "$work/others")
        fail 2 "$(sed -n '1s/:"options":".*//p' "$work/others"): belongs to other options ($(differ "$there" "$asked")); \
give another --status, or remove $status"
    fi
fi

if [ -z "$memory" ]; then
    if [ "$planned" -eq 0 ]; then
        cat "$work/error" >&2
        fail 3 "no plan for the first, the middle or the last product; give the memory of a task with --mem"
    fi
    # a sixteenth of its memory, and at least 16 MiB, are what subscene leaves alone
    mib=$((planned / 1048576 + 1))
    memory=$(((mib * (100 + headroom_percent) / 100) * 16 / 15 + 17))M
fi

# Checks the options here, so that a wrong one is one message and not one per task.
code=0
eval "\"\$program\" run --dry-run -q -o \"\$output\" $for_run -- \"\$product\"" >/dev/null 2>"$work/error" || code=$?
if [ "$code" -eq 2 ]; then
    cat "$work/error" >&2
    exit 2
fi

cp "$work/all" "$work/todo"
if [ -z "$all" ] && [ -d "$status" ]; then
    set -- "$work/all" --status "$status" --retry "$work/todo" --all
    [ -z "$asked" ] || set -- "$@" --options "$asked"
    code=0
    sh "$here/subscene-report.sh" "$@" >"$work/report" || code=$?
    [ "$code" -le 1 ] || exit "$code"
fi
products=$(($(wc -l <"$work/todo")))
say "$listed products, $((listed - products)) of them done or under way"
[ "$products" -gt 0 ] || exit 0

# ---- arrays ----
if [ -n "$dry_run" ]; then
    # what Slurm has by default
    if ! timeout 10 scontrol show config >"$work/config" 2>/dev/null; then
        printf '%s\n' "MaxArraySize = 1001" "MaxJobCount = 10000" >"$work/config"
        say "scontrol does not answer: MaxArraySize 1001 and MaxJobCount 10000 are assumed"
    fi
else
    scontrol show config >"$work/config" || fail 1 "scontrol does not answer"
fi
limit() { sed -n "s/^$1 *= *\([0-9]*\).*/\1/p" "$work/config"; }
largest=$(($(limit MaxArraySize) - 1)) # of the indices
jobs=$(limit MaxJobCount)
jobs=${jobs:-10000}
[ "$largest" -ge 1 ] || fail 1 "this Slurm allows no job arrays (MaxArraySize)"
tasks=$(((products + per_task - 1) / per_task))
[ "$tasks" -le "$jobs" ] ||
    fail 2 "$tasks tasks, but this Slurm keeps at most $jobs jobs (MaxJobCount); use --per-task $(((products + jobs / 2 - 1) / (jobs / 2)))"

# A folder for this round, the first name that is free.
if [ -z "$dry_run" ]; then
    mkdir -p "$logs" "$status"
    n=1
    until mkdir "$logs/round.$n" 2>/dev/null; do
        [ -d "$logs/round.$n" ] || fail 1 "$logs: cannot make a folder in it"
        n=$((n + 1))
    done
    round=$logs/round.$n
    cp "$work/options" "$status/options"
else
    round=$logs/round.N
fi

write_script()
{
    cat <<END
#!/bin/sh
# task.sh LIST TASKS: the share of this array task
if [ "\${SLURM_RESTART_COUNT:-0}" -ge $begins ]; then
    echo "subscene: begun $begins times, and requeued each time: given up" >&2
    exit 1
fi
TMPDIR=\${SLURM_TMPDIR:-\${TMPDIR:-/tmp}}
[ -d "\$TMPDIR" ] || TMPDIR=/tmp
export TMPDIR
# exec: Slurm's SIGTERM has to reach the program, not a shell around it
exec $(quote "$program") run @"\$1" --shard "\$SLURM_ARRAY_TASK_ID/\$2" -o $(quote "$output") --status $(quote "$status")$for_run
END
}

# submit LIST: as one array; its id is printed
previous=
submit()
{
    count=$(($(wc -l <"$1")))
    count=$(((count + per_task - 1) / per_task))
    folder=$round/$k
    array=1-$count
    [ -z "$max_running" ] || array=$array%$max_running
    set -- --parsable --job-name=subscene --array="$array" --cpus-per-task="$cpus" --mem="$memory" --requeue --open-mode=append \
        --chdir="$PWD" --output="$folder/%a.log"
    [ -z "$time" ] || set -- "$@" --time="$time"
    # a minute before its time is over, or Slurm's own SIGTERM where that would be at the beginning
    [ "${time:-60}" -lt 5 ] || set -- "$@" --signal=B:TERM@60
    [ -z "$partition" ] || set -- "$@" --partition="$partition"
    # the bound on running tasks is an array's own, so one array waits for the other
    [ -z "$max_running" ] || [ -z "$previous" ] || set -- "$@" --dependency="afterany:$previous"
    set -- "$@" "$round/task.sh" "$folder/list" "$count"
    if [ -n "$dry_run" ]; then
        printf 'sbatch'
        for word; do printf ' %s' "$(quote "$word")"; done
        printf '\n'
        previous="ID_OF_$k"
        return
    fi
    mkdir "$folder"
    mv "$part" "$folder/list"
    job=$(sbatch "$@") || return 1
    previous=${job%%;*}
    printf '%s\n' "$previous"
}

if [ -z "$dry_run" ]; then write_script >"$round/task.sh"; else write_script; fi
split -a 4 -l $((largest * per_task)) "$work/todo" "$work/part."
k=0
for part in "$work"/part.*; do
    k=$((k + 1))
    if ! submit "$part"; then
        cat "$round/$k/list" >"$round/not_submitted"
        rm -rf "${round:?}/$k"
        for rest in "$work"/part.*; do
            [ ! -f "$rest" ] || cat "$rest" >>"$round/not_submitted"
        done
        fail 1 "sbatch refused array $k; the products from there on are in $round/not_submitted"
    fi
done
[ -z "$dry_run" ] || exit 0
say "$products products in $tasks tasks of $cpus CPUs and $memory, $k array(s); logs in $round"
say "next: $here/subscene-report.sh $(quote "$list") --status $(quote "$status")"
