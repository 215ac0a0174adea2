# --compat cm-vsm and cm-vsm-tiled: what cm_vsm 0.3.7 stored, bit for bit, from the same product.
source "$(dirname "$0")/lib.sh" || exit 1

/usr/bin/python3 -c 'import netCDF4' 2>/dev/null || skip_all "no netCDF4 in Python"
[ -d "$SHARED/data/cm_vsm/outputs" ] || skip_all "there is no reference of cm_vsm in ${SHARED#"$SOURCE_DIR/"}/data/cm_vsm"
REFERENCE=$SHARED/data/cm_vsm/outputs
PRODUCT=$(echo "$SHARED"/data/cm_vsm/*.SAFE)
NAME=$(basename "$PRODUCT" .SAFE)

# same REFERENCE SAMPLES:DN OPTION...: a run with the options gives the reference; so many samples differ, and by so much
same()
{
    local name=$1 differences=$2
    shift 2
    rm -rf made
    expect_exit 0 "$SUBSCENE" run "$PRODUCT" -o made --layout flat --compat cm-vsm "$@" -q
    /usr/bin/python3 "$SOURCE_DIR/tests/support/compare_cm_vsm.py" "$REFERENCE/$name" "made/$NAME" "$differences" >difference ||
        fail "$name, $*: $(cat difference)"
}

KZ="--profile kappazeta"
# shellcheck disable=SC2086  # options
same sinc 0:0 --filter sinc -b B01,B02,B05 $KZ
same sinc 0:0 --filter sinc -b B01,B02,B05 # georeferenced: the same numbers
expect_exit 0 "$SUBSCENE" verify made
expect_line "$ERR" "numbers: 9 of cm_vsm 0.3.7"
same sinc_overlap 0:0 --filter sinc --overlap 0.0625 -b B01,B02,B05 $KZ
same sinc_256 0:0 --filter sinc --size 256 -b B01,B05 --tiles 0_0,1_1,2_3,4_4,3_0 $KZ
same sinc_tiled 0:0 --compat cm-vsm-tiled --filter sinc -b B02,B05 --tiles 0_0,1_1,2_1 $KZ
same tci 0:0 --filter sinc -b TCI --tiles 0_0,2_1 $KZ
same default 0:0 -b B01,B02,B05 --tiles 0_0,1_1,2_1 $KZ
for filter in point box linear cubic hermite hanning hamming blackman gaussian quadratic catrom mitchell lanczos bessel; do
    same f_$filter 0:0 --filter $filter -b B01,B05 --tiles 1_1,2_0 $KZ
done
finish
