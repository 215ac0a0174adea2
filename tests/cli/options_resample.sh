#!/usr/bin/env bash
# What each option of resample does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1
need_ncdump

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05
expect_exit 0 "$SUBSCENE" decode "$P" -o d -q -b B01,B05
options_of resample d/B01.nc d/B05.nc
call
mv out plain

numbers_are() { [ "$(numbers out/B05.nc B05)" = "$(numbers plain/B05.nc B05)" ] && echo same || echo other; }
# does each number of 20 m stand in all four pixels of 10 m?
are_doubled()
{
    numbers out/B05.nc B05 | awk '{ x = (NR - 1) % 630; y = int((NR - 1) / 630); place = int(x / 2) " " int(y / 2)
        if (place in at && at[place] != $1) other = 1
        at[place] = $1 } END { print other ? "no" : "yes" }'
}
# the largest difference from what the defaults give
distance() { paste <(numbers out/B05.nc B05) <(numbers plain/B05.nc B05) | awk '{ d = $1 > $2 ? $1 - $2 : $2 - $1; if (d > m) m = d } END { print m + 0 }'; }

changes --resolution=20 "attribute B01.nc crs:GeoTransform" "300000 10 0 6500040 0 -10" "300000 20 0 6500040 0 -20"
expect_equal "$(numbers out/B05.nc B05 | wc -l)" $((315 * 315)) "pixels of 20 m"
changes --resolution=60 "attribute B05.nc :pixel_m" "10." "60."
changes --filter=nearest are_doubled no yes
changes --lobes=9 numbers_are same other
changes --lobes=9 "of_parameters lobes B05.nc" 4 9
changes --engine=direct "of_parameters engine B05.nc" fft direct
[ "$(distance)" -le 1 ] || fail "the engines differ by $(distance)"
stored=$(numbers d/B05.nc B05 | awk '$1 > 0' | sort -n | head -1)
WITH_BOTH="--filter nearest" changes --offset=keep "lowest B05.nc B05" $((stored - 1000)) "$stored"
changes --deflate=9 "attribute B05.nc B05:_DeflateLevel" "" 9
expect_equal "$(distance)" 0 "the distance of a compressed file"
making_options 2
common_options
finish_options
