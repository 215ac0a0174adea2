/* A lock file that is found: the first byte is its age in minutes, the others are what is in it.
 * Whoever looks and whoever takes it must come to the same answer, and a lock that was taken is
 * this process's until it is released. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/folder/lock.h"
#include "support/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(const char *path, const uint8_t *data, size_t size, int minutes)
{
    const struct timespec then[2] = {{time(NULL) - 60 * minutes, 0},
                                     {time(NULL) - 60 * minutes, 0}};
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || futimens(fd, then) != 0)
        abort();
    close(fd);
}

static void check_message(const struct err *e)
{
    if (e->code != ERR_TEMPORARY || !lock_is_others(e))
        abort();
}

static void take(const char *path, bool is_free)
{
    const struct lock_options o = {.job = "7", .below = 0};
    struct lock *l;
    struct lock_takeover t;
    struct err e = ERR_INIT;
    if (lock_take(path, &o, &l, &t, &e) != 0) {
        check_message(&e);
        if (is_free)
            abort();
        return;
    }
    if (!t.happened || lock_check(l, &e) != 0)
        abort();
    lock_renew(l);
    (void)lock_release(l, NULL);
    if (access(path, F_OK) == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[128];
    struct err e = ERR_INIT;
    if (size == 0)
        return 0;
    snprintf(path, sizeof path, "%s/lock", memory_folder());
    put(path, data + 1, size - 1, data[0]);
    bool is_free = lock_look(path, 0, &e) == 0;
    if (!is_free)
        check_message(&e);
    take(path, is_free);
    return 0;
}
