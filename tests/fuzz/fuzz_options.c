/* The option parser: words separated by NUL bytes. What it accepts must be inside of the documented ranges. */
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/commands.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_WORDS = 64 };

static int split(char *text, size_t size, char **words)
{
    int n = 0;
    for (size_t i = 0; i < size && n < MAX_WORDS; i += strlen(text + i) + 1)
        words[n++] = text + i;
    return n;
}

static void check(const struct settings *s)
{
    struct params p;
    struct selection selection;
    struct err e = ERR_INIT;
    bool in_range = s->size >= 1 && s->size <= 10980 && s->overlap >= 0 && s->overlap <= 0.5 && s->lobes >= 2 &&
                    s->lobes <= 64 && s->deflate >= 0 && s->deflate <= 9 && s->min_valid >= 0 && s->min_valid <= 1 &&
                    s->bands >> BAND_COUNT == 0;
    if (!in_range || (command_params(s, &p, &e) != 0 && e.msg[0] == '\0'))
        abort();
    /* never a list or an area in a file: the target must not read what the bytes name */
    if ((s->tiles && s->tiles[0] == '@') || s->aoi)
        return;
    if (command_selection(s, &selection, &e) != 0 && e.msg[0] == '\0')
        abort();
    command_selection_clear(&selection);
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
        check(&s);
    else if ((e.code != ERR_USAGE && e.code != ERR_INPUT) || e.msg[0] == '\0')
        abort();
    options_clear(&s);
    free(text);
    return 0;
}
