# Shared by the tests of the command line (tests/CMakeLists.txt runs each cli/NAME.sh as cli_NAME). The environment gives SUBSCENE and
# MAKE_PRODUCT, MAKE_DOCUMENTS (the programs), SOURCE_DIR, SHARED_DIR (real test data; may be absent) and SANITIZE (the build's sanitizers, or nothing).
# A check that fails is printed and counted; `finish` gives the status. Nothing outside of $TMP is written.
set -u -o pipefail
: "${SUBSCENE:?}" "${MAKE_PRODUCT:?}" "${MAKE_DOCUMENTS:?}" "${SOURCE_DIR:?}"
SANITIZE=${SANITIZE-} SHARED=${SHARED_DIR-$SOURCE_DIR/../shared}
export LC_ALL=C TZ=UTC
unset SOURCE_DATE_EPOCH "${!SLURM_@}"
# a sanitizer's finding must never pass for an expected exit status
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=halt_on_error=1:exitcode=99 LSAN_OPTIONS=exitcode=99 TSAN_OPTIONS=exitcode=99

TMP=$(mktemp -d "${TMPDIR:-/tmp}/subscene-cli.XXXXXX") || exit 1
TMP=$(cd "$TMP" && pwd -P)
OUT=$TMP/stdout ERR=$TMP/stderr # of the last expect_exit
failures=0 mounted=
cleanup()
{
    local m
    [ "$BASHPID" = $$ ] || return # a child that a signal ends before it becomes the program
    cd /
    for m in $mounted; do umount "$m" 2>/dev/null || umount -l "$m"; done
    rm -rf "$TMP"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$TMP" || exit 1

skip_all() { echo "skipped: $*"; exit 77; }
skip_part() { echo "skipped in part: $*"; }

fail()
{
    failures=$((failures + 1))
    echo "FAIL ${BASH_SOURCE[-1]##*/}:${BASH_LINENO[-2]}: $*"
}

finish()
{
    [ "$failures" -eq 0 ] && echo "all good" && exit 0
    echo "$failures checks failed"
    exit 1
}

# expect_exit CODE COMMAND...: runs it; stdout and stderr go to $OUT and $ERR.
expect_exit()
{
    local want=$1 got=0
    shift
    timeout -k 5 120 "$@" >"$OUT" 2>"$ERR" || got=$?
    if [ "$got" -ne "$want" ]; then
        fail "exit $got instead of $want: ${*/#$TMP\//}"
        sed 's/^/    | /' "$ERR" | head -12
    fi
    check_clean_stderr
}

# in_sample EVERY [SANITIZED]: true for every EVERY-th case of a loop, under a sanitizer for every SANITIZED-th. For cases that take one way through
# the program: another test tries all of them, or the release build does.
in_sample()
{
    local every=$1
    [ -z "$SANITIZE" ] || every=${2-$1}
    [ $((sampled++ % every)) = 0 ]
}
sampled=0

# What no user should ever see. (Here and below the shell looks by itself: to start grep would take longer than all else.)
check_clean_stderr()
{
    local text
    mapfile -d '' text <"$ERR"
    case "${text[*]-}" in
    *Sanitizer* | *"runtime error:"* | *HDF5-DIAG* | *Assertion* | *"core dumped"*)
        fail "a library or a sanitizer speaks on stderr"
        sed 's/^/    | /' "$ERR" | head -40
        ;;
    esac
}

# expect_text FILE TEXT...: each of the fixed texts is in the file. expect_line: all of them in one line of it.
expect_text()
{
    local file=$1 text there
    shift
    mapfile -d '' there <"$file"
    for text; do
        [[ "${there[*]-}" == *"$text"* ]] && continue
        fail "\"$text\" is not in ${file##*/}"
        sed 's/^/    | /' "$file" | head -8
    done
}

expect_line()
{
    local file=$1 text line found
    shift
    while IFS= read -r line; do
        found=1
        for text; do [[ $line == *"$text"* ]] || found=0; done
        [ "$found" = 1 ] && return
    done <"$file"
    fail "no line of ${file##*/} has all of: $*"
    sed 's/^/    | /' "$file" | head -8
}

expect_no_text()
{
    local there
    mapfile -d '' there <"$1"
    [[ "${there[*]-}" == *"$2"* ]] && fail "\"$2\" is in ${1##*/}"
}

