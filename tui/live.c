// SPDX-License-Identifier: GPL-2.0-only
/* Screens of what runs now: one recording takes the place of another. */
#include "tui/app_impl.h"
#include "tui/filter_text.h"

int app_offer(struct app *a, const struct app_config *cfg)
{
	int err;

	app_withdraw(a);
	err = passes_new(&a->offer.passes, &cfg->maker);
	if (!err)
		a->offer.cfg = cfg;
	return err;
}

void app_withdraw(struct app *a)
{
	passes_free(a->offer.passes);
	a->offer.passes = NULL;
	a->offer.cfg = NULL;
}

bool app_has_offer(const struct app *a)
{
	return a->offer.cfg;
}

bool app_is_held(const struct app *a)
{
	/* what was brushed is a time of this recording alone */
	return a->offer.held || app_view(a)->is_held ||
	       filter_asks(app_level(a)->filter, 1ull << FIELD_TIME | 1ull << FIELD_SLICE);
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
	a->offer.held = !a->offer.held;
	app_say(a, false, a->offer.held ? "held: z goes on" : "what runs now is shown again");
}

bool live_follow(struct app *a)
{
	struct pass_query q;
	uint64_t row;

	/* what is being typed or chosen is of this one */
	if (!a->offer.cfg || a->stopped || a->mode != MODE_BROWSE || app_is_held(a) ||
	    !level_query(a, app_top(a), &q) || !passes_want(a->offer.passes, &q))
		return false;
	row = table_cursor(a);
	passes_free(a->passes);
	a->passes = a->offer.passes;
	a->cfg = a->offer.cfg;
	a->offer.passes = NULL;
	a->offer.cfg = NULL;
	a->result = NULL;
	app_stale(a);
	app_update(a);
	table_follow(a, row);
	return true;
}
