/* Removes parts: files that other processes wrote aside (io/folder/outfile.h). Call it only while
 * holding the lock of the folder or product. */
#ifndef SUBSCENE_STAGES_FOLDER_FOLDER_PARTS_H
#define SUBSCENE_STAGES_FOLDER_FOLDER_PARTS_H

#include <stdbool.h>

#include "core/strlist.h"

/* A part is removed if one of the first five fields matches. All texts are borrowed. */
struct folder_parts {
    const char *lock; /* name of the lock file */
    const char *manifest; /* name; NULL: none */
    const char *files; /* pattern (fnmatch) of the names of subscene files; NULL: none */
    const char *pictures; /* pattern of the names of pictures; NULL: none */
    const char *owner; /* tag of a process, all of whose parts match; NULL: none */

    /* Folders below the lock's folder that may have parts too. */
    const char *subfolders; /* pattern (walk_folders); empty ones are removed; NULL: none */
    const struct strlist *folders; /* paths, sorted; NULL: none */

    bool only_look; /* removes nothing */
    bool found; /* result: there were parts that match */
};

/* Removes the parts in `folder`, which ends with a slash or is "", and in the folders below it that
 * `p` names. The parts of processes that are gone are removed too. Errors: ERR_OUTPUT,
 * ERR_TEMPORARY. */
int folder_parts_remove(const char *folder, struct folder_parts *p, struct err *e) MUST_CHECK;

#endif
