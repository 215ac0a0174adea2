# Many products through one process, good ones, damaged ones and ones at work elsewhere: it does not grow, keeps no descriptor, leaves no
# temporary. SOAK_PRODUCTS=200 is the long form.
source "$(dirname "$0")/lib.sh" || exit 1

COUNT=${SOAK_PRODUCTS:-$([ -n "$SANITIZE" ] && echo 30 || echo 60)}
OPTIONS="-b B01,B02,B05 --size 64 --layout flat -j 2"
mkdir products
for ((i = 0; i < COUNT; i++)); do
    kind=
    [ $((i % 5)) != 1 ] || kind=--zip
    "$MAKE_PRODUCT" --size 192 --jp2-tile 64,32,16 --bands B01,B02,B05 --scene texture --seed $i --threads 1 $kind \
        --sensing "$(date -u -d "2019-01-01 $i days" +%Y%m%dT101112)" products >>made || fail "make_product"
done
failing=0
mkdir out
while read -r path; do
    i=$((${i_next:-0})) i_next=$((${i_next:-0} + 1))
    name=$(basename "${path%.*}")
    case $((i % 10)) in
    2) : >"$(image "$path" B05)" ;;                           # a band that cannot be opened
    4) spoil "$(image "$path" B02)" 0 300 ;;                  # some subscenes that cannot be made
    7) path=$path.gone ;;                                     # a product that is not there
    9) mkdir "out/$name" && foreign_lock "out/$name" 1 ;;     # another one is at work
    *) failing=$((failing - 1)) ;;
    esac
    failing=$((failing + 1))
    echo "$path" >>list
done <made
good=$((COUNT - failing))

# The number of threads of process $1, without a process more to count it.
count_threads()
{
    local word count _
    threads=0
    [ -r "/proc/$1/status" ] || return 0
    while read -r word count _; do
        [ "$word" != Threads: ] || threads=${count:-0}
    done <"/proc/$1/status"
}

# one process: at the end of each product it is stopped for as long as it takes to look at it
mkfifo log
"$SUBSCENE" run @list -o out $OPTIONS --status st --log-format json >"$OUT" 2>log &
child=$!
while IFS= read -r line; do
    echo "$line" >>events
    [[ $line == *'"event":"product_end"'* ]] || continue
    kill -STOP $child
    rss=$(awk '/^VmRSS/ { print $2 }' /proc/$child/status)
    files=$(find /proc/$child/fd -mindepth 1 | wc -l)
    count_threads $child
    kill -CONT $child
    # threads that are about to end (the lock's heartbeat, the product's workers) need a moment: the fewest count
    fewest=$threads
    for _ in 1 2 3; do
        [ "$fewest" -gt 1 ] || break
        sleep 0.001
        count_threads $child
        [ "$threads" -ge "$fewest" ] || [ "$threads" -lt 1 ] || fewest=$threads
    done
    threads=$fewest
    [ -z "$rss" ] || echo "$rss $files $threads" >>samples # the last one may be over by now
done <log
status=0
wait $child || status=$?
expect_equal $status 75 "exit of a list with products at work elsewhere"
expect_equal "$(grep -c '"event":"product_end"' events)" "$COUNT" "ends of products"
expect_equal "$(grep -c '"exit_code":0' events)" "$good" "good products"
[ "$(wc -l <samples)" -ge $((COUNT * 9 / 10)) ] || fail "only $(wc -l <samples) samples"

# What a product leaves behind stays, so it is in the least of the last samples too. The others also have what threads use for a moment, which
# goes up and down by a tenth on a busy machine.
mean() { awk '{ sum += $1 } END { printf "%d", sum / NR }'; }
least() { cut -d' ' -f1 | sort -n | head -1; }
first=$(head -10 samples | mean) last=$(tail -10 samples | least)
echo "$COUNT products: $first kB at first, $last kB in the end, $(cut -d' ' -f2 samples | sort -n | tail -1) descriptors"
# a sanitizer keeps what is freed
[ -n "$SANITIZE" ] || [ "$last" -le $((first * 105 / 100)) ] || fail "memory grows from $first kB to $last kB"
# at some moments there is one more, on a busy machine at most of them: the fewest are those that stay. What one product in ten leaves behind would
# show in the last twenty as in the last ten.
fewest() { cut -d' ' -f"$1" | sort -n | head -1; }
for column in "2 descriptors" "3 threads"; do
    at=${column%% *}
    [ "$(tail -20 samples | fewest "$at")" -le "$(head -10 samples | fewest "$at")" ] ||
        fail "${column#* } grow: $(cut -d' ' -f"$at" samples | paste -sd' ')"
done
no_temporaries out
no_temporaries st
expect_equal "$(find out -name '*.lock*' | wc -l)" "$((COUNT / 10))" "locks: those of others"
expect_equal "$(find st -name '*.json' | wc -l)" "$COUNT" "status files"
find out -name '*.lock*' -delete
expect_exit 0 "$SUBSCENE" verify out -q
# the same one by one
head -30 list | while read -r path; do "$SUBSCENE" run "$path" -o single $OPTIONS -q >/dev/null 2>&1; done
for folder in single/*; do
    case $(($(grep -n "${folder#single/}" made | cut -d: -f1) % 10)) in 0) continue ;; esac # those that were at work elsewhere
    same_tree "$folder" "out/${folder#single/}" "one of many, and alone"
done
finish
