/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TERMINAL_IMPL_H
#define TUI_TERMINAL_IMPL_H

#include <signal.h>
#include <stdio.h>

/*
 * Write the sequence that asks a terminal to copy the text (OSC 52, as xterm's ctlseqs
 * describes it): in base64, so that no byte of the text reaches the terminal as it is.
 */
void clipboard_write(FILE *out, const char *text);

/*
 * Run $VISUAL, else $EDITOR, else vi on a line of a file, with the terminal, which is
 * the caller's to give and take back.  The caller has SIGINT and SIGQUIT blocked; mask:
 * what the editor has.  Its exit status; 127: it cannot be run; 128 and more: a signal
 * ended it; -errno.
 */
int editor_run(const char *path, unsigned int line, const sigset_t *mask);

#endif
