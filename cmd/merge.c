// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/report_options.h"
#include "cmd/run.h"
#include "collector/perfdata/merge.h"

static const char usage[] =
	"usage: spelunk merge [OPTION ...] HOST [VM=]GUEST ...\n"
	"\n"
	"Put recordings that were made in guests (spelunk guest-agent, perf record) into\n"
	"that of their host, made at the same time.  What comes out is one recording: every\n"
	"command that reads it knows the guests' own processes and functions, as with\n"
	"--guest, and perf reads it as before.\n"
	"\n"
	"  -o, --output FILE      where to (merged.data); - is standard output\n"
	"      --clock-offset [VM=]TICKS\n"
	"                         a guest's CNTVOFF_EL2, where its recording does not tell:\n"
	"                         the host's counter less the guest's\n"
	"  -q, --quiet            only errors on standard error\n"
	"  -h, --help             this text\n"
	"\n"
	"VM is its number in `spelunk report HOST`, pid:N or a name; with one VM it may be\n"
	"left out.  How a guest's clock lies to the host's, and how well that is known, is\n"
	"found in the recordings, and said.\n"
	"\n"
	"Exit status: 0 done; 1 a recording could not be used, or the output not be written;\n"
	"2 usage.\n";

void merge_help(FILE *out)
{
	fputs(usage, out);
}

struct merge {
	struct run run;
	struct recording_config config;	/* the words are argv's, the lists owned */
	struct recording rec;
	struct perfdata_part *parts;
	const char *input, *output;
	bool quiet;
};

static int fail(struct merge *m, int code, const char *sentence)
{
	snprintf(m->run.err, sizeof(m->run.err), "%s", sentence);
	return code;
}

static int take_options(struct merge *m, int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "clock-offset", required_argument, NULL, 'c' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int opt, ret = 0;

	optind = 0;	/* glibc: start anew */
	while (!ret && !m->run.help && (opt = getopt_long(argc, argv, ":o:qh", options, NULL)) != -1) {
		switch (opt) {
		case 'o':	m->output = optarg; break;
		case 'c':	ret = report_words_add(&m->config.clock_offsets, optarg); break;
		case 'q':	m->quiet = true; break;
		case 'h':	m->run.help = true; break;
		case ':':	return fail(m, -EINVAL, "the last option needs a value");
		default:	return fail(m, -EINVAL, "no such option (see `spelunk merge --help`)");
		}
	}
	return ret;
}

static int parse(struct run *run, int argc, char **argv)
{
	struct merge *m = (struct merge *)run;
	int ret;

	m->output = "merged.data";
	ret = take_options(m, argc, argv);

	if (ret || m->run.help)
		return ret;
	if (optind + 2 > argc)
		return fail(m, -EINVAL, "it takes the host's recording and at least one of a guest: "
			    "spelunk merge perf.data guest.data");
	m->input = argv[optind];
	m->run.path = m->input;
	m->config.progress = !m->quiet;
	m->config.samples_optional = true;
	for (int i = optind + 1; i < argc && !ret; i++) {
		if (!guest_recording_is(argv[i])) {
			snprintf(m->run.err, sizeof(m->run.err), "%.200s is no recording that can be read: symbols "
				 "are given where one is read, as in spelunk report --guest", argv[i]);
			return -EINVAL;
		}
		ret = report_words_add(&m->config.guests, argv[i]);
	}
	return ret;
}

/* The recording's VMs, as they are named in it. */
static int make_part(struct merge *m, size_t i)
{
	const struct guest_recording *g = m->rec.guests.list;
	const struct clock_result *told = &m->rec.guests.clocks[i];
	const struct timeline_vm *vms;

	timeline_vms(m->rec.p.timeline, &vms);
	if (g[i].vm < 0)
		return fail(m, -EINVAL, "a guest's VM is none of the host's recording");
	for (size_t k = 0; k < m->rec.guests.nr; k++) {
		if (k == i || g[k].vm != g[i].vm)
			continue;
		snprintf(m->run.err, sizeof(m->run.err), "VM %d has a recording of its own already: one is enough",
			 g[i].vm);
		return -EINVAL;
	}
	m->parts[i] = (struct perfdata_part){
		.path = g[i].path, .pid = vms[g[i].vm].pid, .has_offset = told->clock.state == CLOCK_GIVEN,
		.offset = told->clock.offset,
	};
	return 0;
}

static void say_clock(const struct merge *m, size_t i)
{
	char text[REPORT_CLOCK_LEN], shown[2 * REPORT_CLOCK_LEN];

	if (m->quiet)
		return;
	report_escape(shown, sizeof(shown), report_clock_text(text, &m->rec.guests.clocks[i]));
	fprintf(stderr, "spelunk merge: vm %d: clock: %s\n", m->rec.guests.list[i].vm, shown);
}

static bool is_same(const struct stat *out, const char *path)
{
	struct stat in;

	return !stat(path, &in) && in.st_dev == out->st_dev && in.st_ino == out->st_ino;
}

/* Writing over an input would be the end of it. */
static bool writes_over_input(const struct merge *m)
{
	struct stat out;
	bool same;

	if (!strcmp(m->output, "-") || stat(m->output, &out) || !S_ISREG(out.st_mode))
		return false;
	same = is_same(&out, m->input);
	for (size_t i = 0; i < m->config.guests.nr; i++)
		same |= is_same(&out, m->rec.guests.list[i].path);
	return same;
}

static int write_all(struct merge *m)
{
	bool standard = !strcmp(m->output, "-");
	size_t nr = m->config.guests.nr, had = m->rec.guests.nr - nr;
	struct stat st;
	bool half;
	int fd, ret;

	if (writes_over_input(m))
		return fail(m, -EINVAL, "--output names one of the recordings: give another file");
	fd = standard ? STDOUT_FILENO : open(m->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		snprintf(m->run.err, sizeof(m->run.err), "cannot write %s: %s", m->output, strerror(errno));
		return -EIO;
	}
	ret = perfdata_merge(fd, m->input, had, m->parts, nr, m->run.err, sizeof(m->run.err));
	half = ret && !standard && !fstat(fd, &st) && S_ISREG(st.st_mode);
	if (!standard && close(fd) && !ret)
		ret = fail(m, -EIO, "writing failed: the disk may be full");
	if (half)
		unlink(m->output);
	return ret;
}

static int merge(struct run *run)
{
	struct merge *m = (struct merge *)run;
	size_t nr = m->config.guests.nr;
	int ret = run_open(run, &m->rec, m->input, &m->config);

	m->parts = calloc(nr + 1, sizeof(*m->parts));
	if (!ret && !m->parts)
		ret = fail(m, -ENOMEM, "there is too little memory");
	for (size_t i = 0; i < nr && !ret; i++) {
		ret = make_part(m, i);
		if (!ret)
			say_clock(m, i);
	}
	ret = ret ?: write_all(m);
	if (!ret && !m->quiet)
		fprintf(stderr, "spelunk merge: %zu recording%s of guests merged into %s\n", nr,
			nr == 1 ? "" : "s", strcmp(m->output, "-") ? m->output : "standard output");
	return ret;
}

static void release(struct run *run)
{
	struct merge *m = (struct merge *)run;

	free(m->parts);
	recording_close(&m->rec);
	free(m->config.guests.word);
	free(m->config.clock_offsets.word);
}

int cmd_merge(int argc, char **argv)
{
	static const struct command command = {
		sizeof(struct merge), parse, merge_help, merge, release,
	};

	return run_command(&command, argc, argv);
}
