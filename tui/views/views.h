/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEWS_H
#define TUI_VIEWS_H

#include "tui/pass.h"
#include "tui/pictures.h"

/* State of views between keys, and functions that views share. */

struct app;
struct text;

/* Findings of samples and of exits, largest first, as rows that can be opened. */
struct findings_list;
struct kvm_report;
struct kvm_sum;
struct text_line;

/* The findings of the result; NULL: out of memory, and t's lines have failed.  Borrows from t. */
struct findings_list *findings_new(const struct app *a, struct text *t);
void findings_free(struct findings_list *l);	/* NULL is fine */
/* The sum over exits; empty if there are none. */
const struct kvm_sum *findings_sum(const struct findings_list *l);
/* A row for each; samples: the result has samples. */
void findings_rows(const struct findings_list *l, struct text *t, bool samples);
/* All of their text. */
void findings_say(const struct findings_list *l, struct text *t);
/* Enter on such a row; false: not such a row. */
bool findings_open(struct app *a);
/* The ledger of exits and related data, for the functions of report/kvm/. */
struct kvm_report findings_exits(const struct app *a, const struct text *t);
bool findings_has_exits(const struct app *a);
/* Colour the column `at` of a line, which has an indicator light.  line NULL is fine. */
void findings_light(const struct text *t, struct text_line *line, enum role role, unsigned int at);

/* The view Code. */
struct annotate_state {
	bool no_source;			/* show instructions only */
};

/* Switch source lines between instructions on or off. */
void annotate_switch_source(struct app *a);

/* The view Changes. */
struct changes_state {
	char other[FILTER_LEN];		/* the file last compared with; "": none yet */
};

/* Show the changes from that file to this one; false: a message says why not. */
bool changes_from(struct app *a, const char *path);

/* The views Flame and Callers: their zooms do not change the samples. */

/* A frame that is wide enough to be drawn. */
struct flame_box {
	uint32_t node;			/* in the result's stacks */
	uint32_t parent;		/* index of its box; the first box is its own parent */
	unsigned int depth;		/* lines below the first */
	unsigned int x, width;		/* columns */
};

struct flame_state {
	struct flame_box *box;		/* parents before children */
	size_t nr;
	uint64_t of, at;		/* made from: the result's serial, the level's .at */
	unsigned int width;
};

void flame_clear(struct flame_state *f);

/* A hash of a function's symbol or a frame, equal in every result. */
uint64_t calls_symbol_id(const char *symbol);
/* Zoom to the frame or function with that hash, in view v. */
void calls_zoom(struct app *a, enum view_id v, const char *crumb, uint64_t id);
/* Leave all such zooms, before another view takes their place. */
void calls_leave(struct app *a);
/* The query of both. */
void calls_query(const struct app *a, const struct level *l, struct pass_query *q);
/* Lines that say why there are no stacks, and what to do; ends with NULL. */
extern const char *const calls_none[];

/* Show the callers and callees of a function. */
void callers_of(struct app *a, const char *symbol);

/* The part of the view Memory that shows latencies by data source. */
struct heat_state {
	unsigned int first, steps;	/* the displayed steps of latency */
	size_t line, lines;		/* their lines */
};

/* The keys of its rows. */
#define HEAT_KEYS	FIELD_WORLD, FIELD_VM, FIELD_OP, FIELD_SOURCE, FIELD_TOTAL_STEP

/* Add its lines; none if no sample has a latency. */
void heat_lines(struct app *a, struct text *t);
/* Explain its shades. */
void heat_legend(struct text *t);
/* Choose the next or previous step of latency; false: there is none. */
bool heat_move(struct app *a, bool right);

/* Add the pairs of NUMA nodes of its rows, if these have FIELD_CPU_NODE and FIELD_NODE. */
void nodes_lines(struct app *a, struct text *t);

/* The view Records, and the page of one record. */
#define RECORDS_MAX	1000

struct records_state {
	bool page_waits;		/* the page waits for the record at .place */
	struct record_place place;
};

/* Fill the page once the pass has the record. */
void record_take(struct app *a);
/* The page is no longer wanted. */
void record_leave(struct app *a);

/*
 * Part of the view VMs: exits by reason, what ran instead of vCPUs, CPUs, interrupts, guest code.
 */
/* tid: start the cursor at what ran instead of that vCPU's thread; 0: elsewhere. */
void exits_lines(struct text *t, const struct kvm_report *r, uint64_t tid);

/* The view Time: lanes of columns over time, and a brush. */

/*
 * The samples of each slice, from the first to the last with any, and their columns: several per
 * slice, or one for several slices.
 */
struct slices {
	uint64_t first, length;		/* ns; length 0: none */
	size_t nr;
	uint64_t *samples;		/* per slice, of all worlds */
	unsigned int columns;
};

/* The slice at the start of a column; a slice's first column, and the column after its last. */
size_t slices_at(const struct slices *s, unsigned int column);
unsigned int slices_first(const struct slices *s, size_t slice);
unsigned int slices_end(const struct slices *s, size_t slice);

struct time_state {
	struct slices slices;		/* of its lines */
	uint64_t pressed;		/* the slice where the mouse was pressed */
};

void slices_clear(struct slices *s);

#define TRACK_LABEL	16	/* width of a track's name */
/* The keys of the rows for tracks. */
#define TRACK_KEYS	FIELD_SLICE, FIELD_WORLD, FIELD_VM, FIELD_CPU

#define TIME_HEADS	3	/* number of lines above the lanes */

/* Build the tracks of the result, and their slices. */
void tracks_build(struct app *a, struct text *t);

/*
 * Lanes of what vCPU threads did, from the ledger; none if exits is NULL or has no times.
 * ledger_lanes(): those of a VM's vCPUs; ledger_nr(): the number of all lanes; ledger_exits():
 * exits over time; ledger_legend(): the colours; ledger_say_exits(): the scale of the exits' lane.
 */
struct exits;
struct exit_vcpu;
void ledger_lanes(struct text *t, const struct slices *s, const struct exits *exits, int32_t vm,
		  unsigned int height);
/*
 * Exits of all guests between these times in ns, to the resolution of the ledger's slices; 0:
 * unknown.
 */
uint64_t ledger_exits_between(const struct exits *exits, uint64_t from, uint64_t to);
/* Below a vCPU's lane, if the guest has a recording of its own: the tasks that it ran. */
void guest_tasks_line(struct text *t, const struct slices *s, int32_t vm, int32_t vcpu);
size_t ledger_nr(const struct text *t, const struct exits *exits);
void ledger_exits(struct text *t, const struct slices *s, const struct exits *exits);
void ledger_legend(struct text *t);
void ledger_say_exits(struct text *t, const struct exits *exits);

#endif
