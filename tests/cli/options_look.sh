#!/usr/bin/env bash
# What each option of look does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B02,B10
expect_exit 0 "$SUBSCENE" run "$P" -o made -q -b B02,B10 --size 256
best() { sed -n 's/.*"score":"\([a-z]*\)".*/\1/p' out/products.js; }
options_of look made
changes --output=elsewhere "is_there elsewhere/index.html" no yes
rm -rf made/look
WORDS=(made)
call
expect_equal "$(is_there made/look/index.html)" yes "the page without --output"
rm -rf made/look
WORDS=(made -o out)
changes --by=cirrus best challenge cirrus
common_options

# of a product
pictures_of() { find out -name '*.png' -exec sha256sum {} + | cut -c1-8; }
product Q --size 630 --jp2-tile 256,160,48 --bands B02,B03,B04
options_of look "$Q"
call
plain=$(pictures_of)
other() { [ "$(pictures_of)" = "$plain" ] && echo no || echo yes; }
changes --size=128 other no yes
changes --resolution=20 other no yes
WITH_BOTH="--size 256" call
plain=$(pictures_of)
WITH_BOTH="--size 256" changes --overlap=0.5 other no yes
WITH_BOTH="--size 256" changes --edge=drop other no yes
names() { (cd out && ls | sed 's/.*_//'); }
changes --composite=B02,B03,B02 names natural.png B02-B03-B02.png
decoder_option "$Q"
finish_options
