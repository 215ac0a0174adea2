# The scripts of config/ and of these tests, without running them.
source "$(dirname "$0")/../cli/lib.sh" || exit 1
cd "$SOURCE_DIR" || exit 1

for file in config/*.sh config/*/*.sh tests/*.sh; do
    expect_exit 0 sh -n "$file"
done
for file in tests/cluster/*.sh; do
    expect_exit 0 bash -n "$file"
done
expect_exit 0 /usr/bin/python3 -c 'import ast, sys; [ast.parse(open(f).read(), f) for f in sys.argv[1:]]' config/*/*.py
if command -v shellcheck >/dev/null; then
    expect_exit 0 shellcheck config/*/*.sh
    # sourced files, lists of words, variables that another file sets or uses
    expect_exit 0 shellcheck -s bash -S warning -e SC1010,SC1091,SC2034,SC2046,SC2086,SC2089,SC2090,SC2154 tests/cluster/*.sh
else
    skip_part "there is no shellcheck here"
fi
finish
