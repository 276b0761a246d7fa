// SPDX-License-Identifier: GPL-2.0-only
/* Loads and stores by the NUMA nodes of the CPU and of the data: a line per pair. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/array.h"
#include "tui/app_impl.h"
#include "tui/views/text.h"

#define UNKNOWN	UINT64_MAX

struct pair {
	uint64_t cpu, data;		/* nodes; UNKNOWN */
	uint64_t samples;
	uint64_t sum, n;		/* total latency in core cycles, and samples that have it */
	uint64_t cycles;		/* total latency x sampling period */
};

struct pairs {
	struct pair *list;
	size_t nr;
	struct pair all;
};

static void count(struct pair *p, const struct metrics *m)
{
	p->samples += m->loads + m->stores;
	p->sum += m->total.sum;
	p->n += m->total.n;
	p->cycles += m->total.cycles;
}

static int by_nodes(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return array_order(x->cpu, y->cpu) ?: array_order(x->data, y->data);
}

static int by_cost(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return array_order(y->cycles, x->cycles) ?: by_nodes(a, b);
}

static uint64_t node_of(const struct row *r, int key)
{
	return r->keys[key].known ? r->keys[key].num : UNKNOWN;
}

/* Rows of the same two nodes become one pair.  NULL: no memory, or no load or store. */
static struct pair *make_pairs(struct pairs *out, const struct rows *rows)
{
	int cpu = rows_key(rows, FIELD_CPU_NODE), data = rows_key(rows, FIELD_NODE);
	size_t n = 0;

	*out = (struct pairs){ .list = calloc(rows->nr + 1, sizeof(*out->list)) };
	for (size_t i = 0; out->list && i < rows->nr; i++) {
		const struct row *r = &rows->row[i];

		if (!r->m.loads && !r->m.stores)
			continue;
		out->list[n] = (struct pair){ .cpu = node_of(r, cpu), .data = node_of(r, data) };
		count(&out->list[n++], &r->m);
		count(&out->all, &r->m);
	}
	if (out->list)
		qsort(out->list, n, sizeof(*out->list), by_nodes);
	for (size_t i = 0; i < n; i++) {
		struct pair *p = &out->list[i], *last = &out->list[out->nr ? out->nr - 1 : 0];

		if (out->nr && !by_nodes(p, last)) {
			last->samples += p->samples;
			last->sum += p->sum;
			last->n += p->n;
			last->cycles += p->cycles;
		} else {
			out->list[out->nr++] = *p;
		}
	}
	if (out->list)
		qsort(out->list, out->nr, sizeof(*out->list), by_cost);
	return out->nr ? out->list : NULL;
}

static void node_text(char out[NUMBER_LEN], uint64_t node)
{
	snprintf(out, NUMBER_LEN, node == UNKNOWN ? "unknown" : "%" PRIu64, node);
}

static void add_pair(struct text *t, const struct pair *p, const struct pair *all)
{
	char cpu[NUMBER_LEN], data[NUMBER_LEN], cost[NUMBER_LEN], share[NUMBER_LEN];
	char samples[NUMBER_LEN], mean[NUMBER_LEN + 1], filter[128], crumb[96];
	bool known = p->cpu != UNKNOWN && p->data != UNKNOWN, far = known && p->cpu != p->data;
	struct text_line *line;

	node_text(cpu, p->cpu);
	node_text(data, p->data);
	fprintf(t->page.out, " %10s %12s %-4s %7s %7s %12s %7s", cpu, data, far ? "far" : "",
		page_share(&t->page, cost, p->cycles, all->cycles),
		page_share(&t->page, share, p->samples, all->samples),
		number_grouped(samples, p->samples), text_source_mean(mean, p->sum, p->n));
	line = text_line(t, far ? ROLE_WARM : ROLE_TEXT);
	if (!known)
		return;
	snprintf(filter, sizeof(filter), "cpu_node=%s && node=%s", cpu, data);
	snprintf(crumb, sizeof(crumb), "node %s to %s", cpu, data);
	lines_zoom(t->lines, line, filter, crumb);
}

void nodes_lines(struct app *a, struct text *t)
{
	const struct rows *rows = a->result->rows;
	struct pairs pairs = { 0 };

	if (rows_key(rows, FIELD_NODE) >= 0 && make_pairs(&pairs, rows)) {
		lines_title(t->lines, "Loads and stores by NUMA node");
		fprintf(t->page.out, " %10s %12s %-4s %7s %7s %12s %7s", "CPU's node", "data's node",
			"", "cost", "share", "samples", "mean");
		text_line(t, ROLE_HEADER);
		for (size_t i = 0; i < pairs.nr; i++)
			add_pair(t, &pairs.list[i], &pairs.all);
	}
	free(pairs.list);
}
