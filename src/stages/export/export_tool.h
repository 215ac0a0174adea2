/* A labelling tool, as the functions that write what it takes. Each tool has one .c file here. */
#ifndef SUBSCENE_STAGES_EXPORT_EXPORT_TOOL_H
#define SUBSCENE_STAGES_EXPORT_EXPORT_TOOL_H

#include "io/image/pngfile.h"
#include "io/labels/label_set.h"
#include "stages/export/export_files.h"

/* What an export has. Borrowed. */
struct export_plan {
    struct export_files *files;
    const struct label_set *set;
    size_t images;
    bool suggests; /* some images have suggestions */
};

struct export_tool {
    /* Makes the folders and the label set. The output folder is there, unless the mode only
     * tries. Errors: ERR_OUTPUT, ERR_TEMPORARY. */
    int (*open)(const struct export_plan *plan, void **export, struct err *e);
    /* The next image, in the order of their names. Errors: also ERR_USAGE: too many for the
     * tool's format. */
    int (*image)(void *export, const struct label_image *image, const struct pngfile_image *png,
                 struct err *e);
    /* Writes what comes last. */
    int (*finish)(void *export, struct err *e);
    /* Frees it, also after an error. */
    void (*close)(void *export);
};

/* images.zip, labels.json, annotations.xml (io/labels/cvat_write.h). An image without suggestions
 * is not in annotations.xml. */
extern const struct export_tool cvat_export;

/* images/, categories.json, release.json and masks beside it (io/labels/segments_write.h). */
extern const struct export_tool segments_export;

/* A project: meta.json, subscenes/img/, subscenes/ann/ (io/labels/supervisely_write.h). */
extern const struct export_tool supervisely_export;

#endif
