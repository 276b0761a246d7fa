// SPDX-License-Identifier: GPL-2.0-only
#include "tui/key.h"

#include <stdio.h>
#include <string.h>

enum action action_of(int press)
{
	switch (press) {
#define KEY(code, name, id, label, what) case code: return ACTION_##id;
#define ALSO(code, id) case code: return ACTION_##id;
#include "tui/keys.def"
	}
	return ACTION_NONE;
}

static const struct {
	const char *name, *label, *what;
} actions[NR_ACTIONS] = {
	[ACTION_NONE] = { "", "", "" },
#define KEY(code, name, id, label, what) [ACTION_##id] = { name, label, what },
#include "tui/keys.def"
};

const char *action_key(enum action action)
{
	return actions[action].name;
}

void action_first_key(char out[ACTION_KEY_LEN], enum action action)
{
	const char *name = actions[action].name;

	/* The name may itself be a comma. */
	snprintf(out, ACTION_KEY_LEN, "%.*s", *name ? (int)strcspn(name + 1, ",") + 1 : 0, name);
}

const char *action_label(enum action action)
{
	return actions[action].label;
}

const char *action_what(enum action action)
{
	return actions[action].what;
}
