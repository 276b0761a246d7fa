// SPDX-License-Identifier: GPL-2.0-only
#include "report/calls/calls_impl.h"
#include "report/json/writer.h"

/* The keys are a stable interface, and are only ever added to: spelunk-report(1). */

static void put_weight(struct json *j, const char *samples, const char *cycles,
		       struct call_weight w)
{
	json_uint(j, samples, w.samples);
	json_uint(j, cycles, w.cycles);
}

static void put_guests(struct json *j, const struct call_total *t)
{
	const struct call_guests *g = &t->guests;

	json_open(j, "guests", '{');
	json_uint(j, "own_vms", g->own);
	json_uint(j, "own_chains", g->own_chains);
	put_weight(j, "replaced_samples", "replaced_cycles", g->host);
	json_uint(j, "unweighed_vms", g->unweighed);
	json_uint(j, "chainless_vms", g->chainless);
	json_uint(j, "left_out_vms", g->left_out);
	json_uint(j, "host_samples", t->guest_samples);
	json_close(j, '}');
}

static void put_chains(struct json *j, const struct calls_report *r)
{
	json_open(j, "chains", '{');
	json_string(j, "unit", r->total.clock ? "ns" : "cycles");
	put_weight(j, "samples", "cycles", r->total.all);
	put_weight(j, "chainless_samples", "chainless_cycles", r->total.chainless);
	put_weight(j, "stopped_samples", "stopped_cycles", calltree_stopped(r->stacks));
	json_uint(j, "unproven_samples", calltree_unproven(r->stacks));
	put_weight(j, "left_out_samples", "left_out_cycles", calltree_left(r->stacks));
	put_guests(j, &r->total);
	json_close(j, '}');
}

/* Unknown names are null, and "stopped" says why. */
static void put_function(struct json *j, const struct call_node *n)
{
	bool known = n->kind == CALL_FUNCTION;

	json_string(j, "world", known ? world_name(n->world) : NULL);
	json_string(j, "function", known && *n->symbol ? n->symbol : NULL);
	json_string(j, "object", known && *n->object ? n->object : NULL);
}

static void put_estimate(struct json *j, const struct calls_estimate *e)
{
	if (json_known(j, "spe_samples", e->known))
		json_fixed(j, "spe_samples", e->samples, 1);
	if (json_known(j, "spe_latency_cycles", e->known))
		json_fixed(j, "spe_latency_cycles", e->cycles, 0);
	json_bool(j, "spe_estimated", e->known && !e->exact);
}

static void put_callers(struct json *j, const struct calls *c)
{
	const struct calls_lines *l = &c->lines;

	json_string(j, "function", c->r->function);
	json_open(j, "callers", '[');
	for (size_t i = 0; i < l->nr; i++) {
		const struct call_node *n = calltree_node(l->t, l->node[i]);
		struct calls_estimate e = calls_estimate(l->t, l->node[i], c->r->d->rows);

		json_open(j, NULL, '{');
		json_uint(j, "id", l->node[i]);
		json_uint(j, "parent", n->parent);
		json_uint(j, "depth", n->depth);
		json_bool(j, "stopped", n->kind == CALL_STOPPED);
		put_function(j, n);
		put_weight(j, "self_samples", "self_cycles", n->self);
		put_weight(j, "total_samples", "total_cycles", n->total);
		put_estimate(j, &e);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_functions(struct json *j, const struct calls *c, const struct report_options *opt)
{
	json_open(j, "functions", '[');
	for (size_t i = 0; i < report_shown(opt, c->nr_functions, 0); i++) {
		const struct call_function *f = &c->functions[i];
		const struct call_node n = {
			.kind = CALL_FUNCTION, .world = f->world, .symbol = f->symbol,
			.object = f->object,
		};

		json_open(j, NULL, '{');
		put_function(j, &n);
		put_weight(j, "self_samples", "self_cycles", f->self);
		put_weight(j, "total_samples", "total_cycles", f->total);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_stack(struct json *j, const struct calltree *t, uint32_t i)
{
	const struct call_node *task = calls_top(t, i);
	uint32_t frames[CALL_DEPTH];
	size_t nr = calls_frames(t, i, frames);

	json_open(j, NULL, '{');
	json_string(j, "world", world_name(calltree_node(t, i)->world));
	json_id(j, "vm", task->vm);
	json_string(j, "comm", *task->comm ? task->comm : NULL);
	put_weight(j, "samples", "cycles", calltree_node(t, i)->self);
	json_open(j, "frames", '[');
	while (nr) {
		json_open(j, NULL, '{');
		put_function(j, calltree_node(t, frames[--nr]));
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void put_stacks(struct json *j, const struct calltree *t)
{
	json_open(j, "stacks", '[');
	for (uint32_t i = 1; i < calltree_nr(t); i++)
		if (calltree_node(t, i)->self.samples)
			put_stack(j, t, i);
	json_close(j, ']');
}

void calls_json(FILE *out, const struct calls *c, const struct report_options *opt)
{
	struct json j = { .out = out, .first = true };

	json_open(&j, NULL, '{');
	json_recording(&j, c->r->d);
	put_chains(&j, c->r);
	switch (c->r->kind) {
	case CALLS_CALLERS:	put_callers(&j, c); break;
	case CALLS_CHILDREN:	put_functions(&j, c, opt); break;
	case CALLS_STACKS:	put_stacks(&j, c->r->stacks); break;
	}
	json_strings(&j, "missing", c->r->d->missing, c->r->d->nr_missing);
	json_strings(&j, "notes", c->r->d->info->notes, c->r->d->info->nr_notes);
	json_close(&j, '}');
	fputc('\n', out);
}
