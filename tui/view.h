/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "report/text/text.h"
#include "tui/app.h"
#include "tui/lines.h"
#include "tui/table/tree.h"

/* What the files of this room share: the app, its views, and what they look at. */

enum view_id {
#define VIEW(id, name, title, build, filter) VIEW_##id,
#include "tui/views.def"
#undef VIEW
	NR_VIEWS
};

#define SCREEN_HEAD	2	/* lines above the body */
#define SCREEN_FOOT	1

#define DEPTH_MAX	16	/* zooms */
#define CRUMB_LEN	96
#define MESSAGE_LEN	320
#define RECORDS_MAX	1000
#define CHANGES_MAX	1000	/* rows of samples */

/* The samples of each slice of time, from the first that has any to the last. */
struct lanes {
	uint64_t first, length;		/* ns; length 0: there are none */
	size_t nr;
	uint64_t *samples;		/* in each slice, of all lanes */
	unsigned int width;		/* columns of a slice */
};

/* What is looked at, and how: Enter puts another on the stack, Backspace takes it away. */
struct level {
	enum view_id view;
	char filter[FILTER_LEN];	/* of this zoom and all before */
	char crumb[CRUMB_LEN];		/* what this zoom is called; "" for the first */
	enum field keys[PROFILE_KEYS];	/* of a table */
	size_t nr_keys;
	size_t base;			/* in Code: the level a function was chosen on */
	size_t cursor, top;		/* lines or rows */
	unsigned int left;		/* columns to the left of the screen */
	uint64_t slice;			/* ns of a slice of time; 0: the recording's */
	uint64_t at, mark;		/* of the view time: the slice of the cursor, and that
					 * where the brush began, as the time of their start;
					 * 0: the first; there is none;
					 * in Memory, at: the chosen step of latencies + 1; 0: all */
	bool settled;			/* the cursor is where it belongs, not where it began */
};

/* How a view that is a table shows its rows. */
struct setup {
	enum column columns[NR_COLUMNS];
	size_t nr_columns;
	enum column sort;
	bool ascending;
};

/* A row to compare others with: a copy, of whatever view. */
#define MARK_LEN	512
struct mark {
	bool set;
	struct metrics m, sum;		/* sum: of all rows, for shares */
	char name[MARK_LEN];
};

/* Rows of a table that are shown, where it is not all. */
struct only {
	struct search search;		/* they hold it; not set: all */
	size_t depth;			/* where it was asked for; deeper zooms show all */
	uint32_t *row;			/* in the result's order; NULL: all are shown */
	size_t nr;
	uint64_t of;			/* the result's serial; 0: to be chosen anew */
};

/* What has the keys. */
enum mode { MODE_BROWSE, MODE_PROMPT, MODE_SORT, MODE_PAGE, MODE_MENU };

enum question { ASK_SEARCH, ASK_ONLY, ASK_FILTER, ASK_GROUPING, ASK_COLUMNS, ASK_SAVE, ASK_OTHER };

struct app {
	const struct app_config *cfg;
	struct passes *passes;
	const struct app_config *next;	/* another recording; NULL: none is offered */
	struct passes *next_passes;
	bool held;			/* it is not wanted */
	struct level stack[DEPTH_MAX];
	size_t depth;			/* at least 1 */
	struct setup setup[NR_VIEWS];
	char filter[FILTER_LEN];	/* for all levels */
	bool as_tree;			/* tables are trees */
	struct tree_open open;
	struct only only;
	struct tree *tree;		/* of the result; NULL: a flat table */
	uint64_t tree_of;		/* the result's serial, 0: it is to be made anew */
	bool no_source;			/* in Code: instructions alone */
	bool stopped;			/* the user wants no pass now */
	struct pass_result *result;	/* of the top level; NULL: not yet there */
	struct lines lines;		/* of a view that has some */
	struct lanes lanes;		/* behind the lines of the view time */
	unsigned int heat_first, heat_steps;	/* steps of latency that Memory shows */
	size_t heat_line, heat_lines;		/* where */
	uint64_t lines_of;		/* the result's serial */
	enum view_id lines_view;
	unsigned int lines_width;
	enum mode mode;
	enum question question;
	char input[FILTER_LEN];		/* what is being typed */
	char only_before[FILTER_LEN];	/* what only.search was, and where */
	size_t only_depth;
	size_t search_from;		/* where the cursor was */
	struct search search;		/* what was searched for last */
	struct lines page;		/* help, a command line */
	size_t page_top;
	struct menu *menu;		/* in MODE_MENU */
	unsigned int page_left;		/* columns to the left of the screen */
	char other[FILTER_LEN];		/* the file that was compared with last; "": none yet */
	bool page_waits;		/* for the record at .place */
	struct record_place place;
	enum column choice;		/* in the list of columns */
	struct mark mark;
	char message[MESSAGE_LEN];	/* in the last line, until the next key */
	bool alarm;			/* it is bad news */
	bool quit;
	char *edit;			/* a source file to be shown in an editor; NULL: none */
	unsigned int edit_line;
	bool redraw;
	char *copy;			/* for the terminal's clipboard; NULL: nothing */
	bool no_mouse;
	const char *settings;		/* what was remembered; NULL: settings_take() did not come */
	struct setup began[NR_VIEWS];	/* and how the screens began, with it */
	bool began_mouse, began_source, began_tree;
	uint64_t pressed;		/* in the view time: the slice where the mouse went down */
	unsigned int width, height;	/* of the canvas drawn last */
	unsigned int rows;		/* lines of the body there */
};

