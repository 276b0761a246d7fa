/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_ATTR_H
#define COLLECTOR_PERFDATA_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/perfdata/format.h"
#include "collector/tracepoint.h"

/* The recording's events (perf_event_attr), and the event of each sample id. */

struct perf_attr {
	uint32_t type;
	uint64_t config, config1, config2, config3;
	uint64_t period;	/* or frequency, with PERF_ATTR_FREQ */
	uint64_t sample_type, read_format, flags;
	const char *name;	/* NULL: not recorded */
	enum kvm_event kvm;
};

/* What a sample id belongs to. */
struct perf_id {
	uint64_t id;		/* 0: empty slot */
	uint32_t attr;
	int32_t idx, cpu, tid;	/* of its ring buffer, from ID_INDEX; -1 unknown */
	bool has_index;
	bool guest;		/* of an event that perf inject took from a guest */
};

struct perf_attrs {
	struct perf_attr *list;
	size_t nr;
	struct perf_id *ids;	/* hash table with open addressing */
	size_t nr_ids, slots;	/* slots is a power of two, or 0 */
};

#define PERF_ATTRS_MAX	65536
#define PERF_IDS_MAX	(1U << 20)

/*
 * Append the attr at buf: len bytes of a perf_event_attr of any version.
 * Returns its index, or -EBADMSG, -ENOSPC, -ENOMEM.
 */
long attrs_add(struct perf_attrs *a, const uint8_t *buf, size_t len);

/* Bind id to an attr; 0, -ENOSPC or -ENOMEM.  id 0 means none and is ignored. */
int attrs_bind(struct perf_attrs *a, uint64_t id, uint32_t attr);

/* The entry of id, or NULL. */
struct perf_id *attrs_id(const struct perf_attrs *a, uint64_t id);

/* Set the name of an attr, and the fields that follow from it. */
void attrs_name(struct perf_attrs *a, size_t attr, const char *name);

void attrs_free(struct perf_attrs *a);

#endif
