// SPDX-License-Identifier: GPL-2.0-only
#include "report/fleet/fleet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/fleet/fleet_impl.h"
#include "report/json/writer.h"
#include "report/text/text.h"

static int keep(char **out, const char *text)
{
	*out = text ? strdup(text) : NULL;
	return text && !*out ? -ENOMEM : 0;
}

/* ns from the first to the last sample; 0: unknown. */
static uint64_t sampled_ns(const struct report_data *d, const struct report_total *t)
{
	if (!d->clock || t->first >= t->last)
		return 0;
	return input_clock_ns(d->clock, t->last) - input_clock_ns(d->clock, t->first);
}

/* VMs that only samples show have no entries to compare. */
static void count_entries(struct fleet_file *f, const struct report_data *d)
{
	const struct timeline_vm *vms;
	size_t nr = d->timeline ? timeline_vms(d->timeline, &vms) : 0;

	for (size_t i = 0; i < nr; i++) {
		f->nr_vms += !!vms[i].entries;
		f->entries += vms[i].entries;
	}
}

int fleet_file_fill(struct fleet_file *f, const struct report_data *d, const char *host)
{
	const struct input_info *info = d->info;
	struct report_total t = report_total(d->summary);
	size_t nr;

	f->midr = d->input ? input_midr(d->input, -1) : 0;
	f->nr_cpus = info->nr_cpus;
	f->ns = sampled_ns(d, &t);
	f->records = t.records;
	f->filtered = t.filtered;
	f->bytes = t.bytes;
	f->nameless = d->nr_missing;
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		for (unsigned int b = 0; b < NR_BASES; b++)
			f->cycles += d->summary->cycles.samples[w][b];
	free(losses_collect(d, &nr, &f->lost));
	count_entries(f, d);
	return keep(&f->host, host) ?: keep(&f->arch, info->arch) ?: keep(&f->kernel, info->os_release) ?:
	       fleet_findings_fill(f, d);
}

void fleet_file_clear(struct fleet_file *f)
{
	free(f->host);
	free(f->why);
	free(f->arch);
	free(f->kernel);
	fleet_findings_clear(f);
}

int fleet_order(const void *x, const void *y)
{
	const struct fleet_file *a = x, *b = y;

	/* those that could not be read come last */
	if (!a->host != !b->host)
		return a->host ? -1 : 1;
	return (a->host ? strcmp(a->host, b->host) : 0) ?: strcmp(a->path, b->path);
}

int fleet_report_write(FILE *out, const struct fleet_report *r, const struct report_options *opt)
{
	struct report_data d = { .filter = r->filter };

	errno = 0;
	if (opt->format == REPORT_TEXT) {
		struct page p = page_begin(out, &d, opt, "spelunk report");

		fleet_text_files(&p, r);
		fleet_text_findings(&p, r);
		for (size_t i = 0; i < r->nr_tables; i++) {
			d.rows = r->tables[i];
			text_table(&p);
		}
		text_legend(&p);
	} else if (opt->format == REPORT_CSV) {
		d.rows = r->tables[r->nr_tables - 1];
		csv_write(out, &d, opt);
	} else {
		struct json j = { .out = out, .first = true };

		json_open(&j, NULL, '{');
		fleet_json_files(&j, r);
		json_worlds(&j, r->summary, NULL);
		json_rows(&j, "rows", r->tables[r->nr_tables - 1], opt);
		json_close(&j, '}');
		fputc('\n', out);
	}
	return report_end(out);
}
