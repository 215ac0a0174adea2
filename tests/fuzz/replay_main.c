/* Runs a fuzz target over the files named in argv: the corpus as a regression test, without
 * libFuzzer. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return 1;
    }
    size_t n = 0, capacity = 1 << 20;
    uint8_t *data = malloc(capacity);
    if (data)
        n = fread(data, 1, capacity, f);
    fclose(f);
    if (!data)
        return 1;
    /* an exact copy, so that a sanitizer sees a read one byte behind the end */
    uint8_t *exact = realloc(data, n ? n : 1);
    LLVMFuzzerTestOneInput(exact ? exact : data, n);
    free(exact ? exact : data);
    return 0;
}

int main(int argc, char **argv)
{
    int bad = 0;
    for (int i = 1; i < argc; i++)
        bad |= replay(argv[i]);
    printf("%d files replayed\n", argc - 1);
    return bad || argc < 2;
}
