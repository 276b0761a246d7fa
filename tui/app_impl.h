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

/*
 * The state of the screens.  Parts with several files have their struct in a header of their own.
 */

/* Who gets the keys. */
enum mode { MODE_BROWSE, MODE_PROMPT, MODE_PICKER, MODE_PAGER, MODE_MENU };

#define MESSAGE_LEN	320

/* Shown in the last line until the next key. */
struct message {
	char text[MESSAGE_LEN];
	bool alarm;			/* a problem */
};

#define SCREEN_HEAD	2	/* lines above the body: the views' names, and the path of zooms */
#define SCREEN_FOOT	1	/* lines below it */

/* The canvas drawn last. */
struct screen {
	unsigned int width, height;
	unsigned int colors;		/* canvas_colors() */
	unsigned int rows;		/* lines of the body */
	unsigned int nameless;		/* % of the result's samples without a function name */
};

/* The body of views whose build() makes lines. */
struct lines_body {
	struct lines lines;
	uint64_t of;			/* the result's serial; 0: must be rebuilt */
	enum view_id view;
	size_t depth;			/* of zooms, at that time */
	unsigned int width, height;
	bool letters;			/* pictures use letters */
	size_t began;			/* the initial line of the cursor */
};

/* In live screens: the recording that will replace the displayed one. */
struct offer {
	const struct app_config *cfg;	/* NULL: none */
	struct passes *passes;
	bool held;			/* the user does not want it */
	bool asked;			/* but the user requested this one */
};

#define NR_SWITCHES	3	/* mouse, tree, source */

/* Remembered settings, and the state that the screens started with. */
struct settings {
	const char *text;		/* NULL: settings_take() was not called */
	struct setup setup[NR_VIEWS];
	bool switches[NR_SWITCHES];
};

struct app {
	const struct app_config *cfg;
	struct passes *passes;
	struct offer offer;

	/* The zooms, and the counted result. */
	struct zoom zoom;
	struct setup setup[NR_VIEWS];
	bool stopped;			/* the user cancelled passes */
	struct pass_result *result;	/* of the top level; NULL: not ready */
	struct search search;		/* the last search */

	/* The screen's contents. */
	struct screen screen;
	struct lines_body body;
	struct table table;
	struct mark mark;

	/* Memory of the views. */
	struct annotate_state annotate;
	struct changes_state changes;
	struct flame_state flame;
	struct heat_state heat;
	struct records_state records;
	struct time_state time;

	/* Overlays. */
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

/* The columns and order of the top level's view. */
static inline struct setup *app_setup(struct app *a)
{
	return &a->setup[app_level(a)->view];
}

/* Number of rows or lines; 0: no result yet. */
static inline size_t app_nr(const struct app *a)
{
	return a->result ? app_view(a)->body->nr(a) : 0;
}

/* Number of lines above them. */
static inline unsigned int app_heads(const struct app *a)
{
	return app_view(a)->heads + app_view(a)->body->heads(a);
}

/* Get or request the result of the top level: sets a->result and what is derived from it. */
void app_update(struct app *a);
/* Rebuild lines and tree at the next app_update(). */
void app_stale(struct app *a);
/* Perform a key's action. */
void app_act(struct app *a, enum action action);
/* Move the cursor to a line where it may stop, preferably in that direction. */
void app_land(struct app *a, bool forth);
/* The data that report/ needs to write the result. */
void app_report_data(const struct app *a, struct report_data *out);
/* Move the cursor to the next (forth) or previous line that matches. */
bool app_find(struct app *a, const struct search *search, size_t from, bool forth);

/* The body of views with lines, and the cursor's line; NULL: none, or the view has rows. */
extern const struct body_ops lines_body;
const struct text_line *lines_body_line(const struct app *a);
/* Go to the costliest row, or from there to the next; false: no row has a cost. */
bool costliest_go(struct app *a);
/* Number of lines above the body: SCREEN_HEAD, and the history of a live recording. */
unsigned int screen_head(const struct app *a);
/* The result has changed: count its samples without a name. */
void screen_count_names(struct app *a);
/* The view whose name is at that column of the first line; false: none. */
bool screen_view_at(const struct app *a, unsigned int x, enum view_id *out);
/* The key whose hint is at that column of the last line; false: none. */
bool screen_key_at(const struct app *a, unsigned int x, enum action *out);
/* Accept an offer that is ready and wanted; true: everything belongs to another recording now. */
bool live_follow(struct app *a);
/* Stay with the displayed recording, or stop that. */
void live_hold(struct app *a);
/* Make the next intervals longer, or shorter. */
void live_resize(struct app *a, bool longer);
/* Go to the next interval, or the previous one; save the displayed one to a file. */
void live_step(struct app *a, int by);
void live_write(struct app *a);
/* Number of lines for the last intervals, above the view. */
unsigned int live_rows(const struct app *a);
void live_draw(const struct app *a, struct canvas *c, unsigned int y);
/*
 * Write what is displayed to a new file: CSV, JSON or text, by the end of its name.  A message
 * reports the result; false: nothing was written.
 */
bool save(struct app *a, const char *path);

#endif
