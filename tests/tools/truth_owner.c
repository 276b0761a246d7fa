/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/truth_owner.h"

#include <stdlib.h>

#include "kvm/timeline.h"

#define MAX_CPUS 512
#define OBSERVED 16384 /* bytes at the start of a region */

struct truth_owner {
	struct timeline *timeline;
	struct timeline_cursor cursors[MAX_CPUS];
	uint8_t ready[MAX_CPUS];
};

struct truth_owner *truth_owner_new(void)
{
	struct truth_owner *o = calloc(1, sizeof(*o));

	if (o && !(o->timeline = timeline_new())) {
		free(o);
		return NULL;
	}
	return o;
}

void truth_owner_free(struct truth_owner *o)
{
	if (!o)
		return;
	timeline_free(o->timeline);
	free(o);
}

int truth_owner_learn(struct truth_owner *o, const struct event *ev)
{
	return timeline_apply(o->timeline, ev);
}

/* Some records of a region tell the host's mode. */
static void observe(struct truth_owner *o, const struct source *s,
		    const struct event *region)
{
	static uint8_t buf[OBSERVED];
	static struct spe_record recs[64];
	struct spe_decoder d;
	long len = region->aux.len < sizeof(buf) ? region->aux.len : sizeof(buf);
	size_t n;

	len = source_read(s, region->aux.file_offset, buf, len);
	if (len <= 0)
		return;
	spe_decoder_init(&d);
	spe_decoder_feed(&d, buf, len, region->aux.offset);
	while ((n = spe_decoder_next(&d, recs, 64)))
		for (size_t i = 0; i < n; i++)
			timeline_observe(o->timeline, &recs[i]);
}

int truth_owner_seal(struct truth_owner *o, const struct source *s,
		     const struct event *regions, size_t nr)
{
	for (size_t i = 0; i < nr && i < 4096; i++)
		observe(o, s, &regions[i]);
	return timeline_seal(o->timeline, source_get_clock(s), true);
}

static uint8_t world_of(const struct truth_record *t)
{
	switch ((enum truth_world)t->world) {
	case TRUTH_HOST_USER: return WORLD_HOST_USER;
	case TRUTH_HOST_KERNEL: return WORLD_HOST_KERNEL;
	case TRUTH_SWITCH: return WORLD_SWITCH;
	case TRUTH_GUEST_USER: return WORLD_GUEST_USER;
	case TRUTH_GUEST_KERNEL: return WORLD_GUEST_KERNEL;
	}
	return WORLD_UNKNOWN;
}

/* The VM by its process, the vCPU by its number there. */
static int same_guest(struct truth_owner *o, const struct owner *own,
		      const struct truth_record *t)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(o->timeline, &vms);

	if (t->vm < 0)
		return 1;
	return own->vm >= 0 && (size_t)own->vm < nr && vms[own->vm].pid == t->vm &&
	       own->vcpu == t->vcpu;
}

enum truth_owner_verdict truth_owner_compare(struct truth_owner *o, int32_t cpu,
					     const struct spe_record *rec,
					     const struct truth_record *t)
{
	const struct owner *own;

	if (!o->ready[cpu]) {
		timeline_cursor_init(&o->cursors[cpu], o->timeline, cpu, -1);
		o->ready[cpu] = 1;
	}
	own = timeline_attribute(o->timeline, &o->cursors[cpu], rec);
	if (own->world == WORLD_UNKNOWN)
		return TRUTH_OWNER_UNKNOWN;
	if (own->world != world_of(t) || own->pid != t->pid || own->tid != t->tid ||
	    !same_guest(o, own, t))
		return TRUTH_OWNER_WRONG;
	return TRUTH_OWNER_RIGHT;
}
