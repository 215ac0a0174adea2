/* Segments.ai's classes and releases: what is read can be looked up, and no mask is outside of the
 * release's folder. A zip archive is an export. */
#include <stdlib.h>
#include <string.h>

#include "io/labels/segments_release.h"
#include "support/memory_file.h"
#include "support/tool_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_classes(const uint8_t *data, size_t size)
{
    struct segments s;
    struct err e = ERR_INIT;
    if (segments_parse("fuzz.json", data, size, &s, &e) == 0) {
        for (size_t i = 0; i < s.n; i++)
            if (s.class[i].id > SEGMENTS_ID_MAX ||
                segments_category(&s, s.class[i].id) != s.class[i].category)
                abort();
        segments_clear(&s);
    } else if (e.msg[0] == '\0') {
        abort();
    }
}

static void check_release(const uint8_t *data, size_t size)
{
    struct segments_release r;
    struct err e = ERR_INIT;
    char place[256];
    if (segments_release_parse("fuzz.json", data, size, &r, &e) == 0) {
        for (size_t i = 0; i < r.n; i++)
            for (int k = 0; k < SEGMENTS_PLACES; k++)
                if (segments_release_place(&r, &r.sample[i], k, place, sizeof place) &&
                    !source_name_ok(place))
                    abort();
        segments_release_clear(&r);
    } else if (e.msg[0] == '\0') {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!tool_check_is_zip(data, size)) {
        check_classes(data, size);
        check_release(data, size);
        return 0;
    }
    struct memory_file file = memory_file_open(data, size);
    tool_check(&segments_tool, file.path);
    memory_file_close(&file);
    return 0;
}
