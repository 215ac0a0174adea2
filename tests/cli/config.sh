#!/usr/bin/env bash
# --config: the same options as lines of a file, the command line wins; and what `subscene config` prints.
. "${BASH_SOURCE[0]%/*}/lib.sh"

product P --size 420 --scene texture --bands B01,B02,B05
run() { expect_exit 0 "$SUBSCENE" run "$P" -q "$@"; }

# ---- subscene config: every option, and as it stands it changes nothing ----
expect_exit 0 "$SUBSCENE" config
expect_empty "$ERR"
cp "$OUT" all.ini
expect_text all.ini "#size = 512" "#filter = sinc" "1 to 10980" "#overwrite = false"
expect_no_text all.ini "#config ="
expect_no_text all.ini "#help ="
run -o plain -b B01,B05
run -o commented -b B01,B05 --config all.ini
same_tree plain commented "a file of comments"
# the marks taken away where a default stands: the same
sed -E 's/^#((size|overlap|resolution|filter|lobes|engine|min-valid|edge|offset|layout|profile|deflate|overwrite|dry-run|progress) = )/\1/' all.ini >defaults.ini
[ "$(grep -cE '^[a-z-]+ = ' defaults.ini)" -ge 14 ] || fail "few defaults: $(grep -cE '^[a-z-]+ = ' defaults.ini)"
run -o spelled -b B01,B05 --config defaults.ini
same_tree plain spelled "the defaults spelled out"

# ---- a file is the command line in other words ----
cat >mine.ini <<'END'
; for the whole team
bands = B01,B05
size = 128
overlap = 0.25

# kernels
filter = lanczos
lobes = 3
layout = {product}/{x}_{y}.nc
tiles = 0_0,1_1
check-input = true
json = false
END
run -o words -b B01,B05 --size 128 --overlap 0.25 --filter lanczos --lobes 3 --layout '{product}/{x}_{y}.nc' --tiles 0_0,1_1
run -o file --config mine.ini
same_tree words file "a file is the command line"
run -o won --config mine.ini --size 100 --tiles=1_0 -b B02
run -o words2 -b B02 --size 100 --overlap 0.25 --filter lanczos --lobes 3 --layout '{product}/{x}_{y}.nc' --tiles 1_0
same_tree words2 won "the command line wins"
# one file for all commands: keys of others count for nothing
expect_exit 0 "$SUBSCENE" decode "$P" -o d --config mine.ini -q
expect_equal "$(ls d | paste -sd' ')" "B01.nc B05.nc" "bands of the file in decode"
expect_exit 0 "$SUBSCENE" info "$P" --config mine.ini
expect_text "$OUT" "128 px"
printf 'output = from_file\nbands = B01\n' >output.ini
expect_exit 0 "$SUBSCENE" run "$P" --config output.ini
expect_count from_file 1

# ---- mistakes name file, line, value and range ----
bad() # LINE TEXT...
{
    printf '# one\n%s\n' "$1" >bad.ini
    shift
    expect_exit 2 "$SUBSCENE" run "$P" -o bad --config bad.ini
    expect_line "$ERR" bad.ini "line 2" "$@"
    expect_absent bad
}
bad "sizes = 5" sizes "unknown key"
bad "size = 0" "--size 0" "1 to 10980"
bad "size = 512x" "512x"
bad "filter = bicubic" bicubic mitchell
bad "bands = B02,B77" B77
bad "overwrite = yes" yes "true, false"
bad "layout =" layout empty
bad "config = other.ini" config
bad "help = true" help
bad "size 512"
bad "tiles = $(printf '1_1,%.0s' {1..80})1_1" "longer than"
printf '[run]\nsize = 5\n' >section.ini
expect_exit 2 "$SUBSCENE" run "$P" -o bad --config section.ini
expect_line "$ERR" section.ini "[run]" "sections are not allowed"
printf 'size = 5\nsize = 6\n' >twice.ini
expect_exit 2 "$SUBSCENE" run "$P" -o bad --config twice.ini
expect_line "$ERR" twice.ini "line 2" size twice
expect_exit 3 "$SUBSCENE" run "$P" -o bad --config nowhere.ini
expect_line "$ERR" nowhere.ini "No such file"
printf 'lobes = 4\nfilter = nearest\n' >fixed.ini
expect_exit 2 "$SUBSCENE" run "$P" -o bad --config fixed.ini
expect_line "$ERR" lobes nearest
expect_exit 2 "$SUBSCENE" config something
expect_line "$ERR" "takes no operand" something
expect_absent bad
finish
