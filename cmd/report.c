// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/count.h"
#include "cmd/report_options.h"
#include "symbolizer/filter.h"

/* Sentences about missing symbols shown at the most. */
#define MISSING_MAX	8

static const enum field default_keys[] = {
	FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT,
};
static const enum field world_keys[] = { FIELD_WORLD };
static const enum field host_keys[] = { FIELD_SYMBOL, FIELD_OBJECT };
static const enum field guest_keys[] = { FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT };
static const enum field flat_keys[] = { FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define GUESTS	(1u << WORLD_GUEST_USER | 1u << WORLD_GUEST_KERNEL)

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

/* All that one `spelunk report` holds. */
struct report {
	struct report_args args;
	struct pipeline p;
	struct symbolizer *symbolizer;
	struct naming *naming;
	struct profile_query query;
	struct profile *profile;
	struct summary summary;
	struct rows *worlds, *symbols[NR_WORLDS], *flat;
	const char *missing[MISSING_MAX + 2];
	size_t nr_missing;
	char more_missing[64], missing_modules[96];
	char err[1024];
};

static int open_symbolizer(struct report *r)
{
	const struct report_args *a = &r->args;
	struct symbolizer_config cfg = {
		.symfs = a->symfs.word, .nr_symfs = a->symfs.nr,
		.kallsyms = a->kallsyms, .vmlinux = a->vmlinux,
		.local_files = a->local_files, .build_id_cache = a->build_id_cache,
		.debuginfod = a->debuginfod, .demangle = a->demangle,
	};
	size_t i;
	int err;

	err = symbolizer_new(&r->symbolizer, &cfg);
	if (err)
		snprintf(r->err, sizeof(r->err), "symbols: %s", strerror(-err));
	for (i = 0; !err && i < a->guests.nr; i++)
		err = symbolizer_add_guest(r->symbolizer, a->guests.word[i], r->err,
					   sizeof(r->err));
	return err;
}

/* Tell the symbolizer who the VMs are. */
static int introduce_vms(struct report *r)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(r->p.timeline, &vms), i;
	int err = 0;

	for (i = 0; !err && i < n; i++)
		err = symbolizer_set_vm(r->symbolizer, i, vms[i].pid, vms[i].name);
	return err;
}

/* A guest file for a VM that is not there helps nobody: say so, and go on. */
static void warn_of_strangers(const struct report *r)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(r->p.timeline, &vms), i = 0;
	const char *vm;
	char text[256];

	while ((vm = symbolizer_strange_guest(r->symbolizer, &i))) {
		snprintf(text, sizeof(text), "no such VM among the %zu of this recording: give a "
			 "number from 0, pid:N, or a name as the report shows it", n);
		cmd_error("report --guest", vm, text);
	}
}

static int seal(struct report *r)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < r->args.nr_vm_names; i++)
		err = timeline_name_vm(r->p.timeline, r->args.vm_names[i].pid,
				       r->args.vm_names[i].name);
	err = err ?: pipeline_seal(&r->p) ?: introduce_vms(r);
	if (!err) {
		warn_of_strangers(r);
		r->naming = naming_new(r->symbolizer);
		err = r->naming ? 0 : -ENOMEM;
	}
	return err;
}

static int count(struct report *r)
{
	const struct report_args *a = &r->args;
	struct profile_context ctx = {
		.timeline = r->p.timeline, .spaces = r->p.spaces, .clock = r->p.clock,
		.naming = r->naming, .count_size = r->p.count_size,
	};
	struct count_options opt = { .jobs = a->jobs, .progress = a->progress && !a->quiet };


	r->query = (struct profile_query){
		.keys = a->nr_by ? a->by : default_keys,
		.nr_keys = a->nr_by ? a->nr_by : NR(default_keys),
		.filter = a->filter,
	};

	return count_all(&r->p, &r->query, &ctx, &opt, &r->profile, &r->summary);
}

static int fold(struct report *r, const enum field *keys, size_t nr, unsigned int worlds,
		struct rows **out)
{
	int err = profile_rows(r->profile, keys, nr, worlds, r->naming, r->summary.count_size, out);

	if (!err)
		report_sort(*out, r->args.sort, r->args.ascending);
	return err;
}

static int fold_default(struct report *r)
{
	unsigned int w;
	int err;

	if (r->args.format != REPORT_TEXT) {
		err = fold(r, flat_keys, NR(flat_keys), 0, &r->flat);
		if (err || r->args.format == REPORT_CSV)
			return err;
	}
	err = fold(r, world_keys, NR(world_keys), 0, &r->worlds);
	for (w = 0; !err && w < NR_WORLDS; w++) {
		bool guest = GUESTS >> w & 1;

		err = fold(r, guest ? guest_keys : host_keys,
			   guest ? NR(guest_keys) : NR(host_keys), 1u << w, &r->symbols[w]);
	}
	return err;
}

/*
 * Objects that were asked for names and have none.  What helps the kernel helps
 * its modules: they are told in one sentence.
 */
