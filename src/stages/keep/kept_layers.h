/* Class layers of subscene files that are made again.
 *
 * A hand label costs more than the rest of a subscene. A file is not removed while it has class
 * layers that the job cannot make again. It is renamed to `.<name>.kept`, and `.<name>.layers`
 * lists these layers. When the new file is there, they are copied into it, and both hidden files
 * go. A killed job leaves them, and the next one goes on.
 *
 * What cannot be copied stays with its list: the samples are damaged, or the new file was not made.
 * The list is what a folder remembers of a lost layer.
 *
 * One thread at a time for a file. */
#ifndef SUBSCENE_STAGES_KEEP_KEPT_LAYERS_H
#define SUBSCENE_STAGES_KEEP_KEPT_LAYERS_H

#include "core/strlist.h"
#include "io/folder/filesum.h"
#include "io/folder/layer_origins.h"
#include "stages/keep/chunk_search.h"

/* The layers that are kept, or lost, for the subscene file at `path`. None: `names` is empty. Free
 * with strlist_clear; empty after an error. ERR_INPUT: the list is damaged. ERR_TEMPORARY. */
int kept_layers_find(const char *path, struct strlist *names, struct err *e) MUST_CHECK;

/* Is there a file that was set aside for `path`? */
bool kept_layers_has_file(const char *path);

/* Is there such a file that HDF5 opens? If not, its layers are lost. */
bool kept_layers_can_be_read(const char *path);

/* The side of the layers in such a file, px; 0: it is not known. */
int32_t kept_layers_side(const char *path);

/* Is there a list for `path`? It may name no layer: then it only remembers a subscene that a repair
 * set aside. */
bool kept_layers_has_list(const char *path);

/* Lists the layers, which may be none, then renames the file at `path` if it is there. If HDF5 does
 * not read them all, and its row in the manifest (NULL: none; an altered one does not count) helps
 * to find more (stages/keep/rescue.h), a file with the layers that were found takes its place, and
 * the damaged one goes. ERR_OUTPUT, ERR_TEMPORARY: the file stays where it is. */
int kept_layers_set_aside(const char *path, const struct strlist *names,
                          const struct chunk_search_known *known, struct err *e) MUST_CHECK;

/* Copies the kept layers into the file at `path`, which has rasters of size × size, except those
 * that it has already, and removes what was kept. Where they come from is written to `origins` for
 * `file`, its name in the manifest. `origins` NULL: the new file says it itself. */
struct kept_layers_result {
    bool changed; /* the file got layers: */
    struct filesum sum; /* its new sum */
    struct strlist lost; /* names of layers that it still lacks; free with strlist_clear */
    char reason[480]; /* why the first of them is lost */
};
int kept_layers_restore(const char *path, int32_t size, struct layer_origins *origins,
                        const char *file, struct kept_layers_result *out, struct err *e) MUST_CHECK;

/* Removes list and file: the layers are given up. */
int kept_layers_drop(const char *path, struct err *e) MUST_CHECK;

/* Of a hidden file `.<name>.layers`: the subscene file's path in `buf`. False: it is something
 * else. */
bool kept_layers_subscene(const char *list, char *buf, size_t size);

#endif
