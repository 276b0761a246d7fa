/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OUTPUT_FILE_H
#define CMD_OUTPUT_FILE_H

#include "base/helper.h"

/*
 * The file that a command writes.  The one that the command line names is created by a helper, if
 * there is one, so that nothing else need be writable.
 */

/* Creates and removes the file of output_name(). */
extern const struct helper_service output_service;

/* What the command line names; call it before the helper starts. */
void output_name(const char *path);

/* As create_file(): a descriptor, or -errno. */
int output_create(const char *path);
/* Remove it.  0 or -errno. */
int output_remove(const char *path);

#endif
