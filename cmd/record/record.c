// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/record/record.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/sysfiles.h"
#include "cmd/cmd.h"
#include "cmd/record/options.h"
#include "cmd/record/record_impl.h"
#include "cmd/record/remote/remote.h"
#include "cmd/run.h"
#include "collector/clock.h"
#include "collector/live/live.h"

#define TICK_MS		100	/* interval of checking limits */
#define ROUND_MS	1000	/* interval of making the file complete */
#define ONLINE		"/sys/devices/system/cpu/online"

/* State of `spelunk record`. */
struct record {
	struct record_args args;
	struct host *host;
	struct record_target target;
	struct child child;
	struct live *live;
	struct perfdata_writer *writer;
	int signals;			/* signalfd */
	const struct record_files *files_to;	/* NULL: none */
	char path[4096];		/* of the open file */
	int argc;
	char **argv;
	uint64_t began, rounded, rotated;	/* ms of CLOCK_MONOTONIC */
	uint64_t opened;		/* start of the open file */
	bool asked;			/* a snapshot was requested */
	unsigned int files;
	uint64_t bytes;			/* of closed files */
	uint64_t waited;		/* ns spent waiting for the disk, likewise */
	bool hidden;
	char online[512];		/* CPUs at the start */
	bool cpus_changed;
	char err[512];
};

static int fail(struct record *r, int code, const char *what)
{
	snprintf(r->err, sizeof(r->err), "%s: %s", what, strerror(-code));
	return code;
}

/* Preparation */

static int check_machine(struct record *r)
{
	const struct host *h = r->host;

	if (!r->args.spe || h->nr_spe)
		return 0;
	if (!host_is_arm(h))
		snprintf(r->err, sizeof(r->err), "this machine (%s) is not 64-bit Arm and has no "
			 "SPE: record on one that has it, or use --no-spe to record tasks and "
			 "tracepoints only",
			 h->machine);
	else
		snprintf(r->err, sizeof(r->err), "no SPE found on this machine: run `spelunk "
			 "doctor` to see why; --no-spe records tasks and tracepoints only");
	return -ENODEV;
}

static bool may_perf(const struct host *h)
{
	return host_can(h, HOST_CAP_PERFMON) || host_can(h, HOST_CAP_SYS_ADMIN);
}

/* Set defaults that depend on permissions or on the CPU's names. */
static int complete_wish(struct record *r)
{
	struct record_args *a = &r->args;
	struct spe_wish *w = &a->wish;
	uint64_t midr = r->host->nr_cpus ? r->host->cpus[0].midr : 0;
	uint64_t mask;
	int ret = 0;

	if (a->physical || (may_perf(r->host) && !a->not_physical))
		w->value[SPE_KNOB_PHYSICAL] = w->value[SPE_KNOB_PHYSICAL_TIME] = 1;
	if (a->physical)
		w->must |= 1u << SPE_KNOB_PHYSICAL | 1u << SPE_KNOB_PHYSICAL_TIME;
	/* A guest's virtual time has an unrecorded offset, so the kernel requires physical time. */
	if (w->guests) {
		w->value[SPE_KNOB_PHYSICAL_TIME] = 1;
		w->must |= 1u << SPE_KNOB_PHYSICAL_TIME;
	}
	if (a->sources) {
		ret = record_sources(&mask, a->sources, midr, r->err, sizeof(r->err));
		w->value[SPE_KNOB_NOT_SOURCES] = ~mask;
		w->must |= 1u << SPE_KNOB_NOT_SOURCES;
	}
	return ret;
}

/* From now on read SIGINT, SIGTERM and the child's end from a descriptor. */
static int catch_signals(struct record *r)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	if (r->args.overwrite)
		sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* If a pipe's reader exits or a file is too large, let write() fail. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return r->signals < 0 ? fail(r, -errno, "signals") : 0;
}

/* Counting guests' time for tasks that are not VMMs would only waste counters. */
static bool times_guests(const struct record *r)
{
	const struct record_args *a = &r->args;

	return r->host->kvm_device != ANSWER_NO &&
	       (!r->target.tids || a->vm || a->kvm_must || a->wish.guests);
}

