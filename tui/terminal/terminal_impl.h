/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TERMINAL_IMPL_H
#define TUI_TERMINAL_IMPL_H

#include <stdio.h>

/*
 * Write the sequence that asks a terminal to copy the text (OSC 52, see xterm's ctlseqs).  The text
 * is base64, so that none of its bytes reaches the terminal raw.
 */
void clipboard_write(FILE *out, const char *text);

/*
 * Have a helper that offers editor_service run $VISUAL, else $EDITOR, else vi at a line of a regular
 * file; the caller gives up the terminal before and takes it back after, and has blocked SIGINT and
 * SIGQUIT.  Returns its exit status; 127: it cannot be run; 128 and more: a signal ended it; -errno.
 */
int editor_run(const char *path, unsigned int line);

#endif
