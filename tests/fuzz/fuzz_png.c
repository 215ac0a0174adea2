/* PNG masks of up to 256 x 256: every value that is read is looked at. */
#include <stdlib.h>

#include "io/pngfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pngfile p;
    struct err e = ERR_INIT;
    if (pngfile_decode("png", (struct pngfile_bytes){data, size}, 256, 256, &p, &e) != 0) {
        if (e.msg[0] == '\0' || p.px)
            abort();
        return 0;
    }
    uint32_t all = 0;
    for (size_t i = 0; i < (size_t)p.width * (size_t)p.height; i++)
        all |= pngfile_value(&p, i);
    if (p.width < 1 || p.height < 1 || p.width > 256 || p.height > 256 || (p.bits < 32 && all >> p.bits))
        abort();
    pngfile_clear(&p);
    return 0;
}
