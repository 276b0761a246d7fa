// SPDX-License-Identifier: GPL-2.0-only
/* Loads of data on another NUMA node than the CPU, and the VM or process that has most of them. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "decoder/names.h"
#include "report/findings/findings_impl.h"

/*
 * Can the node of the data be what it waited for?  Not if a cache on the CPU's own node had it.  Of an
 * unknown source it can.
 */
static bool may_reach_memory(const struct costly_sample *s)
{
	const char *name;

	if (s->kind == KIND_LOAD_FAR)
		return true;
	if (s->kind != KIND_LOAD_MISS)
		return false;
	name = s->has_source ? spe_source_name(s->midr, s->source) : NULL;
	return !name || spe_source_reach(s->midr, s->source) == SPE_REACH_UNKNOWN ||
	       !strcmp(name, "DRAM");
}

static bool knows_nodes(const struct costly_sample *s)
{
	return s->cpu_node >= 0 && s->node >= 0;
}

bool costly_is_far(const struct costly_sample *s)
{
	return knows_nodes(s) && s->cpu_node != s->node && may_reach_memory(s);
}

/* A VM, or a process of the host if .vm is -1; by pair of nodes. */
static int by_owner(const void *x, const void *y)
{
	const struct costly_sample *a = *(const struct costly_sample *const *)x;
	const struct costly_sample *b = *(const struct costly_sample *const *)y;

	return array_order(a->vm, b->vm) ?: (a->vm < 0 ? array_order(a->pid, b->pid) : 0) ?:
	       array_order(a->cpu_node, b->cpu_node) ?: array_order(a->node, b->node);
}

static bool same_owner(const struct costly_sample *a, const struct costly_sample *b)
{
	return a->vm == b->vm && (a->vm >= 0 || a->pid == b->pid);
}

/*
 * The share of operations by samples that represent different numbers of them.  Its interval is that
 * of as many equal samples as have the same variance (Kish's effective sample size).
 */
static struct share weighted(double part, double all, double squares)
{
	double n = squares > 0 ? all * all / squares : 0;

	return n > 0 ? share_of_n(part / all, n) : (struct share){ 0 };
}

/* Samples of one owner, by pair of nodes. */
static struct node_owner sum_owner(const struct costly_sample *const *list, size_t nr)
{
	struct node_owner o = { .vm = list[0]->vm, .pid = list[0]->pid, .comm = "" };
	uint64_t pair = 0;
	double part = 0, all = 0, squares = 0;

	for (size_t i = 0; i < nr; i++) {
		const struct costly_sample *s = list[i];
		double weight = (double)s->stands_for;
		bool far = costly_is_far(s);

		o.comm = *o.comm ? o.comm : s->comm;
		if (!knows_nodes(s)) {
			o.unknown++;
			continue;
		}
		o.known++;
		o.cycles += far ? s->stands_for * s->total : 0;
		all += weight;
		part += far ? weight : 0;
		squares += weight * weight;
		if (i && (list[i - 1]->cpu_node != s->cpu_node || list[i - 1]->node != s->node))
			pair = 0;
		pair += far ? s->stands_for * s->total : 0;
		if (pair > o.pair) {
			o.pair = pair;
			o.cpu_node = s->cpu_node;
			o.node = s->node;
		}
	}
	o.far = weighted(part, all, squares);
	return o;
}

/* The owner with most cycles of far data; one that is known, if there is one. */
static void find_owner(struct node_cause *n, const struct costly_sample **list, size_t nr)
{
	size_t end;

	qsort(list, nr, sizeof(*list), by_owner);
	for (size_t i = 0; i < nr; i = end) {
		struct node_owner o;

		for (end = i + 1; end < nr && same_owner(list[i], list[end]); end++)
			;
		o = sum_owner(&list[i], end - i);
		if ((o.vm >= 0 || o.pid > 0) && o.cycles > n->owner.cycles)
			n->owner = o;
	}
}

static void add_sample(struct causes *c, struct node_sum *sum, const struct costly_sample *s)
{
	uint64_t cycles = s->stands_for * s->total;

	sum->operations += s->stands_for;
	sum->cycles += cycles;
	if (!costly_is_far(s))
		return;
	tally_add(&c->cause[FINDING_NODES].t,
		  &(struct tally){ 1, cycles, (unsigned __int128)cycles * cycles });
}

void causes_nodes(struct causes *c)
{
	const struct report_data *d = c->d;
	const struct costly_sample **list;
	size_t nr = 0;

	c->nodes.several = nodes_are_several(d->info->nodes);
	if (!c->nodes.several)
		return;
	list = calloc(d->nr_costly + 1, sizeof(*list));
	for (size_t i = 0; list && i < d->nr_costly; i++) {
		const struct costly_sample *s = &d->costly[i];

		if (!may_reach_memory(s))
			continue;
		add_sample(c, !knows_nodes(s) ? &c->nodes.unknown : costly_is_far(s) ?
			   &c->nodes.far : &c->nodes.near, s);
		list[nr++] = s;
	}
	if (nr)
		find_owner(&c->nodes, list, nr);
	free(list);
}
