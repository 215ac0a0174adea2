/* The options for the sources of class layers: --cvat, --segments, --supervisely, --map,
 * --unlabelled, --raster, --product, --no-masks. */
#ifndef SUBSCENE_CMD_CLI_LAYER_OPTIONS_H
#define SUBSCENE_CMD_CLI_LAYER_OPTIONS_H

#include "cmd/options/options.h"
#include "stages/layers/layerset.h"

struct command_layers {
    struct class_map map; /* of the labels */
    struct labels *labels;
    struct named_mask *mask;
    struct layer_request request; /* refers to the members above */
};

/* Reads the options, the label files and the class maps. `has_product`: the operand of the command
 * is a product; otherwise --product may name one. The masks in the product are used unless
 * --no-masks is given. command_layers_clear frees, also after an error. ERR_USAGE: also if --raster
 * needs a product and there is none. ERR_INPUT: a file is missing or malformed. */
int command_layers_open(const struct settings *s, bool has_product, struct command_layers *out,
                        struct err *e) MUST_CHECK;
void command_layers_clear(struct command_layers *l);

#endif
