/* The command config: all options with their defaults, as a configuration file. */
#include <string.h>

#include "cmd/options/commands.h"
#include "cmd/options/help.h"

/* The value in the option's line: the default, or an example if no value means the default. */
static const char *value_of(const struct option_def *o)
{
    if (o->kind == OPTION_FLAG)
        return "false";
    return o->def && strncmp(o->def, "all", 3) != 0 ? o->def : o->arg;
}

static void print_option(const struct option_def *o, FILE *to)
{
    char meaning[HELP_MEANING_SIZE];
    help_meaning(o, meaning);
    fprintf(to, "\n# ");
    help_print_wrapped(to, meaning, "#", 2);
    fprintf(to, "#%s = %s\n", o->name, value_of(o));
}

int cmd_config(const struct settings *s)
{
    (void)s;
    printf("# Options of subscene %s, for --config FILE. Remove the # from the lines that you "
           "change.\n",
           SUBSCENE_VERSION);
    int group = -1;
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        if (!options_in_config(o))
            continue;
        if (group != (int)o->group)
            printf("\n# ---- %s ----\n", option_group_names[o->group]);
        group = (int)o->group;
        print_option(o, stdout);
    }
    return 0;
}
