/* The files of config/page, compiled in, so that the program needs no files of its own. Made by
 * config/page/embed.cmake. */
#ifndef SUBSCENE_STAGES_LOOK_PAGE_FILES_H
#define SUBSCENE_STAGES_LOOK_PAGE_FILES_H

#include <stddef.h>

struct page_file {
    const char *name;
    const char *text;
};
extern const struct page_file page_files[]; /* index.html comes first */
extern const size_t page_file_count;

#endif
