/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include "tui/canvas.h"
#include "tui/key.h"

/*
 * The terminal: there is one.  While it is open its mode is the screens', and
 * however the program ends, by a signal or a crash too, it is as it was before.
 */
struct terminal;

/* Can it be opened, as far as is known without doing so?  As terminal_open(). */
int terminal_check(char *err, size_t errlen);
/* 0, or -errno with a sentence in err that says what to do. */
int terminal_open(struct terminal **out, char *err, size_t errlen);
void terminal_close(struct terminal *t);	/* NULL is fine */

void terminal_size(const struct terminal *t, unsigned int *width, unsigned int *height);
/* How many colours it can show in a cell: canvas_set_colors(). */
unsigned int terminal_colors(const struct terminal *t);
void terminal_show(struct terminal *t, const struct canvas *c);

/* Let it tell of the mouse, or not. */
void terminal_mouse(struct terminal *t, bool on);
/* Ask it to put the text on its clipboard: many do, and the others say nothing. */
void terminal_copy(struct terminal *t, const char *text);
/* What is shown next is written as a whole, whatever is there. */
void terminal_redraw(struct terminal *t);

/* The next key; PRESS_NONE: none waits; PRESS_MOUSE: *m is what the mouse did. */
int terminal_key(struct terminal *t, struct mouse *m);

/*
 * Give the terminal to an editor for a line of a file, and take it back.  As
 * editor_run().
 */
int terminal_edit(struct terminal *t, const char *path, unsigned int line);

/*
 * Sleep until a key comes, fd is readable, the size changes, or ms pass (-1: no
 * limit).  0, or the signal that asks to end (SIGTERM, SIGINT, SIGHUP, SIGQUIT:
 * SIGHUP also if the terminal is gone), which the caller raises again when the
 * terminal is closed.
 */
int terminal_wait(struct terminal *t, int fd, int ms);

#endif
