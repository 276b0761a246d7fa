// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/magic.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/terminal/terminal.h"
#include "tui/terminal/terminal_impl.h"

extern char **environ;

/* The helper's side */

#define CONTINUE	-1	/* question: continue the editor; else the line */
#define STOPPED		1000	/* answer: it has stopped; else its exit status */

static pid_t editor;		/* in the helper */

/* The shell splits $EDITOR into words; the file's name is passed separately. */
static int start(const char *path, unsigned int line)
{
	char place[16];
	char *argv[] = { "sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$@\"", "sh", place,
			 (char *)path, NULL };
	posix_spawnattr_t attr;
	sigset_t usual;
	int err = posix_spawnattr_init(&attr);

	if (err)
		return -err;
	snprintf(place, sizeof(place), "+%u", line);
	helper_signals(&usual);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attr, &usual);
	err = posix_spawn(&editor, "/bin/sh", NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return -err;
}

static int wait_for(void)
{
	int status;

	while (waitpid(editor, &status, WUNTRACED) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFSTOPPED(status) ? STOPPED :
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Not an option of the editor, and not a file of a process, which may have any contents. */
static bool is_source(const char *path)
{
	struct statfs fs;
	struct stat st;

	return *path == '/' && !stat(path, &st) && S_ISREG(st.st_mode) && !statfs(path, &fs) &&
	       (unsigned long)fs.f_type != PROC_SUPER_MAGIC;
}

static void serve(const struct helper_ask *ask, struct helper_answer *answer)
{
	if (ask->number == CONTINUE)
		answer->result = editor > 0 && !kill(editor, SIGCONT) ? 0 : -ESRCH;
	else if (ask->number < 0 || !is_source(ask->bytes))
		answer->result = -ENOENT;
	else
		answer->result = start(ask->bytes, (unsigned int)ask->number);
	if (!answer->result)
		answer->result = wait_for();
}

const struct helper_service editor_service = { .serve = serve };

/* The screens' side */

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

int editor_run(const char *path, unsigned int line)
{
	struct helper_ask ask = { .number = (int32_t)line, .fd = -1, .bytes = path,
				  .len = strlen(path) };
	struct helper_answer answer;
	int ret;

	/* If the editor stops, stop, too, so that the shell gets the terminal; continue with it. */
	while ((ret = helper_call(&editor_service, &ask, &answer)) == STOPPED) {
		kill(getpid(), SIGSTOP);
		ask.number = CONTINUE;
	}
	discard(SIGINT);
	discard(SIGQUIT);
	return ret;
}
