/* Build tool: prints documents made from the tables of commands and options, and from the guides.
 *
 *     make_documents markdown | table | bash | zsh | fish
 *     make_documents manual PAGE             subscene, subscene-COMMAND or cm_vsm
 *     make_documents manual PAGE GUIDE.md    subscene-format or subscene-cluster
 *     make_documents pages                   the names of the pages without a guide
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/documents/completion.h"
#include "cmd/documents/guide.h"
#include "cmd/documents/manual.h"
#include "cmd/documents/tables.h"

static void print_pages(FILE *to)
{
    fprintf(to, "subscene\ncm_vsm\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(to, "subscene-%s\n", command_table[i].name);
}

static const struct {
    const char *name;
    void (*print)(FILE *to);
} texts[] = {
    {"markdown", tables_markdown}, {"table", tables_plain},   {"bash", completion_bash},
    {"zsh", completion_zsh},       {"fish", completion_fish}, {"pages", print_pages},
};

static int print_text(const char *name)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].name, name) == 0) {
            texts[i].print(stdout);
            return 0;
        }
    return 2;
}

static int print_page(const char *page)
{
    static const char prefix[] = "subscene-";
    size_t n = sizeof prefix - 1;
    if (strcmp(page, "subscene") == 0)
        return manual_program(stdout), 0;
    if (strcmp(page, "cm_vsm") == 0)
        return manual_cm_vsm(stdout), 0;
    for (size_t i = 0; i < command_count && strncmp(page, prefix, n) == 0; i++)
        if (strcmp(page + n, command_table[i].name) == 0)
            return manual_command(&command_table[i], stdout), 0;
    return 2;
}

static int print_guide(const char *page, const char *path)
{
    for (size_t i = 0; i < guide_count; i++) {
        if (strcmp(guide_table[i].name, page) != 0)
            continue;
        FILE *f = fopen(path, "re");
        int error = f ? guide_print(&guide_table[i], f, stdout) : errno;
        if (f)
            fclose(f);
        if (error)
            fprintf(stderr, "make_documents: %s: %s\n", path, strerror(error));
        return error != 0;
    }
    return 2;
}

int main(int argc, char **argv)
{
    int status = 2;
    if (argc == 2)
        status = print_text(argv[1]);
    else if (argc == 3 && strcmp(argv[1], "manual") == 0)
        status = print_page(argv[2]);
    else if (argc == 4 && strcmp(argv[1], "manual") == 0)
        status = print_guide(argv[2], argv[3]);
    return fflush(stdout) != 0 ? 1 : status;
}
