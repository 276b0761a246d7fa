// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/fleet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "report/text/text.h"
#include "report/vm_filter.h"

/* A recording that counts twice would double its rows. */
static int check_twice(struct run *run, const struct word_list *paths)
{
	char shown[512];

	for (size_t i = 0; i < paths->nr; i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcmp(paths->word[i], paths->word[k]) &&
			    !run_is_file(paths->word[i], paths->word[k]))
				continue;
			report_escape(shown, sizeof(shown), paths->word[i]);
			run->exit = EXIT_USAGE;
			run->path = NULL;
			return run_fail(run, -EINVAL, "%s is given twice: leave one out", shown);
		}
	}
	return 0;
}

/* Does the failure concern all recordings? */
static bool is_fatal(const struct run *run, int err)
{
	return err == -ENOMEM || err == -EOVERFLOW || run->exit == EXIT_USAGE;
}

/* A VM need not be in each recording, but one name must not mean two of them. */
static int check_vms(struct run *run)
{
	struct words why = { .len = 0 };
	int err = vm_filter_check(run->args.filter, run->rec.p.timeline, &why);

	return !err || err == -ENOENT ? 0 : run_fail(run, err, "--filter: %s", why.s);
}

static int open_one(struct run *run, struct fleet_file *f, const struct recording_config *config,
		    fleet_fn *fn, void *arg)
{
	struct recording_config c = *config;
	int err;

	run->side = run->path = f->path;
	c.symbols_optional = true;	/* a file that is given for all need not fit each */
	c.host = report_args_host(&run->args, f->path);
	err = recording_open(&run->rec, f->path, &c, run->err, sizeof(run->err));
	err = run_opened(run, &run->rec, f->path, err);
	/* recordings of unnamed machines must not fold */
	if (!err && !run->rec.host)
		run->rec.host = f->path;
	err = err ?: check_vms(run) ?: fn(run, f, arg);
	recording_close(&run->rec);
	run->rec = (struct recording){ .slice = 0 };
	run->side = NULL;
	return err;
}

static int take_failure(struct run *run, struct fleet *f, struct fleet_file *one)
{
	fleet_file_clear(one);
	*one = (struct fleet_file){ .path = one->path, .why = strdup(run->err) };
	f->failed++;
	cmd_error(run->command, one->path, run->err);
	return one->why ? 0 : -ENOMEM;
}

int fleet_each(struct run *run, struct fleet *f, const struct word_list *paths,
	       const struct recording_config *c, fleet_fn *fn, void *arg)
{
	int err = check_twice(run, paths);

	if (err)
		return err;
	f->files = calloc(paths->nr, sizeof(*f->files));
	if (!f->files)
		return run_errno(run, -ENOMEM);
	f->nr = paths->nr;
	for (size_t i = 0; i < f->nr; i++)
		f->files[i].path = paths->word[i];
	for (size_t i = 0; !err && i < f->nr; i++) {
		err = open_one(run, &f->files[i], c, fn, arg);
		if (err && !is_fatal(run, err))
			err = take_failure(run, f, &f->files[i]);
	}
	if (err)
		return err;
	run->path = NULL;
	return f->failed == f->nr ? run_fail(run, -ENODATA, "none of the recordings could be read") : 0;
}

int fleet_end(struct fleet *f)
{
	qsort(f->files, f->nr, sizeof(*f->files), fleet_order);
	return f->failed ? EXIT_PARTIAL : EXIT_OK;
}

void fleet_clear(struct fleet *f)
{
	for (size_t i = 0; i < f->nr; i++)
		fleet_file_clear(&f->files[i]);
	free(f->files);
}
