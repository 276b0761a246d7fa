// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/cmd.h"
#include "cmd/confine.h"
#include "cmd/options/help.h"
#include "recording/count.h"
#include "report/text/text.h"
#include "report/vm_filter.h"

static const struct command *const commands[NR_COMMANDS] = {
#define COMMAND(id, name, what, why) &command_##id,
#include "cmd/options/commands.def"
#undef COMMAND
};

static int parse(const struct command *c, struct run *r)
{
	int err;

	if (c->parse)
		return c->parse(r);
	err = report_args_parse(&r->args, r->argc, r->argv, r->err, sizeof(r->err));
	r->help = r->args.help;
	r->path = r->args.input;
	return err;
}

static int work(const struct command *c, struct run *r)
{
	int ret;

	r->exit = EXIT_UNUSABLE;
	ret = c->work(r);
	if (ret >= 0)
		return ret;
	cmd_error(r->command, r->path, r->err);
	return r->exit;
}

static void release(const struct command *c, struct run *r)
{
	if (c->release)
		c->release(r);
	rows_free(r->rows);
	profile_free(r->profile);
	summary_clear(&r->summary);
	recording_close(&r->rec);
	report_args_free(&r->args);
	free(r->arguments);
	free(r);
}

static int print_help(enum command_id id)
{
	const struct output_args args = { .color = OUTPUT_COLOR_AUTO };
	struct output o;

	output_open(&o, NULL, &args);	/* standard output is always open */
	help_print(o.out, id);
	return output_close(&o, 0) ? EXIT_UNUSABLE : EXIT_OK;
}

int run_command(enum command_id id, int argc, char **argv)
{
	const struct command *c = commands[id];
	struct run *r = c->main ? NULL : calloc(1, c->size);
	int ret = EXIT_OK;

	if (c->main)
		return c->main(argc, argv);
	if (!r)
		return EXIT_UNUSABLE;
	r->command = argv[0];
	r->argc = argc;
	r->argv = argv;
	if (parse(c, r)) {
		cmd_error(r->command, NULL, r->err);
		ret = EXIT_USAGE;
	} else if (r->help) {
		ret = print_help(id);
	} else {
		confine_command(r, c->writes);
		ret = work(c, r);
	}
	release(c, r);
	return ret;
}

int run_again(enum command_id id, const char *command, const struct report_args *a)
{
	const struct command *c = commands[id];
	struct run *r = calloc(1, c->size);
	int ret;

	if (!r)
		return EXIT_UNUSABLE;
	r->command = command;
	r->path = a->input;
	r->args = *a;
	ret = work(c, r);
	r->args = (struct report_args){ 0 };	/* it belongs to the caller */
	release(c, r);
	return ret;
}

/* Say which of several recordings a message is about, because both have options of the same names. */
static const char *of_side(const struct run *r, const char *about, char *out, size_t len)
{
	if (!r->side || (about && !strcmp(r->side, about)))
		return about;
	snprintf(out, len, "%s%s%s", r->side, about ? ": " : "", about ? about : "");
	return out;
}

static void warn(const struct run *r, const struct recording *rec)
{
	char where[64], about[1024];

	for (size_t i = 0; i < rec->nr_warnings; i++) {
		const struct recording_warning *w = &rec->warnings[i];

		snprintf(where, sizeof(where), "%s%s%s", r->command, w->option ? " " : "",
			 w->option ? w->option : "");
		cmd_error(where, of_side(r, w->about, about, sizeof(about)), w->sentence);
	}
}

int run_opened(struct run *r, const struct recording *rec, const char *path, int err)
{
	warn(r, rec);
	if (!err)
		return 0;
	if (err == -ENOENT && rec->fault == FAULT_RECORDING && r->args.input_usual)
		strcpy(r->err, "no such file or directory; name a recording, or make one: run `spelunk "
		       "record --help`");
	r->path = rec->fault == FAULT_CONFIG ? NULL : path;
	r->exit = rec->fault == FAULT_RECORDING ? EXIT_UNUSABLE : EXIT_USAGE;
	return err;
}

int run_check_filter(struct run *r, const struct recording *rec, const struct filter *f)
{
	struct words why = { .len = 0 };
	int err = vm_filter_check(f, rec->p.timeline, &why);

	if (!err)
		return 0;
	r->exit = EXIT_USAGE;
	return run_fail(r, err, "--filter: %s", why.s);
}

int run_open(struct run *r, const char *path, const struct recording_config *c)
{
	int err = run_opened(r, &r->rec, path,
			     recording_open(&r->rec, path, c, r->err, sizeof(r->err)));

	if (!err && r->args.input)
		r->arguments = report_args_opening(&r->args);
	return err ?: run_check_filter(r, &r->rec, r->args.filter);
}

int run_count(struct run *r, const struct profile_query *query)
{
	int err = recording_count(&r->rec, query, &r->profile, &r->summary);

	return err ?: profile_rows(r->profile, query->keys, query->nr_keys, 0, r->rec.naming,
				   r->summary.count_size, &r->rows);
}

bool run_is_file(const char *path, const char *other)
{
	struct stat a, b;

	return !stat(path, &a) && S_ISREG(a.st_mode) && !stat(other, &b) && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

int run_check_output(struct run *r, const char *output, const char *input)
{
	if (!output || !run_is_file(output, input))
		return 0;
	r->path = input;
	return run_fail(r, -EINVAL, "--output names the recording itself: give another file");
}

int run_fail(struct run *r, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->err, sizeof(r->err), fmt, ap);
	va_end(ap);
	return code;
}

int run_errno(struct run *r, int err)
{
	return err ? run_fail(r, err, "%s", strerror(-err)) : 0;
}

void run_warn_of_rest(const struct run *r)
{
	char text[256];

	if (!r->rows || !r->rows->rest || r->args.format != REPORT_CSV || r->args.quiet)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " samples are in rows of fewer than %" PRIu32
		 " %s each, and are left out: give --max-rows 0", r->rows->rest,
		 r->rows->rest_below, r->rows->rest_by_cost ? "cycles of latency" : "samples");
	cmd_error(r->command, NULL, text);
}

static struct report_options options_for(const struct run *r, const struct output *o)
{
	const struct report_args *a = &r->args;

	return (struct report_options){
		.format = a->format, .limit = a->limit, .summary = a->summary,
		.columns = a->nr_columns ? a->columns : NULL, .nr_columns = a->nr_columns,
		.palette = &o->palette, .pictures = o->pictures, .width = o->width,
		.cycles = r->summary.cycles.recorded,
	};
}

int run_output(struct run *r, const char *what, run_write_fn *write)
{
	const char *path = r->args.output;
	struct report_options opt;
	struct output o;
	int ret = output_open(&o, path, &r->args.to);

	if (ret)
		return run_fail(r, -EIO, "cannot write %s: %s", path, strerror(-ret));
	opt = options_for(r, &o);
	ret = output_close(&o, write(r, o.out, &opt));
	return ret ? run_fail(r, ret, "cannot write the %s%s%s: %s", what, path ? " to " : "",
			      path ? path : "", strerror(-ret)) : 0;
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

struct report_data run_data(const struct run *r)
{
	struct report_data d = recording_data(&r->rec, &r->summary, &r->missing,
					      r->args.filter_text);

	d.arguments = r->arguments;
	d.slice = r->args.config.slice;
	return d;
}

void run_wants(struct recording_config *c, const struct profile_query *query)
{
	c->exits = profile_query_asks(query, FIELD_REASON);
	c->cgroups = profile_query_asks_cgroups(query);
}
