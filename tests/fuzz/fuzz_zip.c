/* An archive: whatever its directory says, names stay inside of the product, what is read is what
 * the checksum is of, and every refusal is bad input with a reason. */
#include <stdlib.h>
#include <string.h>

#include "io/source/source.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { READ_MAX = 1 << 16, KEEP = 1 << 10 };

static void check_refusal(const struct err *e, const char *name)
{
    if (e->code != ERR_INPUT || strncmp(e->msg, name, strlen(name)) != 0)
        abort();
}

/* The bytes at offsets are those of the whole, in memory and in a temporary file. */
static void check_file(struct source *s, const char *name, const unsigned char *whole, size_t len)
{
    struct source_file *f;
    struct err e = ERR_INIT;
    unsigned char piece[64];
    if (source_file_open(s, name, &f, &e) != 0 || source_file_size(f) != len ||
        source_file_check(f, &e) != 0)
        abort();
    for (int pass = 0; pass < 2; pass++) {
        for (size_t at = 0; at < len; at += 1000) {
            size_t n = len - at < sizeof piece ? len - at : sizeof piece;
            if (source_file_pread(f, piece, n, at, &e) != 0 || memcmp(piece, whole + at, n) != 0)
                abort();
        }
        if (source_file_pread(f, piece, 1, len, &e) != ERR_INPUT || source_file_spill(f, &e) != 0)
            abort();
    }
    source_file_close(f);
}

static void read_member(struct source *s, const char *name)
{
    struct err e = ERR_INIT;
    unsigned char *whole;
    size_t len;
    if (!source_name_ok(name) || !source_has(s, name))
        abort();
    if (source_read(s, name, READ_MAX, &whole, &len, &e) != 0) {
        check_refusal(&e, name);
        return;
    }
    if (len > READ_MAX || whole[len] != '\0')
        abort();
    check_file(s, name, whole, len);
    free(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file = memory_file_open(data, size);
    struct source *s;
    struct strlist names;
    struct err e = ERR_INIT;
    if (source_open(file.path, &s, &e) != 0) {
        check_refusal(&e, file.path);
    } else {
        source_set_unpack(s, (struct source_unpack){.keep_bytes = KEEP});
        if (source_list(s, &names, &e) != 0 || names.n == 0)
            abort();
        for (size_t i = 0; i < names.n; i++) {
            if (i > 0 && strcmp(names.s[i - 1], names.s[i]) >= 0)
                abort();
            read_member(s, names.s[i]);
        }
        if (source_kept_bytes(s) != 0)
            abort();
        strlist_clear(&names);
        source_close(s);
    }
    memory_file_close(&file);
    return 0;
}
