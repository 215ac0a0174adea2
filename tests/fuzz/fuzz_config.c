/* A configuration file. It may set nothing that the command line could not. */
#include <stdlib.h>

#include "support/memory_file.h"
#include "support/settings_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file = memory_file_open(data, size);
    char option[] = "--config";
    char *words[] = {option, file.path};
    struct settings s;
    struct err e = ERR_INIT;
    if (options_parse(CMD_RUN, 2, words, &s, &e) == 0)
        settings_check(&s);
    else if ((e.code != ERR_USAGE && e.code != ERR_INPUT) || e.msg[0] == '\0')
        abort();
    options_clear(&s);
    memory_file_close(&file);
    return 0;
}
