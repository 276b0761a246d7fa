// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"

#define HELD_MAX	(1u << 20)	/* bytes held back until the screen is full */
#define NO_PAGER	"cat"		/* the usual value to disable the pager */

extern char **environ;

struct pager {
	const char *command;		/* from the environment, or the default */
	FILE *out;
	unsigned int rows, columns;	/* of the terminal */
	unsigned int row, column;	/* position at the end of the text so far */
	bool escape;			/* in an escape sequence, which has no width */
	char *held;			/* text so far */
	size_t len, size;
	bool passes;			/* text is no longer held, but goes to fd */
	int fd;
	int ended;			/* at its end once the pager has ended; -1: not started */
	bool left;
	int err;
	struct sigaction before[5];
};

/* Signals that end us, and the one when the user leaves the pager. */
static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };
#define NR_SIGNALS	(sizeof(signals) / sizeof(signals[0]))
#define NR_ENDS		(NR_SIGNALS - 1)

/* Data for the handler, which can only use globals. */
static struct {
	volatile sig_atomic_t fd, ended;
} running;

/* Wait until the pager has ended.  Nothing is ever written to the pipe. */
static void wait_for(int ended)
{
	char byte;

	while (read(ended, &byte, 1) < 0 && errno == EINTR)
		;
}

/* The pager has the terminal until the user leaves it: end its input, wait for it, and die. */
static void on_end(int sig)
{
	close(running.fd);
	wait_for(running.ended);
	raise(sig);
}

static void take_signals(struct pager *p)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction end = { .sa_handler = on_end, .sa_flags = SA_RESETHAND | SA_NODEFER };

	running.fd = p->fd;
	running.ended = p->ended;
	for (size_t i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], i < NR_ENDS ? &end : &ignore, &p->before[i]);
	/* Keep ignored signals ignored, as nohup does. */
	for (size_t i = 0; i < NR_ENDS; i++)
		if (p->before[i].sa_handler == SIG_IGN)
			sigaction(signals[i], &p->before[i], NULL);
}

static void give_signals_back(struct pager *p)
{
	for (size_t i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &p->before[i], NULL);
}

/* Send text to the pager from now on; if it cannot be started, to the terminal. */
static void start(struct pager *p)
{
	static const struct helper_service *const services[] = { &pager_service };
	struct helper_ask ask = { .fd = -1, .bytes = "" };
	struct helper_answer answer;
	int ends[2];

	p->passes = true;
	p->fd = STDOUT_FILENO;
	if (helper_start(services, 1) || pipe2(ends, O_CLOEXEC))
		return;
	ask.fd = ends[0];
	if (!helper_call(&pager_service, &ask, &answer)) {
		p->fd = ends[1];
		p->ended = answer.fd;
		take_signals(p);
	} else {
		close(ends[1]);
	}
	close(ends[0]);
}

/* Track the cursor, with a column per character: exact enough to detect a full screen. */
static void walk(struct pager *p, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\033' || p->escape) {
			p->escape = c != 'm';
		} else if (c == '\n') {
			p->row++;
			p->column = 0;
		} else if ((c & 0xc0) != 0x80 && ++p->column > p->columns) {
			p->row++;
			p->column = 1;
		}
	}
}

/* False: beyond HELD_MAX, or out of memory. */
static bool hold(struct pager *p, const char *text, size_t len)
{
	char *more;

	if (len > HELD_MAX - p->len)
		return false;
	if (p->len + len > p->size) {
		more = realloc(p->held, 2 * (p->len + len));
		if (!more)
			return false;
		p->held = more;
		p->size = 2 * (p->len + len);
	}
	memcpy(p->held + p->len, text, len);
	p->len += len;
	walk(p, text, len);
	return true;
}

static bool is_full(const struct pager *p)
{
	return p->row >= p->rows || p->len == HELD_MAX;
}

static void put(struct pager *p, const char *text, size_t len)
{
	int err = p->err ?: write_full(p->fd, text, len);

	p->left |= err == -EPIPE && p->ended >= 0;
	p->err = err;
}

