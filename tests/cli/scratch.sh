# What is deflated in a .zip is unpacked into memory where the plan has room for it, else where TMPDIR says: on a cluster /tmp is often memory.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 1590 --jp2-tile 512,320,96 --bands B02,B03,B04,B08 --scene texture --zip-deflate
product S --size 1590 --jp2-tile 512,320,96 --bands B02,B03,B04,B08 --scene texture
RUN="-b B02,B03,B04,B08 --size 128 --tiles 3_3,4_3 -j 2 -q"

expect_exit 0 "$SUBSCENE" run "$S" -o plain $RUN
mkdir scratch
for folder in "$TMP/scratch" "$TMP/nowhere" ""; do
    expect_exit 0 env TMPDIR="$folder" "$SUBSCENE" run "$P" -o out $RUN
    expect_empty "$ERR"
    same_tree plain out "TMPDIR=$folder changes nothing"
    expect_exit 0 env TMPDIR="$folder" "$SUBSCENE" decode "$P" -o decoded -b B02 -q
    expect_empty "$ERR"
    rm -rf out decoded
done

# with the least memory that a run from the folder needs there is none for what is unpacked
expect_exit 2 "$SUBSCENE" run "$S" -o none $RUN --memory 1M
least=$(grep -o 'needs [0-9]*M' "$ERR" | grep -o '[0-9]*')
LITTLE="--memory ${least}M"
expect_exit 0 "$SUBSCENE" run "$S" -o little $RUN $LITTLE
expect_exit 0 env TMPDIR="$TMP/scratch" "$SUBSCENE" run "$P" -o out $RUN $LITTLE
expect_empty "$ERR"
same_tree plain out "with a temporary file"
expect_equal "$(ls -A scratch)" "" "left in TMPDIR"
refused() { # CODE FOLDER WORDS...: and nothing is made
    local code=$1 folder=$2
    shift 2
    expect_exit "$code" env TMPDIR="$folder" "$SUBSCENE" run "$P" -o none $RUN $LITTLE
    expect_line "$ERR" "error: " "$P: band B0" ".jp2: " "in $folder (TMPDIR): " "$@"
    expect_absent none
}
refused 1 "$TMP/nowhere" "no room in memory to unpack it, and no temporary file can be made" "No such file"
expect_exit 1 env TMPDIR="$TMP/nowhere" "$SUBSCENE" info "$P" $RUN $LITTLE
expect_exit 0 env TMPDIR="$TMP/nowhere" "$SUBSCENE" run "$S" -o folder $RUN $LITTLE
expect_exit 2 env TMPDIR="$TMP/scratch" "$SUBSCENE" run "$P" -o none $RUN --memory 1M # that is no room for anything
expect_line "$ERR" "--memory 1M is too little: this needs ${least}M at least"

# the plan counts what is unpacked in memory
planned() { "$SUBSCENE" info "$1" $RUN --json | grep -o "\"$2\":[0-9]*" | cut -d: -f2; }
size=$(cat "$S"/GRANULE/*/IMG_DATA/*.jp2 | wc -c)
expect_equal "$(planned "$P" unpacked_bytes)" "$size" "unpacked bytes in the plan"
expect_equal "$(planned "$S" unpacked_bytes)" 0 "unpacked bytes of a folder"
expect_equal "$(planned "$P" total_bytes)" $(($(planned "$S" total_bytes) + size)) "memory of the plan"

# a folder that cannot be written, a full one
mkdir small
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=64k none small 2>mount_error; then
    mounted=$TMP/small
    refused 75 "$TMP/small" "cannot unpack it into a temporary file" "No space left"
    mount -o remount,ro small
    refused 1 "$TMP/small" "no room in memory to unpack it, and no temporary file can be made" "Read-only file system"
    expect_exit 0 env TMPDIR="$TMP/small" "$SUBSCENE" run "$P" -o out2 $RUN
    same_tree plain out2 "with room in memory"
else
    skip_part "no small tmpfs: $(cat mount_error 2>/dev/null || echo not root)"
fi
finish
