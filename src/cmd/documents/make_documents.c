/* Build tool: prints the texts that are made from the tables of commands and options. */
#include <stdio.h>
#include <string.h>

#include "cmd/cli/completion.h"
#include "cmd/cli/help.h"

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    if (strcmp(what, "manual") == 0)
        help_manual(stdout);
    else if (strcmp(what, "bash") == 0)
        completion_bash(stdout);
    else if (strcmp(what, "zsh") == 0)
        completion_zsh(stdout);
    else if (strcmp(what, "fish") == 0)
        completion_fish(stdout);
    else if (strcmp(what, "markdown") == 0)
        help_markdown(stdout);
    else if (strcmp(what, "table") == 0)
        help_table(stdout);
    else
        return 2;
    return fflush(stdout) != 0;
}
