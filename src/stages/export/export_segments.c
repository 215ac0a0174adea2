#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "io/labels/segments_write.h"
#include "stages/export/export_tool.h"

static const char CATEGORIES[] = "categories.json", RELEASE[] = "release.json",
                  IMAGES[] = "images/";

struct export
{
    struct export_plan plan;
    struct jsonout release;
    struct pngfile_image mask;
};

static void close_export(void *export)
{
    struct export *x = export;
    jsonout_clear(&x->release);
    pngfile_image_clear(&x->mask);
    free(x);
}

static int open_export(const struct export_plan *plan, void **export, struct err *e)
{
    struct jsonout categories = {0};
    struct export *x = mem_zalloc(1, sizeof *x);
    if (!x)
        return err_nomem(e, sizeof *x);
    x->plan = *plan;
    segments_write_categories(plan->set, &categories);
    segments_write_begin(plan->set, &x->release);
    int r = export_files_folder(plan->files, "images", e);
    r = r ? r : export_files_put_json(plan->files, CATEGORIES, &categories, e);
    jsonout_clear(&categories);
    if (r)
        close_export(x);
    else
        *export = x;
    return r;
}

static int add_image(void *export, const struct label_image *image, const struct pngfile_image *png,
                     struct err *e)
{
    struct export *x = export;
    char name[SEGMENTS_MASK_SIZE], mask[SEGMENTS_MASK_SIZE];
    snprintf(name, sizeof name, "%s%s", IMAGES, image->name);
    segments_write_mask_name(image->name, mask);
    segments_write_sample(x->plan.set, image, IMAGES, mask, &x->release);
    int r = export_files_put(x->plan.files, name, png->data, png->len, e);
    if (r || !image->px)
        return r;
    r = segments_write_mask(x->plan.set, image, &x->mask, e);
    return r ? r : export_files_put(x->plan.files, mask, x->mask.data, x->mask.len, e);
}

static int finish_export(void *export, struct err *e)
{
    struct export *x = export;
    segments_write_end(&x->release);
    return x->plan.suggests ? export_files_put_json(x->plan.files, RELEASE, &x->release, e) : 0;
}

const struct export_tool segments_export = {open_export, add_image, finish_export, close_export};
