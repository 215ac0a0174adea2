# A full disk: exit 75, a message that says so, whole files only; with room again a rerun completes.
source "$(dirname "$0")/lib.sh" || exit 1

mkdir small
{ [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=600k none small 2>mount_error; } ||
    skip_all "no small tmpfs: $(cat mount_error 2>/dev/null || echo not root)"
mounted=$TMP/small

product P --size 630 --jp2-tile 256,160,48
for threads in 1 2 7; do
    for profile in georef kappazeta "georef --png"; do
        OPTIONS="-b B01,B02,B05 --size 128 -j $threads --profile $profile"
        in_sample 1 2 || continue
        rm -rf clean small/*
        mount -o remount,size=10M small
        expect_exit 0 "$SUBSCENE" run "$P" -o clean $OPTIONS
        mount -o remount,size=600k small
        expect_exit 75 "$SUBSCENE" run "$P" -o small/out $OPTIONS
        expect_line "$ERR" "error: " small/out "No space left"
        no_temporaries small
        [ "$(count_nc small)" -ge 1 ] && [ "$(count_nc small)" -lt 25 ] || fail "$(count_nc small) subscenes fit: not the case in question"
        for f in $(cd small/out && find . -name '*.nc'); do cmp -s "small/out/$f" "clean/$f" || fail "$f is not whole"; done
        expect_whole small/out
        expect_exit 75 "$SUBSCENE" run "$P" -o small/out $OPTIONS # still full
        expect_line "$ERR" "No space left"
        no_temporaries small
        mount -o remount,size=10M small
        expect_exit 0 "$SUBSCENE" run "$P" -o small/out $OPTIONS
        same_tree clean small/out "with room again, -j $threads, $profile"
    done
done

# no room for anything, not even the first file; no room for a folder
mount -o remount,size=4k small 2>/dev/null
rm -rf small/*
mount -o remount,size=4k small
expect_exit 75 "$SUBSCENE" run "$P" -o small/out $OPTIONS
expect_line "$ERR" "error: " small/out "No space left"
no_temporaries small
rm -rf small/*
mount -o remount,size=1M,nr_inodes=2 small 2>/dev/null && {
    expect_exit 75 "$SUBSCENE" run "$P" -o small/out $OPTIONS
    expect_line "$ERR" "error: " small/out "No space left"
}

# two products, the disk fills at the first: 75 as well
umount small && mount -t tmpfs -o size=600k none small
product Q --size 630 --jp2-tile 256,160,48 --sensing 20200717T221941 --ulx 409800
expect_exit 75 "$SUBSCENE" run "$P" "$Q" -o small/out $OPTIONS
no_temporaries small
mount -o remount,size=10M small
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o small/out $OPTIONS
expect_exit 0 "$SUBSCENE" verify small/out -q
expect_equal "$(find small -name '*.nc' | wc -l)" 50 "subscenes of both"

# a disk that cannot be written
mount -o remount,ro small
sha_tree small >before
expect_exit 0 "$SUBSCENE" run "$P" -o small/out $OPTIONS # nothing to do is done
expect_exit 1 "$SUBSCENE" run "$P" -o small/other $OPTIONS
expect_line "$ERR" "error: " small/other "Read-only file system"
expect_exit 1 "$SUBSCENE" run "$P" -o small/out $OPTIONS --overwrite
expect_line "$ERR" "error: " small/out "Read-only file system"
sha_tree small | diff before - || fail "a read-only folder was changed"

# in the middle of a list: no room, or no right to write, for the second of three products only; the others are made, and a rerun makes the rest
product R --size 630 --jp2-tile 256,160,48 --sensing 20200817T221941 --ulx 519600
OPTIONS="-b B01,B02,B05 --size 128 --layout flat"
expect_exit 0 "$SUBSCENE" run "$P" "$Q" "$R" -o good $OPTIONS
FOLDER_Q=$(basename "$Q" .SAFE)
printf '%s\n' "$P" "$Q" "$R" >list
for case in "75 size=600k No space left" "1 size=10M,ro Read-only file system"; do
    read -r code mount_options reason <<<"$case"
    rm -rf list_out && mkdir -p "list_out/$FOLDER_Q"
    mount -t tmpfs -o "$mount_options" none "list_out/$FOLDER_Q" || { skip_part "no second tmpfs"; break; }
    mounted+=" $TMP/list_out/$FOLDER_Q"
    expect_exit "$code" "$SUBSCENE" run @list -o list_out $OPTIONS
    expect_line "$ERR" "error: " "$FOLDER_Q" "$reason"
    for whole in "$P" "$R"; do same_tree "good/$(basename "$whole" .SAFE)" "list_out/$(basename "$whole" .SAFE)" "beside a product without room"; done
    no_temporaries list_out
    mount -o remount,rw,size=10M "list_out/$FOLDER_Q"
    expect_exit 0 "$SUBSCENE" run @list -o list_out $OPTIONS
    same_tree good list_out "the list again ($reason)"
    umount "list_out/$FOLDER_Q" && mounted=$TMP/small
done
finish
