/* The faults that a repair works on, sorted by manifest. */
#ifndef SUBSCENE_STAGES_JOBS_REPAIR_FAULTS_H
#define SUBSCENE_STAGES_JOBS_REPAIR_FAULTS_H

#include "stages/folder/folder_lock.h"
#include "stages/jobs/verify.h"

struct repair_fault {
    enum fault_kind kind;
    char *path; /* owned, like the next one */
    char *manifest; /* NULL: none, or unknown */
    int32_t x, y; /* of its row, if it has one */
    bool has_row, is_stray;
    bool is_mended;
};

/* Starts as zeros. */
struct repair_faults {
    struct repair_fault *fault;
    size_t n, cap;
};
void repair_faults_clear(struct repair_faults *l);

int repair_faults_add(struct repair_faults *l, const struct verify_fault *f,
                      struct err *e) MUST_CHECK;

/* Finds the manifests of subscenes whose class layers wait, then sorts: by manifest, those without
 * one last. In a manifest, files without a row come first, and layers that wait come last. */
int repair_faults_sort(struct repair_faults *l, struct err *e) MUST_CHECK;

/* The number of faults from `first` on that have the same manifest. */
size_t repair_faults_group(const struct repair_faults *l, size_t first);

/* Lists the locks for the faults that can be mended. */
int repair_faults_locks(const struct repair_faults *l, struct folder_lock_places *places,
                        struct err *e) MUST_CHECK;

#endif
