// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/record/remote/remote.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/record/remote/remote_impl.h"
#include "collector/clock.h"

#define TICK_MS		250
#define GRACE_MS	10000	/* how long ssh may take to end when nothing more is sent or received */
#define ANSWER_MS	90000	/* how long a host may take to connect and to start a shell */

static int fail(char *err, size_t errlen, const char *what, int code)
{
	snprintf(err, errlen, "%s: %s", what, strerror(-code));
	return code;
}

/* The folder of the files. */
static int make_folder(const char *path, char *err, size_t errlen)
{
	struct stat st;

	if (mkdir(path, 0777) && errno != EEXIST)
		return snprintf(err, errlen, "cannot make the folder %s: %s", path, strerror(errno)), -errno;
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	snprintf(err, errlen, "%s is a file: with --on, -o names the folder of the recordings", path);
	return -ENOTDIR;
}

/* Everything that may fail for all hosts alike. */
static int prepare(struct remote *r, char *err, size_t errlen)
{
	int ret = remote_hosts_parse(r, err, errlen);

	ret = ret ?: remote_programs_open(&r->programs, &r->args->programs, err, errlen);
	ret = ret ?: make_folder(r->args->output, err, errlen);
	if (ret)
		return ret;
	r->script = remote_command(r->args->sudo);
	r->arguments = remote_arguments(r->args);
	if (!r->script || !r->arguments)
		return fail(err, errlen, "cannot start", -ENOMEM);
	r->arguments_len = strlen(r->arguments);
	return 0;
}

/* Signals are read from a descriptor, and a host that went away is a failed write. */
static int catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Returns how many signals asked for the end. */
static unsigned int read_signals(int fd)
{
	struct signalfd_siginfo s;
	unsigned int nr = 0;

	while (read(fd, &s, sizeof(s)) == sizeof(s))
		nr += s.ssi_signo != SIGCHLD;
	return nr;
}

/* The first time recordings end and are received; the second time nothing more is received. */
static void stop(struct remote *r, unsigned int times)
{
	for (size_t i = 0; i < r->nr_hosts; i++) {
		struct remote_host *h = &r->hosts[i];

		if (times == 1) {
			remote_host_stop(h);
			continue;
		}
		if (h->state < REMOTE_DONE)
			remote_host_fail(h, "interrupted");
		remote_host_kill(h);
	}
}

/* End what takes too long, so that one host does not hold up the command. */
static void check_time(struct remote_host *h)
{
	uint64_t ms = clock_now_ms() - h->since;

	if (h->state == REMOTE_CONNECTING && ms > ANSWER_MS) {
		remote_host_fail(h, "no answer for %u s", ANSWER_MS / 1000);
		remote_host_kill(h);
	} else if (h->state >= REMOTE_DONE && h->pid && ms > GRACE_MS) {
		remote_host_kill(h);
	}
}

static bool all_ended(struct remote *r)
{
	bool all = true;

	for (size_t i = 0; i < r->nr_hosts; i++) {
		remote_host_reap(r, &r->hosts[i]);
		check_time(&r->hosts[i]);
		all &= remote_host_ended(&r->hosts[i]);
	}
	return all;
}

static int run(struct remote *r, int signals)
{
	struct pollfd *fds = calloc(1 + REMOTE_FDS * r->nr_hosts, sizeof(*fds));
	unsigned int asked = 0, now;

	if (!fds)
		return -ENOMEM;
	fds[0] = (struct pollfd){ .fd = signals, .events = POLLIN };
	for (size_t i = 0; i < r->nr_hosts; i++)
		remote_host_start(r, &r->hosts[i]);
	while (!all_ended(r)) {
		remote_show_draw(r);
		for (size_t i = 0; i < r->nr_hosts; i++)
			remote_host_fds(&r->hosts[i], &fds[1 + REMOTE_FDS * i]);
		if (poll(fds, 1 + REMOTE_FDS * r->nr_hosts, TICK_MS) < 0)
			continue;
		for (size_t i = 0; i < r->nr_hosts; i++)
			remote_host_step(r, &r->hosts[i], &fds[1 + REMOTE_FDS * i]);
		now = read_signals(signals);
		asked += now;
		if (now)
			stop(r, asked);
	}
	remote_show_clear(&r->show);
	free(fds);
	return 0;
}

static bool is_well(const struct remote_host *h)
{
	bool well = h->state == REMOTE_DONE;

	for (unsigned int i = 0; i < h->nr_files; i++)
		well &= !h->files[i].status;
	return well;
}

static int exit_of(const struct remote *r)
{
	size_t done = 0;

	for (size_t i = 0; i < r->nr_hosts; i++)
		done += is_well(&r->hosts[i]);
	return done == r->nr_hosts ? EXIT_OK : done ? EXIT_PARTIAL : EXIT_UNUSABLE;
}

int record_remote(const struct record_args *a, const char *command)
{
	struct remote r = { .args = a, .command = command };
	char err[1024];
	int ret = prepare(&r, err, sizeof(err)), signals = -1, code = EXIT_USAGE;

	if (!ret) {
		code = EXIT_UNUSABLE;
		signals = catch_signals();
		ret = signals < 0 ? fail(err, sizeof(err), "signals", -errno) : 0;
	}
	if (!ret) {
		remote_show_start(&r.show, a);
		ret = run(&r, signals);
		if (ret)
			fail(err, sizeof(err), "cannot start", ret);
	}
	if (ret)
		cmd_error(command, NULL, err);
	else
		code = exit_of(&r);
	if (signals >= 0)
		close(signals);
	remote_programs_close(&r.programs);
	remote_hosts_free(&r);
	free(r.script);
	free(r.arguments);
	return code;
}
