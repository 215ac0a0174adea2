/* The manifests below a folder, and what their files say of them. */
#ifndef SUBSCENE_STAGES_FOLDER_MANIFESTS_H
#define SUBSCENE_STAGES_FOLDER_MANIFESTS_H

#include <stdbool.h>

#include "core/strlist.h"
#include "io/folder/manifest.h"

enum { MANIFESTS_PATH = 4400, MANIFESTS_PRODUCT = 136 };

/* Is that the name of a manifest (core/layout.h)? */
bool manifests_is(const char *path);

/* Is one of these a manifest's name? */
bool manifests_any(const struct strlist *files);

/* The folder that the files of a manifest are named from; and the file of one of its rows. */
void manifests_folder(const char *path, char folder[4096]);
void manifests_file(const char *path, const struct manifest_row *row, char file[MANIFESTS_PATH]);

/* The places where the manifest of a product's file (with ".SAFE" behind the product's name or
 * without) may be, the likeliest first (i = 0): in the file's folder, and where subscenes have
 * folders of their own in one above. By the names alone; false: there are no more. */
bool manifests_place(const char *file, const char *product, int i, char path[MANIFESTS_PATH]);

/* The one of them that is there; false: none is. */
bool manifests_of(const char *file, const char *product, char path[MANIFESTS_PATH]);

/* Those below `folder`, sorted, as "<folder>/…"; ERR_INPUT also when there is none. */
int manifests_find(const char *folder, struct strlist *out, struct err *e) MUST_CHECK;

/* The product_name, without ".SAFE", of the first of the manifest's files that can be opened.
 * ERR_INPUT: none can, or it has none. */
int manifests_product(const char *path, const struct manifest *m, char product[MANIFESTS_PRODUCT],
                      struct err *e) MUST_CHECK;

#endif
