#include "testdata/planes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "testdata/files.h"
#include "testdata/geotiff.h"
#include "testdata/weather/weather.h"

/* Rows of 10 m that are made together: a row of 60 m. */
enum { BLOCK = 6, PLANES_MAX = 64 };

struct planes {
    const struct spec *spec;
    int fd;
    int n;
    struct plane {
        int band_id;
        int32_t pixel_m;
        off_t start; /* in the file */
    } plane[PLANES_MAX];
    off_t truth; /* start of the classes, one byte each */
    atomic_int next; /* block */
    atomic_bool stop;
    pthread_mutex_t lock; /* guards `first` */
    struct err first; /* the first error */
};

/* What one thread works with. */
struct worker {
    struct weather weather;
    struct weather_point *row; /* of 10 m */
    double *value; /* of one band, of that row */
    double *sum[PLANES_MAX]; /* of each plane: the row that is being made */
    uint16_t *stored;
    uint8_t *classes;
};

/* ---- the file ---- */

static void line_up(struct planes *p)
{
    struct image all[IMAGES_MAX];
    int n = images_list(p->spec, all);
    off_t at = 0;
    for (int i = 0; i < n; i++) {
        if (all[i].band_id == IMAGE_IS_SCL || !images_has_file(p->spec, &all[i]))
            continue;
        int components = all[i].band_id == BAND_TCI_R ? 3 : 1;
        for (int c = 0; c < components; c++) {
            off_t width = spec_width(p->spec, all[i].pixel_m);
            p->plane[p->n++] = (struct plane){all[i].band_id + c, all[i].pixel_m, at};
            at += width * width * (off_t)sizeof(uint16_t);
        }
    }
    p->truth = at;
}

