// SPDX-License-Identifier: GPL-2.0-only
#include "profile/costly.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "profile/places.h"

int profile_add_costly(struct profile *p, const struct spe_record *rec, const struct owner *o,
		       enum sample_kind kind, uint64_t stands_for)
{
	struct costly_sample *s = array_add(p->costly.list, p->costly.nr);

	if (!s)
		return -ENOMEM;
	*s = (struct costly_sample){
		.midr = p->midr, .stands_for = stands_for,
		.vm = o->vm, .pid = o->pid, .comm = timeline_comm(p->ctx.timeline, o->task),
		.cpu_node = -1, .node = -1,
		.total = rec->total, .xlat = rec->xlat, .source = rec->source,
		.world = (uint8_t)o->world, .kind = (uint8_t)kind,
		.has_source = rec->has & SPE_HAS_SOURCE,
		.walk = rec->events >> SPE_EV_TLB_WALK & 1,
	};
	if (p->costly_nodes) {
		s->cpu_node = (int16_t)nodes_of_cpu(p->ctx.nodes, p->cpu);
		s->node = (int16_t)((int32_t)profile_node(p, rec) - 1);
	}
	if (rec->has & SPE_HAS_PC)
		profile_locate(p, rec, o, &s->offset);
	return profile_name(p, rec, o, &s->name);
}

static int by_function(const void *x, const void *y)
{
	const struct costly_sample *a = x, *b = y;

	return array_order(a->name, b->name) ?: array_order(a->vm, b->vm) ?:
	       array_order(a->world, b->world);
}

size_t profile_take_costly(struct profile *p, struct costly_sample **out)
{
	struct costly *c = &p->costly;

	for (size_t i = 0; i < c->nr; i++) {
		struct costly_sample *s = &c->list[i];
		const struct place_names *n = s->name == NO_NAME ? NULL :
					      naming_of(p->ctx.naming, s->name);

		s->symbol = n ? n->symbol : "";
		s->object = n ? n->object : "";
		if (s->has_source)
			s->kind = kind_with_source(s->kind, spe_source_reach(s->midr, s->source));
	}
	if (c->nr)
		qsort(c->list, c->nr, sizeof(*c->list), by_function);
	*out = c->list;
	c->list = NULL;
	return c->nr;
}

int costly_merge(struct costly *to, const struct costly *from)
{
	for (size_t i = 0; i < from->nr; i++) {
		struct costly_sample *s = array_add(to->list, to->nr);

		if (!s)
			return -ENOMEM;
		*s = from->list[i];
	}
	return 0;
}
