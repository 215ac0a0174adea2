/* Writes a .zip of files that are stored without compression, as pictures are. It is written piece
 * by piece (io/folder/outstream.h): only names stay in memory. The bytes depend on nothing but
 * names and contents: every file has the time 1980-01-01 00:00:00 and the mode 0644.
 *
 * Not with libzip, which keeps all contents, or reads them when it closes, and which
 * io/source/source_zip reads such archives with.
 *
 * Source: APPNOTE.TXT of PKWARE, 6.3.9, without zip64. */
#ifndef SUBSCENE_IO_FOLDER_OUTZIP_H
#define SUBSCENE_IO_FOLDER_OUTZIP_H

#include "io/folder/outstream.h"

/* The format's limits: files, and bytes of the archive. */
enum { OUTZIP_FILES_MAX = 65535 };
#define OUTZIP_BYTES_MAX UINT32_MAX

struct outzip;

/* Errors as outstream_open. */
int outzip_open(const char *path, enum outstream_mode mode, struct outzip **out,
                struct err *e) MUST_CHECK;

/* Adds a file. The name is relative, with '/' between its parts, and no other file has it. Errors
 * as outstream_add; ERR_USAGE: the archive would be larger than the format allows. After an error
 * the archive can only be abandoned. */
int outzip_add(struct outzip *z, const char *name, const void *data, size_t len,
               struct err *e) MUST_CHECK;

/* As outstream_close and outstream_abandon. */
int outzip_close(struct outzip *z, enum outstream_outcome *outcome, struct err *e) MUST_CHECK;
void outzip_abandon(struct outzip *z);

#endif
