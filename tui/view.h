/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "report/text.h"
#include "tui/app.h"
#include "tui/lines.h"

/* What the files of this room share: the app, its views, and what they look at. */

enum view_id {
#define VIEW(id, name, title, build, filter) VIEW_##id,
#include "tui/views.def"
#undef VIEW
	NR_VIEWS
};

#define DEPTH_MAX	16	/* zooms */
#define CRUMB_LEN	96
#define MESSAGE_LEN	320
#define RECORDS_MAX	1000

/* What is looked at, and how: Enter puts another on the stack, Backspace takes it away. */
struct level {
	enum view_id view;
	char filter[FILTER_LEN];	/* of this zoom and all before */
	char crumb[CRUMB_LEN];		/* what this zoom is called; "" for the first */
	enum field keys[PROFILE_KEYS];	/* of a table */
	size_t nr_keys;
	size_t cursor, top;		/* lines or rows */
	unsigned int left;		/* columns to the left of the screen */
	bool settled;			/* the cursor is where it belongs, not where it began */
};

/* How a view that is a table shows its rows. */
struct setup {
	enum column columns[NR_COLUMNS];
	size_t nr_columns;
	enum column sort;
	bool ascending;
};

/* What has the keys. */
enum mode { MODE_BROWSE, MODE_PROMPT, MODE_SORT, MODE_PAGE };

enum question { ASK_SEARCH, ASK_FILTER, ASK_GROUPING, ASK_COLUMNS, ASK_SAVE };

struct app {
	const struct app_config *cfg;
	struct passes *passes;
	struct level stack[DEPTH_MAX];
	size_t depth;			/* at least 1 */
	struct setup setup[NR_VIEWS];
	char filter[FILTER_LEN];	/* for all levels */
	bool stopped;			/* the user wants no pass now */
	struct pass_result *result;	/* of the top level; NULL: not yet there */
	struct lines lines;		/* of a view that has some */
	uint64_t lines_of;		/* the result's serial */
	enum view_id lines_view;
	unsigned int lines_width;
	enum mode mode;
	enum question question;
	char input[FILTER_LEN];		/* what is being typed */
	size_t search_from;		/* where the cursor was */
	char needle[FILTER_LEN];	/* what was searched for last */
	struct lines page;		/* help, a command line */
	size_t page_top;
	enum column choice;		/* in the list of columns */
	char message[MESSAGE_LEN];	/* in the last line, until the next key */
	bool alarm;			/* it is bad news */
	bool quit;
	unsigned int width, height;	/* of the canvas drawn last */
	unsigned int rows;		/* lines of the body there */
};

/* Views */

const char *view_name(enum view_id v);
const char *view_title(enum view_id v);
const char *view_filter(enum view_id v);
bool view_is_table(enum view_id v);
/* Its keys where the user has chosen none. */
const enum field *view_keys(enum view_id v, size_t *nr);
void view_setup(enum view_id v, struct setup *out);

/* Make the lines of the result, for a screen of that width. */
typedef void view_build(struct app *a, struct lines *l, unsigned int width);
view_build view_overview, view_vms, view_memory, view_records, view_quality;
view_build *view_builder(enum view_id v);

/*
 * What the view of the top level shows, lines or rows alike.  Only where
 * a->result is there.
 */
size_t body_nr(const struct app *a);
void body_draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height);
bool body_matches(const struct app *a, size_t i, const char *needle);
/* What line i is called and which samples it stands for; false: none, message says why. */
bool body_zoom(struct app *a, size_t i, char filter[FILTER_LEN], char crumb[CRUMB_LEN]);

void table_draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height);
/* Lines above its rows. */
#define TABLE_HEADS	2

/* Filters */

/* Put "(out) && (more)" in out; false: it is too long, out is as before. */
bool filter_join(char out[FILTER_LEN], const char *more);
/* The expression for the samples of one row; false: it cannot be written. */
bool filter_of_row(const struct rows *r, size_t i, char out[FILTER_LEN]);
/* What the row is called. */
void crumb_of_row(const struct rows *r, size_t i, char out[CRUMB_LEN]);
/* A number for the values of its keys, never 0: the same row has it in another result. */
uint64_t row_identity(const struct rows *r, size_t i);
/* All that holds for the top level's samples: its view's, the zoom's, the user's. */
bool level_query(const struct app *a, const struct level *l, struct pass_query *out);

/* The app */

struct level *app_top(struct app *a);
/* Take or ask for what the top level shows: a->result and a->lines. */
void app_update(struct app *a);
__attribute__((format(printf, 3, 4)))
void app_say(struct app *a, bool alarm, const char *fmt, ...);
/* Another view at the same zoom, from its beginning. */
void level_view(struct app *a, struct level *l, enum view_id v);
/* What report/ needs to write the result. */
void app_report_data(const struct app *a, struct report_data *out);
/* Move the cursor to the next line (forth) or the one before with the needle. */
bool app_find(struct app *a, const char *needle, size_t from, bool forth);

/* What the keys do in each mode. */
void prompt_open(struct app *a, enum question q);
void prompt_key(struct app *a, int press);
void prompt_draw(const struct app *a, struct canvas *c, unsigned int y);
void sort_open(struct app *a);
void sort_key(struct app *a, int press);
void sort_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height);
void page_open_help(struct app *a);
void page_open_command(struct app *a);
void page_key(struct app *a, int press);

/* Write what is seen to a new file: by the end of its name CSV, JSON or text. */
void save(struct app *a, const char *path);

#endif
