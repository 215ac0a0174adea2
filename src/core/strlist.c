#include "core/strlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

int strlist_add(struct strlist *l, const char *s, size_t len, struct err *e)
{
    char **grown = mem_grown(l->s, l->n, &l->cap, sizeof *grown, e);
    if (!grown)
        return ERR_TEMPORARY;
    l->s = grown;
    char *copy = mem_alloc(len + 1, 1);
    if (!copy)
        return err_nomem(e, len + 1);
    memcpy(copy, s, len);
    copy[len] = '\0';
    l->s[l->n++] = copy;
    return 0;
}

void strlist_clear(struct strlist *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->s[i]);
    free(l->s);
    *l = (struct strlist){0};
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void strlist_sort(struct strlist *l)
{
    if (l->n > 0)
        qsort(l->s, l->n, sizeof *l->s, by_bytes);
}

ptrdiff_t strlist_find(const struct strlist *l, const char *s)
{
    char **found = l->n > 0 ? bsearch(&s, l->s, l->n, sizeof *l->s, by_bytes) : NULL;
    return found ? found - l->s : -1;
}

bool strlist_has(const struct strlist *l, const char *s)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->s[i], s) == 0)
            return true;
    return false;
}

void strlist_join(const struct strlist *l, const char *between, char *buf, size_t size)
{
    buf[0] = '\0';
    for (size_t i = 0, n = 0; i < l->n && n < size; i++)
        n += (size_t)snprintf(buf + n, size - n, "%s%s", i ? between : "", l->s[i]);
}
