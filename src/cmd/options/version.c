#include "cmd/options/version.h"

#include "io/netcdf/ncmake.h"

void version_print(FILE *to)
{
    char libraries[64];
    ncmake_versions(libraries, sizeof libraries);
    fprintf(to, "subscene %s (%s)\n", SUBSCENE_VERSION, libraries);
}
