/* The part of io/source/source that reads a .zip in place (libzip). Private to io/source/source.
 * Threads: as in source.h. */
#ifndef SUBSCENE_IO_SOURCE_SOURCE_ZIP_H
#define SUBSCENE_IO_SOURCE_SOURCE_ZIP_H

#include <stdbool.h>

#include "core/strlist.h"
#include "io/source/source.h"
#include "io/source/source_folder.h"

struct source_zip;

/* What the names in an archive are relative to: the product's folder, or the archive's root. */
enum source_zip_root { SOURCE_ZIP_PRODUCT, SOURCE_ZIP_TOP };

/* Opens the archive. SOURCE_ZIP_PRODUCT: finds the product in it. */
int source_zip_open(const char *path, enum source_zip_root root, struct source_zip **out,
                    struct err *e) MUST_CHECK;
void source_zip_close(struct source_zip *z);

/* Names are relative to that root. */
bool source_zip_has(struct source_zip *z, const char *name);
int source_zip_list(struct source_zip *z, struct strlist *out,
                    struct err *e) MUST_CHECK; /* Appends, unsorted. */

/* As source_set_unpack and source_kept_bytes. */
void source_zip_set_unpack(struct source_zip *z, struct source_unpack how);
uint64_t source_zip_kept_bytes(const struct source_zip *z);

struct source_zip_wanted {
    const char *name;
    uint64_t max_bytes;
    bool whole; /* read at once and closed: always unpacked into memory and not counted as kept */
};

/* Where the bytes of an entry are: exactly one of fd, bytes and stored is set. */
struct source_zip_entry {
    uint64_t size;
    int fd; /* unpacked, in a file that the caller closes; or −1 */
    unsigned char
        *bytes; /* unpacked, in memory that the caller frees, followed by a NUL byte; or NULL */
    void *stored; /* a stored entry, for the functions below; or NULL */
};
int source_zip_entry_open(struct source_zip *z, const struct source_zip_wanted *wanted,
                          struct source_zip_entry *out, struct err *e) MUST_CHECK;

/* Subtracts bytes that are no longer kept. */
void source_zip_forget(struct source_zip *z, uint64_t size);
void source_zip_entry_close(struct source_zip *z, void *stored);
int source_zip_pread(struct source_zip *z, void *stored, const char *name, void *buf,
                     struct source_span span, struct err *e) MUST_CHECK;

/* Reads a whole stored entry and compares its CRC-32. Several threads may do so at once. */
int source_zip_check(struct source_zip *z, const char *name, struct err *e) MUST_CHECK;

/* Call it after the last byte. Compares the length and the CRC. */
int source_zip_check_end(struct source_zip *z, void *stored, const char *name,
                         struct err *e) MUST_CHECK;

#endif
