// SPDX-License-Identifier: GPL-2.0-only
#include "collector/perfdata/attr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/bytes.h"

/* Fields beyond the end of an older attr read as zero, as in the kernel. */
static void decode(struct perf_attr *attr, const uint8_t *buf, size_t len)
{
	uint8_t whole[136] = { 0 };

	memcpy(whole, buf, len < sizeof(whole) ? len : sizeof(whole));
	memset(attr, 0, sizeof(*attr));
	attr->type = le32(whole);
	attr->config = le64(whole + 8);
	attr->period = le64(whole + 16);
	attr->sample_type = le64(whole + 24);
	attr->read_format = le64(whole + 32);
	attr->flags = le64(whole + 40);
	attr->config1 = le64(whole + 56);
	attr->config2 = le64(whole + 64);
	attr->config3 = le64(whole + 128);
}

long attrs_add(struct perf_attrs *a, const uint8_t *buf, size_t len)
{
	struct perf_attr *new;

	if (len < PERF_ATTR_SIZE_VER0)
		return -EBADMSG;
	if (a->nr == PERF_ATTRS_MAX)
		return -ENOSPC;
	new = array_add(a->list, a->nr);
	if (!new)
		return -ENOMEM;
	decode(new, buf, len);
	return (long)a->nr - 1;
}

/* Limits the search if ids were chosen to collide; further ones are dropped. */
#define PROBES_MAX 256

/* The slot of id, or a free one for it; NULL: not within PROBES_MAX. */
static struct perf_id *slot_of(const struct perf_attrs *a, uint64_t id)
{
	size_t i = (size_t)((id * 0x9e3779b97f4a7c15ULL) >> 20) & (a->slots - 1);

	for (int probes = 0; probes < PROBES_MAX; probes++) {
		if (!a->ids[i].id || a->ids[i].id == id)
			return &a->ids[i];
		i = (i + 1) & (a->slots - 1);
	}
	return NULL;
}

static int grow(struct perf_attrs *a)
{
	struct perf_attrs wide = *a;

	wide.slots = a->slots ? 2 * a->slots : 64;
	wide.ids = calloc(wide.slots, sizeof(*wide.ids));
	if (!wide.ids)
		return -ENOMEM;
	for (size_t i = 0; i < a->slots; i++) {
		struct perf_id *slot = a->ids[i].id ? slot_of(&wide, a->ids[i].id) : NULL;

		if (slot)
			*slot = a->ids[i];
	}
	free(a->ids);
	*a = wide;
	return 0;
}

int attrs_bind(struct perf_attrs *a, uint64_t id, uint32_t attr)
{
	struct perf_id *slot;

	if (!id)
		return 0;
	if (2 * a->nr_ids >= a->slots) {
		int err = a->nr_ids == PERF_IDS_MAX ? -ENOSPC : grow(a);

		if (err)
			return err;
	}
	slot = slot_of(a, id);
	if (!slot)
		return -ENOSPC;
	if (!slot->id) {
		slot->id = id;
		slot->idx = slot->cpu = slot->tid = -1;
		a->nr_ids++;
	}
	slot->attr = attr;
	return 0;
}

struct perf_id *attrs_id(const struct perf_attrs *a, uint64_t id)
{
	struct perf_id *slot;

	if (!id || !a->slots)
		return NULL;
	slot = slot_of(a, id);
	return slot && slot->id ? slot : NULL;
}

/* Does name match "kvm:kvm_entry", possibly with perf's modifiers: "kvm:kvm_entry:H"? */
static bool is_event(const char *name, enum kvm_event event)
{
	const char *want = tracepoint_name(event);
	size_t len = strlen(want);

	return !strncmp(name, "kvm:", 4) && !strncmp(name + 4, want, len) &&
	       (!name[4 + len] || name[4 + len] == ':');
}

void attrs_name(struct perf_attrs *a, size_t attr, const char *name)
{
	struct perf_attr *p = &a->list[attr];
	enum kvm_event k;

	if (!name)
		return;
	p->name = name;
	if (p->type != PERF_TYPE_TRACEPOINT_NR)
		return;
	for (k = KVM_NONE + 1; k < NR_KVM_EVENTS; k++) {
		if (is_event(name, k))
			p->kvm = k;
	}
}

void attrs_free(struct perf_attrs *a)
{
	free(a->list);
	free(a->ids);
	memset(a, 0, sizeof(*a));
}
