// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/run.h"
#include "cmd/screens.h"
#include "tui/settings.h"
#include "tui/terminal/run.h"
#include "tui/terminal/terminal.h"

struct tui {
	struct run run;
	struct screens screens;
};

/* Save the user's choices for the next time. */
static void remember(const struct app *app)
{
	char *text = settings_text(app), err[1024];

	if (text && settings_store(text, err, sizeof(err)))
		cmd_error("tui", NULL, err);
	free(text);
}

static int show(struct tui *t)
{
	struct app *app = NULL;
	char *settings;
	int ret;

	t->run.path = NULL;
	ret = run_errno(&t->run, app_new(&app, &t->screens.cfg));
	if (ret)
		return ret;
	settings = settings_load();
	settings_take(app, settings ? settings : "");
	ret = tui_run(app, NULL, t->run.err, sizeof(t->run.err));
	if (!ret)
		remember(app);
	app_free(app);
	free(settings);
	/* Re-raise, so that the parent sees death by signal. */
	if (ret > 0)
		raise(ret);
	return ret < 0 ? ret : 0;
}

/* Check the terminal before reading a long recording. */
static int check(struct tui *t)
{
	struct run *run = &t->run;
	const char *other = run->args.other;

	run->path = NULL;
	run->exit = EXIT_USAGE;
	if (!strcmp(run->args.input, "-"))
		return run_fail(run, -EINVAL, "the terminal UI reads keys from standard input: "
				"save the recording to a file first");
	if (terminal_check(run->err, sizeof(run->err)))
		return -EINVAL;
	run->exit = EXIT_UNUSABLE;
	run->path = other;
	return other && access(other, R_OK) ? run_errno(run, -errno) : 0;
}

static int open_screens(struct tui *t)
{
	struct run *run = &t->run;
	const struct recording *rec = &t->screens.rec;
	int err = screens_open(&t->screens, &run->args, run->args.input, run->err,
			       sizeof(run->err));

	return run_opened(run, rec, run->args.input, err) ?: run_check_filter(run, rec, run->args.filter);
}

static int work(struct run *run)
{
	struct tui *t = (struct tui *)run;

	return check(t) ?: open_screens(t) ?: show(t);
}

static void release(struct run *run)
{
	screens_close(&((struct tui *)run)->screens);
}

const struct command command_TUI = {
	.size = sizeof(struct tui), .writes = WRITES_SCREENS, .work = work, .release = release,
};