/* Views */

const char *view_name(enum view_id v);
const char *view_title(enum view_id v);
const char *view_filter(enum view_id v);
/* The key that shows it. */
char view_press(enum view_id v);
bool view_is_table(enum view_id v);
/* Do its lines have columns to choose? */
bool view_has_columns(enum view_id v);
/* Do its lines come by keys that can be chosen? */
bool view_has_keys(enum view_id v);
/* Is its name always in the first line, and Tab comes there?  Else only while it is shown. */
bool view_is_listed(enum view_id v);
/* Its keys where the user has chosen none. */
const enum field *view_keys(enum view_id v, size_t *nr);
void view_setup(enum view_id v, struct setup *out);

/* Make the lines of the result, for a screen of that width. */
typedef void view_build(struct app *a, struct lines *l, unsigned int width);
view_build view_overview, view_vms, view_memory, view_records, view_quality, view_time,
	view_annotate, view_sharing, view_changes;
view_build *view_builder(enum view_id v);

/*
 * What the view of the top level shows, lines or rows alike.  Only where
 * a->result is there.
 */
size_t body_nr(const struct app *a);
/* Lines that stand still above them. */
unsigned int body_heads(const struct app *a);
/* Line i of a table, as a row; in a tree it may be one of fewer keys. */
void body_row(const struct app *a, size_t i, const struct rows **rows, size_t *row);
void body_draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height);
bool body_matches(const struct app *a, size_t i, const struct search *search);
/* What line i is called and which samples it stands for; false: none, message says why. */
bool body_zoom(struct app *a, size_t i, char filter[FILTER_LEN], char crumb[CRUMB_LEN]);

/* Which view's name stands there; which column.  false: none. */
bool view_at(const struct app *a, unsigned int x, enum view_id *out);
bool table_column_at(const struct app *a, unsigned int x, enum column *out);

void table_draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height);
/* Lines above its rows. */
#define TABLE_HEADS	2

/* Above the lanes: the time, the cursor and the brush. */
#define TIME_HEADS	2
void time_draw(struct app *a, struct canvas *c, unsigned int y);
/* Move the cursor by so many slices. */
void time_move(struct app *a, long by);
/* Set where the brush begins, or take it away. */
void time_mark(struct app *a);
/* The mouse's button goes down at a column, and up at one: the brush is between. */
void time_press(struct app *a, unsigned int x);
void time_release(struct app *a, unsigned int x);
/* How long it is, or the slice of the cursor, ns. */
uint64_t time_brushed(const struct app *a);
/* Add that time to a lane's filter and crumb; false: they are too long, message says so. */
bool time_zoom(struct app *a, char filter[FILTER_LEN], char crumb[CRUMB_LEN]);
void lanes_clear(struct lanes *l);

/* In Memory: choose the next step of latencies, or the one before. */
void heat_move(struct app *a, bool right);

/* Take what is offered, if it is ready and wanted; true: all is another recording's. */
bool live_follow(struct app *a);
/* Stay with what is shown, or no more. */
void live_hold(struct app *a);
/* Make the next intervals longer, or shorter. */
void live_resize(struct app *a, bool longer);

/* Show only rows that hold the text, or this regular expression; "": all. */
void only_set(struct app *a, const char *text);
/* As it was at that depth of zooms. */
void only_set_at(struct app *a, const char *text, size_t depth);
void only_clear(struct app *a);
/* Choose them, of the result. */
void only_update(struct app *a);

