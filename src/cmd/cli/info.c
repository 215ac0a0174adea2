#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/arguments.h"
#include "cmd/cli/layer_options.h"
#include "cmd/cli/resources.h"
#include "cmd/console/console.h"
#include "cmd/console/disk_report.h"
#include "cmd/options/commands.h"
#include "core/jsonout.h"
#include "core/layout.h"
#include "core/text.h"
#include "stages/jobs/product_plan.h"

/* The report on a product. */
struct info {
    const struct settings *settings;
    struct resources resources;
    struct product_input input;
    struct command_layers layers;
    struct params params;
    struct geogrid target;
    struct lattice lattice;
    struct plan plan;
    struct disk_report disk;
    bool planned; /* `plan` is valid */
    char folder[1024];
    char asked[PARAMS_TEXT_SIZE]; /* parameters with the bands that the user asked for */
    char parameters[PARAMS_TEXT_SIZE]; /* as in the files that run would make */
    char digest[PARAMS_DIGEST_SIZE]; /* of `parameters` */
    size_t n_cells;
    char fault[BAND_COUNT][480]; /* why a band is not usable; "": it is usable */
    struct err refusal; /* why run would refuse the product; gives the exit status */
};

static bool has_band(const struct info *i, int b)
{
    return band_in(product_level(&i->input.product)->bands, b);
}

static void check_bands(struct info *i)
{
    for (int b = 0; b < BAND_COUNT; b++) {
        struct err err = ERR_INIT;
        char band[16];
        if (!has_band(i, b) || !product_input_open_band(&i->input, b, &err))
            continue;
        /* the report's line begins with the band, so path and band are removed */
        snprintf(band, sizeof band, ": band %s: ", band_table[b].name);
        const char *reason = strstr(err.msg, band);
        snprintf(i->fault[b], sizeof i->fault[b], "%s", reason ? reason + strlen(band) : err.msg);
    }
}

/* Lists the selected cells; the caller frees `*cells`. */
static int list_cells(struct info *i, struct cell **cells, struct err *e)
{
    struct selection selection;
    int r = arguments_selection(i->settings, &selection, e);
    if (r)
        goto clear_selection;
    selection.product = i->input.product.name;
    r = cells_select(&selection, &i->target, &i->lattice, cells, &i->n_cells, e);
clear_selection:
    arguments_selection_clear(&selection);
    return r;
}

/* Opens the same files as run, so that info fails where run fails. */
static int open_wanted(struct info *i, struct err *e)
{
    int r;
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(i->params.bands, b) && (r = product_input_open_band(&i->input, b, e)) != 0)
            return r;
    return product_input_open_layers(&i->input, &i->layers.request, i->params.resolution_m, e);
}

/* The plan needs all wanted bands. If one is not usable, the report has no plan. */
static int make_plan(struct info *i, struct err *e)
{
    struct cell *cells = NULL;
    int r = list_cells(i, &cells, e);
    if (r == 0 && open_wanted(i, &i->refusal) == 0) {
        const struct product_plan_request request = {cells, i->n_cells, i->settings->png,
                                                     resources_limits(&i->resources)};
        i->planned = product_plan(&i->input, &i->params, &request, &i->plan, &i->refusal) == 0;
    }
    free(cells);
    return r;
}

static int gather(struct info *i, const char *path, struct err *e)
{
    const char *template = NULL;
    int r;
    if ((r = arguments_params(i->settings, &i->params, e)) != 0 ||
        (r = arguments_layout(i->settings, &template, e)) != 0 ||
        (r = command_layers_open(i->settings, true, &i->layers, e)) != 0 ||
        (r = product_input_open(path, &i->input, e)) != 0)
        return r;
    product_input_limit_memory(&i->input, i->resources.memory);
    params_format(&i->params, i->asked);
    if ((r = product_input_bands(&i->input, i->params.bands, i->params.keep_offset,
                                 &i->params.bands, e)) != 0)
        return r;
    params_format(&i->params, i->parameters);
    params_digest(i->parameters, i->digest);
    check_bands(i);
    if ((r = plan_lattice(&i->input.product, &i->params, &i->target, &i->lattice, e)) != 0 ||
        (r = layout_folder(template, &i->input.product, i->folder, sizeof i->folder, e)) != 0)
        return r;
    return make_plan(i, e);
}

