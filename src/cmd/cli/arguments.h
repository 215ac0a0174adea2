/* Turns settings into what the jobs take: parameters, selections and lists of products. */
#ifndef SUBSCENE_CMD_CLI_ARGUMENTS_H
#define SUBSCENE_CMD_CLI_ARGUMENTS_H

#include "cmd/cli/resources.h"
#include "cmd/options/options.h"
#include "core/params.h"
#include "core/strlist.h"
#include "stages/folder/session.h"
#include "stages/image/cells.h"

/* The parameters of the settings. ERR_USAGE: options contradict each other. */
int arguments_params(const struct settings *s, struct params *out, struct err *e) MUST_CHECK;

/* The parameters of decode, resample and cut: files are uncompressed unless --deflate is given. */
int arguments_stage_params(const struct settings *s, struct params *out, struct err *e) MUST_CHECK;

/* Checks --output. ERR_USAGE: it is missing or not allowed. */
int arguments_output(const struct settings *s, struct err *e) MUST_CHECK;

/* The options of the output folder; the caller sets layout and timestamp. */
struct session_options arguments_folder(const struct settings *s, const struct resources *r);

/* `*out` is SOURCE_DATE_EPOCH (reproducible-builds.org) as ISO 8601 in `buf`, or NULL if the
 * variable is not set. ERR_USAGE: it is not a number of seconds. */
int arguments_timestamp(char buf[32], const char **out, struct err *e) MUST_CHECK;

/* The template of the layout. ERR_USAGE: it is not allowed. */
int arguments_layout(const struct settings *s, const char **template, struct err *e) MUST_CHECK;

/* The selection of --tiles and --aoi. arguments_selection_clear frees it, also after an error.
 * ERR_USAGE; ERR_INPUT: a file cannot be read. */
int arguments_selection(const struct settings *s, struct selection *out, struct err *e) MUST_CHECK;
void arguments_selection_clear(struct selection *s);

/* Keeps the share of --shard: products K, K + N, K + 2 N … of the list, counted from 1. Removes the
 * others. ERR_USAGE: the option is malformed. */
int arguments_shard(const struct settings *s, struct strlist *products, struct err *e) MUST_CHECK;

/* The products of the operands, with the lines of each @LIST. Free with strlist_clear; empty after
 * an error. ERR_INPUT: a list cannot be read. */
int arguments_products(const struct settings *s, struct strlist *out, struct err *e) MUST_CHECK;

/* The same for exactly one product. ERR_USAGE: there are none or several. */
int arguments_one_product(const struct settings *s, struct strlist *out, struct err *e) MUST_CHECK;

/* Is the argument a product: a folder by its name (.SAFE) or with the metadata file, that file, or
 * a .zip? */
bool arguments_is_product(const char *path);

#endif
