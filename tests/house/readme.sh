#!/bin/sh
# What is between <!-- options --> and <!-- /options --> must be what the program prints: readme.sh MAKE_DOCUMENTS OPTIONS.md
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" markdown >"$work/program"
sed -n '/^<!-- options -->$/,/^<!-- .options -->$/{/^</d;p;}' "$2" | sed '1{/^$/d;}; ${/^$/d;}' >"$work/readme"
[ -s "$work/program" ] || { echo "make_documents printed nothing"; exit 1; }
diff "$work/readme" "$work/program" || { echo "paste the output of make_documents markdown into $2"; exit 1; }
