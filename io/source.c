#include "io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "core/mem.h"
#include "io/source_folder.h"

static const uint64_t UNPACK_MAX = UINT64_C(2) << 30;

enum source_kind { SOURCE_FOLDER, SOURCE_ZIP, SOURCE_MEMORY };

struct source {
    enum source_kind kind;
    char *path;
    int dir; /* folder: the root */
    zip_t *zip;
    char *root; /* zip: what stands before every name, "" or with a '/' at its end */
    pthread_mutex_t lock; /* zip: all its open entries share one position in the archive */
    const struct source_entry *entries;
    size_t count;
};

struct source_file {
    struct source *source;
    char *name;
    uint64_t size;
    int fd; /* a plain file, or -1 */
    zip_file_t *zf; /* a stored zip entry, or NULL */
    const void *mem; /* memory, or NULL */
};

static int check_size(const struct source_file *f, uint64_t max_bytes, struct err *e)
{
    if (f->size <= max_bytes)
        return 0;
    return err_set(e, ERR_INPUT, "%s: is %llu bytes long, more than the %llu that are allowed", f->name,
                   (unsigned long long)f->size, (unsigned long long)max_bytes);
}

static int check_name(const char *name, struct err *e)
{
    if (source_name_ok(name))
        return 0;
    return err_set(e, ERR_INPUT, "\"%s\" is not the name of a file inside of a product", name);
}

/* ---- zip ---- */

static int zip_failed(zip_error_t *ze, enum err_code code, const char *what, struct err *e)
{
    int kind = zip_error_code_zip(ze);
    if (kind == ZIP_ER_MEMORY)
        code = ERR_TEMPORARY;
    if (zip_error_system_type(ze) == ZIP_ET_SYS && zip_error_code_system(ze) != 0)
        return err_sys(e, code, zip_error_code_system(ze), "%s", what);
    return err_set(e, code, "%s: %s", what, zip_error_strerror(ze));
}

static int not_a_zip(int code, const char *path, struct err *e)
{
    zip_error_t ze;
    zip_error_init_with_code(&ze, code);
    char what[440];
    snprintf(what, sizeof what, "%.360s: is %s", path,
             source_folder_is_zip(path) ? "a zip file that is cut off or damaged"
                                        : "neither a folder nor a readable zip file");
    int rc = zip_failed(&ze, ERR_INPUT, what, e);
    zip_error_fini(&ze);
    return rc;
}

static int depth_of(const char *name)
{
    int depth = 0;
    for (; *name; name++)
        depth += *name == '/';
    return depth;
}

static void note_path(struct source_finding *f, char *name)
{
    for (char *part = name, *end; part; part = end ? end + 1 : NULL) {
        end = strchr(part, '/');
        if (end)
            *end = '\0';
        source_finding_note(f, part);
        if (end)
            *end = '/';
    }
}

/* The folder of the shallowest MTD_MSIL1C.xml; entries with unsafe names are never looked at. */
static int find_root(struct source *s, struct err *e)
{
    struct source_finding f = {false, false};
    const char *best = NULL, *second = NULL;
    int best_depth = 0;
    zip_int64_t n = zip_get_num_entries(s->zip, 0);
    for (zip_int64_t i = 0; i < n; i++) {
        const char *name = zip_get_name(s->zip, (zip_uint64_t)i, 0);
        char copy[512];
        if (!name || snprintf(copy, sizeof copy, "%s", name) >= (int)sizeof copy)
            continue;
        note_path(&f, copy);
        if (strcmp(source_last_part(name), SOURCE_PRODUCT_XML) != 0 || !source_name_ok(name))
            continue;
        int depth = depth_of(name);
        if (best && depth == best_depth)
            second = name;
        if (!best || depth < best_depth) {
            best = name;
            best_depth = depth;
            second = NULL;
        }
    }
    if (!best)
        return source_finding_explain(&f, s->path, e);
    if (second)
        return err_set(e, ERR_INPUT, "%s: holds more than one product: %.120s and %.120s", s->path, best, second);
    s->root = mem_strdup(best);
    if (!s->root)
        return err_nomem(e, strlen(best));
    s->root[strlen(best) - strlen(SOURCE_PRODUCT_XML)] = '\0';
    return 0;
}

