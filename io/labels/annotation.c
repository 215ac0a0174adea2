#include "io/labels/annotation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

bool annotation_name_ok(const char *s, size_t longest)
{
    size_t n = 0;
    for (; s[n]; n++) {
        if (n == longest || (unsigned char)s[n] < 0x20 || s[n] == 0x7f)
            return false;
    }
    return true;
}

int annotation_category(struct annotation *a, const char *name, size_t *index, struct err *e)
{
    struct strlist *all = &a->category;
    size_t i = 0;
    while (i < all->n && strcmp(all->s[i], name) != 0)
        i++;
    *index = i;
    if (i < all->n)
        return 0;
    return all->n == ANNOTATION_CATEGORIES ? ERR_INPUT : strlist_add(all, name, strlen(name), e);
}

int annotation_add(struct annotation *a, const struct annotation_shape *s, struct err *e)
{
    struct annotation_shape *grown =
        mem_grown(a->shape, a->shapes, &a->shape_cap, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    a->shape = grown;
    a->shape[a->shapes++] = *s;
    return 0;
}

int annotation_add_run(struct annotation *a, struct annotation_shape *mask, uint32_t run,
                       struct err *e)
{
    uint32_t *grown = mem_grown(a->run, a->runs, &a->run_cap, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    a->run = grown;
    a->run[a->runs++] = run;
    mask->runs++;
    return 0;
}

int annotation_check(const struct annotation *a, const struct class_map *map, const char *path,
                     struct err *e)
{
    struct unknown_categories unknown = {0};
    for (size_t i = 0; i < a->category.n; i++)
        unknown_categories_look(&unknown, map, a->category.s[i]);
    return unknown_categories_report(&unknown, map, path, e);
}

struct polygon annotation_polygon(const struct annotation *a, const struct annotation_shape *s)
{
    return rings_polygon(&a->rings, &s->span);
}

struct run_mask annotation_mask(const struct annotation *a, const struct annotation_shape *s)
{
    /* without any run, a->run is NULL */
    return (struct run_mask){s->runs > 0 ? a->run + s->run : NULL, s->runs, s->window};
}

void annotation_clear(struct annotation *a)
{
    free(a->shape);
    free(a->run);
    rings_clear(&a->rings);
    strlist_clear(&a->category);
    *a = (struct annotation){0};
}

static void suggest_category(const struct class_map *map, const char *category,
                             char hint[SUGGEST_SIZE])
{
    const char *word[CLASS_CATEGORIES_MAX + 1];
    for (size_t i = 0; i < map->categories; i++)
        word[i] = map->category[i].name;
    word[map->categories] = NULL;
    suggest(category, &(struct suggest_words){.word = word}, hint);
}

void unknown_categories_look(struct unknown_categories *u, const struct class_map *map,
                             const char *category)
{
    size_t len = strlen(u->text);
    if (class_map_category(map, category))
        return;
    if (u->n++ == 0)
        suggest_category(map, category, u->hint);
    snprintf(u->text + len, sizeof u->text - len, "%s\"%s\"", len ? ", " : "", category);
}

int unknown_categories_report(const struct unknown_categories *u, const struct class_map *map,
                              const char *path, struct err *e)
{
    if (u->n == 0)
        return 0;
    return err_set(e, ERR_INPUT, "%s: the map %s does not know %zu of its categories: %s%s", path,
                   map->name, u->n, u->text, u->n == 1 ? u->hint : "");
}
