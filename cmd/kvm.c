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
#include "cmd/kvm_options.h"

#define JOBS_MAX	64
#define MISSING_MAX	8

static const enum field keys[] = { FIELD_REASON, FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define NR_KEYS	(sizeof(keys) / sizeof(keys[0]))

/* All that one `spelunk kvm` holds. */
struct kvm {
	struct kvm_args args;
	struct pipeline p;
	struct symbolizer *symbolizer;
	struct naming *naming;
	struct profile *profile;
	struct summary summary;
	struct rows *functions;
	const char *missing[MISSING_MAX];
	size_t nr_missing;
	char err[1024];
};

static int open_symbolizer(struct kvm *k)
{
	struct symbolizer_config cfg = {
		.symfs = k->args.symfs, .nr_symfs = k->args.nr_symfs,
		.kallsyms = k->args.kallsyms, .vmlinux = k->args.vmlinux,
		.local_files = k->args.local_files, .build_id_cache = true, .demangle = true,
	};
	int err = symbolizer_new(&k->symbolizer, &cfg);

	if (err)
		snprintf(k->err, sizeof(k->err), "symbols: %s", strerror(-err));
	return err;
}

/* Samples by the exit in whose handling they lie, and by function. */
static int count(struct kvm *k)
{
	struct profile_query query = { .keys = keys, .nr_keys = NR_KEYS };
	struct profile_context ctx = {
		.timeline = k->p.timeline, .spaces = k->p.spaces, .clock = k->p.clock,
		.naming = k->naming, .count_size = k->p.count_size,
	};
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct count_options opt = {
		.jobs = cpus < 1 ? 1 : cpus > JOBS_MAX ? JOBS_MAX : (unsigned int)cpus,
		.progress = !k->args.quiet,
	};
	int err = count_all(&k->p, &query, &ctx, &opt, &k->profile, &k->summary);

	err = err ?: profile_rows(k->profile, keys, NR_KEYS, 0, k->naming, k->summary.count_size,
				  &k->functions);
	if (!err)
		report_sort(k->functions, COLUMN_SAMPLES, false);
	return err;
}

static void collect_missing(struct kvm *k)
{
	const struct object *const *objects;
	size_t n = spaces_objects(k->p.spaces, &objects), i;

	for (i = 0; i < n && k->nr_missing < MISSING_MAX; i++) {
		const char *why = symbolizer_missing(k->symbolizer, objects[i]);

		if (why && objects[i]->kind != OBJECT_GUEST)
			k->missing[k->nr_missing++] = why;
	}
}

static int write_to(struct kvm *k, FILE *out)
{
	struct report_data d = {
		.source = k->p.source, .info = k->p.info, .clock = k->p.clock,
		.timeline = k->p.timeline, .summary = &k->summary,
		.mode_given = k->args.host_mode != HOST_UNKNOWN,
		.missing = k->missing, .nr_missing = k->nr_missing,
	};
	struct kvm_report r = {
		.d = &d, .exits = k->p.exits, .functions = k->functions, .table = k->args.table,
	};
	struct report_options opt = { .format = k->args.format, .limit = k->args.limit };
	struct winsize w;

	if (isatty(fileno(out))) {
		opt.color = !getenv("NO_COLOR");
		if (!ioctl(fileno(out), TIOCGWINSZ, &w))
			opt.width = w.ws_col;
	}
	return kvm_report_write(out, &r, &opt);
}

/* Writing there would be the end of the recording. */
static bool writes_over_input(const struct kvm_args *a)
{
	struct stat in, out;

	return a->output && !stat(a->output, &out) && S_ISREG(out.st_mode) &&
	       !stat(a->input, &in) && in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

static int output(struct kvm *k)
{
	const char *path = k->args.output;
	FILE *out = path ? fopen(path, "we") : stdout;
	int err;

	if (!out) {
		snprintf(k->err, sizeof(k->err), "cannot write %s: %s", path, strerror(errno));
		return -EIO;
	}
	err = write_to(k, out);
	if (path && fclose(out) && !err)
		err = -errno;
	if (err)
		snprintf(k->err, sizeof(k->err), "cannot write the report%s%s: %s",
			 path ? " to " : "", path ? path : "", strerror(-err));
	return err;
}

/* Exits of other architectures have other reasons. */
static int check_arch(struct kvm *k)
{
	const char *arch = k->p.info->arch;
	char shown[64];

	if (!arch || !strcmp(arch, "aarch64") || !strcmp(arch, "arm64"))
		return 0;
	report_escape(shown, sizeof(shown), arch);
	snprintf(k->err, sizeof(k->err), "it is of a machine of architecture %s: only Arm's exits "
		 "are understood; for others there is perf kvm stat", shown);
	return -EINVAL;
}

static int make_report(struct kvm *k)
{
	struct pipeline_options opt = {
		.host_mode = k->args.host_mode, .progress = !k->args.quiet, .exits = true,
		.samples_optional = true,
	};
	int err;

	if (writes_over_input(&k->args)) {
		snprintf(k->err, sizeof(k->err), "--output names the recording itself: give "
			 "another file");
		return -EINVAL;
	}
	err = pipeline_open(&k->p, k->args.input, &opt, k->err, sizeof(k->err)) ?: check_arch(k);
	if (err)
		return err;
	err = pipeline_seal(&k->p);
	k->naming = err ? NULL : naming_new(k->symbolizer);
	if (!err && !k->naming)
		err = -ENOMEM;
	err = err ?: count(k);
	if (err) {
		snprintf(k->err, sizeof(k->err), "%s", strerror(-err));
		return err;
	}
	collect_missing(k);
	return output(k);
}

static void release(struct kvm *k)
{
	rows_free(k->functions);
	profile_free(k->profile);
	summary_clear(&k->summary);
	naming_free(k->naming);
	symbolizer_free(k->symbolizer);
	pipeline_close(&k->p);
	kvm_args_free(&k->args);
}

int cmd_kvm(int argc, char **argv)
{
	struct kvm *k = calloc(1, sizeof(*k));
	int ret = EXIT_OK;

	if (!k)
		return EXIT_UNUSABLE;
	if (kvm_args_parse(&k->args, argc, argv, k->err, sizeof(k->err))) {
		cmd_error("kvm", NULL, k->err);
		ret = EXIT_USAGE;
	} else if (k->args.help) {
		kvm_args_help(stdout);
	} else if (open_symbolizer(k)) {
		cmd_error("kvm", NULL, k->err);
		ret = EXIT_USAGE;
	} else if (make_report(k)) {
		cmd_error("kvm", k->args.input, k->err);
		ret = EXIT_UNUSABLE;
	}
	release(k);
	free(k);
	return ret;
}
