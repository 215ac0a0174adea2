# --compat: what cannot be asked of it, files that say whose numbers they hold, resuming, verify. Its numbers are in compat.sh.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B01,B02,B05 --masks fmask
NAME=$(basename "$P" .SAFE)
OPTIONS="-b B01,B02,B05 --size 128 --layout flat"
COMPAT="$OPTIONS --compat cm-vsm --filter sinc"

# ---- refusals: exit 2, with option and reason; nothing is made ----
refused() # refused "WORDS IN THE MESSAGE" OPTION...
{
    local said=$1 command
    shift
    for command in "run -o bad" info; do
        # shellcheck disable=SC2086
        expect_exit 2 "$SUBSCENE" $command "$P" $OPTIONS "$@"
        expect_line "$ERR" "error: " "$said"
        expect_absent bad
    done
}
for whose in cm-vsm cm-vsm-tiled; do
    refused "--resolution 20: --compat $whose is for 10 m" --compat $whose --resolution 20
    refused "--edge drop: --compat $whose needs --edge pad" --compat $whose --edge drop
    refused "--edge shift: --compat $whose needs --edge pad" --compat $whose --edge shift
    refused "--lobes 4: the filters of --compat $whose have fixed half-widths" --compat $whose --lobes 4
    refused "--engine: --compat $whose has its own engine" --compat $whose --engine direct
    refused "--engine: --compat $whose has its own engine" --compat $whose --engine fft
    refused "--offset remove: --compat $whose keeps RADIO_ADD_OFFSET" --compat $whose --offset remove
    refused "--filter nearest: --compat $whose has no such filter; use point for nearest" --compat $whose --filter nearest
    refused "--filter hann: --compat $whose has no such filter" --compat $whose --filter hann
done
for filter in undefined point hanning blackman bessel; do
    refused "--filter $filter: is one of --compat cm-vsm" --filter $filter
done
refused "less than 1 px apart" --compat cm-vsm --size 1 --overlap 0.5
for command in decode resample cut write; do
    expect_exit 2 "$SUBSCENE" $command "$P" -o bad --compat cm-vsm
    expect_line "$ERR" "--compat is not an option of this command"
done
# what it does anyway may be said
expect_exit 0 "$SUBSCENE" run "$P" -o said -q $COMPAT --resolution 10 --edge pad --offset keep --overlap 0
expect_exit 0 "$SUBSCENE" run "$P" -o clean -q $COMPAT
same_tree clean said "what --compat does anyway"
printf 'compat = cm-vsm\nfilter = sinc\n' >config.ini
expect_exit 0 "$SUBSCENE" run "$P" -o configured -q $OPTIONS --config config.ini
same_tree clean configured "--compat in a file"
expect_exit 2 "$SUBSCENE" run "$P" -o bad -q $OPTIONS --config config.ini --engine fft
expect_line "$ERR" "--engine: --compat cm-vsm"

# ---- threads, parts, and a run that is killed ----
for threads in 1 7; do
    expect_exit 0 "$SUBSCENE" run "$P" -o threads$threads -q $COMPAT -j $threads
    same_tree clean threads$threads "$threads threads"
done
for tile in 4_4 0_3 2_2 4_0; do expect_exit 0 "$SUBSCENE" run "$P" -o parts -q $COMPAT --tiles $tile; done
expect_count parts 4
expect_exit 0 "$SUBSCENE" run "$P" -o parts $COMPAT
expect_line "$ERR" "21 made, 4 already there"
same_tree clean parts "part by part"
kills=0
for ((i = 1; i <= 12 && kills < 3; i++)); do
    rm -rf killed
    "$SUBSCENE" run "$P" -o killed -q $COMPAT --deflate 9 -j 2 >"$OUT" 2>"$ERR" &
    nap $((i * 20))
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null && continue
    [ "$(find killed -name 'tile_*.nc' 2>/dev/null | wc -l)" = 0 ] && continue
    kills=$((kills + 1))
    expect_exit 0 "$SUBSCENE" run "$P" -o killed -q $COMPAT --deflate 9
    [ -d clean9 ] || expect_exit 0 "$SUBSCENE" run "$P" -o clean9 -q $COMPAT --deflate 9
    same_tree clean9 killed "kill -9 and run again"
done
[ $kills -gt 0 ] || skip_part "no run was there to be killed with some subscenes made"

