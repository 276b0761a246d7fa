// SPDX-License-Identifier: GPL-2.0-only
#include "export/export.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/partition.h"
#include "cmd/run.h"
#include "cmd/symbol_share.h"
#include "report/write.h"

/* State of one `spelunk export`. */
struct export_run {
	struct run run;
	struct export x;
};

static int parse(struct run *run)
{
	struct report_args *a = &run->args;
	int err = report_args_parse(a, run->argc, run->argv, run->err, sizeof(run->err));

	run->help = a->help;
	run->path = a->input;
	if (err || a->help)
		return err;
	if (a->output && !strcmp(a->output, "-"))
		a->output = NULL;
	/* other programs read this: no colours and no pager */
	if (a->partition && !strcmp(a->input, "-"))
		return run_fail(run, -EINVAL, "--partition needs a recording with a name and a date: "
				"write it to a file first");
	a->to = (struct output_args){ .color = OUTPUT_COLOR_NEVER, .no_pager = true };
	if (!a->output && export_is_binary(a->kind) && isatty(STDOUT_FILENO))
		return run_fail(run, -EINVAL, "%s is binary, and this is a terminal: add -o FILE",
				export_name(a->kind));
	return 0;
}

static int write_to(struct run *run, FILE *out, const struct report_options *opt)
{
	return export_write(&((struct export_run *)run)->x, out);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return path && !stat(path, &st) && S_ISDIR(st.st_mode);
}

static void say(struct run *run, const char *sentence)
{
	char shown[1024];

	report_escape(shown, sizeof(shown), sentence);
	if (!run->args.quiet)
		cmd_error(run->command, NULL, shown);
}

/* Write it to its place below the folder. */
static int write_partition(struct run *run)
{
	struct report_args *a = &run->args;
	const struct input_info *info = run->rec.p.info;
	const char *dir = a->output;
	struct partition p;
	int err = partition_begin(&p, dir, a->input, info, run->rec.host);

	if (err) {
		run_fail(run, err, "cannot make %s: %s", p.path ? p.path : dir, strerror(-err));
	} else {
		a->output = p.new;
		err = run_output(run, "export", write_to);
		a->output = dir;
	}
	return partition_end(&p, err);
}

static int make_export(struct run *run)
{
	struct export *x = &((struct export_run *)run)->x;
	const struct report_args *a = &run->args;
	const struct profile_query asked = { .filter = a->filter, .keys = a->by, .nr_keys = a->nr_by };
	struct recording_config c = a->config;
	int err;

	*x = (struct export){
		.kind = a->kind, .weight = a->weight, .rec = &run->rec, .file = a->input,
		.filter = a->filter, .table = a->export_table,
		.by = a->by, .nr_by = a->nr_by,
		.object = a->object,
		.folder = export_is_of_binary(a->kind) && is_folder(a->output) ? a->output : NULL,
	};
	run_wants(&c, &asked);
	export_config(x, &c);
	err = run_check_output(run, a->output, a->input) ?: run_open(run, a->input, &c) ?:
	      export_count(x, run->err, sizeof(run->err)) ?: symbol_share_check(run, NULL);
	if (err)
		return err;
	if (*x->note)
		say(run, x->note);
	err = a->partition ? write_partition(run) :
	      x->folder ? export_write_folder(x, run->err, sizeof(run->err)) :
			  run_output(run, "export", write_to);
	if (err)
		return err;
	/* a table of samples asks for names while it is written; of one binary, nothing is missing */
	if (!x->object)
		recording_missing(&run->rec, &run->missing);
	for (size_t i = 0; i < run->missing.nr; i++)
		say(run, run->missing.sentence[i]);
	return 0;
}

static void release(struct run *run)
{
	export_clear(&((struct export_run *)run)->x);
}

const struct command command_EXPORT = {
	.size = sizeof(struct export_run), .parse = parse, .writes = WRITES_OUTPUT, .work = make_export, .release = release,
};
