/* Status files: whatever a product and its messages are called, the file is JSON that says it. The
 * input is five texts separated by NUL bytes: the product's path, the job, the options, the error,
 * the folder. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/console/status.h"
#include "io/source/wholefile.h"
#include "io/text/jsondoc.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXTS = 5, TEXT_SIZE = 2000 };
enum { PRODUCT, JOB, OPTIONS, ERROR, FOLDER };
static char text[TEXTS][TEXT_SIZE];

static void tell(void *ctx, struct status_facts *out)
{
    (void)ctx;
    *out = (struct status_facts){
        .state = "failed", .seconds = 1.5, .exit_code = 3, .error = text[ERROR]};
    snprintf(out->count.folder, sizeof out->count.folder, "%s", text[FOLDER]);
}

/* Bytes that are no UTF-8 are replaced: then the texts differ. */
static bool is_ascii(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= 0x80)
            return false;
    return true;
}

static void check_text(const struct jsondoc *d, const char *key, const char *wanted)
{
    const char *found = jsondoc_string(d, key);
    if (!wanted[0] ? found && found[0] : !found || (is_ascii(wanted) && strcmp(found, wanted) != 0))
        abort();
}

static void check(const char *path)
{
    unsigned char *bytes;
    size_t len;
    struct jsondoc *d;
    struct err e = ERR_INIT;
    if (wholefile_read(path, 1 << 20, &bytes, &len, &e) != 0 ||
        jsondoc_parse(path, (const char *)bytes, len, &d, &e) != 0)
        abort();
    check_text(d, "product", text[PRODUCT]);
    check_text(d, "job", text[JOB]);
    check_text(d, "options", text[OPTIONS]);
    check_text(d, "error", text[ERROR]);
    check_text(d, "state", "failed");
    jsondoc_close(d);
    free(bytes);
}

static void split(const uint8_t *data, size_t size)
{
    memset(text, 0, sizeof text);
    for (int i = 0; i < TEXTS && size > 0; i++) {
        const uint8_t *end = memchr(data, '\0', size);
        size_t n = end ? (size_t)(end - data) : size, kept = n < TEXT_SIZE ? n : TEXT_SIZE - 1;
        memcpy(text[i], data, kept);
        data += n < size ? n + 1 : n;
        size -= n < size ? n + 1 : n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[512], name[STATUS_NAME];
    struct status *s;
    struct err e = ERR_INIT;
    split(data, size);
    const struct status_options o = {
        .folder = memory_folder(), .options = text[OPTIONS], .job = text[JOB], .period_s = 3600};
    status_name(text[PRODUCT], name);
    if (name[0] == '\0' || strchr(name, '/'))
        abort();
    if (status_open(&o, text[PRODUCT], tell, NULL, &s, &e) != 0)
        abort();
    status_close(s);
    snprintf(path, sizeof path, "%s/%s.json", memory_folder(), name);
    /* a name of more than 255 bytes is a warning of the program's */
    if (access(path, F_OK) == 0)
        check(path);
    else if (strlen(name) < 200)
        abort();
    unlink(path);
    return 0;
}
