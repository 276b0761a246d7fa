/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEWS_H
#define TUI_VIEWS_H

#include "tui/pass.h"
#include "tui/pictures.h"

/* What views remember from one key to the next, and do for others. */

struct app;
struct text;

/* Findings of samples and of exits, the largest first, as rows that open. */
struct findings_list;
struct kvm_report;
struct kvm_sum;
struct text_line;

/* Of the result; NULL: no memory, and t's lines failed.  It borrows from t. */
struct findings_list *findings_new(const struct app *a, struct text *t);
void findings_free(struct findings_list *l);	/* NULL is fine */
/* Of the exits; empty without any. */
const struct kvm_sum *findings_sum(const struct findings_list *l);
/* A row for each; samples: there are any. */
void findings_rows(const struct findings_list *l, struct text *t, bool samples);
/* All that they say. */
void findings_say(const struct findings_list *l, struct text *t);
/* Enter on such a row; false: it is another. */
bool findings_open(struct app *a);
/* The ledger of exits, and what goes with it, for the functions of report/kvm/. */
struct kvm_report findings_exits(const struct app *a, const struct text *t);
bool findings_has_exits(const struct app *a);
/* Paint a line's column `at`, in which a light stands.  line NULL is fine. */
void findings_light(const struct text *t, struct text_line *line, enum role role, unsigned int at);

/* The view Code. */
struct annotate_state {
	bool no_source;			/* instructions alone */
};

/* With lines of the source between instructions, or without. */
void annotate_switch_source(struct app *a);

/* The view Changes. */
struct changes_state {
	char other[FILTER_LEN];		/* the file that was compared with last; "": none yet */
};

/* Show what changed from that file to this one; false: a message says why not. */
bool changes_from(struct app *a, const char *path);

/* The views Flame and Callers: zooms that leave the samples as they are. */

/* A frame that is wide enough to be seen. */
struct flame_box {
	uint32_t node;			/* in the result's stacks */
	uint32_t parent;		/* box; the first is its own */
	unsigned int depth;		/* lines below the first */
	unsigned int x, width;		/* columns */
};

struct flame_state {
	struct flame_box *box;		/* each before those below it */
	size_t nr;
	uint64_t of, at;		/* what they are made of: the result's serial, the level's .at */
	unsigned int width;
};

void flame_clear(struct flame_state *f);

/* A number for a function's symbol, or for a frame, that is the same in another result. */
uint64_t calls_symbol_id(const char *symbol);
/* Look at that frame or function, of that number, in view v. */
void calls_zoom(struct app *a, enum view_id v, const char *crumb, uint64_t id);
/* Back from all such zooms, before another view takes their place. */
void calls_leave(struct app *a);
/* What both ask for. */
void calls_query(const struct app *a, const struct level *l, struct pass_query *q);
/* Why there are no stacks, and what to do: lines, and a NULL. */
extern const char *const calls_none[];

/* Show the callers and callees of a function. */
void callers_of(struct app *a, const char *symbol);

/* The part of the view Memory that shows how long which data took. */
struct heat_state {
	unsigned int first, steps;	/* steps of latency that are shown */
	size_t line, lines;		/* where */
};

/* The keys of the rows it is made of. */
#define HEAT_KEYS	FIELD_WORLD, FIELD_VM, FIELD_OP, FIELD_SOURCE, FIELD_TOTAL_STEP

/* Its lines, from the result; none where no sample has a latency. */
void heat_lines(struct app *a, struct text *t);
/* What its shades mean. */
void heat_legend(struct text *t);
/* Choose the next step of latencies, or the one before; false: there is none. */
bool heat_move(struct app *a, bool right);

/* The view Records, and a page with all of one record. */
#define RECORDS_MAX	1000

struct records_state {
	bool page_waits;		/* for the record at .place */
	struct record_place place;
};

/* Fill the page, once the pass has come to the record. */
void record_take(struct app *a);
/* It is not wanted any more. */
void record_leave(struct app *a);

/* In the view VMs: exits by reason, who ran instead of vCPUs, CPUs, interrupts, guest code. */
/* tid: the cursor begins at who ran instead of that vCPU's thread; 0: nowhere of these. */
void exits_lines(struct text *t, const struct kvm_report *r, uint64_t tid);

/* The view Time: lanes of columns, each a part of the time, and a brush. */

/*
 * The samples of each slice, from the first that has any to the last, and the columns that
 * stand for them: several for each slice, or one for several.
 */
struct slices {
	uint64_t first, length;		/* ns; length 0: there are none */
	size_t nr;
	uint64_t *samples;		/* in each slice, of all worlds */
	unsigned int columns;
};

/* The slice that a column begins in; the first column of a slice, and the one behind it. */
size_t slices_at(const struct slices *s, unsigned int column);
unsigned int slices_first(const struct slices *s, size_t slice);
unsigned int slices_end(const struct slices *s, size_t slice);

struct time_state {
	struct slices slices;		/* behind its lines */
	uint64_t pressed;		/* the slice where the mouse went down */
};

void slices_clear(struct slices *s);

#define TRACK_LABEL	16	/* columns of a track's name */
/* The keys of rows that tracks are made of. */
#define TRACK_KEYS	FIELD_SLICE, FIELD_WORLD, FIELD_VM, FIELD_CPU

#define TIME_HEADS	3	/* lines above the lanes */

/* Tracks of the result, and the slices behind them. */
void tracks_build(struct app *a, struct text *t);

/*
 * Lanes of what vCPUs' threads did, by the ledger: exits NULL, or without times, has none.
 * Those of a VM's vCPUs; how many there are of all; how many exits there were as time went
 * on; what the colours mean; how high the lane of exits is.
 */
struct exits;
struct exit_vcpu;
void ledger_lanes(struct text *t, const struct slices *s, const struct exits *exits, int32_t vm,
		  unsigned int height);
/* Exits of all guests between these ns, as far as the ledger's slices say; 0: none are known. */
uint64_t ledger_exits_between(const struct exits *exits, uint64_t from, uint64_t to);
/* Below a vCPU's lane, if its guest was recorded from inside: the tasks that it ran. */
void guest_tasks_line(struct text *t, const struct slices *s, int32_t vm, int32_t vcpu);
size_t ledger_nr(const struct text *t, const struct exits *exits);
void ledger_exits(struct text *t, const struct slices *s, const struct exits *exits);
void ledger_legend(struct text *t);
void ledger_say_exits(struct text *t, const struct exits *exits);

#endif
