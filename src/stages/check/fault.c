#include "stages/check/fault.h"

#include <stdio.h>

#include "core/path.h"
#include "core/text.h"

const char *const fault_names[FAULT_KINDS] = {
    "none", "damaged", "missing", "manifest", "dataset", "layers", "lost", "leftover", "other"};

/* What mends the faults of a kind. */
struct remedy {
    const char *command; /* before the folder; "": none */
    const char *product; /* after the folder */
};
static const struct remedy remedies[FAULT_KINDS] = {
    [FAULT_NONE] = {"", ""},
    [FAULT_DAMAGED] = {"subscene verify --repair", " --product PRODUCT"},
    [FAULT_MISSING] = {"subscene verify --repair", " --product PRODUCT"},
    [FAULT_MANIFEST] = {"subscene verify --repair", ""},
    [FAULT_DATASET] = {"subscene dataset", ""},
    [FAULT_LAYERS] = {"subscene verify --repair", " --product PRODUCT"},
    [FAULT_LOST] = {"subscene label", " --cvat FILE (or their other source)"},
    [FAULT_LEFTOVER] = {"subscene verify --repair", ""},
    [FAULT_OTHER] = {"", ""},
};

static const struct remedy repeat = {"repeat the run that made", " (profile kappazeta)"};

void fault_command(const struct fault_count *f, char buf[FAULT_TEXT])
{
    const struct remedy *m = &remedies[f->kind];
    if (f->is_untold && f->kind != FAULT_LOST && m->product[0])
        m = &repeat;
    buf[0] = '\0';
    if (m->command[0])
        snprintf(buf, FAULT_TEXT, "%s %.*s%s", m->command, (int)path_trimmed_length(f->folder),
                 f->folder, m->product);
}

/* "2 damaged files" */
static void describe(enum fault_kind kind, size_t n, char buf[160])
{
    const char *s = text_s(n);
    switch (kind) {
    case FAULT_NONE:
        buf[0] = '\0';
        break;
    case FAULT_DAMAGED:
        snprintf(buf, 160, "%zu damaged file%s", n, s);
        break;
    case FAULT_MISSING:
        snprintf(buf, 160, "%zu missing file%s", n, s);
        break;
    case FAULT_MANIFEST:
        snprintf(buf, 160, "%zu manifest row%s missing or out of date", n, s);
        break;
    case FAULT_DATASET:
        snprintf(buf, 160, "dataset.csv is out of date");
        break;
    case FAULT_LAYERS:
        snprintf(buf, 160, "%zu subscene%s whose class layers wait", n, s);
        break;
    case FAULT_LOST:
        snprintf(buf, 160, "%zu subscene%s lost class layers", n, s);
        break;
    case FAULT_LEFTOVER:
        snprintf(buf, 160, "%zu leftover%s of killed processes", n, s);
        break;
    case FAULT_OTHER:
    case FAULT_KINDS:
        snprintf(buf, 160, "%zu other fault%s; each line says what to do", n, s);
    }
}

void fault_summary(const struct fault_count *f, char buf[FAULT_TEXT])
{
    char command[FAULT_TEXT], what[160];
    fault_command(f, command);
    describe(f->kind, f->n, what);
    snprintf(buf, FAULT_TEXT, "%s%s%.4700s", what, command[0] ? ": " : "", command);
}
