#include "cmd/documents/tables.h"

#include <string.h>

#include "cmd/options/help.h"

static void print_item(FILE *to, const struct option_def *o)
{
    char option[HELP_OPTION_SIZE], meaning[HELP_MEANING_SIZE];
    help_option(o, option);
    help_meaning(o, meaning);
    fprintf(to, "- `%s`: %s. *", option + strspn(option, " "), meaning);
    for (size_t c = 0, n = 0; c < command_count; c++)
        if (o->commands & command_table[c].bit)
            fprintf(to, "%s%s", n++ ? ", " : "", command_table[c].name);
    fprintf(to, "*\n");
}

void tables_markdown(FILE *to)
{
    int group = -1;
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        if (group != (int)o->group)
            fprintf(to, "%s## %s\n\n", group < 0 ? "" : "\n", option_group_names[o->group]);
        group = (int)o->group;
        print_item(to, o);
    }
}

void tables_plain(FILE *to)
{
    for (size_t c = 0; c < command_count; c++)
        for (size_t i = 0; i < option_count; i++) {
            const struct option_def *o = &option_table[i];
            char range[256], letter[2] = {o->letter ? o->letter : '-', '\0'};
            if (!(o->commands & command_table[c].bit))
                continue;
            options_range(o, range, sizeof range);
            fprintf(to, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", command_table[c].name, o->name, letter,
                    o->arg ? o->arg : "-", o->def ? o->def : "-", range[0] ? range : "-", o->help,
                    option_group_names[o->group]);
        }
}
