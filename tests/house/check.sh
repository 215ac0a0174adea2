#!/bin/sh
# The rules of the house (../../README.md names the folders), as a test:
#   check.sh ROOT         prints a line per violation of the sources below ROOT; exit 1 when there are any
#   check.sh --self-test  plants violations of every rule and insists that each is found
set -u
export LC_ALL=C

# What each layer may include, itself among it. exec, filters and io never one another.
may_include() {
    case $1 in
    core) echo "core" ;;
    exec) echo "exec core" ;;
    filters) echo "filters core" ;;
    io) echo "io core" ;;
    stages) echo "stages exec filters io core" ;;
    cmd) echo "cmd stages exec filters io core" ;;
    main) echo "cmd stages exec filters io core" ;;
    esac
}

# Rooms of a layer: each may include itself and the ones behind it, never one before it.
rooms_of() {
    case $1 in
    stages) echo "jobs check folder layers image" ;;
    io) echo "product labels geo image netcdf folder text source compress host" ;;
    cmd) echo "documents cm_vsm cli" ;;
    esac
}

# Rooms that are beside one another: neither knows the other, though one is before it in the list.
strangers() {
    case $1 in
    product) echo "labels geo image netcdf folder" ;;
    labels) echo "geo netcdf" ;;
    geo) echo "image netcdf folder" ;;
    image) echo "netcdf folder text" ;;
    esac
}

# ROOM HEADER ROOMS: is the header's room the same or behind it?
check_room() {
    rest=" $3 "
    rest=${rest#*" $1 "}
    to=${2#*/}
    to=${to%%/*}
    [ "$1" = "$to" ] || { is_in "$to" "$rest" && ! is_in "$to" "$(strangers "$1")"; }
}

layer_of() {
    case $1 in
    src/main.c) echo main ;;
    src/*/*) expr "$1" : 'src/\([a-z]*\)/' ;;
    filters/*) echo filters ;;
    io/*) echo io ;;
    *) echo unknown ;;
    esac
}

# C11's and POSIX's own headers, and the C library's for its heap; every other header in <> belongs to a library.
STANDARD="assert complex ctype errno fenv float inttypes iso646 limits locale malloc math setjmp signal stdalign stdarg stdatomic \
stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype"
POSIX="dirent dlfcn fcntl fnmatch ftw getopt glob grp libgen poll pthread pwd sched search spawn strings sys/file sys/mman \
sys/random sys/resource sys/socket sys/stat sys/statvfs sys/time sys/types sys/wait termios unistd sys/ioctl"

is_in() { # word list
    case " $2 " in *" $1 "*) return 0 ;; esac
    return 1
}

sources() { find src filters io -name '*.[ch]' | sort; }

# The file without comments and the insides of strings, line by line as it was.
bare() {
    awk '
    {
        out = ""; n = length($0)
        for (i = 1; i <= n; i++) {
            c = substr($0, i, 1); d = substr($0, i, 2)
            if (comment) { if (d == "*/") { comment = 0; i++ } continue }
            if (quote != "") {
                if (c == "\\") i++
                else if (c == quote) { quote = ""; out = out c }
                continue
            }
            if (d == "/*") { comment = 1; i++; continue }
            if (d == "//") break
            if (c == "\"" || c == "\047") quote = c
            out = out c
        }
        quote = ""
        print out
    }' "$1"
}

