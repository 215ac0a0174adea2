/* Where a product's files come from: a folder, or a .zip read in place with libzip.
 *
 * Names are relative to the product's root ("MTD_MSIL1C.xml", "GRANULE/…/IMG_DATA/….jp2") with '/'
 * between the parts. A name that is absolute, empty, or has a ".." or "." part is refused with
 * ERR_INPUT before anything is opened.
 *
 * Threads: a source may be used by one thread at a time, source_file_pread by any number at
 * once. */
#ifndef SUBSCENE_IO_SOURCE_SOURCE_H
#define SUBSCENE_IO_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strlist.h"

struct source;
struct source_file;

/* `path`: a .SAFE folder (trailing slashes are harmless), a folder with one .SAFE folder in it, the
 * metadata of a product (MTD_MSIL1C.xml or MTD_MSIL2A.xml), or a .zip that holds one product at any
 * depth (the shallowest metadata wins; two at the same depth are an error). Names in a .zip may
 * begin with "./" and have '\' for '/'. What the root holds is checked here, so that the error can
 * say what was found: no product, several, one in the naming from before December 2016 ("not
 * supported"). Errors: ERR_INPUT, ERR_TEMPORARY. */
int source_open(const char *path, struct source **out, struct err *e) MUST_CHECK;
void source_close(struct source *s);

/* Where temporary files are made for entries of a .zip that are deflated; /tmp unless this is
 * called. Before any thread that reads; the text must live on. */
void source_unpack_in(const char *folder);

/* How files that are deflated in a .zip are unpacked for reading at offsets: those of up to
 * `keep_bytes` together stay in memory while they are open, and the others go to temporary files.
 * Where no such file can be made (the folder is missing or read-only) they stay in memory all the
 * same if `may_exceed`; else that is ERR_OUTPUT. */
struct source_unpack {
    uint64_t keep_bytes;
    bool may_exceed;
};

/* For files that are opened from now on; without this call SOURCE_KEEP_BYTES and true. */
void source_set_unpack(struct source *s, struct source_unpack how);
enum { SOURCE_KEEP_BYTES = 256 << 20 };

/* Of open files, so many bytes are in memory. */
uint64_t source_kept_bytes(const struct source *s);

/* The path as the user gave it, without trailing slashes: for messages. Lives as long as the
 * source. */
const char *source_path(const struct source *s);

/* Is there a plain file of that name? */
bool source_has(struct source *s, const char *name);

/* The names of all plain files, sorted; names that would be refused are not among them. Links to
 * folders are not followed. */
int source_list(struct source *s, struct strlist *out, struct err *e) MUST_CHECK;

/* Those that match a pattern as the shell has it: *, ? and [] stand for characters other than '/'
 * ("FMASK_DATA/L*_Fmask4.tif"). None is no error: the list is empty. */
int source_find(struct source *s, const char *pattern, struct strlist *out,
                struct err *e) MUST_CHECK;

/* Does one name match a pattern of that kind? */
bool source_matches(const char *pattern, const char *name);

/* The whole of a small file; `*data` is freed with free() and has a NUL byte after its `*len`
 * bytes. ERR_INPUT when it is missing or longer than `max_bytes`. */
int source_read(struct source *s, const char *name, size_t max_bytes, unsigned char **data,
                size_t *len, struct err *e) MUST_CHECK;

/* A file for reading at offsets. Stored zip entries are read in place; deflated ones are unpacked
 * once (at most 2 GiB; more is ERR_INPUT) as source_set_unpack has it. Lives as long as the
 * source. */
int source_file_open(struct source *s, const char *name, struct source_file **out,
                     struct err *e) MUST_CHECK;
void source_file_close(struct source_file *f);

/* Moves what is unpacked in memory into a temporary file; nothing to do for other files. Not while
 * another thread reads it. ERR_OUTPUT: no file can be made; the file stays as it was. */
int source_file_spill(struct source_file *f, struct err *e) MUST_CHECK;

/* A file that is part of no product. */
int source_file_open_plain(const char *path, struct source_file **out, struct err *e) MUST_CHECK;

uint64_t source_file_size(const struct source_file *f);

/* The name it was opened with, for messages: every error of a source and its files begins with the
 * file's name. */
const char *source_file_name(const struct source_file *f);

/* Exactly `len` bytes at `offset`, or an error (ERR_INPUT when the file ends before). Any
 * thread. */
int source_file_pread(struct source_file *f, void *buf, size_t len, uint64_t offset,
                      struct err *e) MUST_CHECK;

/* Compares the whole file with the checksum that its place keeps of it, the CRC-32 of a .zip:
 * ERR_INPUT with both when they differ. Only what is stored in a .zip is read for it: what was
 * deflated was compared when it was unpacked, and a folder has no checksums. Any thread; several
 * files of a source at once. */
int source_file_check(struct source_file *f, struct err *e) MUST_CHECK;

/* Is `name` a relative path that stays inside of a product: no empty, "." or ".." part, no control
 * character or backslash? */
bool source_name_ok(const char *name);

/* A product held in memory, for tests and fuzzing: no disk, no check of what the root holds. The
 * entries and their bytes are borrowed and must outlive the source. */
struct source_entry {
    const char *name;
    const void *data;
    size_t len;
};
int source_open_memory(const struct source_entry *entries, size_t count, struct source **out,
                       struct err *e) MUST_CHECK;

#endif
