# Input that is broken or means harm: the documented exit status, a message with product or file, band and reason; the rest unharmed.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48
NAME=$(basename "$P" .SAFE)
OPTIONS="-b B01,B02,B05 --size 128 --layout flat"
expect_exit 0 "$SUBSCENE" run "$P" -o clean $OPTIONS

fresh() { rm -rf X.SAFE out; cp -r "$P" X.SAFE; }
flip() { poke "$1" "$2" "\\x$(printf '%02x' $((0x$(hex -j "$2" -N 1 "$1") ^ $3)))"; } # flip FILE OFFSET MASK

# refused WORDS...: X.SAFE is refused as a whole, and the error's line has all the words
refused()
{
    expect_exit 3 "$SUBSCENE" run X.SAFE -o out $OPTIONS
    expect_line "$ERR" "error: " "$@"
    expect_empty "$OUT"
    [ ! -e out ] || expect_count out 0
}

# partly BAND: some subscenes fail, the others are those of the clean run; with the good file back a rerun completes
partly()
{
    expect_exit 1 "$SUBSCENE" run X.SAFE -o out $OPTIONS
    expect_line "$ERR" "error: " "band $1" "_$1.jp2" "tile "
    expect_line "$ERR" "error: " "not made: one of its JP2 tiles is damaged"
    no_temporaries out
    expect_exit 0 "$SUBSCENE" verify out -q
    made=$(cd out/* && ls -- *.nc)
    failed=$(cd clean/* && ls -- *.nc | grep -vxF "$made")
    [ -n "$made" ] && [ -n "$failed" ] || fail "made: $made; failed: $failed"
    for f in $made; do cmp -s clean/*/"$f" out/*/"$f" || fail "$f is not what the clean run made"; done
    expect_exit 1 "$SUBSCENE" run X.SAFE -o out $OPTIONS # once more: the same
    expect_count out "$(echo "$made" | wc -l)"
    cp "$(image "$P" "$1")" "$(image X.SAFE "$1")"
    expect_exit 0 "$SUBSCENE" run X.SAFE -o out $OPTIONS
    same_tree clean out "the rest, made from the mended product"
}

# ---- JP2: truncated ----
size=$(stat -c %s "$(image "$P" B02)")
for cut in 0 1 11 60 100 200 $((size / 3)) $((size - 3000)) $((size - 1)); do
    fresh
    truncate -s "$cut" "$(image X.SAFE B02)"
    refused "$NAME" "band B02" "T35VLF_20220125T151701_B02.jp2"
done

# ---- JP2: one tile's data begins with what looks like markers: tile 4 of 9, 256 px wide, is subscenes 2 and 3 ----
fresh
spoil "$(image X.SAFE B02)" 4 2000
partly B02
expect_equal "$failed" "tile_2_2.nc
tile_2_3.nc
tile_3_2.nc
tile_3_3.nc" "subscenes that need tile 4"
fresh
spoil "$(image X.SAFE B05)" 3 2000 # from 320 on at 10 m; the filter's blocks reach further
partly B05
for x in 2 3 4; do for y in 2 3 4; do echo tile_${x}_$y.nc; done; done >wanted
expect_equal "$(comm -13 <(echo "$failed") wanted)" "" "subscenes of tile 3 that were made all the same"
for i in 0 1 2 3 4; do printf 'tile_0_%d.nc\ntile_%d_0.nc\n' $i $i; done | sort -u >wanted
expect_equal "$(comm -13 <(echo "$made") wanted)" "" "subscenes far from tile 3 that failed"

# damage inside entropy-coded bits, which decodes: the product's own checksums know
fresh
head -c 500 /dev/zero | dd of="$(image X.SAFE B02)" bs=1 seek=$((size / 2)) conv=notrunc status=none
expect_exit 3 "$SUBSCENE" run X.SAFE -o out $OPTIONS --check-input
expect_line "$ERR" "error: " "$NAME" "B02.jp2" damaged manifest.safe
expect_absent out
expect_exit 0 "$SUBSCENE" run X.SAFE -o out -b B01,B05 --size 128 --layout flat --check-input
expect_exit 0 "$SUBSCENE" run "$P" -o checked $OPTIONS --check-input
same_tree clean checked "--check-input"

# --overwrite where some cannot be made: what other parameters made must not stand beside the new ones
fresh
spoil "$(image X.SAFE B02)" 4 2000
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS --deflate 3
expect_exit 1 "$SUBSCENE" run X.SAFE -o out $OPTIONS --overwrite
expect_exit 0 "$SUBSCENE" verify out -q
expect_exit 0 "$SUBSCENE" run "$P" -o out $OPTIONS
same_tree clean out "after --overwrite from a damaged product"

# ---- JP2: flipped bits in the main header and the first tile part's: refused, or fails, never anything else ----
at=$(offset_of "$(image "$P" B02)" ff4fff51) sot=$(offset_of "$(image "$P" B02)" ff90000a)
refusals=0
flips=0
for offset in $(seq $((at - 40)) 7 $((at + 100))) $(seq $sot $((sot + 11))); do
    in_sample 1 3 || continue # the fuzz target jp2 changes them with sanitizers too
    flips=$((flips + 1))
    fresh
    flip "$(image X.SAFE B02)" "$offset" 0x15
    status=0
    timeout -k 5 60 "$SUBSCENE" run X.SAFE -o out -b B02 --size 128 --tiles 0_0,1_1,4_4 --layout flat >"$OUT" 2>"$ERR" || status=$?
    check_clean_stderr
    case $status in
    0) ;; # a comment, a GML box, or what cannot be noticed
    1 | 3)
        refusals=$((refusals + 1))
        expect_line "$ERR" "error: " B02
        ;;
    *) fail "byte $offset flipped: exit $status: $(head -1 "$ERR")" ;;
    esac
    [ ! -e out ] || no_temporaries out
done
[ $((refusals * 33)) -ge $((flips * 15)) ] || fail "only $refusals of $flips flipped headers were noticed"
fresh
flip "$(image X.SAFE B02)" $((at + 1)) 0x10 # SOC
refused "$NAME" "band B02"
fresh
poke "$(image X.SAFE B02)" $((at + 8)) '\x3b\x9a\xca\x00\x3b\x9a\xca\x00' # SIZ: 10^9 x 10^9 px
refused "$NAME" "band B02" 1000000000 630
expect_text "$ERR" "1000000000"
fresh
poke "$(image X.SAFE B02)" $((at + 24)) '\x00\x00\x00\x01\x00\x00\x00\x01' # SIZ: tiles of 1 x 1 px
refused "$NAME" "band B02"

# ---- what is no JP2 at all ----
while IFS='|' read -r what reason; do
    fresh
    file=$(image X.SAFE B05)
    rm "$file"
    case $what in
    tiff) printf 'II*\0\10\0\0\0%0200d' 0 >"$file" ;;
    one_byte) printf x >"$file" ;;
    empty) : >"$file" ;;
    folder) mkdir "$file" ;;
    text) echo "404 not found" >"$file" ;;
    fifo) mkfifo "$file" ;;
    device) ln -s /dev/zero "$file" ;;
    loop) ln -s "$file" "$file" ;;
    dangling) ln -s nowhere "$file" ;;
    missing) ;;
    esac
    refused "$NAME" "band B05" "T35VLF_20220125T151701_B05.jp2" "$reason"
    expect_exit 0 "$SUBSCENE" run X.SAFE -o out -b B01,B02 --size 256 --layout flat
    expect_exit 3 "$SUBSCENE" info X.SAFE
    expect_line "$ERR" "error: " "band B05" "$reason"
    expect_line "$OUT" B05 "not usable" "$reason"
    expect_exit 0 "$SUBSCENE" info X.SAFE -b B01,B02
done <<'END'
tiff|TIFF
one_byte|1 byte
empty|
folder|
text|
fifo|not a plain file
device|not a plain file
loop|
dangling|No such file
missing|No such file
END

# ---- metadata ----
edit() { sed -i "$2" "$1" && ! cmp -s "$1" "$3" || fail "the edit \"$2\" changes nothing"; } # edit FILE SCRIPT ORIGINAL
mtd() { edit X.SAFE/MTD_MSIL1C.xml "$1" "$P/MTD_MSIL1C.xml"; }
tl() { edit "$(echo X.SAFE/GRANULE/*/MTD_TL.xml)" "$1" "$(echo "$P"/GRANULE/*/MTD_TL.xml)"; }
image_entry=$(grep -o '<IMAGE_FILE>[^<]*_B05</IMAGE_FILE>' "$P/MTD_MSIL1C.xml") || fail "no IMAGE_FILE of B05"

fresh
mtd '/_B05<\/IMAGE_FILE>/d'
refused "$NAME" B05
expect_exit 0 "$SUBSCENE" run X.SAFE -o out -b B01,B02 --size 256 --layout flat
for path in ../../etc/passwd GRANULE/../../secret_B05 /etc/passwd_B05 'GRANULE\\..\\x_B05' GRANULE//x_B05; do
    fresh
    mtd "s|<IMAGE_FILE>[^<]*_B05</IMAGE_FILE>|<IMAGE_FILE>$path</IMAGE_FILE>|"
    refused X.SAFE
done
fresh
mtd 's|<IMAGE_FILE>[^<]*_B05</IMAGE_FILE>|<IMAGE_FILE>../secret_B05</IMAGE_FILE>|'
cp "$(image "$P" B05)" secret_B05.jp2
refused X.SAFE "../secret_B05"
echo "top secret" >secret
for file in MTD_MSIL1C.xml "$(cd "$P" && echo GRANULE/*/MTD_TL.xml)"; do
    for entity in "SYSTEM \"file://$TMP/secret\"" 'SYSTEM "http://127.0.0.1:9/x"' '"boom"'; do
        fresh
        edit "X.SAFE/$file" "2i <!DOCTYPE x [<!ENTITY e $entity>]>" "$P/$file"
        edit "X.SAFE/$file" 's|<SPECIAL_VALUE_TEXT>NODATA|\&e;&|' "$P/$file"
        refused X.SAFE "${file##*/}" DOCTYPE
        expect_no_text "$ERR" "top secret"
    done
    fresh
    truncate -s 900 "X.SAFE/$file"
    refused X.SAFE "${file##*/}"
    fresh
    : >"X.SAFE/$file"
    refused X.SAFE "${file##*/}"
    fresh
    rm "X.SAFE/$file"
    refused X.SAFE
    fresh
    head -c 4000 /dev/urandom >"X.SAFE/$file"
    refused X.SAFE "${file##*/}"
done
fresh
tl 's|<NROWS>630</NROWS>|<NROWS>1000000000</NROWS>|; s|<NCOLS>630</NCOLS>|<NCOLS>1000000000</NCOLS>|'
refused X.SAFE 1000000000
poke "$(image X.SAFE B02)" $((at + 8)) '\x3b\x9a\xca\x00\x3b\x9a\xca\x00'
refused X.SAFE 1000000000
fresh
tl 's|<NROWS>630</NROWS>|<NROWS>10980</NROWS>|; s|<NCOLS>630</NCOLS>|<NCOLS>10980</NCOLS>|; s|>315</N|>5490</N|g; s|>105</N|>1830</N|g'
refused "$NAME" "band B01" 105 1830
for edit in 's|>630</NROWS>|>-630</NROWS>|' 's|>630</NROWS>|>abc</NROWS>|' 's|EPSG:32635|EPSG:4326|' 's|>300000</ULX>|>nan</ULX>|'; do
    fresh
    tl "$edit"
    refused X.SAFE MTD_TL.xml
done
fresh
mtd 's|<QUANTIFICATION_VALUE[^<]*<|<QUANTIFICATION_VALUE unit="none">0<|'
refused X.SAFE MTD_MSIL1C.xml
fresh
mtd 's|S2A_MSIL1C_2022[^<]*SAFE</PRODUCT_URI>|../../../tmp/evil.SAFE</PRODUCT_URI>|'
refused X.SAFE

# ---- not readable ----
if [ "$(id -u)" != 0 ] || command -v setpriv >/dev/null; then
    as= && [ "$(id -u)" = 0 ] && as="setpriv --reuid=65534 --regid=65534 --clear-groups"
    fresh
    chmod 0 "$(image X.SAFE B05)"
    mkdir -m 777 open
    chmod 755 "$TMP"
    if $as test -x "$SUBSCENE"; then
        expect_exit 3 $as "$SUBSCENE" run X.SAFE -o open/out $OPTIONS
        expect_line "$ERR" "band B05" "_B05.jp2" "Permission denied"
        expect_exit 0 $as "$SUBSCENE" run X.SAFE -o open/out -b B01,B02 --size 256
        mkdir -m 755 shut
        expect_exit 1 $as "$SUBSCENE" run "$P" -o shut/out $OPTIONS
        expect_line "$ERR" "shut/out" "Permission denied"
    else
        skip_part "the program is not for everyone: unreadable files are not tried"
    fi
else
    skip_part "root without setpriv: unreadable files are not tried"
fi

# ---- zip and other paths ----
product Z --size 630 --jp2-tile 256,160,48 --bands B01,B02,B05 --zip
zip_refused() # zip_refused PATH WORDS...
{
    local path=$1
    shift
    rm -rf out
    expect_exit 3 "$SUBSCENE" run "$path" -o out $OPTIONS
    expect_line "$ERR" "error: " "$path" "$@"
    expect_absent out
}
zip_size=$(stat -c %s "$Z")
for cut in 1 100 $((zip_size / 2)) $((zip_size - 10)); do
    cp "$Z" cut.zip
    truncate -s "$cut" cut.zip
    zip_refused cut.zip
done
head -c 20000 /dev/urandom >noise.zip
zip_refused noise.zip
echo "I am no zip" >text.zip
zip_refused text.zip
: >nothing.zip
zip_refused nothing.zip
printf 'PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >empty.zip
zip_refused empty.zip
mkdir empty
zip_refused empty
zip_refused nowhere.SAFE "No such file"
zip_refused nowhere.zip "No such file"
zip_refused /dev/zero
mkfifo fifo.zip
zip_refused fifo.zip
# garbage in a stored image: the archive's checksum tells, and nothing is made
product B --size 630 --jp2-tile 256,160,48 --bands B02 --zip
cp "$B" bad.zip
spoil bad.zip 4 2000
rm -rf out
expect_exit 3 "$SUBSCENE" run bad.zip -o out -b B02 --size 128 --layout flat
expect_line "$ERR" "error: " bad.zip "band B02" "is damaged: its CRC-32 is"
[ ! -e out ] || expect_count out 0
# the same garbage with the checksum that belongs to it: zipped when it was damaged already
if command -v python3 >/dev/null; then
    product C --size 630 --jp2-tile 256,160,48 --bands B02 --sensing 20220126T151701
    spoil "$(image "$C" B02)" 4 2000
    python3 -m zipfile -c worse.zip "$C" || fail "python3 makes no zip"
    expect_exit 1 "$SUBSCENE" run worse.zip -o out -b B02 --size 128 --layout flat
    expect_count out 21
    expect_line "$ERR" "error: " "band B" "tile "
    expect_exit 0 "$SUBSCENE" verify out -q
fi
if command -v python3 >/dev/null; then
    python3 - "$Z" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as good:
    entries = [(i.filename, good.read(i)) for i in good.infolist() if not i.is_dir()]
def make(name, entries):
    with zipfile.ZipFile(name, "w") as z:
        for path, data in entries:
            z.writestr(path, data)
make("climb.zip", [("../" + p, d) for p, d in entries])
make("absolute.zip", [("/" + p, d) for p, d in entries])
make("two.zip", entries + [(p.replace("S2A_", "S2B_"), d) for p, d in entries])
make("stray.zip", [("../../evil", b"x"), ("/etc/evil", b"x")] + entries)
END
    zip_refused two.zip
    for z in climb absolute stray; do # whatever it makes of the names: nothing outside
        rm -rf out
        status=0
        "$SUBSCENE" run $z.zip -o out $OPTIONS >"$OUT" 2>"$ERR" || status=$?
        check_clean_stderr
        case $status in 0) same_tree clean out "$z.zip" ;; 3) expect_line "$ERR" "error: " $z.zip ;; *) fail "$z.zip: exit $status" ;; esac
    done
