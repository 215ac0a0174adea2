#include "stages/layers/mask_place.h"

#include <math.h>

struct mask_frame mask_frame_of(const struct geogrid *product, const struct geogrid *target)
{
    return (struct mask_frame){*target, (int32_t)(product->width * product->pixel_m),
                               (int32_t)(product->height * product->pixel_m), false,
                               TILE_DECODER_AUTO};
}

static bool is_whole(double v) { return v == floor(v) && fabs(v) < 1e9; }

/* The pixel (10, 20 or 60 m) with which the raster covers the product; 0: none fits. */
static int32_t pixel_of_size(const struct classraster_info *info, const struct mask_frame *f)
{
    static const int32_t pixels[] = {10, 20, 60};
    for (size_t i = 0; i < sizeof pixels / sizeof *pixels; i++) {
        int32_t p = pixels[i];
        if (info->width == (f->width_m + p - 1) / p && info->height == (f->height_m + p - 1) / p)
            return p;
    }
    return 0;
}

/* Other georeferencing than the product's is an error; it must not be ignored. */
static int check_grid(const char *file, const struct classraster_info *info,
                      const struct mask_frame *f, struct err *e)
{
    if (info->has_other_place)
        return err_set(
            e, ERR_INPUT,
            "%s: is georeferenced, but not with square pixels in a projection with north up; "
            "convert it with gdalwarp -t_srs EPSG:%d -r near",
            file, f->target.epsg);
    if (info->has_place && info->epsg && info->epsg != f->target.epsg)
        return err_set(e, ERR_INPUT,
                       "%s: is in EPSG:%d, the product in EPSG:%d; convert it with gdalwarp -t_srs "
                       "EPSG:%d -r near",
                       file, info->epsg, f->target.epsg, f->target.epsg);
    return 0;
}

int mask_place_find(const char *file, const struct classraster_info *info,
                    const struct mask_frame *f, struct mask_place *out, struct err *e)
{
    double pixel_m = info->has_place ? info->pixel_m : pixel_of_size(info, f);
    double x = info->has_place ? (info->ulx_m - f->target.ulx_m) / f->target.pixel_m : 0;
    double y = info->has_place ? (f->target.uly_m - info->uly_m) / f->target.pixel_m : 0;
    if (check_grid(file, info, f, e))
        return ERR_INPUT;
    if (pixel_m == 0)
        return err_set(e, ERR_INPUT,
                       "%s: is not georeferenced, and its %d × %d px do not cover a product of "
                       "%d × %d m%s with pixels of 10, 20 or 60 m",
                       file, info->width, info->height, f->width_m, f->height_m,
                       f->is_assumed ? " (assumed; give the product with --product)" : "");
    if (!is_whole(pixel_m) || pixel_m < 1 || pixel_m > 10000 || !is_whole(x) || !is_whole(y))
        return err_set(e, ERR_INPUT,
                       "%s: its corner %.10g, %.10g with pixels of %.10g m is not on a corner of "
                       "the product's pixels of %.10g m",
                       file, info->ulx_m, info->uly_m, pixel_m, f->target.pixel_m);
    double side_x = info->width * pixel_m / f->target.pixel_m,
           side_y = info->height * pixel_m / f->target.pixel_m;
    if (x + side_x <= 0 || y + side_y <= 0 || x * f->target.pixel_m >= f->width_m ||
        y * f->target.pixel_m >= f->height_m)
        return err_set(e, ERR_INPUT,
                       "%s: its corner is at %.10g, %.10g, so it lies outside of the product", file,
                       info->ulx_m, info->uly_m);
    out->origin_x = (int32_t)x;
    out->origin_y = (int32_t)y;
    out->grid =
        classify_grid_of((int32_t)pixel_m, (int32_t)f->target.pixel_m, info->width, info->height);
    return 0;
}
