/* The options that say where class layers come from: --cvat, --segments, --map, --unlabelled,
 * --raster, --no-masks. */
#ifndef SUBSCENE_CMD_CLI_LAYER_OPTIONS_H
#define SUBSCENE_CMD_CLI_LAYER_OPTIONS_H

#include "cmd/cli/options.h"
#include "stages/layers/layerset.h"

struct command_layers {
    struct class_map map; /* of the labels */
    struct labels *labels;
    struct named_mask *mask;
    struct layer_request request; /* of the above */
};

/* Reads them, label files and class maps included. `has_product`: the command's operand is a
 * product; else --product may name one. Its masks count unless --no-masks. command_layers_clear
 * frees, also after an error. ERR_USAGE (also: a mask of a product, and none is named); ERR_INPUT:
 * a file is missing or malformed. */
int command_layers_open(const struct settings *s, bool has_product, struct command_layers *out,
                        struct err *e) MUST_CHECK;
void command_layers_clear(struct command_layers *l);

#endif
