# The CWL tool and its scatter workflow with cwltool, offline: the folders of a plain run.
source "$(dirname "$0")/../cli/lib.sh" || exit 1
source "$(dirname "$0")/lists.sh" || exit 1
CWL=$SOURCE_DIR/config/cwl

command -v cwltool >/dev/null || skip_all "there is no cwltool here: sh config/install_packages.sh cluster"
program_in_path

for file in "$CWL"/*.cwl; do
    expect_exit 0 cwltool --validate "$file"
done
# cwl ARGUMENTS: the tool's folders under $TMP, nothing from the network
cwl() { echo cwltool --no-container --quiet --parallel --tmpdir-prefix "$TMP/t" --tmp-outdir-prefix "$TMP/o" "$@"; }

# ---- the workflow ----
make_list 6
run_plain --layout flat
cwl_job >job.yml
expect_exit 0 $(cwl --outdir out "$CWL/products.cwl" job.yml)
same_tree plain out "the workflow gives what a plain run gives"
expect_exit 0 "$SUBSCENE" verify out -q

# expect_tool CODE OUTDIR INPUTS...: subscene.cwl with band B02 of product P
expect_tool()
{
    local code=$1 out=$2
    shift 2
    printf '%s\n' "product: {class: Directory, path: \"$P\"}" "bands: [B02]" "$@" >"$out.yml"
    expect_exit "$code" $(cwl --outdir "$out" "$CWL/subscene.cwl" "$out.yml")
}

# ---- every input is its option ----
product P --size 1260 --bands B02,B05 --saturated 3 --jp2-tile 256,160,48
ewkt="SRID=32635;POLYGON((300100 6499900, 311000 6499900, 311000 6488000, 300100 6488000, 300100 6499900))"
cat >one.yml <<END
product: {class: Directory, path: "$P"}
cores: 1
ram_mib: 300
bands: [B02, B05]
size: 100
overlap: 0.1
resolution: 20
filter: lanczos
lobes: 3
engine: direct
aoi: "$ewkt"
min_valid: 0.3
edge: drop
offset: keep
profile: kappazeta
deflate: 6
END
expect_exit 0 "$SUBSCENE" run "$P" -o wanted --layout flat -q -b B02,B05 --size 100 --overlap 0.1 --resolution 20 --filter lanczos --lobes 3 \
    --engine direct --aoi "$ewkt" --min-valid 0.3 --edge drop --offset keep --profile kappazeta --deflate 6
expect_exit 0 $(cwl --outdir one "$CWL/subscene.cwl" one.yml)
same_tree wanted one "the tool with all options"
[ "$(count_nc wanted)" -gt 3 ] || fail "the area has only $(count_nc wanted) subscenes"
expect_exit 0 "$SUBSCENE" run "$P" -o two_wanted --layout flat -q -b B02 --size 100 --tiles 0_0,3_4
expect_tool 0 two "size: 100" "tiles: [\"0_0\", \"3_4\"]"
same_tree two_wanted two "the tool with --tiles"

# ---- what cannot be done ----
expect_tool 1 tight "ram_mib: 5"
expect_text "$ERR" "--memory" "permanentFail"
image=$(image "$P" B02)
printf 'x' | dd of="$image" bs=1 seek=$(($(stat -c %s "$image") / 2)) conv=notrunc status=none
expect_tool 0 unnoticed
expect_tool 1 damaged "check_input: true"
expect_text "$ERR" "is damaged" "permanentFail"
rm "$image"
expect_tool 1 none
expect_text "$ERR" "B02" "permanentFail"
finish
