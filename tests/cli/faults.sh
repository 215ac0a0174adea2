#!/usr/bin/env bash
# Fault injection: the n-th call of one kind fails (../support/fault_shim.c), and after it, in every other case, all of them. Whatever fails and
# wherever: no crash in the program, exit code 0 only with the right result, a message, whole files only, and a rerun gives the bytes of a clean run.
#   FAULTS=all            every n; of the allocations in libraries every 31st: some 20 minutes
#   FAULTS=every          those too: hours
#   FAULT_COMMANDS="..."  only these rows of the table below
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
: "${FAULT_SHIM:?}"
[ -z "$SANITIZE" ] || skip_all "the shim's malloc and the sanitizer's exclude each other; the release build runs this"

FAULTS=${FAULTS-}
product P --size 120 --jp2-tile 64,32,12 --bands B02,B05 --nodata none
cat >labels.xml <<XML
<annotations><version>1.1</version><image id="0" name="$(basename "$P" .SAFE)/tile_0_0.png" width="64" height="64">
<polygon label="cloud" points="2.4,2.6;10.4,2.6;10.4,8.4;2.4,8.4" z_order="0"></polygon></image></annotations>
XML

# name|what is in the folder before|the command. All write into, or read from, `out`.
COMMANDS="run||run $P -o out -q -b B02,B05 --size 64 -j 1 --png
write||write stages/t/tile_0_0.nc stages/t/tile_0_1.nc stages/t/tile_1_0.nc stages/t/tile_1_1.nc -o out -q -j 1
label|clean/run|label out -q --cvat labels.xml
dataset|clean/label|dataset out -q
again|clean/label|run $P -o out -q -b B02,B05 --size 64 -j 2 --png
over|clean/label|run $P -o out -q -b B02,B05 --size 64 -j 2 --deflate 3 --overwrite
zip||run zip/$(basename "$P" .SAFE).zip -o out -q -b B02,B05 --size 64 -j 2
decode||decode $P -o out -q -b B02,B05 -j 1
resample||resample stages/d/B02.nc stages/d/B05.nc -o out -q -j 1
cut||cut stages/r/B02.nc stages/r/B05.nc -o out -q -j 1 --size 64
verify|clean/label|verify out -q -j 1
repair|lacking|verify --repair out -q -j 1
select|clean/label|select out -q
look|clean/label|look out -q -j 1
cvat|clean/label|export out --for cvat -o out/cvat -q --suggest Label --composite B02,B05,B05
segments|clean/label|export out --for segments -o out/segments -q --suggest Label --composite B02,B05,B05
supervisely|clean/label|export out --for supervisely -o out/supervisely -q --suggest Label --composite B02,B05,B05"

# the reason that each kind of call fails with: its number, and its words
declare -A ERRNO=([alloc]=12 [open]=24 [close]=5 [read]=5 [write]=28 [fsync]=5 [rename]=28 [link]=31 [unlink]=5 [mkdir]=28 [truncate]=28 [thread]=11)
KINDS=(alloc open close read write fsync rename link unlink mkdir truncate thread)

# The program with a fault; status, stdout, stderr, and what the shim says ($TMP/state).
faulty() # faulty KIND FROM N AFTER ARGUMENTS...
{
    local kind=$1 from=$2 n=$3 after=$4
    shift 4
    rm -f state
    truncate -s 4096 state
    status=0
    {
        timeout -k 5 60 env LD_PRELOAD="$FAULT_SHIM" FAULT_STATE="$TMP/state" FAULT_CALL=$kind FAULT_FROM=$from FAULT_AT=$n \
            FAULT_ERRNO=${ERRNO[$kind]} FAULT_AFTER=$after "$SUBSCENE" "$@" >"$OUT" 2>"$ERR"
    } 2>/dev/null || status=$? # bash would tell of crashes
}
said() { tail -c +4097 state | grep -aE "^($1) "; } # said fault|crash|exit
start_from() { rm -rf out; [ -z "$1" ] || cp -r "$1" out; }

