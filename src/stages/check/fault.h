/* The kinds of faults that `verify` finds, and the command that mends each kind. */
#ifndef SUBSCENE_STAGES_CHECK_FAULT_H
#define SUBSCENE_STAGES_CHECK_FAULT_H

#include <stddef.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_DAMAGED, /* the file is damaged */
    FAULT_MISSING, /* the file is gone, or was set aside by a repair and is not made again yet */
    FAULT_MANIFEST, /* the file is good, the manifest is not */
    FAULT_DATASET, /* dataset.csv does not agree with the manifests */
    FAULT_LAYERS, /* a subscene lacks class layers that it had */
    FAULT_LEFTOVER, /* a temporary file of a killed process */
    FAULT_OTHER, /* a repair leaves it alone: files of unknown origin, duplicates, wrong places */
    FAULT_KINDS
};

/* "damaged", "missing", … */
extern const char *const fault_names[FAULT_KINDS];

enum { FAULT_TEXT = 5000 };

/* The command that mends faults of the kind below `folder`; "" for FAULT_OTHER. */
void fault_command(enum fault_kind kind, const char *folder, char buf[FAULT_TEXT]);

/* One line about n > 0 faults of the kind, with the command. */
void fault_summary(enum fault_kind kind, size_t n, const char *folder, char buf[FAULT_TEXT]);

#endif
