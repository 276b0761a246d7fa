/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TERMINAL_EDITOR_H
#define TUI_TERMINAL_EDITOR_H

#include <signal.h>

/*
 * Run $VISUAL, else $EDITOR, else vi on a line of a file, with the terminal, which is
 * the caller's to give and take back.  The caller has SIGINT and SIGQUIT blocked; mask:
 * what the editor has.  Its exit status; 127: it cannot be run; 128 and more: a signal
 * ended it; -errno.
 */
int editor_run(const char *path, unsigned int line, const sigset_t *mask);

#endif
