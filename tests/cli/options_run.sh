#!/usr/bin/env bash
# What each option of run does. How they are written, and values that are refused, is in options.sh.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1
need_ncdump

product P --size 630 --jp2-tile 256,160,48
options_of run "$P" -b B01,B05 --size 256 --layout flat
NAME=$(basename "$P" .SAFE)

rows() { tail -n +2 "out/$NAME/manifest.csv"; }
column() { # column NAME: its values in the manifest
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } NR > 1 { print $c }' "out/$NAME/manifest.csv"
}
hash_of() { rows | awk -F, -v file="$1" '$3 == file { print $(NF - 1) }'; }
bands() { head -1 "out/$NAME/manifest.csv" | grep -oE '[^,]*_mean' | paste -sd' '; }
width() { header "$1" | sed -n 's/^[[:space:]]*x = \([0-9]*\) ;$/\1/p'; }
left() { attribute "$1" crs:GeoTransform | cut -d' ' -f1; }
result() { [ "$(hash_of tile_1_1.nc)" = "$middle" ] && echo same || echo other; } # is the middle one that of the defaults?

call
middle=$(hash_of tile_1_1.nc) lowest=$(column B05_min | grep . | sort -n | head -1)
hashes=$(column content_hash) all=$(files) full=$(rows | awk -F, '$4 >= 0.9 { print $3 }' | sort | paste -sd' ')
least_b05() { column B05_min | grep . | sort -n | head -1; }

changes --bands=B8A bands "B01_mean B05_mean" B8A_mean
changes --size=128 "width tile_0_0.nc" 256 128
changes --size=128 file_count 9 25
changes --overlap=0.5 "left tile_1_0.nc" 302560 301280
changes --overlap=0.5 file_count 9 25
changes --resolution=20 "attribute tile_0_0.nc crs:GeoTransform" "300000 10 0 6500040 0 -10" "300000 20 0 6500040 0 -20"
changes --resolution=60 file_count 9 1
for filter in nearest box linear cubic catrom mitchell lanczos hermite gaussian quadratic hann hamming; do
    WITH_BOTH="--tiles 1_1" changes --filter=$filter result same other
    hash_of tile_1_1.nc >>filters
done
# above its own size a box is the nearest pixel
expect_equal "$(sort -u filters | wc -l)" 11 "different results of filters"
WITH_BOTH="--tiles 1_1" changes --compat=cm-vsm result same other
WITH_BOTH="--tiles 1_1" changes --compat=cm-vsm-tiled "attribute tile_1_1.nc :compat" "" "cm_vsm 0.3.7 --tiled"
expect_equal "$(of_parameters filter tile_1_1.nc)" undefined "the default filter of --compat"
: >filters
for filter in undefined point box linear cubic sinc hermite hanning hamming blackman gaussian quadratic catrom mitchell lanczos bessel; do
    WITH_BOTH="--tiles 1_1 --compat cm-vsm" call --filter=$filter
    expect_equal "$STATUS $(attribute tile_1_1.nc B05:resampling_filter)" "0 $filter" "--compat cm-vsm --filter $filter"
    hash_of tile_1_1.nc >>filters
done
# point is box, and undefined is mitchell
expect_equal "$(sort -u filters | wc -l)" 14 "different results of filters with --compat"
WITH_BOTH="--tiles 1_1" changes --lobes=2 result same other
changes --engine=direct "of_parameters engine tile_1_1.nc" fft direct
changes --tiles=2_0,1_1 files "$all" "tile_1_1.nc tile_2_0.nc"
changes "--aoi=SRID=32635;POINT(303000 6499000)" files "$all" tile_1_0.nc
changes --min-valid=0.9 files "$all" "$full"
changes --edge=drop file_count 9 4
changes --edge=shift "left tile_2_2.nc" 305120 303740
expect_equal "$(hash_of tile_1_1.nc)" "$middle" "a subscene that does not overhang"
changes --offset=keep least_b05 "$lowest" $((lowest + 1000))
changes --layout=dataset "of_file tile_2_1.nc" "out/$NAME/tile_2_1.nc" "out/L1C/January/$NAME/tile_2_1.nc"
changes --profile=kappazeta "attribute tile_1_1.nc crs:epsg_code" EPSG:32635 ""
expect_equal "$(column content_hash)" "$hashes" "hashes of both profiles"
changes --deflate=9 "attribute tile_1_1.nc B05:_DeflateLevel" 1 9
expect_equal "$(column content_hash)" "$hashes" "hashes of both levels"
changes --png pictures "" "T35VLF_20220125T151701_B01_tile_1_1.png T35VLF_20220125T151701_B05_tile_1_1.png"
making_options 9
lock_options kept tile_1_1.nc
common_options

# class layers
label_sources
product M --size 630 --jp2-tile 256,160,48 --bands B01,B05 --nodata none --masks s2cloudless
options_of run "$M" -b B01,B05 --size 256 --tiles 1_1
changes --no-masks "layers tile_1_1.nc" "SS2C SS2CC" ""
options_of run "$M" -b B01,B05 --size 256 --tiles 1_1 --no-masks
label_options
raster_options
BEFORE=
changes --status=st "is_there st/$NAME.json" no yes

# lists
product Q --size 630 --jp2-tile 256,160,48 --bands B01 --sensing 20200717T221941
printf '%s\n' no-such-product "$P" "$Q" >list
options_of run @list -b B01 --size 256
changes --shard=2/3 status 1 0
changes --shard=2/3 file_count 18 9
changes --max-failures=1 file_count 18 0

# an image that decodes, but is not the one that the product has the checksum of
cp -r "$P" "$NAME.SAFE"
sed -i '/_B05.jp2/,/<\/byteStream>/s/\(<checksum[^>]*>\)[0-9A-Fa-f]\{4\}/\10000/' "$NAME.SAFE/manifest.safe"
options_of run "$NAME.SAFE" -b B01,B05 --size 256
changes --check-input status 0 3
decoder_option "$NAME.SAFE"
finish_options
