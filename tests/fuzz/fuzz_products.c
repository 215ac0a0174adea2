/* A list of products, and every share of it: each product is in one. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cli/arguments.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || name[0] == '#' || isspace((unsigned char)name[0]) ||
        isspace((unsigned char)name[n - 1]) || strchr(name, '\n'))
        abort();
}

static size_t share_size(struct settings *s, const char *share)
{
    struct strlist part;
    struct err e = ERR_INIT;
    s->shard = share;
    if (arguments_products(s, &part, &e) != 0 || arguments_shard(s, &part, &e) != 0)
        abort();
    size_t n = part.n;
    strlist_clear(&part);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file = memory_file_open(data, size);
    char operand[40];
    const char *operands[] = {operand};
    struct settings s = {.operands = operands, .n_operands = 1};
    struct strlist products;
    struct err e = ERR_INIT;
    snprintf(operand, sizeof operand, "@%s", file.path);
    if (arguments_products(&s, &products, &e) == 0) {
        for (size_t i = 0; i < products.n; i++)
            check_name(products.s[i]);
        if (share_size(&s, "1/3") + share_size(&s, "2/3") + share_size(&s, "3/3") != products.n)
            abort();
    } else if ((e.code != ERR_INPUT && e.code != ERR_USAGE) || e.msg[0] == '\0' ||
               products.n != 0) {
        abort();
    }
    strlist_clear(&products);
    memory_file_close(&file);
    return 0;
}
