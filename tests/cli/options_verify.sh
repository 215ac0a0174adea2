#!/usr/bin/env bash
# What each option of verify does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48 --bands B01,B05
expect_exit 0 "$SUBSCENE" run "$P" -o made -q -b B01,B05 --size 256
options_of verify made
changes --json "said {\"faults\":[],\"manifests\":1,\"files\":9,\"fault_count\":0,\"kinds\":[],\"numbers\":{\"own\":9,\"cm-vsm\":0,\"cm-vsm-tiled\":0},\"unreadable\":0,\"months\":[{\"month\":\"January\",\"subscenes\":9}],\"classes\":[]}" no yes
common_options
finish_options
