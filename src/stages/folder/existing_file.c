#include "stages/folder/existing_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/log.h"
#include "io/netcdf/examine.h"
#include "io/netcdf/head_nc.h"
#include "io/netcdf/layers_nc.h"

enum log_level existing_file_warning(const struct survey *s)
{
    return s->is_last ? LOG_WARNING : LOG_DEBUG;
}

/* Fills the row's class columns from `known`, or from the samples if `known` is NULL or lacks them.
 */
static int count_layers(struct survey *s, struct existing_file *l,
                        const struct class_layers *layers, const struct manifest_row *known,
                        struct err *e)
{
    struct manifest *m = &s->out->manifest;
    int r = measure_add_layers(m, layers, e);
    if (r == 0 && known) {
        memcpy(l->row.fraction, known->fraction, sizeof l->row.fraction);
        manifest_row_move(s->old, m, &l->row);
        if (measure_has_layers(m, layers, &l->row))
            return 0;
    }
    if (r == 0 && !s->work)
        r = measure_work_create(s->job->params->size, &s->work, e);
    return r == 0 ? measure_layers(s->work, m, l->file, layers, &l->row, e) : r;
}

/* Fills the class columns of a row whose other columns are right. Layers that cannot be read cause
 * a warning only: a file is never made again because of its layers. */
static int take_layers(struct survey *s, struct existing_file *l, const struct manifest_row *known,
                       struct err *e)
{
    struct class_layers layers;
    struct err why = ERR_INIT;
    manifest_row_no_classes(&l->row);
    int r = layers_describe(l->file, &l->layers, &layers, &why);
    if (r == 0 && layers.n > 0)
        r = count_layers(s, l, &layers, known, &why);
    free(layers.s);
    if (r == ERR_TEMPORARY) {
        *e = why;
        return r;
    }
    if (r) {
        manifest_row_no_classes(&l->row);
        log_message(LOG_WARNING, s->job->product->name, "%s: its class layers are not counted: %s",
                    l->path, why.msg);
    }
    return 0;
}

/* Makes the row from the samples, for a file without a row in the manifest. */
static int row_from_file(struct survey *s, struct existing_file *l, struct err *e)
{
    int r = s->work ? 0 : measure_work_create(s->job->params->size, &s->work, e);
    if (r == 0)
        r = measure_file(s->work, s->job->params->bands, l->file, &l->row, e);
    if (r == 0)
        r = head_nc_sum(l->file, l->path, &l->row.file_sum, e);
    if (r)
        return err_wrap(e, "%s", l->path);
    if (l->state == FILESUM_OTHER_SIZE && strcmp(l->row.content_hash, l->known->content_hash) != 0)
        log_message(existing_file_warning(s), s->job->product->name,
                    "%s: its samples differ from the manifest; the file is kept, and the "
                    "manifest's row is made from it",
                    l->path);
    return take_layers(s, l, NULL, e);
}

/* Takes the row from the manifest, except for layers that were added later. Older manifests have no
 * checksum of the file. */
static int row_from_manifest(struct survey *s, struct existing_file *l, struct err *e)
{
    l->row = *l->known;
    int r = l->known->file_sum.bytes > 0 ? 0 : head_nc_sum(l->file, l->path, &l->row.file_sum, e);
    return r ? r : take_layers(s, l, l->known, e);
}

/* True if other parameters made the file. Files of profile kappazeta have no parameters; then the
 * manifest tells. If there is no row either, the size decides: a file of the job's size may come
 * from a killed run with the same parameters. */
static bool is_of_others(const struct survey *s, const struct existing_file *l)
{
    const struct subscene_job *job = s->job;
    const char *made_with = l->facts.digest[0]                  ? l->facts.digest
                            : l->known && !l->known->is_altered ? l->known->digest
                                                                : "";
    if (made_with[0])
        return strcmp(made_with, job->digest) != 0;
    if (job->params->compat)
        return true; /* this program's files have them (io/netcdf/schema.h), so cm_vsm made it */
    return l->facts.size > 0 && l->facts.size != job->params->size;
}

