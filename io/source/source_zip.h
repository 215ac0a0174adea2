/* The part of io/source/source that reads a .zip in place (libzip). Private to io/source/source.
 * Threads: those of source.h. */
#ifndef SUBSCENE_IO_SOURCE_SOURCE_ZIP_H
#define SUBSCENE_IO_SOURCE_SOURCE_ZIP_H

#include <stdbool.h>

#include "core/strlist.h"
#include "io/source/source.h"
#include "io/source/source_folder.h"

struct source_zip;

/* Opens the archive and finds the product in it. */
int source_zip_open(const char *path, struct source_zip **out, struct err *e) MUST_CHECK;
void source_zip_close(struct source_zip *z);

/* Names are relative to the product's root. */
bool source_zip_has(struct source_zip *z, const char *name);
int source_zip_list(struct source_zip *z, struct strlist *out,
                    struct err *e) MUST_CHECK; /* appends, in no order */

/* source_set_unpack, source_kept_bytes */
void source_zip_set_unpack(struct source_zip *z, struct source_unpack how);
uint64_t source_zip_kept_bytes(const struct source_zip *z);

struct source_zip_wanted {
    const char *name;
    uint64_t max_bytes;
    bool whole; /* for a moment: into memory in any case, and it does not count as kept */
};

/* One of the three: where the bytes of an entry are. */
struct source_zip_entry {
    uint64_t size;
    int fd; /* unpacked, in a file that is the caller's; or −1 */
    unsigned char
        *bytes; /* unpacked, in memory that is the caller's, with a NUL byte behind; or NULL */
    void *stored; /* read in place, for the functions below; or NULL */
};
int source_zip_entry_open(struct source_zip *z, const struct source_zip_wanted *wanted,
                          struct source_zip_entry *out, struct err *e) MUST_CHECK;

/* Bytes that were kept are so no longer. */
void source_zip_forget(struct source_zip *z, uint64_t size);
void source_zip_entry_close(struct source_zip *z, void *stored);
int source_zip_pread(struct source_zip *z, void *stored, const char *name, void *buf,
                     struct source_span span, struct err *e) MUST_CHECK;

/* Reads the whole of an entry that is stored and compares its CRC-32. Several may be at it at
 * once. */
int source_zip_check(struct source_zip *z, const char *name, struct err *e) MUST_CHECK;

/* After the last byte: compares the length and the CRC. */
int source_zip_check_end(struct source_zip *z, void *stored, const char *name,
                         struct err *e) MUST_CHECK;

#endif
