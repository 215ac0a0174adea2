/* The files below a folder. */
#ifndef SUBSCENE_IO_FOLDER_WALK_H
#define SUBSCENE_IO_FOLDER_WALK_H

#include "core/strlist.h"

/* Appends all plain files below `folder` as "<folder>/…", sorted, hidden ones too. Does not follow
 * symbolic links to folders. Errors: ERR_INPUT (missing, not a folder), ERR_TEMPORARY. */
int walk_folder(const char *folder, struct strlist *out, struct err *e) MUST_CHECK;

/* Appends the folders below `folder` whose relative paths match the pattern, as "<folder>/…". Each
 * part of the pattern matches one part of the path, as fnmatch does. No match is no error. Errors:
 * ERR_OUTPUT (it cannot be read), ERR_TEMPORARY. */
int walk_folders(const char *folder, const char *pattern, struct strlist *out,
                 struct err *e) MUST_CHECK;

#endif
