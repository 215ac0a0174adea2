#include "io/netcdf/stage_nc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "io/compress/fletcher.h"
#include "io/netcdf/raster_nc.h"
#include "io/netcdf/schema.h"
#include "io/netcdf/stage_sum.h"

const char *const stage_names[] = {"decode", "resample", "cut", NULL};

enum { NODATA = 0, SATURATED = 65535 };

/* ---- describing ---- */

static void describe_product(const struct product *p, struct ncspec *s)
{
    const struct geogrid *g = &p->grid[PRODUCT_GRID_10];
    ncspec_text(s, NCSPEC_GLOBAL, "version", "%s", SUBSCENE_VERSION);
    ncspec_text(s, NCSPEC_GLOBAL, SCHEMA_ATT_PRODUCT, "%s.SAFE", p->name);
    ncspec_text(s, NCSPEC_GLOBAL, "Conventions", "CF-1.8");
    ncspec_text(s, NCSPEC_GLOBAL, "processing_level", "%s", p->level);
    ncspec_text(s, NCSPEC_GLOBAL, "processing_baseline", "%s", p->baseline);
    ncspec_text(s, NCSPEC_GLOBAL, "spacecraft", "%s", p->spacecraft);
    ncspec_text(s, NCSPEC_GLOBAL, "tile_id", "%s", p->tile_id);
    ncspec_text(s, NCSPEC_GLOBAL, "sensing_time", "%s", p->sensing_time);
    ncspec_text(s, NCSPEC_GLOBAL, "sensing_compact", "%s", p->sensing_compact);
    ncspec_text(s, NCSPEC_GLOBAL, "generation_time", "%s", p->generation_time);
    ncspec_int(s, NCSPEC_GLOBAL, "quantification_value", p->quantification);
    /* decoding writes these, whatever codes the product used */
    ncspec_int(s, NCSPEC_GLOBAL, "nodata_value", NODATA);
    ncspec_int(s, NCSPEC_GLOBAL, "saturated_value", SATURATED);
    ncspec_int(s, NCSPEC_GLOBAL, "has_radio_add_offset", p->has_offset);
    ncspec_int(s, NCSPEC_GLOBAL, "product_epsg", g->epsg);
    ncspec_double(s, NCSPEC_GLOBAL, "product_ulx_m", g->ulx_m);
    ncspec_double(s, NCSPEC_GLOBAL, "product_uly_m", g->uly_m);
    ncspec_int(s, NCSPEC_GLOBAL, "product_width_10m", g->width);
    ncspec_int(s, NCSPEC_GLOBAL, "product_height_10m", g->height);
}

static void describe_stage(const struct stage_meta *m, struct ncspec *s)
{
    char parameters[PARAMS_TEXT_SIZE];
    params_format(&m->params, parameters);
    ncspec_text(s, NCSPEC_GLOBAL, "stage", "%s", stage_names[m->kind]);
    ncspec_text(s, NCSPEC_GLOBAL, SCHEMA_ATT_PARAMETERS, "%s", parameters);
    ncspec_double(s, NCSPEC_GLOBAL, "pixel_m", m->grid.pixel_m);
    if (m->kind != STAGE_CUT)
        return;
    ncspec_int(s, NCSPEC_GLOBAL, "subscene_x", m->x);
    ncspec_int(s, NCSPEC_GLOBAL, "subscene_y", m->y);
    ncspec_ints(s, NCSPEC_GLOBAL, "upper_left_pixel", (int32_t[]){m->px.x, m->px.y}, 2);
}

static void describe_radiometry(const struct stage_meta *m, struct ncspec *s, int var, int band_id)
{
    const struct product_band *band = &m->product.band[band_id];
    bool has_offset = m->kind == STAGE_DECODED || m->params.keep_offset;
    const struct band_def *def = &band_table[band_id];
    if (def->kind == BAND_REFLECTANCE)
        ncspec_double(s, var, "wavelength_nm", band->wavelength_nm);
    ncspec_double(s, var, "native_resolution_m", def->pixel_m);
    if (def->kind == BAND_REFLECTANCE) {
        ncspec_int(s, var, schema_offset_name(&m->product), band->offset);
        ncspec_int(s, var, "offset_removed", has_offset ? 0 : band->offset);
    }
    if (def->kind == BAND_ATMOSPHERE)
        ncspec_double(s, var, "quantification_value", band->quantification);
}

