/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEWS_RECORDS_H
#define TUI_VIEWS_RECORDS_H

#include "tui/pass.h"

struct app;

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

#endif
