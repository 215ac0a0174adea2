/* Texts in files: the parameters, which come out as they went in, and layouts, whose paths stay
 * below the folder. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/layout.h"
#include "core/params.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_params(const char *text)
{
    char once[PARAMS_TEXT_SIZE], twice[PARAMS_TEXT_SIZE], digest[PARAMS_DIGEST_SIZE];
    struct params p, again;
    struct err e = ERR_INIT;
    if (params_parse(text, &p, &e) != 0) {
        if (e.code != ERR_INPUT || e.msg[0] == '\0')
            abort();
        return;
    }
    params_format(&p, once);
    params_digest(once, digest);
    if (params_parse(once, &again, &e) != 0)
        abort();
    params_format(&again, twice);
    params_difference(once, twice, digest, sizeof digest);
    if (strcmp(once, twice) != 0 || digest[0])
        abort();
}

static bool leaves_folder(const char *path)
{
    return path[0] == '/' || strncmp(path, "../", 3) == 0 || strstr(path, "/../") ||
           text_ends_with(path, "/..") || strcmp(path, "..") == 0;
}

static void try_layout(const char *text)
{
    static const struct product p = {
        .name = "S2A_MSIL1C_20200529T094041_N0209_R036_T35VLF_20200529T120441",
        .level = "L1C",
        .tile_id = "T35VLF",
        .sensing_time = "2020-05-29T09:40:41.024Z",
        .sensing_compact = "20200529T094041"};
    char path[1024];
    struct err e = ERR_INIT;
    if (layout_check(text, &e) != 0) {
        if (e.code != ERR_USAGE || e.msg[0] == '\0')
            abort();
        return;
    }
    if (layout_file(text, &p, 3, 4, path, sizeof path, &e) == 0 && leaves_folder(path))
        abort();
    if (layout_folder(text, &p, path, sizeof path, &e) == 0 && leaves_folder(path))
        abort();
    if (layout_manifest(text, &p, path, sizeof path, &e) == 0 && leaves_folder(path))
        abort();
    if (layout_pattern(text, &p, path, sizeof path, &e) != 0 ||
        layout_stem(text, &p, path, sizeof path, &e) != 0)
        if (e.msg[0] == '\0')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    try_params(text);
    try_layout(text);
    free(text);
    return 0;
}
