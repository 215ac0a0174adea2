#include "support/warnings.h"

#include "core/log.h"
#include "support/tmpdir.h"

int warnings;

static void count(void *ctx, enum log_level level, const char *product,
                  const struct log_event *event, const char *message)
{
    (void)ctx;
    (void)product;
    (void)event;
    (void)message;
    warnings += level == LOG_WARNING;
}

void warnings_begin(void)
{
    warnings = 0;
    log_to(count, NULL, LOG_WARNING);
}

void warnings_end(void) { log_to(NULL, NULL, LOG_WARNING); }

int warnings_dir_make(void **state)
{
    warnings_begin();
    return test_dir_make(state);
}

int warnings_dir_remove(void **state)
{
    warnings_end();
    return test_dir_remove(state);
}
