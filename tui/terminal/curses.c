// SPDX-License-Identifier: GPL-2.0-only
/* The only user of ncurses. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tui/terminal/terminal.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

#include "tui/terminal/terminal_impl.h"

#define ESC_DELAY_MS	25	/* escape sequences arrive faster than typing */
#define RESTORE_LEN	256
#define CRASH_STACK	(64 << 10)
#define MICE_MAX	8	/* events that ncurses buffers: EV_MAX of its lib_mouse.c */
/* Bracketed paste: the terminal marks pasted text with two sequences (xterm's ctlseqs). */
#define PASTE_ON	"\033[?2004h"
#define PASTE_OFF	"\033[?2004l"
#define PASTE_BEGINS	200	/* ESC [ 200 ~ */
#define PASTE_END	"\033[201~"
/* If input is readable this often without a key, the terminal is gone. */
#define EMPTY_MAX	16

/* Signals that ask to end, those of a crash, and one that is ignored. */
static const int signals[] = {
	SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGPIPE,
};
#define NR_ENDS		4
#define NR_SIGNALS	(sizeof(signals) / sizeof(signals[0]))

struct terminal {
	SCREEN *screen;
	bool color, mouse;
	bool grounds;		/* there are colour pairs for pictures with two colours in a cell */
	unsigned int empty;
	bool pasting;		/* PASTE_END has not come yet */
	size_t pasted;		/* characters so far, with those of PASTE_END */
	unsigned int ending;	/* characters of PASTE_END at the end of these */
	struct paste paste;
	MEVENT mice[MICE_MAX];	/* not delivered yet, oldest last */
	unsigned int nr_mice;
	sigset_t awake;		/* signal mask while waiting: the former one */
	struct sigaction before[NR_SIGNALS];
	stack_t old_stack;
	char *stack;
};

/* Data for signal handlers, which can only use globals. */
static struct {
	volatile sig_atomic_t end;	/* the signal that asked to end */
	struct termios mode;		/* before the screens */
	char restore[RESTORE_LEN];	/* sequence that restores the screen */
	size_t restore_len;
	struct sigaction stop;		/* what ncurses does at SIGTSTP */
} crash;

/*
 * Signals
 */

/* Call before ncurses installs its own handlers. */
static void remember_signals(struct terminal *t)
{
	for (size_t i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], NULL, &t->before[i]);
	sigprocmask(SIG_BLOCK, NULL, &t->awake);
}

static void on_end(int sig)
{
	crash.end = sig;
}

static void write_text(const char *text, size_t len)
{
	ssize_t done = write(STDOUT_FILENO, text, len);

	(void)done;
}

static void want_pastes(bool on)
{
	write_text(on ? PASTE_ON : PASTE_OFF, sizeof(PASTE_ON) - 1);
}

/* ncurses gives the terminal to the shell, and takes it back when we go on. */
static void on_stop(int sig)
{
	want_pastes(false);
	crash.stop.sa_handler(sig);
	want_pastes(true);
}

/* Only async-signal-safe calls; then the signal's default action. */
static void on_crash(int sig)
{
	write_text(crash.restore, crash.restore_len);
	tcsetattr(STDIN_FILENO, TCSANOW, &crash.mode);
	raise(sig);
}

static bool is_capability(const char *text)
{
	return text && text != (char *)-1;
}

/* Append a capability without its padding, which only printers need. */
static void add_restore(const char *text)
{
	const char *end;

	while (is_capability(text) && *text) {
		end = strncmp(text, "$<", 2) ? NULL : strchr(text, '>');
		if (end)
			text = end + 1;
		else if (crash.restore_len < RESTORE_LEN)
			crash.restore[crash.restore_len++] = *text++;
		else
			return;
	}
}

static void prepare_crash(struct terminal *t)
{
	static const char *const names[] = { "sgr0", "op", "cnorm", "rmkx", "rmcup" };
	struct sigaction act = { .sa_handler = on_crash,
				 .sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK };
	stack_t stack = { .ss_size = CRASH_STACK };

	crash.restore_len = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add_restore(tigetstr(names[i]));
	/* As ncurses does if terminfo lacks a mouse; other terminals ignore it. */
	if (is_capability(tigetstr("kmous")))
		add_restore("\033[?1006;1000l");
	add_restore(PASTE_OFF);
	/* A crash may be a stack overflow. */
	stack.ss_sp = t->stack = malloc(CRASH_STACK);
	if (stack.ss_sp)
		sigaltstack(&stack, &t->old_stack);
	for (size_t i = NR_ENDS; i + 1 < NR_SIGNALS; i++)
		sigaction(signals[i], &act, NULL);
}