/* Classifies a whole file that may have the job's parameters. */
static int classify(struct survey *s, struct existing_file *l, struct err *e)
{
    const struct subscene_job *job = s->job;
    const struct manifest_row *known = l->known;
    if (!l->facts.digest[0] && !known) {
        l->found = FOUND_UNKNOWN;
        return 0;
    }
    l->found = FOUND_SAME;
    memcpy(l->row.digest, job->digest, sizeof l->row.digest);
    bool is_known = known && !known->is_altered && l->state != FILESUM_OTHER_SIZE &&
                    s->old->bands == job->params->bands && strcmp(known->digest, job->digest) == 0;
    int r = is_known ? row_from_manifest(s, l, e) : row_from_file(s, l, e);
    if (r)
        l->found = FOUND_DAMAGED;
    return r;
}

/* Layouts without {product} can give two products of one datatake the same file. */
static int check_product(const struct survey *s, const struct existing_file *l, struct err *e)
{
    if (!l->facts.product[0] || product_is_named(s->job->product, l->facts.product))
        return 0;
    return err_set(e, ERR_USAGE,
                   "%s: belongs to %s; choose another --output, or a --layout with {product}",
                   l->path, l->facts.product);
}

/* A file that is not as the manifest says may be another subscene, copied or renamed by hand. Its
 * class layers would then be of another place, and its samples too. Only profile georef says which
 * one it is; else the samples tell. */
static int check_cell(struct survey *s, struct existing_file *l, struct err *e)
{
    const struct subscene_facts *is = &l->facts;
    struct manifest_row row = l->row;
    if (is->has_cell)
        return is->x == l->row.x && is->y == l->row.y
                   ? 0
                   : err_set(e, ERR_USAGE,
                             "%s: is subscene %d_%d, not %d_%d; subscene verify says what to do",
                             l->path, is->x, is->y, l->row.x, l->row.y);
    if (!l->known || l->state == FILESUM_SAME || is->size != s->job->params->size)
        return 0;
    int r = s->work ? 0 : measure_work_create(s->job->params->size, &s->work, e);
    if (r)
        return r;
    if (measure_file(s->work, s->job->params->bands, l->file, &row, NULL) ||
        strcmp(row.content_hash, l->known->content_hash) == 0)
        return 0;
    const struct manifest_row *owner = /* subscenes without data are all alike */
        row.valid_fraction > 0 ? manifest_find_hash(s->old, row.content_hash, l->known) : NULL;
    return owner
               ? err_set(e, ERR_USAGE, "%s: has the samples of %s; subscene verify says what to do",
                         l->path, owner->file)
               : err_set(e, ERR_INPUT, "%s: its samples are not those of its row in the manifest",
                         l->path);
}

static struct layer_cell cell_of(const struct survey *s, const struct existing_file *l)
{
    const struct rect px = lattice_cell(&s->lattice, l->row.x, l->row.y);
    return (struct layer_cell){l->row.x, l->row.y, px.x, px.y, s->job->params->size, NULL};
}

int existing_file_remakes_layer(const struct survey *s, const struct existing_file *l,
                                const char *layer, bool *again, struct err *e)
{
    const struct layerset *set = s->job->layers;
    const struct layer_cell cell = cell_of(s, l);
    int r = 0;
    *again = false;
    for (size_t i = 0; r == 0 && !*again && i < layerset_count(set); i++)
        if (strcmp(layerset_map(set, i)->layer, layer) == 0)
            r = layerset_has(set, i, &cell, again, e);
    return r;
}

