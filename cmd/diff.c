// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/quote.h"
#include "cmd/cmd.h"
#include "cmd/diff_half.h"
#include "cmd/fleet.h"

/* One of two recordings. */
struct half {
	struct recording rec;
	struct diff_half counted;
};

/* State of `spelunk diff`. */
struct diff {
	struct run run;
	struct half half[2];
	struct fleet_diff_half fleet[2];	/* if there are several recordings on a side */
	struct diff_tables *tables;
	char *command;			/* as typed */
};

/* Name the recording to which a wrong symbol file belongs. */
static int name_side(struct run *run, int err)
{
	char sentence[sizeof(run->err)];

	if (!err || run->exit != EXIT_USAGE)
		return err;
	snprintf(sentence, sizeof(sentence), "%s", run->err);
	return run_fail(run, err, "%s: %s", run->side, sentence);
}

/* Each recording has its own places, so symbols are looked up separately. */
static int read_half(struct diff *d, unsigned int side)
{
	struct run *run = &d->run;
	struct half *h = &d->half[side];
	const struct report_args *a = &run->args;
	const char *path = side ? a->other : a->input;
	struct recording_config c = a->side[side];
	const struct profile_query asked = {
		.keys = a->by, .nr_keys = a->nr_by, .filter = a->filter,
	};
	const struct diff_query q = {
		.keys = a->by, .nr_keys = a->nr_by, .filter = a->filter,
		.filter_text = a->filter_text,
		.count = { .jobs = c.jobs, .progress = c.progress },
	};
	int err;

	run->side = side ? "B" : "A";
	run->path = path;
	c.exits = c.samples_optional = true;
	c.cgroups = profile_query_asks_cgroups(&asked);
	/* a file given for both must fit one of them */
	c.symbols_optional &= c.vmlinux == a->side[!side].vmlinux &&
			      d->half[0].rec.fault != FAULT_SYMBOLS;
	err = recording_open(&h->rec, path, &c, run->err, sizeof(run->err));
	return name_side(run, run_opened(run, &h->rec, path, err)) ?:
	       run_check_filter(run, &h->rec, a->filter) ?:
	       run_errno(run, diff_half_count(&h->counted, &h->rec, &q));
}

static int write_to(struct run *run, FILE *out, const struct report_options *opt)
{
	return diff_tables_write(out, ((struct diff *)run)->tables, opt);
}

/* NULL: out of memory. */
static char *command_of(const struct run *run)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputs("spelunk diff", out);
	for (int i = 1; i < run->argc; i++) {
		fputc(' ', out);
		quote_word(out, run->argv[i]);
	}
	return fclose(out) ? NULL : text;
}

static struct diff_side side_of(const struct diff *d, unsigned int side)
{
	return d->run.args.inputs.nr ? fleet_diff_side(&d->fleet[side]) :
				       diff_half_side(&d->half[side].counted);
}

static int make_tables(struct diff *d)
{
	const struct report_args *a = &d->run.args;
	const struct diff_report r = {
		.a = side_of(d, 0), .b = side_of(d, 1),
		.filter = a->filter_text, .command = d->command, .part = a->table,
		.order = a->order, .sort = a->sort, .ascending = a->ascending, .rule = a->rule,
	};

	return run_errno(&d->run, d->command ? diff_tables_new(&d->tables, &r) : -ENOMEM);
}

/* The exit code for --fail-above; prints the reason on standard error. */
static int judge(const struct diff *d)
{
	static const int codes[] = {
		[DIFF_PASSED] = EXIT_OK, [DIFF_FAILED] = EXIT_ABOVE, [DIFF_UNDECIDED] = EXIT_UNDECIDED,
	};
	const char *why;
	enum diff_outcome outcome = diff_tables_outcome(d->tables, &why);

	if (outcome != DIFF_PASSED)
		cmd_error(d->run.command, NULL, why);
	return codes[outcome];
}

static int read_several(struct diff *d)
{
	struct run *run = &d->run;
	const struct report_args *a = &run->args;
	const struct word_list *of[] = { &a->inputs, &a->others };
	int err = 0;

	for (unsigned int side = 0; side < 2 && !err; side++) {
		for (size_t i = 0; i < of[side]->nr && !err; i++)
			err = run_check_output(run, a->output, of[side]->word[i]);
		err = err ?: fleet_diff_count(run, &d->fleet[side], of[side], &a->side[side]);
	}
	return err;
}

static int read_both(struct diff *d)
{
	struct run *run = &d->run;
	const struct report_args *a = &run->args;

	if (a->inputs.nr)
		return read_several(d);
	return run_check_output(run, a->output, a->input) ?:
	       run_check_output(run, a->output, a->other) ?: read_half(d, 0) ?: read_half(d, 1);
}

static int compare(struct run *run)
{
	struct diff *d = (struct diff *)run;
	int err = read_both(d), partial;

	if (err)
		return err;
	run->path = NULL;
	d->command = command_of(run);
	partial = d->fleet[0].fleet.failed || d->fleet[1].fleet.failed ? EXIT_PARTIAL : EXIT_OK;
	return make_tables(d) ?: run_output(run, "comparison", write_to) ?: judge(d) ?: partial;
}

static void release(struct run *run)
{
	struct diff *d = (struct diff *)run;

	diff_tables_free(d->tables);
	free(d->command);
	for (size_t i = 0; i < 2; i++) {
		fleet_diff_clear(&d->fleet[i]);
		diff_half_clear(&d->half[i].counted);
		recording_close(&d->half[i].rec);
	}
}

const struct command command_DIFF = {
	.size = sizeof(struct diff), .writes = WRITES_OUTPUT, .work = compare, .release = release,
};
