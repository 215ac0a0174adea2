/* Class maps: what is read gives every value of a source a meaning, and keeps inside of its
 * lists. */
#include <stdlib.h>
#include <string.h>

#include "io/labels/classmap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), meanings[CLASS_MEANINGS_SIZE];
    struct class_map m;
    struct err e = ERR_INIT;
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (classmap_parse("map", text, &m, &e) == 0) {
        class_map_meanings(&m, meanings);
        if (m.layer[0] == '\0' || m.flags > CLASS_FLAGS_MAX ||
            m.categories > CLASS_CATEGORIES_MAX || m.places > CLASS_PLACES_MAX ||
            strlen(meanings) >= sizeof meanings)
            abort();
    } else if (e.code != ERR_USAGE || e.msg[0] == '\0') {
        abort();
    }
    free(text);
    return 0;
}
