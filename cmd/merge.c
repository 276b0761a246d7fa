// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/options/report_options.h"
#include "cmd/options/values.h"
#include "cmd/output_file.h"
#include "cmd/run.h"
#include "collector/perfdata/merge.h"

struct merge {
	struct run run;
	struct perfdata_part *parts;
};

static int take_recordings(struct merge *m, struct options *o)
{
	if (o->nr_rest < 2)
		return options_fail(o, "merge needs the recording of a host and at least one "
				    "of a guest: spelunk merge perf.data guest.data");
	m->run.path = m->run.args.input = o->rest[0];
	for (int i = 1; i < o->nr_rest; i++) {
		struct guest_words *w = &m->run.args.config.guests;
		int ret = guest_words_add(o, w, "GUEST", o->rest[i]);

		if (ret)
			return ret == -ENOMEM ? options_fail(o, "out of memory") : ret;
		if (!guest_recording_is(w->list[w->nr - 1].word))
			return options_fail(o, "%.200s is not a recording; give symbol files to "
					    "the commands that read the result, with "
					    "--guest", o->rest[i]);
	}
	return 0;
}

static int parse(struct run *run)
{
	struct merge *m = (struct merge *)run;
	struct options o = {
		.command = COMMAND_MERGE, .args = { [ARGS_report] = &run->args },
		.own = { report_takes },
		.err = run->err, .errlen = sizeof(run->err),
	};
	int ret;

	m->run.args.output = "merged.data";
	ret = options_read(&o, run->argc, run->argv);
	run->help = o.help;
	m->run.args.config.progress = !m->run.args.quiet;
	m->run.args.config.samples_optional = true;
	return ret || o.help ? ret : take_recordings(m, &o);
}

/* Describe a part by the recording's VMs and their names. */
static int make_part(struct merge *m, size_t i)
{
	const struct guest_recording *g = m->run.rec.guests.list;
	const struct clock_result *result = &m->run.rec.guests.clocks[i];
	const struct timeline_vm *vms;

	timeline_vms(m->run.rec.p.timeline, &vms);
	if (g[i].vm < 0)
		return run_fail(&m->run, -EINVAL, "the guest's VM is not in the host's recording");
	for (size_t k = 0; k < m->run.rec.guests.nr; k++) {
		if (k == i || g[k].vm != g[i].vm)
			continue;
		return run_fail(&m->run, -EINVAL,
				"VM %d already has a recording: give one for each VM", g[i].vm);
	}
	m->parts[i] = (struct perfdata_part){
		.path = g[i].path, .pid = vms[g[i].vm].pid, .has_offset = result->clock.state == CLOCK_GIVEN,
		.offset = result->clock.offset,
	};
	return 0;
}

static void say_clock(const struct merge *m, size_t i)
{
	char text[REPORT_CLOCK_LEN], shown[2 * REPORT_CLOCK_LEN];

	if (m->run.args.quiet)
		return;
	report_escape(shown, sizeof(shown), report_clock_text(text, &m->run.rec.guests.clocks[i]));
	fprintf(stderr, "spelunk merge: vm %d: clock: %s\n", m->run.rec.guests.list[i].vm, shown);
}

/* The output must not overwrite an input. */
static bool writes_over_input(const struct merge *m)
{
	const char *output = m->run.args.output;
	bool same = run_is_file(output, m->run.args.input);

	for (size_t i = 0; i < m->run.args.config.guests.nr; i++)
		same |= run_is_file(output, m->run.rec.guests.list[i].path);
	return same && strcmp(output, "-");
}

static int write_all(struct merge *m)
{
	bool standard = !strcmp(m->run.args.output, "-");
	size_t nr = m->run.args.config.guests.nr, had = m->run.rec.guests.nr - nr;
	struct stat st;
	bool half;
	int fd, ret;

	if (writes_over_input(m))
		return run_fail(&m->run, -EINVAL, "--output names one of the recordings: give another file");
	fd = standard ? STDOUT_FILENO : output_create(m->run.args.output);
	if (fd < 0)
		return run_fail(&m->run, -EIO, "cannot write %s: %s", m->run.args.output,
				strerror(-fd));
	ret = perfdata_merge(fd, m->run.args.input, had, m->parts, nr, m->run.err, sizeof(m->run.err));
	half = ret && !standard && !fstat(fd, &st) && S_ISREG(st.st_mode);
	if (!standard && close(fd) && !ret)
		ret = run_fail(&m->run, -EIO, "writing failed: the disk may be full");
	if (half)
		output_remove(m->run.args.output);
	return ret;
}

static int merge(struct run *run)
{
	struct merge *m = (struct merge *)run;
	size_t nr = m->run.args.config.guests.nr;
	int ret = run_open(run, run->args.input, &run->args.config);

	m->parts = calloc(nr + 1, sizeof(*m->parts));
	if (!ret && !m->parts)
		ret = run_fail(&m->run, -ENOMEM, "out of memory");
	for (size_t i = 0; i < nr && !ret; i++) {
		ret = make_part(m, i);
		if (!ret)
			say_clock(m, i);
	}
	ret = ret ?: write_all(m);
	if (!ret && !m->run.args.quiet)
		fprintf(stderr, "spelunk merge: %zu recording%s of guests merged into %s\n", nr,
			nr == 1 ? "" : "s", strcmp(m->run.args.output, "-") ? m->run.args.output : "standard output");
	return ret;
}

static void release(struct run *run)
{
	free(((struct merge *)run)->parts);
}

const struct command command_MERGE = {
	.size = sizeof(struct merge), .parse = parse, .writes = WRITES_OUTPUT, .work = merge, .release = release,
};
