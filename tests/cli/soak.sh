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

# The word after "$1:" in the status of process $2.
status_of() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$2/status"; }

# One process. The shim stops it at the end of each product. With one arena of malloc its memory does not depend on which thread came first.
preload=
[ -n "$SANITIZE" ] || preload=$PAUSE_SHIM # a sanitizer must come first
LD_PRELOAD=$preload MALLOC_ARENA_MAX=1 "$SUBSCENE" run @list -o out $OPTIONS --status st --log-format json >"$OUT" 2>events &
child=$!
while state=$(status_of State $child 2>/dev/null) && [ "${state:-Z}" != Z ]; do
    if [ "$state" = T ]; then
        echo "$(status_of RssAnon $child) $(find /proc/$child/fd -mindepth 1 | wc -l) $(status_of Threads $child)" >>samples
        kill -CONT $child
    fi
    sleep 0.01
done
status=0
wait $child || status=$?
expect_equal $status 75 "exit of a list with products at work elsewhere"
expect_equal "$(grep -c '"event":"product_end"' events)" "$COUNT" "ends of products"
expect_equal "$(grep -c '"exit_code":0' events)" "$good" "good products"

# A product leaves nothing behind but 4 kB of HDF5's, which keeps a conversion for each file's type of references. The first twenty products fill the
# caches of the libraries. A sanitizer keeps what is freed.
if [ -z "$SANITIZE" ]; then
    expect_equal "$(wc -l <samples)" "$COUNT" "samples"
    first=$(sed -n 20p samples | cut -d' ' -f1) last=$(tail -1 samples | cut -d' ' -f1)
    echo "$COUNT products: $first kB after 20, $last kB in the end"
    [ $((last - first)) -le $(((COUNT - 20) * 16)) ] || fail "memory grows: $(cut -d' ' -f1 samples | paste -sd' ')"
    for column in "2 descriptors" "3 threads"; do
        seen=$(cut -d' ' -f"${column%% *}" samples)
        expect_equal "$(sort -u <<<"$seen" | wc -l)" 1 "${column#* } after each product ($(paste -sd' ' <<<"$seen")):"
    done
fi
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