/* ---- as text ---- */

static void print_product(const struct product *p)
{
    const struct geogrid *g = &p->grid[PRODUCT_GRID_10];
    printf("product     %s\n", p->name);
    printf("level       %s, baseline %s, %s\n", p->level, p->baseline, p->spacecraft);
    printf("sensing     %s\n", p->sensing_time);
    printf("tile        %s, EPSG:%d, upper left %.10g %.10g m\n", p->tile_id, g->epsg, g->ulx_m,
           g->uly_m);
    printf("radiometry  quantification %d, no data %d, saturated %d, %s%s\n", p->quantification,
           p->nodata, p->saturated, p->has_offset ? "with " : "no offset",
           p->has_offset ? product_level(p)->offset : "");
}

static void print_radiometry(const struct product_band *band, int b)
{
    if (band_table[b].kind == BAND_REFLECTANCE)
        printf("offset %5d", band->offset);
    else if (band_table[b].kind == BAND_COLOUR)
        printf("8 bits      ");
    else if (band->image[0] == '\0')
        printf("not listed  ");
    else
        printf("1/%-10.10g", band->quantification);
}

static void print_bands(const struct info *i)
{
    printf("bands\n");
    for (int b = 0; b < BAND_COUNT; b++) {
        const struct geogrid *g = product_band_grid(&i->input.product, b);
        if (!has_band(i, b))
            continue;
        printf("  %-5s  %2d m  %5d x %-5d  ", band_table[b].name, band_table[b].pixel_m, g->width,
               g->height);
        print_radiometry(&i->input.product.band[b], b);
        if (i->input.jp2[b]) {
            const struct jp2_info *info = jp2_info(i->input.jp2[b]);
            printf("  JP2 tiles %d x %d of %d x %d px, %.1f MB\n", info->tiles_x, info->tiles_y,
                   info->tile_w, info->tile_h, (double)source_file_size(i->input.file[b]) / 1e6);
        } else {
            printf("  not usable: %s\n", i->fault[b]);
        }
    }
}

static double mib(size_t bytes) { return (double)bytes / 1048576.0; }

static void print_resources(const struct resources *r)
{
    printf("threads     %d: %s\n", r->threads, r->threads_from);
    if (r->memory == 0)
        printf("ceiling     none: neither --memory nor a limit of this task\n");
    else if (r->memory_limit == 0)
        printf("ceiling     %.0f MiB: %s\n", mib(r->memory), r->memory_from);
    else
        printf("ceiling     %.0f MiB: %.0f MiB of %s, less %.0f for what a plan cannot count\n",
               mib(r->memory), mib(r->memory_limit), r->memory_from,
               mib(r->memory_limit - r->memory));
}

static void print_plan(const struct info *i)
{
    const struct lattice *l = &i->lattice;
    char disk[DISK_REPORT_TEXT];
    printf("target      %d x %d px of %d m\n", i->target.width, i->target.height,
           i->params.resolution_m);
    printf("lattice     %d column%s x %d row%s of %d px, step %.7g px, edge %s: %zu subscene%s to "
           "make\n",
           l->cols, text_s((size_t)l->cols), l->rows, text_s((size_t)l->rows), l->size,
           lattice_step(l), edge_policy_names[l->edge], i->n_cells, text_s(i->n_cells));
    for (size_t k = 0; k < layerset_count(i->input.layers); k++)
        printf("layer       %s from %s\n", layerset_map(i->input.layers, k)->layer,
               layerset_file(i->input.layers, k));
    printf("folder      %s\n", i->folder);
    disk_report_format(&i->disk, disk);
    printf("disk space  %s\n", disk);
    printf("parameters  %s, digest %s\n", i->parameters, i->digest);
    print_resources(&i->resources);
    if (!i->planned) {
        printf("plan        none: %s\n", i->refusal.msg);
        return;
    }
    const struct plan_memory *m = &i->plan.memory;
    printf("memory      %.0f MiB: image tiles %.0f, strips %.0f, %d thread%s x %.0f, %d writer%s x "
           "%.0f, subscene lists "
           "%.0f, masks %.0f, program %.0f\n",
           mib(m->total), mib(m->sources), mib(m->strips), i->plan.threads,
           text_s((size_t)i->plan.threads), mib(m->per_worker), i->plan.writers,
           text_s((size_t)i->plan.writers), mib(m->per_writer), mib(m->cells), mib(m->masks),
           mib(m->program));
    printf("least       %zu MiB: with less, a run is refused\n", (m->least >> 20) + 1);
}

