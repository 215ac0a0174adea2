#include "io/source/source_folder.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/level.h"
#include "core/path.h"
#include "core/text.h"
#include "io/source/entries.h"
#include "io/source/source.h"

bool source_name_ok(const char *name)
{
    for (const char *c = name; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == '\\')
            return false;
    }
    for (const char *part = name;;) {
        size_t n = strcspn(part, "/");
        if (n == 0 || (n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        if (part[n] == '\0')
            return true;
        part += n + 1;
    }
}

static bool has_prefix(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

void source_finding_note(struct source_finding *f, const char *part)
{
    /* S2A_OPER_PRD_MSIL1C_… is the folder, S2A_OPER_MTD_SAFL1C_….xml a file in it */
    if (has_prefix(part, "S2") && strlen(part) > 3 &&
        (has_prefix(part + 3, "_OPER_PRD_MSIL1C") || has_prefix(part + 3, "_OPER_MTD_SAFL1C")))
        f->old_naming = true;
}

int source_finding_explain(const struct source_finding *f, const char *path, struct err *e)
{
    if (f->old_naming)
        return err_set(e, ERR_INPUT,
                       "%s: is in the format from before December 2016 (several granules, long "
                       "names): not supported",
                       path);
    if (f->has_zips)
        return err_set(e, ERR_INPUT, "%s: is a folder of .zip files; for all of them type %s/*.zip",
                       path, path);
    return err_set(e, ERR_INPUT, "%s: is not a Sentinel-2 product: no %s or %s in it", path,
                   level_table[LEVEL_L1C].xml, level_table[LEVEL_L2A].xml);
}

/* Counts the metadata files of products. ERR_INPUT if one is not a plain file. */
static int count_metadata(int dir, const char *folder, int *found, struct err *e)
{
    *found = 0;
    for (int i = 0; i < LEVEL_COUNT; i++) {
        struct stat st;
        const char *xml = level_table[i].xml;
        bool there = fstatat(dir, xml, &st, 0) == 0;
        if (!there && errno != ENOENT)
            return err_sys(e, ERR_INPUT, errno, "%s/%s", folder, xml);
        if (there && !S_ISREG(st.st_mode))
            return err_set(e, ERR_INPUT, "%s: %s is not a plain file", folder, xml);
        *found += there;
    }
    return 0;
}

static bool holds_product(int dir, const char *name)
{
    bool yes = false;
    for (int i = 0; i < LEVEL_COUNT && !yes; i++) {
        char path[NAME_MAX + 32];
        yes = snprintf(path, sizeof path, "%s/%s", name, level_table[i].xml) < (int)sizeof path &&
              source_folder_has(dir, path);
    }
    return yes;
}

/* Lists the folders inside that hold a product, sorted, and notes other findings. */
static int look_inside(int dir, const char *path, struct strlist *inner, struct source_finding *f,
                       struct err *e)
{
    source_finding_note(f, path_base(path));
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
    int error = errno, rc = 0;
    if (d) {
        for (const char *name; !rc && (name = entries_next(d, &error));) {
            source_finding_note(f, name);
            f->has_zips |= text_ends_with(name, ".zip");
            if (holds_product(dir, name))
                rc = strlist_add(inner, name, strlen(name), e);
        }
        closedir(d);
    } else if (copy >= 0) {
        close(copy);
    }
    if (!rc && error)
        rc = err_sys(e, ERR_INPUT, error, "%s: cannot read the folder", path);
    strlist_sort(inner);
    return rc;
}

static int refuse_many(const struct strlist *inner, const char *path, struct err *e)
{
    enum { NAMED = 4 };
    char names[300] = "", more[40] = "";
    bool is_safe = true;
    for (size_t i = 0, at = 0; i < inner->n && i < NAMED && at < sizeof names; i++)
        at +=
            (size_t)snprintf(names + at, sizeof names - at, "%s%.66s", i ? ", " : "", inner->s[i]);
    for (size_t i = 0; i < inner->n; i++)
        is_safe &= text_ends_with(inner->s[i], ".SAFE");
    if (inner->n > NAMED)
        snprintf(more, sizeof more, " and %zu more", inner->n - NAMED);
    return err_set(e, ERR_INPUT,
                   "%s: holds %zu products; name the ones you want: %s%s; for all of them type "
                   "%s/*%s",
                   path, inner->n, names, more, path, is_safe ? ".SAFE" : "");
}

/* `*dir` is a folder without metadata. Replaces it with the only folder inside that has
 * metadata. */
static int enter_product(int *dir, const char *path, struct err *e)
{
    struct strlist inner = {0};
    struct source_finding f = {false};
    int rc = look_inside(*dir, path, &inner, &f, e);
    if (!rc && inner.n == 0)
        rc = source_finding_explain(&f, path, e);
    else if (!rc && inner.n > 1)
        rc = refuse_many(&inner, path, e);
    if (!rc) {
        int fd = openat(*dir, inner.s[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            rc = err_sys(e, ERR_INPUT, errno, "%s/%s: cannot open the folder", path, inner.s[0]);
        } else {
            close(*dir);
            *dir = fd;
        }
    }
    strlist_clear(&inner);
    return rc;
}

static int find_root(int *dir, const char *folder, struct err *e)
{
    int found;
    int rc = count_metadata(*dir, folder, &found, e);
    if (!rc && found == 0) {
        rc = enter_product(dir, folder, e);
        if (!rc)
            rc = count_metadata(*dir, folder, &found, e);
    }
    if (!rc && found > 1)
        rc = err_set(e, ERR_INPUT, "%s: holds more than one product: %s and %s", folder,
                     level_table[LEVEL_L1C].xml, level_table[LEVEL_L2A].xml);
    return rc;
}

int source_folder_open(const char *folder, int *dir, struct err *e)
{
    *dir = -1;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(e, ERR_INPUT, errno, "%s: cannot open the folder", folder);
    int rc = find_root(&fd, folder, e);
    if (rc)
        close(fd);
    else
        *dir = fd;
    return rc;
}

int source_check_size(const char *name, uint64_t size, uint64_t max_bytes, struct err *e)
{
    if (size <= max_bytes)
        return 0;
    return err_set(e, ERR_INPUT, "%s: is %llu bytes long, more than the %llu that are allowed",
                   name, (unsigned long long)size, (unsigned long long)max_bytes);
}

bool source_folder_has(int dir, const char *name)
{
    struct stat st;
    return fstatat(dir, name, &st, 0) == 0 && S_ISREG(st.st_mode);
}

int source_folder_file(int dir, const char *name, int *fd, uint64_t *size, struct err *e)
{
    /* O_NONBLOCK: rejects a FIFO instead of waiting for it */
    *fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return err_sys(e, ERR_INPUT, errno, "%s", name);
    struct stat st;
    int rc = 0;
    if (fstat(*fd, &st) != 0)
        rc = err_sys(e, ERR_INPUT, errno, "%s", name);
    else if (!S_ISREG(st.st_mode))
        rc = err_set(e, ERR_INPUT, "%s: is not a plain file", name);
    if (rc) {
        close(*fd);
        *fd = -1;
        return rc;
    }
    *size = (uint64_t)st.st_size;
    return 0;
}

int source_folder_pread(int fd, const char *name, void *buf, struct source_span span, struct err *e)
{
    unsigned char *at = buf;
    while (span.len > 0) {
        ssize_t n = pread(fd, at, span.len, (off_t)span.offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, ERR_INPUT, errno, "%s: cannot read at byte %llu", name,
                           (unsigned long long)span.offset);
        if (n == 0)
            return err_set(e, ERR_INPUT,
                           "%s: became shorter while it was read: it now ends before byte %llu",
                           name, (unsigned long long)span.offset + 1);
        at += n;
        span.len -= (size_t)n;
        span.offset += (uint64_t)n;
    }
    return 0;
}

bool source_folder_is_zip(const char *path)
{
    char magic[4] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool yes = fd >= 0 && pread(fd, magic, 4, 0) == 4 && memcmp(magic, "PK\3\4", 4) == 0;
    if (fd >= 0)
        close(fd);
    return yes;
}

bool source_folder_is_list(const char *path)
{
    char begin[512];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd >= 0 ? pread(fd, begin, sizeof begin, 0) : 0;
    if (fd >= 0)
        close(fd);
    for (ssize_t i = 0; i < n; i++)
        if (iscntrl((unsigned char)begin[i]) && !isspace((unsigned char)begin[i]))
            return false;
    return n > 0 && !strchr("<{[", begin[0]);
}

/* ---- listing ---- */

enum { DEPTH_MAX = 16 }; /* real products have 4 */

static int list_into(int dir, const char *prefix, int depth, struct strlist *out, struct err *e);

static int list_entry(int dir, const char *path, const char *name, int depth, struct strlist *out,
                      struct err *e)
{
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? 0 : err_sys(e, ERR_INPUT, errno, "%s", path);
    if (S_ISDIR(st.st_mode)) {
        int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        return fd >= 0 ? list_into(fd, path, depth + 1, out, e)
                       : err_sys(e, ERR_INPUT, errno, "%s", path);
    }
    return source_name_ok(path) && source_folder_has(dir, name)
               ? strlist_add(out, path, strlen(path), e)
               : 0;
}

/* Closes `dir`. */
static int list_into(int dir, const char *prefix, int depth, struct strlist *out, struct err *e)
{
    DIR *d = fdopendir(dir);
    if (!d) {
        int error = errno;
        close(dir);
        return err_sys(e, ERR_INPUT, error, "%s%scannot read the folder", prefix,
                       *prefix ? ": " : "");
    }
    int rc =
        depth > DEPTH_MAX ? err_set(e, ERR_INPUT, "%s: folders are nested too deep", prefix) : 0;
    int error = 0;
    for (const char *name; !rc && (name = entries_next(d, &error));) {
        char path[PATH_MAX];
        if (snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", name) >=
            (int)sizeof path)
            rc = err_set(e, ERR_INPUT, "%s/%s: the path is too long", prefix, name);
        else
            rc = list_entry(dir, path, name, depth, out, e);
    }
    if (!rc && error)
        rc = err_sys(e, ERR_INPUT, error, "%s%scannot read the folder to its end", prefix,
                     *prefix ? ": " : "");
    closedir(d);
    return rc;
}

int source_folder_list(int dir, struct strlist *out, struct err *e)
{
    int copy =
        openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* gives the copy its own position */
    return copy >= 0 ? list_into(copy, "", 0, out, e)
                     : err_sys(e, ERR_INPUT, errno, "cannot read the folder");
}
