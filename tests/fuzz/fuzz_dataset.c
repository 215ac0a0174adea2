/* dataset.csv: only the table that the manifests give has no fault. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stages/check/dataset.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char header[] =
    "file,product,month,tile_id,sensing,x,y,valid_fraction,Label_CLEAR,content_hash,parameters";
static char first[] =
    "a.nc,P,April,T35VLF,20200529T094041,0,0,1,0.5,crc32:00000000,0123456789abcdef";
static char second[] =
    "b.nc,P,April,T35VLF,20200529T094041,1,0,0.25,,crc32:00000001,0123456789abcdef";

static void make_files(void)
{
    static const char *const names[] = {"a.nc", "b.nc"};
    char path[128];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", memory_folder(), names[i]);
        int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        if (fd < 0)
            abort();
        close(fd);
    }
}

static void on_fault(void *ctx, const char *path, const char *what)
{
    size_t *faults = ctx;
    ++*faults;
    if (path[0] == '\0' || what[0] == '\0')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    char *lines[] = {first, second}, good[512];
    const struct dataset now = {header, {lines, 2, 2}, 1, 1};
    struct err e = ERR_INIT;
    size_t faults = 0;
    if (!ready)
        make_files();
    ready = true;
    int n = snprintf(good, sizeof good, "%s\n%s\n%s\n", header, first, second);
    struct memory_file file = memory_file_open(data, size);
    if (dataset_compare(&now, memory_folder(), file.path, on_fault, &faults, &e) != 0)
        abort();
    bool same = size == (size_t)n && memcmp(data, good, size) == 0;
    if (same != (faults == 0))
        abort();
    memory_file_close(&file);
    return 0;
}
