// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>

#include "report/calls/calls_impl.h"

/* The columns are a stable interface, and are only ever added to: spelunk-report(1). */

static void put_weight(FILE *out, struct call_weight w)
{
	fprintf(out, ",%" PRIu64 ",%" PRIu64, w.samples, w.cycles);
}

static void put_estimate(FILE *out, const struct calls_estimate *e)
{
	char number[NUMBER_LEN];

	if (!e->known) {
		fputs(",,,", out);
		return;
	}
	fprintf(out, ",%s", number_fixed(number, e->samples, 1));
	fprintf(out, ",%s,%s", number_fixed(number, e->cycles, 0), e->exact ? "no" : "yes");
}

static void put_callers(FILE *out, const struct calls *c)
{
	const struct calls_lines *l = &c->lines;

	fputs("id,parent,depth,world,function,object,self_samples,self_cycles,total_samples,"
	      "total_cycles,spe_samples,spe_latency_cycles,spe_estimated\n", out);
	for (size_t i = 0; i < l->nr; i++) {
		const struct call_node *n = calltree_node(l->t, l->node[i]);
		struct calls_estimate e = calls_estimate(l->t, l->node[i], c->r->d->rows);

		fprintf(out, "%" PRIu32 ",%" PRIu32 ",%u,%s,", l->node[i], n->parent, n->depth,
			n->kind == CALL_FUNCTION ? world_name(n->world) : "");
		if (n->kind == CALL_FUNCTION)
			csv_text(out, n->symbol);
		fputc(',', out);
		if (n->kind == CALL_FUNCTION)
			csv_text(out, n->object);
		put_weight(out, n->self);
		put_weight(out, n->total);
		put_estimate(out, &e);
		fputc('\n', out);
	}
}

static void put_functions(FILE *out, const struct calls *c, const struct report_options *opt)
{
	fputs("world,function,object,self_samples,self_cycles,total_samples,total_cycles\n", out);
	for (size_t i = 0; i < report_shown(opt, c->nr_functions, 0); i++) {
		const struct call_function *f = &c->functions[i];

		fprintf(out, "%s,", world_name(f->world));
		csv_text(out, f->symbol);
		fputc(',', out);
		csv_text(out, f->object);
		put_weight(out, f->self);
		put_weight(out, f->total);
		fputc('\n', out);
	}
}

/* A folded stack is one field. */
static void put_stacks(FILE *out, const struct calltree *t)
{
	fputs("stack,samples,cycles\n", out);
	for (uint32_t i = 1; i < calltree_nr(t); i++) {
		char *text;
		size_t len;
		FILE *folded = calltree_node(t, i)->self.samples ? open_memstream(&text, &len) : NULL;

		if (!folded)
			continue;
		calls_put_folded(folded, t, i);
		if (fclose(folded))
			return;
		csv_text(out, text);
		free(text);
		put_weight(out, calltree_node(t, i)->self);
		fputc('\n', out);
	}
}

void calls_csv(FILE *out, const struct calls *c, const struct report_options *opt)
{
	switch (c->r->kind) {
	case CALLS_CALLERS:	put_callers(out, c); break;
	case CALLS_CHILDREN:	put_functions(out, c, opt); break;
	case CALLS_STACKS:	put_stacks(out, c->r->stacks); break;
	}
}
