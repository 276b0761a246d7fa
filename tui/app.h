/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "kvm/exits.h"
#include "report/kvm/kvm.h"
#include "tui/canvas.h"
#include "tui/key.h"
#include "tui/pass.h"

/*
 * The screens of a recording: keys go in, a canvas comes out.  Knows no terminal, and only
 * app_wait() blocks.
 */

/* One of the last intervals of a live recording. */
struct live_interval {
	uint64_t samples[NR_WORLDS], exits;	/* 0 until counted */
	double seconds;
	bool counted;
	bool lost;			/* data were lost in it */
	bool is_there;			/* it can still be shown */
};

#define LIVE_INTERVALS	240

struct live_history {
	struct live_interval at[LIVE_INTERVALS];	/* oldest first */
	size_t nr;
	size_t shown;			/* index of the displayed one; nr: none of these */
};

/* A live recording. */
struct app_live {
	/* Make future intervals longer or shorter; returns their new length in ms. */
	unsigned int (*resize)(void *arg, bool longer);
	void *arg;
	const struct live_history *history;	/* changes between drawings; NULL: none */
	/*
	 * Show the next interval (1) or the previous one (-1), or follow the newest (0); false:
	 * none.
	 */
	bool (*step)(void *arg, int by);
	/* Save the displayed interval to a file: text says which file, or why it failed. */
	bool (*keep)(void *arg, char *text, size_t len);
	void *history_arg;
};

struct app_config {
	struct report_data data;	/* of the recording: source, info, clock, timeline,
					 * mode_given; the rest is ignored */
	const struct exits *exits;	/* NULL: none */
	/* The guest code that exits came from, by function: as in kvm_report. */
	const struct kvm_site *sites;
	size_t nr_sites;
	const char *title;		/* of a live recording; NULL: use the file's name */
	struct app_live live;		/* of a live recording */
	struct pass_maker maker;
	const char *arguments;		/* of `spelunk report`, quoted for a shell: the file and
					 * its symbols; only displayed */
	const char *dump_arguments;	/* of `spelunk dump`, likewise */
	const char *symbol_arguments;	/* of `spelunk diff` and `kvm`, without files */
	const char *other;		/* start with the changes from that file; NULL: do not */
	uint64_t slice;			/* ns, for the key slice; 0: no clock */
	enum field line;		/* for data addresses: FIELD_PA_LINE, or FIELD_CACHE_LINE
					 * if records have no physical addresses */
	bool cycles;			/* the recording has samples of CPU cycles */
	uint64_t begin;			/* ns: approximate start of the recording */
	const char *filter;		/* initial filter; NULL: none */
	/* Initial settings of the hot view; nr 0: its defaults. */
	const enum field *by;
	size_t nr_by;
	const enum column *columns;
	size_t nr_columns;
	enum column sort;
	bool ascending, sort_given;	/* given: by the user */
};

struct app;

/* cfg is borrowed.  0 or -errno. */
int app_new(struct app **out, const struct app_config *cfg);
void app_free(struct app *a);	/* NULL is fine */

/* Process a key, and start what it requests. */
void app_key(struct app *a, int press);
/* Process a mouse event. */
void app_mouse(struct app *a, const struct mouse *m);
/* Take pasted text: it goes into the line that is being typed, or nowhere. */
void app_paste(struct app *a, const struct paste *p);

/* Requests to the terminal.  The caller carries them out, clears them, and frees the texts. */
struct app_requests {
	bool quit;
	bool redraw;			/* redraw all cells, whatever the terminal shows */
	bool no_mouse;			/* leave the mouse to the terminal, for selecting text;
					 * not cleared */
	char *copy;			/* text for the clipboard; NULL: none */
	char *edit;			/* file to open in an editor; NULL: none */
	unsigned int edit_line;
};

/* Borrowed as long as the app lives. */
struct app_requests *app_requests(struct app *a);

/*
 * Switch to another recording as soon as the present view has been counted in it.  cfg is borrowed;
 * the former cfg must stay valid until app_has_offer() is false.  Replaces an earlier offer.  0 or
 * -errno.
 */
int app_offer(struct app *a, const struct app_config *cfg);
void app_withdraw(struct app *a);
bool app_has_offer(const struct app *a);
/* Does the user want to stay with the displayed recording? */
bool app_is_held(const struct app *a);
/* Show a message until the next key. */
__attribute__((format(printf, 3, 4)))
void app_say(struct app *a, bool alarm, const char *fmt, ...);

/* Take results of finished passes, and draw; any size of canvas is fine. */
void app_draw(struct app *a, struct canvas *c);

/* A descriptor that is readable when there is something new to draw. */
int app_fd(const struct app *a);
/* Is a pass running whose progress should be shown? */
bool app_busy(const struct app *a);
/* Wait until everything that the keys requested is there. */
void app_wait(struct app *a);

#endif
