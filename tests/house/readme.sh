#!/bin/sh
# The table between <!-- options --> and <!-- /options --> must be what the program prints: readme.sh MAKE_DOCUMENTS README.md
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" markdown >"$work/program"
sed -n '/^<!-- options -->$/,/^<!-- .options -->$/{/^|/p;}' "$2" >"$work/readme"
[ -s "$work/program" ] || { echo "make_documents printed nothing"; exit 1; }
diff "$work/readme" "$work/program" || { echo "paste the output of make_documents markdown into $2"; exit 1; }