static void collect_missing(struct report *r)
{
	const struct object *const *objects;
	size_t n = spaces_objects(r->p.spaces, &objects), i, more = 0, modules = 0;
	bool kernel = false;

	for (i = 0; i < n; i++) {
		const char *why = symbolizer_missing(r->symbolizer, objects[i]);

		if (!why)
			continue;
		kernel |= objects[i]->kind == OBJECT_KERNEL;
		if (kernel && objects[i]->kind == OBJECT_MODULE)
			modules++;
		else if (r->nr_missing < MISSING_MAX)
			r->missing[r->nr_missing++] = why;
		else
			more++;
	}
	if (modules) {
		snprintf(r->missing_modules, sizeof(r->missing_modules),
			 "no symbols for %zu host kernel modules: --kallsyms FILE helps them, too",
			 modules);
		r->missing[r->nr_missing++] = r->missing_modules;
	}
	if (more) {
		snprintf(r->more_missing, sizeof(r->more_missing),
			 "%zu more objects have no symbols", more);
		r->missing[r->nr_missing++] = r->more_missing;
	}
}

/* Text and JSON say what is missing themselves; CSV has no place for it. */
static void warn_of_missing(const struct report *r)
{
	char shown[1024];
	size_t i;

	if (r->args.format != REPORT_CSV || r->args.quiet)
		return;
	for (i = 0; i < r->nr_missing; i++) {
		report_escape(shown, sizeof(shown), r->missing[i]);
		cmd_error("report", NULL, shown);
	}
}

static unsigned int terminal_width(FILE *out)
{
	struct winsize w;

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &w) || !w.ws_col)
		return 0;
	return w.ws_col;
}

static int write_to(struct report *r, FILE *out)
{
	const struct report_args *a = &r->args;
	struct report_data d = {
		.source = r->p.source, .info = r->p.info, .clock = r->p.clock,
		.timeline = r->p.timeline, .summary = &r->summary, .worlds = r->worlds,
		.rows = r->flat, .filter = a->filter_text,
		.mode_given = a->host_mode != HOST_UNKNOWN,
		.missing = r->missing, .nr_missing = r->nr_missing,
	};
	struct report_options opt = {
		.format = a->format, .width = terminal_width(out), .limit = a->limit,
		.columns = a->nr_columns ? a->columns : NULL, .nr_columns = a->nr_columns,
		.color = a->color == REPORT_COLOR_ALWAYS ||
			 (a->color == REPORT_COLOR_AUTO && isatty(fileno(out)) &&
			  !getenv("NO_COLOR")),
	};
	int err;

	memcpy(d.symbols, r->symbols, sizeof(d.symbols));
	err = report_write(out, &d, &opt);
	if (!err && fflush(out))
		err = -errno;
	return err;
}

static int output(struct report *r)
{
	const char *path = r->args.output;
	FILE *out = path ? fopen(path, "we") : stdout;
	int err;

	if (!out) {
		snprintf(r->err, sizeof(r->err), "cannot write %s: %s", path, strerror(errno));
		return -EIO;
	}
	err = write_to(r, out);
	if (path && fclose(out) && !err)
		err = -errno;
	if (err)
		snprintf(r->err, sizeof(r->err), "cannot write the report%s%s: %s",
			 path ? " to " : "", path ? path : "", strerror(-err));
	return err;
}

/* Writing there would be the end of the recording. */
static bool writes_over_input(const struct report_args *a)
{
	struct stat in, out;

	return a->output && !stat(a->output, &out) && S_ISREG(out.st_mode) &&
	       !stat(a->input, &in) && in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

static bool wants_exits(const struct report_args *a)
{
	size_t i;

	for (i = 0; i < a->nr_by; i++) {
		if (a->by[i] == FIELD_REASON)
			return true;
	}
	return a->filter && filter_fields(a->filter) & 1ull << FIELD_REASON;
}

static int make_report(struct report *r)
{
	struct pipeline_options opt = { .host_mode = r->args.host_mode,
					.exits = wants_exits(&r->args),
					.progress = r->args.progress && !r->args.quiet };
	int err;

	if (writes_over_input(&r->args)) {
		snprintf(r->err, sizeof(r->err), "--output names the recording itself: "
			 "give another file");
		return -EINVAL;
	}
	err = pipeline_open(&r->p, r->args.input, &opt, r->err, sizeof(r->err));
	if (err)
		return err;
	err = seal(r) ?: count(r);
	if (!err)
		err = r->args.nr_by ? fold(r, r->args.by, r->args.nr_by, 0, &r->flat) :
				      fold_default(r);
	if (err) {
		snprintf(r->err, sizeof(r->err), "%s", strerror(-err));
		return err;
	}
	collect_missing(r);
	warn_of_missing(r);
	return output(r);
}

static void release(struct report *r)
{
	unsigned int w;

	for (w = 0; w < NR_WORLDS; w++)
		rows_free(r->symbols[w]);
	rows_free(r->worlds);
	rows_free(r->flat);
	profile_free(r->profile);
	summary_clear(&r->summary);
	naming_free(r->naming);
	symbolizer_free(r->symbolizer);
	pipeline_close(&r->p);
	report_args_free(&r->args);
}

int cmd_report(int argc, char **argv)
{
	struct report *r = calloc(1, sizeof(*r));
	int ret = EXIT_OK;

	if (!r)
		return EXIT_UNUSABLE;
	if (report_args_parse(&r->args, argc, argv, r->err, sizeof(r->err))) {
		cmd_error("report", NULL, r->err);
		ret = EXIT_USAGE;
	} else if (r->args.help) {
		report_args_help(stdout);
	} else if (open_symbolizer(r)) {
		cmd_error("report", NULL, r->err);
		ret = EXIT_USAGE;
	} else if (make_report(r)) {
		cmd_error("report", r->args.input, r->err);
		ret = EXIT_UNUSABLE;
	}
	release(r);
	free(r);
	return ret;
}
