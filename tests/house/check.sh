#!/bin/sh
# The rules of the house (../../README.md names the folders), as a test:
#   check.sh ROOT         prints a line per violation of the sources below ROOT; exit 1 when there are any
#   check.sh --self-test  plants violations of every rule and insists that each is found
set -u
export LC_ALL=C

RULES=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)/rules.awk

sources() { find src filters io -name '*.[ch]' | sort; }

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
    # shellcheck disable=SC2046 # no source has a blank in its name
    awk -f "$RULES" $(sources) $(find tests testdata -name '*.[ch]' 2>/dev/null | sort)
    check_functions
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
    expect 'the room console must not include "cmd/cli/x.h"' src/cmd/console/b.c '#include "cmd/cli/x.h"\n'
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
    expect 'io/b.c: more than 500 lines' io/b.c "$(awk 'BEGIN { while (n++ < 501) printf "\\n" }')"
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
