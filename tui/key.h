/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stddef.h>

/*
 * A key pressed: a Unicode code point, or one of these.  Control keys are their
 * codes: PRESS_CTRL('u').
 */
enum press {
	PRESS_NONE,
	PRESS_TAB = '\t',
	PRESS_ENTER = '\n',
	PRESS_ESC = 27,
	PRESS_COMMA = ',',	/* in tui/keys.def, whose readers part at commas */
	PRESS_UP = 0x110000,	/* above all code points */
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_HOME,
	PRESS_END,
	PRESS_BACKSPACE,
	PRESS_F1,		/* F2 is the next, and so on */
	PRESS_F12 = PRESS_F1 + 11,
	PRESS_RESIZE,		/* the screen has another size */
	PRESS_MOUSE,		/* struct mouse says what it did */
};

/* What a mouse did, and in which column and line. */
struct mouse {
	enum { MOUSE_PRESS, MOUSE_RELEASE, MOUSE_MENU, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } kind;
	unsigned int x, y;
};

#define PRESS_F(n)		(PRESS_F1 - 1 + (n))
#define PRESS_CTRL(letter)	((letter) & 0x1f)

/* What keys do: tui/keys.def. */
enum action {
	ACTION_NONE,
#define KEY(press, name, id, label, what) ACTION_##id,
#include "tui/keys.def"
	NR_ACTIONS
};

/* ACTION_NONE: the key does nothing. */
enum action action_of(int press);

/*
 * The key that does it, what that is in a few words, and in a sentence, as tui/keys.def has
 * them; "" of ACTION_NONE.
 */
const char *action_key(enum action action);
const char *action_label(enum action action);
#define ACTION_KEY_LEN	16
/* The first of its keys. */
void action_first_key(char out[ACTION_KEY_LEN], enum action action);
const char *action_what(enum action action);

#endif