static int open_live(struct record *r)
{
	const struct record_args *a = &r->args;
	bool may_trace = r->host->tracefs == TRACEFS_KVM && may_perf(r->host);
	struct live_config cfg = {
		.host = r->host, .cpus = r->target.cpus, .tids = r->target.tids,
		.nr_tids = r->target.nr_tids,
		.cgroup = r->target.cgroup_fd < 0 ? NULL : &r->target.cgroup_fd,
		.on_exec = r->child.pid && r->target.tids,
		.spe = a->spe, .kvm = a->kvm_must || (a->kvm && may_trace), .exits = a->exits,
		/* which cgroup it is helps to name short tasks in it */
		.cgroups = a->cgroups || a->cgroup || a->pod, .cgroups_must = a->cgroups,
		.kvm_must = a->kvm_must, .wish = a->wish, .data_size = a->data_size,
		.aux_size = a->aux_size, .level = (int)a->level,
		.keep = a->overwrite ? a->last : 0,
		.time = a->time, .guest_time = times_guests(r), .cycles_freq = a->cycles_freq,
		/* the receiver of closed files already has the symbols */
		.symbols = a->symbols && a->spe && !r->files_to,
	};

	return live_open(&r->live, &cfg, r->err, sizeof(r->err));
}

/* Further files list the running tasks and the kernel's symbols, and may be in a user's folder. */
static uint64_t what_files_need(const struct record *r)
{
	uint64_t keep = CAPABILITY(CAP_SYS_PTRACE) | CAPABILITY(CAP_DAC_READ_SEARCH) |
			CAPABILITY(CAP_SYSLOG);
	char copy[PATH_MAX];
	struct stat st;

	if (!r->args.rotate_ms && !r->args.rotate_size && !r->args.overwrite)
		return 0;
	snprintf(copy, sizeof(copy), "%s", r->args.output);
	if (stat(dirname(copy), &st) || st.st_uid != geteuid())
		keep |= CAPABILITY(CAP_DAC_OVERRIDE);
	return keep;
}

/*
 * From now on the program only writes kernel data to open files, which needs no capability; drop
 * them, so that neither a child nor a bug can use them.
 */
static void drop_privileges(const struct record *r)
{
	if (capabilities_keep(what_files_need(r)))
		cmd_error("record", NULL, "cannot drop capabilities; continuing with them");
}

/* FILE, FILE.1, FILE.2... */
static int open_file(struct record *r, struct perfdata_writer **out)
{
	int ret;

	if (r->files)
		snprintf(r->path, sizeof(r->path), "%s.%u", r->args.output, r->files);
	else
		snprintf(r->path, sizeof(r->path), "%s", r->args.output);
	ret = live_writer(r->live, out, r->path, r->argc, r->argv);
	if (ret)
		return fail(r, ret, "cannot write the output");
	r->files++;
	return 0;
}

/* The terminal, if a user is there and no command reads from it. */
static int key_file(const struct record *r)
{
	bool ours = isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();

	return r->args.overwrite && !r->args.command && ours ? STDIN_FILENO : -1;
}

static void announce(const struct record *r)
{
	struct live_facts f;

	if (r->args.quiet)
		return;
	live_facts(r->live, &f);
	if (r->args.overwrite)
		fprintf(stderr, "spelunk record: keeping the last %.3g s; saved on %s and at the "
			"end\n", (double)r->args.last / 1000,
			key_file(r) < 0 ? "SIGUSR2" : "Enter or SIGUSR2");
	if (f.nr_spe_cpus)
		fprintf(stderr, "spelunk record: SPE on %zu of %zu CPUs, one in %llu operations, "
			"buffers of %zu KiB for samples and %zu KiB for records on each%s\n",
			f.nr_spe_cpus, f.nr_cpus, (unsigned long long)f.period,
			f.aux_size >> 10, f.data_size >> 10,
			f.kvm ? ", KVM's entries and exits" : "");
	else
		fprintf(stderr, "spelunk record: no samples, only tasks and maps of %zu CPUs%s\n",
			f.nr_cpus, f.kvm ? ", and KVM's entries and exits" : "");
	if (r->args.time)
		record_announce_time(&f);
}

static int begin(struct record *r)
{
	bool on_exec = r->child.pid && r->target.tids;
	int ret;

	ret = on_exec ? 0 : live_enable_sideband(r->live);
	if (ret)
		return fail(r, ret, "cannot enable the events");
	ret = r->args.overwrite ? 0 : open_file(r, &r->writer);
	if (ret)
		return ret;
	ret = live_note_running(r->live, r->writer, &r->hidden);
	if (ret)
		return fail(r, ret, "cannot write the output");
	drop_privileges(r);
	ret = live_start(r->live, r->writer);
	if (!ret && !on_exec)
		ret = live_enable_samples(r->live);
	if (ret)
		return fail(r, ret, "cannot start recording");
	sysfiles_text("", r->online, sizeof(r->online), ONLINE);
	r->began = r->rounded = r->rotated = r->opened = clock_now_ms();
	/* a script that waits for this line can rely on being recorded from then on */
	announce(r);
	ret = r->child.pid ? child_go(&r->child) : 0;
	return ret ? fail(r, ret, r->args.command[0]) : 0;
}

