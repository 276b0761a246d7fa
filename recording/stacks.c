// SPDX-License-Identifier: GPL-2.0-only
#include "recording/stacks.h"

#include <errno.h>
#include <stdlib.h>

#include "profile/cycles.h"

/* PERF_MAX_STACK_DEPTH: linux include/uapi/linux/perf_event.h. */
#define STACK_MAX	127

struct stacks {
	const struct recording *r;
	struct profile *filter;		/* it counts nothing */
	struct calltree *t;
	struct call_total *total;
	const atomic_bool *cancel;
	struct call_frame frame[CALL_DEPTH + 1];
	size_t nr;
};

static void put(struct stacks *s, enum call_kind kind, enum world world, uint32_t name)
{
	s->frame[s->nr++] = (struct call_frame){
		.kind = (uint8_t)kind, .world = (uint8_t)world, .name = name,
	};
}

/* 0; -ENOENT: no code is known to lie there; -ENOMEM. */
static int put_address(struct stacks *s, uint32_t space, uint64_t address, enum world world)
{
	struct place place;
	uint32_t name;
	int err;

	spaces_locate(s->r->p.spaces, space, address, &place);
	if (place.object->kind == OBJECT_UNKNOWN)
		return -ENOENT;
	err = naming_number(s->r->naming, &place, 0, &name);
	if (!err)
		put(s, CALL_FUNCTION, world, name);
	return err;
}

static enum world world_of(enum chain_context context)
{
	switch (context) {
	case CHAIN_KERNEL:		return WORLD_HOST_KERNEL;
	case CHAIN_USER:		return WORLD_HOST_USER;
	case CHAIN_GUEST_KERNEL:	return WORLD_GUEST_KERNEL;
	case CHAIN_GUEST_USER:		return WORLD_GUEST_USER;
	case CHAIN_UNKNOWN:		break;
	}
	return WORLD_UNKNOWN;
}

/* The callers of the sample's PC, which is in the frames.  1: all of them; 0, -ENOMEM. */
static int put_callers(struct stacks *s, const struct cycles_sample *c)
{
	struct chain_walk w;
	uint64_t address;
	uint32_t space = 0;
	size_t nr, of_context = 0;	/* addresses: of all, of the last context */
	int context = -1, err = 0;

	chain_walk(&w, &s->r->p.cycles.chains, c->chain);
	for (nr = 0; !err && nr < CALL_DEPTH - 1 && chain_next(&w, &address); nr++) {
		bool first = context != (int)w.context;

		if (first)
			space = cycles_frame_space(&s->r->p, c, w.context);
		of_context = first ? 1 : of_context + 1;
		context = (int)w.context;
		/* the first is the PC itself */
		if (nr)
			err = put_address(s, space, address - !first, world_of(w.context));
	}
	if (err == -ENOENT)
		return 0;
	return err ?: nr < STACK_MAX && of_context > 1;
}

static int put_frames(struct stacks *s, const struct cycles_sample *c)
{
	int ret = -ENOENT;

	s->nr = 0;
	if (c->ip)
		ret = put_address(s, c->space, c->ip, c->owner.world);
	if (!ret)
		ret = put_callers(s, c);
	if (ret > 0 || (ret < 0 && ret != -ENOENT))
		return ret < 0 ? ret : 0;
	put(s, CALL_STOPPED, s->nr ? WORLD_UNKNOWN : c->owner.world, 0);
	return 0;
}

static bool in_guest(const struct owner *o)
{
	return o->world == WORLD_GUEST_USER || o->world == WORLD_GUEST_KERNEL;
}

/* Whose stack it is: in a guest its own task, where that is known, else the vCPU's thread. */
static const char *comm_of(const struct stacks *s, const struct owner *o)
{
	const char *comm = in_guest(o) ? timeline_guest_comm(s->r->p.timeline, o) : "";

	return naming_intern(s->r->naming, *comm ? comm : timeline_comm(s->r->p.timeline, o->task));
}

static bool passes(const struct stacks *s, const struct cycles_sample *c)
{
	const struct profile_cycles sample = {
		.owner = &c->owner, .ip = c->ip, .time = c->time, .period = c->period,
		.cpu = c->cpu, .el = c->el,
	};

	return c->clock == s->total->clock && profile_passes_cycles(s->filter, &sample);
}

static int take(void *arg, const struct cycles_sample *c)
{
	struct stacks *s = arg;
	struct call_weight w = { 1, c->period };
	struct call_stack stack = { .frame = s->frame };
	int err;

	if (s->cancel && atomic_load_explicit(s->cancel, memory_order_relaxed))
		return -ECANCELED;
	if (!passes(s, c))
		return 0;
	s->total->all.samples++;
	s->total->all.cycles += w.cycles;
	if (c->chain == CHAIN_NONE) {
		s->total->chainless.samples++;
		s->total->chainless.cycles += w.cycles;
		return 0;
	}
	stack.vm = in_guest(&c->owner) ? c->owner.vm : -1;
	stack.comm = comm_of(s, &c->owner);
	err = stack.comm ? put_frames(s, c) : -ENOMEM;
	stack.nr = s->nr;
	return err ?: calltree_add(s->t, &stack, w);
}

static int count(struct stacks *s)
{
	int err;

	if (!profile_begin_cycles(s->filter, s->total->clock))
		return -EOPNOTSUPP;
	err = recording_cycles(s->r, take, s);
	if (!err && s->total->all.samples == s->total->chainless.samples)
		return -ENODATA;
	return err ?: calltree_end(s->t, s->r->naming);
}

int recording_stacks(const struct recording *r, const struct filter *filter, size_t max_nodes,
		     const atomic_bool *cancel, struct calltree **out, struct call_total *total)
{
	static const enum field keys[] = { FIELD_WORLD };
	const struct profile_query query = { .keys = keys, .nr_keys = 1, .filter = filter };
	const struct profile_context ctx = recording_context(r);
	struct stacks *s = calloc(1, sizeof(*s));
	int err = -ENOMEM;

	*out = NULL;
	*total = (struct call_total){ .clock = !r->p.cycles.nr_cycles };
	if (!s)
		return err;
	s->r = r;
	s->total = total;
	s->cancel = cancel;
	s->t = calltree_new(max_nodes);
	s->filter = profile_new(&query, &ctx);
	if (s->t && s->filter)
		err = count(s);
	if (!err)
		*out = s->t;
	else
		calltree_free(s->t);
	profile_free(s->filter);
	free(s);
	return err;
}
