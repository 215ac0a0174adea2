#include "cmd/options/option_hints.h"

#include <string.h>

#include "cmd/options/commands.h"

const struct suggest_alias filter_aliases[] = {
    {"bicubic", "cubic, catrom or mitchell"},
    {"cubicspline", "cubic"},
    {"bspline", "cubic"},
    {"catmull-rom", "catrom"},
    {"catmullrom", "catrom"},
    {"bilinear", "linear"},
    {"triangle", "linear"},
    {"average", "box"},
    {"mean", "box"},
    {"area", "box"},
    {"nearest-neighbour", "nearest"},
    {"nearest-neighbor", "nearest"},
    {NULL, NULL},
};

static const char *suggest_band(const char *name, char buf[SUGGEST_SIZE])
{
    const char *word[BAND_COUNT + 3];
    struct suggest_alias alias[2 * BAND_SPECTRAL_COUNT + 1];
    size_t n = 0;
    for (int b = 0; b < BAND_COUNT; b++)
        word[b] = band_table[b].name;
    word[BAND_COUNT] = "TCI";
    word[BAND_COUNT + 1] = "all";
    word[BAND_COUNT + 2] = NULL;
    /* "B2" and "2": the distance of words alone gives several bands for them */
    for (int b = 0; b < BAND_SPECTRAL_COUNT; b++) {
        alias[n++] = (struct suggest_alias){band_table[b].physical, band_table[b].name};
        alias[n++] = (struct suggest_alias){band_table[b].physical + 1, band_table[b].name};
    }
    alias[n] = (struct suggest_alias){NULL, NULL};
    return suggest(name, &(struct suggest_words){.word = word, .alias = alias}, buf);
}

const char *option_value_hint(const struct option_def *o, const char *value, char buf[SUGGEST_SIZE])
{
    buf[0] = '\0';
    if (o->kind == OPTION_BANDS)
        return suggest_band(value, buf);
    if (o->kind != OPTION_WORD)
        return buf;
    const struct suggest_words known = {
        .word = o->words, .alias = strcmp(o->name, "filter") == 0 ? filter_aliases : NULL};
    return suggest(value, &known, buf);
}

const char *option_name_hint(unsigned commands, const char *name, const char *prefix,
                             char buf[SUGGEST_SIZE])
{
    const char *word[OPTIONS_MAX + 1];
    size_t n = 0;
    for (size_t i = 0; i < option_count && n < OPTIONS_MAX; i++)
        if (option_table[i].commands & commands)
            word[n++] = option_table[i].name;
    word[n] = NULL;
    return suggest(name, &(struct suggest_words){.word = word, .prefix = prefix}, buf);
}

const char *command_name_hint(const char *name, char buf[SUGGEST_SIZE])
{
    static const struct suggest_alias alias[] = {
        {"convert", "run"}, {"check", "verify"}, {"tile", "cut"}, {NULL, NULL}};
    enum { COMMANDS_MAX = 30 };
    const char *word[COMMANDS_MAX + 1];
    size_t n = 0;
    for (; n < command_count && n < COMMANDS_MAX; n++)
        word[n] = command_table[n].name;
    word[n] = NULL;
    return suggest(name, &(struct suggest_words){.word = word, .alias = alias}, buf);
}
