#include "testdata/masks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "io/image/pngfile.h"
#include "testdata/files.h"
#include "testdata/geotiff.h"

/* The beginning of a file's name: nothing, the granule, or the beginning of the band files'
 * names. */
enum stem { STEM_NONE, STEM_GRANULE, STEM_IMAGE };

struct mask_file {
    unsigned bit;
    enum scene_mask mask;
    int32_t pixel_m;
    struct {
        bool in_granule;
        const char *folder;
        enum stem stem;
        const char *end;
    } path;
    struct {
        enum geotiff_compression compression;
        int32_t block; /* 0: PNG */
        bool tiled;
    } tiff;
};

#define PNG                                                                                        \
    {                                                                                              \
        GEOTIFF_NONE, 0, false                                                                     \
    }
#define S2CLOUDLESS(mask, pixel_m, end)                                                            \
    {                                                                                              \
        SPEC_MASK_S2CLOUDLESS, mask, pixel_m,                                                      \
            {true, "S2CLOUDLESS_DATA/R" #pixel_m "m/", STEM_IMAGE, end}, PNG                       \
    }

static const struct mask_file files[] = {
    {SPEC_MASK_FMASK,
     SCENE_FMASK,
     20,
     {true, "FMASK_DATA/", STEM_GRANULE, "_Fmask4.tif"},
     {GEOTIFF_LZW, 8, false}},
    S2CLOUDLESS(SCENE_S2CLOUDLESS, 10, "_prediction.png"),
    S2CLOUDLESS(SCENE_S2CLOUDLESS, 20, "_prediction.png"),
    S2CLOUDLESS(SCENE_S2CLOUDLESS, 60, "_prediction.png"),
    S2CLOUDLESS(SCENE_PROBABILITY, 10, "_probability.png"),
    S2CLOUDLESS(SCENE_PROBABILITY, 20, "_probability.png"),
    S2CLOUDLESS(SCENE_PROBABILITY, 60, "_probability.png"),
    {SPEC_MASK_MAJA,
     SCENE_MAJA,
     10,
     {true, "MAJA_DATA/", STEM_IMAGE, "_CLM_R1.tif"},
     {GEOTIFF_DEFLATE, 256, true}},
    {SPEC_MASK_MAJA,
     SCENE_MAJA,
     20,
     {true, "MAJA_DATA/", STEM_IMAGE, "_CLM_R2.tif"},
     {GEOTIFF_DEFLATE, 256, true}},
    {SPEC_MASK_GSFC,
     SCENE_GSFC,
     10,
     {true, "GSFC/", STEM_IMAGE, "_label.tif"},
     {GEOTIFF_NONE, 1, false}},
    {SPEC_MASK_BHC,
     SCENE_BHC,
     60,
     {false, "ref_dataset/Classification/", STEM_NONE, "classification_map.tif"},
     {GEOTIFF_NONE, 128, true}},
    {SPEC_MASK_FMSC,
     SCENE_FMSC,
     20,
     {false, "ref_dataset_mrziglod20/", STEM_NONE, "classification_map.png"},
     PNG},
    {SPEC_MASK_DLUV,
     SCENE_DLUV,
     10,
     {false, "", STEM_NONE, "dluvclouds_rgbiswir.tif"},
     {GEOTIFF_DEFLATE, 32, false}},
};

/* Makes the file's path and its folder. */
static int make_path(const struct spec *s, const char *root, const struct mask_file *m,
                     char path[PATH_MAX], struct err *e)
{
    char granule[64] = "", stem[64] = "";
    if (m->path.in_granule)
        snprintf(granule, sizeof granule, "GRANULE/%s/", s->granule);
    if (m->path.stem == STEM_GRANULE)
        snprintf(stem, sizeof stem, "%s", s->granule);
    if (m->path.stem == STEM_IMAGE)
        snprintf(stem, sizeof stem, "T%s_%s", s->tile, s->sensing_compact);
    int rc = files_path(path, e, "%s/%s%s", root, granule, m->path.folder);
    rc = rc ? rc : files_make_folders(path, e);
    return rc ? rc
              : files_path(path, e, "%s/%s%s%s%s", root, granule, m->path.folder, stem,
                           m->path.end);
}

struct tiff_source {
    const struct scene *scene;
    const struct mask_file *file;
};

static void tiff_pixels(const void *context, struct rect part, uint8_t *out, size_t stride)
{
    const struct tiff_source *t = context;
    scene_mask_fill(t->scene, t->file->mask, t->file->pixel_m, part, out, stride);
}

static int write_tiff(const struct spec *s, const struct mask_file *m, const char *path,
                      struct err *e)
{
    int32_t side = spec_width(s, m->pixel_m);
    struct geotiff_format f = {.width = side,
                               .height = side,
                               .epsg = s->epsg,
                               .ulx_m = s->scene.ulx_m,
                               .uly_m = s->scene.uly_m,
                               .pixel_m = m->pixel_m,
                               .compression = m->tiff.compression,
                               .block = m->tiff.block,
                               .tiled = m->tiff.tiled};
    struct tiff_source source = {&s->scene, m};
    return geotiff_write(path, &f, tiff_pixels, &source, e);
}

static int write_bytes(const char *path, const unsigned char *data, size_t len, struct err *e)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot create", path);
    int rc = fwrite(data, 1, len, f) == len
                 ? 0
                 : err_sys(e, ERR_OUTPUT, errno, "%s: cannot write", path);
    if (fclose(f) != 0 && rc == 0)
        rc = err_sys(e, ERR_OUTPUT, errno, "%s: cannot write", path);
    return rc;
}

static int write_png(const struct spec *s, const struct mask_file *m, const char *path,
                     struct err *e)
{
    int32_t side = spec_width(s, m->pixel_m);
    size_t stride = (size_t)side;
    unsigned char *px = mem_alloc(stride, stride);
    struct pngfile_image file = {0};
    if (!px)
        return err_nomem(e, (unsigned long long)stride * stride);
    scene_mask_fill(&s->scene, m->mask, m->pixel_m, (struct rect){0, 0, side, side}, px, stride);
    struct pngfile_picture p = {
        .width = side, .height = side, .bits = 8, .channels = 1, .px = px, .stride = stride};
    int rc = pngfile_encode(&p, &file, e);
    if (rc == 0)
        rc = write_bytes(path, file.data, file.len, e);
    pngfile_image_clear(&file);
    free(px);
    return rc;
}

int masks_write(const struct spec *s, const char *root, struct err *e)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const struct mask_file *m = &files[i];
        char path[PATH_MAX];
        if (!(s->masks & m->bit))
            continue;
        int rc = make_path(s, root, m, path, e);
        if (rc == 0)
            rc = m->tiff.block ? write_tiff(s, m, path, e) : write_png(s, m, path, e);
        if (rc != 0)
            return rc;
    }
    return 0;
}