static int open_zip(struct source *s, struct err *e)
{
    s->kind = SOURCE_ZIP;
    int code = 0;
    s->zip = zip_open(s->path, ZIP_RDONLY, &code);
    if (!s->zip)
        return not_a_zip(code, s->path, e);
    return find_root(s, e);
}

static zip_int64_t zip_locate(struct source *s, const char *name)
{
    char full[1024];
    int n = snprintf(full, sizeof full, "%s%s", s->root, name);
    return n < (int)sizeof full ? zip_name_locate(s->zip, full, 0) : -1;
}

static int stat_entry(struct source *s, const char *name, zip_stat_t *st, struct err *e)
{
    zip_int64_t i = zip_locate(s, name);
    if (i < 0)
        return err_sys(e, ERR_INPUT, ENOENT, "%s", name);
    const zip_uint64_t wanted = ZIP_STAT_INDEX | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(s->zip, (zip_uint64_t)i, 0, st) != 0)
        return zip_failed(zip_get_error(s->zip), ERR_INPUT, name, e);
    if ((st->valid & wanted) != wanted)
        return err_set(e, ERR_INPUT, "%s: the zip file does not say how long it is or how it is packed", name);
    if (st->encryption_method != ZIP_EM_NONE)
        return err_set(e, ERR_INPUT, "%s: is encrypted in the zip file", name);
    if (st->comp_method != ZIP_CM_STORE && st->comp_method != ZIP_CM_DEFLATE)
        return err_set(e, ERR_INPUT, "%s: is packed with zip method %u; only stored (0) and deflated (8) are supported",
                       name, (unsigned)st->comp_method);
    return 0;
}

static int read_entry(zip_file_t *zf, const char *name, unsigned char *buf, size_t len, struct err *e)
{
    while (len > 0) {
        zip_int64_t n = zip_fread(zf, buf, len);
        if (n < 0)
            return zip_failed(zip_file_get_error(zf), ERR_INPUT, name, e);
        if (n == 0)
            return err_set(e, ERR_INPUT, "%s: ends early in the zip file", name);
        buf += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Reading past the last byte is what makes libzip compare the length and the CRC. */
static int check_entry_end(zip_file_t *zf, const char *name, struct err *e)
{
    char one;
    zip_int64_t n = zip_fread(zf, &one, 1);
    if (n < 0)
        return zip_failed(zip_file_get_error(zf), ERR_INPUT, name, e);
    return n == 0 ? 0 : err_set(e, ERR_INPUT, "%s: is longer than the zip file says", name);
}

static int copy_entry(zip_file_t *zf, FILE *to, struct source_file *f, struct err *e)
{
    size_t chunk = 256 * 1024;
    unsigned char *buf = mem_alloc(chunk, 1);
    if (!buf)
        return err_nomem(e, chunk);
    int rc = 0;
    for (uint64_t left = f->size; left > 0 && !rc; left -= chunk) {
        if (left < chunk)
            chunk = (size_t)left;
        rc = read_entry(zf, f->name, buf, chunk, e);
        if (!rc && fwrite(buf, 1, chunk, to) != chunk)
            rc = err_sys(e, ERR_TEMPORARY, errno, "%s: cannot unpack into a temporary file", f->name);
    }
    if (!rc)
        rc = check_entry_end(zf, f->name, e);
    if (!rc && fflush(to) != 0)
        rc = err_sys(e, ERR_TEMPORARY, errno, "%s: cannot unpack into a temporary file", f->name);
    free(buf);
    return rc;
}

static int unpack_entry(zip_file_t *zf, struct source_file *f, struct err *e)
{
    int rc = check_size(f, UNPACK_MAX, e);
    if (rc)
        return rc;
    FILE *to = tmpfile();
    if (!to)
        return err_sys(e, ERR_TEMPORARY, errno, "%s: no temporary file to unpack into", f->name);
    rc = copy_entry(zf, to, f, e);
    if (!rc && (f->fd = fcntl(fileno(to), F_DUPFD_CLOEXEC, 0)) < 0)
        rc = err_sys(e, ERR_TEMPORARY, errno, "%s", f->name);
    fclose(to);
    return rc;
}

static int open_entry(struct source_file *f, uint64_t max_bytes, struct err *e)
{
    struct source *s = f->source;
    zip_stat_t st;
    int rc = stat_entry(s, f->name, &st, e);
    if (rc)
        return rc;
    f->size = st.size;
    rc = check_size(f, max_bytes, e); /* before anything is unpacked */
    if (rc)
        return rc;
    pthread_mutex_lock(&s->lock);
    zip_file_t *zf = zip_fopen_index(s->zip, st.index, 0);
    if (!zf) {
        rc = zip_failed(zip_get_error(s->zip), ERR_INPUT, f->name, e);
    } else if (st.comp_method == ZIP_CM_STORE) {
        f->zf = zf; /* source_file_close closes it */
    } else {
        rc = unpack_entry(zf, f, e);
        zip_fclose(zf);
    }
    pthread_mutex_unlock(&s->lock);
    return rc;
}

static int pread_entry(struct source_file *f, unsigned char *buf, size_t len, uint64_t offset, struct err *e)
{
    pthread_mutex_lock(&f->source->lock);
    int rc = 0;
    if (zip_fseek(f->zf, (zip_int64_t)offset, SEEK_SET) != 0)
        rc = zip_failed(zip_file_get_error(f->zf), ERR_INPUT, f->name, e);
    else
        rc = read_entry(f->zf, f->name, buf, len, e);
    pthread_mutex_unlock(&f->source->lock);
    return rc;
}

/* ---- memory ---- */

static const struct source_entry *memory_find(const struct source *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->entries[i].name, name) == 0)
            return &s->entries[i];
    }
    return NULL;
}

