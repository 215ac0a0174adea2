#include "cmd/documents/completion.h"

#include <string.h>

#include "cmd/cm_vsm/cm_vsm.h"
#include "cmd/options/commands.h"

static void print_words(FILE *to, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        fprintf(to, "%s%s", i ? " " : "", words[i]);
}

/* Writes the flag without its placeholder. Returns the placeholder; NULL: it has none. */
static const char *flag_of_cm_vsm(size_t i, char flag[64], const char **help)
{
    cm_vsm_flag(i, flag, help);
    char *blank = strchr(flag, ' ');
    if (!blank)
        return NULL;
    *blank = '\0';
    return blank + 1;
}

/* ---- bash ---- */

static void print_bash_values(FILE *to, const char *option, const char *const *words)
{
    fprintf(to, "    %s) COMPREPLY=($(compgen -W \"", option);
    print_words(to, words);
    fprintf(to, "\" -- \"$cur\")); return ;;\n");
}

static void begin_bash_function(FILE *to, const char *name)
{
    fprintf(to,
            "%s()\n{\n    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
            "    COMPREPLY=()\n",
            name);
}

static void print_bash_options(FILE *to)
{
    fprintf(to, "    case ${COMP_WORDS[1]} in\n");
    for (size_t c = 0; c < command_count; c++) {
        fprintf(to, "    %s) COMPREPLY=($(compgen -W \"", command_table[c].name);
        for (size_t i = 0; i < option_count; i++)
            if (option_table[i].commands & command_table[c].bit)
                fprintf(to, "--%s ", option_table[i].name);
        fprintf(to, "\" -- \"$cur\")) ;;\n");
    }
    fprintf(to, "    esac\n}\n");
}

static void print_bash_cm_vsm(FILE *to)
{
    char flag[64];
    const char *help;
    begin_bash_function(to, "_cm_vsm");
    fprintf(to, "    case $prev in\n");
    for (size_t i = 0; i < cm_vsm_flags(); i++) {
        flag_of_cm_vsm(i, flag, &help);
        if (cm_vsm_flag_words(i))
            print_bash_values(to, flag, cm_vsm_flag_words(i));
    }
    fprintf(to, "    esac\n    [[ $cur == -* ]] || return\n    COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; i < cm_vsm_flags(); i++) {
        flag_of_cm_vsm(i, flag, &help);
        fprintf(to, "%s ", flag);
    }
    fprintf(to, "\" -- \"$cur\"))\n}\n");
}

