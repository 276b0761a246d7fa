// SPDX-License-Identifier: GPL-2.0-only
/* Screens of what runs now: one recording takes the place of another. */
#include <string.h>

#include "tui/view.h"

static void end_offer(struct app *a)
{
	passes_cancel(a->next_passes);
	passes_free(a->next_passes);
	a->next_passes = NULL;
	a->next = NULL;
}

int app_offer(struct app *a, const struct app_config *cfg)
{
	int err;

	app_withdraw(a);
	err = passes_new(&a->next_passes, &cfg->maker);
	if (!err)
		a->next = cfg;
	return err;
}

void app_withdraw(struct app *a)
{
	if (a->next)
		end_offer(a);
}

bool app_has_offer(const struct app *a)
{
	return a->next;
}

bool app_is_held(const struct app *a)
{
	const struct level *top = &a->stack[a->depth - 1];

	/* what was brushed is a time of this recording alone, and it is this that is compared */
	return a->held || top->view == VIEW_CHANGES || filter_asks(top->filter, 1ull << FIELD_TIME | 1ull << FIELD_SLICE);
}

void live_resize(struct app *a, bool longer)
{
	const struct app_live *live = &a->cfg->live;

	if (!live->resize)
		app_say(a, false, "only of what runs now: spelunk top");
	else
		app_say(a, false, "intervals of %.3g s from now on",
			live->resize(live->arg, longer) / 1000.0);
}

void live_hold(struct app *a)
{
	if (!a->cfg->title) {
		app_say(a, false, "only of what runs now: spelunk top");
		return;
	}
	a->held = !a->held;
	app_say(a, false, a->held ? "held: z goes on" : "what runs now is shown again");
}

bool live_follow(struct app *a)
{
	struct pass_query q;
	uint64_t row;

	/* what is being typed or chosen is of this one */
	if (!a->next || a->stopped || a->mode != MODE_BROWSE || app_is_held(a) ||
	    !level_query(a, app_top(a), &q) || !passes_want(a->next_passes, &q))
		return false;
	row = app_row(a);
	passes_cancel(a->passes);
	passes_free(a->passes);
	a->passes = a->next_passes;
	a->cfg = a->next;
	a->next_passes = NULL;
	a->next = NULL;
	a->result = NULL;
	app_stale(a);
	app_update(a);
	app_follow_row(a, row);
	return true;
}
