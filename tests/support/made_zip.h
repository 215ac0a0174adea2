/* Small zip archives, written byte by byte so that they can lie (APPNOTE.TXT of PKWARE, 6.3). */
#ifndef SUBSCENE_TESTS_SUPPORT_MADE_ZIP_H
#define SUBSCENE_TESTS_SUPPORT_MADE_ZIP_H

#include <stddef.h>
#include <stdint.h>

enum { STORED = 0, DEFLATED = 8 };

/* Flags of an entry: those of the format, and from 1 << 16 on what this writer does. */
enum {
    ZIP_ENCRYPTED = 1,
    ZIP_DESCRIPTOR = 8, /* the local header has no sizes and no checksum: they follow the data */
    ZIP_LOCAL_LIES =
        1 << 16, /* the local header has other sizes and another checksum than the directory */
    ZIP_LARGE = 1 << 17, /* sizes and place are in zip64 fields */
    ZIP_TWO_SIZES =
        1 << 18, /* stored, but the directory gives it one byte less packed than unpacked */
};

struct zip_entry {
    const char *name, *data;
    int method;
    int flags;
    uint32_t crc_xor; /* 0: right */
    uint32_t size; /* 0: the right one, else what the directory says */
};

struct made_zip {
    unsigned char at[8192];
    size_t n;
};

/* The archive; with zip64 records at its end when any entry has ZIP_LARGE. */
void made_zip(struct made_zip *b, const struct zip_entry *entry, size_t count);

#endif
