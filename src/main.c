/* subscene: Sentinel-2 products to training and inference subscenes. Finds the
 * command, runs it, and returns its exit status. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cm_vsm/cm_vsm.h"
#include "cmd/console/console.h"
#include "cmd/options/commands.h"
#include "cmd/options/help.h"
#include "cmd/options/option_hints.h"
#include "cmd/options/version.h"
#include "core/mem.h"
#include "core/path.h"
#include "exec/helper.h"
#include "io/netcdf/examine.h"
#include "io/source/source.h"

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(command_table[i].name, name) == 0)
            return &command_table[i];
    return NULL;
}

/* Checks that all output was written. A full disk is an error, also if stdout is redirected. */
static int close_stdout(int status)
{
    errno = 0;
    int failed = fflush(stdout) != 0 || ferror(stdout);
    int cause = errno;
    if ((fclose(stdout) != 0 || failed) && status == 0) {
        struct err err = ERR_INIT;
        err_sys(&err, ERR_OUTPUT, cause ? cause : EIO, "cannot write to stdout");
        return command_fail(&err);
    }
    return status;
}

static int run_parsed(const struct command *c, const struct settings *settings)
{
    struct err err = ERR_INIT;
    if (settings->help) {
        help_command(c, stdout);
        return 0;
    }
    if (settings->version) {
        version_print(stdout);
        return 0;
    }
    bool takes_operands = c->operands[0] != '\0';
    if (takes_operands != (settings->n_operands > 0)) {
        if (takes_operands)
            err_set(&err, ERR_USAGE, "%s: %s is missing; see subscene %s --help", c->name,
                    c->operands, c->name);
        else
            err_set(&err, ERR_USAGE, "%s takes no operands; \"%s\" is one", c->name,
                    settings->operands[0]);
        return command_fail(&err);
    }
    return c->run(settings);
}

static int run_command(const struct command *c, int argc, char **argv)
{
    struct settings settings;
    struct err err = ERR_INIT;
    int r = options_parse(c->bit, argc, argv, &settings, &err);
    console_start(&settings);
    int status = r ? command_fail(&err) : run_parsed(c, &settings);
    options_clear(&settings);
    return status;
}

/* True if the program was started under this name, for example through a link. */
static bool is_called(const char *name, const char *path)
{
    return path && strcmp(path_base(path), name) == 0;
}

/* Foreign files are first read in a helper process, because they may crash it
 * (io/netcdf/examine.h). */
static int ask_helper(void *ctx, const char *path, struct err *e)
{
    return helpers_ask(ctx, path, e);
}

static int refuse_command(const char *name)
{
    char hint[SUGGEST_SIZE];
    struct err err = ERR_INIT;
    command_name_hint(name, hint);
    err_set(&err, ERR_USAGE, "unknown command \"%s\"%s%s subscene --help lists the commands", name,
            hint, *hint ? "" : ";");
    return command_fail(&err);
}

static int dispatch(int argc, char **argv)
{
    if (is_called("cm_vsm", argv[0]))
        return cm_vsm(argc, argv);
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--version") == 0) {
        version_print(stdout);
        return 0;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        const struct command *about = argc > 2 ? find_command(argv[2]) : NULL;
        if (about)
            help_command(about, stdout);
        else
            help_program(stdout);
        return 0;
    }
    const struct command *c = find_command(name);
    if (c)
        return run_command(c, argc - 2, argv + 2);
    if (*name)
        return refuse_command(name);
    help_program(stderr);
    return err_exit_status(ERR_USAGE);
}

/* Opens /dev/null for each closed standard stream. Otherwise the next opened file would get the
 * stream's number, and messages would go into that file. /dev/null is opened for reading only, so
 * that writing a result to it is an error. */
static void occupy_standard_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

static int fail_start(void)
{
    struct err err = ERR_INIT;
    err_sys(&err, ERR_TEMPORARY, errno, "cannot start");
    return command_fail(&err);
}

int main(int argc, char **argv)
{
    occupy_standard_streams();
    mem_keep();
    console_start(&(struct settings){0}); /* for errors before the options are parsed */
    /* HDF5 never changes a file in place here, so its locks are not needed; they fail on some
     * network file systems */
    if (setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0) != 0)
        return fail_start();
    const char *scratch = getenv("TMPDIR");
    if (scratch && *scratch)
        source_unpack_in(scratch);
    if (is_called(HELPER_NAME, argv[0])) {
        helper_serve(examine_here);
        return 0;
    }
    struct err err = ERR_INIT;
    struct helpers *helpers = NULL;
    if (helpers_create(HELPERS_MAX, &helpers, &err))
        return command_fail(&err);
    examine_with(ask_helper, helpers);
    int status = dispatch(argc, argv);
    helpers_destroy(helpers);
    return close_stdout(status);
}
