#include "io/source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/level.h"
#include "core/mem.h"
#include "core/path.h"
#include "io/source/source_folder.h"
#include "io/source/source_zip.h"
#include "io/source/tempfile.h"

enum source_kind { SOURCE_FOLDER, SOURCE_ZIP, SOURCE_MEMORY };

struct source {
    enum source_kind kind;
    char *path;
    int dir; /* for a folder: its root */
    struct source_zip *zip;
    const struct source_entry *entries;
    size_t count;
};

struct source_file {
    struct source *source; /* NULL: a single file */
    char *name;
    uint64_t size;
    int fd; /* a plain file, or −1 */
    void *stored; /* a stored zip entry, or NULL */
    const void *mem; /* memory, or NULL */
    unsigned char *unpacked; /* `mem` if this file owns it, or NULL */
    bool is_kept; /* its bytes count in source_kept_bytes */
};

static int check_name(const char *name, struct err *e)
{
    if (source_name_ok(name))
        return 0;
    return err_set(e, ERR_INPUT, "\"%s\" is not the name of a file inside of a product", name);
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

/* ---- public functions ---- */

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
    path_trim(copy);
    return s;
}

static int open_zip(struct source *s, enum source_zip_root root, struct err *e)
{
    s->kind = SOURCE_ZIP;
    return source_zip_open(s->path, root, &s->zip, e);
}

/* Opens the folder of a metadata file that the user named. */
static int open_parent(struct source *s, struct err *e)
{
    char *folder = mem_strdup(s->path);
    if (!folder)
        return err_nomem(e, strlen(s->path));
    (void)path_go_up(folder);
    int rc = source_folder_open(folder, &s->dir, e);
    free(folder);
    return rc;
}

void source_unpack_in(const char *folder) { tempfile_in(folder); }

void source_set_unpack(struct source *s, struct source_unpack how)
{
    if (s->zip)
        source_zip_set_unpack(s->zip, how);
}

uint64_t source_kept_bytes(const struct source *s)
{
    return s->zip ? source_zip_kept_bytes(s->zip) : 0;
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
    else if (level_of_xml(path_base(s->path)))
        rc = open_parent(s, e);
    else
        rc = open_zip(s, SOURCE_ZIP_PRODUCT, e);
    if (rc)
        source_close(s);
    else
        *out = s;
    return rc;
}

int source_open_archive(const char *path, struct source **out, struct err *e)
{
    *out = NULL;
    struct source *s = source_new(path, e);
    if (!s)
        return ERR_TEMPORARY;
    int rc = open_zip(s, SOURCE_ZIP_TOP, e);
    if (rc)
        source_close(s);
    else
        *out = s;
    return rc;
}

bool source_is_archive(const char *path)
{
    return path_has_suffix(path, ".zip") || source_folder_is_zip(path);
}

int source_open_memory(const struct source_entry *entries, size_t count, struct source **out,
                       struct err *e)
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
    source_zip_close(s->zip);
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
        return source_zip_has(s->zip, name);
    default:
        return memory_find(s, name) != NULL;
    }
}

/* How to open a file. */
struct opening {
    uint64_t max_bytes;
    bool whole; /* it is read at once and closed */
};

static int open_entry(struct source_file *f, struct opening how, struct err *e)
{
    struct source_zip_entry entry;
    struct source_zip_wanted wanted = {f->name, how.max_bytes, how.whole};
    int rc = source_zip_entry_open(f->source->zip, &wanted, &entry, e);
    if (rc)
        return rc;
    f->size = entry.size;
    f->fd = entry.fd;
    f->stored = entry.stored;
    f->mem = f->unpacked = entry.bytes;
    f->is_kept = entry.bytes && !how.whole;
    return 0;
}

static int open_any(struct source_file *f, struct opening how, struct err *e)
{
    switch (f->source->kind) {
    case SOURCE_FOLDER:
        return source_folder_file(f->source->dir, f->name, &f->fd, &f->size, e);
    case SOURCE_ZIP:
        return open_entry(f, how, e);
    default:
        return open_memory(f, e);
    }
}

static int open_limited(struct source *s, const char *name, struct opening how,
                        struct source_file **out, struct err *e)
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
    rc = open_any(f, how, e);
    if (!rc)
        rc = source_check_size(f->name, f->size, how.max_bytes, e);
    if (rc) {
        source_file_close(f);
        return rc;
    }
    *out = f;
    return 0;
}

int source_file_open(struct source *s, const char *name, struct source_file **out, struct err *e)
{
    return open_limited(s, name, (struct opening){.max_bytes = UINT64_MAX}, out, e);
}

int source_file_open_plain(const char *path, struct source_file **out, struct err *e)
{
    *out = NULL;
    struct source_file *f = mem_zalloc(1, sizeof *f);
    char *copy = mem_strdup(path);
    if (!f || !copy) {
        free(f);
        free(copy);
        return err_nomem(e, sizeof *f + strlen(path));
    }
    *f = (struct source_file){.name = copy, .fd = -1};
    int rc = source_folder_file(AT_FDCWD, path, &f->fd, &f->size, e);
    if (rc)
        source_file_close(f);
    else
        *out = f;
    return rc;
}

static void drop_unpacked(struct source_file *f)
{
    if (f->is_kept)
        source_zip_forget(f->source->zip, f->size);
    free(f->unpacked);
    f->mem = f->unpacked = NULL;
    f->is_kept = false;
}

