/* The progress bar: what it draws for any number of steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/console/console.h"
#include "support/tmpdir.h"

/* What stderr gets of a bar of `total` after each of `steps` steps. */
static char *draw(const char *label, size_t total, int steps)
{
    char path[1024];
    size_t len;
    const int kept = dup(STDERR_FILENO);
    assert_non_null(freopen(tmpdir_path(&test_dir, "stderr", path), "w", stderr));
    console_progress_begin(label, total);
    for (int i = 0; i < steps; i++) {
        usleep(steps > (int)total ? 110 * 1000 : 0); /* more often it is not drawn */
        console_progress_step(true);
    }
    console_progress_end();
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    char *text = (char *)tmpdir_slurp(path, &len);
    assert_non_null(text);
    return text;
}

static void expect(const char *label, size_t total, int steps, const char *wanted)
{
    char *text = draw(label, total, steps);
    if (!strstr(text, wanted))
        fail_msg("%d of %zu: \"%s\" is not in \"%s\"", steps, total, wanted, text);
    free(text);
}

static void as_many_steps_as_said(void **state)
{
    (void)state;
    expect("P", 4, 0, "P [------------------------] 0/4");
    expect("P", 4, 4, "P [########################] 4/4");
}

/* Files that are added to a folder while it is verified, say. */
static void more_steps_than_said(void **state)
{
    (void)state;
    expect("P", 2, 4, "P [########################] 4/4");
    expect("P", 0, 2, "P [########################] 2/2");
    expect("P", 1, 3, "P [########################] 1/1");
}

static int setup(void **state)
{
    (void)state;
    const struct settings s = {.progress = PROGRESS_ALWAYS};
    tmpdir_make(&test_dir);
    console_start(&s);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_many_steps_as_said),
                                       cmocka_unit_test(more_steps_than_said)};
    return cmocka_run_group_tests(tests, setup, test_dir_remove);
}
