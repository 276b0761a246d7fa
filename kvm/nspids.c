// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/nspids.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"

struct fact {
	uint64_t time;		/* ns */
	int32_t pid;
	int32_t nspid;		/* 0: a fork */
};

struct nspids {
	struct fact *list;	/* sorted by (pid, time) after the seal */
	size_t nr;
};

struct nspids *nspids_new(void)
{
	return calloc(1, sizeof(struct nspids));
}

void nspids_free(struct nspids *n)
{
	if (n)
		free(n->list);
	free(n);
}

static int add(struct nspids *n, int32_t pid, uint64_t time, int32_t nspid)
{
	struct fact *new = array_add(n->list, n->nr);

	if (!new)
		return -ENOMEM;
	*new = (struct fact){ time, pid, nspid };
	return 0;
}

int nspids_add(struct nspids *n, int32_t pid, uint64_t time, int32_t nspid)
{
	return pid < 0 || nspid <= 0 ? 0 : add(n, pid, time, nspid);
}

int nspids_fork(struct nspids *n, int32_t pid, uint64_t time)
{
	return pid < 0 || !time ? 0 : add(n, pid, time, 0);
}

static int by_pid(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	return array_order(x->pid, y->pid) ?: array_order(x->time, y->time) ?:
	       array_order(x->nspid, y->nspid);
}

void nspids_seal(struct nspids *n)
{
	if (n->nr)
		qsort(n->list, n->nr, sizeof(*n->list), by_pid);
}

int32_t nspids_find(const struct nspids *n, int32_t pid)
{
	const struct fact *f = n->list;
	int32_t found = 0;

	for (size_t i = array_first(n->nr, k, f[k].pid >= pid); i < n->nr && f[i].pid == pid; i++) {
		/* a fork must be the first fact of a process, else another one had the id */
		if (f[i].nspid ? found && f[i].nspid != found : i && f[i - 1].pid == pid)
			return 0;
		found = f[i].nspid ?: found;
	}
	return found;
}
