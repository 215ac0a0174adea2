/* What tests ask of a product's source (io/source/source.h). What is not as asked fails the test.
 */
#ifndef SUBSCENE_TESTS_SUPPORT_SOURCE_CHECKS_H
#define SUBSCENE_TESTS_SUPPORT_SOURCE_CHECKS_H

#include "io/source/source.h"
#include "support/made_zip.h"
#include "support/tmpdir.h"

struct source *source_opens(const char *path);

/* ERR_INPUT, and the message contains `said`. */
void source_refuses(const char *path, const char *said);

/* The same of x.zip, which is written to `dir` with these entries. */
struct source *source_opens_zip(const struct tmpdir *dir, const struct zip_entry *entry,
                                size_t count);
void source_refuses_zip(const struct tmpdir *dir, const struct zip_entry *entry, size_t count,
                        const char *said);

/* The file has this text. */
void source_reads(struct source *s, const char *name, const char *text);

/* ERR_INPUT, and the message begins with `begin` and contains `said`. */
void source_read_fails(struct source *s, const char *name, const char *begin, const char *said);

#endif
