/* Updates the class columns of manifests from the class layers in the files. */
#ifndef SUBSCENE_STAGES_FOLDER_REFRESH_CLASSES_H
#define SUBSCENE_STAGES_FOLDER_REFRESH_CLASSES_H

#include "core/strlist.h"

/* Updates the rows of those manifests (paths) whose files are in `files`. Class columns come from
 * the class layers in a file. Size and checksum are updated for files in `made`, which this process
 * has just written, and for files whose size has changed. An altered row is read again from its
 * file. A manifest is rewritten only if it changes, whole or not at all.
 *
 * `files` and `made` are sorted paths. Parts of processes that are gone are removed from the
 * manifest's folder. A manifest that cannot be read, and a layer whose name is not a column name,
 * cause a warning only.
 *
 * Errors: ERR_INPUT (a file cannot be read), ERR_USAGE (more class columns than a manifest may
 * have), ERR_OUTPUT, ERR_TEMPORARY. After an error the other manifests are still updated; after
 * ERR_INPUT so are the other rows. One call at a time. */
int refresh_classes(const struct strlist *manifests, const struct strlist *files,
                    const struct strlist *made, struct err *e) MUST_CHECK;

#endif