/* Signals are delivered only in terminal_wait(), so that drawing is never interrupted. */
static void prepare_signals(struct terminal *t)
{
	struct sigaction act = { .sa_handler = on_end }, ignore = { .sa_handler = SIG_IGN };
	struct sigaction stop = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
	sigset_t asleep;

	crash.end = 0;
	asleep = t->awake;
	for (size_t i = 0; i < NR_ENDS; i++) {
		sigaction(signals[i], &act, NULL);
		sigaddset(&asleep, signals[i]);
	}
	sigaddset(&asleep, SIGWINCH);
	sigaddset(&asleep, SIGTSTP);
	sigprocmask(SIG_SETMASK, &asleep, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	/* Where it was ignored before, ncurses lets it be. */
	sigaction(SIGTSTP, NULL, &crash.stop);
	if (crash.stop.sa_handler != SIG_IGN && crash.stop.sa_handler != SIG_DFL)
		sigaction(SIGTSTP, &stop, NULL);
}

static void undo_signals(struct terminal *t)
{
	for (size_t i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &t->before[i], NULL);
	sigaction(SIGTSTP, &crash.stop, NULL);
	if (t->stack)
		sigaltstack(&t->old_stack, NULL);
	sigprocmask(SIG_SETMASK, &t->awake, NULL);
}

/* Colours */

/* Roles used in pictures: each may be drawn on each. */
#define PAINTS_FIRST	ROLE_HOST
#define NR_PAINTS	(ROLE_UNKNOWN - ROLE_HOST + 1)

static short color_of(unsigned int role, enum palette_ground ground)
{
	const struct palette_role *r = &palette_roles[role];

	return (short)(COLORS < 256 ? r->eight : palette_256(r->color[ground]));
}

static attr_t attributes(unsigned int attr)
{
	return (attr & PALETTE_BOLD ? A_BOLD : 0) | (attr & PALETTE_DIM ? A_DIM : 0) |
	       (attr & PALETTE_UNDERLINE ? A_UNDERLINE : 0) |
	       (attr & PALETTE_REVERSE ? A_REVERSE : 0);
}

static void prepare_colors(struct terminal *t)
{
	enum palette_ground ground = palette_ground() == GROUND_LIGHT ? GROUND_LIGHT : GROUND_DARK;

	t->color = !palette_unwanted() && has_colors() && start_color() == OK &&
		   use_default_colors() == OK && COLOR_PAIRS > NR_ROLES;
	t->grounds = t->color && COLOR_PAIRS > NR_ROLES + NR_PAINTS * NR_PAINTS;
	for (unsigned int i = 0; t->color && i < NR_ROLES; i++)
		init_pair((short)(i + 1), color_of(i, ground), COLORS < 256 ? -1 :
			  (short)palette_256(palette_roles[i].ground[ground]));
	for (unsigned int i = 0; t->grounds && i < NR_PAINTS * NR_PAINTS; i++)
		init_pair((short)(NR_ROLES + 1 + i),
			  color_of(PAINTS_FIRST + i / NR_PAINTS, ground),
			  color_of(PAINTS_FIRST + i % NR_PAINTS, ground));
}

static bool is_paint(unsigned int role)
{
	return role >= PAINTS_FIRST && role < PAINTS_FIRST + NR_PAINTS;
}

static void set_look(const struct terminal *t, const struct canvas_cell *cell)
{
	const struct palette_role *r = &palette_roles[cell->role];
	bool plain = !t->color || (COLORS < 256 && r->eight < 0);
	int pair = cell->role + 1;

	if (t->grounds && is_paint(cell->role) && is_paint(cell->ground))
		pair = NR_ROLES + 1 + (cell->role - PAINTS_FIRST) * NR_PAINTS +
		       (cell->ground - PAINTS_FIRST);
	attr_set(attributes(plain ? r->plain : r->attr), t->color ? (short)pair : 0, NULL);
}

/*
 * The terminal
 */

static int refuse(char *err, size_t errlen, const char *sentence)
{
	snprintf(err, errlen, "%s", sentence);
	return -ENOTTY;
}

int terminal_check(char *err, size_t errlen)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse(err, errlen, "the terminal UI needs a terminal as standard input "
			      "and output; use `spelunk report` instead");
	if (!term || !*term || !strcmp(term, "dumb"))
		return refuse(err, errlen, "TERM says that this terminal cannot position its "
			      "cursor; set TERM if it can, or use `spelunk report`");
	return 0;
}

