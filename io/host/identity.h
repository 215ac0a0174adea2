/* Which process this is, among those of all machines that may share a file system. Any thread. */
#ifndef SUBSCENE_IO_HOST_IDENTITY_H
#define SUBSCENE_IO_HOST_IDENTITY_H

#include <stdbool.h>

enum { IDENTITY_HOST = 65, IDENTITY_MACHINE = 9, IDENTITY_TAG = 32, IDENTITY_NONCE = 17 };

/* The machine is a digest of its boot and of the process's namespace of numbers: two processes can
 * ask after each other's number only where it is the same. It tells containers apart that have one
 * host name, and a machine before it was started anew. */
void identity_machine(char machine[IDENTITY_MACHINE]);

/* The host's name, for people. */
void identity_host(char host[IDENTITY_HOST]);

/* "<machine>-<pid>" of this process: no two that live at one time have the same. */
void identity_tag(char tag[IDENTITY_TAG]);

/* Is the process of that tag certainly gone? False when it is of another machine, or the text is no
 * tag. A process that has this one's tag is this one, and not gone. */
bool identity_is_gone(const char *tag);

/* 64 bits that nobody else has, as text. */
void identity_nonce(char nonce[IDENTITY_NONCE]);

#endif
