/* Reads a product's files from a folder, or from a .zip in place with libzip.
 *
 * Names are relative to the product's root ("MTD_MSIL1C.xml", "GRANULE/…/IMG_DATA/….jp2"), with '/'
 * between the parts. A name that is absolute, empty, or has a ".." or "." part is rejected with
 * ERR_INPUT before anything is opened.
 *
 * Threads: one thread at a time may use a source. Any number of threads may call source_file_pread
 * and source_read at once. */
#ifndef SUBSCENE_IO_SOURCE_SOURCE_H
#define SUBSCENE_IO_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strlist.h"
#include "io/compress/deflate.h"

struct source;
struct source_file;

/* Opens a product. `path` is one of these:
 *   - a .SAFE folder; trailing slashes are ignored
 *   - a folder with one .SAFE folder in it
 *   - the metadata of a product (MTD_MSIL1C.xml or MTD_MSIL2A.xml)
 *   - a .zip that holds one product at any depth; the shallowest metadata wins, and two at the same
 *     depth are an error
 * Names in a .zip may begin with "./" and have '\' for '/'. The content of the root is checked
 * here. So the error can say whether there is no product, several products, or a product with names
 * from before December 2016 ("not supported"). Errors: ERR_INPUT, ERR_TEMPORARY. */
int source_open(const char *path, struct source **out, struct err *e) MUST_CHECK;
void source_close(struct source *s);

/* Opens any .zip. No product is searched for: names are relative to the archive's root. */
int source_open_archive(const char *path, struct source **out, struct err *e) MUST_CHECK;

/* True if the name ends with ".zip", or the file begins like a zip archive. */
bool source_is_archive(const char *path);

/* Sets the folder for temporary files, which deflated entries of a .zip need; the default is /tmp.
 * Call it before any thread reads. The text must stay valid. */
void source_unpack_in(const char *folder);

/* Sets how deflated files of a .zip are unpacked for reading at offsets. Open files of up to
 * `keep_bytes` in total stay in memory; others go to temporary files. If no temporary file can be
 * made (the folder is missing or read-only), they stay in memory when `may_exceed` is true.
 * Otherwise that is ERR_OUTPUT. */
struct source_unpack {
    uint64_t keep_bytes;
    bool may_exceed;
};

/* Applies to files opened after the call. The defaults are SOURCE_KEEP_BYTES and true. */
void source_set_unpack(struct source *s, struct source_unpack how);
enum { SOURCE_KEEP_BYTES = 256 << 20 };

/* The number of bytes of open files that are in memory. */
uint64_t source_kept_bytes(const struct source *s);

/* The path as the user gave it, without trailing slashes, for messages. Lives as long as the
 * source. */
const char *source_path(const struct source *s);

/* True if there is a plain file of that name. */
bool source_has(struct source *s, const char *name);

/* Appends the names of all plain files, sorted, without names that would be rejected. Does not
 * follow links to folders. */
int source_list(struct source *s, struct strlist *out, struct err *e) MUST_CHECK;

/* Appends the names that match a shell pattern: *, ? and [] match characters other than '/'
 * ("FMASK_DATA/L*_Fmask4.tif"). No match is no error. */
int source_find(struct source *s, const char *pattern, struct strlist *out,
                struct err *e) MUST_CHECK;

/* True if one name matches such a pattern. */
bool source_matches(const char *pattern, const char *name);

/* Reads the whole of a small file. Free `*data` with free(); it has a NUL byte after its `*len`
 * bytes. ERR_INPUT: missing, or longer than `max_bytes`. */
int source_read(struct source *s, const char *name, size_t max_bytes, unsigned char **data,
                size_t *len, struct err *e) MUST_CHECK;

/* Opens a file for reading at offsets. Stored zip entries are read in place. Deflated entries are
 * unpacked once as source_set_unpack says, at most 2 GiB (else ERR_INPUT). The file must not
 * outlive the source. */
int source_file_open(struct source *s, const char *name, struct source_file **out,
                     struct err *e) MUST_CHECK;
void source_file_close(struct source_file *f);

/* Moves the unpacked bytes of a file from memory to a temporary file; other files do not change. No
 * other thread may read the file meanwhile. ERR_OUTPUT: no file can be made; the bytes stay in
 * memory. */
int source_file_spill(struct source_file *f, struct err *e) MUST_CHECK;

/* Opens a file outside a product. */
int source_file_open_plain(const char *path, struct source_file **out, struct err *e) MUST_CHECK;

uint64_t source_file_size(const struct source_file *f);

/* The name it was opened with, for messages. Every error of a source and its files begins with the
 * file's name. */
const char *source_file_name(const struct source_file *f);

/* Reads exactly `len` bytes at `offset`. ERR_INPUT: the file ends before that. Any thread. */
int source_file_pread(struct source_file *f, void *buf, size_t len, uint64_t offset,
                      struct err *e) MUST_CHECK;

/* Continues a checksum (io/compress/deflate.h) with `len` bytes at `offset`, piece by piece. Errors
 * as source_file_pread; ERR_TEMPORARY. Any thread. */
int source_file_sum(struct source_file *f, uint64_t offset, uint64_t len, struct checksum *sum,
                    struct err *e) MUST_CHECK;

/* Compares a file with its checksum, the CRC-32 of a .zip. ERR_INPUT with both checksums if they
 * differ. Only stored zip entries are read here: deflated entries were compared when they were
 * unpacked, and a folder has no checksums. Any thread; several files of a source at once. */
int source_file_check(struct source_file *f, struct err *e) MUST_CHECK;

/* True if `name` is a relative path that stays inside the product: no empty, "." or ".." part, no
 * control character, no backslash. */
bool source_name_ok(const char *name);

/* Opens a product in memory, for tests and fuzzing: no disk, no check of the root. The entries and
 * their bytes are borrowed and must outlive the source. */
struct source_entry {
    const char *name;
    const void *data;
    size_t len;
};
int source_open_memory(const struct source_entry *entries, size_t count, struct source **out,
                       struct err *e) MUST_CHECK;

#endif
