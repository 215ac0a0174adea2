# Damaged files of every kind the program reads: one to eight bytes changed, or cut off (mutate.c); of files between the stages also one attribute
# (mutate_attribute.c). Never a signal, always a documented exit code and a message that names the file; what is made without an error is right.
# MUTATIONS=1000 tries so many of each kind (5 by default, 2 under a sanitizer); KINDS="subscene jp2" only these.
source "$(dirname "$0")/lib.sh" || exit 1
TRIES=${MUTATIONS:-$([ -n "$SANITIZE" ] && echo 2 || echo 5)}
: "${MUTATE:?}" "${MUTATE_ATTRIBUTE:?}"
declare -A tried named

product P --size 240 --jp2-tile 128,64,24 --bands B02,B05 --nodata none --masks s2cloudless,maja
product Z --size 240 --jp2-tile 128,64,24 --bands B02,B05 --nodata none --zip
NAME=$(basename "$P" .SAFE)
OPTIONS="-b B02,B05 --size 64 --layout flat -q -j 2"
inside() { (cd "$P" && find . -name "$1" | LC_ALL=C sort | head -1 | cut -c 3-); } # the first file of the product with such a name

# ---- what is damaged ----
expect_exit 0 "$SUBSCENE" run "$P" -o good/out $OPTIONS
expect_exit 0 "$SUBSCENE" dataset good/out -q
expect_exit 0 "$SUBSCENE" decode "$P" -b B02,B05 -o good/decoded -q
expect_exit 0 "$SUBSCENE" resample good/decoded/*.nc -o good/resampled -q
expect_exit 0 "$SUBSCENE" cut good/resampled/*.nc -o good/tiles --size 64 -q
mkdir -p good/packed
expect_exit 0 "$SUBSCENE" cut good/resampled/*.nc -o good/packed --size 64 --deflate 1 -q
expect_exit 0 "$SUBSCENE" write good/tiles/*.nc -o good/written --layout flat -q
expect_exit 0 "$SUBSCENE" resample good/decoded/B05.nc -o good/resampled_b05 -q
cp -r "$P" good/X.SAFE
cp "$Z" good/X.zip
cat >good/label.xml <<END
<annotations><version>1.1</version><image id="0" name="$NAME/tile_3_0.png" width="64" height="64">
<polygon label="cloud" points="2.4,2.6;10.4,2.6;10.4,8.4;2.4,8.4" z_order="0"></polygon>
<mask label="semi_transparent_cloud" rle="0, 3, 2, 5" left="30" top="40" width="5" height="2" z_order="0"></mask>
</image></annotations>
END
mkdir -p good/super/ann good/segments/tile_3_0
cp "$SOURCE_DIR/tests/fuzz/corpus/supervisely/good.json" good/super/ann/tile_3_0.png.json
if command -v python3 >/dev/null; then
    python3 - good/segments/tile_3_0 <<'END'
import struct, sys, zlib
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
rows = b"".join(b"\0" + bytes(1 + (x // 7 + y // 5) % 4 for x in range(64)) for y in range(64))
open(sys.argv[1] + "/segments_ai_classification_mask.png", "wb").write(b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
names = ("clear", "cloud_shadow", "semi_transparent_cloud", "cloud")
open(sys.argv[1] + "/segments_ai_classes.json", "w").write('{"format_version": "0.0.1", "label_map": [%s]}'
    % ", ".join('{"id": %d, "category_name": "%s"}' % pair for pair in enumerate(names, 1)))
END
fi
echo '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[23.5,58.5],[23.6,58.5],[23.6,58.65],[23.5,58.5]]]}}]}' >good/area.json
"$SUBSCENE" config | sed 's/^#\(deflate\|size\|lobes\|overlap\|filter\)/\1/' >good/options.ini
echo '{"host":"elsewhere","pid":4711,"started":"2026-01-01T00:00:00Z","job":"12_3","tag":"ffffffff-4711","nonce":"0123456789abcdef","renewed_every_ms":2000}' >good/lock
expect_exit 0 "$SUBSCENE" run "$P" -o scratch --status good/status $OPTIONS
STATUS=$(cd good && find status -type f | head -1)
HEAD_BYTES=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "head_bytes") c = i } $3 == "tile_1_2.nc" { print $c }' "good/out/$NAME/manifest.csv")
hashes() { awk -F, '{ print $3, $(NF - 1) }' "$1"; } # of a manifest: file and content_hash
hashes "good/written/$NAME/manifest.csv" >hashes

# ---- one try: good/ again, one file of it damaged, commands ----
# can CODES COMMAND...: ends with one of the codes; where it does not end with 0, its output names $named_by
can()
{
    local codes=$1 got=0
    shift
    [ -n "$seed" ] || codes=0
    timeout -k 5 120 "$@" >"$OUT" 2>"$ERR" || got=$?
    status=$got
    [[ " $codes " == *" $got "* ]] || bad "exit $got (not $codes): ${*/#$TMP\//}"
    grep -qaE 'Sanitizer|runtime error:|HDF5-DIAG|Assertion|core dumped' "$ERR" && bad "a library speaks on stderr: ${*/#$TMP\//}"
    [ "$got" = 0 ] && return
    named[$kind]=$((${named[$kind]-0} + 1))
    grep -qaF -e "$named_by" "$OUT" "$ERR" || bad "exit $got without a word of $named_by: ${*/#$TMP\//}"
}
bad()
{
    failures=$((failures + 1))
    echo "FAIL $kind, seed ${seed:-none} ($damage): $*"
    sed 's/^/    | /' "$ERR" | cut -c 1-300 | head -4
}
must() { "$@" >/dev/null 2>&1 || bad "${*/#$TMP\//}"; }

