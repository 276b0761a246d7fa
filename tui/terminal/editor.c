// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/terminal/terminal_impl.h"

extern char **environ;

/* The shell splits $EDITOR into words; the file's name is passed separately. */
static int start(pid_t *pid, const char *path, unsigned int line, const sigset_t *mask)
{
	static const int ours[] = { SIGPIPE, SIGINT, SIGQUIT };
	char place[16];
	char *argv[] = { "sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$@\"", "sh", place,
			 (char *)path, NULL };
	posix_spawnattr_t attr;
	sigset_t usual;
	int err = posix_spawnattr_init(&attr);

	if (err)
		return -err;
	snprintf(place, sizeof(place), "+%u", line);
	sigemptyset(&usual);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		sigaddset(&usual, ours[i]);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, mask);
	posix_spawnattr_setsigdefault(&attr, &usual);
	err = posix_spawn(pid, "/bin/sh", NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return -err;
}

/* If the editor stops, stop, too, so that the shell gets the terminal; continue with it. */
static int wait_for(pid_t pid)
{
	int status;

	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0) {
			if (errno != EINTR)
				return -errno;
		} else if (WIFSTOPPED(status)) {
			kill(getpid(), SIGSTOP);
			kill(pid, SIGCONT);
		} else {
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
	}
}

/*
 * Ctrl-C and Ctrl-\ were meant for the editor.  They are blocked and pending; ignoring them
 * discards them.
 */
static void discard(int sig)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, ours;

	sigaction(sig, &ignore, &ours);
	sigaction(sig, &ours, NULL);
}

int editor_run(const char *path, unsigned int line, const sigset_t *mask)
{
	pid_t pid;
	int ret = start(&pid, path, line, mask);

	if (!ret)
		ret = wait_for(pid);
	discard(SIGINT);
	discard(SIGQUIT);
	return ret;
}
