/* A text file written with fprintf. Errors are checked once, at its end. */
#ifndef SUBSCENE_TESTDATA_XML_FILE_H
#define SUBSCENE_TESTDATA_XML_FILE_H

#include <limits.h>
#include <stdio.h>

#include "core/err.h"

struct xml_file {
    FILE *out;
    char path[PATH_MAX];
};

/* Creates <root>/<name>. */
MUST_CHECK int xml_open(struct xml_file *x, const char *root, const char *name, struct err *e);

/* Reports any failed write since xml_open. */
MUST_CHECK int xml_close(struct xml_file *x, struct err *e);

#endif
