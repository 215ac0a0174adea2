/* Class maps (core/classes.h) from files, and those of config/classes, which are compiled in.
 *
 *     [layer]                 name = FMC (of the variable), title = …, kind = codes | bits | keep,
 *                             other = code of what the map does not name (codes: without it such a
 *                             value is an error in the mask), unlabelled = code of what no shape
 *                             covers, missing = code of pixels at which a band has no data (else
 *                             the source's word is taken), by_itself = yes | no (is a mask at one
 *                             of the places taken without being asked for? default: yes),
 *                             paint_order = 1 2 3 4 0 5 (codes, later ones on top)
 *     [codes]                 value = code, for kind = codes
 *     [bits]                  mask = code, for kind = bits: the first that has one of its bits set
 *                             counts; none = code of 0
 *     [flags]                 code = MEANING; default: the Label's, unless kind = keep
 *     [categories]            name = code: what labelling tools call the classes
 *     [places]                metres = pattern: where a tool leaves its mask in a product, the best
 *                             first
 *
 * Errors: ERR_USAGE with file and line, ERR_INPUT when the file cannot be read. */
#ifndef SUBSCENE_IO_LABELS_CLASSMAP_H
#define SUBSCENE_IO_LABELS_CLASSMAP_H

#include "core/classes.h"
#include "core/err.h"

/* A user's own; it is named after its file. */
int classmap_read(const char *path, struct class_map *out, struct err *e) MUST_CHECK;

/* The same from a text. */
int classmap_parse(const char *name, const char *text, struct class_map *out,
                   struct err *e) MUST_CHECK;

/* A built-in one, by its own name ("fmask") or by that of a layer which only one makes ("FMC"), or
 * after which one is named ("Label"). ERR_USAGE lists what there is. */
int classmap_find(const char *name, struct class_map *out, struct err *e) MUST_CHECK;

/* What a user may give: a path (it has a '/' or ends with ".ini"), or the name of a built-in
 * one. */
int classmap_get(const char *name_or_path, struct class_map *out, struct err *e) MUST_CHECK;

/* Where the map has no places: those of the first built-in one that makes its layer and has some,
 * if there is any. ERR_INTERNAL. */
int classmap_borrow_places(struct class_map *m, struct err *e) MUST_CHECK;

/* The built-in ones, sorted by name: i from 0 to classmap_count() − 1. The text is a file for
 * classmap_read. */
size_t classmap_count(void);
const char *classmap_name(size_t i);
const char *classmap_text(size_t i);

#endif