# ---- damage: the subscenes whose windows lie over a bad tile of the image fail, the others are made ----
cp -r "$P" damaged.SAFE
spoil "$(image damaged.SAFE B05)" 0 400
expect_exit 1 "$SUBSCENE" run damaged.SAFE -o damaged $COMPAT
expect_line "$ERR" "B05" "is damaged"
expect_line "$ERR" "16 made, 0 already there, 0 below --min-valid, 9 failed" # 160 px of 20 m: two columns and a half
for tile in 3_0 0_3 4_4; do cmp -s "clean/$NAME/tile_$tile.nc" "damaged/$NAME/tile_$tile.nc" || fail "$tile beside the damage"; done
expect_absent "damaged/$NAME/tile_2_2.nc"

# ---- one folder, one kind ----
sha_tree clean >before
expect_exit 2 "$SUBSCENE" run "$P" -o clean $OPTIONS
expect_line "$ERR" "error: " clean/ "compat is cm-vsm there and none here" "--overwrite"
expect_exit 2 "$SUBSCENE" run "$P" -o clean $OPTIONS --compat cm-vsm
expect_line "$ERR" "filter is sinc there and undefined here"
expect_exit 2 "$SUBSCENE" run "$P" -o clean $OPTIONS --compat cm-vsm-tiled --filter sinc
expect_line "$ERR" "error: " "compat is cm-vsm there and cm-vsm-tiled here" "--overwrite"
sha_tree clean | diff before - >difference || fail "refused, but writes: $(head -3 difference)"

# ---- verify: tells these numbers, and warns where there are others too ----
expect_exit 0 "$SUBSCENE" run "$P" -o ours -q $OPTIONS
expect_exit 0 "$SUBSCENE" verify ours
expect_no_text "$ERR" "numbers: "
for profile in georef kappazeta; do
    expect_exit 0 "$SUBSCENE" run "$P" -o $profile -q $COMPAT --profile $profile
    expect_exit 0 "$SUBSCENE" verify $profile
    expect_line "$ERR" "numbers: 25 of cm_vsm 0.3.7"
    expect_no_text "$ERR" "warning: "
    expect_exit 0 "$SUBSCENE" verify $profile --json -q
    expect_text "$OUT" '"numbers":{"own":0,"cm-vsm":25,"cm-vsm-tiled":0}'
done
expect_equal "$(tail -n +2 "georef/$NAME/manifest.csv" | cut -d, -f 1-13)" "$(tail -n +2 "kappazeta/$NAME/manifest.csv" | cut -d, -f 1-13)" \
    "what manifests of both profiles say of the numbers"
expect_exit 0 "$SUBSCENE" verify ours georef
expect_line "$ERR" "warning: numbers: 25 of our own, 25 of cm_vsm 0.3.7; a model should see one kind only"
cp "ours/$NAME/tile_2_2.nc" "georef/$NAME/" # a stranger
expect_exit 1 "$SUBSCENE" verify georef
expect_line "$ERR" "warning: georef/$NAME/manifest.csv: subscenes with different numbers: 1 of our own, 24 of cm_vsm 0.3.7"

# ---- what files say; class layers lie as they always do ----
if /usr/bin/python3 -c 'import netCDF4' 2>/dev/null; then
    /usr/bin/python3 - {ours,clean,kappazeta}/"$NAME/tile_1_1.nc" <<'END' || fail "files with --compat"
import netCDF4, numpy, sys
ours, georef, published = (netCDF4.Dataset(p) for p in sys.argv[1:])
assert "compat" not in ours.ncattrs() and "displaced" not in ours.comment
assert georef.compat == published.compat == "cm_vsm 0.3.7"
assert "displaced" in georef.comment and georef.parameters.endswith(" offset=keep profile=georef deflate=1 compat=cm-vsm")
assert list(georef.variables) == ["B01", "B02", "B05", "FMC", "x", "y", "crs"]
for tile in georef, published:
    assert [tile[b].scaling_factor for b in ("B01", "B02", "B05")] == [numpy.float32(128) / numpy.float32(22), 1, 2]
    assert (ours["FMC"][:] == tile["FMC"][:]).all() and len(set(ours["FMC"][:].flat)) > 1
    assert all((tile[b][:] == georef[b][:]).all() and (tile[b][:] != ours[b][:]).any() for b in ("B01", "B02", "B05"))
assert georef["B05"].radio_add_offset == -1000 and georef["B05"].offset_removed == 0
assert (georef["x"][:] == ours["x"][:]).all() and georef["crs"].GeoTransform == ours["crs"].GeoTransform
END
else
    skip_part "no netCDF4 in Python"
fi
finish
