#include "support/trial_run.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/layout.h"
#include "core/mem.h"
#include "io/netcdf/subscene_nc.h"

/* Not an assertion: this library serves programs with and without cmocka. */
static void insist(bool ok, const char *what, const char *why)
{
    if (ok)
        return;
    fprintf(stderr, "%s: %s\n", what, why);
    abort();
}

void trial_make(const struct tmpdir *dir, const char *name, const char *options, char path[1024])
{
    char command[4096];
    snprintf(command, sizeof command, "mkdir -p '%s/%s' && '%s' %s '%s/%s'", dir->path, name,
             MAKE_PRODUCT, options, dir->path, name);
    FILE *out = popen(command, "r");
    insist(out && fgets(path, 1024, out), command, "prints no path");
    insist(pclose(out) == 0, command, "fails");
    path[strcspn(path, "\n")] = '\0';
}

struct params trial_params(band_set bands, int32_t size)
{
    return (struct params){.bands = bands,
                           .size = size,
                           .resolution_m = 10,
                           .filter = "sinc",
                           .lobes = 4,
                           .engine = "fft",
                           .edge = EDGE_PAD,
                           .profile = PROFILE_GEOREF,
                           .deflate = 1};
}

struct run_options trial_options(const struct tmpdir *dir, const char *name, char output[1024])
{
    return (struct run_options){
        .folder = {.output = tmpdir_path(dir, name, output), .layout = LAYOUT_FLAT},
        .limits = {.threads = 2}};
}

void trial_run(const char *product, const struct params *params, const struct run_options *options,
               struct run_result *result)
{
    struct err e = ERR_INIT;
    insist(run_product(product, params, options, NULL, result, &e) == 0, product, e.msg);
    insist(result->failed == 0 && result->made == result->total, product, "not all was made");
}

void trial_open(const char *product, band_set bands, struct product_input *in)
{
    struct err e = ERR_INIT;
    insist(product_input_open(product, in, &e) == 0, product, e.msg);
    for (int b = 0; b < BAND_COUNT; b++)
        if (band_in(bands, b))
            insist(product_input_open_band(in, b, &e) == 0, product, e.msg);
}

uint16_t *trial_read(const char *folder, struct cell c, const char *band, int32_t size)
{
    char path[2200];
    struct err e = ERR_INIT;
    struct h5file *f;
    size_t n = (size_t)size * (size_t)size;
    uint16_t *dn = mem_alloc(n, sizeof *dn);
    void *scratch = mem_alloc(n, 8);
    snprintf(path, sizeof path, "%s/tile_%d_%d.nc", folder, c.x, c.y);
    insist(dn && scratch, path, "no memory");
    insist(h5file_open(path, &f, &e) == 0, path, e.msg);
    insist(subscene_nc_read_band(f, band, size, dn, scratch, &e) == 0, path, e.msg);
    h5file_close(f);
    free(scratch);
    return dn;
}

bool trial_same_files(const char *a, const char *b)
{
    size_t n_a = 0, n_b = 0;
    unsigned char *in_a = tmpdir_slurp(a, &n_a), *in_b = tmpdir_slurp(b, &n_b);
    bool same = in_a && in_b && n_a == n_b && memcmp(in_a, in_b, n_a) == 0;
    if (!same)
        printf("%s and %s differ\n", a, b);
    free(in_a);
    free(in_b);
    return same;
}

static int not_a_dot(const struct dirent *d)
{
    return strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
}

static void free_list(struct dirent **list, int n)
{
    while (n > 0)
        free(list[--n]);
    free(list);
}

bool trial_same_folders(const char *a, const char *b)
{
    struct dirent **in_a, **in_b;
    int n_a = scandir(a, &in_a, not_a_dot, alphasort),
        n_b = scandir(b, &in_b, not_a_dot, alphasort);
    insist(n_a > 0 && n_b > 0, a, "is no folder with files");
    bool same = n_a == n_b;
    if (!same)
        printf("%s has %d files, %s %d\n", a, n_a, b, n_b);
    for (int i = 0; same && i < n_a; i++) {
        char path_a[2300], path_b[2300];
        snprintf(path_a, sizeof path_a, "%s/%s", a, in_a[i]->d_name);
        snprintf(path_b, sizeof path_b, "%s/%s", b, in_b[i]->d_name);
        same = trial_same_files(path_a, path_b);
    }
    free_list(in_a, n_a);
    free_list(in_b, n_b);
    return same;
}
