#include "io/host/identity.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/hash.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char this_machine[IDENTITY_MACHINE];

static void find_machine(void)
{
    char boot[64] = "", text[160];
    struct stat numbers = {0};
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (f) {
        if (!fgets(boot, sizeof boot, f))
            boot[0] = '\0';
        fclose(f);
    }
    if (!boot[0])
        gethostname(boot, sizeof boot - 1);
    if (stat("/proc/self/ns/pid", &numbers) != 0)
        numbers.st_ino = 0;
    snprintf(text, sizeof text, "%s %llu", boot, (unsigned long long)numbers.st_ino);
    uint64_t h = hash_text(text);
    snprintf(this_machine, sizeof this_machine, "%08x", (unsigned)(h ^ h >> 32));
}

void identity_machine(char machine[IDENTITY_MACHINE])
{
    pthread_once(&once, find_machine);
    memcpy(machine, this_machine, sizeof this_machine);
}

void identity_host(char host[IDENTITY_HOST])
{
    if (gethostname(host, IDENTITY_HOST) != 0)
        snprintf(host, IDENTITY_HOST, "unknown");
    host[IDENTITY_HOST - 1] = '\0';
}

void identity_tag(char tag[IDENTITY_TAG])
{
    char machine[IDENTITY_MACHINE];
    identity_machine(machine);
    snprintf(tag, IDENTITY_TAG, "%s-%ld", machine, (long)getpid());
}

bool identity_is_gone(const char *tag)
{
    char machine[IDENTITY_MACHINE], *end;
    size_t n = sizeof machine - 1;
    identity_machine(machine);
    if (strlen(tag) < n + 2 || memcmp(tag, machine, n) != 0 || tag[n] != '-')
        return false;
    errno = 0;
    long pid = strtol(tag + n + 1, &end, 10);
    return errno == 0 && *end == '\0' && pid > 0 && pid != getpid() && kill((pid_t)pid, 0) != 0 &&
           errno == ESRCH;
}

void identity_nonce(char nonce[IDENTITY_NONCE])
{
    uint64_t bits;
    if (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits) {
        char text[96];
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        snprintf(text, sizeof text, "%ld %lld %ld", (long)getpid(), (long long)t.tv_sec, t.tv_nsec);
        bits = hash_text(text);
    }
    snprintf(nonce, IDENTITY_NONCE, "%016llx", (unsigned long long)bits);
}
