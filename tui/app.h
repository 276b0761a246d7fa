/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "kvm/exits.h"
#include "report/kvm/kvm.h"
#include "tui/canvas.h"
#include "tui/key.h"
#include "tui/pass.h"

/*
 * The screens of a recording: keys go in, a canvas comes out.  Nothing here knows a
 * terminal, and nothing waits but app_wait().
 */

/* One of the last intervals of what runs now. */
struct live_interval {
	uint64_t samples[NR_WORLDS], exits;	/* 0 until they are counted */
	double seconds;
	bool counted;
	bool lost;			/* something was lost in it */
	bool is_there;			/* it can be shown again */
};

#define LIVE_INTERVALS	240

struct live_history {
	struct live_interval at[LIVE_INTERVALS];	/* the oldest first */
	size_t nr;
	size_t shown;			/* the one on the screens; nr: it is none of these */
};

/* What records meanwhile. */
struct app_live {
	/* Make the next intervals longer, or shorter: how long they are now, ms. */
	unsigned int (*resize)(void *arg, bool longer);
	void *arg;
	const struct live_history *history;	/* changes between two drawings; NULL: none */
	/* Show the next interval (1) or the one before (-1), or follow the newest (0); false: none. */
	bool (*step)(void *arg, int by);
	/* Write the interval that is shown to a file: text says to which, or why not. */
	bool (*keep)(void *arg, char *text, size_t len);
	void *history_arg;
};

struct app_config {
	struct report_data data;	/* the recording: source, info, clock, timeline,
					 * mode_given; the rest is not looked at */
	const struct exits *exits;	/* NULL: none */
	/* Where in guests exits came from, by function: as kvm_report has them. */
	const struct kvm_site *sites;
	size_t nr_sites;
	const char *title;		/* of what runs now; NULL: it is a file, and has its name */
	struct app_live live;		/* of what runs now */
	struct pass_maker maker;
	const char *arguments;		/* of `spelunk report`, quoted for a shell: the file
					 * and its symbols; shown, and not run */
	const char *dump_arguments;	/* of `spelunk dump`, likewise */
	const char *symbol_arguments;	/* of `spelunk diff` and `kvm`, without files */
	const char *other;		/* to begin with what changed from that file; NULL: not */
	uint64_t slice;			/* ns, of the key slice; 0: no clock */
	enum field line;		/* of a data address: FIELD_PA_LINE, or FIELD_CACHE_LINE
					 * where records have no physical ones */
	bool cycles;			/* the recording has samples of CPU cycles */
	uint64_t begin;			/* ns: near where the recording begins */
	const char *filter;		/* to begin with; NULL: none */
	/* Of the hot view, to begin with; nr 0: its own. */
	const enum field *by;
	size_t nr_by;
	const enum column *columns;
	size_t nr_columns;
	enum column sort;
	bool ascending, sort_given;	/* given: by the user, not by default */
};

struct app;

/* cfg is borrowed.  0 or -errno. */
int app_new(struct app **out, const struct app_config *cfg);
void app_free(struct app *a);	/* NULL is fine */

/* Take a key, and start what it asks for. */
void app_key(struct app *a, int press);
/* The same for the mouse. */
void app_mouse(struct app *a, const struct mouse *m);

/* What the screens want of the terminal.  The caller does it, clears it, and frees the text. */
struct app_requests {
	bool quit;
	bool redraw;			/* draw all cells, whatever the terminal shows */
	bool no_mouse;			/* leave the mouse to the terminal, to select text: stays */
	char *copy;			/* a text for its clipboard; NULL: none */
	char *edit;			/* a file to open in an editor; NULL: none */
	unsigned int edit_line;
};

/* Borrowed, as long as the app. */
struct app_requests *app_requests(struct app *a);

/*
 * Show another recording from now on, in the place of the one that is shown, as soon as
 * what is looked at is counted in it.  cfg is borrowed; until app_has_offer() says that there
 * is none any more, the one before is, too.  An offer before this one is withdrawn.  0 or
 * -errno.
 */
int app_offer(struct app *a, const struct app_config *cfg);
void app_withdraw(struct app *a);
bool app_has_offer(const struct app *a);
/* Does the user want to stay with the one that is shown? */
bool app_is_held(const struct app *a);
/* Tell the user something, until the next key. */
__attribute__((format(printf, 3, 4)))
void app_say(struct app *a, bool alarm, const char *fmt, ...);

/* Take what passes have made, and draw: any size of canvas will do. */
void app_draw(struct app *a, struct canvas *c);

/* Readable when there is something new to draw. */
int app_fd(const struct app *a);
/* Is a pass running, so that its progress is to be shown? */
bool app_busy(const struct app *a);
/* Until all that the keys so far have asked for is there. */
void app_wait(struct app *a);

#endif
