# verify: silent about a good folder; every fault is told, for exactly the file that has it.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48
NAME=$(basename "$P" .SAFE)
json() # json FAULTS [NAME]: $OUT is JSON with that many faults, one of them of the file named
{
    command -v python3 >/dev/null || { skip_part "python3 is missing: JSON is not parsed"; return; }
    python3 - "$OUT" "$@" <<'END' || fail "verify --json: $(head -c 300 "$OUT")"
import json, sys
d = json.load(open(sys.argv[1]))
assert d["fault_count"] == len(d["faults"]) == int(sys.argv[2]), d
assert all(set(f) == {"path", "kind", "fault"} and f["fault"] for f in d["faults"])
assert all(k["count"] == sum(f["kind"] == k["kind"] for f in d["faults"]) for k in d["kinds"])
assert sum(k["count"] for k in d["kinds"]) == d["fault_count"]
if len(sys.argv) > 3:
    assert any(f["path"].endswith("/" + sys.argv[3]) for f in d["faults"]), d
END
}

for profile in georef kappazeta; do
    rm -rf clean
    expect_exit 0 "$SUBSCENE" run "$P" -o clean -b B01,B02 --size 128 --layout flat --profile $profile
    sha_tree clean >before
    expect_exit 0 "$SUBSCENE" verify clean
    expect_empty "$OUT"
    expect_line "$ERR" "25 files of 1 manifest: 0 faults"
    expect_exit 0 "$SUBSCENE" verify "clean/$NAME/" -q -j 1
    expect_empty "$OUT"
    expect_empty "$ERR"
    expect_exit 0 "$SUBSCENE" verify clean --json
    json 0

    # try FAULT N LINES...: changes a copy with the shell function FAULT; verify must tell N faults, and only of the named files
    try()
    {
        local fault=$1 n=$2 name
        [ "$fault" = renamed ] || in_sample 1 2 || return
        shift 2
        rm -rf bad
        cp -r clean bad
        (cd "bad/$NAME" && $fault) || fail "$fault could not be made"
        sha_tree bad >there
        expect_exit 1 "$SUBSCENE" verify bad -q
        expect_equal "$(wc -l <"$OUT")" "$n" "$profile, $fault: faults"
        for name; do expect_line "$OUT" "bad/$NAME/$name: "; done
        while IFS= read -r line; do
            name=${line#"bad/$NAME/"}
            [[ " $* " == *" ${name%%: *} "* ]] || fail "$profile, $fault: a fault of ${name%%: *}: $line"
        done <"$OUT"
        expect_empty "$ERR"
        if [ "$fault" = renamed ]; then
            expect_exit 1 "$SUBSCENE" verify bad -q --json
            json "$n" "$1"
            expect_exit 1 "$SUBSCENE" verify clean bad -q
            expect_equal "$(wc -l <"$OUT")" "$n" "faults in two folders"
        fi
        sha_tree bad | diff -q there - >/dev/null || fail "verify changes files"
    }
    flipped() { # in the middle of the compressed samples
        local at=$(($(stat -c %s tile_1_2.nc) / 2)) old
        old=$(od -An -tx1 -j $at -N 1 tile_1_2.nc | tr -d ' ')
        printf "\\x$(printf %02x $((0x$old ^ 0x41)))" | dd of=tile_1_2.nc bs=1 seek=$at conv=notrunc status=none
    }
    truncated() { truncate -s -1000 tile_1_2.nc; }
    shortened() { truncate -s 100 tile_1_2.nc; }
    emptied() { : >tile_1_2.nc; }
    deleted() { rm tile_1_2.nc; }
    renamed() { mv tile_1_2.nc tile_7_7.nc; }
    exchanged() { mv tile_1_2.nc t && mv tile_2_1.nc tile_1_2.nc && mv t tile_2_1.nc; }
    row_removed() { sed -i '/tile_1_2.nc/d' manifest.csv; }
    row_broken() { sed -i 's/^1,2,tile_1_2.nc,/1,2,tile_1_2.nc,x/' manifest.csv; }
    row_mean() { awk -F, -v OFS=, '$3 == "tile_1_2.nc" { $6 += 1 } 1' manifest.csv >m && mv m manifest.csv; }
    row_max() { awk -F, -v OFS=, '$3 == "tile_1_2.nc" { $7 += 1 } 1' manifest.csv >m && mv m manifest.csv; }
    row_valid() { awk -F, -v OFS=, '$3 == "tile_1_2.nc" { $4 = 0.123456 } 1' manifest.csv >m && mv m manifest.csv; }
    row_hash() { awk -F, -v OFS=, '$3 == "tile_1_2.nc" { $(NF-1) = "0123456789abcdef" } 1' manifest.csv >m && mv m manifest.csv; }
    row_digest() { awk -F, -v OFS=, '$3 == "tile_1_2.nc" { $NF = "0123456789abcdef" } 1' manifest.csv >m && mv m manifest.csv; }
    row_elsewhere() { sed -i 's/,tile_1_2.nc,/,..\/tile_1_2.nc,/' manifest.csv; }
    foreign() { head -c 5000 /dev/urandom >other.nc; }
    copied() { cp tile_1_2.nc copy.nc; }
    part_left() { cp tile_1_2.nc .tile_1_2.nc.part-4711; }
    manifest_lost() { rm manifest.csv; }
    folder_instead() { rm tile_1_2.nc && mkdir tile_1_2.nc; }
    link_loop() { rm tile_1_2.nc && ln -s tile_1_2.nc tile_1_2.nc; }

    for fault in flipped truncated shortened emptied deleted row_removed row_mean row_max row_valid row_hash; do try $fault 1 tile_1_2.nc; done
    [ $profile = kappazeta ] || try row_digest 1 tile_1_2.nc # files of the other profile do not know their parameters
    try renamed 2 tile_1_2.nc tile_7_7.nc
    try exchanged 2 tile_1_2.nc tile_2_1.nc
    try row_elsewhere 2 ../tile_1_2.nc tile_1_2.nc
    try foreign 1 other.nc
    try copied 1 copy.nc
    try part_left 1 .tile_1_2.nc.part-4711
    try folder_instead 1 tile_1_2.nc
    try link_loop 1 tile_1_2.nc
    all=$(cd "clean/$NAME" && ls -- *.nc | paste -sd' ')
    try row_broken 26 manifest.csv $all
    try manifest_lost 25 $all

    # a file that is NetCDF and wrong: out of text, one thing changed
    if command -v ncdump >/dev/null && command -v ncgen >/dev/null; then
        ncdump -s -p 9,17 "clean/$NAME/tile_1_2.nc" | grep -vE '^\s*:_|_Endianness|_NoFill|_Storage' >whole.cdl
        rewritten() { sed "$edit" "$TMP/whole.cdl" >"$TMP/edited.cdl" && ncgen -4 -o tile_1_2.nc "$TMP/edited.cdl"; }
        rm -rf bad
        cp -r clean bad
        (cd "bad/$NAME" && edit= rewritten)
        expect_exit 0 "$SUBSCENE" verify bad -q # other bytes, the same contents
        expect_empty "$OUT"
        edits=('/:product_name/d' '/:version = /d' 's/B02\b/B03/g')
        [ $profile = kappazeta ] || edits+=('s/:subscene_x = 1/:subscene_x = 2/' 's/:valid_fraction = [0-9.]*/:valid_fraction = 0.5/'
            's/:content_hash = "..../:content_hash = "0000/' '/GeoTransform = /s/"3/"4/' '/crs:GeoTransform/d' '/crs:crs_wkt/d'
            's/\bx\b/easting/g')
        for edit in "${edits[@]}"; do
            sed "$edit" whole.cdl | cmp -s - whole.cdl && fail "the edit \"$edit\" changes nothing"
            try rewritten 1 tile_1_2.nc
        done
    else
        skip_part "ncdump and ncgen are missing: no well-formed wrong files"
    fi
done

expect_exit 3 "$SUBSCENE" verify nowhere
expect_line "$ERR" "error: " nowhere "No such file"
expect_empty "$OUT"
mkdir empty
expect_exit 3 "$SUBSCENE" verify empty
expect_line "$ERR" "error: " empty "no manifest.csv"
expect_exit 3 "$SUBSCENE" verify clean empty nowhere -q
expect_line "$ERR" "error: " nowhere
echo text >file
expect_exit 3 "$SUBSCENE" verify file
expect_exit 2 "$SUBSCENE" verify
expect_line "$ERR" "missing"
finish