static int open_memory(struct source_file *f, struct err *e)
{
    const struct source_entry *entry = memory_find(f->source, f->name);
    if (!entry)
        return err_sys(e, ERR_INPUT, ENOENT, "%s", f->name);
    f->mem = entry->data;
    f->size = entry->len;
    return 0;
}

/* ---- the contract ---- */

static struct source *source_new(const char *path, struct err *e)
{
    struct source *s = mem_zalloc(1, sizeof *s);
    char *copy = mem_strdup(path);
    if (!s || !copy) {
        free(s);
        free(copy);
        err_nomem(e, sizeof *s + strlen(path));
        return NULL;
    }
    s->dir = -1;
    s->path = copy;
    pthread_mutex_init(&s->lock, NULL);
    for (size_t n = strlen(copy); n > 1 && copy[n - 1] == '/'; n--)
        copy[n - 1] = '\0';
    return s;
}

/* The folder of a metadata file that was named itself. */
static int open_parent(struct source *s, struct err *e)
{
    char *folder = mem_strdup(s->path);
    if (!folder)
        return err_nomem(e, strlen(s->path));
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder ? 1 : 0] = '\0';
    int rc = source_folder_open(slash ? folder : ".", &s->dir, e);
    free(folder);
    return rc;
}

int source_open(const char *path, struct source **out, struct err *e)
{
    *out = NULL;
    struct source *s = source_new(path, e);
    if (!s)
        return ERR_TEMPORARY;
    struct stat st;
    int rc;
    if (stat(s->path, &st) != 0)
        rc = err_sys(e, ERR_INPUT, errno, "%s", s->path);
    else if (S_ISDIR(st.st_mode))
        rc = source_folder_open(s->path, &s->dir, e);
    else if (!S_ISREG(st.st_mode))
        rc = err_set(e, ERR_INPUT, "%s: is neither a folder nor a file", s->path);
    else if (strcmp(source_last_part(s->path), SOURCE_PRODUCT_XML) == 0 ||
             strcmp(source_last_part(s->path), SOURCE_LEVEL2_XML) == 0)
        rc = open_parent(s, e);
    else
        rc = open_zip(s, e);
    if (rc)
        source_close(s);
    else
        *out = s;
    return rc;
}

int source_open_memory(const struct source_entry *entries, size_t count, struct source **out, struct err *e)
{
    *out = source_new("(memory)", e);
    if (!*out)
        return ERR_TEMPORARY;
    (*out)->kind = SOURCE_MEMORY;
    (*out)->entries = entries;
    (*out)->count = count;
    return 0;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->dir >= 0)
        close(s->dir);
    if (s->zip)
        zip_discard(s->zip);
    pthread_mutex_destroy(&s->lock);
    free(s->root);
    free(s->path);
    free(s);
}

