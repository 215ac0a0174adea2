# info: the facts of a product, what is missing, and a memory plan that holds.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --tci
product OLD --size 630 --baseline 02.09 --platform S2B --tile 32TNM --epsg 32632 --ulx 499980 --uly 4700040 --sensing 20170226T102021 \
    --missing B05,B09
NAME=$(basename "$P" .SAFE)
expect_exit 0 "$SUBSCENE" info "$P"
expect_empty "$ERR"
expect_line "$OUT" product "$NAME"
expect_line "$OUT" L1C "baseline 05.11" Sentinel-2A
expect_line "$OUT" sensing 2022-01-25T15:17:01
expect_line "$OUT" T35VLF EPSG:32635 "300000 6500040"
expect_line "$OUT" 10000 "no data 0" "saturated 65535" RADIO_ADD_OFFSET
expect_line "$OUT" B02 "10 m" "630 x 630" "offset -1000" "3 x 3 of 256 x 256"
expect_line "$OUT" B8A "20 m" "315 x 315" "2 x 2 of 160 x 160"
expect_line "$OUT" B09 "60 m" "105 x 105" "3 x 3 of 48 x 48"
expect_line "$OUT" TCI_G "10 m" "630 x 630" "8 bits" "3 x 3 of 256 x 256"
expect_no_text "$OUT" AOT
expect_line "$OUT" lattice "2 columns x 2 rows of 512 px" "edge pad" "4 subscenes"
expect_line "$OUT" folder "L1C/January/$NAME"
expect_line "$OUT" memory MiB
expect_exit 0 "$SUBSCENE" info "$P/MTD_MSIL1C.xml" --size 100 --overlap 0.5 --edge shift --resolution 20 --layout flat
expect_line "$OUT" target "315 x 315 px of 20 m"
expect_line "$OUT" lattice "6 columns x 6 rows of 100 px, step 50 px, edge shift"
expect_line "$OUT" folder "$NAME"
expect_exit 0 "$SUBSCENE" info "$P" --size 128 --tiles 0_0,1_1
expect_line "$OUT" lattice "2 subscenes"
expect_exit 2 "$SUBSCENE" info "$P" --size 128 --tiles 5_0
expect_line "$ERR" 5_0 "columns 0 to 4"
expect_exit 3 "$SUBSCENE" info nowhere
expect_line "$ERR" nowhere "No such file"
expect_empty "$OUT"
# what run refuses is refused, with run's exit code and message; the report is there all the same
expect_exit 2 "$SUBSCENE" info "$P" --memory 2M
expect_line "$ERR" "error: " "--memory 2M is too little"
expect_line "$OUT" plan none "--memory 2M is too little"

expect_exit 3 "$SUBSCENE" info "$OLD"
expect_line "$ERR" "error: " "band B05" "No such file"
expect_line "$OUT" "no offset"
expect_line "$OUT" B05 "not usable" "_B05.jp2" "No such file"
expect_line "$OUT" B09 "not usable" "_B09.jp2"
expect_line "$OUT" plan none B05
expect_exit 0 "$SUBSCENE" info "$OLD" -b B02,B03
expect_line "$OUT" B05 "not usable"
expect_line "$OUT" memory MiB

if command -v python3 >/dev/null; then
    "$SUBSCENE" info "$P" --json --size 256 --overlap 0.0625 -j 3 >new.json || fail "info --json"
    expect_exit 3 "$SUBSCENE" info "$OLD" --json
    cp "$OUT" old.json
    python3 - "$NAME" <<'END' || fail "info --json"
import json, sys
new, old = json.load(open("new.json")), json.load(open("old.json"))
def same(d, **want):
    assert all(d[k] == v for k, v in want.items()), (d, want)
same(new, product=sys.argv[1], level="L1C", baseline="05.11", spacecraft="Sentinel-2A", tile_id="T35VLF", quantification=10000,
     nodata=0, saturated=65535, has_offset=True, subscenes=9, folder="L1C/January/" + sys.argv[1])