static int put(struct planes *p, const void *data, size_t len, off_t at, struct err *e)
{
    for (const char *from = data; len > 0;) {
        ssize_t n = pwrite(p->fd, from, len, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_sys(e, ERR_OUTPUT, n < 0 ? errno : EIO, "cannot write pixels");
        from += n;
        len -= (size_t)n;
        at += n;
    }
    return 0;
}

static int get(const struct planes *p, void *data, size_t len, off_t at, struct err *e)
{
    for (char *to = data; len > 0;) {
        ssize_t n = pread(p->fd, to, len, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_sys(e, ERR_OUTPUT, n < 0 ? errno : EIO, "cannot read pixels");
        to += n;
        len -= (size_t)n;
        at += n;
    }
    return 0;
}

static int open_file(struct planes *p, const char *folder, struct err *e)
{
    char path[PATH_MAX];
    if (files_path(path, e, "%s/.pixels-XXXXXX", folder) != 0)
        return (int)e->code;
    p->fd = mkstemp(path);
    if (p->fd < 0)
        return err_sys(e, ERR_OUTPUT, errno, "%s: cannot create", path);
    unlink(path);
    return 0;
}

/* ---- the pixels ---- */

/* Adds a row of 10 m to the rows of all planes. */
static void add_row(const struct planes *p, struct worker *w)
{
    int32_t size = p->spec->size_px;
    for (int i = 0, known = -1; i < p->n; i++) {
        const struct plane *plane = &p->plane[i];
        int32_t k = plane->pixel_m / 10;
        double *sum = w->sum[i];
        for (int32_t x = 0; plane->band_id != known && x < size; x++)
            w->value[x] = weather_value(plane->band_id, &w->row[x]);
        known = plane->band_id;
        for (int32_t x = 0; x < size / k; x++)
            for (int32_t j = 0; j < k; j++)
                sum[x] += w->value[x * k + j];
    }
}

/* Stores row y of plane i. */
static int store_row(struct planes *p, struct worker *w, int i, int32_t y, struct err *e)
{
    const struct plane *plane = &p->plane[i];
    const struct scene *s = &p->spec->scene;
    int32_t k = plane->pixel_m / 10, width = spec_width(p->spec, plane->pixel_m);
    for (int32_t x = 0; x < width; x++) {
        w->stored[x] =
            scene_stored(s, plane->band_id, s->ulx_m + x * plane->pixel_m + plane->pixel_m / 2,
                         s->uly_m - y * plane->pixel_m - plane->pixel_m / 2,
                         (int32_t)(w->sum[i][x] / (k * k) + 0.5));
        w->sum[i][x] = 0;
    }
    return put(p, w->stored, (size_t)width * sizeof *w->stored,
               plane->start + (off_t)y * width * (off_t)sizeof *w->stored, e);
}

static int make_row(struct planes *p, struct worker *w, int32_t y, struct err *e)
{
    const struct scene *s = &p->spec->scene;
    int32_t size = p->spec->size_px, north_m = s->uly_m - 10 * y - 5;
    for (int32_t x = 0; x < size; x++) {
        int32_t east_m = s->ulx_m + 10 * x + 5;
        weather_at(&w->weather, east_m, north_m, &w->row[x]);
        w->classes[x] =
            scene_is_nodata(s, east_m, north_m) ? 0 : (uint8_t)weather_class(&w->row[x].air);
    }
    add_row(p, w);
    for (int i = 0; i < p->n; i++) {
        int32_t k = p->plane[i].pixel_m / 10;
        if ((y + 1) % k == 0 && store_row(p, w, i, y / k, e) != 0)
            return (int)e->code;
    }
    return put(p, w->classes, (size_t)size, p->truth + (off_t)y * size, e);
}

static void worker_destroy(struct worker *w, int planes)
{
    if (!w)
        return;
    free(w->row);
    free(w->value);
    free(w->stored);
    free(w->classes);
    for (int i = 0; i < planes; i++)
        free(w->sum[i]);
    free(w);
}

static struct worker *worker_create(const struct planes *p)
{
    const struct spec *s = p->spec;
    size_t size = (size_t)s->size_px;
    struct worker *w = mem_zalloc(1, sizeof *w);
    if (!w)
        return NULL;
    weather_init(&w->weather, (enum weather_kind)(s->scene.kind - SCENE_CUMULUS), s->scene.seed);
    w->row = mem_alloc(size, sizeof *w->row);
    w->value = mem_alloc(size, sizeof *w->value);
    w->stored = mem_alloc(size, sizeof *w->stored);
    w->classes = mem_alloc(size, sizeof *w->classes);
    bool whole = w->row && w->value && w->stored && w->classes;
    for (int i = 0; i < p->n; i++)
        whole &= (w->sum[i] = mem_zalloc(size, sizeof *w->sum[i])) != NULL;
    if (whole)
        return w;
    worker_destroy(w, p->n);
    return NULL;
}

static void *work(void *context)
{
    struct planes *p = context;
    struct err e = ERR_INIT;
    struct worker *w = worker_create(p);
    int blocks = p->spec->size_px / BLOCK, rc = w ? 0 : err_nomem(&e, sizeof *w);
    for (int b; rc == 0 && !atomic_load(&p->stop) && (b = atomic_fetch_add(&p->next, 1)) < blocks;)
        for (int32_t y = 0; y < BLOCK && rc == 0; y++)
            rc = make_row(p, w, b * BLOCK + y, &e);
    worker_destroy(w, p->n);
    pthread_mutex_lock(&p->lock);
    if (rc != 0 && !atomic_exchange(&p->stop, true))
        p->first = e;
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

int planes_create(const struct spec *s, const char *folder, struct planes **out, struct err *e)
{
    pthread_t thread[256];
    int started = 0;
    struct planes *p = mem_zalloc(1, sizeof *p);
    *out = NULL;
    if (!p)
        return err_nomem(e, sizeof *p);
    p->spec = s;
    line_up(p);
    if (open_file(p, folder, e) != 0) {
        free(p);
        return (int)e->code;
    }
    pthread_mutex_init(&p->lock, NULL);
    for (; started < s->threads - 1; started++)
        if (pthread_create(&thread[started], NULL, work, p) != 0)
            break; /* the running threads do all the work */
    work(p);
    while (started > 0)
        pthread_join(thread[--started], NULL);
    *out = p;
    if (p->first.code == ERR_NONE)
        return 0;
    *e = p->first;
    planes_destroy(p);
    *out = NULL;
    return (int)e->code;
}

void planes_destroy(struct planes *p)
{
    if (!p)
        return;
    close(p->fd);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

int planes_read(const struct planes *p, const struct image *image, int component, struct rect part,
                struct view out, struct err *e)
{
    off_t width = spec_width(p->spec, image->pixel_m);
    for (int i = 0; i < p->n; i++) {
        const struct plane *plane = &p->plane[i];
        if (plane->band_id != image->band_id + component || plane->pixel_m != image->pixel_m)
            continue;
        for (int32_t y = 0; y < part.h; y++) {
            off_t pixel = (part.y + y) * width + part.x;
            int rc = get(p, view_row(out, y), (size_t)part.w * sizeof *out.px,
                         plane->start + pixel * (off_t)sizeof *out.px, e);
            if (rc != 0)
                return rc;
        }
        return 0;
    }
    return err_set(e, ERR_INTERNAL, "no pixels of band %d", image->band_id);
}

/* ---- the classes ---- */

struct truth {
    const struct planes *planes;
    struct err *err; /* of reading */
};

static void truth_pixels(const void *context, struct rect part, uint8_t *out, size_t stride)
{
    const struct truth *t = context;
    off_t size = t->planes->spec->size_px;
    for (int32_t y = 0; y < part.h && t->err->code == ERR_NONE; y++)
        if (get(t->planes, out + (size_t)y * stride, (size_t)part.w,
                t->planes->truth + (part.y + y) * size + part.x, t->err) != 0)
            return;
}

int planes_write_truth(const struct planes *p, const char *path, struct err *e)
{
    const struct spec *s = p->spec;
    struct geotiff_format f = {.width = s->size_px,
                               .height = s->size_px,
                               .epsg = s->epsg,
                               .ulx_m = s->scene.ulx_m,
                               .uly_m = s->scene.uly_m,
                               .pixel_m = 10,
                               .compression = GEOTIFF_DEFLATE,
                               .block = 64};
    struct err reading = ERR_INIT;
    struct truth t = {p, &reading};
    struct stat st;
    if (lstat(path, &st) == 0)
        return err_set(e, ERR_OUTPUT, "%s: exists already", path);
    int rc = geotiff_write(path, &f, truth_pixels, &t, e);
    if (rc == 0 && reading.code != ERR_NONE) {
        *e = reading;
        rc = (int)e->code;
    }
    if (rc != 0)
        unlink(path);
    return rc;
}
