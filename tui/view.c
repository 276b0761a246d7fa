// SPDX-License-Identifier: GPL-2.0-only
#include "tui/view.h"

#define VIEW(press, name, id, what, word, title) extern const struct view_ops view_##word;
#define KEY(press, name, id, label, what)
#include "tui/keys.def"

const struct view_row view_rows[NR_VIEWS] = {
#define VIEW(press, name, id, what, word, title) \
	[VIEW_##id] = { &view_##word, #word, title, press },
#define KEY(press, name, id, label, what)
#include "tui/keys.def"
};

void view_query_findings(const struct app *a, const struct level *l, struct pass_query *q)
{
	q->findings = true;
}