check_includes() { # file layer
    sed -n 's/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$1" | while read -r header; do
        to=${header%%/*}
        is_in "$to" "$(may_include "$2")" || echo "$1: $2 must not include \"$header\""
        room=$(expr "$1" : ".*$2/\([a-z_]*\)/")
        [ "$to" != "$2" ] || [ -z "$room" ] || [ -z "$(rooms_of "$2")" ] || check_room "$room" "$header" "$(rooms_of "$2")" ||
            echo "$1: the room $room must not include \"$header\""
    done
    sed -n 's/^[ \t]*#[ \t]*include[ \t]*<\([^>]*\)\.h>.*/\1/p' "$1" | while read -r header; do
        is_in "$header" "$STANDARD" && continue
        if is_in "$header" "$POSIX"; then
            [ "$2" != filters ] || echo "$1: filters must not include <$header.h>: it knows no system"
        elif [ "$2" = filters ] && [ "$header" != fftw3 ]; then
            echo "$1: filters must not include <$header.h>: FFTW is its only library"
        elif [ "$2" != io ] && [ "$2" != filters ]; then
            echo "$1: $2 must not include <$header.h>: libraries belong to io and filters"
        fi
    done
    [ "$2" != filters ] || for header in stdio time signal stdatomic threads; do
        ! grep -q "^#include <$header\.h>" "$1" || echo "$1: filters must not include <$header.h>: pure arithmetic"
    done
}

# openjpeg.h, libxml/*, netcdf*.h, hdf5.h …: one file, or the pair of a .c and its .h
check_libraries() {
    for file in $(sources); do
        sed -n 's/^[ \t]*#[ \t]*include[ \t]*<\([^>]*\)\.h>.*/\1/p' "$file" | while read -r header; do
            is_in "$header" "$STANDARD $POSIX" || case $header in
            libxml/*) echo "libxml2 ${file%.[ch]}" ;;
            netcdf*) echo "netCDF ${file%.[ch]}" ;;
            hdf5* | H5*) echo "HDF5 ${file%.[ch]}" ;;
            *) echo "$header.h ${file%.[ch]}" ;;
            esac
        done
    done | sort -u | awk '{ n[$1]++; where[$1] = where[$1] " " $2 }
        END { for (l in n) if (n[l] > 1) print l " is included by more than one pair of files:" where[l] }'
}

# calls FILE NAME…: the lines that call one of the functions
calls() {
    file=$1
    shift
    names=$(echo "$*" | tr ' ' '|')
    bare "$file" | grep -nE "(^|[^A-Za-z0-9_.>])($names)[ ]*\(" | sed 's/:.*//' | while read -r line; do
        echo "$file:$line"
    done
}

check_calls() { # file layer
    [ "$2" = main ] || calls "$1" exit _exit _Exit quick_exit abort | sed 's/$/: only main ends the process/'
    [ "$1" = io/source/entries.c ] || calls "$1" readdir readdir_r scandir nftw ftw fts_read glob |
        sed 's/$/: io\/source\/entries.h reads folders: an error is not the end there/'
    case $2 in main | cmd) return ;; esac
    calls "$1" printf puts putchar putc fputs fputc fprintf vprintf vfprintf perror |
        sed 's/$/: nothing below cmd prints/'
    bare "$1" | grep -nwE 'stdout|stderr' | sed "s|^\([0-9]*\):.*|$1:\1: nothing below cmd knows stdout and stderr|"
    calls "$1" getenv secure_getenv setenv putenv | sed 's/$/: nothing below cmd reads the environment/'
    calls "$1" getopt getopt_long | sed 's/$/: nothing below cmd reads options/'
}

check_width() { # file
    # characters, not bytes: a byte 10xxxxxx of UTF-8 goes on with one
    awk -v f="$1" '{ gsub(/[\200-\277]/, "") } length > 100 { print f ":" NR ": " length " columns; 100 are allowed" }' "$1"
}

check_sizes() { # file
    n=$(wc -l <"$1")
    [ "$n" -le 500 ] || echo "$1: $n lines; 500 are allowed"
    check_width "$1"
    grep -nE 'TO[D]O|FIX[M]E|X[X]X:' "$1" | sed "s|^\([0-9]*\):.*|$1:\1: unfinished|"
}

# Data at file level that is not const: a line that begins a declaration and is no function.
check_state() { # file
    bare "$1" | grep -nE '^(static )?(_Thread_local )?[a-z][A-Za-z0-9_ ]* [*]*[a-z_0-9]+(\[[^]]*\])*( =.*|;)$' |
        grep -vE '^[0-9]+:(.*const |extern |typedef |struct [a-z_0-9]+;|enum [a-z_0-9]+;)' |
        sed "s|^\([0-9]*\):.*|$1:\1: filters keep no state|"
}