void stage_nc_describe(const struct stage_meta *m, int32_t chunk_rows, struct ncspec *s,
                       int band_var[BAND_COUNT], double *x_m, double *y_m)
{
    char checksum[CHECKSUM_TEXT_SIZE];
    ncspec_init(s, m->params.deflate);
    s->summed = m->params.deflate == 0;
    int slow = ncspec_dim(s, "y", (size_t)m->px.h), fast = ncspec_dim(s, "x", (size_t)m->px.w);
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!band_in(m->params.bands, b))
            continue;
        int var = ncspec_raster(s, band_table[b].name, NC_KIND_USHORT, slow, fast);
        ncspec_chunk_rows(s, var, (size_t)chunk_rows);
        ncspec_text(s, var, "long_name", "Sentinel-2 %s, digital numbers", band_table[b].name);
        ncspec_text(s, var, "units", "1");
        ncspec_text(s, var, "grid_mapping", "crs");
        describe_radiometry(m, s, var, b);
        band_var[b] = var;
    }
    schema_georeference(&m->grid, m->px, s, (const int[]){slow, fast}, x_m, y_m);
    describe_product(&m->product, s);
    describe_stage(m, s);
    stage_sum_of(m, checksum);
    ncspec_text(s, NCSPEC_GLOBAL, STAGE_SUM_ATT, "%s", checksum);
}

/* ---- reading ---- */

static int missing(const char *name, struct err *e)
{
    return err_set(e, ERR_INPUT, "attribute %s is missing or not what a stage writes", name);
}

static int text(struct ncfile *f, const char *name, char *buf, size_t size, struct err *e)
{
    return ncfile_text(f, NULL, name, buf, size) ? 0 : missing(name, e);
}

static int integer(struct ncfile *f, const char *var, const char *name, int32_t range[2],
                   int32_t *out, struct err *e)
{
    double v;
    if (!ncfile_number(f, var, name, &v) || v != floor(v) || v < range[0] || v > range[1])
        return missing(name, e);
    *out = (int32_t)v;
    return 0;
}

static int read_texts(struct ncfile *f, struct product *p, struct err *e)
{
    char name[sizeof p->name + 5];
    int r = text(f, SCHEMA_ATT_PRODUCT, name, sizeof name, e);
    if (r)
        return r;
    size_t n = strlen(name), length = product_name_length(name, n);
    if (length == n ||
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.") != n ||
        name[0] == '.')
        return missing(SCHEMA_ATT_PRODUCT, e);
    snprintf(p->name, sizeof p->name, "%.*s", (int)length, name);
    if ((r = text(f, "processing_level", p->level, sizeof p->level, e)) ||
        (r = level_find(p->level) ? 0 : missing("processing_level", e)) ||
        (r = text(f, "processing_baseline", p->baseline, sizeof p->baseline, e)) ||
        (r = text(f, "spacecraft", p->spacecraft, sizeof p->spacecraft, e)) ||
        (r = text(f, "tile_id", p->tile_id, sizeof p->tile_id, e)) ||
        (r = text(f, "sensing_time", p->sensing_time, sizeof p->sensing_time, e)) ||
        (r = text(f, "sensing_compact", p->sensing_compact, sizeof p->sensing_compact, e)))
        return r;
    return text(f, "generation_time", p->generation_time, sizeof p->generation_time, e);
}

