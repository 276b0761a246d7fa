// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/record/remote/remote_impl.h"
#include "collector/clock.h"

#define NOISE_MAX	(64u << 10)	/* bytes that a login shell may print */
#define READS_MAX	16		/* reads of one host before the next one's turn */
#define READ_SIZE	(64u << 10)

extern char **environ;

static void set_state(struct remote_host *h, enum remote_state state)
{
	h->state = state;
	h->since = clock_now_ms();
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void remote_host_fail(struct remote_host *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(h->why, sizeof(h->why), fmt, ap);
	va_end(ap);
	remote_file_abandon(h);
	remote_host_finish(h, REMOTE_FAILED);
}

void remote_host_finish(struct remote_host *h, enum remote_state state)
{
	set_state(h, state);
	shut(&h->in);
	shut(&h->out);
}

void remote_host_kill(struct remote_host *h)
{
	/* the leader of a session: its group has the programs that it started */
	if (h->pid)
		kill(-h->pid, SIGTERM);
}

/*
 * Starting
 */

/* A session of its own, so that Ctrl-C at the terminal reaches us alone, and no signal is blocked. */
static int set_attributes(posix_spawnattr_t *a)
{
	sigset_t none, pipe;

	sigemptyset(&none);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	return -(posix_spawnattr_setflags(a, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
					  POSIX_SPAWN_SETSIGDEF) ?:
		 posix_spawnattr_setsigmask(a, &none) ?: posix_spawnattr_setsigdefault(a, &pipe));
}

/* pipes: ends of standard input, output and error; [0] is read. */
static int spawn(struct remote *r, struct remote_host *h, int pipes[3][2])
{
	const char *ssh = r->args->ssh;
	char *const argv[] = {
		(char *)ssh, "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=30",
		"-o", "ServerAliveInterval=15", "-o", "ClearAllForwardings=yes",
		"--", (char *)h->where, r->script, NULL,
	};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int ret;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	ret = set_attributes(&attributes);
	for (int i = 0; !ret && i < 3; i++)
		ret = -posix_spawn_file_actions_adddup2(&actions, pipes[i][i > 0], i);
	ret = ret ?: -posix_spawnp(&h->pid, ssh, &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (ret)
		h->pid = 0;
	return ret;
}

static int start(struct remote *r, struct remote_host *h)
{
	int pipes[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	int *const ours[] = { &h->in, &h->out, &h->err };
	int ret = 0;

	for (int i = 0; !ret && i < 3; i++)
		ret = pipe2(pipes[i], O_CLOEXEC) ? -errno : 0;
	ret = ret ?: spawn(r, h, pipes);
	for (int i = 0; i < 3; i++) {
		shut(&pipes[i][i > 0]);
		*ours[i] = pipes[i][i == 0];
		if (*ours[i] >= 0)
			fcntl(*ours[i], F_SETFL, O_NONBLOCK);
	}
	return ret;
}

void remote_host_start(struct remote *r, struct remote_host *h)
{
	int ret;

	set_state(h, REMOTE_CONNECTING);
	ret = start(r, h);
	if (ret) {
		remote_host_fail(h, "cannot run %s: %s", r->args->ssh, strerror(-ret));
		remote_show_end(r, h);
	}
}

/*
 * What it sends
 */

/* The host is there: send the arguments and the program. */
static void take_machine(struct remote *r, struct remote_host *h, const char *machine)
{
	char err[sizeof(h->why)];

	h->program = remote_programs_find(&r->programs, machine, err, sizeof(err));
	if (!h->program) {
		remote_host_fail(h, "%s", err);
		return;
	}
	snprintf(h->header, sizeof(h->header), "%zu %zu %u\n", r->arguments_len, h->program->size,
		 h->nr_files - 1);
	set_state(h, REMOTE_SENDING);
}

/* "STATUS SIZE" */
static void take_end(struct remote_host *h, const char *text)
{
	struct remote_file *f = &h->files[h->at];
	char *rest;

	errno = 0;
	f->status = (int)strtoul(text, &rest, 10) & 0xff;
	f->size = *rest == ' ' && rest[1] >= '0' && rest[1] <= '9' ? strtoull(rest + 1, &rest, 10) :
		  UINT64_MAX;
	if (errno || *rest || f->size > INT64_MAX)
		remote_host_fail(h, "the host answered something else than the size of a file");
	else if (!f->size)
		remote_host_fail(h, h->at == REMOTE_FILE_RECORDING ? "nothing was recorded, exit status %d" :
				 "no archive, exit status %d", f->status);
	else
		remote_file_open(h);
	if (h->state != REMOTE_FAILED)
		set_state(h, REMOTE_RECEIVING);
}

void remote_host_next(struct remote_host *h)
{
	h->at++;
	if (h->at < h->nr_files)
		set_state(h, REMOTE_PACKING);
	else
		remote_host_finish(h, REMOTE_DONE);
}

static void take_answer(struct remote *r, struct remote_host *h, const char *line)
{
	static const char host[] = "spelunk host ", recording[] = "spelunk recording ",
			  archive[] = "spelunk archive ";

	if (h->state == REMOTE_CONNECTING && !strncmp(line, host, strlen(host)))
		take_machine(r, h, line + strlen(host));
	else if (h->state == REMOTE_RECORDING && !strncmp(line, recording, strlen(recording)))
		take_end(h, line + strlen(recording));
	else if (h->state == REMOTE_PACKING && !strncmp(line, archive, strlen(archive)))
		take_end(h, line + strlen(archive));
	else if (h->state != REMOTE_CONNECTING)
		remote_host_fail(h, "the host sent something else than its recording");
}

/* Add to a line.  Returns the bytes used; *full: the line is complete, without its end. */
static size_t line_add(struct remote_line *l, const char *data, size_t len, bool *full)
{
	const char *end = memchr(data, '\n', len);
	size_t part = end ? (size_t)(end - data) : len, room = sizeof(l->text) - 1 - l->len;

	*full = end || part >= room;
	if (part > room) {
		part = room;
		end = NULL;
	}
	memcpy(l->text + l->len, data, part);
	l->len += part;
	if (*full) {
		while (l->len && l->text[l->len - 1] == '\r')
			l->len--;
		l->text[l->len] = '\0';
		l->len = 0;
	}
	return part + (end != NULL);
}

/* A part of the file that comes.  Returns the bytes used. */
static size_t take_file(struct remote_host *h, const char *data, size_t len)
{
	uint64_t rest = h->files[h->at].size - h->files[h->at].got;

	if (len > rest)
		len = (size_t)rest;
	remote_file_write(h, data, len);
	return len;
}

static void take_output(struct remote *r, struct remote_host *h, const char *data, size_t len)
{
	bool full = false;

	while (len && h->state < REMOTE_DONE) {
		bool lines = h->state < REMOTE_RECEIVING;
		size_t used = lines ? line_add(&h->answer, data, len, &full) : take_file(h, data, len);

		data += used;
		len -= used;
		if (!lines)
			continue;
		if (h->state == REMOTE_CONNECTING && (h->noise += used) > NOISE_MAX)
			remote_host_fail(h, "the host sends something else than expected: its shell must "
					 "not print when it starts without a terminal");
		else if (full)
			take_answer(r, h, h->answer.text);
	}
}

static void take_words(struct remote *r, struct remote_host *h, const char *data, size_t len)
{
	bool full;

	while (len) {
		size_t used = line_add(&h->words, data, len, &full);

		data += used;
		len -= used;
		if (full)
			remote_show_words(r, h, h->words.text);
	}
}

/* Read what is there, as much as is fair.  Closes *fd at its end. */
static void receive(struct remote *r, struct remote_host *h, int *fd,
		    void (*take)(struct remote *r, struct remote_host *h, const char *data, size_t len))
{
	char data[READ_SIZE];

	for (int i = 0; i < READS_MAX && *fd >= 0; i++) {
		ssize_t n = read(*fd, data, sizeof(data));

		if (n > 0)
			take(r, h, data, (size_t)n);
		else if (!n || (errno != EAGAIN && errno != EINTR))
			shut(fd);
		else if (errno == EAGAIN)
			return;
	}
}

/*
 * What it gets
 */

/* The next bytes to send.  Returns how many. */
static size_t next_part(const struct remote *r, const struct remote_host *h, const void **part)
{
	size_t header = strlen(h->header), at = h->sent;

	*part = h->header + at;
	if (at < header)
		return header - at;
	at -= header;
	*part = r->arguments + at;
	if (at < r->arguments_len)
		return r->arguments_len - at;
	at -= r->arguments_len;
	*part = (const char *)h->program->bytes + at;
	return h->program->size - at;
}

static void send_more(struct remote *r, struct remote_host *h)
{
	const void *part;
	size_t len;

	while ((len = next_part(r, h, &part))) {
		ssize_t n = write(h->in, part, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			/* the end of its output, or of ssh, will say why */
			if (errno != EAGAIN)
				shut(&h->in);
			return;
		}
		h->sent += (size_t)n;
	}
	set_state(h, REMOTE_RECORDING);
}

/*
 * Events
 */

bool remote_host_ended(const struct remote_host *h)
{
	return h->state >= REMOTE_DONE && !h->pid;
}

void remote_host_fds(const struct remote_host *h, struct pollfd fds[REMOTE_FDS])
{
	fds[0] = (struct pollfd){ .fd = h->state == REMOTE_SENDING ? h->in : -1, .events = POLLOUT };
	fds[1] = (struct pollfd){ .fd = h->out, .events = POLLIN };
	fds[2] = (struct pollfd){ .fd = h->err, .events = POLLIN };
}

void remote_host_step(struct remote *r, struct remote_host *h, const struct pollfd fds[REMOTE_FDS])
{
	if (fds[2].revents)
		receive(r, h, &h->err, take_words);
	if (fds[0].revents && h->state == REMOTE_SENDING)
		send_more(r, h);
	if (fds[1].revents)
		receive(r, h, &h->out, take_output);
}

/* ssh ended before the recording was here: say how far it came. */
static void say_why(struct remote_host *h, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);

	/* ssh's own exit status [ssh(1)] */
	if (h->state == REMOTE_CONNECTING && code == 255)
		remote_host_fail(h, "cannot connect");
	else if (h->state == REMOTE_CONNECTING)
		remote_host_fail(h, "the host cannot record: exit status %d", code);
	else if (h->state == REMOTE_SENDING)
		remote_host_fail(h, "the connection ended while the program was sent, exit status %d",
				 code);
	else if (h->state == REMOTE_RECORDING)
		remote_host_fail(h, "the connection ended while it was recording, exit status %d", code);
	else if (h->at == REMOTE_FILE_ARCHIVE)
		remote_host_fail(h, "the connection ended before the archive, exit status %d", code);
	else
		remote_host_fail(h, "the connection ended, exit status %d", code);
}

void remote_host_reap(struct remote *r, struct remote_host *h)
{
	int status;

	if (!h->pid || waitpid(h->pid, &status, WNOHANG) != h->pid)
		return;
	h->pid = 0;
	/*
	 * What is in the pipes, which is less than receive() takes at once.  Their end may not come: a
	 * connection that ssh shares (ControlPersist) keeps them open.
	 */
	receive(r, h, &h->err, take_words);
	receive(r, h, &h->out, take_output);
	if (h->words.len)
		take_words(r, h, "\n", 1);
	shut(&h->err);
	if (h->state < REMOTE_DONE)
		say_why(h, status);
	remote_show_end(r, h);
}

void remote_host_stop(struct remote_host *h)
{
	h->stopped = true;
	if (h->state == REMOTE_RECORDING) {
		shut(&h->in);
	} else if (h->state < REMOTE_RECORDING) {
		remote_host_fail(h, "interrupted before it was recording");
		remote_host_kill(h);
	}
}