const char *source_path(const struct source *s) { return s->path; }

bool source_has(struct source *s, const char *name)
{
    if (!source_name_ok(name))
        return false;
    switch (s->kind) {
    case SOURCE_FOLDER:
        return source_folder_has(s->dir, name);
    case SOURCE_ZIP:
        return zip_locate(s, name) >= 0;
    default:
        return memory_find(s, name) != NULL;
    }
}

static int open_any(struct source_file *f, uint64_t max_bytes, struct err *e)
{
    switch (f->source->kind) {
    case SOURCE_FOLDER:
        return source_folder_file(f->source->dir, f->name, &f->fd, &f->size, e);
    case SOURCE_ZIP:
        return open_entry(f, max_bytes, e);
    default:
        return open_memory(f, e);
    }
}

static int open_limited(struct source *s, const char *name, uint64_t max_bytes, struct source_file **out, struct err *e)
{
    *out = NULL;
    int rc = check_name(name, e);
    if (rc)
        return rc;
    struct source_file *f = mem_zalloc(1, sizeof *f);
    char *copy = mem_strdup(name);
    if (!f || !copy) {
        free(f);
        free(copy);
        return err_nomem(e, sizeof *f + strlen(name));
    }
    *f = (struct source_file){.source = s, .name = copy, .fd = -1};
    rc = open_any(f, max_bytes, e);
    if (!rc)
        rc = check_size(f, max_bytes, e);
    if (rc) {
        source_file_close(f);
        return rc;
    }
    *out = f;
    return 0;
}

int source_file_open(struct source *s, const char *name, struct source_file **out, struct err *e)
{
    return open_limited(s, name, UINT64_MAX, out, e);
}

void source_file_close(struct source_file *f)
{
    if (!f)
        return;
    if (f->fd >= 0)
        close(f->fd);
    if (f->zf) {
        pthread_mutex_lock(&f->source->lock);
        zip_fclose(f->zf);
        pthread_mutex_unlock(&f->source->lock);
    }
    free(f->name);
    free(f);
}

uint64_t source_file_size(const struct source_file *f) { return f->size; }
const char *source_file_name(const struct source_file *f) { return f->name; }

int source_file_pread(struct source_file *f, void *buf, size_t len, uint64_t offset, struct err *e)
{
    if (offset > f->size || len > f->size - offset)
        return err_set(e, ERR_INPUT, "%s: ends at byte %llu, but bytes %llu to %llu are needed", f->name,
                       (unsigned long long)f->size, (unsigned long long)offset, (unsigned long long)offset + len);
    if (len == 0)
        return 0;
    if (f->fd >= 0)
        return source_folder_pread(f->fd, f->name, buf, (struct source_span){offset, len}, e);
    if (f->zf)
        return pread_entry(f, buf, len, offset, e);
    memcpy(buf, (const unsigned char *)f->mem + offset, len);
    return 0;
}

/* A stored entry is only checked against its CRC when it is read to its end in one go, which this does. */
static int check_stored(struct source_file *f, struct err *e)
{
    if (!f->zf)
        return 0;
    pthread_mutex_lock(&f->source->lock);
    int rc = check_entry_end(f->zf, f->name, e);
    pthread_mutex_unlock(&f->source->lock);
    return rc;
}

int source_read(struct source *s, const char *name, size_t max_bytes, unsigned char **data, size_t *len, struct err *e)
{
    *data = NULL;
    *len = 0;
    struct source_file *f;
    int rc = open_limited(s, name, max_bytes, &f, e);
    if (rc)
        return rc;
    unsigned char *buf = mem_alloc((size_t)f->size + 1, 1);
    if (!buf)
        rc = err_nomem(e, (unsigned long long)f->size + 1);
    else
        rc = source_file_pread(f, buf, (size_t)f->size, 0, e);
    if (!rc)
        rc = check_stored(f, e);
    if (!rc) {
        *len = (size_t)f->size;
        buf[*len] = '\0';
        *data = buf;
        buf = NULL;
    }
    free(buf);
    source_file_close(f);
    return rc;
}
