#!/usr/bin/env bash
# What each option of export does.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1
label_sources

product P --size 630 --jp2-tile 256,160,48 --bands B02,B03,B04,B08 --nodata none
expect_exit 0 "$SUBSCENE" run "$P" -o made -q -b B02,B03,B04,B08 --size 256 --raster SS2C=mask.png
names() { (cd out 2>/dev/null && find . -type f | sed 's/S2A_[A-Z0-9_]*_tile/I_tile/; s/^..//' | sort | paste -sd' '); }
entries() { python3 -c 'import zipfile; print(*(n.split("_tile_")[1] for n in zipfile.ZipFile("out/images.zip").namelist()))'; }
same_images() { cmp -s out/images.zip first.zip && echo yes || echo no; }
label_names() { grep -o '"name":"[a-z_]*"' out/labels.json | cut -d'"' -f4 | paste -sd' '; }
content() { head -c 5 out/labels.json; }

options_of export made
changes --for=cvat status 2 0
WITH_BOTH="--for cvat"
cp out/images.zip first.zip
changes --for=segments "is_there out/categories.json" no yes
changes --for=supervisely "is_there out/meta.json" no yes
changes --output=elsewhere "is_there elsewhere/images.zip" no yes
changes --tiles=1_1,2_0 entries "0_0.png 0_1.png 0_2.png 1_0.png 1_1.png 1_2.png 2_0.png 2_1.png 2_2.png" "1_1.png 2_0.png"
changes --composite=B08,B04,B03 same_images yes no
changes --composite=B03,B04,B08 same_images yes no
call --composite=natural
expect_equal "$(same_images)" yes "the default composite"
call --composite=B04,B03,B02
expect_equal "$(same_images)" yes "the bands of natural"
changes --suggest=SS2C names "images.zip labels.json" "annotations.xml images.zip labels.json"
call --suggest=SS2C
expect_equal "$(grep -o 'mask label="[a-z]*"' out/annotations.xml | sort | uniq -c | awk '{ print $1, $3 }' | paste -sd' ')" \
    '6 label="clear" 6 label="cloud" 5 label="missing"' "classes of the layer"
printf '[layer]\nname = Mine\nkind = codes\n[codes]\n1 = 1\n[categories]\nfog = 1\nclear = 1\nhaze = 2\n' >mine.ini
changes --map=mine.ini label_names "clear cloud_shadow semi_transparent_cloud cloud missing undefined" "fog haze"
changes --dry-run names "images.zip labels.json" ""
mkdir -p edited && echo other >edited/labels.json
BEFORE=edited
changes --overwrite content other "[
  {"
BEFORE=
talking_options "tile_1_1.png: made/"
finish_options
