// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/no_match.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "cmd/cmd.h"
#include "profile/filter/filter.h"
#include "report/commands.h"
#include "report/text/text.h"
#include "report/write.h"

#define VALUES_SAID	8
#define MAX_VALUES	100000	/* limit of the look-up */

/* Fields with few values in a recording: others are not looked up. */
static const enum field ids[] = {
	FIELD_VM, FIELD_VCPU, FIELD_PID, FIELD_TID, FIELD_GUEST_PID, FIELD_GUEST_TID, FIELD_CPU,
	FIELD_EL,
};
static const enum field names[] = {
	FIELD_COMM, FIELD_GUEST_COMM, FIELD_OBJECT, FIELD_SYMBOL, FIELD_TYPE,
};

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

bool no_match(const struct run *run)
{
	const struct summary *s = &run->summary;
	uint64_t n = 0;

	for (unsigned int w = 0; w < NR_WORLDS; w++) {
		n += world_samples(s, w);
		for (unsigned int b = 0; b < NR_BASES; b++)
			n += s->cycles.samples[w][b];
	}
	return !n;
}

static bool occurs(const struct rows *r, const struct filter_value *v)
{
	for (size_t i = 0; i < r->nr; i++) {
		const struct value *key = &r->row[i].keys[0];

		if (key->known && (v->text ? !strcmp(key->text, v->text) : key->num == v->num))
			return true;
	}
	return r->rest;		/* it may, but there are too many values to know */
}

static void add_value(struct words *w, const struct value *key, bool text)
{
	if (text)
		words_add_name(w, key->text);
	else
		words_add(w, "%" PRIu64, key->num);
}

static void add_values(struct words *w, const struct rows *r, const char *field, bool text)
{
	size_t nr = 0, known = 0;

	for (size_t i = 0; i < r->nr; i++)
		known += r->row[i].keys[0].known;
	if (!known)
		words_add(w, ": no sample of this recording has a %s", field);
	for (size_t i = 0; i < r->nr && nr < VALUES_SAID; i++) {
		if (!r->row[i].keys[0].known)
			continue;
		words_add(w, nr++ ? ", " : "; this recording has ");
		add_value(w, &r->row[i].keys[0], text);
	}
	if (known > nr)
		words_add(w, " and %zu more", known - nr);
}

static void add_missing(struct words *w, struct run *run, const struct rows *r,
			const struct filter_value *v)
{
	const char *field = field_name(v->field);
	struct report_data d = run_data(run);
	struct nearest near;
	char by[64], *list;

	words_add(w, "%s%s=", w->len ? ". " : "", field);
	add_value(w, &(struct value){ .num = v->num, .text = v->text }, v->text);
	words_add(w, " does not occur");
	if (!v->text || r->nr <= VALUES_SAID) {
		add_values(w, r, field, v->text);
		return;
	}
	nearest_start(&near, v->text, strlen(v->text));
	for (size_t i = 0; i < r->nr; i++)
		if (r->row[i].keys[0].known)
			nearest_try(&near, r->row[i].keys[0].text);
	if (near.best) {
		words_add(w, "; did you mean ");
		words_add_name(w, near.best);
		words_add(w, "?");
		return;
	}
	d.filter = NULL;
	snprintf(by, sizeof(by), "spelunk report --by %s", field);
	list = report_command(&d, by, NULL);
	words_add(w, "; run `%s` for the list", list ? list : by);
	free(list);
}

/* Look the value up in all samples. */
static int look_up(struct words *w, struct run *run, const struct filter_value *v)
{
	const struct profile_query query = {
		.keys = &v->field, .nr_keys = 1, .brief = true, .max_cells = MAX_VALUES,
	};
	struct summary s = { 0 };
	struct profile *p = NULL;
	struct rows *rows = NULL;
	int err = recording_count(&run->rec, &query, &p, &s);

	err = err ?: profile_rows(p, query.keys, 1, 0, run->rec.naming, s.count_size, &rows);
	if (!err && !occurs(rows, v)) {
		rows_sort(rows, COLUMN_SAMPLES, false);
		add_missing(w, run, rows, v);
	}
	rows_free(rows);
	profile_free(p);
	summary_clear(&s);
	return err;
}

int no_match_why(struct words *w, struct run *run, const struct filter *filter)
{
	struct filter_value v;
	size_t at = 0;
	int err = 0;

	while (!err && filter_value(filter, &at, &v))
		if (field_among(v.field, v.text ? names : ids, v.text ? NR(names) : NR(ids)))
			err = look_up(w, run, &v);
	return err;
}

int no_match_say(struct run *run, const struct filter *filter, bool always)
{
	struct words w = { .len = 0 };
	char sentence[sizeof(w.s) + 64];
	int err = run->args.quiet ? 0 : no_match_why(&w, run, filter);

	if (err || run->args.quiet || (!w.len && !always))
		return err;
	snprintf(sentence, sizeof(sentence), "no sample matches the filter%s%s", w.len ? ": " : "", w.s);
	cmd_error(run->command, NULL, sentence);
	return 0;
}
