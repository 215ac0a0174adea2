# config/demo.sh: what it says of products before it installs or builds anything, and where its subscenes go. Nothing is installed or built here:
# the tree has stand-ins for these two scripts, and the programs of this build.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

mkdir -p tree/config tree/build/release/testdata
cp "$SOURCE_DIR/config/demo.sh" tree/config
for script in install_packages build; do echo "echo $script >>'$TMP/steps'" >tree/config/$script.sh; done
ln -s "$SUBSCENE" tree/build/release/subscene
# a smaller demonstration
printf '#!/bin/sh\nexec %s --size 702 "$5"\n' "$MAKE_PRODUCT" >tree/build/release/testdata/make_product
chmod +x tree/build/release/testdata/make_product
demo() { local want=$1; shift; rm -f steps; expect_exit "$want" sh tree/config/demo.sh "$@"; }

# refused CODE REASON TYPE ARGUMENT...: before the first step
refused()
{
    local want=$1 reason=$2 type=$3
    shift 3
    demo "$want" "$@"
    expect_line "$ERR" "demo: error: " "$reason"
    [ -z "$type" ] || expect_line "$ERR" "demo: type: sh tree/config/demo.sh $type"
    expect_absent steps
    expect_absent tree/build/demo
}

product P --size 702
product Q --size 702 --sensing 20220403T151701
product Z --size 702 --zip
name=$(basename "$P" .SAFE)

# ---- help and usage ----
demo 0 -h
expect_text "$OUT" "demo.sh [-o DIR] PRODUCT..." "build/demo/subscenes"
expect_absent steps
refused 2 "unknown option --output-dir" "[-o DIR] [PRODUCT...]" --output-dir X
refused 2 "-o needs a folder" "-o DIR [PRODUCT...]" -o
refused 2 "-o needs a folder" "-o DIR [PRODUCT...]" -o ""
refused 2 "-o stands behind a product" "-o DIR PRODUCT..." "$P" -o out
touch file
refused 2 "-o file: file is a file, not a folder" "" -o file "$P"
refused 2 "-o file/out: " "" -o file/out "$P"

# ---- products ----
refused 3 "none.SAFE: there is no such file or folder" PRODUCT.SAFE none.SAFE
refused 3 "${P%.SAFE}: there is no such file or folder" "$P" "${P%.SAFE}"
refused 3 "${Z%.zip}: there is no such file or folder" "$Z" "${Z%.zip}"
refused 3 "none.SAFE: there is no such" PRODUCT.SAFE "$P" none.SAFE # the second one
mkdir empty.SAFE two S2A_OPER_PRD_MSIL1C_X.SAFE
refused 3 "empty.SAFE: is no product, or not all of one: there is no MTD_MSIL1C.xml or MTD_MSIL2A.xml in it" PRODUCT.SAFE empty.SAFE/
refused 3 "before December 2016" "" S2A_OPER_PRD_MSIL1C_X.SAFE
cp -r "$P" "$Q" two
refused 3 "two: holds 2 products" "two/$name.SAFE, or sh tree/config/demo.sh two/*.SAFE" two
echo "$P" >products.txt
refused 2 "products.txt: is a text file, not a product" @products.txt products.txt
refused 3 "none.txt: there is no such list" @products.txt @none.txt
refused 3 "MTD_TL.xml: is a file of a product" "$P" "$(echo "$P"/GRANULE/*/MTD_TL.xml)"
refused 3 "is a file of a product" "$P" "$(image "$P" B02)"
echo x >picture.png
refused 3 "picture.png: is no product" PRODUCT.SAFE picture.png
printf '<html>' >page.zip
refused 3 "page.zip: is no .zip" PRODUCT.zip page.zip
head -c 100000 "$Z" >cut.zip
refused 3 "cut.zip: the .zip holds no product, or its end is missing" PRODUCT.zip cut.zip

# ---- the work ----
demo 0 -o "out here" "$P"
expect_equal "$(cat steps)" install_packages$'\n'build "steps"
expect_count "out here" 4
expect_text "$OUT" "4 subscenes" "out here/L1C"
expect_absent tree/build/demo
mkdir one
cp -r "$Q" one
demo 0 -o forms "$P/MTD_MSIL1C.xml" one
expect_count forms 8
demo 0 -o zip "$Z"
demo 0 -o list @products.txt
same_tree zip list "a .zip and a list"
demo 0
expect_count tree/build/demo/subscenes 4
demo 0 -o again
demo 0 -o again # the demonstration is made anew
expect_count again 4
finish
