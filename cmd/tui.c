// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/screens.h"
#include "cmd/settings.h"
#include "tui/terminal/run.h"
#include "tui/settings.h"
#include "tui/terminal/terminal.h"

static int fail(const char *path, const char *sentence, int code)
{
	cmd_error("tui", path, sentence);
	return code;
}

/* What was chosen is there the next time. */
static void remember(const struct app *app)
{
	char *text = settings_text(app), err[1024];

	if (text && settings_store(text, err, sizeof(err)))
		cmd_error("tui", NULL, err);
	free(text);
}

static int show(struct screens *s)
{
	struct app *app = NULL;
	char *settings;
	char err[1024];
	int ret;

	if (screens_open(s, err, sizeof(err)))
		return fail(s->args.input, err, recording_exit(&s->rec));
	ret = app_new(&app, &s->cfg);
	if (ret)
		return fail(NULL, strerror(-ret), EXIT_UNUSABLE);
	settings = settings_load();
	settings_take(app, settings ? settings : "");
	ret = tui_run(app, NULL, err, sizeof(err));
	if (!ret)
		remember(app);
	app_free(app);
	free(settings);
	if (ret < 0)
		return fail(NULL, err, EXIT_UNUSABLE);
	/* Whoever sent it sees that it was heard. */
	if (ret)
		raise(ret);
	return EXIT_OK;
}

int cmd_tui(int argc, char **argv)
{
	struct screens *s = calloc(1, sizeof(*s));
	char err[1024];
	int ret;

	if (!s)
		return EXIT_UNUSABLE;
	if (report_args_parse(&s->args, argc, argv, err, sizeof(err))) {
		ret = fail(NULL, err, EXIT_USAGE);
	} else if (s->args.help) {
		report_args_help_tui(stdout);
		ret = EXIT_OK;
	} else if (!strcmp(s->args.input, "-")) {
		ret = fail(NULL, "keys come from standard input: write the recording to a file, "
			   "and name that", EXIT_USAGE);
	} else if (terminal_check(err, sizeof(err))) {
		/* Before a long recording is read for nothing. */
		ret = fail(NULL, err, EXIT_USAGE);
	} else if (s->args.other && access(s->args.other, R_OK)) {
		cmd_error("tui", s->args.other, strerror(errno));
		ret = EXIT_UNUSABLE;
	} else if (recording_symbols(&s->rec, &s->args, err, sizeof(err))) {
		ret = fail(NULL, err, EXIT_USAGE);
	} else {
		ret = show(s);
	}
	screens_close(s);
	free(s);
	return ret;
}
