// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "report/findings/findings.h"

size_t report_shown(const struct report_options *opt, size_t nr, size_t usual)
{
	size_t most = opt->limit ? opt->limit : usual;

	return most && most < nr ? most : nr;
}

int report_end(FILE *out)
{
	if (!fflush(out) && !ferror(out))
		return 0;
	return errno ? -errno : -EIO;
}

int rows_key(const struct rows *r, enum field key)
{
	for (size_t k = 0; k < r->nr_keys; k++)
		if (r->keys[k] == key)
			return (int)k;
	return -1;
}

/* The largest value; rows are sorted. */
static double largest(const struct rows *r)
{
	double first = 0, last = 0;
	size_t i = r->nr;

	if (r->nr && r->row[0].place == ROW_PROVEN)
		first = r->row[0].value;
	while (i && r->row[i - 1].place != ROW_PROVEN)
		i--;
	if (i)
		last = r->row[i - 1].value;
	return first > last ? first : last;
}

double row_part(const struct rows *r, const struct row *row)
{
	double most = largest(r);

	return most > 0 && row->place == ROW_PROVEN && row->value > 0 ? row->value / most : 0;
}

const struct metrics *rows_of_world(const struct rows *r, enum world w)
{
	int key = r ? rows_key(r, FIELD_WORLD) : -1;

	for (size_t i = 0; key >= 0 && i < r->nr; i++)
		if (!strcmp(r->row[i].keys[key].text, world_name(w)))
			return &r->row[i].m;
	return NULL;
}

uint64_t world_samples(const struct summary *s, enum world w)
{
	uint64_t sum = 0;

	for (unsigned int b = 0; b < NR_BASES; b++)
		sum += s->samples[w][b];
	return sum;
}

struct report_total report_total(const struct summary *s)
{
	struct report_total t = { .first = UINT64_MAX };

	for (size_t i = 0; s && i < s->nr_cpus; i++) {
		const struct summary_cpu *c = &s->cpus[i];

		t.records += c->stats.records;
		t.filtered += c->filtered;
		t.bytes += c->stats.fed;
		if (c->last_ticks && c->first_ticks < t.first)
			t.first = c->first_ticks;
		if (c->last_ticks > t.last)
			t.last = c->last_ticks;
	}
	return t;
}

const struct input_pmu *report_pmu(const struct input_info *info, const struct input_attr *a)
{
	for (size_t i = 0; i < info->nr_pmus; i++)
		if (info->pmus[i].type == a->type)
			return &info->pmus[i];
	return NULL;
}

size_t columns_nr(const struct report_options *opt)
{
	return opt->columns ? opt->nr_columns : COLUMNS_OF(opt->cycles);
}

enum column columns_at(const struct report_options *opt, size_t i)
{
	return opt->columns ? opt->columns[i] : (enum column)i;
}

int report_write(FILE *out, const struct report_data *d, const struct report_options *opt)
{
	static typeof(text_write) *const writers[] = {
		[REPORT_TEXT] = text_write, [REPORT_CSV] = csv_write, [REPORT_JSON] = json_write,
	};

	int err = 0;

	errno = 0;
	if (opt->summary && opt->format == REPORT_TEXT)
		err = findings_text_summary(out, d, opt);
	else
		writers[opt->format](out, d, opt);
	return err ?: report_end(out);
}
