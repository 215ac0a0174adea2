#!/usr/bin/env bash
# The page of look in Chromium, without a window: look_page.py has the checks.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
command -v chromium >/dev/null || skip_all "chromium is missing"
command -v chromedriver >/dev/null || skip_all "chromedriver is missing (chromium-driver)"
/usr/bin/python3 -c 'import selenium' 2>/dev/null || skip_all "python3-selenium is missing"

# two products of 22 x 22 subscenes, as a whole product has at 512 px
BANDS=B02,B03,B04
MAKE="--size 510 --jp2-tile 256,160,48 --bands $BANDS"
# shellcheck disable=SC2086  # lists of words
{
    product P $MAKE --scene texture --masks fmask,s2cloudless
    product Q $MAKE --sensing 20220304T094041 --tile 34VEL --seed 2 --nodata none
}
P_NAME=$(basename "$P" .SAFE)
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o out -q -b $BANDS --size 24
cat >labels.xml <<XML
<annotations><version>1.1</version>
<image id="0" name="$P_NAME/tile_11_12.png" width="24" height="24"><box label="cloud" xtl="0" ytl="0" xbr="12" ybr="24" z_order="0"></box></image>
<image id="1" name="$P_NAME/tile_14_13.png" width="24" height="24"><box label="clear" xtl="0" ytl="0" xbr="24" ybr="12" z_order="0"></box></image>
</annotations>
XML
expect_exit 0 "$SUBSCENE" label out --cvat labels.xml -q
expect_exit 0 "$SUBSCENE" look out -q
/usr/bin/python3 "$SOURCE_DIR/tests/cli/look_page.py" out/look lists
case $? in
0) ;;
77) skip_all "Chromium does not start" ;;
*) fail "look_page.py" ;;
esac

# the lists that were downloaded, back in run: what of two products, what of one
chosen() { find "$1" -name '*.nc' -printf '%P\n' | sed 's/.*\(S2A[^/]*\)\/tile_\(.*\).nc/\1\/\2/' | sort; }
RUN="-q -b $BANDS --size 24"
# shellcheck disable=SC2086
expect_exit 0 "$SUBSCENE" run "$P" "$Q" -o chosen $RUN --tiles @lists/both.txt
expect_equal "$(chosen chosen)" "$(sort lists/both.wanted)" "what run makes of the list of two products"
# shellcheck disable=SC2086
expect_exit 0 "$SUBSCENE" run "$P" -o chosen_one $RUN --tiles @lists/one.txt
expect_equal "$(chosen chosen_one)" "$(sort lists/one.wanted)" "what run makes of the list of one product"
finish