# Every file is what it was before or what a clean run makes of it.
whole_files_only() # whole_files_only BASE CLEAN
{
    local file
    while IFS= read -r file; do
        case $file in
        */manifest.csv | manifest.csv) # rows of what is there
            cat "$2/$file" ${1:+"$1/$file"} | grep -vxF -f - "out/$file" >rows && fail "$what: $file has $(head -1 rows)"
            continue
            ;;
        look/*) [ "$status" != 1 ] || continue ;; # a subscene that cannot be read is a gap
        esac
        cmp -s "out/$file" "$2/$file" || { [ -n "$1" ] && cmp -s "out/$file" "$1/$file"; } || fail "$what: $file is not whole"
    done < <(find out -type f ! -name '.*' -printf '%P\n' 2>/dev/null)
}

tell() { sed 's/^/    | /' "$ERR" | head -4; }
bad() { fail "$what: $*: $(said fault | head -1)"; tell; }

# One fault, from the folder as it was to the rerun.
inject() # inject KIND FROM N AFTER
{
    local what="$name, $2 $1 $3 of ${total}$([ "$4" = 0 ] || echo " and all after")" where
    start_from "$base"
    # shellcheck disable=SC2086
    faulty "$@" $arguments
    where=$(said fault) || where=
    [ -n "$where" ] || { outcome "not reached"; return; }
    said 'crash|exit' >crashes && judge_crash
    if [ "$status" -ge 124 ]; then
        [ -s crashes ] && outcome "crash in $object" || bad "exit $status"
    elif [ "$status" = 0 ]; then
        outcome "right result"
        [ "$1" != unlink ] || find out -name '.*.part-*' -delete -o -name .subscene.lock -delete
        same_tree "clean/$name" out "$what: exit 0 and another result" || bad "exit 0"
        cmp -s "$OUT" "clean/$name.stdout" || bad "exit 0 and another stdout"
    else
        outcome "exit $status"
        judge_message
    fi
    [ "$kind $from" = "alloc library" ] || check_clean_stderr # HDF5 prints where it cannot even begin
    [ ! -d out ] || judge_folder "$1"
    run_again
}

outcome() { outcomes+=("$name|$kind|$from|$1"); }

# Libraries do crash, or end the process, where they find no memory or cannot close a file (the README's Limits say what keeps that away): counted
# in what this prints. A process that reads for the program may die as well: the program goes on.
judge_crash()
{
    read -r _ _ object _ <crashes
    object=${object%%+*}
    [ "$object" != program ] || bad "a crash in the program"
    case $status:$kind:$from in
    *:alloc:library | *:close:library) ;;
    *) [ "$status" -lt 124 ] || bad "a crash in $object" ;;
    esac
}

judge_message()
{
    [ "$name" != verify ] && [ "$name" != repair ] || [ ! -s "$OUT" ] || return # what it finds is on stdout
    grep -qa 'error: .' "$ERR" || bad "exit $status without a message"
}

judge_folder() # judge_folder KIND
{
    whole_files_only "$base" "clean/$name"
    [ "$1" = unlink ] || [ "$status" -ge 124 ] && return # what was left cannot be removed then
    no_temporaries out
    [ -z "$(find out -name .subscene.lock)" ] || bad "the lock is left"
}

run_again()
{
    local got=0
    # shellcheck disable=SC2086
    timeout -k 5 60 "$SUBSCENE" $arguments >"$OUT" 2>"$ERR" || got=$?
    [ $got = 0 ] || { fail "$what: exit $got of the rerun"; tell; }
    same_tree "clean/$name" out "$what: the rerun"
}

same_tree() # quicker than lib.sh's
{
    diff -r "$1" "$2" >difference && return
    fail "${3}: ${1#"$TMP"/} and ${2#"$TMP"/} differ"
    sed 's/^/    | /' difference | head -8
    return 1
}

# How often each kind of call is made: rows of program, library, any.
declare -A calls
count_calls()
{
    local i=0 a b c
    start_from "$base"
    # shellcheck disable=SC2086
    faulty alloc any 0 0 $arguments
    [ "$status" = 0 ] || { fail "$name: exit $status without a fault"; tell; }
    while read -r a b c; do
        calls[${KINDS[i]} program]=$a calls[${KINDS[i]} library]=$b
        i=$((i + 1))
    done < <(od -An -v -w24 -t u8 -N $((24 * ${#KINDS[@]})) state)
    mkdir -p clean
    rm -rf "clean/$name" && cp -r out "clean/$name" && cp "$OUT" "clean/$name.stdout"
}

# sweep KIND FROM: a few n, spread evenly, or every one
sweep()
{
    local kind=$1 from=$2 total=${calls[$1 $2]} n step=1 k
    [ "$total" -gt 0 ] || return
    if [ -z "$FAULTS" ]; then
        for ((k = 0; k < samples; k++)); do
            n=$(((2 * k + 1) * total / (2 * samples) + 1))
            [ "$n" -gt "$total" ] || inject "$kind" "$from" "$n" $(((turn += 1) % 2))
            [ "$total" -gt "$k" ] || break
        done
        return
    fi
    [ "$FAULTS" = every ] || [ "$kind $from" != "alloc library" ] || step=31
    for ((n = 1; n <= total; n += step)); do
        inject "$kind" "$from" $n 0
        [ "$kind" = alloc ] && [ $((n % 7)) != 1 ] || inject "$kind" "$from" $n 1
    done
}

# ---- what the commands start from ----
"$MAKE_PRODUCT" --size 120 --jp2-tile 64,32,12 --bands B02,B05 --nodata none --zip-deflate zip >/dev/null
expect_exit 0 "$SUBSCENE" decode "$P" -o stages/d -q -b B02,B05
expect_exit 0 "$SUBSCENE" resample stages/d/B02.nc stages/d/B05.nc -o stages/r -q
expect_exit 0 "$SUBSCENE" cut stages/r/B02.nc stages/r/B05.nc -o stages/t -q --size 64
expect_exit 0 "$SUBSCENE" run "$P" -o lacking -q -b B02,B05 --size 64
sed -i '/tile_0_1.nc/d' "$(folder_of lacking)/manifest.csv" # as after a kill

outcomes=() turn=0
while IFS='|' read -r name base arguments; do
    case "${FAULTS:-short} $name" in "short over" | "short resample" | "short select" | "short segments") continue ;; esac
    count_calls
    case " ${FAULT_COMMANDS-$name} " in *" $name "*) ;; *) continue ;; esac
    callers="program library"
    case $name in
    run | write | label | dataset) samples=2 ;;
    again) samples=1 ;;
    *) samples=1 callers=${FAULTS:+$callers} callers=${callers:-program} ;;
    esac
    for kind in "${KINDS[@]}"; do
        for from in $callers; do sweep "$kind" "$from"; done
    done
done <<<"$COMMANDS"

printf '%s\n' "${outcomes[@]}" | sort | uniq -c
finish