int terminal_open(struct terminal **out, char *err, size_t errlen)
{
	struct terminal *t;
	int ret = terminal_check(err, errlen);

	*out = NULL;
	if (ret)
		return ret;
	t = calloc(1, sizeof(*t));
	if (!t || tcgetattr(STDIN_FILENO, &crash.mode)) {
		free(t);
		return refuse(err, errlen, "cannot read the terminal's settings");
	}
	remember_signals(t);
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen) {
		free(t);
		return refuse(err, errlen, "this terminal is not known to terminfo: set TERM, or "
			      "use `spelunk report`");
	}
	prepare_crash(t);
	prepare_signals(t);
	set_escdelay(ESC_DELAY_MS);
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	prepare_colors(t);
	want_pastes(true);
	*out = t;
	return 0;
}

void terminal_close(struct terminal *t)
{
	if (!t)
		return;
	want_pastes(false);
	endwin();
	delscreen(t->screen);
	undo_signals(t);
	free(t->stack);
	free(t);
}

unsigned int terminal_colors(const struct terminal *t)
{
	return t->grounds ? 2 : t->color;
}

void terminal_size(const struct terminal *t, unsigned int *width, unsigned int *height)
{
	int y, x;

	getmaxyx(stdscr, y, x);
	*width = x > 0 ? (unsigned int)x : 1;
	*height = y > 0 ? (unsigned int)y : 1;
}

void terminal_show(struct terminal *t, const struct canvas *c)
{
	const struct canvas_cell *cell;

	for (unsigned int y = 0; y < canvas_height(c); y++) {
		for (unsigned int x = 0; (cell = canvas_at(c, y, x)); x++) {
			if (!cell->width)
				continue;
			set_look(t, cell);
			mvaddstr((int)y, (int)x, cell->text);
		}
	}
	refresh();
}

