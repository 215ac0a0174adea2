#include <stdlib.h>

#include "core/mem.h"
#include "io/folder/outzip.h"
#include "io/labels/cvat.h"
#include "io/labels/cvat_write.h"
#include "stages/export/export_tool.h"

static const char ZIP[] = "images.zip", XML[] = "annotations.xml", LABELS[] = "labels.json";

struct export
{
    struct export_plan plan;
    struct outzip *zip;
    struct outstream *xml; /* NULL: no suggestions */
    struct text text; /* of the document, not written yet */
    size_t images; /* so far */
};

static int flush_text(struct export *x, struct err *e)
{
    if (x->text.failed)
        return err_nomem(e, x->text.len);
    if (outstream_length(x->xml) + x->text.len > CVAT_BYTES_MAX)
        return err_set(e, ERR_USAGE,
                       "%s/%s: would be larger than 512 MiB, which label does not read; choose "
                       "fewer subscenes",
                       x->plan.files->folder, XML);
    int r = outstream_add(x->xml, x->text.s, x->text.len, e);
    x->text.len = 0;
    return r;
}

static int open_zip(struct export *x, struct err *e)
{
    char path[OUTFILE_PATH];
    int r = export_files_path(x->plan.files, ZIP, path, e);
    return r ? r : outzip_open(path, x->plan.files->mode, &x->zip, e);
}

static int open_xml(struct export *x, struct err *e)
{
    char path[OUTFILE_PATH];
    int r = export_files_path(x->plan.files, XML, path, e);
    r = r ? r : outstream_open(path, x->plan.files->mode, &x->xml, e);
    if (r)
        return r;
    cvat_write_begin(x->plan.set, x->plan.images, &x->text);
    return flush_text(x, e);
}

static int put_labels(const struct export_plan *plan, struct err *e)
{
    struct text labels = {0};
    cvat_write_labels(plan->set, &labels);
    int r = labels.failed ? err_nomem(e, labels.len)
                          : export_files_put(plan->files, LABELS, labels.s, labels.len, e);
    free(labels.s);
    return r;
}

static void close_export(void *export)
{
    struct export *x = export;
    outzip_abandon(x->zip);
    outstream_abandon(x->xml);
    free(x->text.s);
    free(x);
}

static int open_export(const struct export_plan *plan, void **export, struct err *e)
{
    struct export *x = mem_zalloc(1, sizeof *x);
    if (!x)
        return err_nomem(e, sizeof *x);
    x->plan = *plan;
    int r = put_labels(plan, e);
    r = r ? r : open_zip(x, e);
    if (r == 0 && plan->suggests)
        r = open_xml(x, e);
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
    int r = outzip_add(x->zip, image->name, png->data, png->len, e);
    if (r == 0 && image->px) {
        cvat_write_image(x->plan.set, x->images, image, &x->text);
        r = flush_text(x, e);
    }
    x->images++;
    return r;
}

static int finish_export(void *export, struct err *e)
{
    struct export *x = export;
    enum outstream_outcome outcome;
    int r = outzip_close(x->zip, &outcome, e);
    x->zip = NULL;
    if (r)
        return r;
    export_files_count(x->plan.files, ZIP, outcome);
    if (!x->xml)
        return 0;
    cvat_write_end(&x->text);
    r = flush_text(x, e);
    if (r)
        return r;
    r = outstream_close(x->xml, &outcome, e);
    x->xml = NULL;
    if (r == 0)
        export_files_count(x->plan.files, XML, outcome);
    return r;
}

const struct export_tool cvat_export = {open_export, add_image, finish_export, close_export};
