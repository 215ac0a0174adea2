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


# all options but those that have no sense in an engine, in both files
for option in $("$SUBSCENE" run --help | sed -n 's/^ *\(-., \)\{0,1\}--\([a-z-]*\).*/\2/p'); do
    case $option in
    output | overwrite | drop-labels | dry-run | shard | max-failures | status | lock-timeout | config | progress | quiet | verbose | log-format | version | help)
        continue
        ;;
    esac
    for file in subscene products; do
        grep -q "^  ${option//-/_}:" "$CWL/$file.cwl" || fail "$file.cwl has no input for --$option"
    done
done

# a program that writes down its words: the inputs that need more than a product
mkdir fake segments project
touch annotations.xml my.ini
cat >fake/subscene <<END
#!/bin/sh
printf '%s\n' "\$@" >"$TMP/words"
mkdir -p subscenes/x
END
chmod +x fake/subscene
cat >words.yml <<END
products: [{class: Directory, path: "$P"}]
layout: "{product}/tile_{x}_{y}.nc"
cvat: {class: File, path: annotations.xml}
segments: {class: Directory, path: segments}
supervisely: {class: Directory, path: project}
map: {class: File, path: my.ini}
unlabelled: 4
raster: ["SCL=/data/scl.tif", FMC]
no_masks: true
png: true
threads: 3
memory: 900M
ram_mib: 200
END
PATH=$TMP/fake:$PATH expect_exit 0 $(cwl --outdir words_out "$CWL/products.cwl" words.yml)
words=" $(paste -sd' ' words) "
for wanted in "run -o subscenes --threads 2 --memory 200M --quiet" "--layout {product}/tile_{x}_{y}.nc" "--unlabelled 4" "--raster SCL=/data/scl.tif" "--raster FMC" --no-masks --png; do
    [[ $words == *" $wanted "* ]] || fail "no \"$wanted\" in:$words"
done
[[ $words =~ \ --cvat\ [^\ ]*/annotations.xml\ .* && $words =~ \ --segments\ [^\ ]*/segments\  && $words =~ \ --supervisely\ [^\ ]*/project\  && $words =~ \ --map\ [^\ ]*/my.ini\  ]] || fail "files: $words"
# the last one of two counts
[[ $words =~ --threads\ 2\ .*--threads\ 3\  && $words =~ --memory\ 200M\ .*--memory\ 900M\  ]] || fail "threads and memory: $words"
sed -n 's/^# \([a-z_]*:.*\)/\1/; /^[^#]/p' "$CWL/job.yml" >ready.yml
for name in $(sed -n 's/^\([a-z_]*\):.*/\1/p' ready.yml); do
    grep -q "^  $name:" "$CWL/products.cwl" || fail "job.yml: $name is no input"
done
touch area.geojson
sed "s#path: S2A[^}]*#path: $P#; /class: File, path: S2B/d" ready.yml >ready_here.yml
PATH=$TMP/fake:$PATH expect_exit 0 $(cwl --outdir ready_out "$CWL/products.cwl" ready_here.yml)
expect_text words "B02,B03,B04,B08" "3_4,3_5" "label"

# ---- one bad product of three ----
mkdir bad.SAFE
{ sed -n 1,2p job.yml && echo "  - {class: Directory, path: bad.SAFE}" && sed '1,2d' job.yml; } >bad.yml
expect_exit 1 $(cwl --on-error continue --outdir kept "$CWL/products.cwl" bad.yml)
same_tree plain kept "--on-error continue keeps the others"

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
