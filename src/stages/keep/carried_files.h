/* Subscene files whose class layers are carried over to subscenes of another grid: another size,
 * overlap, pixel or edge (stages/folder/carry_over.h).
 *
 * Such a file is renamed to `.<name>.old`. Before that, `.<manifest>.carry` beside the manifest
 * lists it. When the new subscenes have its layers, both go. A killed job leaves them, and the next
 * one goes on.
 *
 * One process at a time for a manifest. */
#ifndef SUBSCENE_STAGES_KEEP_CARRIED_FILES_H
#define SUBSCENE_STAGES_KEEP_CARRIED_FILES_H

#include "core/params.h"
#include "core/strlist.h"

/* Files of one kind. Starts as zeros; carried_files_clear frees. */
struct carried_files {
    char digest[PARAMS_DIGEST_SIZE]; /* of their parameters */
    struct strlist path; /* the subscene files, by their names before */
};
void carried_files_clear(struct carried_files *c);

/* What the list of a manifest names; nothing if there is no list. Errors: ERR_INPUT (the list is
 * damaged), ERR_TEMPORARY. */
int carried_files_find(const char *manifest, struct carried_files *out, struct err *e) MUST_CHECK;

/* The name of a file that is set aside. */
enum { CARRIED_PATH = 1200 };
void carried_files_aside(const char *path, char buf[CARRIED_PATH]);

/* Is there such a file? */
bool carried_files_is_aside(const char *path);

/* Adds the files to the list and renames those that are there. The digests are equal, or the list
 * is new. ERR_OUTPUT, ERR_TEMPORARY: the files that are not renamed stay where they are. */
int carried_files_set_aside(const char *manifest, const struct carried_files *c,
                            struct err *e) MUST_CHECK;

/* Keeps only these files in the list, which are among those that it names. The others are removed.
 */
int carried_files_keep(const char *manifest, const struct carried_files *kept,
                       struct err *e) MUST_CHECK;

/* Of a hidden file `.<manifest>.carry`: the manifest's path in `buf`. False: it is something else.
 */
bool carried_files_manifest(const char *list, char *buf, size_t size);

#endif
