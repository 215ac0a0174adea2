#include "stages/folder/folder_lock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/layout.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/path.h"
#include "exec/heartbeat.h"
#include "io/folder/outfile.h"
#include "stages/folder/folder_parts.h"
#include "stages/folder/manifests.h"

static const char LOCK[] = "subscene.lock";

struct folder_lock {
    pthread_mutex_t mutex; /* guards the list of locks */
    struct lock **lock;
    size_t n, cap;
    struct heartbeat *heartbeat;
};

/* "…/manifest.csv" → "…/.subscene.lock", "…/X.manifest.csv" → "…/.X.subscene.lock" */
int folder_lock_of_manifest(const char *manifest, char path[FOLDER_LOCK_PATH], struct err *e)
{
    const char *name = path_base(manifest);
    size_t n = strlen(name) - strlen("manifest.csv");
    int len = snprintf(path, FOLDER_LOCK_PATH, "%.*s.%.*s%s", (int)(name - manifest), manifest,
                       (int)n, name, LOCK);
    return len > 0 && len < FOLDER_LOCK_PATH
               ? 0
               : err_set(e, ERR_OUTPUT, "%s: the path is too long", manifest);
}

bool folder_lock_is(const char *path)
{
    const char *name = path_base(path);
    return name[0] == '.' && path_has_suffix(name, LOCK);
}

static bool is_there(const char *path) { return access(path, F_OK) == 0; }

int folder_lock_path(const char *file, const char *product, char path[FOLDER_LOCK_PATH],
                     struct err *e)
{
    enum { IN_FILES_FOLDER = 1 }; /* manifest.csv in the file's folder */
    char manifest[MANIFESTS_PATH];
    for (int i = 0; manifests_place(file, product, i, manifest); i++)
        if (folder_lock_of_manifest(manifest, path, e) == 0 &&
            (is_there(manifest) || is_there(path)))
            return 0;
    /* There is no manifest, and no lock of a run that has just begun. Then the file's folder is
     * assumed to belong to one product. */
    if (!manifests_place(file, product, IN_FILES_FOLDER, manifest))
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", file);
    return folder_lock_of_manifest(manifest, path, e);
}

static void log_takeover(const char *product, const char *lock, const struct lock_takeover *t)
{
    const struct lock_owner *o = &t->from;
    char who[200] = "an unknown process", why[96];
    if (o->host[0])
        snprintf(who, sizeof who, "%s pid %ld%s%s, at work since %s,", o->host, o->pid,
                 o->job[0] ? ", job " : "", o->job, o->started);
    if (t->is_gone)
        snprintf(why, sizeof why, "is gone");
    else
        snprintf(why, sizeof why, "has not renewed it for %.0f s", t->silent_s);
    const struct log_field field[] = {
        {"lock", lock, 0},  {"host", o->host, 0},       {"pid", NULL, (double)o->pid},
        {"job", o->job, 0}, {"started", o->started, 0}, {"silent_s", NULL, t->silent_s},
    };
    const struct log_event event = {
        .name = "lock_taken_over", .field = field, .n = sizeof field / sizeof *field};
    log_event(LOG_WARNING, product, &event, "%s: taken over: %s %s", lock, who, why);
}

/* Called by the heartbeat. */
static void renew(void *ctx)
{
    struct folder_lock *h = ctx;
    pthread_mutex_lock(&h->mutex);
    for (size_t i = 0; i < h->n; i++)
        lock_renew(h->lock[i]);
    pthread_mutex_unlock(&h->mutex);
}

static int add(struct folder_lock *h, struct lock *l, struct err *e)
{
    pthread_mutex_lock(&h->mutex);
    struct lock **grown = mem_grown(h->lock, h->n, &h->cap, sizeof *h->lock, e);
    if (grown) {
        h->lock = grown;
        h->lock[h->n++] = l;
    }
    pthread_mutex_unlock(&h->mutex);
    return grown ? 0 : ERR_TEMPORARY;
}

