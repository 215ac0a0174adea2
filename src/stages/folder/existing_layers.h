/* What becomes of the class layers of subscenes that are made again (stages/folder/existing.h). */
#ifndef SUBSCENE_STAGES_FOLDER_EXISTING_LAYERS_H
#define SUBSCENE_STAGES_FOLDER_EXISTING_LAYERS_H

#include "stages/folder/existing_file.h"

/* A subscene whose class layers are kept for its new file. */
struct kept_file {
    char path[1024];
    int32_t x, y;
    struct strlist layers;
};

/* Decides for a file that is made again, or that is gone although the manifest has its layers. Each
 * layer is made again by the job, or kept for the new file, or given up (drop_labels), or counted
 * as one that would be lost. */
int existing_layers_settle(struct survey *s, const struct existing_file *l,
                           struct err *e) MUST_CHECK;

/* The same for a file that goes, and no new one comes in its place. */
int existing_layers_leave(struct survey *s, const struct existing_file *l,
                          struct err *e) MUST_CHECK;

/* Sets *waits if layers of an earlier job wait for the file at hand. With drop_labels they are
 * given up. */
int existing_layers_waiting(struct survey *s, const struct existing_file *l, bool *waits,
                            struct err *e) MUST_CHECK;

/* Before all files: reads the list of layers that an earlier job has to carry over. With
 * drop_labels they are given up. ERR_INPUT: the list is damaged. */
int existing_layers_begin(struct survey *s, struct err *e) MUST_CHECK;

/* After all files; `cells` are those of the job. ERR_USAGE: class layers would be lost. With
 * drop_labels: a warning. */
int existing_layers_finish(struct survey *s, const struct cell *cells, size_t n,
                           struct err *e) MUST_CHECK;

#endif