static int read_numbers(struct ncfile *f, struct product *p, struct err *e)
{
    int32_t nodata = 0, saturated = 0, has_offset = 0, epsg = 0, r;
    struct geogrid g = {.pixel_m = 10};
    if ((r = integer(f, NULL, "quantification_value", (int32_t[]){1, 1000000}, &p->quantification,
                     e)) ||
        (r = integer(f, NULL, "nodata_value", (int32_t[]){NODATA, NODATA}, &nodata, e)) ||
        (r = integer(f, NULL, "saturated_value", (int32_t[]){SATURATED, SATURATED}, &saturated,
                     e)) ||
        (r = integer(f, NULL, "has_radio_add_offset", (int32_t[]){0, 1}, &has_offset, e)) ||
        (r = integer(f, NULL, "product_epsg", (int32_t[]){32601, 32760}, &epsg, e)) ||
        (r = integer(f, NULL, "product_width_10m", (int32_t[]){1, 32768}, &g.width, e)) ||
        (r = integer(f, NULL, "product_height_10m", (int32_t[]){1, 32768}, &g.height, e)))
        return r;
    if (!ncfile_number(f, NULL, "product_ulx_m", &g.ulx_m) ||
        !ncfile_number(f, NULL, "product_uly_m", &g.uly_m))
        return missing("product_ulx_m or product_uly_m", e);
    p->nodata = (uint16_t)nodata;
    p->saturated = (uint16_t)saturated;
    p->has_offset = has_offset;
    g.epsg = epsg;
    p->grid[PRODUCT_GRID_10] = g;
    p->grid[PRODUCT_GRID_20] = geogrid_with_pixel(&g, 20);
    p->grid[PRODUCT_GRID_60] = geogrid_with_pixel(&g, 60);
    return 0;
}

static int read_radiometry(struct ncfile *f, int band_id, struct product *p, struct err *e)
{
    struct product_band *out = &p->band[band_id];
    const struct band_def *def = &band_table[band_id];
    if (def->kind == BAND_ATMOSPHERE)
        return ncfile_number(f, def->name, "quantification_value", &out->quantification) &&
                       out->quantification > 0 && isfinite(out->quantification)
                   ? 0
                   : missing("quantification_value", e);
    if (def->kind == BAND_COLOUR)
        return 0;
    int r =
        integer(f, def->name, schema_offset_name(p), (int32_t[]){-65535, 65535}, &out->offset, e);
    if (r)
        return r;
    return ncfile_number(f, def->name, "wavelength_nm", &out->wavelength_nm) &&
                   isfinite(out->wavelength_nm)
               ? 0
               : missing("wavelength_nm", e);
}

/* Checks that a band is a raster of 16-bit numbers with rows from north to south. Other tools may
 * rotate or reorder it. */
static int check_band(struct ncfile *f, const char *name, struct ncfile_var *v, struct err *e)
{
    int i = ncfile_find(f, name);
    int r = i < 0 ? err_set(e, ERR_INPUT, "band %s is missing", name) : ncfile_var_at(f, i, v, e);
    if (r)
        return r;
    if (!v->known_kind || v->kind != NC_KIND_USHORT || v->n_dims != 2 || v->dim_len[0] < 1 ||
        v->dim_len[0] > 32768 || v->dim_len[1] < 1 || v->dim_len[1] > 32768)
        return err_set(e, ERR_INPUT, "%s is not a 16-bit band", name);
    if (strcmp(v->dim_name[0], "y") != 0 || strcmp(v->dim_name[1], "x") != 0)
        return err_set(e, ERR_INPUT, "band %s has the dimensions %s, %s, not y, x", name,
                       v->dim_name[0], v->dim_name[1]);
    return 0;
}

static int read_bands(struct ncfile *f, struct stage_meta *m, struct err *e)
{
    m->px.h = 0;
    for (int b = 0; b < BAND_COUNT; b++) {
        struct ncfile_var v;
        const char *name = band_table[b].name;
        if (!band_in(m->params.bands, b))
            continue;
        int r = check_band(f, name, &v, e);
        if (r)
            return r;
        if (m->px.h > 0 && (m->px.h != (int32_t)v.dim_len[0] || m->px.w != (int32_t)v.dim_len[1]))
            return err_set(e, ERR_INPUT, "band %s has another size than the bands before it", name);
        m->px.h = (int32_t)v.dim_len[0];
        m->px.w = (int32_t)v.dim_len[1];
        r = read_radiometry(f, b, &m->product, e);
        if (r)
            return r;
    }
    return 0;
}

