// SPDX-License-Identifier: GPL-2.0-only
/* What the screens ask of the terminal. */
#include <stddef.h>
#include <string.h>

#include "tui/app_impl.h"

bool app_has_quit(const struct app *a)
{
	return a->requests.quit;
}

bool app_wants_mouse(const struct app *a)
{
	return !a->requests.no_mouse;
}

bool app_take_redraw(struct app *a)
{
	bool redraw = a->requests.redraw;

	a->requests.redraw = false;
	return redraw;
}

char *app_take_copy(struct app *a)
{
	char *copy = a->requests.copy;

	a->requests.copy = NULL;
	return copy;
}

char *app_take_edit(struct app *a, unsigned int *line)
{
	char *path = a->requests.edit;

	*line = a->requests.edit_line;
	a->requests.edit = NULL;
	return path;
}

void app_edited(struct app *a, int status)
{
	if (status < 0)
		app_say(a, true, "the editor cannot be started: %s", strerror(-status));
	else if (status == 127)
		app_say(a, true, "the editor cannot be started: set EDITOR to one that is there");
	else if (status)
		app_say(a, true, "the editor ended with status %d", status);
}