static void let_go(struct pager *p)
{
	put(p, p->held, p->len);
	p->len = 0;
}

/* For fopencookie(): 0 is an error. */
static ssize_t take(void *arg, const char *text, size_t len)
{
	struct pager *p = arg;
	bool held = !p->passes && hold(p, text, len);

	if (!p->passes && (!held || is_full(p))) {
		start(p);
		let_go(p);
	}
	if (!held)
		put(p, text, len);
	errno = -p->err;
	return p->err ? 0 : (ssize_t)len;
}

/*
 * Does the command's first word exist?  If the command has special characters, only a shell can
 * tell.
 */
static bool can_run(const char *command)
{
	const char *path = getenv("PATH") ?: "/usr/bin:/bin";
	size_t len = strcspn(command, " \t"), part;
	char file[4096];

	if (memchr(command, '/', len) || memchr(command, '=', len) || memchr(command, '$', len))
		return true;
	for (; *path; path += part + (path[part] == ':')) {
		part = strcspn(path, ":");
		snprintf(file, sizeof(file), "%.*s/%.*s", (int)part, path, (int)len, command);
		if (part && !access(file, X_OK))
			return true;
	}
	return false;
}

/* NULL: none. */
static const char *choose(void)
{
	const char *command = getenv("SPELUNK_PAGER") ?: getenv("PAGER") ?: "less -R";

	command += strspn(command, " \t");
	return *command && strcmp(command, NO_PAGER) && can_run(command) ? command : NULL;
}

/* The helper's side */

static struct {
	pid_t pid;
	int ended;		/* our end of the pipe that tells of the pager's end */
} child;

/* Like git: less keeps colours, does not clear the screen, and exits if the text fits. */
static void set_environment(void)
{
	const char *less = getenv("LESS");
	char both[1024];

	if (!less) {
		setenv("LESS", "FRX", 1);
	} else if (snprintf(both, sizeof(both), "-R %s", less) < (int)sizeof(both)) {
		setenv("LESS", both, 1);
	}
	setenv("LV", "-c", 0);
}

/* 0 or -errno. */
static int spawn(const char *command, int in)
{
	char *const argv[] = { "sh", "-c", (char *)command, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t usual;
	int err;

	set_environment();
	helper_signals(&usual);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attr, &usual);
	err = posix_spawn(&child.pid, "/bin/sh", &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

static void serve(const struct helper_ask *ask, struct helper_answer *answer)
{
	const char *command = choose();
	int ends[2];

	child.pid = 0;
	if (ask->fd < 0 || !command) {
		answer->result = -EINVAL;
		return;
	}
	if (pipe2(ends, O_CLOEXEC)) {
		answer->result = -errno;
		return;
	}
	answer->fd = ends[0];
	child.ended = ends[1];
	answer->result = spawn(command, ask->fd);
	if (answer->result)
		close(child.ended);
}

static void reap(void)
{
	if (!child.pid)
		return;
	while (waitpid(child.pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(child.ended);
}

const struct helper_service pager_service = { .serve = serve, .after = reap };

/* The writer's side */

struct pager *pager_new(FILE **out, unsigned int rows, unsigned int columns)
{
	const cookie_io_functions_t functions = { .write = take };
	const char *command = choose();
	struct pager *p = command ? calloc(1, sizeof(*p)) : NULL;

	if (!p)
		return NULL;
	p->command = command;
	p->rows = rows;
	p->columns = columns;
	p->ended = -1;
	p->out = *out = fopencookie(p, "w", functions);
	if (!p->out) {
		free(p);
		return NULL;
	}
	return p;
}

int pager_end(struct pager *p, bool *left)
{
	int err;

	fclose(p->out);
	if (!p->passes) {
		p->fd = STDOUT_FILENO;
		let_go(p);
	}
	if (p->ended >= 0) {
		close(p->fd);
		wait_for(p->ended);
		close(p->ended);
		give_signals_back(p);
	}
	*left = p->left;
	err = p->left ? 0 : p->err;
	free(p->held);
	free(p);
	return err;
}
