# The disk space that info and --dry-run tell: never less than what a run writes, and typical for what such products take.
source "$(dirname "$0")/lib.sh" || exit 1
command -v python3 >/dev/null || skip_all "python3 is missing"

product A --size 630 --jp2-tile 256,160,48 --nodata none --scene texture --masks all
product L --size 630 --jp2-tile 256,160,48 --nodata none --scene texture --level L2A
OF="B01,B02,B05,B8A"
told() # told KEY: of the event in $ERR
{
    grep '"event":"disk_space"' "$ERR" | grep -oE "\"$1\":[0-9]+" | cut -d: -f2
}
written() { find "$1" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }'; } # bytes of all files below
blocks() { find "$1" -printf '%b\n' | awk '{ n += $1 * 512 } END { print n }'; }

# bounded LOW HIGH PRODUCT OPTION…: is what a run writes within these percentages of the typical figure, and never more than the other?
bounded()
{
    local low=$1 high=$2 most typical bytes
    shift 2
    rm -rf out
    expect_exit 0 "$SUBSCENE" run "$@" -o out --dry-run --log-format json
    most=$(told most_bytes) typical=$(told typical_bytes)
    expect_exit 0 "$SUBSCENE" run "$@" -o out
    expect_equal "$(told subscenes)" "" "a run tells of its space"
    bytes=$(written out)
    shift
    echo "$*: wrote $bytes of at most $most, about $typical: $((bytes * 100 / typical)) %"
    [ "$bytes" -le "$most" ] || fail "$*: wrote $bytes, at most $most were told"
    [ "$(blocks out)" -le "$most" ] || fail "$*: takes $(blocks out) on the disk, at most $most were told"
    [ $((bytes * 100)) -ge $((typical * low)) ] || fail "$*: wrote $bytes, about $typical were told"
    [ $((bytes * 100)) -le $((typical * high)) ] || fail "$*: wrote $bytes, about $typical were told"
}
bounded 60 140 "$A" -b $OF --size 210
bounded 60 140 "$L" --size 210
bounded 95 105 "$A" -b $OF --size 210 --deflate 0
bounded 95 105 "$L" -b all --size 210 --deflate 0 --profile kappazeta
bounded 60 140 "$A" -b $OF --size 210 --deflate 9 --profile kappazeta
bounded 50 140 "$A" -b $OF --size 210 --png
bounded 50 140 "$L" -b all --size 315 --png --deflate 0 --layout cm_vsm
bounded 50 140 "$A" -b $OF --size 105 --resolution 20 --overlap 0.5 --no-masks
bounded 20 150 "$A" -b B01 --size 32 --png --layout cm_vsm # most of it is metadata
bounded 20 150 "$A" -b B01 --size 1 --tiles 0_0,1_0 --no-masks
bounded 40 140 "$A" -b $OF --size 210 --compat cm-vsm
bounded 50 140 "$A" -b $OF --tiles 0_0 --edge shift
REAL=$SHARED/data/real/S2A_MSIL1C_20220125T151701_N0400_R125_T18LTM_20220125T190036.SAFE
if [ -d "$REAL" ]; then
    bounded 40 140 "$REAL" -b B01,B09,B10 --tiles 9_9,10_9,9_10,10_10
    bounded 40 140 "$REAL" -b B01,B09,B10 --tiles 1_1,2_2 --resolution 60
else
    skip_part "$REAL is not there"
fi

