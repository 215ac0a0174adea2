/* The kinds of faults that `verify` finds, and the command that mends each kind. */
#ifndef SUBSCENE_STAGES_CHECK_FAULT_H
#define SUBSCENE_STAGES_CHECK_FAULT_H

#include <stdbool.h>
#include <stddef.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_DAMAGED, /* the file is damaged */
    FAULT_MISSING, /* the file is gone, or was set aside by a repair and is not made again yet */
    FAULT_MANIFEST, /* the file is good, the manifest is not */
    FAULT_DATASET, /* dataset.csv does not agree with the manifests */
    FAULT_LAYERS, /* class layers wait for a subscene, in a file that was set aside */
    FAULT_LOST, /* a subscene lost class layers; only their source gives them back */
    FAULT_LEFTOVER, /* a temporary file of a killed process */
    FAULT_OTHER, /* a repair leaves it alone: files of unknown origin, duplicates, wrong places */
    FAULT_KINDS
};

/* "damaged", "missing", … */
extern const char *const fault_names[FAULT_KINDS];

enum { FAULT_TEXT = 5000 };

/* Faults of one kind below a folder. */
struct fault_count {
    enum fault_kind kind;
    size_t n; /* > 0 */
    const char *folder;
    bool is_untold; /* no file tells its parameters, so a repair cannot make any again */
};

/* The command that mends them; "" for FAULT_OTHER. */
void fault_command(const struct fault_count *f, char buf[FAULT_TEXT]);

/* One line about them, with the command. */
void fault_summary(const struct fault_count *f, char buf[FAULT_TEXT]);

#endif
