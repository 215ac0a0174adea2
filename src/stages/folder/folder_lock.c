#include "stages/folder/folder_lock.h"

#include <fnmatch.h>
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
#include "io/folder/walk.h"
#include "stages/folder/manifests.h"

static const char LOCK[] = "subscene.lock";

struct folder_lock {
    pthread_mutex_t mutex; /* guards the list */
    struct lock **lock;
    size_t n, cap;
    struct heartbeat *heartbeat;
};

/* Whose parts go: of the product, by the names of its files; of an owner, whatever they are of. */
struct parts {
    const char *lock, *manifest, *pattern, *pictures; /* names, and patterns of them; NULL: none */
    const char *owner; /* tag; NULL: none */
    bool only_look, found;
};

static bool takes(void *ctx, const char *name, const char *owner)
{
    struct parts *p = ctx;
    bool is_ours = strcmp(name, p->lock) == 0 || (p->manifest && strcmp(name, p->manifest) == 0) ||
                   (p->pattern && fnmatch(p->pattern, name, 0) == 0) ||
                   (p->pictures && fnmatch(p->pictures, name, 0) == 0) ||
                   (p->owner && strcmp(owner, p->owner) == 0);
    p->found |= is_ours;
    return is_ours && !p->only_look;
}

/* Folders in which there may be parts, besides the lock's own. */
struct places {
    const char *pattern; /* of those below the lock's (walk_folders): empty ones go; NULL: none */
    const struct strlist *folders; /* sorted; NULL: none */
    int below; /* so many levels below the lock's at most */
};

/* "…/manifest.csv" → "…/.subscene.lock", "…/X.manifest.csv" → "…/.X.subscene.lock" */
static int lock_of_manifest(const char *manifest, char path[FOLDER_LOCK_PATH], struct err *e)
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
    enum { BESIDE = 1 };
    char manifest[MANIFESTS_PATH];
    for (int i = 0; manifests_place(file, product, i, manifest); i++)
        if (lock_of_manifest(manifest, path, e) == 0 && (is_there(manifest) || is_there(path)))
            return 0;
    /* neither a manifest nor the lock of a run that began only now: the file's folder is taken for
     * one product's */
    if (!manifests_place(file, product, BESIDE, manifest))
        return err_set(e, ERR_OUTPUT, "%s: the path is too long", file);
    return lock_of_manifest(manifest, path, e);
}

