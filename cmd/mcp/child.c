// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/mcp/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/mcp/confine.h"
#include "cmd/run.h"

enum { OUT, ERRORS, WATCH, NR_FDS };

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The child: never returns. */
__attribute__((noreturn))
static void run(const struct child *c, enum command_id command, int argc, char **argv, int out,
		int errors, pid_t parent)
{
	int empty[2], ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || pipe2(empty, O_CLOEXEC))
		_exit(EXIT_UNUSABLE);
	dup2(empty[0], STDIN_FILENO);
	close(empty[1]);
	dup2(out, STDOUT_FILENO);
	dup2(errors, STDERR_FILENO);
	ret = c->folders ? confine(c->folders, c->debuginfod) : 0;
	if (ret) {
		fprintf(stderr, "cannot confine this request: %s\n", strerror(-ret));
		_exit(EXIT_UNUSABLE);
	}
	ret = run_command(command, argc, argv);
	fflush(NULL);
	_exit(ret);
}

/* False: the pipe has ended. */
static bool take(int fd, struct buffer *to, size_t most, bool *full)
{
	char bytes[1 << 16];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	*full = to->len + (size_t)n > most;
	buffer_add(to, bytes, *full ? most - to->len : (size_t)n);
	*full |= to->bad;
	return n;
}

static int remaining(uint64_t end)
{
	uint64_t now = now_ms();

	return now >= end ? 0 : end - now > INT32_MAX ? INT32_MAX : (int)(end - now);
}

/* Until it has closed both pipes.  Returns why it is to be ended, or CHILD_EXITED. */
static enum child_end collect(const struct child *c, int out, int errors, struct child_result *r)
{
	uint64_t end = now_ms() + c->timeout;
	struct pollfd p[NR_FDS] = {
		[OUT] = { out, POLLIN, 0 },
		[ERRORS] = { errors, POLLIN, 0 },
		[WATCH] = { -1, POLLIN, 0 },
	};
	bool full = false, ignored;

	while (p[OUT].fd >= 0 || p[ERRORS].fd >= 0) {
		int left = remaining(end);

		p[WATCH].fd = c->watch >= 0 && c->watching(c->arg) ? c->watch : -1;
		if (!left)
			return CHILD_LATE;
		if (poll(p, NR_FDS, left) < 0)
			continue;
		if (p[OUT].revents && !take(out, &r->out, CHILD_OUTPUT, &full))
			p[OUT].fd = -1;
		if (full)
			return CHILD_TOO_MUCH;
		if (p[ERRORS].revents && !take(errors, &r->errors, CHILD_ERRORS, &ignored))
			p[ERRORS].fd = -1;
		if (p[WATCH].revents && c->cancelled(c->arg))
			return CHILD_CANCELLED;
	}
	return CHILD_EXITED;
}

static void finish(pid_t pid, struct child_result *r)
{
	int status;

	if (r->end != CHILD_EXITED)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r->end != CHILD_EXITED)
		return;
	r->end = WIFSIGNALED(status) ? CHILD_DIED : CHILD_EXITED;
	r->status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

int child_run(const struct child *c, enum command_id command, int argc, char **argv,
	      struct child_result *out)
{
	int ends[2], errors[2];
	pid_t pid, parent = getpid();

	*out = (struct child_result){ 0 };
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	if (pipe2(errors, O_CLOEXEC)) {
		close(ends[0]);
		close(ends[1]);
		return -ENFILE;
	}
	fflush(NULL);
	pid = fork();
	if (!pid)
		run(c, command, argc, argv, ends[1], errors[1], parent);
	close(ends[1]);
	close(errors[1]);
	if (pid > 0) {
		out->end = collect(c, ends[0], errors[0], out);
		finish(pid, out);
	}
	close(ends[0]);
	close(errors[0]);
	return pid < 0 ? -EAGAIN : 0;
}

void child_result_free(struct child_result *r)
{
	buffer_free(&r->out);
	buffer_free(&r->errors);
}
