/* The part of io/source/source that reads a .zip in place (libzip). Private to io/source/source. Threads: those of source.h. */
#ifndef SUBSCENE_IO_SOURCE_SOURCE_ZIP_H
#define SUBSCENE_IO_SOURCE_SOURCE_ZIP_H

#include <stdbool.h>

#include "core/strlist.h"
#include "io/source/source_folder.h"

struct source_zip;

/* Opens the archive and finds the product in it. */
int source_zip_open(const char *path, struct source_zip **out, struct err *e) MUST_CHECK;
void source_zip_close(struct source_zip *z);

/* Names are relative to the product's root. */
bool source_zip_has(struct source_zip *z, const char *name);
int source_zip_list(struct source_zip *z, struct strlist *out, struct err *e) MUST_CHECK; /* appends, in no order */

/* source_unpack_in */
void source_zip_unpack_in(const char *folder);

struct source_zip_entry {
    uint64_t size;
    int fd; /* of the unpacked bytes, the caller's; or −1 */
    void *stored; /* an entry that is read in place, for the three functions below; or NULL */
};
int source_zip_entry_open(struct source_zip *z, const char *name, uint64_t max_bytes, struct source_zip_entry *out,
                          struct err *e) MUST_CHECK;
void source_zip_entry_close(struct source_zip *z, void *stored);
int source_zip_pread(struct source_zip *z, void *stored, const char *name, void *buf, struct source_span span,
                     struct err *e) MUST_CHECK;

/* Reads the whole of an entry that is stored and compares its CRC-32. Several may be at it at once. */
int source_zip_check(struct source_zip *z, const char *name, struct err *e) MUST_CHECK;

/* After the last byte: compares the length and the CRC. */
int source_zip_check_end(struct source_zip *z, void *stored, const char *name, struct err *e) MUST_CHECK;

#endif
