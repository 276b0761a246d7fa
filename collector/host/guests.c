// SPDX-License-Identifier: GPL-2.0-only
#include "collector/host/guests.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/sysfiles.h"
#include "base/vcpu_name.h"
#include "collector/host/vm_name.h"

#define PROCESSES_MAX		(4u << 20)	/* PID_MAX_LIMIT (linux include/linux/threads.h) */
#define FDS_MAX			65536	/* per process */
#define VCPUS_MAX		4096	/* per process: KVM_MAX_VCPUS is 512 on arm64, 4096 on
					 * x86 */
#define CMDLINE_MAX_BYTES	(256u << 10)

struct search {
	const char *root;
	struct guests *g;
	size_t threads;		/* examined so far */
};

static bool parse_pid(const char *name, int32_t *pid)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(name, &end, 10);
	*pid = (int32_t)n;
	return isdigit((unsigned char)*name) && !*end && !errno && n > 0 && n <= INT32_MAX;
}

static int by_vcpu(const void *a, const void *b)
{
	const struct guest_vcpu *x = a, *y = b;

	/* -1 last */
	return array_order((uint32_t)x->vcpu, (uint32_t)y->vcpu) ?: array_order(x->tid, y->tid);
}

static int add_vcpu(struct guest *t, int32_t vcpu, int32_t tid)
{
	struct guest_vcpu *new;

	if (t->nr_vcpus == VCPUS_MAX)
		return 0;
	new = array_add(t->vcpus, t->nr_vcpus);
	if (!new)
		return -ENOMEM;
	*new = (struct guest_vcpu){ vcpu, tid };
	return 0;
}

static struct guest_vcpu *find_vcpu(struct guest *t, int32_t vcpu)
{
	for (size_t i = 0; i < t->nr_vcpus; i++)
		if (t->vcpus[i].vcpu == vcpu)
			return &t->vcpus[i];
	return NULL;
}

/* 1 if a descriptor is a VM's or a vCPU's; duplicates count once.  -ENOMEM. */
static int take_fd(struct guest *t, const char *link)
{
	int32_t n;
	int used = 0;

	if (!strcmp(link, "anon_inode:kvm-vm")) {
		t->nr_vms++;
		return 1;
	}
	if (sscanf(link, "anon_inode:kvm-vcpu:%9d%n", &n, &used) != 1 || link[used] || n < 0)
		return 0;
	return find_vcpu(t, n) ? 1 : add_vcpu(t, n, 0) ?: 1;
}

/* 0, -EACCES: no permission, -ENOMEM. */
static int read_fds(struct search *s, struct guest *t)
{
	struct sysfiles_names names;
	char link[64];
	int err = sysfiles_names(s->root, &names, FDS_MAX, "/proc/%d/fd", t->pid);

	s->g->cut |= names.nr == FDS_MAX;
	for (size_t i = 0; !err && i < names.nr; i++)
		if (sysfiles_link(s->root, link, sizeof(link), "/proc/%d/fd/%s", t->pid,
			      names.name[i]) > 0 && take_fd(t, link) < 0)
			err = -ENOMEM;
	sysfiles_names_free(&names);
	return err;
}

static int read_threads(struct search *s, struct guest *t)
{
	struct sysfiles_names names;
	char comm[64];
	int32_t tid, n;
	int err = sysfiles_names(s->root, &names, GUESTS_THREADS_MAX - s->threads, "/proc/%d/task",
			     t->pid);

	s->threads += names.nr;
	s->g->cut |= s->threads == GUESTS_THREADS_MAX;
	t->threads = calloc(names.nr + 1, sizeof(*t->threads));
	if (!t->threads)
		err = -ENOMEM;
	for (size_t i = 0; err != -ENOMEM && i < names.nr; i++) {
		struct guest_vcpu *v;

		if (!parse_pid(names.name[i], &tid))
			continue;
		t->threads[t->nr_threads++] = tid;
		if (sysfiles_text(s->root, comm, sizeof(comm), "/proc/%d/task/%d/comm", t->pid,
			      tid) <= 0)
			continue;
		n = vcpu_name(comm, NULL);
		if (n < 0)
			continue;
		v = find_vcpu(t, n);
		if (v)
			v->tid = tid;
		else
			err = add_vcpu(t, n, tid);
	}
	sysfiles_names_free(&names);
	if (t->nr_vcpus)
		qsort(t->vcpus, t->nr_vcpus, sizeof(*t->vcpus), by_vcpu);
	return err == -ENOMEM ? err : 0;
}

