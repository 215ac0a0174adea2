#!/bin/sh
# Installs what is needed, builds and runs the tests.
#   sh tests/run.sh              everything: warnings as errors with gcc and clang, the command-line tests and the batch systems
#                                with the release build, each fuzz target a little beyond its corpus, the threaded tests under
#                                ThreadSanitizer, and all tests under AddressSanitizer and UndefinedBehaviorSanitizer
#   sh tests/run.sh -R safe      only the last of these, with ctest's own options (-R pattern, -L label, -V, ...)
# Ends with a summary; the exit code is 0 only if nothing failed.
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
jobs=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
summary=
passed=0
failed=0
skipped=0
runner=

case ${1:-} in
-h | --help)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
esac

step() { printf '\n== %s\n' "$*"; }

note()
{
    summary="$summary$1
"
}

# build NAME OPTIONS...: counts as a failure when it does not build
build()
{
    name=$1
    shift
    step "build/$name"
    if sh "$root/config/build.sh" "$name" "$@"; then
        note "build/$name: built without a warning"
    else
        failed=$((failed + 1))
        note "build/$name: DOES NOT BUILD"
        return 1
    fi
}

# The number of tests in a JUnit file's <testsuite> attribute.
junit() { sed -n "s/.*[[:space:]]$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

# Runs ctest in build/NAME and adds its results up.
run_tests()
{
    name=$1
    shift
    step "tests in build/$name"
    report=$root/build/$name/tests.xml
    rm -f "$report"
    status=0
    $runner ctest --test-dir "$root/build/$name" --output-on-failure --no-tests=error --timeout 1200 --parallel "$jobs" \
        --output-junit "$report" "$@" </dev/null || status=$?
    if [ ! -f "$report" ]; then
        failed=$((failed + 1))
        note "build/$name: ctest failed (exit code $status)"
        return
    fi
    all=$(junit "$report" tests)
    bad=$(junit "$report" failures)
    left=$(($(junit "$report" skipped) + $(junit "$report" disabled)))
    # ctest can fail with no failed test: none was found, or one could not be run
    [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    good=$((all - bad - left))
    [ "$good" -ge 0 ] || good=0
    passed=$((passed + good))
    failed=$((failed + bad))
    skipped=$((skipped + left))
    note "build/$name: $good passed, $bad failed, $left skipped"
}

# ThreadSanitizer cannot place its shadow memory when addresses are random in more than 28 bits.
run_thread_tests()
{
    bits=$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)
    if [ "$bits" -gt 28 ] && setarch -R true 2>/dev/null; then
        runner="setarch -R"
    fi
    run_tests tsan -L threads
    runner=
}

sh "$root/config/install_packages.sh" tests || exit 1
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"

if [ $# -eq 0 ]; then
    # where there are no packages of the batch systems, their tests are skipped
    sh "$root/config/install_packages.sh" cluster || note "no batch systems: their packages cannot be installed"
    build release --preset release -DSUBSCENE_WERROR=ON && run_tests release -L 'cli|cluster'
    build fuzz --preset fuzz && run_tests fuzz -L fuzz
    TARGETS=thread_tests && export TARGETS # the other builds have all targets
    build tsan --preset tsan && run_thread_tests
    unset TARGETS
fi
build asan --preset asan && run_tests asan "$@"

step "summary"
printf '%s' "$summary"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
