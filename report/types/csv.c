// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "report/types/types_impl.h"
#include "report/write.h"

/* The columns are a stable interface, and are only ever added to: spelunk-types(1). */

static void put_size(FILE *out, uint64_t size)
{
	if (size)
		fprintf(out, "%" PRIu64, size);
	fputc(',', out);
}

static void put_counts(FILE *out, const struct structs_counts *n)
{
	const struct metrics *m = &n->m;
	char mean[NUMBER_LEN] = "";
	const char *blank = "";

	if (m->total.n)
		number_fixed(mean, (double)m->total.sum / (double)m->total.n, 2);
	fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s,%" PRIu64 ",%" PRIu64
		",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",",
		m->samples, m->loads, m->stores, n->writes, m->total.cycles, mean, m->total.saturated,
		m->events[SPE_EV_L1D_ACCESS], m->events[SPE_EV_L1D_MISS],
		m->events[SPE_EV_LLC_ACCESS], m->events[SPE_EV_LLC_MISS],
		m->events[SPE_EV_REMOTE_ACCESS], n->threads, n->writers);
	for (enum world w = 0; w < NR_WORLDS; w++) {
		if (!(n->worlds >> w & 1))
			continue;
		fprintf(out, "%s%s", blank, world_name(w));
		blank = " ";
	}
	fputc('\n', out);
}

void types_csv(FILE *out, const struct structs *s, const struct types_report *r,
	       const struct report_options *opt)
{
	size_t shown = report_shown(opt, s->nr, 0);

	fputs("type,type_size,field,offset,size,samples,loads,stores,writes,total_cycles,total_mean,"
	      "total_saturated,l1d_accesses,l1d_misses,llc_accesses,llc_misses,remote,threads,writers,"
	      "worlds\n", out);
	for (size_t i = 0; i < shown; i++)
		for (size_t k = 0; k < s->type[i].nr_fields; k++) {
			const struct structs_field *f = &s->type[i].field[k];

			csv_text(out, s->type[i].name);
			fputc(',', out);
			put_size(out, s->type[i].size);
			csv_text(out, f->name);
			fprintf(out, ",%" PRIu64 ",", f->offset);
			put_size(out, f->size);
			put_counts(out, &f->n);
		}
}
