// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/text/text.h"
#include "tui/app_impl.h"
#include "tui/filter_text.h"

static void set_columns(struct setup *s, const enum column *columns, size_t nr)
{
	memcpy(s->columns, columns, nr * sizeof(*columns));
	s->nr_columns = nr;
}

/* Time comes first if recorded. */
static void set_usual(struct setup *s, bool cycles, const enum column *columns, size_t nr)
{
	s->columns[0] = COLUMN_TIME_SHARE;
	memcpy(s->columns + cycles, columns, nr * sizeof(*columns));
	s->nr_columns = nr + cycles;
}

void setup_init(struct setup *s, enum view_id v, const struct app_config *cfg)
{
	const struct view_ops *ops = view_rows[v].ops;

	*s = (struct setup){ .sort = ops->sort ? ops->sort : COLUMN_COST, .usual = !ops->sort };
	if (ops->columns)
		set_usual(s, cfg->cycles && ops->has_time, ops->columns, *ops->nr_columns);
	else
		set_usual(s, cfg->cycles, text_usual, text_nr_usual);
	if (!ops->is_configured)
		return;
	s->sort = cfg->sort;
	s->ascending = cfg->ascending;
	s->usual = !cfg->sort_given;
	if (cfg->nr_columns)
		set_columns(s, cfg->columns, cfg->nr_columns);
}

void level_keys(struct level *l, const enum field *keys, size_t nr)
{
	if (nr)
		memcpy(l->keys, keys, nr * sizeof(*keys));
	l->nr_keys = nr;
}

void level_view(struct level *l, enum view_id v, const struct app_config *cfg)
{
	const struct view_ops *ops = view_rows[v].ops;

	l->view = v;
	l->cursor = l->top = 0;
	l->left = 0;
	l->at = l->mark = 0;
	l->settled = false;
	if (ops->recording_keys)
		l->nr_keys = ops->recording_keys(cfg, l->keys);
	else if (ops->is_configured && cfg->nr_by)
		level_keys(l, cfg->by, cfg->nr_by);
	else
		level_keys(l, ops->keys, ops->nr_keys);
}

bool level_query(const struct app *a, const struct level *l, struct pass_query *out)
{
	const struct view_ops *ops = view_rows[l->view].ops;
	const struct setup *s = &a->setup[l->view];

	*out = (struct pass_query){
		.nr_keys = l->nr_keys, .sort = s->sort, .ascending = s->ascending,
	};
	memcpy(out->keys, l->keys, sizeof(out->keys));
	if (!filter_join(out->filter, a->zoom.filter) || !filter_join(out->filter, l->filter) ||
	    !filter_join(out->filter, ops->filter ? ops->filter : ""))
		return false;
	if (ops->query)
		ops->query(a, l, out);
	return true;
}
