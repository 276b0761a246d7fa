// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/cmd.h"
#include "cmd/options/help.h"

int run_work(const struct command *c, struct run *r)
{
	r->exit = EXIT_UNUSABLE;
	if (!c->work(r))
		return EXIT_OK;
	cmd_error(r->command, r->path, r->err);
	return r->exit;
}

int run_command(const struct command *c, int argc, char **argv)
{
	struct run *r = calloc(1, c->size);
	int ret = EXIT_OK;

	if (!r)
		return EXIT_UNUSABLE;
	r->command = argv[0];
	if (c->parse(r, argc, argv)) {
		cmd_error(r->command, NULL, r->err);
		ret = EXIT_USAGE;
	} else if (r->help) {
		help_print(stdout, c->id);
	} else {
		ret = run_work(c, r);
	}
	c->release(r);
	free(r);
	return ret;
}

static void warn(const struct run *r, const struct recording *rec)
{
	char where[64];

	for (size_t i = 0; i < rec->nr_warnings; i++) {
		const struct recording_warning *w = &rec->warnings[i];

		snprintf(where, sizeof(where), "%s%s%s", r->command, w->option ? " " : "",
			 w->option ? w->option : "");
		cmd_error(where, w->about, w->sentence);
	}
}

int run_opened(struct run *r, const struct recording *rec, const char *path, int err)
{
	warn(r, rec);
	if (!err)
		return 0;
	r->path = rec->fault == FAULT_CONFIG ? NULL : path;
	r->exit = rec->fault == FAULT_RECORDING ? EXIT_UNUSABLE : EXIT_USAGE;
	return err;
}

int run_open(struct run *r, struct recording *rec, const char *path,
	     const struct recording_config *c)
{
	return run_opened(r, rec, path, recording_open(rec, path, c, r->err, sizeof(r->err)));
}

int run_check_output(struct run *r, const char *output, const char *input)
{
	struct stat in, out;

	if (!output || stat(output, &out) || !S_ISREG(out.st_mode) || stat(input, &in) ||
	    in.st_dev != out.st_dev || in.st_ino != out.st_ino)
		return 0;
	r->path = input;
	snprintf(r->err, sizeof(r->err), "--output names the recording itself: give another file");
	return -EINVAL;
}

int run_fail(struct run *r, int err)
{
	if (err)
		snprintf(r->err, sizeof(r->err), "%s", strerror(-err));
	return err;
}

struct report_data recording_data(const struct recording *rec, const struct summary *s,
				  const struct missing *m, const char *filter)
{
	return (struct report_data){
		.input = rec->p.input, .info = rec->p.info, .clock = rec->p.clock,
		.timeline = rec->p.timeline, .summary = s,
		.guests = rec->guests.clocks, .nr_guests = rec->guests.nr,
		.slides = rec->slides.list, .nr_slides = rec->slides.nr,
		.mode_given = rec->mode_given, .filter = filter,
		.missing = m ? m->sentence : NULL, .nr_missing = m ? m->nr : 0,
	};
}
