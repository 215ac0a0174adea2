/* The files below a folder. */
#ifndef SUBSCENE_IO_WALK_H
#define SUBSCENE_IO_WALK_H

#include <stddef.h>

#include "core/err.h"

struct walk {
    char **path; /* "<folder>/…", sorted; plain files only */
    size_t n, cap;
};

/* All plain files below `folder`, hidden ones too; symbolic links to folders are not followed. Errors: ERR_INPUT (missing, not a
 * folder), ERR_TEMPORARY. walk_clear frees. */
int walk_folder(const char *folder, struct walk *out, struct err *e) MUST_CHECK;
void walk_clear(struct walk *w);

#endif
