/* Finds the members of a .zip by their names in the product, or in the archive. Private to
 * io/source/source_zip.
 *
 * Names are normalised: '\' (archives of some Windows tools) becomes '/', and a leading "./" is
 * dropped. Then names that are not file names inside a product are left out (source_name_ok:
 * absolute, "..", folders). */
#ifndef SUBSCENE_IO_SOURCE_ZIP_NAMES_H
#define SUBSCENE_IO_SOURCE_ZIP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct zip_member {
    char *name;
    uint64_t index; /* index in the archive's directory */
    uint64_t size;
    uint32_t crc;
    bool is_ambiguous; /* another member has the same name and other contents */
};

/* Starts as zero. */
struct zip_names {
    struct zip_member *member;
    size_t n, capacity;
    const char *root; /* begins with the product's folder, which ends with '/' */
    size_t root_length; /* length of that folder's name; 0: names begin at the archive's root */
    bool old_naming; /* some name has the format from before December 2016 */
};

/* Adds a member; copies its name. */
int zip_names_add(struct zip_names *z, const char *name, const struct zip_member *m,
                  struct err *e) MUST_CHECK;

/* Call it after the last member. Sorts them and merges members with the same name, size and CRC-32.
 * Names are relative to the archive's root. */
void zip_names_settle(struct zip_names *z);

/* Finds the folder of the product's shallowest metadata. From then on names are relative to it.
 * `path` is the archive's, for messages. ERR_INPUT: no product, or two. */
int zip_names_find_product(struct zip_names *z, const char *path, struct err *e) MUST_CHECK;

/* The member with this name, relative to the root; NULL: none. */
const struct zip_member *zip_names_find(const struct zip_names *z, const char *name);

/* A member's name relative to the root; NULL: it is outside the product. */
const char *zip_names_inside(const struct zip_names *z, const struct zip_member *m);

void zip_names_clear(struct zip_names *z);

#endif
