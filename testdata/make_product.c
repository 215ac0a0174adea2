/* Makes a synthetic Sentinel-2 product for tests, benchmarks and the demonstration: see spec_usage
 * in spec.c. The same options give the same bytes, with any number of threads. As in real products,
 * the metadata names some images that have no file. These are the bands left out, TCI of Level-1C
 * without --tci, PVI, and the JP2 masks except MSK_CLASSI and Sen2Cor's. The masks of other tools
 * (--masks) come last; they have files, but no metadata names them. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testdata/encode.h"
#include "testdata/files.h"
#include "testdata/images.h"
#include "testdata/masks.h"
#include "testdata/metadata.h"
#include "testdata/planes.h"
#include "testdata/sidecars.h"
#include "testdata/spec.h"

/* ---- the images ---- */

struct image_job {
    const struct spec *spec;
    const struct planes *planes; /* the pixels of a scene with weather; else NULL */
    struct image image;
};

static int band_pixels(void *context, int component, struct rect part, struct view out,
                       struct err *e)
{
    const struct image_job *job = context;
    if (job->planes)
        return planes_read(job->planes, &job->image, component, part, out, e);
    return scene_fill(&job->spec->scene, job->image.band_id + component, job->image.pixel_m, part,
                      out, e);
}

static int scl_pixels(void *context, int component, struct rect part, struct view out,
                      struct err *e)
{
    const struct image_job *job = context;
    (void)component;
    (void)e;
    scene_mask_view(&job->spec->scene, SCENE_SCL, job->image.pixel_m, part, out);
    return 0;
}

/* As ESA codes them. Colours of 60 m and 20 m have their own tiles and blocks; ESA's colours of 20
 * m were not seen. */
static struct encode_format format_of(const struct spec *s, const struct image *i)
{
    static const int32_t precinct[SPEC_GRIDS] = {256, 128, 64}, block[SPEC_GRIDS] = {64, 8, 4};
    int grid = spec_grid(i->pixel_m);
    struct encode_format f = {
        .width = spec_width(s, i->pixel_m),
        .height = spec_width(s, i->pixel_m),
        .components = 1,
        .bits = i->band_id == IMAGE_IS_SCL ? 8
                : s->scene.saturated > 0   ? 16
                                           : 15,
        .tile = s->jp2_tile[grid],
        .precinct = precinct[grid],
        .block = block[grid],
        .epsg = s->epsg,
        .ulx_m = s->scene.ulx_m,
        .uly_m = s->scene.uly_m,
        .pixel_m = i->pixel_m,
    };
    if (i->band_id == BAND_TCI_R) {
        f.components = 3;
        f.bits = 8;
        f.tile = i->pixel_m == 60 ? 256 : f.tile;
        f.precinct = i->pixel_m == 10 ? 256 : 128;
        f.block = i->pixel_m == 10 ? 64 : 16;
    }
    return f;
}

/* Threads take one image at a time. One thread codes a whole image, so the files do not depend on
 * the number of threads. */
struct team {
    const struct spec *spec;
    const struct planes *planes;
    const char *root;
    struct image image[IMAGES_MAX]; /* long ones first, so that no long one starts last */
    int n;
    atomic_int next;
    atomic_bool stop;
    pthread_mutex_t lock; /* guards `first` */
    struct err first; /* the first error */
};

static int encode_image(const struct team *t, const struct image *i, struct err *e)
{
    const struct spec *s = t->spec;
    struct encode_format f = format_of(s, i);
    char path[PATH_MAX], name[IMAGES_PATH];
    images_path(s, i, name);
    if (files_path(path, e, "%s/%s.jp2", t->root, name) != 0)
        return (int)e->code;
    struct image_job job = {s, t->planes, *i};
    return encode_jp2(path, &f, i->band_id == IMAGE_IS_SCL ? scl_pixels : band_pixels, &job, e);
}

static void *work(void *context)
{
    struct team *t = context;
    for (int i; !atomic_load(&t->stop) && (i = atomic_fetch_add(&t->next, 1)) < t->n;) {
        struct err e = ERR_INIT;
        if (encode_image(t, &t->image[i], &e) == 0)
            continue;
        pthread_mutex_lock(&t->lock);
        if (!atomic_exchange(&t->stop, true))
            t->first = e;
        pthread_mutex_unlock(&t->lock);
    }
    return NULL;
}

static void line_up(struct team *t)
{
    struct image all[IMAGES_MAX];
    int n = images_list(t->spec, all);
    for (int grid = 0; grid < SPEC_GRIDS; grid++)
        for (int i = 0; i < n; i++)
            if (spec_grid(all[i].pixel_m) == grid && images_has_file(t->spec, &all[i]))
                t->image[t->n++] = all[i];
}

