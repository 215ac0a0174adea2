#include "testdata/images.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int list_level1(const struct spec *s, struct image out[IMAGES_MAX])
{
    /* order of a real product of baseline 02.04; later products list the bands in order */
    static const char *const early[] = {"B07", "B02", "B11", "B10",   "B06", "B03", "B01",
                                        "B08", "B05", "B12", "TCI_R", "B8A", "B04", "B09"};
    int n = 0;
    for (int i = 0; i <= BAND_SPECTRAL_COUNT; i++) {
        int band = s->baseline < BASELINE_0206 ? band_find(early[i])
                   : i < BAND_SPECTRAL_COUNT   ? i
                                               : BAND_TCI_R;
        if (band != BAND_TCI_R || s->tci)
            out[n++] = (struct image){band, band_table[band].pixel_m};
    }
    return n;
}

/* True if Level-2A has an image of that band and pixel size, as in the metadata of a real product
 * of baseline 04.00. */
static bool level2_has(const struct spec *s, int band, int32_t pixel_m)
{
    if (!band_in(level_table[LEVEL_L2A].bands, band) || band_table[band].component > 0)
        return false;
    if (strcmp(band_table[band].name, "B08") == 0)
        return pixel_m == 10;
    if (strcmp(band_table[band].name, "B01") == 0 && pixel_m == 20)
        return s->baseline >= BASELINE_0400;
    return band_table[band].pixel_m <= pixel_m;
}

static int list_level2(const struct spec *s, struct image out[IMAGES_MAX])
{
    static const int32_t pixel_m[] = {10, 20, 60};
    static const int behind[] = {BAND_TCI_R, BAND_AOT, BAND_WVP};
    int n = 0;
    for (int p = 0; p < SPEC_GRIDS; p++) {
        for (int b = 0; b < BAND_SPECTRAL_COUNT; b++)
            if (level2_has(s, b, pixel_m[p]))
                out[n++] = (struct image){b, pixel_m[p]};
        for (int i = 0; i < 3; i++)
            out[n++] = (struct image){behind[i], pixel_m[p]};
        if (pixel_m[p] > 10)
            out[n++] = (struct image){IMAGE_IS_SCL, pixel_m[p]};
    }
    return n;
}

int images_list(const struct spec *s, struct image out[IMAGES_MAX])
{
    return s->level == LEVEL_L2A ? list_level2(s, out) : list_level1(s, out);
}

bool images_has_file(const struct spec *s, const struct image *i)
{
    return i->band_id == IMAGE_IS_SCL || band_in(s->bands, i->band_id);
}

void images_path(const struct spec *s, const struct image *i, char out[IMAGES_PATH])
{
    const char *name = i->band_id == IMAGE_IS_SCL ? "SCL" : band_table[i->band_id].image;
    if (s->level == LEVEL_L2A)
        snprintf(out, IMAGES_PATH, "GRANULE/%s/IMG_DATA/R%" PRId32 "m/T%s_%s_%s_%" PRId32 "m",
                 s->granule, i->pixel_m, s->tile, s->sensing_compact, name, i->pixel_m);
    else
        snprintf(out, IMAGES_PATH, "GRANULE/%s/IMG_DATA/T%s_%s_%s", s->granule, s->tile,
                 s->sensing_compact, name);
}
