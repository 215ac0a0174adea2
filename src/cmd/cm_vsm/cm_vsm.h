/* The program when it is called cm_vsm: it replaces cm_vsm 0.3.x. The flags of cm_vsm become
 * settings of run and label. */
#ifndef SUBSCENE_CMD_CM_VSM_CM_VSM_H
#define SUBSCENE_CMD_CM_VSM_CM_VSM_H

#include <stddef.h>

/* Runs the program and returns the exit status of the process. Without arguments it prints banner
 * and usage and returns 1, as cm_vsm does. */
int cm_vsm(int argc, char **argv);

/* For documents: the number of flags; flag i as usage shows it ("-d PRODUCT") and its help text;
 * its allowed values, NULL-terminated (NULL: any value). */
size_t cm_vsm_flags(void);
void cm_vsm_flag(size_t i, char flag[64], const char **help);
const char *const *cm_vsm_flag_words(size_t i);

#endif
