// SPDX-License-Identifier: GPL-2.0-only
#include "base/memory_limit.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/sysfiles.h"

/* The limit is the process's. */
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

void memory_limit_begin(struct memory_limit *l, uint64_t more)
{
	struct rlimit limit;
	char text[64];
	uint64_t now;

	pthread_mutex_lock(&one);
	l->set = false;
	/* proc(5), statm: the first number is the address space, in pages */
	if (sysfiles_text("", text, sizeof(text), "/proc/self/statm") <= 0 ||
	    getrlimit(RLIMIT_AS, &l->before))
		return;
	now = strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
	limit = l->before;
	if (limit.rlim_cur > now + more) {
		limit.rlim_cur = now + more;
		l->set = !setrlimit(RLIMIT_AS, &limit);
	}
}

void memory_limit_end(struct memory_limit *l)
{
	if (l->set)
		setrlimit(RLIMIT_AS, &l->before);
	pthread_mutex_unlock(&one);
}
