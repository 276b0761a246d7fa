/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_APP_IMPL_H
#define TUI_APP_IMPL_H

#include "tui/app.h"
#include "tui/lines.h"
#include "tui/overlay/overlay.h"
#include "tui/settings.h"
#include "tui/table/table.h"
#include "tui/views/views.h"
#include "tui/zoom.h"

/* All that the screens know: a noun of several files has its struct in a header of its own. */

/* What has the keys. */
enum mode { MODE_BROWSE, MODE_PROMPT, MODE_PICKER, MODE_PAGER, MODE_MENU };

#define MESSAGE_LEN	320

/* In the last line, until the next key. */
struct message {
	char text[MESSAGE_LEN];
	bool alarm;			/* it is bad news */
};

#define SCREEN_HEAD	2	/* lines above the body: the views' names, and where one is */
#define SCREEN_FOOT	1	/* lines below it */

/* Of the canvas drawn last. */
struct screen {
	unsigned int width, height;
	unsigned int colors;		/* canvas_colors() */
	unsigned int rows;		/* lines of the body */
	unsigned int nameless;		/* % of the result's samples that have no function's name */
};

/* What stands on the screen where a view's build() makes lines. */
struct lines_body {
	struct lines lines;
	uint64_t of;			/* the result's serial; 0: they are to be made anew */
	enum view_id view;
	size_t depth;			/* of zooms */
	unsigned int width, height;
	bool letters;			/* pictures are of letters */
	size_t began;			/* the line that the cursor began at */
};

/* Screens of what runs now: another recording, to take the place of the one that is shown. */
struct offer {
	const struct app_config *cfg;	/* NULL: none is offered */
	struct passes *passes;
	bool held;			/* it is not wanted */
	bool asked;			/* but the user went to this one */
};

#define NR_SWITCHES	3	/* mouse, tree, source */

/* What was remembered, and how the screens began with it. */
struct settings {
	const char *text;		/* NULL: settings_take() did not come */
	struct setup setup[NR_VIEWS];
	bool switches[NR_SWITCHES];
};

struct app {
	const struct app_config *cfg;
	struct passes *passes;
	struct offer offer;

	/* What is looked at, and what was counted of it. */
	struct zoom zoom;
	struct setup setup[NR_VIEWS];
	bool stopped;			/* the user wants no pass now */
	struct pass_result *result;	/* of the top level; NULL: not yet there */
	struct search search;		/* what was searched for last */

	/* What stands on the screen. */
	struct screen screen;
	struct lines_body body;
	struct table table;
	struct mark mark;

	/* What the views remember. */
	struct annotate_state annotate;
	struct changes_state changes;
	struct flame_state flame;
	struct heat_state heat;
	struct records_state records;
	struct time_state time;

	/* What covers them. */
	enum mode mode;
	struct prompt prompt;
	struct pager pager;
	struct menu *menu;		/* in MODE_MENU */
	struct picker *picker;		/* in MODE_PICKER */
	struct complete complete;	/* in MODE_PROMPT */
	struct message message;

	struct app_requests requests;
	struct settings settings;
};

static inline struct level *app_top(struct app *a)
{
	return &a->zoom.level[a->zoom.depth - 1];
}

static inline const struct level *app_level(const struct app *a)
{
	return &a->zoom.level[a->zoom.depth - 1];
}

static inline const struct view_ops *app_view(const struct app *a)
{
	return view_rows[app_level(a)->view].ops;
}

/* Its columns and order. */
static inline struct setup *app_setup(struct app *a)
{
	return &a->setup[app_level(a)->view];
}

/* Rows or lines; 0: the result is not there. */
static inline size_t app_nr(const struct app *a)
{
	return a->result ? app_view(a)->body->nr(a) : 0;
}

/* Lines above them. */
static inline unsigned int app_heads(const struct app *a)
{
	return app_view(a)->heads + app_view(a)->body->heads(a);
}

/* Take or ask for what the top level shows: a->result and what is made of it. */
void app_update(struct app *a);
/* The lines, and the tree, are made anew at the next app_update(). */
void app_stale(struct app *a);
/* Do what a key does. */
void app_act(struct app *a, enum action action);
/* The cursor goes on to a line where it stops, in that direction first. */
void app_land(struct app *a, bool forth);
/* What report/ needs to write the result. */
void app_report_data(const struct app *a, struct report_data *out);
/* Move the cursor to the next line (forth) or the one before with the search. */
bool app_find(struct app *a, const struct search *search, size_t from, bool forth);

/* The body of a view with lines, and the cursor's line; NULL: there is none, or the view has rows. */
extern const struct body_ops lines_body;
const struct text_line *lines_body_line(const struct app *a);
/* To the costliest row, or from there to the next; false: no row has a cost. */
bool costliest_go(struct app *a);
/* Lines above the body: SCREEN_HEAD, and the history of what runs now. */
unsigned int screen_head(const struct app *a);
/* The result is another one: how many of its samples have no name. */
void screen_count_names(struct app *a);
/* Which view's name stands there, in the first line; false: none. */
bool screen_view_at(const struct app *a, unsigned int x, enum view_id *out);
/* Which key's hint stands there, in the last line; false: none. */
bool screen_key_at(const struct app *a, unsigned int x, enum action *out);
/* Take what is offered, if it is ready and wanted; true: all is another recording's. */
bool live_follow(struct app *a);
/* Stay with what is shown, or no more. */
void live_hold(struct app *a);
/* Make the next intervals longer, or shorter. */
void live_resize(struct app *a, bool longer);
/* Go to the next interval, or the one before; write the one that is shown to a file. */
void live_step(struct app *a, int by);
void live_write(struct app *a);
/* Lines of the last intervals, above the view. */
unsigned int live_rows(const struct app *a);
void live_draw(const struct app *a, struct canvas *c, unsigned int y);
/* Write what is seen to a new file: by the end of its name CSV, JSON or text. */
void save(struct app *a, const char *path);

#endif
