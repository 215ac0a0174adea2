/* Stops the program at the end of each product, an LD_PRELOAD object: after malloc_trim, which
 * `run` calls between two products (src/core/mem.h), it gets SIGSTOP. Who started it looks at it
 * and sends SIGCONT. */
#include <dlfcn.h>
#include <malloc.h>
#include <signal.h>

int malloc_trim(size_t pad)
{
    int (*trim)(size_t) = (int (*)(size_t))dlsym(RTLD_NEXT, "malloc_trim");
    const int r = trim ? trim(pad) : 0;
    raise(SIGSTOP);
    return r;
}
