/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_APP_IMPL_H
#define TUI_APP_IMPL_H

#include "tui/app.h"
#include "tui/lines_body.h"
#include "tui/live.h"
#include "tui/overlay/menu.h"
#include "tui/overlay/pager.h"
#include "tui/overlay/prompt.h"
#include "tui/overlay/sort.h"
#include "tui/settings_impl.h"
#include "tui/table/mark.h"
#include "tui/table/table.h"
#include "tui/views/annotate.h"
#include "tui/views/changes.h"
#include "tui/views/heat.h"
#include "tui/views/records.h"
#include "tui/views/time.h"
#include "tui/zoom.h"

/* All that the screens know: each noun has its struct in its own header. */

/* What has the keys. */
enum mode { MODE_BROWSE, MODE_PROMPT, MODE_SORT, MODE_PAGER, MODE_MENU };

#define MESSAGE_LEN	320

/* In the last line, until the next key. */
struct message {
	char text[MESSAGE_LEN];
	bool alarm;			/* it is bad news */
};

/* Of the canvas drawn last. */
struct screen {
	unsigned int width, height;
	unsigned int rows;		/* lines of the body */
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
	struct heat_state heat;
	struct records_state records;
	struct time_state time;

	/* What covers them. */
	enum mode mode;
	struct prompt prompt;
	struct pager pager;
	struct menu *menu;		/* in MODE_MENU */
	enum column sort_choice;	/* in MODE_SORT */
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
/* What report/ needs to write the result. */
void app_report_data(const struct app *a, struct report_data *out);
/* Move the cursor to the next line (forth) or the one before with the search. */
bool app_find(struct app *a, const struct search *search, size_t from, bool forth);

#endif