check_functions() {
    if ! ctags --version 2>/dev/null | grep -q Universal; then
        echo "note: no Universal Ctags, lengths of functions are not checked" >&2
        return
    fi
    sources | grep '\.c$' | ctags --languages=C --kinds-C=f --fields=+ne -f - -L - 2>/dev/null |
        awk -F '\t' '{
            from = to = 0
            for (i = 4; i <= NF; i++) {
                if ($i ~ /^line:/) from = substr($i, 6)
                if ($i ~ /^end:/) to = substr($i, 5)
            }
            if (to - from + 1 > 60) print $2 ":" from ": " $1 " has " to - from + 1 " lines; 60 are allowed"
        }'
}

check_all() {
    for file in $(sources); do
        layer=$(layer_of "$file")
        [ -n "$(may_include "$layer")" ] || echo "$file: belongs to no layer"
        check_includes "$file" "$layer"
        check_calls "$file" "$layer"
        check_sizes "$file"
        [ "$layer" != filters ] || check_state "$file"
    done
    check_libraries
    check_functions
    for file in $(find tests testdata -name '*.[ch]' 2>/dev/null | sort); do
        check_width "$file"
    done
}

# ---- the test of the test ----

plant() { # file, text
    mkdir -p "$(dirname "$1")"
    printf '%b' "$2" >"$1"
}

