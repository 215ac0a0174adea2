# Shared by the tests that put class layers into files: labels, kills at any moment, a full disk.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

# boxes NAME CELL...: CVAT's annotations of subscenes of 64 px of the product NAME, a cloud in each
boxes()
{
    local name=$1 cell
    shift
    echo '<annotations><version>1.1</version>'
    for cell; do
        echo "<image id=\"0\" name=\"$name/tile_$cell.png\" width=\"64\" height=\"64\"><box label=\"cloud\" xtl=\"2\" ytl=\"${cell%_*}\" xbr=\"9\" ybr=\"20\" z_order=\"0\"/></image>"
    done
    echo '</annotations>'
}

# survives_kills FOLDER CHECK COMMAND...: in copies of start/ at FOLDER, the command is killed at random moments and called again; then CHECK WHAT
survives_kills()
{
    local folder=$1 check=$2 from length between=0 i kills=${KILLS:-$([ -n "$SANITIZE" ] && echo 2 || echo 20)}
    shift 2
    rm -rf "$folder" && cp -a start "$folder"
    from=$(now_ms)
    expect_exit 0 "$@"
    length=$(($(now_ms) - from))
    $check "before any kill"
    for ((i = 0; i < kills; i++)); do
        rm -rf "$folder" && cp -a start "$folder"
        "$@" >/dev/null 2>&1 &
        nap $((RANDOM % (length + 1)))
        kill -9 $! 2>/dev/null && between=$((between + 1))
        wait $! 2>/dev/null
        find "$folder" -name .subscene.lock -delete
        expect_exit 0 "$@"
        $check "after kill -9"
    done
    echo "killed in between: $between of $kills"
}

# survives_full_disk ROOM FOLDER COMMAND...: with a copy of start/ at small/FOLDER on a disk with ROOM KiB left, the command ends with 75; with
# room again it makes clean/
survives_full_disk()
{
    local room=$1 folder=small/$2
    shift 2
    mkdir small
    if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o size=20M none small 2>/dev/null; then
        skip_part "no small tmpfs"
        return
    fi
    mounted=$TMP/small
    cp -a start "$folder"
    mount -o remount,size="$(($(du -sk small | cut -f1) + room))k" small
    expect_exit 75 "$@"
    expect_line "$ERR" "No space left"
    mount -o remount,size=20M small
    expect_exit 0 "$@"
    same_tree clean "$folder" "with room again"
}
