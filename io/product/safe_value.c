#include "io/product/safe_value.h"

#include <stdio.h>
#include <string.h>

#include "core/path.h"
#include "core/text.h"

bool safe_value_is_tile(const char *s) { return text_matches(s, "T00AAA"); }

bool safe_value_is_compact_time(const char *s) { return text_matches(s, "00000000T000000"); }

bool safe_value_is_time(const char *s)
{
    if (!text_matches(s, "0000-00-00T00:00:00"))
        return false;
    int month = 10 * (s[5] - '0') + (s[6] - '0');
    return month >= 1 && month <= 12;
}

bool safe_value_is_name(const char *s)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    return s[0] != '\0' && s[0] != '.' && s[0] != '-' && strspn(s, allowed) == strlen(s);
}

int safe_value_ids(const char *file, struct product *out, struct err *e)
{
    const char *tile = NULL, *time = NULL;
    int field = 0;
    for (const char *c = out->name; c; field++) {
        if (field == 2 && safe_value_is_compact_time(c))
            time = c;
        if (!tile && field > 2 && safe_value_is_tile(c) && (c[6] == '_' || c[6] == '\0'))
            tile = c;
        c = strchr(c, '_');
        c = c ? c + 1 : NULL;
    }
    for (int i = 0; i < BAND_COUNT; i++) {
        const char *base = path_base(out->band[i].image);
        if (!safe_value_is_tile(base) || base[6] != '_')
            continue;
        if (!tile)
            tile = base;
        if (!time && safe_value_is_compact_time(base + 7))
            time = base + 7;
    }
    if (!tile || !time)
        return err_set(e, ERR_INPUT,
                       "%s: PRODUCT_URI is \"%s\": neither it nor the image files name the tile "
                       "and the sensing time",
                       file, out->name);
    snprintf(out->tile_id, sizeof out->tile_id, "%.6s", tile);
    snprintf(out->sensing_compact, sizeof out->sensing_compact, "%.15s", time);
    return 0;
}

int safe_value_check_grid(const char *file, const struct geogrid *fine, const struct geogrid *g,
                          struct err *e)
{
    int32_t k = (int32_t)(g->pixel_m / fine->pixel_m), pixel_m = (int32_t)g->pixel_m;
    int32_t width = (fine->width + k - 1) / k, height = (fine->height + k - 1) / k;
    if (g->width != width || g->height != height)
        return err_set(
            e, ERR_INPUT,
            "%s: the %d m raster is %d x %d px, but the 10 m raster (%d x %d) requires %d x %d",
            file, (int)pixel_m, (int)g->width, (int)g->height, (int)fine->width, (int)fine->height,
            (int)width, (int)height);
    if (g->ulx_m != fine->ulx_m || g->uly_m != fine->uly_m)
        return err_set(
            e, ERR_INPUT,
            "%s: the %d m raster begins at %.10g, %.10g, but the 10 m one at %.10g, %.10g", file,
            (int)pixel_m, g->ulx_m, g->uly_m, fine->ulx_m, fine->uly_m);
    return 0;
}
