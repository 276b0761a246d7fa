// SPDX-License-Identifier: GPL-2.0-only
#include "recording/stacks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/cycles.h"

/* PERF_MAX_STACK_DEPTH: linux include/uapi/linux/perf_event.h. */
#define STACK_MAX	127

/* Caches a call and its callee. */
struct call {
	const struct object *object;	/* of the call; NULL: free */
	uint64_t offset;
	bool known;
	uint32_t name;			/* of the callee */
	uint64_t start, size;		/* of the callee, in the object; size 0: unknown */
};
#define CALLS	4096			/* a power of two */

/* A guest's own recording, as far as it matches the filter. */
struct guest_source {
	int32_t vm;
	bool clock;			/* its periods are ns */
	bool used;
	uint64_t from, until;		/* ns: its first and last sample; 0: unknown */
	struct call_weight own, host;	/* its samples, and the host's samples of its VM in that
					 * time */
	uint64_t chains;		/* of .own */
	uint64_t taken, given;		/* cycles of .own and of .host that are in the tree */
};

struct stacks {
	const struct recording *r;
	struct profile *filter;		/* only filters, counts nothing */
	struct calltree *t;
	struct call_total *total;
	bool chainless;			/* these three as of the query */
	stacks_fn *fn;
	void *arg;
	const atomic_bool *cancel;
	struct guest_source *guest;	/* by index of the recording */
	size_t nr_guests;
	struct place place;		/* place of the last added frame */
	bool unproven;			/* for the stack in .frame */
	struct call_frame frame[CALL_DEPTH + 1];
	size_t nr;
	struct call call[CALLS];
};

static void put(struct stacks *s, enum call_kind kind, enum world world, uint32_t name)
{
	s->frame[s->nr++] = (struct call_frame){
		.kind = (uint8_t)kind, .world = (uint8_t)world, .name = name,
	};
}

