#!/usr/bin/env bash
# What each option of dataset does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05
expect_exit 0 "$SUBSCENE" run "$P" -o made -q -b B01,B05 --size 256
options_of dataset made
echo "verbose = true" >config.ini
changes --config=config.ini "told manifest.csv: 9 subscenes" no yes
changes --verbose "told manifest.csv: 9 subscenes" no yes
changes --quiet messages some none
changes --log-format=json messages_as text json
changes --version "said subscene $("$SUBSCENE" --version | sed 's/^subscene \([^ ]*\).*/\1/')" no yes
changes --help "said usage: subscene dataset" no yes
finish_options
