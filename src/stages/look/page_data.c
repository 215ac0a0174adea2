#include "stages/look/page_data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/cellname.h"
#include "core/product.h"

/* ---- values of a row ---- */

static float fraction(const struct manifest *m, const struct manifest_row *row, const char *layer,
                      int code)
{
    for (size_t i = 0; i < m->classes; i++)
        if (strcmp(m->class[i].layer, layer) == 0 &&
            strcmp(m->class[i].meaning, label_name(code)) == 0)
            return row->fraction[i];
    return NAN;
}

double page_cloud_share(const struct manifest *m, const struct manifest_row *row)
{
    for (size_t i = 0; i < m->classes; i++) {
        if (strcmp(m->class[i].meaning, label_name(LABEL_CLOUD)) != 0 || isnan(row->fraction[i]))
            continue;
        float thin = fraction(m, row, m->class[i].layer, LABEL_SEMI_TRANSPARENT_CLOUD);
        return (double)row->fraction[i] + (isnan(thin) ? 0 : (double)thin);
    }
    return NAN;
}

bool page_is_labelled(const struct manifest *m, const struct manifest_row *row)
{
    for (size_t i = 0; i < m->classes; i++)
        if (strcmp(m->class[i].layer, "Label") == 0 && !isnan(row->fraction[i]))
            return true;
    return false;
}

static double rounded(double value) { return nearbyint(value * 1e6) / 1e6; }

/* As in the manifest: a share with 6 decimals, a mean with 3. */
static double share_of(const struct manifest_class *c, float fraction)
{
    return c->is_mean ? nearbyint((double)fraction * 1e3) / 1e3 : rounded((double)fraction);
}

/* ---- products.js ---- */

void page_data_begin(struct jsonout *j, const char *score)
{
    text_put(&j->text, "look.products(");
    jsonout_object(j, NULL);
    jsonout_string(j, "score", score);
    jsonout_array(j, "products");
}

void page_data_end(struct jsonout *j)
{
    jsonout_end_array(j);
    jsonout_end_object(j);
    text_put(&j->text, ");\n");
}

/* Tile, month and time, from the product's name; "" where the name does not tell them. */
static void put_identity(struct jsonout *j, const char *name)
{
    struct cellname facts;
    struct product p = {.name = ""};
    char sensing[32] = "";
    if (cellname_product(name, &facts)) {
        const char *t = facts.sensing;
        snprintf(p.sensing_time, sizeof p.sensing_time, "%.4s-%.2s-", t, t + 4);
        snprintf(sensing, sizeof sensing, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", t, t + 4, t + 6, t + 9,
                 t + 11, t + 13);
    }
    const char *month = product_month_name(product_month(&p));
    jsonout_string(j, "tile", facts.tile_id);
    jsonout_string(j, "month", month ? month : "");
    jsonout_string(j, "sensing", sensing);
}

/* The number of labelled subscenes, and the mean cloud share of those that have one. */
static void put_sums(struct jsonout *j, const struct manifest *m)
{
    double cloud = 0;
    int64_t labelled = 0, n = 0;
    for (size_t i = 0; i < m->n; i++) {
        double share = page_cloud_share(m, &m->row[i]);
        labelled += page_is_labelled(m, &m->row[i]);
        if (isnan(share))
            continue;
        cloud += share;
        n++;
    }
    jsonout_int(j, "cells", (int64_t)m->n);
    jsonout_double(j, "cloud", n ? rounded(cloud / (double)n) : NAN);
    jsonout_int(j, "labelled", labelled);
}

static void put_grid(struct jsonout *j, const struct sheet_grid *g)
{
    jsonout_int(j, "columns", g->columns);
    jsonout_int(j, "rows", g->rows);
    jsonout_int(j, "x0", g->x0);
    jsonout_int(j, "y0", g->y0);
    jsonout_int(j, "size", g->size);
    jsonout_int(j, "cell_px", g->cell_px);
}

/* The name on its button: of a picture in grey the band. */
static const char *name_of(const struct composite *c, char buf[COMPOSITE_TEXT])
{
    const bool is_grey = c->band[0] == c->band[1] && c->band[0] == c->band[2];
    return is_grey ? band_table[c->band[0]].name : composite_format(c, buf);
}

static void put_composites(struct jsonout *j, const struct page_product *p)
{
    jsonout_array(j, "composites");
    for (size_t i = 0; i < p->composites; i++) {
        const struct composite *c = &p->composite[i];
        char file[MOSAIC_FILE], bands[64], name[COMPOSITE_TEXT];
        mosaic_composite_file(c, file);
        snprintf(bands, sizeof bands, "%s, %s, %s", band_table[c->band[0]].name,
                 band_table[c->band[1]].name, band_table[c->band[2]].name);
        jsonout_object(j, NULL);
        jsonout_string(j, "name", name_of(c, name));
        jsonout_string(j, "bands", bands);
        jsonout_string(j, "shows", c->shows);
        jsonout_string(j, "file", file);
        jsonout_end_object(j);
    }
    jsonout_end_array(j);
}

