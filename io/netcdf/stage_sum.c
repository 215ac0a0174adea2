#include "io/netcdf/stage_sum.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/netcdf/schema.h"

/* Adds a line of the text. */
PRINTF_LIKE(2, 3)
static void add(struct checksum *sum, const char *fmt, ...)
{
    char line[PARAMS_TEXT_SIZE + 100];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    if (n > 0)
        checksum_add(sum, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

static void add_product(struct checksum *sum, const struct product *p)
{
    const struct geogrid *g = &p->grid[PRODUCT_GRID_10];
    add(sum, "product_name=%s.SAFE\n", p->name);
    add(sum, "processing_level=%s\n", p->level);
    add(sum, "processing_baseline=%s\n", p->baseline);
    add(sum, "spacecraft=%s\n", p->spacecraft);
    add(sum, "tile_id=%s\n", p->tile_id);
    add(sum, "sensing_time=%s\n", p->sensing_time);
    add(sum, "sensing_compact=%s\n", p->sensing_compact);
    add(sum, "generation_time=%s\n", p->generation_time);
    add(sum, "quantification_value=%d\n", p->quantification);
    add(sum, "has_radio_add_offset=%d\n", p->has_offset);
    add(sum, "product_epsg=%d\n", g->epsg);
    add(sum, "product_ulx_m=%.17g\n", g->ulx_m);
    add(sum, "product_uly_m=%.17g\n", g->uly_m);
    add(sum, "product_width_10m=%d\n", g->width);
    add(sum, "product_height_10m=%d\n", g->height);
}

static void add_band(struct checksum *sum, const struct product *p, int band_id)
{
    const struct band_def *def = &band_table[band_id];
    const struct product_band *band = &p->band[band_id];
    if (def->kind == BAND_REFLECTANCE) {
        add(sum, "%s:wavelength_nm=%.17g\n", def->name, band->wavelength_nm);
        add(sum, "%s:%s=%d\n", def->name, schema_offset_name(p), band->offset);
    }
    if (def->kind == BAND_ATMOSPHERE)
        add(sum, "%s:quantification_value=%.17g\n", def->name, band->quantification);
}

void stage_sum_of(const struct stage_meta *m, char text[CHECKSUM_TEXT_SIZE])
{
    struct checksum sum = CHECKSUM_INIT;
    char parameters[PARAMS_TEXT_SIZE];
    params_format(&m->params, parameters);
    add(&sum, "stage=%s\n", stage_names[m->kind]);
    add(&sum, "parameters=%s\n", parameters);
    add_product(&sum, &m->product);
    add(&sum, "pixel_m=%.17g\n", m->grid.pixel_m);
    if (m->kind == STAGE_CUT)
        add(&sum, "subscene_x=%d\nsubscene_y=%d\n", m->x, m->y);
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(m->params.bands, b))
            add_band(&sum, &m->product, b);
    add(&sum, "y=%d\nx=%d\n", m->px.h, m->px.w);
    checksum_format(sum, text);
}

int stage_sum_check(struct ncfile *f, const struct stage_meta *m, struct err *e)
{
    char there[CHECKSUM_TEXT_SIZE] = "", here[CHECKSUM_TEXT_SIZE];
    if (!ncfile_has(f, NULL, STAGE_SUM_ATT))
        return 0;
    stage_sum_of(m, here);
    if (ncfile_text(f, NULL, STAGE_SUM_ATT, there, sizeof there) && strcmp(there, here) == 0)
        return 0;
    return err_set(e, ERR_INPUT,
                   "its attributes are not those that %s wrote: they were damaged or edited. Make "
                   "the file again, or accept them by removing the attribute %s",
                   stage_names[m->kind], STAGE_SUM_ATT);
}
