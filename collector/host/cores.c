// SPDX-License-Identifier: GPL-2.0-only
/* The PMUs of the cores, and the rows of counters.def that each can count. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/sysfiles.h"
#include "collector/event.h"
#include "collector/host/host_impl.h"

#define DEVICES		"/sys/bus/event_source/devices"
#define EVENTS_MAX	512	/* the architecture defines fewer */

/* The rows with that PMU event, as bits of counters. */
static uint32_t rows_of(unsigned int pmu_event)
{
	static const struct { unsigned int pmu_event; uint32_t bit; } rows[] = {
#define COUNTER(id, number, name, pmu_event, who, what) { pmu_event, 1u << (number) },
#include "collector/counters.def"
#undef COUNTER
	};
	uint32_t bits = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].pmu_event == pmu_event)
			bits |= rows[i].bit;
	return bits;
}

/* events/ has a file "event=0x4000" for each event in PMCEID: armv8pmu_event_attr_is_visible() */
static int read_events(struct host_core *c, const char *root)
{
	struct sysfiles_names names;
	unsigned int number;
	char text[64];
	int ret = sysfiles_names(root, &names, EVENTS_MAX, DEVICES "/%s/events", c->name);

	for (size_t i = 0; i < names.nr; i++) {
		sysfiles_text(root, text, sizeof(text), DEVICES "/%s/events/%s", c->name,
			      names.name[i]);
		if (sscanf(text, "event=%x", &number) == 1)
			c->counters |= rows_of(number);
	}
	sysfiles_names_free(&names);
	return ret == -ENOMEM ? ret : 0;
}

/*
 * Only PMUs of cores have a file cpus (linux drivers/perf/arm_pmu.c); all others have cpumask.  1:
 * it is one, 0: it is not, -ENOMEM.
 */
static int read_core(struct host_core *c, const char *root, const char *name)
{
	char text[4096];
	int64_t type;
	int ret;

	if (strlen(name) >= sizeof(c->name) ||
	    sysfiles_text(root, text, sizeof(text), DEVICES "/%s/cpus", name) <= 0 ||
	    sysfiles_number(root, &type, SYSFILES_NUMBER_DECIMAL, DEVICES "/%s/type", name) ||
	    type < 0 || type > UINT32_MAX)
		return 0;
	strcpy(c->name, name);
	c->type = (uint32_t)type;
	ret = cpu_list_parse(&c->cpus, text);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	return read_events(c, root) ?: 1;
}

int host_read_cores(struct host *h, const char *root)
{
	struct sysfiles_names names;
	int ret;

	if (!host_is_arm(h))
		return 0;
	ret = sysfiles_names(root, &names, 65536, DEVICES);
	for (size_t i = 0; ret != -ENOMEM && i < names.nr && h->nr_cores < HOST_CORES_MAX; i++) {
		/* count it even after an error, so that host_free() frees it */
		struct host_core *new = array_add(h->cores, h->nr_cores);

		ret = new ? read_core(new, root, names.name[i]) : -ENOMEM;
		if (!ret)
			h->nr_cores--;
	}
	sysfiles_names_free(&names);
	return ret == -ENOMEM ? ret : 0;
}