fi

# ---- one bad product among good ones ----
product Q --size 630 --jp2-tile 256,160,48 --bands B01,B02,B05 --sensing 20200717T221941
product R --size 630 --jp2-tile 256,160,48 --bands B01,B02,B05 --sensing 20210717T221941
rm -rf out clean
expect_exit 0 "$SUBSCENE" run "$P" "$R" -o clean $OPTIONS
printf 'x' >"$(image "$Q" B02)"
printf '%s\n' "$P" "$Q" "$R" >list
expect_exit 1 "$SUBSCENE" run @list -o out $OPTIONS
expect_line "$ERR" "error: " "$(basename "$Q" .SAFE)" "band B02"
expect_line "$ERR" "3 products: 2 good, 1 failed"
expect_equal "$(sort "$OUT")" "$(for p in "$P" "$R"; do echo "out/$(basename "$p" .SAFE)"; done | sort)" "folders on stdout"
rm -rf "out/$(basename "$Q" .SAFE)"
same_tree clean out "the good products of the list"
rm -rf out
expect_exit 3 "$SUBSCENE" run "$Q" nowhere.SAFE text.zip -o out $OPTIONS
expect_line "$ERR" "3 products: 0 good, 3 failed"
expect_line "$ERR" "error: " nowhere.SAFE
expect_line "$ERR" "error: " text.zip
finish
