# What is typed nearly right: the message names what was probably meant, and the exit code stays what it is. Fractions, and comments behind values.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B01,B04
mkdir work && cd work || exit 1

# asks CODE SUGGESTION COMMAND...
asks()
{
    local code=$1 text=$2
    shift 2
    expect_exit "$code" "$SUBSCENE" "$@"
    expect_line "$ERR" "error: " "did you mean $text?"
    expect_empty "$OUT"
    expect_absent bad
}
asks_not() # CODE COMMAND...
{
    local code=$1
    shift
    expect_exit "$code" "$SUBSCENE" "$@"
    expect_no_text "$ERR" "did you mean"
}

# ---- bands ----
while read -r typed meant; do
    asks 2 "$meant" run "$P" -o bad -b "B04,$typed"
done <<'END'
B2 B02
b4 B04
B8a B8A
8A B8A
b8a B8A
4 B04
BO4 B04
tci TCI
TCI_g TCI_G
aot AOT
Wvp WVP
ALL all
END
for typed in B13 SCL Z ""; do asks_not 2 run "$P" -o bad -b "$typed"; done

# ---- options and commands ----
asks 2 --filter run "$P" -o bad --filters cubic
asks 2 --filter run "$P" -o bad --fliter=cubic
asks 2 --overwrite run "$P" -o bad --override
asks 2 "--overlap or --overwrite" run "$P" -o bad --over 0.5
asks 2 --output run "$P" --out bad
asks 2 --size run "$P" -o bad -size 256
asks 2 --threads info "$P" --thread 4
asks_not 2 info "$P" --cvat x.xml
expect_line "$ERR" "--cvat is not an option of this command, but of run, write, label" "--help lists"
asks_not 2 run "$P" -o bad --gpu
asks 2 run rum "$P"
asks 2 resample resmaple x
asks 2 verify Verify .
asks 2 run convert "$P"
asks 2 verify check .
asks_not 2 frobnicate

# ---- values ----
asks 2 "cubic, catrom or mitchell" run "$P" -o bad --filter bicubic
asks 2 linear run "$P" -o bad --filter bilinear
asks 2 box run "$P" -o bad --filter average
asks 2 sinc run "$P" -o bad --filter SINC
asks 2 lanczos info "$P" --filter lancos
asks 2 dataset run "$P" -o bad --layout datset
asks 2 cm_vsm run "$P" -o bad --layout cm-vsm
asks 2 "{Month}" run "$P" -o bad --layout '{month}/{product}/{x}_{y}.nc'
asks 2 pad run "$P" -o bad --edge pda
asks 2 georef run "$P" -o bad --profile geo
asks 2 cm-vsm run "$P" -o bad --compat cmvsm
asks_not 2 run "$P" -o bad --edge mirror

ln -s "$SUBSCENE" cm_vsm
expect_exit 2 ./cm_vsm -d "$P" -O bad -m bicubic
expect_line "$ERR" "-m bicubic" "did you mean cubic, catrom or mitchell?"
expect_exit 2 ./cm_vsm -d "$P" -O bad -b B2
expect_line "$ERR" "-b B2" "did you mean B02?"
expect_exit 0 ./cm_vsm -d "$P" -O shifted -b B01 -S 256 -o 1/16

# ---- classes, layers, class maps ----
label() # CATEGORY
{
    echo "<annotations><version>1.1</version><image id=\"0\" name=\"tile_0_0.png\" width=\"256\" height=\"256\"><polygon label=\"$1\"
points=\"0,0;50,0;50,60;0,60\" z_order=\"0\"/></image></annotations>" >own.xml
}
echo mask >mask.png
label CLUOD
asks 3 cloud run "$P" -o bad --size 256 --cvat own.xml
label submarine
asks_not 3 run "$P" -o bad --size 256 --cvat own.xml
label CLOUD
asks 2 label run "$P" -o bad --size 256 --cvat own.xml --map lable
asks 2 FMC run "$P" -o bad --raster fmc
asks 2 "fmask or fmsc" run "$P" -o bad --raster Mine=mask.png:fmsk
asks 2 SS2C run "$P" -o bad --raster SS2=mask.png

# ---- configuration ----
echo 'filters = cubic' >bad.ini
asks 2 filter run "$P" -o bad --config bad.ini
echo 'filter = bilinear' >bad.ini
asks 2 linear run "$P" -o bad --config bad.ini
echo 'bands = B2' >bad.ini
asks 2 B02 run "$P" -o bad --config bad.ini
printf 'size = 256  # px\noverlap = 1/16\t# a sixteenth\nbands = B01 # "x" = #2\n  # indented\nlayout = flat ; as before\n' >good.ini
expect_exit 0 "$SUBSCENE" run "$P" -o commented --config good.ini -q
expect_exit 0 "$SUBSCENE" run "$P" -o plain --size 256 --overlap 0.0625 -b B01 --layout flat -q
same_tree plain commented "comments behind values, and a fraction"
mkdir 'a#b' 'c #d'
cp own.xml 'a#b/labels#1.xml'
printf 'cvat = a#b/labels#1.xml  # of CVAT\n' >path.ini
expect_exit 0 "$SUBSCENE" run "$P" -o labelled -b B01 --config path.ini --size 256 -q
printf 'cvat = c #d/own.xml\n' >path.ini
expect_exit 3 "$SUBSCENE" run "$P" -o bad --config path.ini --size 256 -q
expect_line "$ERR" "error: c: "

# ---- fractions ----
for overlap in 1/16 2/32 0001/016; do
    rm -rf fraction
    expect_exit 0 "$SUBSCENE" run "$P" -o fraction --size 256 --overlap "$overlap" -b B01 --layout flat -q
    same_tree plain fraction "--overlap $overlap"
done
expect_exit 0 "$SUBSCENE" run "$P" -o half --size 256 --min-valid 1/2 -b B01 --dry-run
for overlap in 1/0 0/0 /16 1/ 1/16/2 -1/16 1/-16 1.0/16 1/1e3 1/0x10 2/3 1/16x ' 1/16' '1 /16'; do
    expect_exit 2 "$SUBSCENE" run "$P" -o bad --size 256 --overlap "$overlap"
    expect_line "$ERR" "--overlap $overlap: not allowed" "0 to 0.5"
done
for call in "--size 512/2" "--memory 2/1G" "-j 4/2"; do
    # shellcheck disable=SC2086
    expect_exit 2 "$SUBSCENE" run "$P" -o bad $call
done

# ---- products ----
echo "$P" >products.txt
for call in "run products.txt -o bad" "info products.txt" "decode products.txt -o bad" "run ./products.txt $P -o bad --dry-run"; do
    # shellcheck disable=SC2086
    expect_exit "$([[ $call == *dry* ]] && echo 1 || echo 3)" "$SUBSCENE" $call
    expect_line "$ERR" "products.txt: is a text file, not a product; did you mean @" "products.txt?"
done
echo '{"type": "Point"}' >area.json
asks_not 3 run area.json -o bad
head -c 600 /dev/urandom >noise
asks_not 3 run noise -o bad
cp -r "$(dirname "$P")" many
cp -r "many/$(basename "$P")" many/S2A_OTHER.SAFE
expect_exit 3 "$SUBSCENE" run many -o bad
expect_line "$ERR" "many: holds 2 products" "S2A_OTHER.SAFE" "for all of them type many/*.SAFE"
mkdir zips
touch zips/a.zip zips/b.zip
expect_exit 3 "$SUBSCENE" info zips/
expect_line "$ERR" "zips: is a folder of .zip files; for all of them type zips/*.zip"
finish
