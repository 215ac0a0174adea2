#include "stages/folder/disk_space.h"

#include "core/band.h"

enum { BLOCK = 4096 };

/* Metadata in bytes: per file, per variable, and per pixel of the side (for x and y). Measured: a
 * file with 15 variables has 58 to 74 KB, one with 5 has 23 KB. */
enum { FILE_MOST = 32 << 10, FILE_TYPICAL = 12 << 10 };
enum { VARIABLE_MOST = 8 << 10, VARIABLE_TYPICAL = 4 << 10, SIDE = 16 };
enum { AXIS = 8 }; /* bytes of a value of x or y */

/* The manifest in bytes: its header; in a row, the part of the subscene, of a band, of a class
 * layer. */
enum { HEADER = 64 << 10, ROW = 1024, ROW_BAND = 64, ROW_LAYER = 512 };

/* The length of deflated samples that cannot be compressed. */
static double longest(double bytes) { return bytes + bytes / 64 + 1024; }

/* The space of a file in whole blocks, with its entry in the folder. */
static double file_most(double bytes) { return bytes + BLOCK + 512; }

/* How many times a band is enlarged. */
static int enlarged(const struct params *p, int b)
{
    int by = band_table[b].pixel_m / p->resolution_m;
    return by < 1 ? 1 : by;
}

/* Bytes per pixel (disk_space.h). */
static double band_typical(const struct params *p, int b)
{
    static const double bytes[] = {1.8, 1.5, 0.9}; /* enlarged 1, 2, more times */
    if (p->deflate == 0)
        return band_is_byte(b) ? 1 : 4;
    int by = enlarged(p, b);
    return band_is_byte(b) ? 0.7 : bytes[by > 2 ? 2 : by - 1];
}

static double picture_typical(const struct params *p, int b)
{
    static const double bytes[] = {0.6, 0.45, 0.3}; /* enlarged 1, 2, more times */
    int by = enlarged(p, b);
    return bytes[by > 2 ? 2 : by - 1];
}

/* Adds a variable with `most` and `typical` bytes per pixel. sum[0] is the upper bound, sum[1] the
 * typical figure. */
static void add_variable(double most, double typical, double px, double sum[2])
{
    sum[0] += longest(most * px) + VARIABLE_MOST;
    sum[1] += typical * px + VARIABLE_TYPICAL;
}

static void add_picture(double most, double typical, double px, double sum[2])
{
    /* PNG adds a filter byte to each row; one per pixel is more than enough */
    sum[0] += file_most(longest((most + 1) * px));
    sum[1] += typical * px + 200;
}

static void add_bands(const struct params *p, bool png, double px, double sum[2])
{
    for (int b = 0; b < BAND_COUNT; b++) {
        if (!band_in(p->bands, b))
            continue;
        add_variable(band_is_byte(b) ? 1 : 4, band_typical(p, b), px, sum);
        if (png) /* the picture of the three colours has three bytes per pixel */
            add_picture(1, picture_typical(p, b), px, sum);
    }
}

struct disk_space disk_space_of(const struct params *p, size_t layers, bool png, size_t n)
{
    double px = (double)p->size * p->size, side = (double)p->size * SIDE, cells = (double)n;
    double sum[2] = {file_most(FILE_MOST + side), FILE_TYPICAL + side};
    add_bands(p, png, px, sum);
    for (size_t i = 0; i < layers; i++) {
        add_variable(1, p->deflate == 0 ? 1 : 0.1, px, sum);
        if (png)
            add_picture(1, 0.1, px, sum);
    }
    double row = ROW + ROW_BAND * (double)band_set_count(p->bands) + ROW_LAYER * (double)layers;
    return (struct disk_space){.most = n ? (uint64_t)(cells * (sum[0] + row)) + HEADER : 0,
                               .typical = n ? (uint64_t)(cells * (sum[1] + row / 3)) : 0};
}

struct disk_space disk_space_of_stages(int bands, int32_t width, int32_t height, int deflate,
                                       size_t n)
{
    double px = (double)width * height, axes = ((double)width + height) * AXIS;
    double sum[2] = {file_most(FILE_MOST + axes), FILE_TYPICAL + axes};
    for (int b = 0; b < bands; b++)
        add_variable(2, deflate == 0 ? 2 : 1.3, px, sum);
    return (struct disk_space){.most = (uint64_t)((double)n * sum[0]),
                               .typical = (uint64_t)((double)n * sum[1])};
}

struct disk_space disk_space_of_layers(size_t layers, int32_t size)
{
    double px = (double)size * size, sum[2] = {BLOCK, 0};
    for (size_t i = 0; i < layers; i++)
        add_variable(1, 0.1, px, sum);
    return (struct disk_space){.most = (uint64_t)sum[0], .typical = (uint64_t)sum[1]};
}

void disk_space_add(struct disk_space *sum, struct disk_space more)
{
    sum->most += more.most;
    sum->typical += more.typical;
}