/* Checks the coordinates. If they are not the grid's, another tool cut, rotated or moved the
 * file. */
static int check_axis(struct ncfile *f, const char *name, size_t n, double first, double step,
                      struct err *e)
{
    double *at = mem_alloc(n, sizeof *at);
    if (!at)
        return err_nomem(e, n * sizeof *at);
    int r = ncfile_read_doubles(f, name, at, n, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (!(fabs(at[i] - (first + (double)i * step)) < 1e-3))
            r = err_set(e, ERR_INPUT, "%s[%zu] is %.3f m where its place is %.3f m", name, i, at[i],
                        first + (double)i * step);
    free(at);
    return r;
}

static int check_axes(struct ncfile *f, const struct stage_meta *m, struct err *e)
{
    double pixel_m = m->grid.pixel_m;
    int r =
        check_axis(f, "x", (size_t)m->px.w, m->grid.ulx_m + (m->px.x + 0.5) * pixel_m, pixel_m, e);
    return r ? r
             : check_axis(f, "y", (size_t)m->px.h, m->grid.uly_m - (m->px.y + 0.5) * pixel_m,
                          -pixel_m, e);
}

/* Which subscene a tile file is, and so its place on the grid. */
static int read_cell(struct ncfile *f, struct stage_meta *m, struct err *e)
{
    struct lattice l;
    const struct params *p = &m->params;
    const struct rect there = m->px;
    int32_t index[2] = {0, 1000000};
    int r = integer(f, NULL, "subscene_x", index, &m->x, e);
    if (r == 0)
        r = integer(f, NULL, "subscene_y", index, &m->y, e);
    if (r)
        return r;
    if (lattice_init(&l, p->size, p->overlap, p->edge, m->grid.width, m->grid.height, NULL))
        return err_set(e, ERR_INPUT, "its parameters give no lattice");
    if (m->x >= l.cols || m->y >= l.rows)
        return err_set(e, ERR_INPUT, "subscene %d_%d is outside of its lattice", m->x, m->y);
    m->px = lattice_cell(&l, m->x, m->y);
    return there.w == m->px.w && there.h == m->px.h
               ? 0
               : err_set(e, ERR_INPUT, "has %d x %d px where its parameters say %d", there.w,
                         there.h, p->size);
}

static int read_place(struct ncfile *f, struct stage_meta *m, struct err *e)
{
    int32_t pixel_m = 0, r = integer(f, NULL, "pixel_m", (int32_t[]){10, 60}, &pixel_m, e);
    if (r)
        return r;
    if (m->kind != STAGE_DECODED && pixel_m != m->params.resolution_m)
        return err_set(e, ERR_INPUT, "pixel_m is %d, but the resolution of its parameters is %d",
                       pixel_m, m->params.resolution_m);
    m->grid = geogrid_with_pixel(&m->product.grid[PRODUCT_GRID_10], pixel_m);
    if (m->kind == STAGE_CUT)
        return read_cell(f, m, e);
    return m->px.w == m->grid.width && m->px.h == m->grid.height
               ? 0
               : err_set(e, ERR_INPUT, "has %d x %d px where the product has %d x %d at %d m",
                         m->px.w, m->px.h, m->grid.width, m->grid.height, pixel_m);
}

int stage_nc_read(struct ncfile *f, struct stage_meta *out, struct err *e)
{
    char stage[16], parameters[PARAMS_TEXT_SIZE];
    memset(out, 0, sizeof *out);
    int r = text(f, "stage", stage, sizeof stage, e);
    if (r)
        return r;
    while (stage_names[out->kind] && strcmp(stage_names[out->kind], stage) != 0)
        out->kind++;
    if (!stage_names[out->kind])
        return missing("stage", e);
    if ((r = text(f, SCHEMA_ATT_PARAMETERS, parameters, sizeof parameters, e)) ||
        (r = params_parse(parameters, &out->params, e)) || (r = read_texts(f, &out->product, e)) ||
        (r = read_numbers(f, &out->product, e)) || (r = read_bands(f, out, e)))
        return r;
    if ((r = read_place(f, out, e)) || (r = check_axes(f, out, e)))
        return r;
    return stage_sum_check(f, out, e);
}

/* ---- samples ---- */

size_t stage_nc_pack(struct deflater *d, const uint16_t *dn, size_t n, void *planes, void *out,
                     size_t out_size)
{
    size_t len = n * sizeof *dn;
    if (!d) {
        memcpy(out, dn, len);
        fletcher32_append(out, len); /* deflate has its own checksum */
        return len + FLETCHER_BYTES;
    }
    shuffle2(dn, planes, n);
    return deflater_run(d, planes, len, out, out_size);
}

/* libdeflate's bound for a zlib stream, 5 bytes per 5000 and a constant, rounded up. */
size_t stage_nc_packed_bound(size_t bytes) { return bytes + bytes / 500 + 4096; }

/* The samples of colours must end as bytes. */
static int check_bytes(struct view px, struct err *e)
{
    for (int32_t y = 0; y < px.h; y++)
        for (int32_t x = 0; x < px.w; x++)
            if (view_row(px, y)[x] > UINT8_MAX)
                return err_set(e, ERR_INPUT, "%d is not an 8-bit number", view_row(px, y)[x]);
    return 0;
}

int stage_nc_read_rows(struct ncfile *f, const char *band, int32_t row, struct view dst,
                       void *scratch, size_t room, struct err *e)
{
    int b = band_find(band);
    size_t bytes = room * sizeof(uint16_t);
    struct raster_nc rows;
    const struct h5raster_rows wanted = {band,  H5RASTER_USHORT, {0, row, dst.w, dst.h},
                                         false, scratch,         bytes};
    int r = raster_nc_read(ncfile_h5(f), &wanted, (char *)scratch + bytes, &rows, e);
    if (r)
        return r;
    const uint16_t *dn = rows.values;
    for (int32_t y = 0; y < dst.h; y++)
        memcpy(view_row(dst, y), dn + (ptrdiff_t)y * dst.w, (size_t)dst.w * sizeof *dn);
    raster_nc_clear(&rows);
    r = b >= 0 && band_is_byte(b) ? check_bytes(dst, e) : 0;
    return r ? err_wrap(e, "%s: rows from %d", band, row) : 0;
}

int stage_nc_raster(struct ncfile *f, const char *band, struct h5raster *out, struct err *e)
{
    return h5raster_describe(ncfile_h5(f), band, H5RASTER_USHORT, out, e);
}

int stage_nc_same_product(const struct product *there, const struct product *here, struct err *e)
{
    const struct geogrid *a = &there->grid[PRODUCT_GRID_10], *b = &here->grid[PRODUCT_GRID_10];
    if (strcmp(there->name, here->name) != 0)
        return err_set(e, ERR_INPUT, "the product is %s there and %s here", there->name,
                       here->name);
    if (a->epsg != b->epsg || a->ulx_m != b->ulx_m || a->uly_m != b->uly_m ||
        a->width != b->width || a->height != b->height ||
        strcmp(there->baseline, here->baseline) != 0 ||
        strcmp(there->generation_time, here->generation_time) != 0 ||
        there->quantification != here->quantification || there->has_offset != here->has_offset)
        return err_set(e, ERR_INPUT, "product %s has other metadata there than here", here->name);
    return 0;
}

int stage_nc_same(const struct stage_meta *there, const struct stage_meta *here, struct err *e)
{
    char here_text[PARAMS_TEXT_SIZE], there_text[PARAMS_TEXT_SIZE], difference[300];
    if (there->kind != here->kind)
        return err_set(e, ERR_USAGE, "was made by %s, not by %s", stage_names[there->kind],
                       stage_names[here->kind]);
    if (stage_nc_same_product(&there->product, &here->product, e)) {
        if (e)
            e->code = ERR_USAGE;
        return ERR_USAGE;
    }
    params_format(&there->params, there_text);
    params_format(&here->params, here_text);
    params_difference(there_text, here_text, difference, sizeof difference);
    return difference[0] ? err_set(e, ERR_USAGE, "%s", difference) : 0;
}