/* Examines the open file. ERR_INPUT: it is damaged. */
static int examine_open(struct survey *s, struct existing_file *l, struct err *e)
{
    struct err why = ERR_INIT;
    int r = subscene_nc_look(l->file, s->job->params->bands, &l->facts, &why);
    /* also of a damaged file: a warning names the layers that it loses */
    int unlisted = layers_names(l->file, &l->layers, r ? NULL : &why);
    bool is_changed = l->state == FILESUM_CHANGED; /* then its attributes are not trusted */
    const int elsewhere = r ? 0 : check_cell(s, l, e);
    if (elsewhere)
        return elsewhere;
    if (is_changed && r == 0 && unlisted == 0)
        return err_set(e, ERR_INPUT, "%s: its metadata do not have the checksum in the manifest",
                       l->path);
    if (!is_changed && check_product(s, l, e))
        return ERR_USAGE;
    if (!is_changed && is_of_others(s, l)) {
        l->found = FOUND_OTHER; /* with other bands, for example; that is no damage */
        return 0;
    }
    if (r || unlisted) {
        *e = why;
        return err_wrap(e, "%s", l->path);
    }
    return classify(s, l, e);
}

/* A job was killed after it set the file aside, and before it wrote the manifest. */
static bool waits_aside(const struct survey *s, const struct existing_file *l)
{
    return strcmp(l->known->digest, s->waiting.digest) == 0 && carried_files_is_aside(l->path);
}

int existing_file_remember_layers(const struct survey *s, struct existing_file *l, struct err *e)
{
    return l->known && !waits_aside(s, l)
               ? manifest_row_layer_names(s->old, l->known, &l->layers, e)
               : 0;
}

/* Compares the layers of a file that stays with the job's sources. */
static int compare_layers(struct survey *s, struct existing_file *l, struct err *e)
{
    const struct subscene_job *job = s->job;
    const struct addlayers_target target = {.path = l->path,
                                            .set = job->layers,
                                            .cell = cell_of(s, l),
                                            .known = s->out->origins,
                                            .file = l->row.file};
    struct addlayers_list unsure;
    if (l->found != FOUND_SAME || job->overwrite || layerset_count(job->layers) == 0)
        return 0;
    int r = addlayers_unsure_of(&s->layers_work, &target, l->file, &unsure, e);
    l->is_unsure = unsure.n > 0;
    s->out->unnamed += r == 0 && addlayers_is_unnamed(&target, l->file);
    return r;
}

int existing_file_examine(struct survey *s, int32_t x, int32_t y, struct existing_file *l,
                          struct err *e)
{
    struct stat st;
    struct err why = ERR_INIT;
    *l = (struct existing_file){.row = {.x = x, .y = y}};
    int r = subscene_cell_path(s->job, x, y, l->path, l->row.file, e);
    if (r)
        return r;
    l->known = manifest_find(s->old, x, y);
    /* a file that cannot be examined is not missing: it may have labels made by hand */
    if (stat(l->path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? existing_file_remember_layers(s, l, e)
                   : err_sys(e, ERR_OUTPUT, errno, "%s: cannot be examined", l->path);
    l->found = FOUND_DAMAGED;
    l->state = l->known && !l->known->is_altered ? filesum_look(l->path, &l->known->file_sum)
                                                 : FILESUM_UNKNOWN;
    if (l->state == FILESUM_SAME)
        examine_trust(l->path);
    r = h5file_open(l->path, &l->file, &why);
    if (r == 0)
        r = examine_open(s, l, &why);
    int failed = r == 0 ? compare_layers(s, l, e) : 0; /* the job's sources fail, not the file */
    h5file_close(l->file);
    l->file = NULL;
    if (failed)
        return failed;
    /* a file that this process may not read is not damaged: it may have labels */
    if (r && (r != ERR_INPUT || (why.sys_errno != 0 && why.sys_errno != ENOENT))) {
        *e = why;
        return r;
    }
    if (l->found != FOUND_DAMAGED)
        return 0;
    log_message(existing_file_warning(s), s->job->product->name, "made again: %s", why.msg);
    return existing_file_remember_layers(s, l, e);
}
