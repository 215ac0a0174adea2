/* XML documents, read as values (libxml2). Elements are found by local name; namespaces do not
 * matter.
 *
 * A document with a DOCTYPE is refused (real metadata has none, and entities are the way to make a
 * parser read other files); the network is never used; nothing is printed. At most 64 MiB in a
 * product. Not thread-safe (libxml2's global state): one thread. All errors are ERR_INPUT with the
 * file's name, or ERR_TEMPORARY. */
#ifndef SUBSCENE_IO_TEXT_XMLDOC_H
#define SUBSCENE_IO_TEXT_XMLDOC_H

#include "io/source/source.h"

struct xmldoc;
struct xml_node; /* an element; lives as long as its document */

/* Where to look: the elements under `node` of a file. */
struct xml_place {
    const char *file; /* for messages; borrowed */
    struct xml_node *node;
};

int xmldoc_open(struct source *s, const char *file, struct xmldoc **out, struct err *e) MUST_CHECK;

/* A file that is not part of a product, as labelling tools write them: at most 512 MiB, texts and
 * attributes of any length. */
int xmldoc_open_file(const char *path, struct xmldoc **out, struct err *e) MUST_CHECK;

void xmldoc_close(struct xmldoc *d);
struct xml_place xmldoc_root(struct xmldoc *d, const char *file);

/* The next element called `name`, in document order, after `at` and under `top`; NULL when there is
 * none. */
struct xml_node *xmldoc_next(struct xml_node *top, struct xml_node *at, const char *name);
struct xml_node *xmldoc_first(const struct xml_place *p, const char *name);

/* The first element directly in `parent` (`after` NULL), or the next one behind `after`; NULL when
 * there is none. */
struct xml_node *xmldoc_child(struct xml_node *parent, struct xml_node *after);
const char *xmldoc_name(const struct xml_node *node);
long xmldoc_line(const struct xml_node *node);

/* An attribute's text, or an element's, as it is in the document (UTF-8), of any length; borrowed.
 * NULL when there is none, or when it is not one piece: an element with others in it, or with
 * comments. */
const char *xmldoc_attribute_raw(struct xml_node *node, const char *name);
const char *xmldoc_text_raw(struct xml_node *node);

/* Text without the blanks around it: not empty, printable ASCII, shorter than `size`. */
int xmldoc_node_text(const struct xml_place *p, struct xml_node *node, char *buf, size_t size,
                     struct err *e) MUST_CHECK;
int xmldoc_attribute(const struct xml_place *p, struct xml_node *node, const char *name, char *buf,
                     size_t size, struct err *e) MUST_CHECK;

/* Of the first element called `name`, which must be there. */
int xmldoc_text(const struct xml_place *p, const char *name, char *buf, size_t size,
                struct err *e) MUST_CHECK;

struct xml_range {
    long min, max;
};

/* The whole text is a number in the range. */
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
