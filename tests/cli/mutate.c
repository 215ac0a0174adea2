/* mutate FILE SEED [FIRST LAST]: damages the file in place, always in the same way for the same
 * seed: one to eight bytes at random places (of those from FIRST to LAST − 1, where these are
 * given) get other values, or, with every eighth seed, the file is cut off. Prints what it did. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* xorshift64*; Vigna, An experimental exploration of Marsaglia's xorshift generators, scrambled
 * (2016). */
static uint64_t state;
static uint64_t draw(uint64_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * 0x2545f4914f6cdd1dULL >> 11) % below;
}

/* Half of the values are those that parsers like least. */
static int other_value(int old)
{
    static const int bad[] = {0x00, 0xff, 0x7f, 0x80, 0x01, '-', '9', '/', ',', '<'};
    int value = draw(2) ? bad[draw(sizeof bad / sizeof *bad)] : (int)draw(256);
    return value == old ? old ^ 1 << draw(8) : value;
}

static int change(FILE *f, uint64_t first, uint64_t last)
{
    uint64_t n = 1 + draw(8);
    for (uint64_t i = 0; i < n; i++) {
        uint64_t at = first + draw(last - first);
        int old = fseek(f, (long)at, SEEK_SET) == 0 ? fgetc(f) : EOF;
        if (old == EOF || fseek(f, (long)at, SEEK_SET) != 0)
            return 1;
        int value = other_value(old);
        if (fputc(value, f) == EOF)
            return 1;
        printf("%s%" PRIu64 ":%02x>%02x", i ? " " : "", at, (unsigned)old, (unsigned)value);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct stat st;
    if ((argc != 3 && argc != 5) || stat(argv[1], &st) != 0 || st.st_size == 0)
        return 2;
    uint64_t size = (uint64_t)st.st_size, seed = strtoull(argv[2], NULL, 10);
    uint64_t first = argc == 5 ? strtoull(argv[3], NULL, 10) : 0,
             last = argc == 5 ? strtoull(argv[4], NULL, 10) : size;
    state = seed * 0x9e3779b97f4a7c15ULL + 0x1234567;
    for (int i = 0; i < 8; i++)
        (void)draw(2);
    if (last > size || first >= last)
        return 2;
    if (seed % 8 == 7) {
        uint64_t keep = draw(size);
        printf("cut to %" PRIu64 "\n", keep);
        return truncate(argv[1], (off_t)keep) != 0;
    }
    FILE *f = fopen(argv[1], "r+b");
    if (!f)
        return 2;
    int failed = change(f, first, last);
    printf("\n");
    return fclose(f) != 0 || failed;
}
