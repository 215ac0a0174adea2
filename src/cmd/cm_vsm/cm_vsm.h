/* The program in place of cm_vsm 0.3.x, when it is called by that name: its flags as settings of
 * run and label. */
#ifndef SUBSCENE_CMD_CM_VSM_CM_VSM_H
#define SUBSCENE_CMD_CM_VSM_CM_VSM_H

#include <stddef.h>

/* All of it; gives the process's exit status. Without arguments: banner, usage, 1, as cm_vsm
 * does. */
int cm_vsm(int argc, char **argv);

/* Flag i as usage shows it ("-d PRODUCT"), and what it means; for documents. */
size_t cm_vsm_flags(void);
void cm_vsm_flag(size_t i, char flag[64], const char **help);
const char *const *cm_vsm_flag_words(size_t i); /* its values, NULL-terminated; NULL: no list */

#endif
