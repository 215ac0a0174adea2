#include "io/source/source_zip.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "core/mem.h"
#include "io/compress/deflate.h"
#include "io/source/tempfile.h"
#include "io/source/zip_names.h"

static const uint64_t UNPACK_MAX = UINT64_C(2) << 30;

struct source_zip {
    zip_t *zip;
    struct zip_names names;
    struct source_unpack unpack;
    uint64_t kept; /* bytes of entries in memory */
    pthread_mutex_t lock; /* all open entries share one position in the archive */
};

static int zip_failed(zip_error_t *ze, enum err_code code, const char *what, struct err *e)
{
    int kind = zip_error_code_zip(ze);
    if (kind == ZIP_ER_MEMORY)
        code = ERR_TEMPORARY;
    if (zip_error_system_type(ze) == ZIP_ET_SYS && zip_error_code_system(ze) != 0)
        return err_sys(e, code, zip_error_code_system(ze), "%s", what);
    return err_set(e, code, "%s: %s", what, zip_error_strerror(ze));
}

static int not_a_zip(int code, const char *path, enum source_zip_root root, struct err *e)
{
    if (root == SOURCE_ZIP_PRODUCT && source_folder_is_list(path))
        return err_set(e, ERR_INPUT, "%s: is a text file, not a product; did you mean @%s?", path,
                       path);
    zip_error_t ze;
    zip_error_init_with_code(&ze, code);
    char what[440];
    snprintf(what, sizeof what, "%.360s: is %s", path,
             source_folder_is_zip(path)   ? "a zip file that is cut off or damaged"
             : root == SOURCE_ZIP_PRODUCT ? "neither a folder nor a readable zip file"
                                          : "no readable zip file");
    int rc = zip_failed(&ze, ERR_INPUT, what, e);
    zip_error_fini(&ze);
    return rc;
}

/* Collects the members. Length and checksum are 0 where the directory lacks them; they are checked
 * again on opening. */
static int take_names(struct source_zip *z, struct err *e)
{
    zip_int64_t n = zip_get_num_entries(z->zip, 0);
    int rc = 0;
    for (zip_int64_t i = 0; i < n && rc == 0; i++) {
        zip_stat_t st;
        const char *name = zip_get_name(z->zip, (zip_uint64_t)i, 0);
        if (!name || zip_stat_index(z->zip, (zip_uint64_t)i, 0, &st) != 0)
            continue;
        struct zip_member m = {.index = (uint64_t)i, .size = st.size, .crc = st.crc};
        rc = zip_names_add(&z->names, name, &m, e);
    }
    return rc;
}

int source_zip_open(const char *path, enum source_zip_root root, struct source_zip **out,
                    struct err *e)
{
    int code = 0;
    *out = NULL;
    struct source_zip *z = mem_zalloc(1, sizeof *z);
    if (!z)
        return err_nomem(e, sizeof *z);
    pthread_mutex_init(&z->lock, NULL);
    z->unpack = (struct source_unpack){.keep_bytes = SOURCE_KEEP_BYTES, .may_exceed = true};
    z->zip = zip_open(path, ZIP_RDONLY, &code);
    int rc = z->zip ? take_names(z, e) : not_a_zip(code, path, root, e);
    if (!rc)
        zip_names_settle(&z->names);
    if (!rc && root == SOURCE_ZIP_PRODUCT)
        rc = zip_names_find_product(&z->names, path, e);
    if (rc)
        source_zip_close(z);
    else
        *out = z;
    return rc;
}

void source_zip_close(struct source_zip *z)
{
    if (!z)
        return;
    if (z->zip)
        zip_discard(z->zip);
    pthread_mutex_destroy(&z->lock);
    zip_names_clear(&z->names);
    free(z);
}

