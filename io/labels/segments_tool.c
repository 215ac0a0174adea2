#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/mem.h"
#include "core/path.h"
#include "io/image/pngfile.h"
#include "io/labels/segments.h"
#include "io/labels/segments_release.h"

enum { JSON_BYTES_MAX = 64 << 20, RELEASE_BYTES_MAX = 512 << 20, MASK_BYTES_MAX = 256 << 20 };

static const char MASK[] = "segments_ai_classification_mask.png",
                  CLASSES[] = "segments_ai_classes.json", JSON[] = ".json",
                  RELEASE[] = "release.json";

/* A folder of masks with their classes beside them, or a release. */
struct export
{
    struct label_folder *folder; /* files: the masks */
    bool is_release;
    struct segments_release release; /* a sample for each mask */
};

static bool is_mask(const char *path) { return strcmp(path_base(path), MASK) == 0; }

static bool is_json(const char *path) { return path_has_suffix(path, JSON); }

/* ---- classes beside the masks ---- */

/* The classes beside a mask. */
static int read_classes(const struct label_folder *f, const char *mask, struct segments *out,
                        struct err *e)
{
    char file[LABEL_NAME_SIZE], name[LABEL_NAME_SIZE];
    struct unknown_categories unknown = {0};
    unsigned char *data;
    size_t len;
    int n = (int)path_folder_length(mask);
    if ((size_t)snprintf(file, sizeof file, "%.*s%s", n, mask, CLASSES) >= sizeof file)
        return err_set(e, ERR_INPUT, "%s/%s: the path is too long", f->path, mask);
    int r = label_folder_name(f, file, name, e);
    r = r ? r : label_folder_read(f, file, JSON_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    r = segments_parse(name, data, len, out, e);
    free(data);
    if (r)
        return r;
    for (size_t i = 0; i < out->n; i++)
        unknown_categories_look(&unknown, f->map, out->class[i].category);
    r = unknown_categories_report(&unknown, f->map, name, e);
    if (r)
        segments_clear(out);
    return r;
}

static int check_classes(const struct label_folder *f, const char *mask, struct err *e)
{
    struct segments classes;
    int r = read_classes(f, mask, &classes, e);
    if (r == 0)
        segments_clear(&classes);
    return r;
}

/* ---- a release ---- */

static int check_categories(const struct export *x, const char *name, struct err *e)
{
    struct unknown_categories unknown = {0};
    struct annotation all = {0};
    size_t k;
    int r = 0;
    for (size_t i = 0; i < x->release.n && r == 0; i++) {
        const struct segments *s = &x->release.sample[i].instances;
        for (size_t n = 0; n < s->n && r == 0; n++)
            r = annotation_category(&all, s->class[n].category, &k, e);
    }
    for (size_t i = 0; i < all.category.n; i++)
        unknown_categories_look(&unknown, x->folder->map, all.category.s[i]);
    annotation_clear(&all);
    if (r == ERR_INPUT)
        return err_set(e, ERR_INPUT, "%s: has more than %d different categories", name,
                       ANNOTATION_CATEGORIES);
    return r ? r : unknown_categories_report(&unknown, x->folder->map, name, e);
}

/* Adds the mask of a sample, the first that is there, to the folder's files. */
static int find_mask(struct export *x, const char *release, const struct segments_sample *s,
                     struct err *e)
{
    char name[LABEL_NAME_SIZE];
    size_t n = path_folder_length(release);
    for (int i = 0; i < SEGMENTS_PLACES; i++) {
        if (n >= sizeof name)
            break;
        memcpy(name, release, n);
        if (segments_release_place(&x->release, s, i, name + n, sizeof name - n) &&
            label_folder_has(x->folder, name))
            return strlist_add(&x->folder->files, name, strlen(name), e);
    }
    if (!segments_release_place(&x->release, s, 1, name, sizeof name))
        name[0] = '\0';
    return err_set(e, ERR_INPUT, "%s/%s: sample \"%.100s\": neither %.100s nor %.200s is beside it",
                   x->folder->path, release, s->name, s->bitmap[0] ? s->bitmap : "its bitmap",
                   name);
}

static int read_release(struct export *x, const char *file, struct err *e)
{
    char name[LABEL_NAME_SIZE];
    unsigned char *data;
    size_t len;
    x->is_release = true;
    int r = label_folder_name(x->folder, file, name, e);
    r = r ? r : label_folder_read(x->folder, file, RELEASE_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    r = segments_release_parse(name, data, len, &x->release, e);
    free(data);
    r = r ? r : check_categories(x, name, e);
    for (size_t i = 0; i < x->release.n && r == 0; i++)
        r = find_mask(x, file, &x->release.sample[i], e);
    return r;
}

/* The only JSON file, or else the only one named release.json. NULL: there is no such file. */
static const char *choose_release(const struct strlist *files)
{
    const char *chosen = files->n == 1 ? files->s[0] : NULL;
    size_t named = 0;
    for (size_t i = 0; i < files->n && files->n > 1; i++)
        if (strcmp(path_base(files->s[i]), RELEASE) == 0) {
            chosen = files->s[i];
            named++;
        }
    return named > 1 ? NULL : chosen;
}

static int find_release(struct export *x, struct err *e)
{
    int r = label_folder_find(x->folder, is_json,
                              "segments_ai_classification_mask.png and no release (.json)", e);
    if (r)
        return r;
    struct strlist files = x->folder->files;
    const char *release = choose_release(&files);
    x->folder->files = (struct strlist){0};
    if (release)
        r = read_release(x, release, e);
    else
        r = err_set(e, ERR_INPUT, "%s: holds more than one .json: %.120s and %.120s; name one %s",
                    x->folder->path, files.s[0], files.s[1], RELEASE);
    strlist_clear(&files);
    return r;
}

/* A release in a folder: the masks are beside it. */
static int open_file(struct export *x, const char *path, const struct class_map *map, struct err *e)
{
    char *folder = mem_strdup(path);
    if (!folder)
        return err_nomem(e, strlen(path));
    (void)path_go_up(folder);
    int r = label_folder_create(folder, map, &x->folder, e);
    free(folder);
    return r ? r : read_release(x, path_base(path), e);
}

/* ---- the tool ---- */

static void close_export(void *source)
{
    struct export *x = source;
    if (x->folder)
        label_folder_destroy(x->folder);
    segments_release_clear(&x->release);
    free(x);
}

/* An archive that opened, or a folder. */
static bool is_readable(const struct label_folder *f)
{
    struct stat st;
    return f->archive || (stat(f->path, &st) == 0 && S_ISDIR(st.st_mode));
}

/* Without such masks it is read as a release. */
static int open_folder(struct export *x, const char *path, const struct class_map *map,
                       struct err *e)
{
    struct err none = ERR_INIT;
    int r = label_folder_create(path, map, &x->folder, e);
    if (r)
        return r;
    r = label_folder_find(x->folder, is_mask, MASK, &none);
    if (r == ERR_INPUT && x->folder->files.n == 0 && is_readable(x->folder))
        return find_release(x, e);
    if (r)
        *e = none;
    return r ? r : label_folder_check(x->folder, check_classes, e);
}

static int open_export(const char *path, const struct class_map *map, void **source, struct err *e)
{
    struct export *x = mem_zalloc(1, sizeof *x);
    struct stat st;
    if (!x)
        return err_nomem(e, sizeof *x);
    bool is_file = stat(path, &st) == 0 && S_ISREG(st.st_mode) && !source_is_archive(path);
    int r = is_file ? open_file(x, path, map, e) : open_folder(x, path, map, e);
    if (r)
        close_export(x);
    else
        *source = x;
    return r;
}

static size_t count_images(const void *source)
{
    return label_folder_count(((const struct export *)source)->folder);
}

static const char *image_name(const void *source, size_t i)
{
    const struct export *x = source;
    return x->is_release ? x->release.sample[i].name : x->folder->files.s[i];
}

/* A mask that is being painted. */
struct painting {
    const char *name; /* of the mask, for messages */
    const struct segments *classes;
    const char *list; /* where they come from, for messages */
};

static int take_pixels(const struct painting *p, const struct pngfile *png,
                       const struct label_canvas *to, struct err *e)
{
    size_t n = (size_t)png->width * (size_t)png->height;
    uint32_t last = 0;
    uint8_t code = to->map->unlabelled;
    for (size_t i = 0; i < n; i++) {
        uint32_t value = pngfile_value(png, i);
        if (i == 0 || value != last) { /* neighbours are mostly alike */
            const char *category = segments_category(p->classes, value);
            if (!category && value != 0)
                return err_set(e, ERR_INPUT, "%s: column %d, row %d: the id %u is not in %s",
                               p->name, (int)(i % (size_t)png->width),
                               (int)(i / (size_t)png->width), (unsigned)value, p->list);
            code = category ? class_map_category(to->map, category)->code : to->map->unlabelled;
            last = value;
        }
        to->px[i] = code;
    }
    return 0;
}

static int paint_mask(const struct label_folder *f, const char *mask, struct painting *p,
                      const struct label_canvas *to, struct err *e)
{
    char name[LABEL_NAME_SIZE];
    struct pngfile png;
    unsigned char *data;
    size_t len;
    int r = label_folder_name(f, mask, name, e);
    r = r ? r : label_folder_read(f, mask, MASK_BYTES_MAX, &data, &len, e);
    if (r)
        return r;
    r = pngfile_decode(name, (struct pngfile_bytes){data, len}, to->size, to->size, &png, e);
    free(data);
    if (r)
        return r;
    p->name = name;
    if (png.width != to->size || png.height != to->size)
        r = err_set(e, ERR_INPUT, "%s: is %d × %d px, its subscene %d × %d", name, png.width,
                    png.height, to->size, to->size);
    r = r ? r : take_pixels(p, &png, to, e);
    pngfile_clear(&png);
    return r;
}

static int render_image(const void *source, size_t i, const struct label_canvas *to, struct err *e)
{
    const struct export *x = source;
    const char *mask = x->folder->files.s[i];
    struct segments classes;
    if (x->is_release) {
        struct painting p = {.classes = &x->release.sample[i].instances, .list = "the release"};
        return paint_mask(x->folder, mask, &p, to, e);
    }
    int r = read_classes(x->folder, mask, &classes, e);
    if (r)
        return r;
    struct painting p = {.classes = &classes, .list = CLASSES};
    r = paint_mask(x->folder, mask, &p, to, e);
    segments_clear(&classes);
    return r;
}

const struct label_tool segments_tool = {open_export, count_images, image_name, render_image,
                                         close_export};
