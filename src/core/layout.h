/* The path of a subscene's file below the output folder: a template with {level} {Month} {product}
 * {tile} {sensing} {x} {y}. */
#ifndef SUBSCENE_CORE_LAYOUT_H
#define SUBSCENE_CORE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/product.h"

/* The named layouts: as published (L1C/April/S2A_…/tile_3_4.nc), a folder per product, and cm_vsm's
 * with a folder per subscene. */
#define LAYOUT_DATASET "{level}/{Month}/{product}/tile_{x}_{y}.nc"
#define LAYOUT_FLAT    "{product}/tile_{x}_{y}.nc"
#define LAYOUT_CM_VSM  "tile_{x}_{y}/{tile}_{sensing}_tile_{x}_{y}.nc"

/* The largest number of folders that depend on the subscene: folders with {x} or {y}, and folders
 * below them. */
enum { LAYOUT_CELL_FOLDERS_MAX = 3 };

/* The template of a name ("dataset", "flat", "cm_vsm"), or the text itself. */
const char *layout_template(const char *name_or_template);

/* Checks a template:
 *   - it is relative and has no ".." part
 *   - it has only the keys above; a leading "{root}/" is ignored
 *   - its last part has {x} and {y}, with a character between them that is not a digit, and ends in
 *     ".nc"
 *   - outside keys it has only letters, digits and "_-+=.@/"
 *   - at most LAYOUT_CELL_FOLDERS_MAX folders depend on {x} and {y}
 * The product's folder is the path before the first part with {x} or {y}. ERR_USAGE with the
 * fault. */
int layout_check(const char *template, struct err *e) MUST_CHECK;

/* The file of subscene (x, y), relative to the output folder. ERR_USAGE: the path is too long.
 * ERR_INPUT: the product has no month. */
int layout_file(const char *template, const struct product *p, int32_t x, int32_t y, char *buf,
                size_t size, struct err *e) MUST_CHECK;

/* A pattern (fnmatch with FNM_PATHNAME) for the paths of all of the product's files, relative to
 * the product's folder. It is only a file name, unless subscenes have folders of their own. */
int layout_pattern(const char *template, const struct product *p, char *buf, size_t size,
                   struct err *e) MUST_CHECK;

/* The folder of all of the product's subscenes, relative to the output folder; "." for the output
 * folder itself. */
int layout_folder(const char *template, const struct product *p, char *buf, size_t size,
                  struct err *e) MUST_CHECK;

/* The product's manifest, relative to the output folder: manifest.csv in its folder, or
 * <product>.manifest.csv if several products share the folder. */
int layout_manifest(const char *template, const struct product *p, char *buf, size_t size,
                    struct err *e) MUST_CHECK;

/* The beginning of the names of the product's pictures: "T35VLF_20200529T094041", as in its image
 * files. It is the product's name if only {product} in the file's name distinguishes products,
 * because another processing has the same tile and time. */
int layout_stem(const char *template, const struct product *p, char *buf, size_t size,
                struct err *e) MUST_CHECK;

#endif
