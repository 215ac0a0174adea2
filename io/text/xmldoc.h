/* XML documents, read as values (libxml2). Elements are found by local name; namespaces are
 * ignored.
 *
 * A document with a DOCTYPE is rejected: real metadata has none, and entities could make the parser
 * read other files. The parser never uses the network and prints nothing. A document in a product
 * has at most 64 MiB. Not thread-safe, because of libxml2's global state: use one thread. Errors of
 * all functions: ERR_INPUT with the file's name; ERR_TEMPORARY. */
#ifndef SUBSCENE_IO_TEXT_XMLDOC_H
#define SUBSCENE_IO_TEXT_XMLDOC_H

#include "io/source/source.h"

struct xmldoc;
struct xml_node; /* an element; lives as long as its document */

/* The place of a search: the elements under `node` of `file`. */
struct xml_place {
    const char *file; /* for messages; borrowed */
    struct xml_node *node;
};

int xmldoc_open(struct source *s, const char *file, struct xmldoc **out, struct err *e) MUST_CHECK;

/* Parses a document outside a product, such as what a labelling tool writes. It has at most 2 GiB;
 * texts and attributes may have any length. Borrows the bytes during the call; `name` is for
 * messages. */
int xmldoc_parse(const char *name, const void *data, size_t len, struct xmldoc **out,
                 struct err *e) MUST_CHECK;

void xmldoc_close(struct xmldoc *d);
struct xml_place xmldoc_root(struct xmldoc *d, const char *file);

/* The next element called `name` after `at` and under `top`, in document order; NULL if none is
 * left. */
struct xml_node *xmldoc_next(struct xml_node *top, struct xml_node *at, const char *name);
struct xml_node *xmldoc_first(const struct xml_place *p, const char *name);

/* The first child element of `parent` (`after` NULL), or the next child after `after`; NULL if
 * there is none. */
struct xml_node *xmldoc_child(struct xml_node *parent, struct xml_node *after);
const char *xmldoc_name(const struct xml_node *node);
long xmldoc_line(const struct xml_node *node);

/* The text of an attribute or element as in the document (UTF-8), of any length; borrowed. NULL if
 * it is missing or not one piece: an element that contains other elements or comments. */
const char *xmldoc_attribute_raw(struct xml_node *node, const char *name);
const char *xmldoc_text_raw(struct xml_node *node);

/* Copies the text without the blanks around it. The text must be printable ASCII, not empty, and
 * shorter than `size`. */
int xmldoc_node_text(const struct xml_place *p, struct xml_node *node, char *buf, size_t size,
                     struct err *e) MUST_CHECK;
int xmldoc_attribute(const struct xml_place *p, struct xml_node *node, const char *name, char *buf,
                     size_t size, struct err *e) MUST_CHECK;

/* The same for the first element called `name`, which must exist. */
int xmldoc_text(const struct xml_place *p, const char *name, char *buf, size_t size,
                struct err *e) MUST_CHECK;

struct xml_range {
    long min, max;
};

/* The whole text must be a number in the range. */
int xmldoc_node_integer(const struct xml_place *p, struct xml_node *node, struct xml_range range,
                        int32_t *out, struct err *e) MUST_CHECK;
int xmldoc_integer(const struct xml_place *p, const char *name, struct xml_range range,
                   int32_t *out, struct err *e) MUST_CHECK;
int xmldoc_number(const struct xml_place *p, const char *name, double *out,
                  struct err *e) MUST_CHECK;

/* ERR_INPUT: "<file>: <name> is "<value>": <wanted>". */
int xmldoc_bad_value(const struct xml_place *p, const char *name, const char *value,
                     const char *wanted, struct err *e);

#endif
