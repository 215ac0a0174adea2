#include "cmd/documents/manual.h"

#include <ctype.h>
#include <string.h>

#include "cmd/cm_vsm/cm_vsm.h"
#include "cmd/documents/roff.h"
#include "cmd/options/help.h"

void manual_begin(FILE *to, const char *name, int section, const char *summary)
{
    fprintf(to, ".TH \"");
    for (const char *s = name; *s; s++)
        fprintf(to, *s == '-' ? "\\-" : "%c", toupper((unsigned char)*s));
    fprintf(to, "\" %d %s \"subscene %s\"\n.SH NAME\n", section, SUBSCENE_DATE, SUBSCENE_VERSION);
    roff_print(to, name);
    fprintf(to, "\\- ");
    roff_print(to, summary);
}

/* Prints paragraphs that are separated by line breaks. */
static void print_paragraphs(FILE *to, const char *text)
{
    for (const char *s = text; *s;) {
        char paragraph[1024];
        size_t n = strcspn(s, "\n");
        snprintf(paragraph, sizeof paragraph, "%.*s", (int)n, s);
        if (s != text)
            fprintf(to, ".PP\n");
        roff_print(to, paragraph);
        s += n + (s[n] == '\n');
    }
}

static void print_examples(FILE *to, const struct command_example *examples)
{
    fprintf(to, ".SH EXAMPLES\n");
    for (const struct command_example *x = examples; x->line; x++) {
        roff_print_tag(to, x->line);
        roff_print(to, x->does);
    }
}

static void print_exit_status(FILE *to)
{
    fprintf(to, ".SH EXIT STATUS\n");
    for (const struct help_exit_code *x = help_exit_codes; x->code; x++) {
        roff_print_tag(to, x->code);
        roff_print(to, x->meaning);
    }
}

static void print_environment(FILE *to)
{
    fprintf(to, ".SH ENVIRONMENT\n");
    roff_print_tag(to, "SOURCE_DATE_EPOCH");
    roff_print(to, "Time for last_modified in files of profile kappazeta, in seconds since 1970. "
                   "Without it, the product's own generation time is used.");
    roff_print_tag(to, "TMPDIR");
    roff_print(to, "Folder for images that are unpacked from a .zip and do not fit in memory.");
    roff_print_tag(to, "SLURM_CPUS_PER_TASK, SLURM_CPUS_ON_NODE, SLURM_MEM_PER_NODE, "
                       "SLURM_MEM_PER_CPU");
    roff_print(to, "Threads and memory of the task, used without --threads and --memory.");
    roff_print_tag(to, "NO_COLOR");
    roff_print(to, "If it is set, messages have no colour.");
}

static void print_see_also(FILE *to, const struct command *without)
{
    fprintf(to, ".SH SEE ALSO\n");
    if (without)
        fprintf(to, ".BR subscene (1),\n");
    for (size_t i = 0; i < command_count; i++)
        if (&command_table[i] != without)
            fprintf(to, ".BR subscene\\-%s (1),\n", command_table[i].name);
    fprintf(to, ".BR cm_vsm (1),\n.BR subscene\\-format (5),\n.BR subscene\\-cluster (7)\n");
}

void manual_program(FILE *to)
{
    static const struct command_example example[] = {
        {"subscene run PRODUCT.SAFE -o OUT", "Make all subscenes of a product"}, {NULL, NULL}};
    manual_begin(to, "subscene", 1, "Sentinel-2 products to training and inference subscenes");
    fprintf(to, ".SH SYNOPSIS\n.B subscene\n.I command\n[options]\n.SH DESCRIPTION\n");
    roff_print(to,
               "subscene turns Sentinel-2 products (Level-1C and Level-2A) into the subscenes that "
               "cloud-mask models are trained on and run on. It brings every band onto the 10 m "
               "grid, cuts the grid into 512 x 512 px, and writes one georeferenced NetCDF4 file "
               "for each subscene.");
    fprintf(to, ".PP\n");
    roff_print(to, "Each command has its own page, as subscene-run(1). subscene-format(5) "
                   "describes the files, subscene-cluster(7) the use on batch systems.");
    fprintf(to, ".SH COMMANDS\n");
    for (size_t i = 0; i < command_count; i++) {
        roff_print_tag(to, command_table[i].name);
        roff_print(to, command_table[i].summary);
    }
    print_exit_status(to);
    print_environment(to);
    print_examples(to, example);
    print_see_also(to, NULL);
}

static void print_heading(FILE *to, const char *name) { fprintf(to, ".SS %s\n", name); }

static void print_option(FILE *to, const char *option, const char *meaning)
{
    roff_print_tag(to, option + strspn(option, " "));
    roff_print(to, meaning);
}

static void print_options(FILE *to, const struct command *c)
{
    const struct help_style style = {print_heading, print_option};
    fprintf(to, ".SH OPTIONS\n");
    help_options(c, &style, to);
}

void manual_command(const struct command *c, FILE *to)
{
    char name[32], usage[HELP_USAGE_SIZE];
    snprintf(name, sizeof name, "subscene-%s", c->name);
    help_usage(c, usage);
    manual_begin(to, name, 1, c->summary);
    fprintf(to, ".SH SYNOPSIS\n.B subscene %s\n", c->name);
    roff_print(to, usage);
    fprintf(to, ".SH DESCRIPTION\n");
    print_paragraphs(to, c->details);
    print_options(to, c);
    print_exit_status(to);
    print_examples(to, c->examples);
    print_see_also(to, c);
}

void manual_cm_vsm(FILE *to)
{
    static const struct command_example examples[] = {
        {"cm_vsm -d PRODUCT.SAFE -O OUT.CVAT -b B02,B03,B04 -j 4",
         "Make subscenes of three bands with the numbers of cm_vsm"},
        {NULL, NULL}};
    manual_begin(to, "cm_vsm", 1, "replacement for cm_vsm 0.3");
    fprintf(to, ".SH SYNOPSIS\n.B cm_vsm \\-d\nPRODUCT [flags]\n.br\n.B cm_vsm \\-r\nFILE\n.B "
                "\\-n\nFILE\n.br\n.B cm_vsm \\-R\nDIR\n.B \\-t\nTILENAME\n.B \\-n\nFILE\n.br\n.B "
                "cm_vsm \\-A\nDIR\n.SH DESCRIPTION\n");
    roff_print(to, "Called as cm_vsm, the program subscene accepts the flags of cm_vsm 0.3 and "
                   "writes files with the same structure and the same numbers.");
    fprintf(to, ".SH OPTIONS\n");
    for (size_t i = 0; i < cm_vsm_flags(); i++) {
        char flag[64];
        const char *help;
        cm_vsm_flag(i, flag, &help);
        roff_print_tag(to, flag);
        roff_print(to, help);
    }
    print_exit_status(to);
    print_examples(to, examples);
    print_see_also(to, NULL);
}