/* The folder of a file, with its slash, or "". */
static void folder_of(const char *path, char folder[FOLDER_LOCK_PATH])
{
    snprintf(folder, FOLDER_LOCK_PATH, "%.*s", (int)path_folder_length(path), path);
}

/* Takes one more lock and renews it from now on. */
static int take_lock(struct folder_lock *h, const char *path, const char *product,
                     const struct lock_options *o, struct lock_takeover *takeover, struct err *e)
{
    struct lock *l;
    int r = lock_take(path, o, &l, takeover, e);
    if (r)
        return r;
    r = add(h, l, e);
    if (r) {
        (void)lock_release(l, NULL);
        return r;
    }
    if (!h->heartbeat)
        r = heartbeat_start(lock_interval_s(l), renew, h, &h->heartbeat, e);
    if (takeover->happened)
        log_takeover(product, path, takeover);
    return r;
}

/* Takes one more lock. Then it removes the parts that were written under the lock; this may take
 * longer than the lock's timeout. */
static int take(struct folder_lock *h, const char *path, const char *product,
                const struct lock_options *o, struct folder_parts *parts, struct err *e)
{
    struct lock_takeover takeover;
    char folder[FOLDER_LOCK_PATH];
    int r = take_lock(h, path, product, o, &takeover, e);
    if (r)
        return r;
    parts->lock = path_base(path);
    parts->owner = takeover.happened && takeover.from.tag[0] ? takeover.from.tag : NULL;
    folder_of(path, folder);
    return folder_parts_remove(folder, parts, e);
}

static int create(struct folder_lock **out, struct err *e)
{
    struct folder_lock *h = mem_zalloc(1, sizeof *h);
    if (!h)
        return err_nomem(e, sizeof *h);
    pthread_mutex_init(&h->mutex, NULL);
    *out = h;
    return 0;
}

/* The paths and names of a job's files. */
struct place {
    char folder[FOLDER_LOCK_PATH], lock[FOLDER_LOCK_PATH];
    char pattern[1024]; /* layout_pattern; split_pattern cuts it in two */
    char pictures[256]; /* picture_names_pattern */
    struct folder_parts parts; /* borrows the texts above */
    int below; /* levels of folders between the lock and the files */
};

/* If subscenes have their own folders, splits the pattern into a pattern for the folders and one
 * for the files in them. */
static void split_pattern(struct place *p)
{
    size_t n = path_folder_length(p->pattern);
    p->parts.files = p->pattern + n;
    if (n == 0)
        return;
    p->pattern[n - 1] = '\0';
    p->parts.subfolders = p->pattern;
    for (const char *c = p->pattern; c; c = strchr(c + 1, '/'))
        p->below++;
}

static int find_place(const struct subscene_job *job, struct place *p, struct err *e)
{
    char manifest[FOLDER_LOCK_PATH];
    *p = (struct place){.parts = {.manifest = path_base(job->manifest), .pictures = p->pictures}};
    int r = subscene_path(job, job->folder, p->folder, sizeof p->folder, e);
    if (r)
        return r;
    r = subscene_path(job, job->manifest, manifest, sizeof manifest, e);
    if (r)
        return r;
    r = folder_lock_of_manifest(manifest, p->lock, e);
    if (r)
        return r;
    r = picture_names_pattern(job->stem, p->pictures, sizeof p->pictures, e);
    if (r)
        return r;
    r = layout_pattern(job->layout, job->product, p->pattern, sizeof p->pattern, e);
    if (r)
        return r;
    split_pattern(p);
    return 0;
}

int folder_lock_open(const struct subscene_job *job, const struct lock_options *o,
                     struct folder_lock **out, struct err *e)
{
    struct place p;
    struct lock_options options = *o;
    int r = find_place(job, &p, e);
    if (r)
        return r;
    r = outfile_make_folders(p.folder, e);
    if (r)
        return r;
    r = create(out, e);
    if (r)
        return r;
    options.below = p.below;
    return take(*out, p.lock, job->product->name, &options, &p.parts, e);
}

