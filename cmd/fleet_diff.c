// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "cmd/fleet.h"

static const enum field default_keys[] = { FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define NR_DEFAULT	(sizeof(default_keys) / sizeof(default_keys[0]))

/* Keys of one machine make no row that other machines have; the slice stands for the recording. */
static int choose_keys(struct run *run, struct fleet_diff_half *h)
{
	const struct report_args *a = &run->args;
	const enum field *by = a->nr_by ? a->by : default_keys;
	size_t nr = a->nr_by ? a->nr_by : NR_DEFAULT;

	for (size_t i = 0; i < nr; i++) {
		if (field_is_of_machine(by[i])) {
			run->exit = EXIT_USAGE;
			run->path = NULL;
			return run_fail(run, -EINVAL, "the key %s is of one machine: of several recordings "
					"compare names, such as world, symbol, object, comm or host",
					field_name(by[i]));
		}
		h->keys[i] = by[i];
	}
	h->keys[nr] = FIELD_SLICE;
	h->query = (struct profile_query){
		.keys = h->keys, .nr_keys = nr + 1, .filter = a->filter, .together = true,
	};
	return 0;
}

/* More recordings than slices share them. */
static uint64_t slice_of(const struct fleet_diff_half *h)
{
	uint64_t nr = h->fleet.nr;

	return nr <= TIME_SLICES ? h->next : h->next * TIME_SLICES / nr;
}

static int take_file(struct run *run, struct fleet_file *f, void *arg)
{
	const struct count_options opt = { .jobs = run->rec.p.jobs, .progress = run->rec.progress };
	struct fleet_diff_half *h = arg;
	struct profile_context ctx = recording_context(&run->rec);
	struct profile *profile = NULL;
	struct summary summary = { .nr_cpus = 0 };
	struct report_data d;
	int err;

	ctx.slice = 0;
	err = count_all(&run->rec.p, &h->query, &ctx, &opt, &profile, &summary);
	d = recording_data(&run->rec, &summary, NULL, NULL);
	err = err ?: profile_join(h->profile, profile, slice_of(h)) ?:
	      summary_join(&h->summary, &summary) ?: fleet_file_fill(f, &d, run->rec.host);
	h->next++;
	profile_free(profile);
	summary_clear(&summary);
	return run_errno(run, err);
}

int fleet_diff_count(struct run *run, struct fleet_diff_half *h, const struct word_list *paths,
		     const struct recording_config *config)
{
	struct recording_config c = *config;
	int err = choose_keys(run, h);

	if (err)
		return err;
	c.samples_optional = true;
	c.cgroups = profile_query_asks_cgroups(&h->query);
	c.exits = profile_query_asks(&h->query, FIELD_REASON);
	h->profile = profile_joint_new(&h->query);
	if (!h->profile)
		return run_errno(run, -ENOMEM);
	err = fleet_each(run, &h->fleet, paths, &c, take_file, h) ?:
	      run_errno(run, profile_rows(h->profile, h->keys, h->query.nr_keys, 0, NULL,
					  h->summary.count_size, &h->rows));
	if (err)
		return err;
	fleet_end(&h->fleet);
	for (size_t i = 0; i < h->fleet.nr; i++)
		h->lossy |= loss_any(&h->fleet.files[i].lost);
	snprintf(h->name, sizeof(h->name), "%zu recordings", h->fleet.nr - h->fleet.failed);
	h->info.path = h->name;
	h->data = (struct report_data){ .info = &h->info, .summary = &h->summary };
	return 0;
}

struct diff_side fleet_diff_side(const struct fleet_diff_half *h)
{
	return (struct diff_side){
		.d = &h->data, .span = &h->span, .slice = 1, .rows = h->rows,
		.recordings = h->fleet.files, .nr_recordings = h->fleet.nr, .lossy = h->lossy,
	};
}

void fleet_diff_clear(struct fleet_diff_half *h)
{
	rows_free(h->rows);
	profile_free(h->profile);
	summary_clear(&h->summary);
	fleet_clear(&h->fleet);
}
