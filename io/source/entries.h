/* Reads the names in an open folder. readdir returns NULL both at the end and on an error. Here the
 * two are separate, so no other code calls readdir. */
#ifndef SUBSCENE_IO_SOURCE_ENTRIES_H
#define SUBSCENE_IO_SOURCE_ENTRIES_H

#include <dirent.h>

/* The next name, without "." and ".."; valid until the next call. NULL: at the end `*error` is 0;
 * otherwise the folder could not be read and `*error` is errno. */
const char *entries_next(DIR *d, int *error);

#endif
