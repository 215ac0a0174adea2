/* The option parser: words separated by NUL bytes. What it accepts must be inside of the documented
 * ranges. */
#include <stdlib.h>
#include <string.h>

#include "cmd/options/options.h"
#include "support/settings_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_WORDS = 64 };

static int split(char *text, size_t size, char **words)
{
    int n = 0;
    for (size_t i = 0; i < size && n < MAX_WORDS; i += strlen(text + i) + 1)
        words[n++] = text + i;
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    char *words[MAX_WORDS];
    struct settings s;
    struct err e = ERR_INIT;
    /* --config would read whatever file the bytes name */
    if (!text || memmem(data, size, "config", 6)) {
        free(text);
        return 0;
    }
    memcpy(text, data, size);
    text[size] = '\0';
    if (options_parse(CMD_RUN, split(text, size, words), words, &s, &e) == 0)
        settings_check(&s);
    else if ((e.code != ERR_USAGE && e.code != ERR_INPUT) || e.msg[0] == '\0')
        abort();
    options_clear(&s);
    free(text);
    return 0;
}