/* ---- as JSON ---- */

static void json_grid(struct jsonout *j, const char *key, const struct geogrid *g)
{
    jsonout_object(j, key);
    jsonout_int(j, "width", g->width);
    jsonout_int(j, "height", g->height);
    jsonout_double(j, "pixel_m", g->pixel_m);
    jsonout_double(j, "ulx_m", g->ulx_m);
    jsonout_double(j, "uly_m", g->uly_m);
    jsonout_int(j, "epsg", g->epsg);
    jsonout_end_object(j);
}

static void json_product(struct jsonout *j, const struct product *p)
{
    jsonout_string(j, "product", p->name);
    jsonout_string(j, "level", p->level);
    jsonout_string(j, "baseline", p->baseline);
    jsonout_string(j, "spacecraft", p->spacecraft);
    jsonout_string(j, "sensing_time", p->sensing_time);
    jsonout_string(j, "tile_id", p->tile_id);
    jsonout_int(j, "quantification", p->quantification);
    jsonout_int(j, "nodata", p->nodata);
    jsonout_int(j, "saturated", p->saturated);
    jsonout_bool(j, "has_offset", p->has_offset);
}

static void json_band(struct jsonout *j, const struct info *i, int b)
{
    jsonout_object(j, NULL);
    jsonout_string(j, "name", band_table[b].name);
    json_grid(j, "grid", product_band_grid(&i->input.product, b));
    if (band_table[b].kind == BAND_REFLECTANCE)
        jsonout_int(j, "offset", i->input.product.band[b].offset);
    if (band_table[b].kind == BAND_ATMOSPHERE && i->input.product.band[b].image[0])
        jsonout_double(j, "quantification", i->input.product.band[b].quantification);
    jsonout_int(j, "bits", band_is_byte(b) ? 8 : 16);
    jsonout_string(j, "image", i->input.product.band[b].image);
    jsonout_bool(j, "usable", i->input.jp2[b] != NULL);
    if (i->input.jp2[b]) {
        const struct jp2_info *info = jp2_info(i->input.jp2[b]);
        jsonout_int(j, "jp2_tile_width", info->tile_w);
        jsonout_int(j, "jp2_tile_height", info->tile_h);
        jsonout_int(j, "bytes", (int64_t)source_file_size(i->input.file[b]));
    } else {
        jsonout_string(j, "reason", i->fault[b]);
    }
    jsonout_end_object(j);
}

static void json_resources(struct jsonout *j, const struct resources *r)
{
    jsonout_object(j, "threads");
    jsonout_int(j, "count", r->threads);
    jsonout_string(j, "from", r->threads_from);
    jsonout_end_object(j);
    if (r->memory == 0) {
        jsonout_null(j, "memory_ceiling");
        return;
    }
    jsonout_object(j, "memory_ceiling");
    jsonout_int(j, "bytes", (int64_t)r->memory);
    if (r->memory_limit > 0)
        jsonout_int(j, "limit_bytes", (int64_t)r->memory_limit);
    jsonout_string(j, "from", r->memory_from);
    jsonout_end_object(j);
}

