// SPDX-License-Identifier: GPL-2.0-only
#include "report/diff/diff_impl.h"
#include "report/json/writer.h"

/* The keys are a stable interface, and are only ever added to: spelunk-diff(1). */

static void put(struct json *j, const char *name, bool known, double v, unsigned int decimals)
{
	if (json_known(j, name, known))
		json_fixed(j, name, v, decimals);
}

static void put_figure(struct json *j, const struct diff_figure *f, const struct change *c)
{
	unsigned int decimals = f->decimals + 1;
	double change = c->b.value - c->a.value;

	json_open(j, f->name, '{');
	put(j, "a", c->a.known, c->a.value * f->scale, decimals);
	put(j, "b", c->b.known, c->b.value * f->scale, decimals);
	put(j, "change", c->a.known && c->b.known, change * f->scale, decimals);
	put(j, "low", c->tested, (change - c->half) * f->scale, decimals);
	put(j, "high", c->tested, (change + c->half) * f->scale, decimals);
	if (json_known(j, "significant", c->tested))
		json_bool(j, "significant", c->significant);
	json_close(j, '}');
}

static void put_row(struct json *j, const struct diff_table *t, const struct diff_row *r)
{
	json_open(j, NULL, '{');
	for (size_t k = 0; k < t->nr_keys; k++)
		json_string(j, t->keys[k], *r->key[k] ? r->key[k] : NULL);
	json_uint(j, "count_a", r->a);
	json_uint(j, "count_b", r->b);
	for (size_t f = 0; f < t->nr_figures; f++)
		put_figure(j, &t->figures[f], &r->figure[f]);
	json_close(j, '}');
}

static void put_table(struct json *j, const struct diff_table *t, const struct report_options *opt)
{
	size_t shown = report_shown(opt, t->nr, 0);

	json_open(j, diff_part_name(t->part), '{');
	json_uint(j, "tests", t->tests);
	json_uint(j, "significant", t->changed);
	json_uint(j, "rows_not_tested", t->rare);
	json_fixed(j, "error", DIFF_ERROR, 2);
	json_string(j, "correction", "bonferroni");
	json_open(j, "rows", '[');
	for (size_t i = 0; i < shown; i++)
		put_row(j, t, &t->rows[i]);
	json_close(j, ']');
	json_close(j, '}');
}

static void put_side(struct json *j, const char *name, const struct diff_side *s)
{
	json_open(j, name, '{');
	if (s->nr_recordings)
		fleet_json_files(j, &(struct fleet_report){
				 .files = s->recordings, .nr_files = s->nr_recordings });
	else
		json_recording(j, s->d);
	json_close(j, '}');
}

static void put_whole_figure(struct json *j, const struct whole_figure *w,
			     enum diff_whole_figure f)
{
	const struct growth *g = &w->growth;
	unsigned int decimals;
	const char *unit = diff_whole_unit(f, &decimals);

	json_open(j, diff_whole_name(f), '{');
	json_string(j, "unit", unit);
	put(j, "a", w->a.known, w->a.value, decimals);
	put(j, "b", w->b.known, w->b.value, decimals);
	put(j, "growth_percent", g->known, g->by * 100, 2);
	put(j, "low_percent", g->tested, g->low * 100, 2);
	put(j, "high_percent", g->tested, g->high * 100, 2);
	if (json_known(j, "significant", g->tested))
		json_bool(j, "significant", g->significant);
	json_bool(j, "measured", w->measured);
	json_string(j, "not_tested", w->but);
	json_close(j, '}');
}

static void put_whole(struct json *j, const struct diff_whole *w)
{
	struct words say = { .len = 0 };

	diff_whole_say(&say, w);
	json_open(j, diff_part_name(DIFF_WHOLE), '{');
	json_string(j, "verdict", say.s);
	json_uint(j, "tests", w->tests);
	json_uint(j, "significant", w->changed);
	json_fixed(j, "error", DIFF_ERROR, 2);
	json_string(j, "correction", "bonferroni");
	for (enum diff_whole_figure f = 0; f < NR_DIFF_WHOLE; f++)
		put_whole_figure(j, &w->figure[f], f);
	json_close(j, '}');
}

static void put_rule(struct json *j, const struct diff_tables *t)
{
	struct words rule = { .len = 0 };

	if (!json_known(j, "rule", t->whole.rule.asked))
		return;
	diff_rule_say(&rule, &t->whole.rule);
	json_open(j, "rule", '{');
	json_string(j, "says", rule.s);
	json_string(j, "figure", diff_whole_name(t->whole.rule.on));
	json_fixed(j, "above_percent", t->whole.rule.above * 100, 2);
	json_string(j, "outcome", diff_outcome_name(t->whole.outcome));
	json_string(j, "why", t->whole.why);
	json_close(j, '}');
}

void diff_json(FILE *out, const struct diff_tables *t, const struct report_options *opt)
{
	const struct diff_report *r = &t->r;
	struct json j = { .out = out, .first = true };

	json_open(&j, NULL, '{');
	put_side(&j, "a", &r->a);
	put_side(&j, "b", &r->b);
	json_string(&j, "filter", r->filter);
	put_whole(&j, &t->whole);
	put_rule(&j, t);
	for (enum diff_part p = 0; p < NR_DIFF_PARTS; p++)
		put_table(&j, &t->t[p], opt);
	json_close(&j, '}');
	fputc('\n', out);
}
