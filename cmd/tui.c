// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/run.h"
#include "cmd/screens.h"
#include "cmd/settings.h"
#include "tui/terminal/run.h"
#include "tui/settings.h"
#include "tui/terminal/terminal.h"

struct tui {
	struct run run;
	struct report_args args;
	struct screens screens;
};

/* What was chosen is there the next time. */
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
	ret = run_fail(&t->run, app_new(&app, &t->screens.cfg));
	if (ret)
		return ret;
	settings = settings_load();
	settings_take(app, settings ? settings : "");
	ret = tui_run(app, NULL, t->run.err, sizeof(t->run.err));
	if (!ret)
		remember(app);
	app_free(app);
	free(settings);
	/* Whoever sent it sees that it was heard. */
	if (ret > 0)
		raise(ret);
	return ret < 0 ? ret : 0;
}

/* Before a long recording is read for nothing. */
static int check(struct tui *t)
{
	struct run *run = &t->run;
	const char *other = t->args.other;

	run->path = NULL;
	run->exit = EXIT_USAGE;
	if (!strcmp(t->args.input, "-")) {
		snprintf(run->err, sizeof(run->err), "keys come from standard input: write the recording "
			 "to a file, and name that");
		return -EINVAL;
	}
	if (terminal_check(run->err, sizeof(run->err)))
		return -EINVAL;
	run->exit = EXIT_UNUSABLE;
	run->path = other;
	return other && access(other, R_OK) ? run_fail(run, -errno) : 0;
}

static int open_screens(struct tui *t)
{
	struct run *run = &t->run;
	const struct recording *rec = &t->screens.rec;
	int err = screens_open(&t->screens, &t->args, t->args.input, run->err,
			       sizeof(run->err));

	return run_opened(run, rec, t->args.input, err);
}

static int work(struct run *run)
{
	struct tui *t = (struct tui *)run;

	return check(t) ?: open_screens(t) ?: show(t);
}

static int parse(struct run *run, int argc, char **argv)
{
	struct tui *t = (struct tui *)run;
	int err = report_args_parse(&t->args, argc, argv, run->err, sizeof(run->err));

	run->help = t->args.help;
	return err;
}

static void release(struct run *run)
{
	struct tui *t = (struct tui *)run;

	screens_close(&t->screens);
	report_args_free(&t->args);
}

int cmd_tui(int argc, char **argv)
{
	static const struct command tui = {
		COMMAND_TUI, sizeof(struct tui), parse, work, release,
	};

	return run_command(&tui, argc, argv);
}