/* Running */

/* Has anything requested the end? */
static bool interrupted(struct record *r)
{
	struct signalfd_siginfo s;
	bool end = false;

	while (read(r->signals, &s, sizeof(s)) == sizeof(s))
		if (s.ssi_signo == SIGUSR2)
			r->asked = true;
		else
			end |= s.ssi_signo != SIGCHLD;
	if (r->files_to && r->files_to->ended)
		end |= r->files_to->ended(r->files_to->arg);
	return end || (r->args.command && child_ended(&r->child)) ||
	       (!r->args.command && !record_target_lives(&r->target));
}

static bool limit_met(const struct record *r, uint64_t now)
{
	const struct record_args *a = &r->args;

	return (a->duration && now - r->began >= a->duration) ||
	       (a->size && r->bytes + perfdata_writer_size(r->writer) >= a->size);
}

static bool rotation_due(const struct record *r, uint64_t now)
{
	const struct record_args *a = &r->args;
	uint64_t ms = r->files_to && r->files_to->length ? r->files_to->length(r->files_to->arg) :
		      a->rotate_ms;

	return (ms && now - r->rotated >= ms) ||
	       (a->rotate_size && perfdata_writer_size(r->writer) >= a->rotate_size);
}

/* 1: enough has been recorded. */
static int close_file(struct record *r, const char *path)
{
	uint64_t ms = clock_now_ms() - r->opened;
	int ret, err;

	r->bytes += perfdata_writer_size(r->writer);
	r->waited += perfdata_writer_waited(r->writer);
	/* a task that was in one cgroup before and after was there all the time */
	ret = r->args.overwrite ? 0 : live_note_places(r->live, r->writer);
	ret = ret ?: live_note_jits(r->live, r->writer);
	err = perfdata_writer_close(r->writer);
	ret = ret ?: err;
	r->writer = NULL;
	if (!ret && r->files_to)
		ret = r->files_to->closed(r->files_to->arg, path, ms);
	return ret;
}

static int rotate(struct record *r, uint64_t now)
{
	struct perfdata_writer *next;
	char path[sizeof(r->path)];
	int ret, err;

	memcpy(path, r->path, sizeof(path));
	ret = open_file(r, &next);
	if (ret)
		return ret;
	/* Switch to the new file before listing running tasks in it, so that nothing is lost. */
	ret = live_switch(r->live, next);
	ret = ret ?: live_note_running(r->live, next, &r->hidden);
	err = close_file(r, path);
	r->writer = next;
	r->opened = now;
	ret = ret ?: err;
	/* Time spent in the callback does not count as part of the next interval. */
	r->rotated = r->files_to ? clock_now_ms() : now;
	r->rounded = now;
	return ret;
}

/* The events of a CPU that went offline are gone, even after it comes back. */
static void look_at_cpus(struct record *r)
{
	char now[sizeof(r->online)];

	if (sysfiles_text("", now, sizeof(now), ONLINE) > 0 && strcmp(now, r->online))
		r->cpus_changed = true;
}

/* Save the snapshot to a file. */
static int save(struct record *r)
{
	struct live_reach reach;
	int ret = open_file(r, &r->writer);

	r->asked = false;
	if (ret)
		return ret;
	ret = live_save(r->live, r->writer, &reach);
	ret = close_file(r, r->path) ?: ret;
	if (!ret && !r->args.quiet)
		record_summary_saved(r->path, &reach);
	return ret;
}

static int step(struct record *r, uint64_t now)
{
	int ret = 0;

	if (r->asked) {
		ret = save(r);
	} else if (rotation_due(r, now)) {
		ret = rotate(r, now);
	} else if (now - r->rounded >= ROUND_MS) {
		ret = r->args.overwrite ? live_keep(r->live) : live_round(r->live);
		r->rounded = now;
	}
	if (ret < 0 && !r->err[0])
		fail(r, ret, "writing stopped early; everything before that can be read");
	return ret;
}

