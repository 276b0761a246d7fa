// SPDX-License-Identifier: GPL-2.0-only
#include "report/diff/diff_impl.h"

static void put(FILE *out, bool known, double v, unsigned int decimals)
{
	char number[NUMBER_LEN];

	fputc(',', out);
	if (known)
		fputs(number_signed(number, v, decimals), out);
}

/* More digits than in text, because programs compute with the intervals. */
static void put_figure(FILE *out, const struct diff_figure *f, const struct change *c)
{
	unsigned int decimals = f->decimals + 1;
	double change = c->b.value - c->a.value;

	put(out, c->a.known, c->a.value * f->scale, decimals);
	put(out, c->b.known, c->b.value * f->scale, decimals);
	put(out, c->a.known && c->b.known, change * f->scale, decimals);
	put(out, c->tested, (change - c->half) * f->scale, decimals);
	put(out, c->tested, (change + c->half) * f->scale, decimals);
	put(out, c->tested, c->significant, 0);
}

void diff_csv(FILE *out, const struct diff_table *t, const struct report_options *opt)
{
	size_t shown = report_shown(opt, t->nr, 0);

	for (size_t k = 0; k < t->nr_keys; k++)
		fprintf(out, "%s%s", k ? "," : "", t->keys[k]);
	fprintf(out, "%s%s_a,%s_b", t->nr_keys ? "," : "", t->counted, t->counted);
	for (size_t f = 0; f < t->nr_figures; f++) {
		const char *name = t->figures[f].name;

		fprintf(out, ",%s_a,%s_b,%s_change,%s_low,%s_high,%s_significant", name, name, name,
			name, name, name);
	}
	fputc('\n', out);
	for (size_t i = 0; i < shown; i++) {
		const struct diff_row *r = &t->rows[i];

		for (size_t k = 0; k < t->nr_keys; k++) {
			if (k)
				fputc(',', out);
			csv_text(out, r->key[k]);
		}
		fprintf(out, ",%llu,%llu", (unsigned long long)r->a, (unsigned long long)r->b);
		for (size_t f = 0; f < t->nr_figures; f++)
			put_figure(out, &t->figures[f], &r->figure[f]);
		fputc('\n', out);
	}
}

void diff_csv_whole(FILE *out, const struct diff_whole *w)
{
	fputs("figure,unit,a,b,growth_percent,low_percent,high_percent,significant,measured\n", out);
	for (enum diff_whole_figure i = 0; i < NR_DIFF_WHOLE; i++) {
		const struct whole_figure *x = &w->figure[i];
		unsigned int decimals;
		const char *unit = diff_whole_unit(i, &decimals);

		fprintf(out, "%s,%s", diff_whole_name(i), unit);
		put(out, x->a.known, x->a.value, decimals);
		put(out, x->b.known, x->b.value, decimals);
		put(out, x->growth.known, x->growth.by * 100, 2);
		put(out, x->growth.tested, x->growth.low * 100, 2);
		put(out, x->growth.tested, x->growth.high * 100, 2);
		put(out, x->growth.tested, x->growth.significant, 0);
		put(out, true, x->measured, 0);
		fputc('\n', out);
	}
}
