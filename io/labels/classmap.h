/* Reads class maps (core/classes.h) from files, and holds the maps of config/classes, which are
 * compiled in.
 *
 *     [layer]
 *     name         the variable: FMC
 *     title        for its long_name
 *     kind         codes | bits | keep
 *     other        code of values that the map does not name; without it (codes) such a value is
 *                  an error in the mask
 *     unlabelled   code of pixels that no shape covers
 *     missing      code of pixels where a band has no data; without it the source decides
 *     by_itself    yes | no: use a mask at one of the places without a request (default: yes)
 *     paint_order  codes, later ones on top: 1 2 3 4 0 5
 *     [codes]      value = code, for kind = codes
 *     [bits]       mask = code, for kind = bits: the first one with a set bit counts;
 *                  none = code of 0
 *     [flags]      code = MEANING; default: the Label's, unless kind = keep
 *     [categories] name = code: names of classes in labelling tools; the first one of a code is
 *                  its name in exports
 *     [colours]    code = RRGGBB (hexadecimal); default: class_map_default_colours
 *     [places]     metres = pattern: a tool's path of its mask in a product, the best first
 *
 * Errors: ERR_USAGE with file and line, ERR_INPUT when the file cannot be read. */
#ifndef SUBSCENE_IO_LABELS_CLASSMAP_H
#define SUBSCENE_IO_LABELS_CLASSMAP_H

#include "core/classes.h"
#include "core/err.h"

/* Reads a user's map; it is named after its file. */
int classmap_read(const char *path, struct class_map *out, struct err *e) MUST_CHECK;

/* The same from a text. */
int classmap_parse(const char *name, const char *text, struct class_map *out,
                   struct err *e) MUST_CHECK;

/* Finds a built-in map by its own name ("fmask"), or by the name of a layer. The layer must have
 * only one map ("FMC") or a map of its name ("Label"). ERR_USAGE lists the names. */
int classmap_find(const char *name, struct class_map *out, struct err *e) MUST_CHECK;

/* Accepts a path (it has a '/' or ends with ".ini") or the name of a built-in map. */
int classmap_get(const char *name_or_path, struct class_map *out, struct err *e) MUST_CHECK;

/* Gives a map without places those of the first built-in map that makes the same layer and has
 * places. Does nothing if there is none. ERR_INTERNAL. */
int classmap_borrow_places(struct class_map *m, struct err *e) MUST_CHECK;

/* Gives a map the colours of the first built-in map that makes the same layer with the same flags:
 * for the map of a layer in a file (layers_map). Does nothing if there is none. ERR_INTERNAL. */
int classmap_borrow_colours(struct class_map *m, struct err *e) MUST_CHECK;

/* The built-in maps, sorted by name: i is 0 to classmap_count() − 1. The text is the content of a
 * file for classmap_read. */
size_t classmap_count(void);
const char *classmap_name(size_t i);
const char *classmap_text(size_t i);

#endif
