// SPDX-License-Identifier: GPL-2.0-only
#include "base/helper.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define HELPERS_MAX	3

/* Before the bytes of a question, and before the text of an answer */
struct head {
	uint32_t service;	/* index in the helper's list; in an answer 0 */
	int32_t number;
};

static struct helper {
	const struct helper_service *const *services;
	size_t nr;
	int socket;
	pid_t pid;
} helpers[HELPERS_MAX];
static size_t nr_helpers;
static pthread_mutex_t turns[HELPERS_MAX] = {
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
};

static sigset_t ignored;	/* in a helper: those that it ignores on its own account */

/* Messages; a descriptor may come with each */

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int))];
};

static int send_message(int socket, const struct head *head, const void *bytes, size_t len, int fd)
{
	struct iovec parts[] = { { (void *)head, sizeof(*head) }, { (void *)bytes, len } };
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };
	union control control = { .room = { 0 } };
	struct cmsghdr *c;
	ssize_t n;

	if (fd >= 0) {
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	do
		n = sendmsg(socket, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* Returns the number of bytes behind the head; -EPIPE: the other side has ended.  *fd: -1: none. */
static long receive_message(int socket, struct head *head, void *bytes, size_t size, int *fd)
{
	struct iovec parts[] = { { head, sizeof(*head) }, { bytes, size } };
	union control control;
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2, .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c;
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	return n < (ssize_t)sizeof(*head) ? -EPIPE : (long)n - (long)sizeof(*head);
}

/* The helper */

static void answer_one(const struct helper *h, const struct head *head, char *bytes, size_t len,
		       int fd)
{
	const struct helper_ask ask = { head->number, fd, bytes, len };
	struct helper_answer answer = { .fd = -1 };
	const struct helper_service *s = NULL;
	struct head back = { 0 };

	bytes[len] = '\0';
	if (head->service < h->nr)
		s = h->services[head->service];
	if (s)
		s->serve(&ask, &answer);
	back.number = s ? answer.result : -ENOSYS;
	send_message(h->socket, &back, answer.text, strnlen(answer.text, sizeof(answer.text) - 1),
		     answer.fd);
	if (answer.fd >= 0)
		close(answer.fd);
	if (fd >= 0)
		close(fd);
	if (s && s->after)
		s->after();
}

/* Keys at the terminal are for the others. */
static void ignore_signals(void)
{
	static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGTSTP };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

	sigemptyset(&ignored);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		sigaction(signals[i], &ignore, &before);
		if (before.sa_handler != SIG_IGN)
			sigaddset(&ignored, signals[i]);
	}
}

static _Noreturn void serve(const struct helper *h, pid_t parent)
{
	char *bytes = malloc(HELPER_BYTES + 1);
	struct head head;
	long len;
	int fd;

	prctl(PR_SET_NAME, "spelunk-helper");
	ignore_signals();
	/* also while it waits for the network */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || !bytes)
		_exit(1);
	while ((len = receive_message(h->socket, &head, bytes, HELPER_BYTES, &fd)) >= 0)
		answer_one(h, &head, bytes, (size_t)len, fd);
	_exit(0);
}

void helper_signals(sigset_t *out)
{
	*out = ignored;
}

/* Who asks */

static struct helper *find(const struct helper_service *s, uint32_t *index)
{
	for (size_t h = 0; h < nr_helpers; h++)
		for (size_t i = 0; i < helpers[h].nr; i++)
			if (helpers[h].services[i] == s) {
				*index = (uint32_t)i;
				return &helpers[h];
			}
	return NULL;
}

bool helper_offers(const struct helper_service *s)
{
	uint32_t index;

	return find(s, &index);
}

/*
 * At the end of the program: in a container process 1 may not reap the orphans of others.  A helper
 * that still waits for the network in another thread's name is killed by the kernel.
 */
static void end_all(void)
{
	for (size_t h = 0; h < nr_helpers; h++) {
		if (pthread_mutex_trylock(&turns[h]))
			continue;
		close(helpers[h].socket);
		while (waitpid(helpers[h].pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

int helper_start(const struct helper_service *const *services, size_t nr)
{
	pid_t parent = getpid();
	struct helper *h;
	int ends[2];

	if (helper_offers(services[0]))
		return 0;
	if (nr_helpers == HELPERS_MAX)
		return -E2BIG;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	h = &helpers[nr_helpers];
	*h = (struct helper){ services, nr, ends[1], 0 };
	h->pid = fork();
	if (!h->pid) {
		close(ends[0]);
		serve(h, parent);
	}
	h->socket = ends[0];
	close(ends[1]);
	if (h->pid < 0) {
		close(ends[0]);
		return -EAGAIN;
	}
	if (!nr_helpers++)
		atexit(end_all);
	return 0;
}

int helper_call(const struct helper_service *s, const struct helper_ask *ask,
		struct helper_answer *answer)
{
	struct head head = { .number = ask->number };
	struct helper *h = find(s, &head.service);
	long len;

	*answer = (struct helper_answer){ .fd = -1 };
	if (!h) {
		s->serve(ask, answer);
		return answer->result;
	}
	pthread_mutex_lock(&turns[h - helpers]);
	len = ask->len > HELPER_BYTES ? -E2BIG :
	      send_message(h->socket, &head, ask->bytes, ask->len, ask->fd);
	if (!len)
		len = receive_message(h->socket, &head, answer->text, sizeof(answer->text) - 1,
				      &answer->fd);
	pthread_mutex_unlock(&turns[h - helpers]);
	answer->result = len < 0 ? (int32_t)len : head.number;
	answer->text[len < 0 ? 0 : len] = '\0';
	return answer->result;
}
