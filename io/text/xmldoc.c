#include "io/text/xmldoc.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/text/number.h"

static const size_t XML_MAX = (size_t)64 << 20;

struct report {
    bool doctype;
    int line;
    char msg[200]; /* the first error */
};

/* from 2.12 on, a handler must not change the error */
#if LIBXML_VERSION >= 21200
#define HANDLED_ERROR const xmlError
#else
#define HANDLED_ERROR xmlError
#endif

static void on_error(void *user, HANDLED_ERROR *error)
{
    struct report *r = user;
    if (error->level < XML_ERR_ERROR || r->msg[0] != '\0')
        return;
    r->line = error->line;
    snprintf(r->msg, sizeof r->msg, "%s", error->message ? error->message : "unknown error");
    r->msg[strcspn(r->msg, "\n")] = '\0';
}

/* Stops at the DOCTYPE, before any entity is declared. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    (void)name;
    (void)public_id;
    (void)system_id;
    xmlParserCtxt *parser = ctx;
    ((struct report *)parser->_private)->doctype = true;
    xmlStopParser(parser);
}

struct bytes {
    const unsigned char *data;
    size_t len;
};

static int parse_bytes(const char *file, struct bytes b, int options, xmlDoc **out, struct err *e)
{
    *out = NULL;
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (!parser)
        return err_nomem(e, sizeof *parser);
    struct report report = {0};
    parser->_private = &report;
    parser->sax->internalSubset = on_doctype;
    xmlSetStructuredErrorFunc(&report, on_error); /* otherwise libxml2 prints errors */
    xmlDoc *doc = xmlCtxtReadMemory(parser, (const char *)b.data, (int)b.len, file, NULL,
                                    XML_PARSE_NONET | options);
    xmlSetStructuredErrorFunc(NULL, NULL);
    bool memory = parser->errNo == XML_ERR_NO_MEMORY;
    xmlFreeParserCtxt(parser);

    int rc = 0;
    if (report.doctype)
        rc = err_set(e, ERR_INPUT, "%s: has a DOCTYPE, which real metadata never has: refused",
                     file);
    else if (memory)
        rc = err_nomem(e, b.len);
    else if (!doc || !xmlDocGetRootElement(doc))
        rc = err_set(e, ERR_INPUT, "%s: is not well-formed XML: line %d: %s", file, report.line,
                     report.msg[0] ? report.msg : "no elements");
    if (rc)
        xmlFreeDoc(doc);
    else
        *out = doc;
    return rc;
}

int xmldoc_open(struct source *s, const char *file, struct xmldoc **out, struct err *e)
{
    unsigned char *data;
    size_t len;
    *out = NULL;
    int rc = source_read(s, file, XML_MAX, &data, &len, e);
    if (rc)
        return rc;
    xmlDoc *doc;
    rc = parse_bytes(file, (struct bytes){data, len}, 0, &doc, e);
    free(data);
    *out = (struct xmldoc *)doc;
    return rc;
}

int xmldoc_parse(const char *name, const void *data, size_t len, struct xmldoc **out, struct err *e)
{
    xmlDoc *doc;
    /* HUGE only lifts limits on length and depth here; without a DOCTYPE no entity can expand */
    int rc =
        parse_bytes(name, (struct bytes){data, len}, XML_PARSE_HUGE | XML_PARSE_BIG_LINES, &doc, e);
    *out = (struct xmldoc *)doc;
    return rc;
}

void xmldoc_close(struct xmldoc *d) { xmlFreeDoc((xmlDoc *)d); }

struct xml_place xmldoc_root(struct xmldoc *d, const char *file)
{
    return (struct xml_place){file, (struct xml_node *)xmlDocGetRootElement((xmlDoc *)d)};
}

static const char *name_of(const struct xml_node *node)
{
    return (const char *)((const xmlNode *)node)->name;
}

struct xml_node *xmldoc_next(struct xml_node *top_node, struct xml_node *after, const char *name)
{
    xmlNode *top = (xmlNode *)top_node, *at = (xmlNode *)after;
    for (;;) {
        if (at->type == XML_ELEMENT_NODE && at->children) {
            at = at->children;
        } else {
            while (at != top && !at->next)
                at = at->parent;
            if (at == top)
                return NULL;
            at = at->next;
        }
        if (at->type == XML_ELEMENT_NODE && xmlStrEqual(at->name, (const xmlChar *)name))
            return (struct xml_node *)at;
    }
}

struct xml_node *xmldoc_first(const struct xml_place *p, const char *name)
{
    return xmldoc_next(p->node, p->node, name);
}

