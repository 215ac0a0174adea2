#!/usr/bin/env bash
# What each option of info does: what it tells is what run would do with the same options.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05 --masks fmask
options_of info "$P" --bands=B01,B05
NAME=$(basename "$P" .SAFE)

line() { sed -n "s/^$1  *//p" "$OUT"; } # line NAME: what stands behind it
of_line() { line "$1" | grep -oE "$2" | head -1; } # of_line NAME PATTERN
parameter() { line parameters | tr ' ' '\n' | tr -d , | sed -n "s/^$1=//p"; }

changes --bands=B05 "parameter bands" B01B05 B05
changes --size=256 "of_line lattice [0-9]+.subscenes?" "4 subscenes" "9 subscenes"
changes --overlap=0.5 "of_line lattice step.[0-9]+" "step 512" "step 256"
changes --resolution=20 "line target" "630 x 630 px of 10 m" "315 x 315 px of 20 m"
changes --filter=box "parameter filter" sinc box
changes --compat=cm-vsm "parameter compat" "" cm-vsm
WITH_BOTH="--size 256 --overlap 0.1" changes --compat=cm-vsm "of_line lattice step.[0-9.]+" "step 231" "step 230.4"
changes --lobes=8 "parameter lobes" 4 8
changes --engine=direct "parameter engine" fft direct
changes "--aoi=SRID=32635;POINT(303000 6499000)" "of_line lattice [0-9]+.subscenes?" "4 subscenes" "1 subscene"
changes --tiles=0_0,1_1 "of_line lattice [0-9]+.subscenes?" "4 subscenes" "2 subscenes"
changes --edge=drop "of_line lattice [0-9]+.columns?.x.[0-9]+.rows?" "2 columns x 2 rows" "1 column x 1 row"
changes --offset=keep "parameter offset" remove keep
changes --layout=flat "line folder" "L1C/January/$NAME" "$NAME"
changes --profile=kappazeta "parameter profile" georef kappazeta
changes --deflate=9 "parameter deflate" 1 9
WITH_BOTH="-j 2" changes --threads=3 "of_line memory [0-9]+.threads" "2 threads" "3 threads"
writer() { of_line memory "writers x [0-9]+" | sed 's/.* //'; } # MiB of one
call
plain=$(writer)
call --png
[ "$(writer)" -gt "$plain" ] || fail "pictures take no memory: $(writer) MiB with them, $plain without"
changes --png writer "$plain" "$(writer)"
changes --memory=1M "said --memory 1M is too little" no yes
changes --no-masks "line layer" "FMC from $(cd "$P" && echo GRANULE/*/FMASK_DATA/*)" ""
MASK=$(echo "$P"/GRANULE/*/QI_DATA/MSK_CLASSI_B00.jp2)
WITH_BOTH=--no-masks changes "--raster=Mine=$MASK:keep" "line layer" "" "Mine from $MASK"
free_in() { sed -n 's/^disk space .* are free in //p' "$OUT"; }
changes "--output=$TMP/there" free_in out "$TMP/there"
changes --json "said {\"product\":\"$NAME\"," no yes
common_options

# the parameters and their digest are those of the files that run makes
call --filter=cubic --size=256 --offset=keep --deflate=3
parameters=$(line parameters)
expect_exit 0 "$SUBSCENE" run "$P" -b B01,B05 --filter=cubic --size=256 --offset=keep --deflate=3 --tiles 1_1 -o out -q
expect_equal "$(grep -oaE 'format=[0-9]+ bands=[ -~]*' "$(of_file tile_1_1.nc)"), digest $(tail -1 out/L1C/*/*/manifest.csv | sed 's/.*,//')" \
    "$parameters" "parameters that info tells"
finish_options
