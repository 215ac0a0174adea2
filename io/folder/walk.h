/* The files below a folder. */
#ifndef SUBSCENE_IO_FOLDER_WALK_H
#define SUBSCENE_IO_FOLDER_WALK_H

#include "core/strlist.h"

/* All plain files below `folder`, as "<folder>/…", sorted, hidden ones too; symbolic links to
 * folders are not followed. Errors: ERR_INPUT (missing, not a folder), ERR_TEMPORARY. */
int walk_folder(const char *folder, struct strlist *out, struct err *e) MUST_CHECK;

/* The folders below `folder` whose paths from there match the pattern, part by part as fnmatch
 * does, as "<folder>/…". No folder at all is fine. Errors: ERR_OUTPUT (it cannot be read),
 * ERR_TEMPORARY. */
int walk_folders(const char *folder, const char *pattern, struct strlist *out,
                 struct err *e) MUST_CHECK;

#endif
