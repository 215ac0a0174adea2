/* Paths as texts. Nothing here touches a file. */
#ifndef SUBSCENE_CORE_PATH_H
#define SUBSCENE_CORE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* The base name, behind the last '/': "a/b" → "b", "b" → "b", "a/" → "". */
const char *path_base(const char *path);

/* The length of the folder before the base name, with its slash: "a/b" → 2, "b" → 0. */
size_t path_folder_length(const char *path);

/* The length without slashes at the end: "a//" → 1, "/" → 1, "" → 0. */
size_t path_trimmed_length(const char *path);

/* Removes the slashes at the end. */
void path_trim(char *path);

/* Turns a path without slashes at its end into its folder's: "a/b" → "a", "/a" → "/", "a" → ".".
 * The buffer holds two bytes at least. false: "." and "/" have none. */
bool path_go_up(char *path);

/* Does the base name end with the suffix, and is it longer? "a.nc" has ".nc", "a/.nc" has not. */
bool path_has_suffix(const char *path, const char *suffix);

/* The hidden file beside another one: "a/b.nc" with the suffix ".kept" → "a/.b.nc.kept". Cut off if
 * the buffer is too small. */
void path_hidden(const char *path, const char *suffix, char *buf, size_t size);

/* The other way round. false: it is no hidden file with that suffix, or the buffer is too small. */
bool path_unhidden(const char *hidden, const char *suffix, char *buf, size_t size);

/* Removes a suffix that the path has. Returns whether it had it. */
bool path_cut_suffix(char *path, const char *suffix);

#endif
