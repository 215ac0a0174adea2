#!/usr/bin/env bash
# look of products: pictures with the lattice, the same with any decoder and threads; which composites a product can have; what fails.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

BANDS=B02,B03,B04,B8A,B10,B11
product P --size 1590 --jp2-tile 512,333,200 --bands $BANDS --scene cumulus
NAME=$(basename "$P" .SAFE)
expect_exit 0 "$SUBSCENE" look "$P" -o pictures
expect_equal "$(cat "$OUT")" "$(printf 'pictures/%s_natural.png\npictures/%s_cloud.png' "$NAME" "$NAME")" "the paths"
expect_equal "$(find pictures -type f | wc -l)" 2 "files"

# ---- the same bytes ----
for how in "-j 1" "-j 3" "--decoder openjpeg"; do
    rm -rf again
    expect_exit 0 "$SUBSCENE" look "$P" -o again $how
    same_tree pictures again "$how"
done
expect_exit 0 "$SUBSCENE" look "$P" -o again # over existing pictures
same_tree pictures again "a second time"
mkdir here && cd here || exit 1
expect_exit 0 "$SUBSCENE" look "$P" --composite B11,B8A,B04
expect_equal "$(ls)" "${NAME}_B11-B8A-B04.png" "three bands, in the current folder"
cd ..

# ---- what is on them ----
if /usr/bin/python3 -c 'import numpy, osgeo.gdal' 2>/dev/null; then
    expect_exit 0 "$SUBSCENE" look "$P" -o plain --size 1590 # one cell: borders only above and on the left
    /usr/bin/python3 - "pictures/${NAME}_natural.png" "plain/${NAME}_natural.png" "pictures/${NAME}_cloud.png" <<'END' || fail "the pictures"
import sys
import numpy as np
from osgeo import gdal
gdal.UseExceptions()
drawn, plain, cloud = (gdal.Open(path).ReadAsArray().astype(int) for path in sys.argv[1:])
assert drawn.shape == (3, 199, 199), drawn.shape  # 15900 m at 80 m
lines = [64, 128, 192]  # 512 px = 64 pixels of 80 m
inside = [i for i in range(20, 199) if i not in lines]
valid = plain.min(axis=0) > 0
for at in lines:  # half yellow
    both = np.stack([(plain[:, at, inside] + np.array([255, 220, 0])[:, None]) // 2, drawn[:, at, inside]])
    keep = [k for k, x in enumerate(inside) if x % 64 > 48]  # right of the numbers
    assert (both[0][:, keep] == both[1][:, keep]).all(), at
same = (drawn == plain).all(axis=0)
assert same[30:60, 70:120].all()  # between borders and below a number
assert (drawn[:, 67:77, 67:90] == 255).all(axis=0).any(), "a number"
assert (~valid).any() and valid.any(), "the wedge without data"
# clouds are white in natural colour, grey in all three
bright = plain[:, valid].min(axis=0) == 255
assert 0.005 < bright.mean() < 0.5, bright.mean()
# nothing is high in this scene, so nothing is blue in the composite of clouds
assert (drawn != cloud).any()
END
else
    skip_part "no GDAL for Python: the pixels of the pictures"
fi

# ---- Level-2A has no B10 ----
product L2 --size 630 --jp2-tile 256,160,48 --level L2A --bands B02,B03,B04
expect_exit 0 "$SUBSCENE" look "$L2" -o l2
expect_line "$ERR" "no composite cloud: the product lacks one of its bands"
expect_equal "$(find l2 -type f | wc -l)" 1 "pictures of Level-2A"
expect_exit 3 "$SUBSCENE" look "$L2" -o l2 --composite cloud
expect_line "$ERR" "B10"

# ---- what fails ----
product Q --size 630 --jp2-tile 256,160,48 --bands B02 --sensing 20200404T094041
expect_exit 3 "$SUBSCENE" look "$Q" -o q
expect_line "$ERR" "lacks bands for the composites natural and cloud" "--composite"
expect_absent q
expect_exit 1 "$SUBSCENE" look "$Q" "$P" -o some # the other one is made
same_tree pictures some "beside a product that fails"
expect_exit 2 "$SUBSCENE" look "$P" pictures -o q
expect_line "$ERR" "either products or output folders"
expect_exit 2 "$SUBSCENE" look "$P" -o q --composite naturel
expect_line "$ERR" "did you mean natural?"
expect_exit 3 "$SUBSCENE" look nowhere.zip -o q
expect_absent q
spoil "$P"/GRANULE/*/IMG_DATA/*_B03.jp2 3 40
expect_exit 3 "$SUBSCENE" look "$P" -o q
expect_line "$ERR" "$NAME" "band B03" "tile 3"
finish