/* Tables as trees, or flat; open the line or close it; all of them. */
void tree_switch(struct app *a);
void tree_turn_line(struct app *a);
void tree_turn_lines(struct app *a);
/* Make a->tree, if that is wanted and there is one. */
void tree_update(struct app *a);

/* Put what changed from a->other on what is looked at; false: message says why not. */
bool changes_open(struct app *a);
/* The answer to ASK_OTHER: likewise, from a->input. */
bool changes_from(struct app *a);

/* In Records: show a page with all of the cursor's record. */
void record_open(struct app *a);
/* Fill the page, once the pass has come to the record. */
void record_take(struct app *a);
/* It is not wanted any more. */
void record_leave(struct app *a);

/* Mark the cursor's row, or, if another is, show both. */
void mark_row(struct app *a);

/* Filters */

/* Put "(out) && (more)" in out; false: it is too long, out is as before. */
bool filter_join(char out[FILTER_LEN], const char *more);
/* Does the expression look at one of these fields (1ull << enum field)? */
bool filter_asks(const char *filter, uint64_t fields);
/* The expression for the samples of one row; false: it cannot be written. */
bool filter_of_row(const struct rows *r, size_t i, char out[FILTER_LEN]);
/* The same of one of its keys. */
bool filter_of_key(const struct rows *r, size_t i, size_t key, char out[FILTER_LEN]);
/* Of a function, or of one place in it (offset NULL: all of it). */
bool filter_of_place(const char *symbol, const char *object, const uint64_t *offset,
		     char out[FILTER_LEN]);
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
/* The lines, and the tree, are made anew at the next app_update(). */
void app_stale(struct app *a);
/*
 * What the cursor's row is called, wherever it will be; 0: there is none, or it is the
 * first, which stays so.
 */
uint64_t app_row(const struct app *a);
/* Put the cursor on the row of that app_row(), if it is there; 0: leave it. */
void app_follow_row(struct app *a, uint64_t row);
/* Do what a key does. */
void app_act(struct app *a, enum action action);
/* Show another view; the one that is there already goes back to its own rows. */
void app_go_to(struct app *a, enum view_id v);
/* Its rows or lines by other keys. */
void level_keys(struct level *l, const enum field *keys, size_t nr);
/* Back from Changes to what was compared. */
void changes_leave(struct app *a);
/* Count only what passes the filter, too, in that view; the crumb is what it is called. */
void zoom_to(struct app *a, const char *filter, const char *crumb, enum view_id v);
/* The same, and look at the same in the same way. */
void zoom_here(struct app *a, const char *filter, const char *crumb);
/* Into the cursor's line; its samples in another view; out again; out of all, filters too. */
void zoom_in(struct app *a);
void zoom_show(struct app *a, enum view_id v);
void zoom_back(struct app *a);
void zoom_none(struct app *a);

/* In Code: to where the line leads, its source in an editor, the next hottest, source or none. */
void code_follow(struct app *a);
void code_edit(struct app *a);
void code_hottest(struct app *a);
void code_source(struct app *a);
/* Another view at the same zoom, from its beginning. */
void level_view(struct app *a, struct level *l, enum view_id v);
/* What report/ needs to write the result. */
void app_report_data(const struct app *a, struct report_data *out);
/* Move the cursor to the next line (forth) or the one before with the search. */
bool app_find(struct app *a, const struct search *search, size_t from, bool forth);

/* What the keys do in each mode. */
void prompt_open(struct app *a, enum question q);
void prompt_key(struct app *a, int press);
void prompt_draw(const struct app *a, struct canvas *c, unsigned int y);
void sort_open(struct app *a);
void sort_key(struct app *a, int press);
void sort_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height);
/* An empty one, for lines. */
void page_open(struct app *a);
void page_open_help(struct app *a);
void page_open_command(struct app *a);
/* The same command line, to the terminal's clipboard. */
void command_copy(struct app *a);
void page_key(struct app *a, int press);

/* What can be done with the cursor's line. */
void menu_open(struct app *a);
void menu_key(struct app *a, int press);
void menu_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height);
/* The mouse's button goes down there. */
void menu_press(struct app *a, unsigned int x, unsigned int y);

/* Write what is seen to a new file: by the end of its name CSV, JSON or text. */
void save(struct app *a, const char *path);

#endif
