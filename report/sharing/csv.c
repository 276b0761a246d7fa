// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "report/sharing/sharing_impl.h"

/* The columns are a stable interface, and are only ever added to: spelunk-sharing(1). */

#define COUNTS "samples,loads,stores,atomics,timed_reads,read_cycles,read_mean,read_saturated," \
	"l1d_accesses,l1d_misses,remote,modified,snooped,words"

static void put_id(FILE *out, int32_t id)
{
	fputc(',', out);
	csv_id(out, id);
}

static void put_counts(FILE *out, const struct sharing_counts *n)
{
	char number[NUMBER_LEN] = "", words[SHARING_WORDS + 1];

	if (n->reads.n)
		number_fixed(number, (double)n->reads.sum / (double)n->reads.n, 2);
	fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s,%"
		PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s",
		n->samples, n->loads, n->stores, n->updates, n->reads.n, n->reads.sum, number,
		n->reads.saturated, n->l1d_accesses, n->l1d_misses, n->remote, n->modified,
		n->snooped, sharing_words(words, n));
}

static void put_place(FILE *out, const struct sharing_line *l)
{
	char address[SHARING_ADDRESS_LEN];

	fprintf(out, "%s,%s", sharing_address(address, l), sharing_memory_name(l->memory));
	put_id(out, l->memory == SHARING_PROCESS ? l->owner : -1);
	put_id(out, l->memory == SHARING_GUEST ? l->owner : -1);
}

/* "0:queue.head 8:queue.tail" */
static void put_fields(FILE *out, const struct sharing_line *l)
{
	char text[4096] = "";
	size_t len = 0;

	for (unsigned int i = 0; i < SHARING_WORDS && len < sizeof(text); i++)
		if (l->field[i])
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u:%s",
						len ? " " : "", 8 * i, l->field[i]);
	csv_text(out, text);
}

static void put_line(FILE *out, const struct sharing_line *l)
{
	char worlds[SHARING_WORLDS_LEN];

	put_place(out, l);
	fprintf(out, ",%s,%u,%u,%u,%u,%u,%s", sharing_verdict_name(l->verdict), l->threads, l->readers,
		l->writers, l->vms, l->cpus, sharing_worlds(worlds, l->n.worlds));
	put_counts(out, &l->n);
	fputc(',', out);
	put_fields(out, l);
	fputc('\n', out);
}

static void put_accessor(FILE *out, const struct sharing_line *l, const struct sharing_accessor *a)
{
	char worlds[SHARING_WORLDS_LEN];

	put_place(out, l);
	fprintf(out, ",%s,%s", sharing_verdict_name(l->verdict), sharing_worlds(worlds, a->n.worlds));
	put_id(out, a->vm);
	put_id(out, a->vcpu);
	put_id(out, a->pid);
	put_id(out, a->tid);
	put_id(out, a->cpu);
	fputc(',', out);
	csv_text(out, a->comm);
	put_counts(out, &a->n);
	fputc('\n', out);
}

void sharing_csv(FILE *out, const struct sharing *s, const struct sharing_report *r,
		 const struct report_options *opt)
{
	size_t shown = report_shown(opt, s->nr, 0);

	fputs("line,memory,memory_pid,memory_vm,verdict,", out);
	fputs(r->table == SHARING_LINES ? "threads,readers,writers,vms,cpus,worlds," COUNTS ",fields\n" :
	      "worlds,vm,vcpu,pid,tid,cpu,comm," COUNTS "\n", out);
	for (size_t i = 0; i < shown; i++) {
		const struct sharing_line *l = &s->lines[i];

		if (r->table == SHARING_LINES)
			put_line(out, l);
		for (size_t k = 0; r->table == SHARING_ACCESSORS && k < l->nr_accessors; k++)
			put_accessor(out, l, &l->accessors[k]);
	}
}
