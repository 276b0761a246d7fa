// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/record/record_impl.h"

/* Runs in the child and does not return. */
static void run(char **argv, int go, int said, bool stdout_taken)
{
	sigset_t none;
	char byte;
	int err;

	if (read(go, &byte, 1) != 1)
		_exit(0);	/* the recorder gave up */
	if (stdout_taken)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	execvp(argv[0], argv);
	err = errno;
	if (write(said, &err, sizeof(err)) != sizeof(err))
		_exit(126);
	_exit(127);
}

int child_start(struct child *c, char **argv, bool stdout_taken)
{
	int go[2], said[2], ret;

	*c = (struct child){ .go = -1, .said = -1 };
	if (pipe2(go, O_CLOEXEC))
		return -errno;
	if (pipe2(said, O_CLOEXEC)) {
		ret = -errno;
		close(go[0]);
		close(go[1]);
		return ret;
	}
	c->pid = fork();
	ret = c->pid < 0 ? -errno : 0;
	if (!c->pid) {
		close(go[1]);
		close(said[0]);
		run(argv, go[0], said[1], stdout_taken);
	}
	close(go[0]);
	close(said[1]);
	c->go = go[1];
	c->said = said[0];
	if (ret)
		c->pid = 0;
	return ret;
}

int child_go(struct child *c)
{
	int err = 0;

	if (write(c->go, "", 1) != 1)
		return -errno;
	/* At a successful exec() the pipe is closed without any data. */
	if (read(c->said, &err, sizeof(err)) != sizeof(err))
		err = 0;
	return -err;
}

bool child_ended(struct child *c)
{
	if (c->pid && waitpid(c->pid, &c->status, WNOHANG) == c->pid)
		c->pid = 0;
	return !c->pid;
}

void child_end(struct child *c)
{
	if (c->go > 0)
		close(c->go);
	if (c->said > 0)
		close(c->said);
	if (c->pid > 0) {
		c->ended = true;
		kill(c->pid, SIGTERM);
		while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
			;
		c->pid = 0;
	}
}
