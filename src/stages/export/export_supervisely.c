#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "io/labels/supervisely_write.h"
#include "stages/export/export_tool.h"

static const char META[] = "meta.json", IMAGES[] = "subscenes/img", ANNOTATIONS[] = "subscenes/ann";

struct export
{
    struct export_plan plan;
    struct supervisely_writer *writer;
};

static void close_export(void *export)
{
    struct export *x = export;
    supervisely_writer_destroy(x->writer);
    free(x);
}

static int open_export(const struct export_plan *plan, void **export, struct err *e)
{
    struct jsonout meta = {0};
    struct export *x = mem_zalloc(1, sizeof *x);
    if (!x)
        return err_nomem(e, sizeof *x);
    x->plan = *plan;
    supervisely_write_meta(plan->set, &meta);
    int r = supervisely_writer_create(&x->writer, e);
    r = r ? r : export_files_folder(plan->files, IMAGES, e);
    r = r ? r : export_files_folder(plan->files, ANNOTATIONS, e);
    r = r ? r : export_files_put_json(plan->files, META, &meta, e);
    jsonout_clear(&meta);
    if (r)
        close_export(x);
    else
        *export = x;
    return r;
}

static int add_image(void *export, const struct label_image *image, const struct pngfile_image *png,
                     struct err *e)
{
    enum { NAME_SIZE = 300 };
    struct export *x = export;
    struct jsonout j = {0};
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "%s/%s", IMAGES, image->name);
    int r = export_files_put(x->plan.files, name, png->data, png->len, e);
    r = r ? r : supervisely_write_image(x->writer, x->plan.set, image, &j, e);
    snprintf(name, sizeof name, "%s/%s.json", ANNOTATIONS, image->name);
    r = r ? r : export_files_put_json(x->plan.files, name, &j, e);
    jsonout_clear(&j);
    return r;
}

static int finish_export(void *export, struct err *e)
{
    (void)export;
    (void)e;
    return 0;
}

const struct export_tool supervisely_export = {open_export, add_image, finish_export, close_export};
