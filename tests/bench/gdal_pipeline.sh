#!/bin/sh
# Subscenes by GDAL's command-line tools alone, as one would do it without this program: every band onto the 10 m grid as GeoTIFF, then one
# NetCDF4 file a subscene with all bands, as float k / 65535.
#   gdal_pipeline.sh PRODUCT FOLDER TOP HEIGHT WIDTH SIZE THREADS    rows TOP … TOP + HEIGHT − 1 of the 10 m grid
# As much at once as there are threads: bands first, subscenes then.
set -eu
product=$1 folder=$2 top=$3 height=$4 width=$5 size=$6 threads=$7

image() { find "$product/" -path '*/IMG_DATA/*' -name "*_$1.jp2"; }

# The window in projection metres, for gdalwarp: xmin ymin xmax ymax.
extent=$(gdalinfo "$(image B02)" | sed -n 's/^Origin = (\(.*\),\(.*\))$/\1 \2/p' |
    awk -v top="$top" -v height="$height" -v width="$width" \
        '{ printf "%.0f %.0f %.0f %.0f", $1, $2 - 10 * (top + height), $1 + 10 * width, $2 - 10 * top }')

# Bands of 10 m are only cut out, so that their JP2 tiles are decoded once.
bands="B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B10 B11 B12"
for band in $bands; do
    case $band in
    B02 | B03 | B04 | B08)
        echo "gdal_translate -q -srcwin 0 $top $width $height $(image "$band") $folder/$band.tif"
        ;;
    *)
        echo "gdalwarp -q -r lanczos -tr 10 10 -te $extent -wm 256 $(image "$band") $folder/$band.tif"
        ;;
    esac
done | xargs -P "$threads" -I {} sh -c '{}'

files=
for band in $bands; do
    files="$files $folder/$band.tif"
done
# shellcheck disable=SC2086  # a list of words
gdalbuildvrt -q -separate "$folder/all.vrt" $files

# what overhangs the raster is no data
y=0
while [ $((y * size)) -lt "$height" ]; do
    x=0
    while [ $((x * size)) -lt "$width" ]; do
        echo "$((x * size)) $((y * size)) $size $size $folder/all.vrt $folder/tile_${x}_$((top / size + y)).nc"
        x=$((x + 1))
    done
    y=$((y + 1))
done | xargs -P "$threads" -L 1 gdal_translate -q -ot Float32 -scale 0 65535 0 1 -of netCDF -co FORMAT=NC4 \
    -co COMPRESS=DEFLATE -co ZLEVEL=1 -srcwin
