// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run a program on a terminal of its own, and press keys:
 *   pty OUTPUT [TEXT KEYS]... -- PROGRAM [ARG...]
 * Each time the program has written TEXT, KEYS are typed; its output goes to OUTPUT.  Exits with
 * the program's status; 99 if a text does not come.
 */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#define PATIENCE_MS	120000
#define BUFFER		(1 << 16)

/* The output since the last keys, or its end if it is long. */
static char seen[2 * BUFFER + 1];
static size_t nr_seen;

static void remember(const char *buf, size_t n)
{
	if (nr_seen + n > 2 * BUFFER) {
		memmove(seen, seen + nr_seen - BUFFER, BUFFER);
		nr_seen = BUFFER;
	}
	memcpy(seen + nr_seen, buf, n);
	nr_seen += n;
}

/* Copy until the text comes (1), the program closes its terminal (0), or a timeout (-1). */
static int copy_until(int terminal, int out, const char *text)
{
	struct pollfd fd = { .fd = terminal, .events = POLLIN };
	long until = now_ms() + PATIENCE_MS;
	char buf[4096];
	ssize_t n;

	nr_seen = 0;
	while (!text || !memmem(seen, nr_seen, text, strlen(text))) {
		if (now_ms() >= until)
			return -1;
		if (poll(&fd, 1, 1000) <= 0)
			continue;
		n = read(terminal, buf, sizeof(buf));
		if (n <= 0)
			return 0;
		if (write(out, buf, (size_t)n) != n)
			err(1, "output");
		remember(buf, (size_t)n);
	}
	return 1;
}

int main(int argc, char **argv)
{
	struct winsize size = { .ws_row = 30, .ws_col = 120 };
	int terminal, out, status, i, more = 1;
	pid_t child;

	if (argc < 4)
		errx(2, "usage: pty OUTPUT [TEXT KEYS]... -- PROGRAM [ARG...]");
	out = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	for (i = 2; i < argc && strcmp(argv[i], "--"); i++)
		;
	child = forkpty(&terminal, NULL, NULL, &size);
	if (out < 0 || child < 0)
		err(1, "%s", argv[1]);
	if (!child) {
		execvp(argv[i + 1], argv + i + 1);
		err(127, "%s", argv[i + 1]);
	}
	for (i = 2; more > 0 && i + 1 < argc && strcmp(argv[i], "--"); i += 2) {
		more = copy_until(terminal, out, argv[i]);
		if (more > 0 && write(terminal, argv[i + 1], strlen(argv[i + 1])) < 0)
			more = 0;
	}
	if (more > 0)
		more = copy_until(terminal, out, NULL);
	if (more < 0) {
		kill(child, SIGTERM);
		warnx("%s did not come", i > 2 && i < argc ? argv[i - 2] : "the end");
	}
	waitpid(child, &status, 0);
	if (more < 0)
		return 99;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
