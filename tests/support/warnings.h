/* Counts the warnings that a test causes. For one thread at a time. */
#ifndef SUBSCENE_TESTS_WARNINGS_H
#define SUBSCENE_TESTS_WARNINGS_H

extern int warnings; /* since warnings_begin, or since a test set it */

void warnings_begin(void);
void warnings_end(void);

/* The same as cmocka's set-up and tear-down, together with test_dir (support/tmpdir.h). */
int warnings_dir_make(void **state);
int warnings_dir_remove(void **state);

#endif
