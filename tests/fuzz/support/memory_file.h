/* Bytes as a file with a path, without a disk. A mistake ends the program: for fuzz targets
 * alone. */
#ifndef FUZZ_SUPPORT_MEMORY_FILE_H
#define FUZZ_SUPPORT_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>

struct memory_file {
    int fd;
    char path[32]; /* good until memory_file_close */
};

struct memory_file memory_file_open(const void *data, size_t size);
void memory_file_close(struct memory_file *f);

/* A folder of this process alone, in memory where the machine has /dev/shm; it is removed, with all
 * that is in it, when the process ends. */
const char *memory_folder(void);

#endif
