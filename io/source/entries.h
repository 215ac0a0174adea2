/* The names in an open folder. readdir says the same of the end and of an error: here the two are
 * apart, so nothing else calls it. */
#ifndef SUBSCENE_IO_SOURCE_ENTRIES_H
#define SUBSCENE_IO_SOURCE_ENTRIES_H

#include <dirent.h>

/* The next name, without "." and ".."; good until the next call. NULL: at the end, with `*error` 0,
 * or the folder could not be read to its end, with errno's value in `*error`. */
const char *entries_next(DIR *d, int *error);

#endif
