/* Prints the versions of the program and of the libraries that write its files. */
#ifndef SUBSCENE_CMD_OPTIONS_VERSION_H
#define SUBSCENE_CMD_OPTIONS_VERSION_H

#include <stdio.h>

void version_print(FILE *to);

#endif
