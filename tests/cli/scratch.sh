# What is deflated in a .zip is unpacked where TMPDIR says: on a cluster /tmp is often memory.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 252 --bands B02 --zip-deflate
product S --size 252 --bands B02
RUN="-b B02 --size 128 -q"

expect_exit 0 "$SUBSCENE" run "$P" -o plain $RUN
mkdir scratch
expect_exit 0 env TMPDIR="$TMP/scratch" "$SUBSCENE" run "$P" -o elsewhere $RUN
same_tree plain elsewhere "TMPDIR changes nothing"
expect_equal "$(ls -A scratch)" "" "left in TMPDIR"

# it is really used, and only where something is unpacked
expect_exit 75 env TMPDIR="$TMP/nowhere" "$SUBSCENE" run "$P" -o none $RUN
expect_line "$ERR" "no temporary file to unpack into in $TMP/nowhere" "No such file"
expect_equal "$(find none -name '*.nc' 2>/dev/null)" "" "made without a place to unpack"
expect_exit 0 env TMPDIR="$TMP/nowhere" "$SUBSCENE" run "$S" -o folder $RUN
expect_exit 0 env TMPDIR= "$SUBSCENE" run "$P" -o empty $RUN
finish
