/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A key press: a Unicode code point, or one of these.  Control keys are their codes:
 * PRESS_CTRL('u').
 */
enum press {
	PRESS_NONE,
	PRESS_TAB = '\t',
	PRESS_ENTER = '\n',
	PRESS_ESC = 27,
	PRESS_COMMA = ',',	/* for tui/keys.def, whose readers split at commas */
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
	PRESS_RESIZE,		/* the screen size has changed */
	PRESS_MOUSE,		/* see struct mouse */
	PRESS_PASTE,		/* see struct paste */
};

/* A mouse event, with its column and line. */
struct mouse {
	enum { MOUSE_PRESS, MOUSE_RELEASE, MOUSE_MENU, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } kind;
	unsigned int x, y;
};

/* Pasted text as the terminal sent it, in code points. */
#define PASTE_MAX	1024
struct paste {
	int code[PASTE_MAX];
	size_t nr;
	bool cut;		/* longer than PASTE_MAX: the end is dropped */
};

#define PRESS_F(n)		(PRESS_F1 - 1 + (n))
#define PRESS_CTRL(letter)	((letter) & 0x1f)

/* The actions of keys: tui/keys.def. */
enum action {
	ACTION_NONE,
#define KEY(press, name, id, label, what) ACTION_##id,
#include "tui/keys.def"
	NR_ACTIONS
};

/* ACTION_NONE: the key has no action. */
enum action action_of(int press);

/*
 * The key of an action, what it does in a few words, and in a sentence, as in tui/keys.def; "" for
 * ACTION_NONE.
 */
const char *action_key(enum action action);
const char *action_label(enum action action);
#define ACTION_KEY_LEN	16
/* The first of its keys. */
void action_first_key(char out[ACTION_KEY_LEN], enum action action);
const char *action_what(enum action action);

#endif
