/* Products made by make_product, and runs of them in this process. What must not fail ends the test
 * program. */
#ifndef SUBSCENE_TESTS_SUPPORT_TRIAL_RUN_H
#define SUBSCENE_TESTS_SUPPORT_TRIAL_RUN_H

#include "stages/jobs/run.h"
#include "support/tmpdir.h"

/* Runs make_product with `options` (words of a shell, without the output folder) into the folder
 * `name` of `dir`; the product's path goes to `path`. */
void trial_make(const struct tmpdir *dir, const char *name, const char *options, char path[1024]);

/* The defaults of `subscene run` for these bands and this size. */
struct params trial_params(band_set bands, int32_t size);

/* Layout flat into the folder `name` of `dir`; everything, two threads, no limit. `output` is where
 * the folder's path is kept. */
struct run_options trial_options(const struct tmpdir *dir, const char *name, char output[1024]);

/* Runs and insists on success. */
void trial_run(const char *product, const struct params *params, const struct run_options *options,
               struct run_result *result);

/* Opens the product and the images of the bands. */
void trial_open(const char *product, band_set bands, struct product_input *in);

/* The samples of a band of subscene (x, y) below a run's folder, size × size. Freed with free(). */
uint16_t *trial_read(const char *folder, struct cell c, const char *band, int32_t size);

/* Do two folders hold the same files with the same bytes? Prints the first difference. */
bool trial_same_folders(const char *a, const char *b);

/* Do two files hold the same bytes? */
bool trial_same_files(const char *a, const char *b);

#endif