struct xml_node *xmldoc_child(struct xml_node *parent, struct xml_node *after)
{
    xmlNode *at = after ? ((xmlNode *)after)->next : ((xmlNode *)parent)->children;
    while (at && at->type != XML_ELEMENT_NODE)
        at = at->next;
    return (struct xml_node *)at;
}

const char *xmldoc_name(const struct xml_node *node) { return name_of(node); }
long xmldoc_line(const struct xml_node *node) { return xmlGetLineNo((const xmlNode *)node); }

/* The only text below an attribute or element. */
static const char *only_text(const xmlNode *children)
{
    if (!children)
        return "";
    bool one = !children->next &&
               (children->type == XML_TEXT_NODE || children->type == XML_CDATA_SECTION_NODE);
    return one && children->content ? (const char *)children->content : NULL;
}

const char *xmldoc_attribute_raw(struct xml_node *node, const char *name)
{
    const xmlAttr *a = xmlHasNsProp((xmlNode *)node, (const xmlChar *)name, NULL);
    return a ? only_text(a->children) : NULL;
}

const char *xmldoc_text_raw(struct xml_node *node)
{
    return only_text(((xmlNode *)node)->children);
}

/* Takes ownership of `raw`. Drops the blanks around it. Accepts printable ASCII only, because the
 * text enters names and attributes. */
static int take_text(const char *where, xmlChar *raw, char *buf, size_t size, struct err *e)
{
    const char *s = raw ? (const char *)raw : "";
    s += strspn(s, " \t\r\n");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]))
        n--;
    int rc = 0;
    if (n == 0)
        rc = err_set(e, ERR_INPUT, "%s is empty", where);
    else if (n >= size)
        rc = err_set(e, ERR_INPUT, "%s is %zu characters long; at most %zu are allowed", where, n,
                     size - 1);
    for (size_t i = 0; i < n && !rc; i++) {
        if (s[i] < 0x20 || s[i] > 0x7e)
            rc = err_set(e, ERR_INPUT, "%s contains characters other than printable ASCII", where);
    }
    if (!rc) {
        memcpy(buf, s, n);
        buf[n] = '\0';
    }
    xmlFree(raw);
    return rc;
}

int xmldoc_node_text(const struct xml_place *p, struct xml_node *node, char *buf, size_t size,
                     struct err *e)
{
    char where[128];
    snprintf(where, sizeof where, "%s: %s", p->file, name_of(node));
    return take_text(where, xmlNodeGetContent((xmlNode *)node), buf, size, e);
}

int xmldoc_attribute(const struct xml_place *p, struct xml_node *node, const char *name, char *buf,
                     size_t size, struct err *e)
{
    char where[128];
    snprintf(where, sizeof where, "%s: %s's attribute %s", p->file, name_of(node), name);
    xmlChar *raw = xmlGetNoNsProp((xmlNode *)node, (const xmlChar *)name);
    if (!raw)
        return err_set(e, ERR_INPUT, "%s is missing", where);
    return take_text(where, raw, buf, size, e);
}

int xmldoc_text(const struct xml_place *p, const char *name, char *buf, size_t size, struct err *e)
{
    struct xml_node *node = xmldoc_first(p, name);
    if (!node)
        return err_set(e, ERR_INPUT, "%s: no %s under %s", p->file, name, name_of(p->node));
    return xmldoc_node_text(p, node, buf, size, e);
}

int xmldoc_bad_value(const struct xml_place *p, const char *name, const char *value,
                     const char *wanted, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: %s is \"%.120s\": %s", p->file, name, value, wanted);
}

int xmldoc_node_integer(const struct xml_place *p, struct xml_node *node, struct xml_range range,
                        int32_t *out, struct err *e)
{
    char value[64], wanted[64];
    int rc = xmldoc_node_text(p, node, value, sizeof value, e);
    if (rc)
        return rc;
    long v;
    snprintf(wanted, sizeof wanted, "not an integer from %ld to %ld", range.min, range.max);
    if (!number_read_int(value, range.min, range.max, &v))
        return xmldoc_bad_value(p, name_of(node), value, wanted, e);
    *out = (int32_t)v;
    return 0;
}

int xmldoc_integer(const struct xml_place *p, const char *name, struct xml_range range,
                   int32_t *out, struct err *e)
{
    struct xml_node *node = xmldoc_first(p, name);
    if (!node)
        return err_set(e, ERR_INPUT, "%s: no %s under %s", p->file, name, name_of(p->node));
    return xmldoc_node_integer(p, node, range, out, e);
}

int xmldoc_number(const struct xml_place *p, const char *name, double *out, struct err *e)
{
    char value[64];
    int rc = xmldoc_text(p, name, value, sizeof value, e);
    if (rc)
        return rc;
    return number_read(value, out) ? 0 : xmldoc_bad_value(p, name, value, "not a number", e);
}