static int stat_entry(struct source_zip *z, const char *name, zip_stat_t *st, struct err *e)
{
    const struct zip_member *m = zip_names_find(&z->names, name);
    if (!m)
        return err_sys(e, ERR_INPUT, ENOENT, "%s", name);
    if (m->is_ambiguous)
        return err_set(e, ERR_INPUT,
                       "%s: is in the zip file more than once, with different contents", name);
    const zip_uint64_t wanted = ZIP_STAT_INDEX | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_CRC |
                                ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(z->zip, m->index, 0, st) != 0)
        return zip_failed(zip_get_error(z->zip), ERR_INPUT, name, e);
    if ((st->valid & wanted) != wanted)
        return err_set(e, ERR_INPUT,
                       "%s: the zip file does not say how long it is or how it is packed", name);
    if (st->encryption_method != ZIP_EM_NONE)
        return err_set(e, ERR_INPUT, "%s: is encrypted in the zip file", name);
    if (st->comp_method != ZIP_CM_STORE && st->comp_method != ZIP_CM_DEFLATE)
        return err_set(
            e, ERR_INPUT,
            "%s: is packed with zip method %u; only stored (0) and deflated (8) are supported",
            name, (unsigned)st->comp_method);
    if (st->comp_method == ZIP_CM_STORE && st->comp_size != st->size)
        return err_set(e, ERR_INPUT,
                       "%s: the zip file gives two lengths of it, %llu and %llu bytes", name,
                       (unsigned long long)st->comp_size, (unsigned long long)st->size);
    if (st->size == 0 && st->crc != 0) /* libzip does not check this */
        return err_set(e, ERR_INPUT,
                       "%s: is damaged: it is empty, but its CRC-32 in the zip file is %08lx", name,
                       (unsigned long)st->crc);
    return 0;
}

static int read_entry(zip_file_t *zf, const char *name, unsigned char *buf, size_t len,
                      struct err *e)
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

/* libzip compares length and CRC when a read passes the last byte. */
static int check_entry_end(zip_file_t *zf, const char *name, struct err *e)
{
    char one;
    zip_int64_t n = zip_fread(zf, &one, 1);
    if (n < 0)
        return zip_failed(zip_file_get_error(zf), ERR_INPUT, name, e);
    return n == 0 ? 0 : err_set(e, ERR_INPUT, "%s: is longer than the zip file says", name);
}

enum { PIECE = 256 * 1024 };

struct piece {
    unsigned char *bytes;
    size_t len;
};

static int copy_entry(zip_file_t *zf, int to, const char *name, uint64_t size, struct err *e)
{
    size_t chunk = PIECE;
    unsigned char *buf = mem_alloc(chunk, 1);
    if (!buf)
        return err_nomem(e, chunk);
    int rc = 0;
    for (uint64_t left = size; left > 0 && !rc; left -= chunk) {
        if (left < chunk)
            chunk = (size_t)left;
        rc = read_entry(zf, name, buf, chunk, e);
        if (!rc)
            rc = tempfile_write(to, name, buf, chunk, e);
    }
    if (!rc)
        rc = check_entry_end(zf, name, e);
    free(buf);
    return rc;
}

static int unpack_to_file(zip_file_t *zf, const char *name, struct source_zip_entry *out,
                          struct err *e)
{
    int rc = copy_entry(zf, out->fd, name, out->size, e);
    if (rc) {
        close(out->fd);
        out->fd = -1;
    }
    return rc;
}

static int unpack_to_memory(zip_file_t *zf, const char *name, struct source_zip_entry *out,
                            struct err *e)
{
    unsigned char *bytes = mem_alloc((size_t)out->size + 1, 1);
    if (!bytes)
        return err_nomem(e, out->size + 1);
    int rc = read_entry(zf, name, bytes, (size_t)out->size, e);
    if (!rc)
        rc = check_entry_end(zf, name, e);
    if (rc) {
        free(bytes);
        return rc;
    }
    bytes[out->size] = '\0';
    out->bytes = bytes;
    return 0;
}

static bool fits_in_memory(const struct source_zip *z, uint64_t size)
{
    return z->kept <= z->unpack.keep_bytes && size <= z->unpack.keep_bytes - z->kept;
}

static int unpack_entry(struct source_zip *z, zip_file_t *zf,
                        const struct source_zip_wanted *wanted, struct source_zip_entry *out,
                        struct err *e)
{
    int rc = source_check_size(wanted->name, out->size, UNPACK_MAX, e);
    if (rc)
        return rc;
    if (!wanted->whole && !fits_in_memory(z, out->size)) {
        struct err why = ERR_INIT; /* no error yet: the bytes may stay in memory */
        rc = tempfile_create(wanted->name, &out->fd, &why);
        if (!rc)
            return unpack_to_file(zf, wanted->name, out, e);
        if (rc != ERR_OUTPUT || !z->unpack.may_exceed) {
            *e = why;
            return rc;
        }
    }
    rc = unpack_to_memory(zf, wanted->name, out, e);
    if (!rc && !wanted->whole)
        z->kept += out->size;
    return rc;
}

