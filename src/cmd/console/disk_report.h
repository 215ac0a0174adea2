/* Reports the disk space that files will need, and the free disk space. */
#ifndef SUBSCENE_CMD_CONSOLE_DISK_REPORT_H
#define SUBSCENE_CMD_CONSOLE_DISK_REPORT_H

#include "core/jsonout.h"
#include "stages/folder/disk_space.h"

struct disk_report {
    struct disk_space space;
    size_t count; /* number of files */
    const char *what; /* kind of the files: "subscene", "file" */
    const char *folder; /* root of the output; NULL: unknown */
    bool has_free; /* free_bytes is known */
    uint64_t free_bytes; /* of the folder's file system */
};

/* The report on subscenes. Reads the free space. `folder` is borrowed and may be NULL. */
struct disk_report disk_report_of(struct disk_space space, size_t subscenes, const char *folder);

/* The report on files between the stages. */
struct disk_report disk_report_of_files(const struct disk_tally *tally, const char *folder);

/* "at most 6.2 GB, about 2.4 GB; 120 GB are free in OUT". GB are 10⁹ bytes. */
enum { DISK_REPORT_TEXT = 400 };
void disk_report_format(const struct disk_report *r, char text[DISK_REPORT_TEXT]);

/* Writes the member disk_space. free_bytes is null if it is unknown. */
void disk_report_json(const struct disk_report *r, struct jsonout *j);

/* Logs the report as the event disk_space, and the warning of disk_report_warn. Logs nothing if
 * there are no files to make. */
void disk_report_log(const struct disk_report *r);

/* Logs a warning if the typical space is larger than the free space. */
void disk_report_warn(const struct disk_report *r);

#endif
