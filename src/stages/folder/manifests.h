/* Finds the manifests below a folder, and the files that they list. */
#ifndef SUBSCENE_STAGES_FOLDER_MANIFESTS_H
#define SUBSCENE_STAGES_FOLDER_MANIFESTS_H

#include <stdbool.h>

#include "core/strlist.h"
#include "io/folder/manifest.h"

enum { MANIFESTS_PATH = 4400, MANIFESTS_PRODUCT = 136 };

/* True if the path has the name of a manifest (core/layout.h). */
bool manifests_is(const char *path);

/* True if one of the paths has the name of a manifest. */
bool manifests_any(const struct strlist *files);

/* True if this error of manifest_read comes from the system: the manifest may not be read, or the
 * disk fails. It is not damaged then, and not missing. */
bool manifests_is_unreadable(const struct err *why);

/* manifests_folder gives the folder of the manifest at `path`; names in the manifest are relative
 * to it. manifests_file gives the path of the file of a row. */
void manifests_folder(const char *path, char folder[4096]);
void manifests_file(const char *path, const struct manifest_row *row, char file[MANIFESTS_PATH]);

/* The possible paths of the manifest for a product's file, i = 0, 1, …, the likeliest first: in the
 * file's folder, and in the folders above it, because subscenes may have their own folders.
 * `product` may end with ".SAFE". Uses only the names. False: there are no more paths. */
bool manifests_place(const char *file, const char *product, int i, char path[MANIFESTS_PATH]);

/* The first of these paths that exists. False: none exists. */
bool manifests_of(const char *file, const char *product, char path[MANIFESTS_PATH]);

/* Lists the manifests below `folder`, sorted, as "<folder>/…". Errors: ERR_INPUT (there is none, or
 * a folder cannot be read), ERR_TEMPORARY. */
int manifests_find(const char *folder, struct strlist *out, struct err *e) MUST_CHECK;

/* Reads the product_name, without ".SAFE", from the manifest's files: from the first that can be
 * opened and has one. Errors: ERR_INPUT (no file has one), ERR_TEMPORARY. */
int manifests_product(const char *path, const struct manifest *m, char product[MANIFESTS_PRODUCT],
                      struct err *e) MUST_CHECK;

#endif