static int read_name(struct search *s, struct guest *t)
{
	char comm[64], *text;
	ssize_t len = sysfiles_whole(s->root, &text, CMDLINE_MAX_BYTES, "/proc/%d/cmdline", t->pid);

	if (len > 0)
		t->name = vm_name(text, (size_t)len);
	free(text);
	t->named = t->name && *t->name;
	if (t->named)
		return 0;
	free(t->name);
	sysfiles_text(s->root, comm, sizeof(comm), "/proc/%d/comm", t->pid);
	t->name = strdup(comm);
	return t->name ? 0 : -ENOMEM;
}

/* "Uid:	1000	1000	1000	1000": real, effective... */
static void read_uid(struct search *s, struct guest *t)
{
	char text[4096], *at;

	sysfiles_text(s->root, text, sizeof(text), "/proc/%d/status", t->pid);
	at = strstr(text, "\nUid:");
	if (at)
		sscanf(at, "\nUid: %*u %10u", &t->uid);
}

static void clear(struct guest *t)
{
	free(t->name);
	free(t->vcpus);
	free(t->threads);
}

/* Kernel threads have no command line, nor have processes that exited meanwhile. */
static bool is_program(struct search *s, int32_t pid)
{
	char byte[2];

	return sysfiles_text(s->root, byte, sizeof(byte), "/proc/%d/cmdline", pid) > 0;
}

static int add_guest(struct guests *g, const struct guest *t)
{
	struct guest *new = array_add(g->guest, g->nr);

	if (!new)
		return -ENOMEM;
	*new = *t;
	return 0;
}

static int look_at(struct search *s, int32_t pid)
{
	struct guest t = { .pid = pid };
	int err = read_fds(s, &t);

	if (err == -EACCES || err == -EPERM)
		s->g->unread += is_program(s, pid);
	if (!err && t.nr_vms) {
		read_uid(s, &t);
		err = read_threads(s, &t) ?: read_name(s, &t) ?: add_guest(s->g, &t);
		if (!err)
			return 0;
	}
	clear(&t);
	return err == -ENOMEM ? err : 0;
}

int guests_read(struct guests *g, const char *root)
{
	struct search s = { .root = root, .g = g };
	struct sysfiles_names names;
	int32_t pid;
	int err;

	*g = (struct guests){ 0 };
	err = sysfiles_names(root, &names, PROCESSES_MAX, "/proc");
	for (size_t i = 0; !err && i < names.nr && s.threads < GUESTS_THREADS_MAX; i++)
		if (parse_pid(names.name[i], &pid))
			err = look_at(&s, pid);
	sysfiles_names_free(&names);
	return err;
}

void guests_free(struct guests *g)
{
	for (size_t i = 0; i < g->nr; i++)
		clear(&g->guest[i]);
	free(g->guest);
	*g = (struct guests){ 0 };
}

const struct guest *guests_find(const struct guests *g, const char *name, bool *several)
{
	const struct guest *found = NULL;
	int32_t pid;
	bool is_pid = parse_pid(name, &pid);

	*several = false;
	for (size_t i = 0; i < g->nr; i++) {
		const struct guest *t = &g->guest[i];

		if (is_pid && t->pid == pid)
			return t;
		if (strcmp(t->name, name))
			continue;
		*several = found;
		found = t;
	}
	return *several ? NULL : found;
}