# expect WHAT FILE TEXT [FILE TEXT]: in a clean tree with these files exactly one line is reported, and it says WHAT
expect() {
    what=$1
    shift
    rm -rf src filters io tests
    plant src/main.c '#include "cmd/a.h"\nint main(void) { exit(0); }\n'
    plant src/core/a.c '#include <string.h>\n/* exit(1) */ const char *s = "printf(getenv)"; // abort()\n'
    plant src/stages/a.c '#include "io/a.h"\n#include "filters/a.h"\n#include "exec/a.h"\n#include "core/a.h"\n'
    plant src/cmd/a.c '#include <stdio.h>\nvoid f(void) { printf("%s", getenv("A")); }\n'
    plant io/a.c '#include <zip.h>\n#include <unistd.h>\nint my_exit(int), g(char *b) { return snprintf(b, 1, "x"); }\n'
    plant filters/a.c '#include <math.h>\n'
    while [ $# -gt 0 ]; do
        plant "$1" "$2"
        shift 2
    done
    found=$(check_all)
    n=$(printf '%s' "$found" | grep -c .)
    wanted=1
    [ -n "$what" ] || wanted=0
    if [ "$n" -ne $wanted ] || ! printf '%s\n' "$found" | grep -qF -- "$what"; then
        echo "self-test: wanted \"$what\", found $n: $found"
        failed=1
    fi
}

self_test() {
    tree=$(mktemp -d) || exit 1
    trap 'rm -rf "$tree"' EXIT
    cd "$tree" || exit 1
    failed=0
    expect ""
    expect 'core must not include "io/x.h"' src/core/b.c '#include "io/x.h"\n'
    expect 'core must not include "exec/x.h"' src/core/b.h '#  include "exec/x.h"\n'
    expect 'exec must not include "io/x.h"' src/exec/b.c '#include "io/x.h"\n'
    expect 'exec must not include "filters/x.h"' src/exec/b.c '#include "filters/x.h"\n'
    expect 'filters must not include "io/x.h"' filters/b.c '#include "io/x.h"\n'
    expect 'filters must not include "exec/x.h"' filters/b.c '#include "exec/x.h"\n'
    expect 'io must not include "filters/x.h"' io/b.c '#include "filters/x.h"\n'
    expect 'io must not include "stages/x.h"' io/b.c '#include "stages/x.h"\n'
    expect 'stages must not include "cmd/x.h"' src/stages/b.c '#include "cmd/x.h"\n'
    expect 'cmd must not include "testdata/scene.h"' src/cmd/b.c '#include "testdata/scene.h"\n'
    expect 'the room image must not include "stages/folder/x.h"' src/stages/image/b.c '#include "stages/folder/x.h"\n'
    expect '' src/stages/folder/b.c '#include "stages/image/x.h"\n'
    expect 'the room folder must not include "io/netcdf/x.h"' io/folder/b.c '#include "io/netcdf/x.h"\n'
    expect 'the room image must not include "io/text/x.h"' io/image/b.c '#include "io/text/x.h"\n'
    expect '' io/netcdf/b.c '#include "io/folder/x.h"\n'
    expect 'the room cli must not include "cmd/cm_vsm/x.h"' src/cmd/cli/b.c '#include "cmd/cm_vsm/x.h"\n'
    expect '' src/cmd/cm_vsm/b.c '#include "cmd/cli/x.h"\n'
    expect 'core must not include "err.h"' src/core/b.c '#include "err.h"\n'
    expect 'filters must not include <pthread.h>' filters/b.c '#include <pthread.h>\n'
    expect 'filters must not include <stdio.h>' filters/b.c '#include <stdio.h>\n'
    expect 'filters must not include <omp.h>' filters/b.c '#include <omp.h>\n'
    expect 'core must not include <zlib.h>' src/core/b.c '#include <zlib.h>\n'
    expect 'zip.h is included by more than one pair' io/b.c '#include <zip.h>\n'
    expect 'libxml2 is included by more than one pair' io/b.c '#include <libxml/tree.h>\n' io/c.h '#include <libxml/parser.h>\n'
    expect '' io/a.h '#include <zip.h>\n'
    expect 'src/cmd/b.c:2: only main ends the process' src/cmd/b.c '\nvoid f(void) { exit(1); }\n'
    expect 'io/b.c:1: only main ends the process' io/b.c 'void f(void) { abort (); }\n'
    expect 'io/b.c:1: nothing below cmd prints' io/b.c 'void f(void) { printf("x"); }\n'
    expect 'src/stages/b.c:1: nothing below cmd prints' src/stages/b.c 'void f(void) { perror("x"); }\n'
    expect 'io/b.c:1: nothing below cmd knows stdout' io/b.c 'FILE *f = stderr;\n'
    expect 'nothing below cmd reads the environment' io/b.c 'char *f(void) { return getenv("X"); }\n'
    expect 'src/cmd/b.c:1: io/source/entries.h reads folders' src/cmd/b.c 'void f(DIR *d) { while (readdir(d)) ; }\n'
    expect '' io/source/entries.c 'void f(DIR *d) { readdir(d); }\n'
    expect 'filters/b.c:1: filters keep no state' filters/b.c 'static int count;\n'
    expect 'filters/b.c:1: filters keep no state' filters/b.c 'static double *table[4] = {0};\n'
    expect '' filters/b.c 'struct a;\nextern const int x[4];\nstatic const double PI = 3;\nint f(void);\n'
    expect 'src/zoo/b.c: belongs to no layer' src/zoo/b.c '\n'
    expect 'io/b.c: 501 lines' io/b.c "$(awk 'BEGIN { while (n++ < 501) printf "\\n" }')"
    expect 'io/b.c:2: 101 columns' io/b.c "\n//$(awk 'BEGIN { while (n++ < 99) printf "\303\251" }')\n"
    expect '' io/b.c "//$(awk 'BEGIN { while (n++ < 98) printf "\303\251" }')\n"
    expect 'tests/b.c:1: 101 columns' tests/b.c "$(awk 'BEGIN { while (n++ < 101) printf ";" }')\n"
    expect 'io/b.c:2: unfinished' io/b.c "\n/* TO""DO: this */\n"
    if ctags --version 2>/dev/null | grep -q Universal; then
        expect 'io/b.c:1: f has 61 lines' io/b.c "void f(void)\n{\n$(awk 'BEGIN { while (n++ < 58) printf ";\\n" }')}\n"
        expect '' io/b.c "void f(void)\n{\n$(awk 'BEGIN { while (n++ < 57) printf ";\\n" }')}\n"
    fi
    [ $failed -eq 0 ] && echo "self-test: every planted violation was found"
    return $failed
}

if [ "${1-}" = --self-test ]; then
    self_test
    exit
fi
cd "${1:?usage: check.sh ROOT | --self-test}" || exit 1
violations=$(check_all)
[ -z "$violations" ] && exit 0
printf '%s\n' "$violations"
exit 1
