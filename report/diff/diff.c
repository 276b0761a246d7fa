// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/diff/diff_impl.h"

const char *diff_part_name(enum diff_part p)
{
	static const char *const names[] = {
		[DIFF_SAMPLES] = "samples", [DIFF_EXITS] = "exits", [DIFF_LEDGER] = "ledger",
		[DIFF_WHOLE] = "whole",
	};

	return names[p];
}

const char *diff_outcome_name(enum diff_outcome o)
{
	static const char *const names[] = {
		[DIFF_PASSED] = "passed", [DIFF_FAILED] = "failed", [DIFF_UNDECIDED] = "undecided",
	};

	return names[o];
}

static void diff_table_clear(struct diff_table *t)
{
	free(t->rows);
	free(t->vm_names);
}

/* The change relative to its interval: most certain first; then most events. */
static double strength(const struct diff_row *r)
{
	double most = 0;

	for (size_t i = 0; i < DIFF_FIGURES; i++) {
		const struct change *c = &r->figure[i];
		double by = fabs(c->b.value - c->a.value);

		if (c->tested && c->significant)
			most = fmax(most, c->half > 0 ? by / c->half : INFINITY);
	}
	return most;
}

int diff_by_significance(const void *x, const void *y, void *arg)
{
	const struct diff_row *a = x, *b = y;
	const struct diff_table *t = arg;
	int c = array_order(strength(b), strength(a)) ?: array_order(b->a + b->b, a->a + a->b);

	for (size_t k = 0; k < t->nr_keys && !c; k++)
		c = strcmp(a->key[k], b->key[k]);
	return c;
}

void diff_decide(struct diff_table *t)
{
	for (int pass = 0; pass < 2; pass++) {
		/* Bonferroni: the errors of all figures add up to the table's */
		double error = DIFF_ERROR / (t->tests ? (double)t->tests : 1);

		t->tests = t->changed = t->rare = 0;
		for (size_t i = 0; i < t->nr; i++) {
			struct diff_row *r = &t->rows[i];
			bool rare = t->part != DIFF_LEDGER && r->a + r->b < DIFF_LEAST;

			t->rare += rare;
			for (size_t f = 0; f < t->nr_figures && !rare; f++) {
				change_test(&r->figure[f], error);
				t->tests += r->figure[f].tested;
				t->changed += r->figure[f].tested && r->figure[f].significant;
				t->rare += t->part == DIFF_LEDGER && !r->figure[f].tested;
			}
		}
	}
}

int diff_tables_new(struct diff_tables **out, const struct diff_report *r)
{
	struct diff_tables *t = calloc(1, sizeof(*t));
	int err = -ENOMEM;

	if (t) {
		t->r = *r;
		err = diff_whole(&t->whole, r) ?: diff_samples(&t->t[DIFF_SAMPLES], r) ?:
		      diff_exits(&t->t[DIFF_EXITS], r) ?: diff_ledger(&t->t[DIFF_LEDGER], r);
	}
	if (err) {
		diff_tables_free(t);
		t = NULL;
	}
	*out = t;
	return err;
}

void diff_tables_free(struct diff_tables *t)
{
	for (enum diff_part p = 0; t && p < NR_DIFF_PARTS; p++)
		diff_table_clear(&t->t[p]);
	free(t);
}

int diff_tables_write(FILE *out, const struct diff_tables *t, const struct report_options *opt)
{
	errno = 0;
	switch (opt->format) {
	case REPORT_TEXT:
		diff_text(out, t, opt, NULL);
		break;
	case REPORT_CSV:
		if (t->r.part == DIFF_WHOLE)
			diff_csv_whole(out, &t->whole);
		else
			diff_csv(out, &t->t[t->r.part], opt);
		break;
	case REPORT_JSON:
		diff_json(out, t, opt);
		break;
	case REPORT_HTML:
		return diff_html(out, t, opt);
	}
	return report_end(out);
}

int diff_tables_visit(FILE *out, const struct diff_tables *t, const struct report_options *opt,
		      const struct diff_listener *who)
{
	errno = 0;
	diff_text(out, t, opt, who);
	return report_end(out);
}

enum diff_outcome diff_tables_outcome(const struct diff_tables *t, const char **why)
{
	*why = t->whole.why;
	return t->whole.outcome;
}