assert new["sensing_time"].startswith("2022-01-25T15:17:01")
assert [b["name"] for b in new["bands"]] == "B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B10 B11 B12 TCI_R TCI_G TCI_B".split()
assert " bands=default " in new["options"] and new["options"].split()[2:] == new["parameters"].split()[2:]
for b in new["bands"]:
    m = {"B01": 60, "B09": 60, "B10": 60, "B02": 10, "B03": 10, "B04": 10, "B08": 10}.get(b["name"], 10 if "TCI" in b["name"] else 20)
    same(b["grid"], pixel_m=m, width=6300 // m, height=6300 // m, ulx_m=300000, uly_m=6500040, epsg=32635)
    same(b, usable=True, bits=8 if "TCI" in b["name"] else 16, jp2_tile_width={10: 256, 20: 160, 60: 48}[m])
    assert b.get("offset") == (None if "TCI" in b["name"] else -1000)
    assert b["image"].endswith("_%s.jp2" % b["name"][:3]) and b["bytes"] > 1000
same(new["target"], width=630, height=630, pixel_m=10)
same(new["lattice"], size=256, step=240, columns=3, rows=3, edge="pad")
m = new["memory"]
assert m["threads"] == 3 and m["total_bytes"] > m["source_bytes"] + m["strip_bytes"] + 3 * m["bytes_per_thread"] > 0
same(old, baseline="02.09", spacecraft="Sentinel-2B", tile_id="T32TNM", has_offset=False, memory=None)
assert "B05" in old["no_plan"]
for b in old["bands"]:
    same(b, usable=b["name"] not in ("B05", "B09", "TCI_R", "TCI_G", "TCI_B"))
    assert b.get("offset", 0) == 0
    same(b["grid"], epsg=32632, ulx_m=499980, uly_m=4700040)
    assert b["usable"] or ("lists no image" if "TCI" in b["name"] else "No such file") in b["reason"]
END
else
    skip_part "python3 is missing: JSON is not parsed"
fi

# the plan covers what a run takes
if [ -z "$SANITIZE" ] && [ -x /usr/bin/time ]; then
    product BIG --size 1590 --scene texture
    product GROUND --size 1590 --scene texture --level L2A
    for options in "-j 2" "-j 1 --size 256 -b B02,B03,B04" "-j 7 --size 128 --engine direct" "-j 2 --size 1024 --profile kappazeta -b B01,B02" \
        "-j 2 --png" "-j 3 --png --size 800 -b B02,B03,B04,B08" \
        "-j 2 --compat cm-vsm" "-j 7 --size 100 --overlap 0.1 --compat cm-vsm-tiled --filter lanczos" "-j 2 --size 1590 --compat cm-vsm -b B01,B05" \
        "-j 2 -b B01,AOT,WVP,TCI" "-j 3 -b TCI --resolution 20 --size 256" "-j 2 -b B01,TCI --compat cm-vsm" "-j 2 -b B01,TCI --png"; do
        case $options in *TCI*) BIG=$GROUND ;; esac
        expect_exit 0 "$SUBSCENE" info "$BIG" $options --json
        plan=$(tr ',' '\n' <"$OUT" | sed -n 's/.*"total_bytes":\([0-9]*\).*/\1/p')
        rm -rf out
        /usr/bin/time -f %M -o peak "$SUBSCENE" run "$BIG" -o out -q $options >"$OUT" 2>"$ERR" || fail "run $options"
        peak=$(($(tail -1 peak) * 1024))
        echo "memory, $options: plan $((plan >> 20)) MiB, peak $((peak >> 20)) MiB, $((plan * 100 / peak)) %"
        [ "$plan" -ge "$peak" ] || fail "$options: the plan says $plan bytes, the run took $peak"
    done
else
    skip_part "the plan is not compared with the peak (${SANITIZE:+sanitizers take memory of their own}${SANITIZE:-/usr/bin/time is missing})"
fi
finish