static void put_legend(struct jsonout *j, const struct sheet_legend *l)
{
    jsonout_array(j, "classes");
    for (size_t i = 0; i < l->layer.flags; i++) {
        const struct class_flag *flag = &l->layer.flag[i];
        const uint8_t *rgb = l->colour[flag->value];
        char colour[8];
        snprintf(colour, sizeof colour, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
        jsonout_object(j, NULL);
        jsonout_int(j, "code", flag->value);
        jsonout_string(j, "meaning", flag->meaning);
        jsonout_string(j, "colour", colour);
        jsonout_end_object(j);
    }
    jsonout_end_array(j);
}

static void put_layers(struct jsonout *j, const struct sheet *s)
{
    jsonout_array(j, "layers");
    for (size_t i = 0; i < s->layers; i++) {
        char file[MOSAIC_FILE];
        mosaic_layer_file(s, i, file);
        jsonout_object(j, NULL);
        jsonout_string(j, "name", s->layer[i].legend.layer.name);
        jsonout_string(j, "file", file);
        put_legend(j, &s->layer[i].legend);
        jsonout_end_object(j);
    }
    jsonout_end_array(j);
}

void page_data_product(struct jsonout *j, const struct page_product *p)
{
    jsonout_object(j, NULL);
    jsonout_string(j, "name", p->name);
    jsonout_string(j, "folder", p->folder);
    put_identity(j, p->name);
    put_sums(j, p->manifest);
    put_grid(j, &p->sheet->grid);
    jsonout_string(j, "thumb", MOSAIC_THUMB);
    put_composites(j, p);
    put_layers(j, p->sheet);
    jsonout_end_object(j);
    text_put(&j->text, "\n"); /* a line for each product */
}

/* ---- cells.js ---- */

/* A column: one value for each row. */
static void put_column(struct jsonout *j, const char *key, const struct page_product *p,
                       double (*value)(const struct page_product *p, size_t row))
{
    jsonout_array(j, key);
    for (size_t i = 0; i < p->manifest->n; i++)
        jsonout_double(j, NULL, value(p, i));
    jsonout_end_array(j);
    text_put(&j->text, "\n");
}

static double get_x(const struct page_product *p, size_t i) { return p->manifest->row[i].x; }
static double get_y(const struct page_product *p, size_t i) { return p->manifest->row[i].y; }
static double get_shown(const struct page_product *p, size_t i) { return p->shown[i]; }
static double get_valid(const struct page_product *p, size_t i)
{
    return p->manifest->row[i].valid_fraction;
}
static double get_cloud(const struct page_product *p, size_t i)
{
    return rounded(page_cloud_share(p->manifest, &p->manifest->row[i]));
}
static double get_score(const struct page_product *p, size_t i) { return p->score[i]; }
static double get_labelled(const struct page_product *p, size_t i)
{
    return page_is_labelled(p->manifest, &p->manifest->row[i]);
}

static void put_shares(struct jsonout *j, const struct page_product *p)
{
    const struct manifest *m = p->manifest;
    jsonout_array(j, "classes");
    for (size_t k = 0; k < m->classes; k++) {
        jsonout_object(j, NULL);
        jsonout_string(j, "layer", m->class[k].layer);
        jsonout_string(j, "meaning", m->class[k].meaning);
        jsonout_array(j, "share");
        for (size_t i = 0; i < m->n; i++)
            jsonout_double(j, NULL, share_of(&m->class[k], m -> row[i].fraction[k]));
        jsonout_end_array(j);
        jsonout_end_object(j);
        text_put(&j->text, "\n");
    }
    jsonout_end_array(j);
}

void page_data_cells(struct jsonout *j, const struct page_product *p)
{
    text_put(&j->text, "look.cells(");
    jsonout_string(j, NULL, p->folder);
    jsonout_object(j, NULL);
    put_column(j, "x", p, get_x);
    put_column(j, "y", p, get_y);
    put_column(j, "valid", p, get_valid);
    put_column(j, "cloud", p, get_cloud);
    put_column(j, "score", p, get_score);
    put_column(j, "labelled", p, get_labelled);
    put_column(j, "shown", p, get_shown);
    put_shares(j, p);
    jsonout_end_object(j);
    text_put(&j->text, ");\n");
}