void terminal_mouse(struct terminal *t, bool on)
{
	if (t->mouse == on)
		return;
	t->mouse = on;
	/* Report both ends of a drag, and do not wait for clicks. */
	mouseinterval(0);
	mousemask(on ? BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON3_PRESSED |
		  BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

/*
 * Over a slow link, press and release of a button arrive together.  ncurses returns one KEY_MOUSE
 * for all mouse events that it finds at once, and getmouse() returns the newest first.
 */
static void take_mice(struct terminal *t)
{
	while (t->nr_mice < MICE_MAX && getmouse(&t->mice[t->nr_mice]) == OK)
		t->nr_mice++;
}

static int mouse_event(struct terminal *t, struct mouse *m)
{
	const MEVENT *e;

	if (!t->nr_mice)
		return PRESS_RESIZE;
	e = &t->mice[--t->nr_mice];
	if (e->x < 0 || e->y < 0)
		return PRESS_RESIZE;
	m->x = (unsigned int)e->x;
	m->y = (unsigned int)e->y;
	m->kind = e->bstate & BUTTON4_PRESSED ? MOUSE_WHEEL_UP :
		  e->bstate & BUTTON5_PRESSED ? MOUSE_WHEEL_DOWN :
		  e->bstate & BUTTON3_PRESSED ? MOUSE_MENU :
		  e->bstate & BUTTON1_RELEASED ? MOUSE_RELEASE : MOUSE_PRESS;
	return PRESS_MOUSE;
}

static int special(wint_t code)
{
	switch (code) {
	case KEY_UP:		return PRESS_UP;
	case KEY_DOWN:		return PRESS_DOWN;
	case KEY_LEFT:		return PRESS_LEFT;
	case KEY_RIGHT:		return PRESS_RIGHT;
	case KEY_PPAGE:		return PRESS_PAGE_UP;
	case KEY_NPAGE:		return PRESS_PAGE_DOWN;
	case KEY_HOME:		return PRESS_HOME;
	case KEY_END:		return PRESS_END;
	case KEY_BACKSPACE:	return PRESS_BACKSPACE;
	case KEY_ENTER:		return PRESS_ENTER;
	case KEY_RESIZE:	return PRESS_RESIZE;
	}
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return PRESS_F((int)(code - KEY_F(0)));
	return PRESS_RESIZE;	/* not a key of ours: just redraw */
}

void terminal_copy(struct terminal *t, const char *text)
{
	clipboard_write(stdout, text);
	fflush(stdout);
}

void terminal_redraw(struct terminal *t)
{
	clearok(curscr, TRUE);
}

static void begin_paste(struct terminal *t)
{
	t->pasting = true;
	t->pasted = t->ending = 0;
}

/* A character between the two sequences, or of the second; true: with it that has come. */
static bool take_pasted(struct terminal *t, wint_t code)
{
	const size_t end = sizeof(PASTE_END) - 1;
	size_t nr;

	if (t->pasted < PASTE_MAX)
		t->paste.code[t->pasted] = (int)code;
	t->pasted++;
	t->ending = code == (wint_t)PASTE_END[t->ending] ? t->ending + 1 : code == PRESS_ESC;
	if (t->ending < end)
		return false;
	nr = t->pasted - end;
	t->paste.cut = nr > PASTE_MAX;
	t->paste.nr = t->paste.cut ? PASTE_MAX : nr;
	t->pasting = false;
	return true;
}

/* The rest of it may still be on its way: PRESS_NONE. */
static int pasted(struct terminal *t)
{
	wint_t code;
	int kind;

	while ((kind = get_wch(&code)) != ERR) {
		t->empty = 0;
		if (kind != KEY_CODE_YES && take_pasted(t, code))
			return PRESS_PASTE;
	}
	return PRESS_NONE;
}

const struct paste *terminal_pasted(const struct terminal *t)
{
	return &t->paste;
}

/*
 * Esc alone, or a sequence for Alt and a key or for a key unknown to ncurses.  The latter is
 * ignored, and its letters are not keys.
 */
static int escape(struct terminal *t)
{
	unsigned int number = 0;
	wint_t code;
	int kind = get_wch(&code);

	if (kind == ERR)
		return PRESS_ESC;
	if (kind == KEY_CODE_YES || code == PRESS_ESC) {
		ungetch((int)code);
		return PRESS_ESC;
	}
	if (code != '[' && code != 'O')
		return PRESS_RESIZE;
	/* A sequence ends with a byte in this range: ECMA-48, 5.4. */
	while (get_wch(&code) == OK && (code < '@' || code > '~'))
		number = number < PASTE_BEGINS ? number * 10 + (code - '0') : 0;
	if (code != '~' || number != PASTE_BEGINS)
		return PRESS_RESIZE;
	begin_paste(t);
	return pasted(t);
}

int terminal_key(struct terminal *t, struct mouse *m)
{
	wint_t code;
	int kind;

	if (t->nr_mice)
		return mouse_event(t, m);
	if (t->pasting)
		return pasted(t);
	kind = get_wch(&code);
	if (kind == ERR)
		return PRESS_NONE;
	t->empty = 0;
	if (kind == KEY_CODE_YES && code == KEY_MOUSE) {
		take_mice(t);
		return mouse_event(t, m);
	}
	if (kind == KEY_CODE_YES)
		return special(code);
	if (code == PRESS_ESC)
		return escape(t);
	if (code == '\r')
		return PRESS_ENTER;
	if (code == 0x7f || code == '\b')
		return PRESS_BACKSPACE;
	return code && code < PRESS_UP ? (int)code : PRESS_RESIZE;
}

int terminal_edit(struct terminal *t, const char *path, unsigned int line)
{
	bool mouse = t->mouse;
	int ret;

	terminal_mouse(t, false);
	want_pastes(false);
	def_prog_mode();
	endwin();
	ret = editor_run(path, line);
	reset_prog_mode();
	clearok(stdscr, TRUE);
	refresh();
	want_pastes(true);
	terminal_mouse(t, mouse);
	return ret;
}

int terminal_wait(struct terminal *t, int fd, int ms)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN }, { .fd = fd, .events = POLLIN },
	};
	struct timespec limit = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000l };

	ppoll(fds, 2, ms < 0 ? NULL : &limit, &t->awake);
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL) ||
	    (fds[0].revents & POLLIN && ++t->empty > EMPTY_MAX))
		return SIGHUP;
	return crash.end;
}