/* Adds the text, unless it was the last one added: files of a folder come one after the other. */
static int add_next(struct strlist *l, const char *s, size_t n, struct err *e)
{
    const char *last = l->n > 0 ? l->s[l->n - 1] : NULL;
    return last && strlen(last) == n && memcmp(last, s, n) == 0 ? 0 : strlist_add(l, s, n, e);
}

void folder_lock_places_clear(struct folder_lock_places *p)
{
    strlist_clear(&p->locks);
    strlist_clear(&p->folders);
}

int folder_lock_add(struct folder_lock_places *p, const char *lock, const char *file, struct err *e)
{
    size_t n = path_folder_length(file);
    int r = add_next(&p->locks, lock, strlen(lock), e);
    return r || n == 0 ? r : add_next(&p->folders, file, n > 1 ? n - 1 : n, e);
}

/* The lists are sorted and may have duplicates. */
static int take_all(struct folder_lock *h, const struct folder_lock_places *p,
                    const struct lock_options *options, struct err *e)
{
    const struct strlist *locks = &p->locks;
    for (size_t i = 0; i < locks->n; i++) {
        struct folder_parts parts = {.folders = &p->folders};
        if (i > 0 && strcmp(locks->s[i], locks->s[i - 1]) == 0)
            continue;
        int r = take(h, locks->s[i], "", options, &parts, e);
        if (r)
            return r;
    }
    return 0;
}

int folder_lock_open_places(struct folder_lock_places *p, const struct lock_options *o,
                            struct folder_lock **out, struct err *e)
{
    struct lock_options options = *o;
    options.below = LAYOUT_CELL_FOLDERS_MAX;
    *out = NULL;
    strlist_sort(&p->locks);
    strlist_sort(&p->folders);
    int r = p->locks.n > 0 ? create(out, e) : 0;
    return r ? r : take_all(*out, p, &options, e);
}

int folder_lock_check(struct folder_lock *h, struct err *e)
{
    int r = 0;
    pthread_mutex_lock(&h->mutex);
    for (size_t i = 0; r == 0 && i < h->n; i++)
        r = lock_check(h->lock[i], e);
    pthread_mutex_unlock(&h->mutex);
    return r;
}

void folder_lock_close(struct folder_lock *h)
{
    if (!h)
        return;
    heartbeat_stop(h->heartbeat);
    for (size_t i = 0; i < h->n; i++) {
        struct err left = ERR_INIT;
        if (lock_release(h->lock[i], &left))
            log_message(LOG_WARNING, "", "%s", left.msg);
    }
    free(h->lock);
    pthread_mutex_destroy(&h->mutex);
    free(h);
}

/* Sets *found if there are parts of the job, or its lock. */
static int find_leftovers(const struct subscene_job *job, bool *found, struct err *e)
{
    struct place p;
    char folder[FOLDER_LOCK_PATH];
    int r = find_place(job, &p, e);
    if (r)
        return r;
    p.parts.lock = path_base(p.lock);
    p.parts.only_look = true;
    folder_of(p.lock, folder);
    r = folder_parts_remove(folder, &p.parts, e);
    *found = p.parts.found || is_there(p.lock);
    return r;
}

void folder_lock_tidy(const struct subscene_job *job, const struct lock_options *o)
{
    struct err why = ERR_INIT;
    struct folder_lock *h = NULL;
    bool found = false;
    int r = find_leftovers(job, &found, &why);
    if (r == 0 && found)
        r = folder_lock_open(job, o, &h, &why); /* removes them */
    if (r)
        log_message(LOG_DEBUG, job->product->name, "%s", why.msg);
    folder_lock_close(h);
}