expect_empty() { [ -s "$1" ] && fail "${1##*/} is not empty: $(head -c 200 "$1")"; }

expect_equal() # GOT WANTED WHAT
{
    [ "$1" = "$2" ] && return
    fail "${3-values differ}: got $(echo "$1" | paste -sd' ' | cut -c 1-300), expected $(echo "$2" | paste -sd' ' | cut -c 1-300)"
}


# Hash and relative name of every file below DIR, hidden ones too; folders and all else by name.
sha_tree()
{
    (cd "$1" && find . -type f -print0 | sort -z | xargs -0r sha256sum && find . ! -type f -print | sort)
}

# The same files with the same bytes, hidden ones too, and the same folders.
same_tree()
{
    diff -rq --no-dereference "$1" "$2" >"$TMP/difference" 2>&1 && return
    fail "${3-the folders differ}: ${1#"$TMP"/} and ${2#"$TMP"/}"
    sed 's/^/    | /' "$TMP/difference" | head -8
}

# Name, time of change and inode of every file: equal only if nothing was written.
stat_tree() { (cd "$1" && find . -exec stat -c '%n %Y %y %i %s' {} + | sort); }
count_nc() # DIR: prints it, and sets COUNT
{
    COUNT=$(find "$1" -name '*.nc' ! -name '.*' -printf .)
    COUNT=${#COUNT}
    echo "$COUNT"
}
expect_count() { count_nc "$1" >/dev/null; expect_equal "$COUNT" "$2" "subscenes in ${1#"$TMP"/}"; }
expect_absent() { [ -e "$1" ] && fail "$1 is there"; }

no_temporaries()
{
    local left
    left=$(find "$1" -name '.*.part-*')
    [ -z "$left" ] || fail "temporaries left: $left"
}

# The folder of the only product below OUT.
folder_of()
{
    local found
    found=$(find "$1" -name manifest.csv -print -quit)
    [ -n "$found" ] || found=./ # as of dirname
    echo "${found%/*}"
}

now_ms() { date +%s%3N; }
nap() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; } # milliseconds

# A lock of another machine's process in FOLDER, renewed SECONDS ago.
foreign_lock() # FOLDER SECONDS
{
    echo '{"host":"elsewhere","pid":4711,"started":"2026-01-01T00:00:00Z","job":"12_3","tag":"ffffffff-4711","nonce":"0123456789abcdef","renewed_every_ms":2000}' \
        >"$1/.subscene.lock"
    touch -d "$2 seconds ago" "$1/.subscene.lock"
}

# product NAME OPTIONS...: makes a product in $TMP/NAME; its path is put into the variable NAME.
product()
{
    local name=$1 path
    shift
    path=$("$MAKE_PRODUCT" "$@" "$TMP/$name") || exit 1
    printf -v "$name" '%s' "$path"
}

# The image of a band.
image() { echo "$1"/GRANULE/*/IMG_DATA/*_"$2".jp2; }

# ---- damage ----
poke() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; } # poke FILE OFFSET BYTES
hex() { od -An -v -tx1 "$@" | tr -d ' \n'; }
offset_of() # offset_of FILE HEX: of the first such bytes
{
    local at
    for at in $(hex "$1" | grep -ob "$2" | cut -d: -f1); do [ $((at % 2)) = 0 ] && echo $((at / 2)) && return; done
    fail "no $2 in ${1##*/}"
}
# spoil FILE TILE BYTES: overwrites the packets at the head of the first part of a tile (entropy-coded bits have no checks of their own)
spoil()
{
    local sot
    sot=$(offset_of "$1" "ff90000a000$2")
    head -c "$3" /dev/zero | tr '\0' '\377' | dd of="$1" bs=1 seek=$((sot + 14)) conv=notrunc status=none
}

# Does what verify reports name whole subscenes only? (After kill -9 the manifest may not know all of them.)
expect_whole()
{
    timeout 60 "$SUBSCENE" verify "$1" -q >"$OUT" 2>"$ERR"
    grep -vE ': (is good, but (its|no row of its) manifest |is in no manifest, and (its place |does not tell|nothing tells)|was left behind by a process)' "$OUT" >"$TMP/damaged" || return 0
    fail "damaged: $(head -3 "$TMP/damaged")"
}