static void tell(const char *product, const char *lock, const struct lock_takeover *t)
{
    const struct lock_owner *o = &t->from;
    char who[200] = "a process that it does not name", why[96];
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

static int remove_parts(const char *folder, struct parts *parts, struct err *e)
{
    int failed = outfile_remove_parts(folder, takes, parts, e);
    return failed || parts->only_look ? failed : outfile_remove_stale(folder, e);
}

/* The first of the folders that may lie below `folder`, which ends with a slash. */
static size_t first_below(const struct strlist *folders, const char *folder)
{
    size_t low = 0, high = folders->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(folders->s[mid], folder) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* In the folders that lie below `folder` and that the list names. */
static int remove_listed(const char *folder, const struct strlist *folders, struct parts *parts,
                         struct err *e)
{
    size_t n = strlen(folder);
    int failed = 0;
    for (size_t i = first_below(folders, folder);
         failed == 0 && i < folders->n && strncmp(folders->s[i], folder, n) == 0; i++)
        failed = remove_parts(folders->s[i], parts, e);
    return failed;
}

/* In those that match the pattern, which a killed process may have left empty. */
static int remove_matching(const char *folder, const char *pattern, struct parts *parts,
                           struct err *e)
{
    struct strlist folders;
    int failed = walk_folders(folder, pattern, &folders, e);
    if (failed)
        return failed;
    for (size_t i = 0; failed == 0 && i < folders.n; i++) {
        char inside[FOLDER_LOCK_PATH + 2];
        failed = remove_parts(folders.s[i], parts, e);
        snprintf(inside, sizeof inside, "%s/.", folders.s[i]);
        if (failed == 0 && !parts->only_look)
            outfile_remove_empty(inside, folder);
    }
    strlist_clear(&folders);
    return failed;
}

/* In `folder`, which ends with a slash or is "", and in those of the places that lie below it. */
static int remove_all_parts(const char *folder, const struct places *p, struct parts *parts,
                            struct err *e)
{
    int failed = remove_parts(folder[0] ? folder : ".", parts, e);
    if (failed == 0 && p->folders)
        failed = remove_listed(folder, p->folders, parts, e);
    return failed || !p->pattern ? failed
                                 : remove_matching(folder[0] ? folder : ".", p->pattern, parts, e);
}

/* One more lock, and what was written aside under it goes. */
static int take(struct folder_lock *h, const char *lock, const char *product,
                const struct lock_options *o, const struct places *places, struct parts *parts,
                struct err *e)
{
    struct lock_takeover takeover;
    struct lock_options options = *o;
    struct lock *l;
    char folder[FOLDER_LOCK_PATH];
    options.below = places->below;
    snprintf(folder, sizeof folder, "%.*s", (int)path_folder_length(lock), lock);
    int failed = lock_take(lock, &options, &l, &takeover, e);
    if (failed)
        return failed;
    failed = add(h, l, e);
    if (failed) {
        (void)lock_release(l, NULL);
        return failed;
    }
    /* before the clean-up, which may take longer than others wait */
    if (!h->heartbeat)
        failed = heartbeat_start(lock_interval_s(l), renew, h, &h->heartbeat, e);
    if (takeover.happened)
        tell(product, lock, &takeover);
    parts->lock = path_base(lock);
    parts->owner = takeover.happened && takeover.from.tag[0] ? takeover.from.tag : NULL;
    return failed ? failed : remove_all_parts(folder, places, parts, e);
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

/* Where the job's files are, and which they are. */
struct place {
    char folder[FOLDER_LOCK_PATH], lock[FOLDER_LOCK_PATH], pattern[1024], pictures[256];
    struct parts parts;
    struct places places;
};

/* Of subscenes that have folders of their own the pattern is parted: for these and for the files in
 * them. */
static void part_pattern(struct place *p)
{
    size_t n = path_folder_length(p->pattern);
    p->parts.pattern = p->pattern + n;
    if (n == 0)
        return;
    p->pattern[n - 1] = '\0';
    p->places.pattern = p->pattern;
    for (const char *c = p->pattern; c; c = strchr(c + 1, '/'))
        p->places.below++;
}

static int find_place(const struct subscene_job *job, struct place *p, struct err *e)
{
    char manifest[FOLDER_LOCK_PATH];
    *p = (struct place){.parts = {.manifest = path_base(job->manifest), .pictures = p->pictures}};
    int failed = subscene_path(job, job->folder, p->folder, sizeof p->folder, e);
    if (failed == 0)
        failed = subscene_path(job, job->manifest, manifest, sizeof manifest, e);
    if (failed == 0)
        failed = lock_of_manifest(manifest, p->lock, e);
    if (failed == 0)
        failed = picture_names_pattern(job->stem, p->pictures, sizeof p->pictures, e);
    if (failed == 0)
        failed = layout_pattern(job->layout, job->product, p->pattern, sizeof p->pattern, e);
    part_pattern(p);
    return failed;
}

int folder_lock_open(const struct subscene_job *job, const struct lock_options *o,
                     struct folder_lock **out, struct err *e)
{
    struct place p;
    int failed = find_place(job, &p, e);
    if (failed == 0)
        failed = outfile_make_folders(p.folder, e);
    if (failed == 0)
        failed = create(out, e);
    return failed ? failed : take(*out, p.lock, job->product->name, o, &p.places, &p.parts, e);
}

int folder_lock_open_paths(const struct strlist *locks, const struct strlist *folders,
                           const struct lock_options *o, struct folder_lock **out, struct err *e)
{
    const struct places places = {.folders = folders, .below = LAYOUT_CELL_FOLDERS_MAX};
    int failed = create(out, e);
    for (size_t i = 0; failed == 0 && i < locks->n; i++)
        if (i == 0 || strcmp(locks->s[i], locks->s[i - 1]) != 0)
            failed = take(*out, locks->s[i], "", o, &places, &(struct parts){0}, e);
    return failed;
}

int folder_lock_check(struct folder_lock *h, struct err *e)
{
    int failed = 0;
    pthread_mutex_lock(&h->mutex);
    for (size_t i = 0; failed == 0 && i < h->n; i++)
        failed = lock_check(h->lock[i], e);
    pthread_mutex_unlock(&h->mutex);
    return failed;
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

void folder_lock_tidy(const struct subscene_job *job, const struct lock_options *o)
{
    struct place p;
    struct err why = ERR_INIT;
    struct folder_lock *h = NULL;
    int failed = find_place(job, &p, &why);
    if (failed == 0) {
        char folder[FOLDER_LOCK_PATH];
        p.parts.lock = path_base(p.lock);
        p.parts.only_look = true;
        snprintf(folder, sizeof folder, "%.*s", (int)(p.parts.lock - p.lock), p.lock);
        failed = remove_all_parts(folder, &p.places, &p.parts, &why);
    }
    if (failed == 0 && (p.parts.found || is_there(p.lock)))
        failed = folder_lock_open(job, o, &h, &why);
    if (failed)
        log_message(LOG_DEBUG, job->product->name, "%s", why.msg);
    folder_lock_close(h);
}