int source_file_spill(struct source_file *f, struct err *e)
{
    int fd;
    if (!f->unpacked)
        return 0;
    int rc = tempfile_create(f->name, &fd, e);
    if (rc)
        return rc;
    rc = tempfile_write(fd, f->name, f->unpacked, (size_t)f->size, e);
    if (rc) {
        close(fd);
        return rc;
    }
    drop_unpacked(f);
    f->fd = fd;
    return 0;
}

void source_file_close(struct source_file *f)
{
    if (!f)
        return;
    drop_unpacked(f);
    if (f->fd >= 0)
        close(f->fd);
    if (f->stored)
        source_zip_entry_close(f->source->zip, f->stored);
    free(f->name);
    free(f);
}

uint64_t source_file_size(const struct source_file *f) { return f->size; }
const char *source_file_name(const struct source_file *f) { return f->name; }

int source_file_pread(struct source_file *f, void *buf, size_t len, uint64_t offset, struct err *e)
{
    if (offset > f->size || len > f->size - offset)
        return err_set(e, ERR_INPUT, "%s: ends at byte %llu, but bytes %llu to %llu are needed",
                       f->name, (unsigned long long)f->size, (unsigned long long)offset,
                       (unsigned long long)offset + len);
    if (len == 0)
        return 0;
    if (f->fd >= 0)
        return source_folder_pread(f->fd, f->name, buf, (struct source_span){offset, len}, e);
    if (f->stored)
        return source_zip_pread(f->source->zip, f->stored, f->name, buf,
                                (struct source_span){offset, len}, e);
    memcpy(buf, (const unsigned char *)f->mem + offset, len);
    return 0;
}

int source_file_check(struct source_file *f, struct err *e)
{
    return f->stored ? source_zip_check(f->source->zip, f->name, e) : 0;
}

/* libzip checks the CRC of a stored entry only if it is read to its end in one pass. This function
 * does so. */
static int check_stored(struct source_file *f, struct err *e)
{
    return f->stored ? source_zip_check_end(f->source->zip, f->stored, f->name, e) : 0;
}

int source_file_sum(struct source_file *f, uint64_t offset, uint64_t len, struct checksum *sum,
                    struct err *e)
{
    enum { PIECE = 1 << 18 };
    unsigned char *piece = mem_alloc(len < PIECE ? (size_t)len : PIECE, 1);
    int rc = piece ? 0 : err_nomem(e, PIECE);
    for (uint64_t at = 0; rc == 0 && at < len; at += PIECE) {
        const size_t n = len - at < PIECE ? (size_t)(len - at) : PIECE;
        rc = source_file_pread(f, piece, n, offset + at, e);
        if (rc == 0)
            checksum_add(sum, piece, n);
    }
    free(piece);
    return rc;
}

/* Hands over the bytes of a file that was opened whole; a NUL byte follows them. */
static int take_bytes(struct source_file *f, unsigned char **data, struct err *e)
{
    if (f->unpacked) {
        *data = f->unpacked;
        f->unpacked = NULL;
        return 0;
    }
    unsigned char *buf = mem_alloc((size_t)f->size + 1, 1);
    if (!buf)
        return err_nomem(e, (unsigned long long)f->size + 1);
    int rc = source_file_pread(f, buf, (size_t)f->size, 0, e);
    if (!rc)
        rc = check_stored(f, e);
    if (rc) {
        free(buf);
        return rc;
    }
    buf[f->size] = '\0';
    *data = buf;
    return 0;
}

int source_read(struct source *s, const char *name, size_t max_bytes, unsigned char **data,
                size_t *len, struct err *e)
{
    *data = NULL;
    *len = 0;
    struct source_file *f;
    int rc = open_limited(s, name, (struct opening){.max_bytes = max_bytes, .whole = true}, &f, e);
    if (rc)
        return rc;
    rc = take_bytes(f, data, e);
    if (!rc)
        *len = (size_t)f->size;
    source_file_close(f);
    return rc;
}

/* ---- listing ---- */

int source_list(struct source *s, struct strlist *out, struct err *e)
{
    *out = (struct strlist){0};
    int rc = 0;
    if (s->kind == SOURCE_FOLDER)
        rc = source_folder_list(s->dir, out, e) ? err_wrap(e, "%s", s->path) : 0;
    else if (s->kind == SOURCE_ZIP)
        rc = source_zip_list(s->zip, out, e);
    for (size_t i = 0; s->kind == SOURCE_MEMORY && i < s->count && !rc; i++) {
        const char *name = s->entries[i].name;
        rc = source_name_ok(name) ? strlist_add(out, name, strlen(name), e) : 0;
    }
    if (rc)
        strlist_clear(out);
    else
        strlist_sort(out);
    return rc;
}

bool source_matches(const char *pattern, const char *name)
{
    return fnmatch(pattern, name, FNM_PATHNAME | FNM_PERIOD) == 0;
}

int source_find(struct source *s, const char *pattern, struct strlist *out, struct err *e)
{
    struct strlist all;
    *out = (struct strlist){0};
    int rc = source_list(s, &all, e);
    for (size_t i = 0; !rc && i < all.n; i++) {
        if (source_matches(pattern, all.s[i]))
            rc = strlist_add(out, all.s[i], strlen(all.s[i]), e);
    }
    strlist_clear(&all);
    if (rc)
        strlist_clear(out);
    return rc;
}
