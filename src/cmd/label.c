#include "stages/label.h"

#include <stdio.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/console.h"
#include "cmd/resources.h"
#include "core/log.h"
#include "exec/stop.h"
#include "io/classmap.h"

static void on_begin(void *ctx, size_t subscenes)
{
    (void)ctx;
    console_progress_begin("label", subscenes);
}

static void on_subscene(void *ctx, enum label_outcome outcome, const char *path)
{
    (void)ctx;
    if (outcome != LABEL_SKIPPED)
        console_result(path);
    console_progress_step();
}

/* The map of --map with the code of --unlabelled. */
static int read_map(const struct settings *s, struct class_map *map, struct err *e)
{
    char meanings[CLASS_MEANINGS_SIZE];
    int r = classmap_get(s->map ? s->map : "label", map, e);
    if (r || !s->unlabelled_given)
        return r;
    for (size_t i = 0; i < map->flags; i++)
        if (map->flag[i].value == s->unlabelled) {
            map->unlabelled = (uint8_t)s->unlabelled;
            return 0;
        }
    class_map_meanings(map, meanings);
    return err_set(e, ERR_USAGE, "--unlabelled %d: is no code of the map %s, which has %s", s->unlabelled, map->name,
                   meanings);
}

static int open_source(const struct settings *s, const struct class_map *map, struct labelsource **out, struct err *e)
{
    if (!s->cvat == !s->segments)
        return err_set(e, ERR_USAGE, "one of --cvat FILE and --segments DIR is needed: where the labels are");
    return s->cvat ? labelsource_open_cvat(s->cvat, map, out, e) : labelsource_open_segments(s->segments, map, out, e);
}

int cmd_label(const struct settings *s)
{
    struct class_map map;
    struct labelsource *source = NULL;
    struct label_result result;
    struct err err = ERR_INIT;
    struct resources resources;
    resources_find(s, &resources);
    const struct label_options options = {
        .map = &map,
        .overwrite = s->overwrite,
        .dry_run = s->dry_run,
        .lock = {.timeout_s = s->lock_timeout_s, .job = resources.job},
        .stopped = stop_signal
    };
    const struct label_observer observer = {on_begin, on_subscene, NULL};
    int failed = stop_install(&err);
    if (failed == 0)
        failed = read_map(s, &map, &err);
    if (failed == 0)
        failed = open_source(s, &map, &source, &err);
    if (failed == 0) {
        failed = label_folders(s->operands, (size_t)s->n_operands, source, &options, &observer, &result, &err);
        console_progress_end();
        if (result.made + result.skipped > 0)
            log_message(LOG_INFO, "", "%zu images: %zu subscenes %s, %zu already had %s, %zu images without a subscene",
                        result.images, result.made, s->dry_run ? "to label" : "labelled", result.skipped, map.layer,
                        result.strangers);
        log_message(LOG_DEBUG, "", "map %s: what nothing covers is %d", map.name, map.unlabelled);
    }
    labelsource_close(source);
    if (failed == ERR_STOPPED)
        return 128 + stop_signal();
    return failed ? command_fail(&err) : 0;
}