/* Add the frame of an address.  0; -ENOENT: no known code there; -ENOMEM. */
static int put_address(struct stacks *s, uint32_t space, uint64_t address, enum world world)
{
	uint32_t name;
	int err;

	spaces_locate(s->r->p.spaces, space, address, &s->place);
	if (s->place.object->kind == OBJECT_UNKNOWN)
		return -ENOENT;
	err = naming_number(s->r->naming, &s->place, 0, &name);
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

static bool is_plt(const char *symbol)
{
	size_t len = strlen(symbol);

	return len > 4 && !strcmp(symbol + len - 4, "@plt");
}

/* Find the callee of the call at that place.  0 or -ENOMEM. */
static int callee_of(struct stacks *s, const struct place *at, const struct call **out)
{
	uint64_t h = (at->offset ^ (uint64_t)at->object->id << 40) * 0x9fb21c651e98df25ull;
	struct call *c = &s->call[h >> 52 & (CALLS - 1)];
	struct place callee;
	struct symbol sym;
	int err = 0;

	*out = c;
	if (c->object == at->object && c->offset == at->offset)
		return 0;
	*c = (struct call){ .object = at->object, .offset = at->offset };
	c->known = symbolizer_callee(s->r->symbolizer, at, &callee, &sym);
	/* a call through a PLT calls a function in another object */
	c->known = c->known && !is_plt(sym.name);
	if (c->known) {
		c->start = sym.start;
		c->size = sym.size;
		err = naming_number(s->r->naming, &callee, 0, &c->name);
	}
	return err;
}

/*
 * Add the first caller in a context.  If its call does not lead to the function below it (the
 * leaf), insert the callee between the two.
 */
static int put_first_caller(struct stacks *s, uint32_t space, uint64_t address, enum world world)
{
	const struct call_frame leaf = s->frame[s->nr - 1];
	const struct place place = s->place;
	int err = put_address(s, space, address - 1, world);
	/* the call has four bytes; place is its last one */
	const struct place call = { s->place.object, s->place.offset - 3 };
	struct call_frame caller;
	const struct call *c;

	if (err)
		return err;
	err = callee_of(s, &call, &c);
	if (err)
		return err;
	/* the leaf is the sampled function */
	if (!c->known && s->nr == 2)
		s->unproven = true;
	if (!c->known || c->name == leaf.name ||
	    (place.object == c->object && place.offset - c->start < c->size))
		return 0;
	caller = s->frame[--s->nr];
	put(s, CALL_FUNCTION, world, c->name);
	s->frame[s->nr++] = caller;
	return 0;
}

/* Add the callers of the sample's PC, which is already a frame.  1: all of them; 0, -ENOMEM. */
static int put_callers(struct stacks *s, const struct cycles_sample *c)
{
	struct chain_walk w;
	uint64_t address;
	uint32_t space = 0;
	size_t nr, of_context = 0;	/* numbers of addresses: in total, in the last context */
	int context = -1, err = 0;

	chain_walk(&w, &s->r->p.cycles.chains, c->chain);
	/* each adds at most two frames, and one more fits after all */
	for (nr = 0; !err && s->nr < CALL_DEPTH - 1 && chain_next(&w, &address); nr++) {
		bool first = context != (int)w.context;

		if (first)
			space = cycles_frame_space(&s->r->p, c, w.context);
		of_context = first ? 1 : of_context + 1;
		context = (int)w.context;
		/* the first is the PC itself */
		if (of_context == 2)
			err = put_first_caller(s, space, address, world_of(w.context));
		else if (nr)
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
	s->unproven = false;
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

/* The task of a stack: in a guest its own task, if known, else the vCPU's thread. */
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

	return profile_passes_cycles(s->filter, &sample);
}

static bool is_cancelled(const struct stacks *s)
{
	return s->cancel && atomic_load_explicit(s->cancel, memory_order_relaxed);
}

/* Add a sample with weight w.  0, -ENOMEM. */
static int add(struct stacks *s, const struct cycles_sample *c, struct call_weight w)
{
	struct call_stack stack = { .frame = s->frame };
	int err;

	s->total->all.samples += w.samples;
	s->total->all.cycles += w.cycles;
	if (c->chain == CHAIN_NONE) {
		s->total->chainless.samples += w.samples;
		s->total->chainless.cycles += w.cycles;
		if (!s->chainless)
			return 0;
	}
	stack.vm = in_guest(&c->owner) ? c->owner.vm : -1;
	stack.comm = comm_of(s, &c->owner);
	err = stack.comm ? put_frames(s, c) : -ENOMEM;
	stack.nr = s->nr;
	stack.unproven = s->unproven;
	err = err ?: calltree_add(s->t, &stack, w);
	return err ?: s->fn ? s->fn(s->arg, c, &stack, w) : 0;
}

/* Guests' own samples */

/* Sum up the samples of guests' own recordings. */
static int weigh_guest(void *arg, const struct cycles_sample *c)
{
	struct stacks *s = arg;
	struct guest_source *g = &s->guest[c->guest];

	if (is_cancelled(s))
		return -ECANCELED;
	if (!in_guest(&c->owner) || !passes(s, c))
		return 0;
	g->vm = c->owner.vm;
	g->clock = c->clock;
	g->own.samples++;
	g->own.cycles += c->period;
	g->chains += c->chain != CHAIN_NONE;
	if (c->time && (!g->from || c->time < g->from))
		g->from = c->time;
	if (c->time > g->until)
		g->until = c->time;
	return 0;
}

/* NULL: the VM has no chains of its own.  The last one of several recordings is used. */
static struct guest_source *source_of(struct stacks *s, int32_t vm)
{
	for (size_t i = s->nr_guests; i--;)
		if (s->guest[i].chains && s->guest[i].vm == vm)
			return &s->guest[i];
	return NULL;
}

static int take_host(void *arg, const struct cycles_sample *c)
{
	struct stacks *s = arg;
	struct guest_source *g;

	if (is_cancelled(s))
		return -ECANCELED;
	if (c->clock != s->total->clock || !passes(s, c))
		return 0;
	g = in_guest(&c->owner) ? source_of(s, c->owner.vm) : NULL;
	if (g && (!g->until || (c->time >= g->from && c->time <= g->until))) {
		g->host.samples++;
		g->host.cycles += c->period;
		return 0;
	}
	s->total->guest_samples += in_guest(&c->owner) && c->chain != CHAIN_NONE;
	return add(s, c, (struct call_weight){ 1, c->period });
}

/* A sample's share of the host's cycles; the shares of all samples add up exactly. */
static uint64_t part_of_host(struct guest_source *g, uint64_t period)
{
	uint64_t before = g->given;

	g->taken += period;
	g->given = (uint64_t)((unsigned __int128)g->taken * g->host.cycles / g->own.cycles);
	return g->given - before;
}

static int take_guest(void *arg, const struct cycles_sample *c)
{
	struct stacks *s = arg;
	struct guest_source *g = &s->guest[c->guest];
	uint64_t cycles = c->period;

	if (is_cancelled(s))
		return -ECANCELED;
	if (!g->used || !in_guest(&c->owner) || !passes(s, c))
		return 0;
	if (g->host.samples)
		cycles = part_of_host(g, c->period);
	return add(s, c, (struct call_weight){ 1, cycles });
}

/* Once the host's samples are known, choose the recordings to use. */
static void choose_guests(struct stacks *s)
{
	struct call_guests *total = &s->total->guests;

	for (size_t i = 0; i < s->nr_guests; i++) {
		struct guest_source *g = &s->guest[i];

		total->chainless += g->own.samples && !g->chains;
		if (!g->chains || source_of(s, g->vm) != g)
			continue;
		g->used = g->host.samples || g->clock == s->total->clock;
		total->left_out += !g->used;
		total->own += g->used;
		total->unweighed += g->used && !g->host.samples;
		total->own_chains += g->used ? g->chains : 0;
		total->host.samples += g->host.samples;
		total->host.cycles += g->host.cycles;
	}
}

/* If the host has no samples, guests' own decide what is sampled. */
static int weigh_guests(struct stacks *s)
{
	const struct cycles *c = &s->r->p.cycles;
	int err;

	s->nr_guests = c->nr_guests ? s->r->guests.nr : 0;
	s->guest = calloc(s->nr_guests + 1, sizeof(*s->guest));
	if (!s->guest)
		return -ENOMEM;
	err = cycles_each_guest(&s->r->p, weigh_guest, s);
	if (err || c->nr_cycles || c->nr_clock)
		return err;
	for (size_t i = 0; i < s->nr_guests; i++)
		if (s->guest[i].chains && !s->guest[i].clock)
			s->total->clock = false;
	return 0;
}

static int count(struct stacks *s)
{
	int err;

	if (!profile_begin_cycles(s->filter, s->total->clock))
		return -EOPNOTSUPP;
	err = weigh_guests(s) ?: cycles_each(&s->r->p, take_host, s);
	if (err)
		return err;
	choose_guests(s);
	err = cycles_each_guest(&s->r->p, take_guest, s);
	if (!err && s->total->all.samples == s->total->chainless.samples)
		return -ENODATA;
	return err ?: calltree_end(s->t, s->r->naming);
}

int recording_stacks(const struct recording *r, const struct stacks_query *q,
		     struct calltree **out, struct call_total *total)
{
	static const enum field keys[] = { FIELD_WORLD };
	const struct profile_query query = { .keys = keys, .nr_keys = 1, .filter = q->filter };
	const struct profile_context ctx = recording_context(r);
	struct stacks *s = calloc(1, sizeof(*s));
	int err = -ENOMEM;

	*out = NULL;
	*total = (struct call_total){ .clock = !r->p.cycles.nr_cycles };
	if (!s)
		return err;
	s->r = r;
	s->total = total;
	s->chainless = q->chainless;
	s->fn = q->fn;
	s->arg = q->arg;
	s->cancel = q->cancel;
	s->t = calltree_new(q->max_nodes);
	s->filter = profile_new(&query, &ctx);
	if (s->t && s->filter)
		err = count(s);
	if (!err)
		*out = s->t;
	else
		calltree_free(s->t);
	profile_free(s->filter);
	free(s->guest);
	free(s);
	return err;
}
