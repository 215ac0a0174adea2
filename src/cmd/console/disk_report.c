#include "cmd/console/disk_report.h"

#include <math.h>
#include <stdio.h>

#include "core/log.h"
#include "core/text.h"
#include "io/folder/outfile.h"

struct disk_report disk_report_of(struct disk_space space, size_t subscenes, const char *folder)
{
    struct disk_report r = {
        .space = space, .count = subscenes, .what = "subscene", .folder = folder};
    struct err why = ERR_INIT;
    if (folder)
        r.has_free = outfile_free_bytes(folder, &r.free_bytes, &why) == 0;
    if (why.code)
        log_message(LOG_DEBUG, "", "%s", why.msg);
    return r;
}

struct disk_report disk_report_of_files(const struct disk_tally *tally, const char *folder)
{
    struct disk_report r = disk_report_of(tally->space, tally->files, folder);
    r.what = "file";
    return r;
}

/* "2.4 GB", "24 GB", "240 GB": two or three digits. */
static void format_bytes(uint64_t bytes, char text[32])
{
    static const char *const unit[] = {"KB", "MB", "GB", "TB"};
    double n = (double)bytes / 1e3;
    int i = 0;
    for (; i < 3 && n >= 999.5; i++)
        n /= 1e3;
    snprintf(text, 32, "%.*f %s", n < 9.95 ? 1 : 0, n, unit[i]);
}

void disk_report_format(const struct disk_report *r, char text[DISK_REPORT_TEXT])
{
    char most[32], typical[32], rest[32];
    format_bytes(r->space.most, most);
    format_bytes(r->space.typical, typical);
    format_bytes(r->free_bytes, rest);
    int n = snprintf(text, DISK_REPORT_TEXT, "at most %s, about %s", most, typical);
    if (r->has_free)
        snprintf(text + n, DISK_REPORT_TEXT - (size_t)n, "; %s are free in %s", rest, r->folder);
}

void disk_report_json(const struct disk_report *r, struct jsonout *j)
{
    jsonout_object(j, "disk_space");
    jsonout_int(j, "most_bytes", (int64_t)r->space.most);
    jsonout_int(j, "typical_bytes", (int64_t)r->space.typical);
    if (r->has_free)
        jsonout_int(j, "free_bytes", (int64_t)r->free_bytes);
    else
        jsonout_null(j, "free_bytes");
    jsonout_end_object(j);
}

void disk_report_log(const struct disk_report *r)
{
    char counted[32], text[DISK_REPORT_TEXT];
    if (r->count == 0)
        return;
    snprintf(counted, sizeof counted, "%ss", r->what);
    const struct log_field field[] = {
        {counted, NULL, (double)r->count},
        {"most_bytes", NULL, (double)r->space.most},
        {"typical_bytes", NULL, (double)r->space.typical},
        {"free_bytes", NULL, r->has_free ? (double)r->free_bytes : NAN}};
    const struct log_event event = {.name = "disk_space", .field = field, .n = 4};
    disk_report_format(r, text);
    log_event(LOG_INFO, "", &event, "disk space for %zu %s%s: %s", r->count, r->what,
              text_s(r->count), text);
    disk_report_warn(r);
}

void disk_report_warn(const struct disk_report *r)
{
    char typical[32], rest[32];
    if (!r->has_free || r->space.typical <= r->free_bytes)
        return;
    format_bytes(r->space.typical, typical);
    format_bytes(r->free_bytes, rest);
    log_message(LOG_WARNING, "", "%s: about %s are needed, and %s are free", r->folder, typical,
                rest);
}
