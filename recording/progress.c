// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <unistd.h>

#include "collector/clock.h"
#include "recording/recording_impl.h"

/* Delay before the first line, and minimum time between updates. */
#define FIRST_MS	500
#define EVERY_MS	200

void progress_start(struct progress *p, bool on, const char *what)
{
	*p = (struct progress){ .what = what, .on = on && isatty(STDERR_FILENO) };
	if (p->on)
		p->next = clock_now_ms() + FIRST_MS;
}

bool progress_due(struct progress *p)
{
	return p->on && !(++p->calls & 0xfff) && clock_now_ms() >= p->next;
}

void progress_show(struct progress *p, uint64_t done, uint64_t total)
{
	if (!p->on || clock_now_ms() < p->next)
		return;
	fprintf(stderr, "\r%s: %3.0f %% of %.1f MiB", p->what,
		total ? 100.0 * done / total : 0.0, total / 1048576.0);
	fflush(stderr);
	p->shown = true;
	p->next = clock_now_ms() + EVERY_MS;
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r\033[K");
	p->on = p->shown = false;
}
