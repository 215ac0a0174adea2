/* The members of a .zip by the names that a product has for them. Private to io/source/source_zip.
 *
 * Names are brought into one shape: '\' (archives of some Windows tools) becomes '/', and "./" in
 * front goes away. A name that is no name of a file inside of a product after that (source_name_ok:
 * absolute, "..", folders) is not in the list. */
#ifndef SUBSCENE_IO_SOURCE_ZIP_NAMES_H
#define SUBSCENE_IO_SOURCE_ZIP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct zip_member {
    char *name;
    uint64_t index; /* in the archive's directory */
    uint64_t size;
    uint32_t crc;
    bool is_ambiguous; /* another member of the same name has other contents */
};

/* Zero is the start. */
struct zip_names {
    struct zip_member *member;
    size_t n, capacity;
    const char *root; /* begins with the product's folder, which ends with '/' */
    size_t root_length; /* of that folder; 0: the product is not in a folder */
    bool old_naming; /* some name is in the format from before December 2016 */
};

/* Takes in a member; its name in the archive is copied. */
int zip_names_add(struct zip_names *z, const char *name, const struct zip_member *m,
                  struct err *e) MUST_CHECK;

/* After the last one: sorts, settles names that are there twice (two members with the same size and
 * CRC-32 are one), and finds the folder of the shallowest metadata of a product. `path` is the
 * archive's, for messages. ERR_INPUT: no product, or two. */
int zip_names_settle(struct zip_names *z, const char *path, struct err *e) MUST_CHECK;

/* The member of the product's that has this name, relative to the product's root; NULL: none. */
const struct zip_member *zip_names_find(const struct zip_names *z, const char *name);

/* The name of a member relative to the product's root; NULL: it is not in the product. */
const char *zip_names_inside(const struct zip_names *z, const struct zip_member *m);

void zip_names_clear(struct zip_names *z);

#endif
