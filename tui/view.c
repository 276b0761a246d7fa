// SPDX-License-Identifier: GPL-2.0-only
#include "tui/view.h"

#define VIEW(press, name, id, what, word, title) extern const struct view_ops view_##word;
#define KEY(press, name, id, what)
#include "tui/keys.def"

static const struct {
	const struct view_ops *ops;
	const char *word, *title;
	char press;
} views[NR_VIEWS] = {
#define VIEW(press, name, id, what, word, title) \
	[VIEW_##id] = { &view_##word, #word, title, press },
#define KEY(press, name, id, what)
#include "tui/keys.def"
};

const struct view_ops *view_ops(enum view_id v)
{
	return views[v].ops;
}

const char *view_word(enum view_id v)
{
	return views[v].word;
}

const char *view_title(enum view_id v)
{
	return views[v].title;
}

char view_press(enum view_id v)
{
	return views[v].press;
}