# ---- what is there already, lists, write ----
rm -rf out
expect_exit 0 "$SUBSCENE" run "$A" -o out -b B01 --size 210 --dry-run --log-format json
all=$(told typical_bytes)
expect_exit 1 "$SUBSCENE" run "$A" "$L" gone -o out -b B01 --size 210 --dry-run --log-format json --no-masks
expect_equal "$(told subscenes)" 18 "subscenes of a list"
expect_exit 0 "$SUBSCENE" run "$A" -o out -b B01 --size 210 --tiles 0_0,1_0,2_0
expect_exit 0 "$SUBSCENE" run "$A" -o out -b B01 --size 210 --dry-run --log-format json
expect_equal "$(told subscenes)" 6 "subscenes that are missing"
expect_equal "$(told typical_bytes)" $((all * 6 / 9)) "space of what is missing"
expect_exit 0 "$SUBSCENE" run "$A" -o out -b B01 --size 210
expect_exit 0 "$SUBSCENE" run "$A" -o out -b B01 --size 210 --dry-run
expect_no_text "$ERR" "disk space"
expect_exit 0 "$SUBSCENE" run "$A" -o new/er -b B01 --size 210 --dry-run
expect_line "$ERR" "disk space for 9 subscenes: at most " "B, about " "B are free in new/er"
expect_absent new
"$SUBSCENE" decode "$A" -o d -b B01 -q >/dev/null && "$SUBSCENE" resample d/*.nc -o r -q >/dev/null && "$SUBSCENE" cut r/*.nc -o c --size 210 -q >/dev/null
expect_exit 0 "$SUBSCENE" write c/*.nc -o w --dry-run --product "$A" --log-format json
expect_equal "$(told typical_bytes)" "$all" "write --dry-run"

# ---- the stages, and labels ----
# staged LOW HIGH FILES COMMAND…: as bounded, for files between the stages
staged()
{
    local low=$1 high=$2 files=$3 most typical bytes
    shift 3
    rm -rf staged
    expect_exit 0 "$SUBSCENE" "$@" -o staged --dry-run --log-format json
    expect_absent staged
    expect_equal "$(told files)$(told subscenes)" "$files" "$*: files to make"
    most=$(told most_bytes) typical=$(told typical_bytes)
    expect_exit 0 "$SUBSCENE" "$@" -o staged -q
    bytes=$(written staged)
    echo "$*: wrote $bytes of at most $most, about $typical: $((bytes * 100 / typical)) %"
    [ "$(blocks staged)" -le "$most" ] || fail "$*: takes $(blocks staged) on the disk, at most $most were told"
    [ $((bytes * 100)) -ge $((typical * low)) ] || fail "$*: wrote $bytes, about $typical were told"
    [ $((bytes * 100)) -le $((typical * high)) ] || fail "$*: wrote $bytes, about $typical were told"
    expect_exit 0 "$SUBSCENE" "$@" -o staged --dry-run --log-format json
    expect_equal "$(told most_bytes)" "" "$*: space of nothing"
}
staged 95 105 3 decode "$A" -b B01,B02,B05
staged 60 140 1 decode "$A" -b B02 --deflate 1
rm -rf d && mv staged d && "$SUBSCENE" decode "$A" -o d -b B01 -q >/dev/null
staged 95 105 2 resample d/B01.nc d/B02.nc
rm -rf r && mv staged r
staged 90 105 9 cut r/*.nc --size 210
staged 40 140 4 cut r/*.nc --size 315 --deflate 1
cat >labels.xml <<END
<annotations><version>1.1</version><image id="0" name="$(basename "$A" .SAFE)/tile_0_0.png" width="210" height="210">
<polygon label="cloud" points="2.4,2.6;10.4,2.6;10.4,8.4;2.4,8.4" z_order="0"></polygon></image></annotations>
END
expect_exit 0 "$SUBSCENE" write c/*.nc -o w -q
before=$(written w)
expect_exit 0 "$SUBSCENE" label w --cvat labels.xml --dry-run --log-format json
expect_equal "$(told subscenes)" 1 "subscenes to label"
most=$(told most_bytes)
expect_exit 0 "$SUBSCENE" label w --cvat labels.xml -q
[ "$(written w)" -le $((before + most)) ] || fail "label: $(written w) after $before, at most $most were told"

# ---- info ----
expect_exit 0 "$SUBSCENE" info "$A" -b B01 --size 210
expect_line "$OUT" "disk space  at most " "about "
expect_no_text "$OUT" "free in"
expect_exit 0 "$SUBSCENE" info "$A" -b B01 --size 210 -o out --json
python3 - "$OUT" "$all" <<'END' || fail "info --json"
import json, os, sys
space = json.load(open(sys.argv[1]))["disk_space"]
assert set(space) == {"most_bytes", "typical_bytes", "free_bytes"}, space
assert space["typical_bytes"] == int(sys.argv[2]) < space["most_bytes"], space
fs = os.statvfs("out")
assert abs(space["free_bytes"] - fs.f_bavail * fs.f_frsize) < 1e9, space
END
expect_exit 0 "$SUBSCENE" info "$A" --json
expect_text "$OUT" '"free_bytes":null'

# ---- a file system that is too small ----
mkdir small
if mount -t tmpfs -o size=1m none small 2>/dev/null; then
    mounted=$TMP/small
    for command in "info" "run --dry-run"; do
        expect_exit 0 "$SUBSCENE" $command "$A" -o small/out
        expect_line "$ERR" "warning: small/out: about " " are needed, and 1.0 MB are free"
    done
    expect_exit 0 "$SUBSCENE" info "$A" -o small/out -b B01 --tiles 0_0 --size 64
    expect_no_text "$ERR" "warning"
else
    skip_part "no file system can be mounted here"
fi
finish
