#include "core/path.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

size_t path_folder_length(const char *path) { return (size_t)(path_base(path) - path); }

size_t path_trimmed_length(const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    return n;
}

void path_trim(char *path) { path[path_trimmed_length(path)] = '\0'; }

bool path_go_up(char *path)
{
    size_t n = path_folder_length(path);
    if (strcmp(path, ".") == 0 || strcmp(path, "/") == 0)
        return false;
    if (n == 0)
        strcpy(path, ".");
    else
        path[n > 1 ? n - 1 : 1] = '\0';
    return true;
}

bool path_has_suffix(const char *path, const char *suffix)
{
    const char *base = path_base(path);
    return strlen(base) > strlen(suffix) && text_ends_with(base, suffix);
}

bool path_cut_suffix(char *path, const char *suffix)
{
    if (!path_has_suffix(path, suffix))
        return false;
    path[strlen(path) - strlen(suffix)] = '\0';
    return true;
}

void path_hidden(const char *path, const char *suffix, char *buf, size_t size)
{
    const size_t folder = path_folder_length(path);
    snprintf(buf, size, "%.*s.%s%s", (int)folder, path, path + folder, suffix);
}

bool path_unhidden(const char *hidden, const char *suffix, char *buf, size_t size)
{
    const char *name = path_base(hidden);
    if (name[0] != '.' || !path_has_suffix(name + 1, suffix))
        return false;
    const int folder = (int)(name - hidden), n = (int)(strlen(name + 1) - strlen(suffix));
    return (size_t)snprintf(buf, size, "%.*s%.*s", folder, hidden, n, name + 1) < size;
}
