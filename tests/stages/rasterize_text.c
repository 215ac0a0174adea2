/* Polygons from text to rasters, for test_rasterize.py: stdin has lines "image X Y W H" (of the
 * part), "ring X,Y X,Y …" and "end"; for each image stdout gets the bytes of the part, 1 where the
 * polygon is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filters/rasterize.h"

struct text_polygon {
    struct point vertex[4096];
    size_t end[64];
    size_t rings, n;
};

static int read_ring(struct text_polygon *p, char *line)
{
    for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) {
        struct point *v = &p->vertex[p->n];
        if (p->n == 4096 || sscanf(word, "%lf,%lf", &v->x, &v->y) != 2)
            return 1;
        p->n++;
    }
    if (p->rings == 64)
        return 1;
    p->end[p->rings++] = p->n;
    return 0;
}

static int paint(const struct text_polygon *p, struct rect part)
{
    size_t n = rasterize_scratch(part);
    uint8_t *px = calloc(n, 1), *scratch = calloc(n, 1);
    if (!px || !scratch)
        return 1;
    struct polygon polygon = {p->vertex, p->end, p->rings};
    rasterize_polygon(&polygon, 1, (struct byte_part){px, part.w, part}, scratch);
    int bad = fwrite(px, 1, n, stdout) != n;
    for (size_t i = 0; i < n; i++)
        bad |= scratch[i] != 0;
    free(px);
    free(scratch);
    return bad;
}

int main(void)
{
    static struct text_polygon p;
    static char line[1 << 18];
    struct rect part = {0, 0, 0, 0};
    while (fgets(line, sizeof line, stdin)) {
        int bad = 0;
        if (sscanf(line, "image %d %d %d %d", &part.x, &part.y, &part.w, &part.h) == 4)
            p.rings = p.n = 0;
        else if (strncmp(line, "ring ", 5) == 0)
            bad = read_ring(&p, line + 5);
        else
            bad = paint(&p, part);
        if (bad) {
            fprintf(stderr, "bad: %.60s\n", line);
            return 1;
        }
    }
    return 0;
}
