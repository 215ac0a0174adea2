/* The class columns of manifests, brought up to what the files hold. */
#ifndef SUBSCENE_STAGES_FOLDER_REFRESH_CLASSES_H
#define SUBSCENE_STAGES_FOLDER_REFRESH_CLASSES_H

#include "core/strlist.h"

/* Reads the class layers of those files (paths, sorted) that the manifests (paths) name, and the
 * checksums of those in `made` (paths, sorted), which this process has just written, and rewrites
 * each manifest, whole or not at all, in which something is other than that. What killed processes
 * left in its folder goes. A manifest that cannot be read is a warning, and a layer that no column
 * can be named after. Errors: ERR_INPUT (a file cannot be read; the other rows are brought up to
 * date), ERR_USAGE (more class columns than a manifest has), ERR_OUTPUT, ERR_TEMPORARY; the other
 * manifests are brought up to date all the same. One call at a time. */
int refresh_classes(const struct strlist *manifests, const struct strlist *files,
                    const struct strlist *made, struct err *e) MUST_CHECK;

#endif
