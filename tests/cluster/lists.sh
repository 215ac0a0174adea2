# Shared by the tests of the engines, after ../cli/lib.sh: a list of small products, some of them broken, and how they are repaired.
# Sets PRODUCTS (how many), LIST, OPTIONS, and the names of the broken ones.
OPTIONS="-b B02,B8A --size 64"

# make_list N: products/ with N of them, whole; every sixth is a .zip. LIST has their paths.
make_list()
{
    local i form path
    PRODUCTS=$1 LIST=$TMP/products.txt
    for ((i = 1; i <= PRODUCTS; i++)); do
        form=
        [ $((i % 6)) != 0 ] || form=--zip
        path=$("$MAKE_PRODUCT" --size 252 --bands B02,B8A --scene texture --seed "$i" --threads 1 \
            --sensing "202201$(printf '%02d' $((i % 28 + 1)))T1517$(printf '%02d' $((i % 60)))" $form "$TMP/products") || exit 1
        echo "$path"
    done >"$LIST"
    expect_equal "$(sort -u "$LIST" | wc -l)" "$PRODUCTS" "products"
}

nth() { sed -n "$1p" "$LIST"; }
name_of() { local name=${1##*/} && name=${name%.SAFE} && echo "${name%.zip}"; }

# break_three A B C: product A loses the end of an image, B (a .zip) its own end, C a band. What is taken is kept in whole/.
break_three()
{
    local file
    CUT=$(nth "$1") ZIP=$(nth "$2") LACKS=$(nth "$3")
    mkdir -p "$TMP/whole"
    file=$(image "$CUT" B02)
    cp -p "$file" "$TMP/whole/cut"
    truncate -s $(($(stat -c %s "$file") / 3)) "$file"
    [ "${ZIP##*.}" = zip ] || fail "product $2 is no zip"
    cp -p "$ZIP" "$TMP/whole/zip"
    truncate -s $(($(stat -c %s "$ZIP") / 2)) "$ZIP"
    mv "$(image "$LACKS" B8A)" "$TMP/whole/lacks"
    BROKEN=$(for file in "$CUT" "$ZIP" "$LACKS"; do name_of "$file"; done | sort)
}

repair_three()
{
    cp -p "$TMP/whole/cut" "$(image "$CUT" B02)"
    cp -p "$TMP/whole/zip" "$ZIP"
    # the name that it had: that of the other band
    local other
    other=$(image "$LACKS" B02)
    mv "$TMP/whole/lacks" "${other%_B02.jp2}_B8A.jp2"
}

# The serial run that the engines' results are compared with, in plain/.
run_plain()
{
    # shellcheck disable=SC2086 # a list of words
    expect_exit 0 "$SUBSCENE" run @"$LIST" -o "$TMP/plain" -q "$@" $OPTIONS
}

# expect_submit CODE ARGUMENTS, expect_report CODE ARGUMENTS: the scripts of config/slurm, with the program under test.
export SUBSCENE
expect_submit() { local code=$1 && shift && expect_exit "$code" sh "$SOURCE_DIR/config/slurm/subscene-submit.sh" "$@"; }
expect_report()
{
    local code=$1
    shift
    expect_exit "$code" sh "$SOURCE_DIR/config/slurm/subscene-report.sh" "$LIST" --status out-status "$@"
}

# The program under the name that the engines call it by.
program_in_path()
{
    mkdir -p "$TMP/bin"
    ln -s "$SUBSCENE" "$TMP/bin/subscene"
    export PATH=$TMP/bin:$PATH
}

# The input of products.cwl for LIST and OPTIONS.
cwl_job()
{
    local path class
    echo "products:"
    while IFS= read -r path; do
        class=Directory
        [ -d "$path" ] || class=File
        echo "  - {class: $class, path: \"$path\"}"
    done <"$LIST"
    printf '%s\n' "bands: [B02, B8A]" "size: 64" "cores: 1" "ram_mib: 200"
}
