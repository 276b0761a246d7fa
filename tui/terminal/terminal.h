/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include "base/helper.h"
#include "tui/canvas.h"
#include "tui/key.h"

/*
 * The terminal, of which there is only one.  While it is open, it is in the screens' mode; however
 * the program ends, even by a signal or a crash, the former mode is restored.
 */
struct terminal;

/* Can it probably be opened?  Returns as terminal_open(). */
int terminal_check(char *err, size_t errlen);
/* 0, or -errno with a sentence in err that says what to do. */
int terminal_open(struct terminal **out, char *err, size_t errlen);
void terminal_close(struct terminal *t);	/* NULL is fine */

void terminal_size(const struct terminal *t, unsigned int *width, unsigned int *height);
/* How many colours a cell can have: canvas_set_colors(). */
unsigned int terminal_colors(const struct terminal *t);
void terminal_show(struct terminal *t, const struct canvas *c);

/* Enable or disable mouse events. */
void terminal_mouse(struct terminal *t, bool on);
/* Ask the terminal to copy the text to its clipboard; terminals without support ignore it. */
void terminal_copy(struct terminal *t, const char *text);
/* Redraw everything at the next terminal_show(). */
void terminal_redraw(struct terminal *t);

/*
 * The next key; PRESS_NONE: none is waiting; PRESS_MOUSE: see *m; PRESS_PASTE: see
 * terminal_pasted().
 */
int terminal_key(struct terminal *t, struct mouse *m);
/* What was pasted last; borrowed until the next key. */
const struct paste *terminal_pasted(const struct terminal *t);

/* Runs the user's editor, for terminal_edit(). */
extern const struct helper_service editor_service;

/* Suspend the screens, run an editor at a line of a file, and resume.  Returns as editor_run(). */
int terminal_edit(struct terminal *t, const char *path, unsigned int line);

/*
 * Wait for a key, for fd, for a change of size, or for ms (-1: no limit).  0, or the signal that
 * ends the program (SIGTERM, SIGINT, SIGHUP, SIGQUIT; SIGHUP also if the terminal is gone), which
 * the caller re-raises after closing the terminal.
 */
int terminal_wait(struct terminal *t, int fd, int ms);

#endif