static int encode_all(const struct spec *s, const struct planes *planes, const char *root,
                      struct err *e)
{
    struct team t = {.spec = s, .planes = planes, .root = root, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t thread[256];
    int started = 0;
    line_up(&t);
    for (; started < s->threads - 1 && started < t.n - 1; started++)
        if (pthread_create(&thread[started], NULL, work, &t) != 0)
            break; /* the running threads do all the work */
    work(&t);
    while (started > 0)
        pthread_join(thread[--started], NULL);
    pthread_mutex_destroy(&t.lock);
    if (t.first.code != ERR_NONE)
        *e = t.first;
    return (int)t.first.code;
}

/* Also writes the true classes. */
static int encode_images(const struct spec *s, const char *root, struct err *e)
{
    struct planes *planes = NULL;
    int rc = scene_has_weather(&s->scene) ? planes_create(s, root, &planes, e) : 0;
    if (rc == 0 && s->truth)
        rc = planes_write_truth(planes, s->truth, e);
    if (rc == 0 && (rc = encode_all(s, planes, root, e)) != 0 && s->truth)
        unlink(s->truth);
    planes_destroy(planes);
    return rc;
}

/* ---- the product ---- */

static int make_folders(const struct spec *s, const char *root, struct err *e)
{
    static const char *const level1[] = {"IMG_DATA", "QI_DATA", NULL};
    static const char *const level2[] = {"IMG_DATA/R10m", "IMG_DATA/R20m", "IMG_DATA/R60m",
                                         "QI_DATA", NULL};
    char path[PATH_MAX];
    for (const char *const *folder = s->level == LEVEL_L2A ? level2 : level1; *folder; folder++) {
        if (s->drop_qi && strcmp(*folder, "QI_DATA") == 0)
            continue;
        if (files_path(path, e, "%s/GRANULE/%s/%s", root, s->granule, *folder) != 0 ||
            files_make_folders(path, e) != 0)
            return (int)e->code;
    }
    return 0;
}

static int write_manifest(const struct spec *s, const char *root, struct err *e)
{
    struct file_list files;
    int rc = file_list_read(&files, root, e);
    if (rc == 0)
        rc = sidecars_write_manifest(s, root, &files, e);
    file_list_clear(&files);
    return rc;
}

static int fill_folder(const struct spec *s, const char *root, struct err *e)
{
    if (make_folders(s, root, e) != 0 || metadata_write_product(s, root, e) != 0 ||
        metadata_write_tile(s, root, e) != 0 || sidecars_write_inspire(s, root, e) != 0 ||
        (!s->drop_qi && sidecars_write_masks(s, root, e) != 0) || encode_images(s, root, e) != 0 ||
        write_manifest(s, root, e) != 0)
        return (int)e->code;
    return masks_write(s, root, e);
}

static int publish(const struct spec *s, const char *work_root, const char *path, struct err *e)
{
    char inside[100];
    snprintf(inside, sizeof inside, "%s.SAFE", s->name);
    if (s->zip)
        return files_zip(work_root, inside, path, s->zip_deflate, e);
    return rename(work_root, path) == 0
               ? 0
               : err_sys(e, ERR_OUTPUT, errno, "%s: cannot rename to %s", work_root, path);
}

static int make(const struct spec *s, struct err *e)
{
    char path[PATH_MAX], work_root[PATH_MAX];
    if (files_path(path, e, "%s/%s.%s", s->out_dir, s->name, s->zip ? "zip" : "SAFE") != 0 ||
        files_path(work_root, e, "%s/.%s.part-%ld", s->out_dir, s->name, (long)getpid()) != 0)
        return (int)e->code;
    struct stat st;
    if (lstat(path, &st) == 0)
        return err_set(e, ERR_OUTPUT, "%s: exists already", path);
    int rc = fill_folder(s, work_root, e);
    if (rc == 0)
        rc = publish(s, work_root, path, e);
    if (rc != 0 || s->zip)
        files_remove(work_root);
    if (rc == 0 && (printf("%s\n", path) < 0 || fflush(stdout) != 0))
        rc = err_sys(e, ERR_OUTPUT, errno, "standard output");
    return rc;
}

int main(int argc, char **argv)
{
    struct spec s;
    struct err e = ERR_INIT;
    bool help;
    int rc = spec_parse(&s, argc, argv, &help, &e);
    if (rc == 0 && help)
        return fputs(spec_usage, stdout) < 0;
    if (rc == 0)
        rc = make(&s, &e);
    if (rc != 0)
        fprintf(stderr, "make_product: %s\n", e.msg);
    return rc == 0 ? 0 : err_exit_status(e.code);
}