# mutate KIND FILE [FIRST LAST]: TRIES times; then the function KIND
mutate()
{
    local file=$2 range=("${@:3}")
    kind=$1 named_by=${named_by-${file##*/}}
    [[ -z ${KINDS-} || " $KINDS " == *" $kind "* ]] || { unset named_by && return; }
    seed= damage=none
    if [[ $kind != subscene_head && $kind != lock ]]; then # the undamaged file
        rm -rf try
        cp -r good try
        "$kind"
    fi
    for ((seed = 0; seed < TRIES; seed++)); do
        rm -rf try
        cp -r good try
        if [[ $kind == *_attribute ]]; then
            damage=$("$MUTATE_ATTRIBUTE" "try/$file" "$seed")
        else
            damage=$("$MUTATE" "try/$file" "$seed" ${range[@]+"${range[@]}"})
        fi || bad "mutate fails"
        "$kind"
        tried[$kind]=$((${tried[$kind]-0} + 1))
    done
    unset named_by
}

# the metadata of a subscene: never unnoticed, and mended by a rerun
subscene_head()
{
    can 1 "$SUBSCENE" verify try/out -q
    can "1 3 0" "$SUBSCENE" dataset try/out -q
    can "0" "$SUBSCENE" run try/X.SAFE -o try/out $OPTIONS
    grep -qaF -e "$named_by" "$ERR" || bad "a rerun does not name it"
    must cmp "try/out/$NAME/$named_by" "good/out/$NAME/$named_by"
    must cmp "try/out/$NAME/manifest.csv" "good/out/$NAME/manifest.csv"
}
# anywhere in one: verify or a rerun may find the samples to be whole
subscene()
{
    can "0 1" "$SUBSCENE" verify try/out -q
    can "0 3" "$SUBSCENE" label try/out --cvat try/label.xml -q
    can "0" "$SUBSCENE" select try/out -q
    can "0 1 3" "$SUBSCENE" look try/out -o try/page -q
    can "0 1" "$SUBSCENE" run try/X.SAFE -o try/out $OPTIONS --png # draws what is there
}
tile()
{
    can "0 1 3" "$SUBSCENE" write try/tiles/*.nc -o w --layout flat -q
    [ "$status" = 0 ] && must diff <(hashes "w/$NAME/manifest.csv") hashes
    rm -rf w
}
packed_tile()
{
    can "0 1 3" "$SUBSCENE" write try/packed/*.nc -o w --layout flat -q
    [ "$status" = 0 ] && must diff <(hashes "w/$NAME/manifest.csv") hashes
    can "0" "$SUBSCENE" cut try/resampled/*.nc -o try/packed --size 64 --deflate 1 -q
    can "0 1" "$SUBSCENE" write try/packed/*.nc -o w --layout flat -q # what cut keeps, it has not read
    [ "$status" = 0 ] && must diff <(hashes "w/$NAME/manifest.csv") hashes
    rm -rf w
}
resampled()
{
    can "0 1 3" "$SUBSCENE" cut try/resampled/*.nc -o w --size 64 -q
    [ "$status" = 0 ] && { can 0 "$SUBSCENE" write w/*.nc -o w/w --layout flat -q && must diff <(hashes "w/w/$NAME/manifest.csv") hashes; }
    rm -rf w
}
decoded()
{
    can "0 1 3" "$SUBSCENE" resample try/decoded/*.nc -o w -q
    can "0" "$SUBSCENE" decode try/X.SAFE -b B02,B05 -o try/decoded -q
    rm -rf w
}
# One attribute has another value. The next stage refuses the file, or does not use the attribute: then it makes what it would make without.
UNUSED=':version|:Conventions|:upper_left_pixel|[xy]:.*|crs:.*|B0[25]:(long_name|units|grid_mapping|native_resolution_m|offset_removed)'
attribute() # attribute COMMAND...: makes w
{
    can "0 1 3" "$@"
    if [ "$status" = 0 ]; then
        [[ -z $seed || $damage =~ ^($UNUSED)$ ]] || bad "is not refused"
        must diff -r w "good/$wanted"
    else
        [[ ! $damage =~ ^($UNUSED)$ ]] || bad "is refused"
    fi
    rm -rf w
}
decoded_attribute() { wanted=resampled_b05 && attribute "$SUBSCENE" resample try/decoded/B05.nc -o w -q; }
resampled_attribute() { wanted=tiles && attribute "$SUBSCENE" cut try/resampled/*.nc -o w --size 64 -q; }
tile_attribute() { wanted=written && attribute "$SUBSCENE" write try/tiles/*.nc -o w --layout flat -q; }
manifest()
{
    can "0 1" "$SUBSCENE" verify try/out -q
    can "0 1 2 3" "$SUBSCENE" dataset try/out -q
    can "0 1 3" "$SUBSCENE" select try/out -q
    can "0" "$SUBSCENE" run try/X.SAFE -o try/out $OPTIONS
    can "0" "$SUBSCENE" verify "try/out/$NAME" -q
    must diff -r try/out/$NAME good/out/$NAME
}
dataset()
{
    can "0 1" "$SUBSCENE" verify try/out -q
    can "0" "$SUBSCENE" dataset try/out -q
    must cmp try/out/dataset.csv good/out/dataset.csv
}
labels()
{
    can "0 1 2 3" "$SUBSCENE" label try/out --cvat try/label.xml -q
    can "0" "$SUBSCENE" verify "try/out/$NAME" -q
}
label_json()
{
    can "0 1 2 3" "$SUBSCENE" label try/out --supervisely try/super -q
    can "0" "$SUBSCENE" verify "try/out/$NAME" -q
}
label_png()
{
    can "0 1 2 3" "$SUBSCENE" label try/out --segments try/segments -q
    can "0" "$SUBSCENE" verify "try/out/$NAME" -q
}
mask()
{
    can "0 1 3" "$SUBSCENE" run try/X.SAFE -o w $OPTIONS
    rm -rf w
}
metadata() # with the product's own checksums, and without
{
    [[ $seed == *[13579] ]] && rm try/X.SAFE/manifest.safe
    mask
}
granule() { metadata; }
jp2() { mask; }
archive()
{
    can "0 1 3" "$SUBSCENE" run try/X.zip -o w $OPTIONS
    can "0 1 3" "$SUBSCENE" info try/X.zip -b B02,B05
    rm -rf w
}
area() { can "0 2 3" "$SUBSCENE" run try/X.SAFE -o w $OPTIONS --aoi try/area.json && rm -rf w; }
configuration() { can "0 2 3 75" "$SUBSCENE" run try/X.SAFE -o w -b B02,B05 --layout flat -q -j 2 --config try/options.ini && rm -rf w; }
lock()
{
    mkdir -p "w/$NAME"
    cp try/lock "w/$NAME/.subscene.lock"
    can "0 75" "$SUBSCENE" run try/X.SAFE -o w $OPTIONS
    touch -d "1 hour ago" "w/$NAME/.subscene.lock" 2>/dev/null
    can "0 75" "$SUBSCENE" run try/X.SAFE -o w $OPTIONS
    rm -rf w
}
progress() { can "0" "$SUBSCENE" run try/X.SAFE -o try/out --status try/status $OPTIONS; }

mutate subscene_head "out/$NAME/tile_1_2.nc" 0 "$HEAD_BYTES"
mutate subscene "out/$NAME/tile_1_2.nc"
mutate tile tiles/tile_1_2.nc
mutate packed_tile packed/tile_1_2.nc
mutate resampled resampled/B05.nc
mutate decoded decoded/B05.nc
mutate decoded_attribute decoded/B05.nc
mutate resampled_attribute resampled/B05.nc
mutate tile_attribute tiles/tile_1_2.nc
mutate manifest "out/$NAME/manifest.csv"
mutate dataset out/dataset.csv
mutate labels label.xml
mutate label_json super/ann/tile_3_0.png.json
if [ -s good/segments/tile_3_0/segments_ai_classes.json ]; then
    mutate label_png segments/tile_3_0/segments_ai_classification_mask.png
    mutate label_png segments/tile_3_0/segments_ai_classes.json
fi
mutate mask "X.SAFE/$(inside '*_CLM_R1.tif')"
mutate mask "X.SAFE/$(inside '*_prediction.png')"
named_by="" mutate metadata X.SAFE/MTD_MSIL1C.xml
named_by="" mutate granule "$(cd good && echo X.SAFE/GRANULE/*/MTD_TL.xml)"
named_by=B05 mutate jp2 "$(cd good && image X.SAFE B05)"
named_by="" mutate archive X.zip
mutate area area.json
mutate configuration options.ini
named_by="" mutate lock lock
named_by="" mutate progress "$STATUS"

for kind in "${!tried[@]}"; do echo "$kind: ${tried[$kind]} damaged, ${named[$kind]-0} times refused"; done | sort
finish