void completion_bash(FILE *to)
{
    fprintf(to, "# bash completion for subscene and cm_vsm; made from their option tables\n");
    begin_bash_function(to, "_subscene");
    fprintf(to, "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; i < command_count; i++)
        fprintf(to, "%s ", command_table[i].name);
    fprintf(to, "--help --version\" -- \"$cur\"))\n        return\n    fi\n    case $prev in\n");
    for (size_t i = 0; i < option_count; i++) {
        char option[64];
        snprintf(option, sizeof option, "--%s", option_table[i].name);
        if (option_table[i].kind == OPTION_WORD)
            print_bash_values(to, option, option_table[i].words);
    }
    /* no reply for other words: readline then completes file names, also names with blanks */
    fprintf(to, "    esac\n    [[ $cur == -* ]] || return\n");
    print_bash_options(to);
    print_bash_cm_vsm(to);
    fprintf(to, "complete -o default -F _subscene subscene\n"
                "complete -o default -F _cm_vsm cm_vsm\n");
}

/* ---- zsh ---- */

/* Prints text for the brackets or between the colons of a specification in single quotes. */
static void print_zsh_text(FILE *to, const char *text)
{
    for (const char *s = text; *s; s++)
        if (*s == '\'')
            fprintf(to, "'\\''");
        else
            fprintf(to, strchr("[]:\\", *s) ? "\\%c" : "%c", *s);
}

/* 'OPTION[HELP]:ARG:VALUES' */
static void print_zsh_option(FILE *to, const char *option, const char *help, const char *arg,
                             const char *const *words)
{
    fprintf(to, " \\\n        '*%s[", option);
    print_zsh_text(to, help);
    fprintf(to, "]");
    if (arg) {
        fprintf(to, ":");
        print_zsh_text(to, arg);
        fprintf(to, words ? ":(" : ":_files");
        if (words)
            print_words(to, words);
        fprintf(to, words ? ")" : "");
    }
    fprintf(to, "'");
}

static void print_zsh_command(FILE *to, const struct command *c)
{
    fprintf(to, "    %s)\n        _arguments", c->name);
    for (size_t i = 0; i < option_count; i++) {
        const struct option_def *o = &option_table[i];
        char option[64];
        if (!(o->commands & c->bit))
            continue;
        snprintf(option, sizeof option, "--%s", o->name);
        print_zsh_option(to, option, o->help, o->arg, o->kind == OPTION_WORD ? o->words : NULL);
        snprintf(option, sizeof option, "-%c", o->letter);
        if (o->letter)
            print_zsh_option(to, option, o->help, o->arg, NULL);
    }
    fprintf(to, " \\\n        '*:file:_files' ;;\n");
}

static void print_zsh_cm_vsm(FILE *to)
{
    fprintf(to, "    _arguments");
    for (size_t i = 0; i < cm_vsm_flags(); i++) {
        char flag[64];
        const char *help, *arg = flag_of_cm_vsm(i, flag, &help);
        print_zsh_option(to, flag, help, arg, cm_vsm_flag_words(i));
    }
    fprintf(to, "\n");
}

void completion_zsh(FILE *to)
{
    fprintf(to, "#compdef subscene cm_vsm\n"
                "# zsh completion for subscene and cm_vsm; made from their option tables\n"
                "if [[ $service == cm_vsm ]]; then\n");
    print_zsh_cm_vsm(to);
    fprintf(to, "    return\nfi\nlocal -a commands=(\n");
    for (size_t i = 0; i < command_count; i++) {
        fprintf(to, "    '%s:", command_table[i].name);
        print_zsh_text(to, command_table[i].summary);
        fprintf(to, "'\n");
    }
    fprintf(to, ")\nif (( CURRENT == 2 )); then\n    _describe command commands\n    return\nfi\n"
                "(( CURRENT-- ))\nshift words\ncase $words[1] in\n");
    for (size_t i = 0; i < command_count; i++)
        print_zsh_command(to, &command_table[i]);
    fprintf(to, "esac\n");
}

/* ---- fish ---- */

static void print_fish_text(FILE *to, const char *text)
{
    fputc('\'', to);
    for (const char *s = text; *s; s++)
        fprintf(to, *s == '\'' || *s == '\\' ? "\\%c" : "%c", *s);
    fputc('\'', to);
}

static void print_fish_values(FILE *to, const char *arg, const char *const *words, const char *help)
{
    if (words) {
        fprintf(to, " -xa '");
        print_words(to, words);
        fprintf(to, "'");
    } else if (arg) {
        fprintf(to, " -r");
    }
    fprintf(to, " -d ");
    print_fish_text(to, help);
    fprintf(to, "\n");
}

static void print_fish_option(FILE *to, const struct option_def *o)
{
    fprintf(to, "complete -c subscene -n '__fish_seen_subcommand_from");
    for (size_t c = 0; c < command_count; c++)
        if (o->commands & command_table[c].bit)
            fprintf(to, " %s", command_table[c].name);
    fprintf(to, "' -l %s", o->name);
    if (o->letter)
        fprintf(to, " -s %c", o->letter);
    print_fish_values(to, o->arg, o->kind == OPTION_WORD ? o->words : NULL, o->help);
}

void completion_fish(FILE *to)
{
    fprintf(to, "# fish completion for subscene and cm_vsm; made from their option tables\n");
    for (size_t i = 0; i < command_count; i++) {
        fprintf(to, "complete -c subscene -n __fish_use_subcommand -f -a %s -d ",
                command_table[i].name);
        print_fish_text(to, command_table[i].summary);
        fprintf(to, "\n");
    }
    for (size_t i = 0; i < option_count; i++)
        print_fish_option(to, &option_table[i]);
    for (size_t i = 0; i < cm_vsm_flags(); i++) {
        char flag[64];
        const char *help, *arg = flag_of_cm_vsm(i, flag, &help);
        bool is_long = flag[1] == '-';
        fprintf(to, "complete -c cm_vsm -%c %s", is_long ? 'l' : 's', flag + (is_long ? 2 : 1));
        print_fish_values(to, arg, cm_vsm_flag_words(i), help);
    }
}