static void json_plan(struct jsonout *j, const struct info *i)
{
    json_grid(j, "target", &i->target);
    jsonout_object(j, "lattice");
    jsonout_int(j, "size", i->lattice.size);
    jsonout_double(j, "step", lattice_step(&i->lattice));
    jsonout_int(j, "columns", i->lattice.cols);
    jsonout_int(j, "rows", i->lattice.rows);
    jsonout_string(j, "edge", edge_policy_names[i->lattice.edge]);
    jsonout_end_object(j);
    jsonout_int(j, "subscenes", (int64_t)i->n_cells);
    jsonout_string(j, "folder", i->folder);
    jsonout_string(j, "options", i->asked);
    jsonout_string(j, "parameters", i->parameters);
    jsonout_string(j, "parameters_digest", i->digest);
    disk_report_json(&i->disk, j);
    json_resources(j, &i->resources);
    if (!i->planned) {
        jsonout_null(j, "memory");
        jsonout_string(j, "no_plan", i->refusal.msg);
        return;
    }
    const struct plan_memory *m = &i->plan.memory;
    jsonout_object(j, "memory");
    jsonout_int(j, "total_bytes", (int64_t)m->total);
    jsonout_int(j, "least_bytes", (int64_t)m->least);
    jsonout_int(j, "source_bytes", (int64_t)m->sources);
    jsonout_int(j, "strip_bytes", (int64_t)m->strips);
    jsonout_int(j, "bytes_per_thread", (int64_t)m->per_worker);
    jsonout_int(j, "threads", i->plan.threads);
    jsonout_int(j, "bytes_per_writer", (int64_t)m->per_writer);
    jsonout_int(j, "writers", i->plan.writers);
    jsonout_int(j, "subscene_list_bytes", (int64_t)m->cells);
    jsonout_int(j, "mask_bytes", (int64_t)m->masks);
    jsonout_int(j, "unpacked_bytes", (int64_t)m->unpacked);
    jsonout_end_object(j);
}

static void json_layers(struct jsonout *j, const struct layerset *s)
{
    jsonout_array(j, "layers");
    for (size_t i = 0; i < layerset_count(s); i++) {
        jsonout_object(j, NULL);
        jsonout_string(j, "layer", layerset_map(s, i)->layer);
        jsonout_string(j, "map", layerset_map(s, i)->name);
        jsonout_string(j, "file", layerset_file(s, i));
        jsonout_end_object(j);
    }
    jsonout_end_array(j);
}

static int print_json(const struct info *i)
{
    struct jsonout j = {0};
    jsonout_object(&j, NULL);
    json_product(&j, &i->input.product);
    jsonout_array(&j, "bands");
    for (int b = 0; b < BAND_COUNT; b++)
        if (has_band(i, b))
            json_band(&j, i, b);
    jsonout_end_array(&j);
    json_layers(&j, i->input.layers);
    json_plan(&j, i);
    jsonout_end_object(&j);
    int failed = j.text.failed;
    if (!failed)
        puts(j.text.s);
    jsonout_clear(&j);
    return failed ? err_exit_status(ERR_TEMPORARY) : 0;
}

static int print_text(const struct info *i)
{
    print_product(&i->input.product);
    print_bands(i);
    print_plan(i);
    return 0;
}

static int report(struct info *i, const char *path)
{
    struct err err = ERR_INIT;
    if (gather(i, path, &err))
        return command_fail(&err);
    i->disk = disk_report_of(
        disk_space_of(&i->params, layerset_count(i->input.layers), i->settings->png, i->n_cells),
        i->n_cells, i->settings->output);
    disk_report_warn(&i->disk);
    int status = i->settings->json ? print_json(i) : print_text(i);
    return status || i->planned ? status : command_fail(&i->refusal);
}

int cmd_info(const struct settings *s)
{
    struct err err = ERR_INIT;
    struct strlist list;
    if (arguments_one_product(s, &list, &err))
        return command_fail(&err);
    struct info *i = calloc(1, sizeof *i);
    if (!i) {
        strlist_clear(&list);
        err_nomem(&err, sizeof *i);
        return command_fail(&err);
    }
    i->settings = s;
    resources_find(s, &i->resources);
    int status = report(i, list.s[0]);
    if (i->planned)
        plan_clear(&i->plan);
    product_input_close(&i->input);
    command_layers_clear(&i->layers);
    free(i);
    strlist_clear(&list);
    return status;
}
