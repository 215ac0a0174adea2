/* Identifies this process among the processes of all machines that share a file system. Any
 * thread. */
#ifndef SUBSCENE_IO_HOST_IDENTITY_H
#define SUBSCENE_IO_HOST_IDENTITY_H

#include <stdbool.h>

enum { IDENTITY_HOST = 65, IDENTITY_MACHINE = 9, IDENTITY_TAG = 32, IDENTITY_NONCE = 17 };

/* The machine's name here is a digest of its boot ID and of the process's PID namespace. Two
 * processes can check each other's PID only if this digest is the same. It distinguishes containers
 * with the same host name, and a machine before and after a reboot. */
void identity_machine(char machine[IDENTITY_MACHINE]);

/* The host's name, for messages. */
void identity_host(char host[IDENTITY_HOST]);

/* "<machine>-<pid>" of this process. No two live processes have the same tag. */
void identity_tag(char tag[IDENTITY_TAG]);

/* True if the process with that tag has certainly ended. False if it is on another machine, or if
 * the text is not a tag. A process with this process's tag is this process, so it is not gone. */
bool identity_is_gone(const char *tag);

/* A random 64-bit number as text, unique to this call. */
void identity_nonce(char nonce[IDENTITY_NONCE]);

#endif
