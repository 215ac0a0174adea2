/* The files of config/classes, compiled in, so that the program needs no files of its own. Made by
 * config/classes/embed.cmake. Private to io/labels/classmap. */
#ifndef SUBSCENE_IO_LABELS_CLASSMAP_BUILTIN_H
#define SUBSCENE_IO_LABELS_CLASSMAP_BUILTIN_H

#include <stddef.h>

struct classmap_builtin {
    const char *name; /* name of the file, without ".ini" */
    const char *text;
};
extern const struct classmap_builtin classmap_builtins[];
extern const size_t classmap_builtin_count;

#endif
