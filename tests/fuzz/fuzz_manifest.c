/* manifest.csv: what is read must come out the same when it is written and read again. */
#include <stdlib.h>

#include "io/folder/manifest.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct manifest m;
    struct err e = ERR_INIT;
    struct memory_file file = memory_file_open(data, size);
    if (manifest_read(file.path, &m, &e) == 0) {
        for (size_t i = 0; i < m.n; i++)
            if (manifest_find(&m, m.row[i].x, m.row[i].y) != &m.row[i])
                abort();
        manifest_clear(&m);
    } else if (e.msg[0] == '\0') {
        abort();
    }
    memory_file_close(&file);
    return 0;
}