int source_zip_entry_open(struct source_zip *z, const struct source_zip_wanted *wanted,
                          struct source_zip_entry *out, struct err *e)
{
    zip_stat_t st;
    *out = (struct source_zip_entry){.fd = -1};
    pthread_mutex_lock(&z->lock);
    int rc = stat_entry(z, wanted->name, &st, e);
    if (!rc) /* before unpacking */
        rc = source_check_size(wanted->name, st.size, wanted->max_bytes, e);
    zip_file_t *zf = rc ? NULL : zip_fopen_index(z->zip, st.index, 0);
    out->size = rc ? 0 : st.size;
    if (!rc && !zf) {
        rc = zip_failed(zip_get_error(z->zip), ERR_INPUT, wanted->name, e);
    } else if (!rc && st.comp_method == ZIP_CM_STORE) {
        out->stored = zf; /* source_zip_entry_close closes it */
    } else if (!rc) {
        rc = unpack_entry(z, zf, wanted, out, e);
        zip_fclose(zf);
    }
    pthread_mutex_unlock(&z->lock);
    return rc;
}

void source_zip_set_unpack(struct source_zip *z, struct source_unpack how) { z->unpack = how; }
uint64_t source_zip_kept_bytes(const struct source_zip *z) { return z->kept; }
void source_zip_forget(struct source_zip *z, uint64_t size) { z->kept -= size; }

void source_zip_entry_close(struct source_zip *z, void *stored)
{
    pthread_mutex_lock(&z->lock);
    zip_fclose(stored);
    pthread_mutex_unlock(&z->lock);
}

int source_zip_pread(struct source_zip *z, void *stored, const char *name, void *buf,
                     struct source_span span, struct err *e)
{
    pthread_mutex_lock(&z->lock);
    int rc = 0;
    if (zip_fseek(stored, (zip_int64_t)span.offset, SEEK_SET) != 0)
        rc = zip_failed(zip_file_get_error(stored), ERR_INPUT, name, e);
    else
        rc = read_entry(stored, name, buf, span.len, e);
    pthread_mutex_unlock(&z->lock);
    return rc;
}

/* Reads a piece of the raw entry. All entries share the archive's position. */
static int read_piece(struct source_zip *z, zip_file_t *zf, const char *name, struct piece p,
                      struct err *e)
{
    pthread_mutex_lock(&z->lock);
    int rc = read_entry(zf, name, p.bytes, p.len, e);
    pthread_mutex_unlock(&z->lock);
    return rc;
}

static int sum_entry(struct source_zip *z, zip_file_t *zf, const zip_stat_t *st, uint32_t *crc,
                     struct err *e)
{
    struct piece p = {mem_alloc(PIECE, 1), PIECE};
    if (!p.bytes)
        return err_nomem(e, PIECE);
    int rc = 0;
    *crc = 0;
    for (uint64_t left = st->size; left > 0 && !rc; left -= p.len) {
        if (left < p.len)
            p.len = (size_t)left;
        rc = read_piece(z, zf, st->name, p, e);
        if (!rc)
            *crc = checksum_crc(*crc, p.bytes, p.len);
    }
    free(p.bytes);
    return rc;
}

int source_zip_check(struct source_zip *z, const char *name, struct err *e)
{
    zip_stat_t st;
    uint32_t crc = 0;
    pthread_mutex_lock(&z->lock);
    int rc = stat_entry(z, name, &st, e);
    st.name = name;
    /* reads it raw, so that libzip does not compute a second, slower sum */
    zip_file_t *zf = rc ? NULL : zip_fopen_index(z->zip, st.index, ZIP_FL_COMPRESSED);
    if (!rc && !zf)
        rc = zip_failed(zip_get_error(z->zip), ERR_INPUT, name, e);
    pthread_mutex_unlock(&z->lock);
    if (rc)
        return rc;
    rc = sum_entry(z, zf, &st, &crc, e);
    pthread_mutex_lock(&z->lock);
    zip_fclose(zf);
    pthread_mutex_unlock(&z->lock);
    if (rc || crc == st.crc)
        return rc;
    return err_set(e, ERR_INPUT, "%s: is damaged: its CRC-32 is %08lx, the zip file says %08lx",
                   name, (unsigned long)crc, (unsigned long)st.crc);
}

int source_zip_check_end(struct source_zip *z, void *stored, const char *name, struct err *e)
{
    pthread_mutex_lock(&z->lock);
    int rc = check_entry_end(stored, name, e);
    pthread_mutex_unlock(&z->lock);
    return rc;
}

bool source_zip_has(struct source_zip *z, const char *name)
{
    return zip_names_find(&z->names, name) != NULL;
}

int source_zip_list(struct source_zip *z, struct strlist *out, struct err *e)
{
    int rc = 0;
    for (size_t i = 0; i < z->names.n && !rc; i++) {
        const char *name = zip_names_inside(&z->names, &z->names.member[i]);
        if (name)
            rc = strlist_add(out, name, strlen(name), e);
    }
    return rc;
}
