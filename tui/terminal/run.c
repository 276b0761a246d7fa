// SPDX-License-Identifier: GPL-2.0-only
#include "tui/terminal/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/terminal/terminal.h"

#define PROGRESS_MS	100	/* interval of progress updates of a running pass */

/* Make a canvas of the terminal's size.  0 or -ENOMEM. */
static int fit(const struct terminal *t, struct canvas **c)
{
	unsigned int width, height;

	terminal_size(t, &width, &height);
	if (*c && canvas_width(*c) == width && canvas_height(*c) == height)
		return 0;
	canvas_free(*c);
	*c = canvas_new(width, height);
	if (!*c)
		return -ENOMEM;
	canvas_set_colors(*c, terminal_colors(t));
	return 0;
}

static void edit(struct app *a, struct terminal *t)
{
	struct app_requests *r = app_requests(a);
	int status;

	if (!r->edit)
		return;
	status = terminal_edit(t, r->edit, r->edit_line);
	free(r->edit);
	r->edit = NULL;
	if (status < 0)
		app_say(a, true, "cannot start the editor: %s", strerror(-status));
	else if (status == 127)
		app_say(a, true, "cannot start the editor: set EDITOR to an installed one");
	else if (status)
		app_say(a, true, "the editor ended with status %d", status);
}

/* True: close the screens. */
static bool take_requests(struct app *a, struct terminal *t)
{
	struct app_requests *r = app_requests(a);

	edit(a, t);
	if (r->copy)
		terminal_copy(t, r->copy);
	free(r->copy);
	r->copy = NULL;
	if (r->redraw)
		terminal_redraw(t);
	r->redraw = false;
	return r->quit;
}

static int loop(struct app *a, struct terminal *t, struct canvas **c, const struct tui_tick *tick)
{
	struct mouse mouse;
	int press, ret;

	for (;;) {
		terminal_mouse(t, !app_requests(a)->no_mouse);
		ret = fit(t, c);
		if (ret)
			return ret;
		if (tick)
			tick->tick(tick->arg, a);
		app_draw(a, *c);
		terminal_show(t, *c);
		ret = terminal_wait(t, app_fd(a), tick || app_busy(a) ? PROGRESS_MS : -1);
		if (ret)
			return ret;
		while ((press = terminal_key(t, &mouse)) != PRESS_NONE) {
			if (press == PRESS_MOUSE)
				app_mouse(a, &mouse);
			else if (press == PRESS_PASTE)
				app_paste(a, terminal_pasted(t));
			else
				app_key(a, press);
			if (take_requests(a, t))
				return 0;
		}
	}
}

int tui_run(struct app *a, const struct tui_tick *tick, char *err, size_t errlen)
{
	struct canvas *c = NULL;
	struct terminal *t;
	int ret = terminal_open(&t, err, errlen);

	if (ret)
		return ret;
	ret = loop(a, t, &c, tick);
	terminal_close(t);
	canvas_free(c);
	if (ret < 0)
		snprintf(err, errlen, "%s", strerror(-ret));
	return ret;
}
