#include "io/source/entries.h"

#include <errno.h>
#include <string.h>

const char *entries_next(DIR *d, int *error)
{
    const struct dirent *entry;
    do {
        errno = 0;
        entry = readdir(d);
    } while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
    *error = entry ? 0 : errno;
    return entry ? entry->d_name : NULL;
}