/* Was Enter pressed?  *fd becomes -1 if the terminal is gone. */
static bool key_pressed(int *fd)
{
	char line[256];
	ssize_t n = read(*fd, line, sizeof(line));

	if (n <= 0)
		*fd = -1;
	return n > 0;
}

static int run(struct record *r)
{
	struct pollfd fds[2] = {
		{ .fd = r->signals, .events = POLLIN }, { .fd = key_file(r), .events = POLLIN },
	};
	int ret = 0;

	while (!ret) {
		uint64_t now;

		if (poll(fds, 2, TICK_MS) < 0 && errno != EINTR)
			return fail(r, -errno, "waiting");
		if (fds[1].revents)
			r->asked |= key_pressed(&fds[1].fd);
		look_at_cpus(r);
		now = clock_now_ms();
		if (interrupted(r) || limit_met(r, now))
			break;
		ret = step(r, now);
	}
	return ret > 0 ? 0 : ret;
}

/* Write the last bytes and finish the file. */
static int end(struct record *r)
{
	int ret, err;

	live_disable(r->live);
	err = r->args.overwrite ? save(r) : 0;
	ret = live_stop(r->live);
	if (r->writer)
		err = close_file(r, r->path);
	ret = ret ?: err > 0 ? 0 : err;
	if (ret && !r->err[0])
		fail(r, ret, "writing stopped early; everything before that can be read");
	return ret;
}

static void summarize(const struct record *r)
{
	struct record_summary s = {
		.live = r->live, .path = r->args.output, .bytes = r->bytes, .files = r->files,
		.waited = (double)r->waited / 1e9,
		.seconds = (double)(clock_now_ms() - r->began) / 1000, .hidden = r->hidden,
		.cpus_changed = r->cpus_changed, .cut = live_cut(r->live),
		.guests_ended = r->args.wish.guests && !host_still_samples_guests(r->host),
	};

	if (!r->args.quiet)
		record_summary(&s);
}

static int record(struct record *r)
{
	int ret, err;

	r->host = host_new("");
	if (!r->host)
		return fail(r, -ENOMEM, "this machine's facts");
	ret = check_machine(r) ?: complete_wish(r) ?: catch_signals(r);
	if (!ret && r->args.command) {
		ret = child_start(&r->child, r->args.command,
				  !strcmp(r->args.output, "-"));
		if (ret)
			fail(r, ret, "starting the command");
	}
	ret = ret ?: record_target_find(&r->target, &r->args, r->host, r->child.pid, r->err,
					sizeof(r->err));
	ret = ret ?: open_live(r);
	if (ret)
		return ret;
	ret = begin(r);
	if (r->began)
		ret = ret ?: run(r);
	if (r->writer || (r->began && r->args.overwrite)) {
		err = end(r);
		ret = ret ?: err;
	}
	if (r->began)
		summarize(r);
	return ret;
}

/* Like perf: exit with the command's status, or die of the signal that killed it. */
static int exit_of(const struct record *r, int ret)
{
	int status = r->child.status;

	if (ret)
		return EXIT_UNUSABLE;
	if (!r->args.command)
		return EXIT_OK;
	if (WIFSIGNALED(status) && !r->child.ended) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_OK;
}

int record_run(const struct record_args *args, int argc, char **argv, const struct record_files *files)
{
	struct record r = { .args = *args, .signals = -1, .target.cgroup_fd = -1,
			    .files_to = files, .argc = argc,
			    .argv = argv };
	int ret = record(&r);

	if (ret)
		cmd_error(argv[0], NULL, r.err);
	child_end(&r.child);
	ret = exit_of(&r, ret);
	live_free(r.live);
	record_target_free(&r.target);
	host_free(r.host);
	if (r.signals >= 0)
		close(r.signals);
	return ret;
}

struct record_command {
	struct run run;
	struct record_args args;
};

static int parse(struct run *run)
{
	struct record_args *a = &((struct record_command *)run)->args;
	int err = record_args_parse(a, run->argc, run->argv, run->err, sizeof(run->err));

	run->help = a->help;
	return err;
}

static int work(struct run *run)
{
	const struct record_args *a = &((struct record_command *)run)->args;

	return a->on ? record_remote(a, run->command) : record_run(a, run->argc, run->argv, NULL);
}

static void release(struct run *run)
{
	record_args_free(&((struct record_command *)run)->args);
}

const struct command command_RECORD = {
	.size = sizeof(struct record_command), .parse = parse, .work = work, .release = release,
};
