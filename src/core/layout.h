/* Where a subscene's file lies below the output folder: a template with {level} {Month} {product}
 * {tile} {sensing} {x} {y}. */
#ifndef SUBSCENE_CORE_LAYOUT_H
#define SUBSCENE_CORE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/product.h"

/* The named layouts. */
#define LAYOUT_DATASET                                                                             \
    "{level}/{Month}/{product}/tile_{x}_{y}.nc" /* as published: L1C/April/S2A_…/tile_3_4.nc */
#define LAYOUT_FLAT "{product}/tile_{x}_{y}.nc"
#define LAYOUT_CM_VSM                                                                              \
    "tile_{x}_{y}/{tile}_{sensing}_tile_{x}_{y}.nc" /* cm_vsm's: a folder for each subscene */

/* So many parts before the last may have {x} and {y}, or stand behind one that has. */
enum { LAYOUT_CELL_FOLDERS_MAX = 3 };

/* The template of a name ("dataset", "flat", "cm_vsm"), or the text itself. */
const char *layout_template(const char *name_or_template);

/* A template is relative, has no ".." part, only the keys above (a leading "{root}/" is fine), {x}
 * and {y} in its last part, told apart there by a character that is no digit, letters, digits and
 * "_-+=.@/" outside of keys, and ends in ".nc". Parts before the last may have {x} and {y} too
 * (LAYOUT_CELL_FOLDERS_MAX): the product's folder is what stands before the first part that has one
 * of them. ERR_USAGE with what is wrong. */
int layout_check(const char *template, struct err *e) MUST_CHECK;

/* The file of subscene (x, y), relative to the output folder. ERR_USAGE when it does not fit or the
 * product has no month. */
int layout_file(const char *template, const struct product *p, int32_t x, int32_t y, char *buf,
                size_t size, struct err *e) MUST_CHECK;

/* A pattern, as of fnmatch with FNM_PATHNAME, that the paths of all of the product's files match,
 * from the product's folder; a file name alone, unless subscenes have folders of their own. */
int layout_pattern(const char *template, const struct product *p, char *buf, size_t size,
                   struct err *e) MUST_CHECK;

/* The folder of all of the product's subscenes, relative to the output folder; "." for the output
 * folder itself. */
int layout_folder(const char *template, const struct product *p, char *buf, size_t size,
                  struct err *e) MUST_CHECK;

/* The product's manifest, relative to the output folder: manifest.csv in its folder, or
 * <product>.manifest.csv where the folder is shared with other products. */
int layout_manifest(const char *template, const struct product *p, char *buf, size_t size,
                    struct err *e) MUST_CHECK;

/* What the names of the product's pictures begin with: "T35VLF_20200529T094041", as those of its
 * images; the product's name where only the files' names tell products apart by {product}, for
 * another processing has the same tile and time. */
int layout_stem(const char *template, const struct product *p, char *buf, size_t size,
                struct err *e) MUST_CHECK;

#endif
