#!/usr/bin/env bash
# What each option of decode does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1
need_ncdump

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05
options_of decode "$P" -b B01,B05
changes --bands=B05 files "B01.nc B05.nc" "B05.nc"
call
mv out plain
changes --deflate=9 "attribute B05.nc B05:_DeflateLevel" "" 9
expect_equal "$(numbers out/B05.nc B05)" "$(numbers plain/B05.nc B05)" "numbers of a compressed file"
making_options 2
common_options
decoder_option "$P"
finish_options
