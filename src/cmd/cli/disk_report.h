/* Reports the disk space that files will need, and what is free. */
#ifndef SUBSCENE_CMD_CLI_DISK_REPORT_H
#define SUBSCENE_CMD_CLI_DISK_REPORT_H

#include "core/jsonout.h"
#include "stages/folder/disk_space.h"

struct disk_report {
    struct disk_space space;
    size_t count; /* of the files */
    const char *what; /* they are: "subscene", "file" */
    const char *folder; /* root of the output; NULL: not known */
    bool has_free; /* free_bytes is known */
    uint64_t free_bytes; /* of the folder's file system */
};

/* Of subscenes. Asks the file system. `folder` is borrowed and may be NULL. */
struct disk_report disk_report_of(struct disk_space space, size_t subscenes, const char *folder);

/* Of files between the stages. */
struct disk_report disk_report_of_files(const struct disk_tally *tally, const char *folder);

/* "at most 6.2 GB, about 2.4 GB; 120 GB are free in OUT". GB are 10⁹ bytes. */
enum { DISK_REPORT_TEXT = 400 };
void disk_report_format(const struct disk_report *r, char text[DISK_REPORT_TEXT]);

/* The member disk_space, or null for the bytes that are free where they are not known. */
void disk_report_json(const struct disk_report *r, struct jsonout *j);

/* Logs the report, as event disk_space. Nothing to make: no report. */
void disk_report_tell(const struct disk_report *r);

/* Logs a warning where the typical figure is more than what is free. */
void disk_report_warn(const struct disk_report *r);

#endif
