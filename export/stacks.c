// SPDX-License-Identifier: GPL-2.0-only
#include "export/stacks.h"

#include <errno.h>

#include "export/exporter.h"
#include "profile/columns.h"
#include "recording/stacks.h"
#include "report/calls/text.h"
#include "report/write.h"

static const enum field keys[] = {
	FIELD_WORLD, FIELD_VM, FIELD_COMM, FIELD_GUEST_COMM, FIELD_OBJECT, FIELD_SYMBOL,
};

enum { KEY_WORLD, KEY_VM, KEY_COMM, KEY_GUEST_COMM, KEY_OBJECT, KEY_SYMBOL, NR_KEYS };

_Static_assert(sizeof(keys) / sizeof(keys[0]) == NR_KEYS, "a number for each key");

/*
 * Counting
 */

static uint64_t duration_of(const struct recording *rec, const struct summary *s)
{
	struct report_total t = report_total(s);

	if (!rec->p.clock || !t.last)
		return 0;
	return input_clock_ns(rec->p.clock, t.last) - input_clock_ns(rec->p.clock, t.first);
}

int export_count_rows(struct export *x, const enum field *by, size_t nr)
{
	const struct profile_query query = {
		.keys = by, .nr_keys = nr, .filter = x->filter, .brief = !x->nr_by,
	};
	struct summary summary = { .nr_cpus = 0 };
	struct profile *profile = NULL;
	int err = recording_count(x->rec, &query, &profile, &summary);

	err = err ?: profile_rows(profile, by, nr, 0, x->rec->naming, summary.count_size, &x->rows);
	x->duration = duration_of(x->rec, &summary);
	if (!err)
		rows_sort(x->rows, x->weight == EXPORT_SAMPLES ? COLUMN_SAMPLES : COLUMN_COST, false);
	profile_free(profile);
	summary_clear(&summary);
	return err;
}

int export_check_rows(const struct export *x, char *err, size_t errlen)
{
	if (x->rows->sum.samples || x->rows->sum.cycles.samples)
		return 0;
	return export_fail(err, errlen, -ENODATA, x->filter ? "no sample matches the filter" :
			   "the recording has no samples");
}

int export_count_chains(struct export *x)
{
	const struct stacks_query query = { .filter = x->filter, .chainless = true };
	int ret = recording_stacks(x->rec, &query, &x->stacks, &x->calls);

	if (ret)
		return ret;
	x->weight = EXPORT_TIME;
	x->total = calltree_node(x->stacks, 0)->total.cycles;
	return 0;
}

static uint64_t weight_of(const struct export *x, const struct metrics *m)
{
	switch (x->weight) {
	case EXPORT_CHOOSE:	break;
	case EXPORT_SAMPLES:	return m->samples;
	case EXPORT_COST:	return m->total.cycles;
	case EXPORT_TIME:	return m->cycles.periods;
	}
	return 0;
}

/* Without call chains.  asked: the user chose the weight. */
static int weigh_rows(struct export *x, bool asked, char *err, size_t errlen)
{
	const struct metrics *sum;
	int ret = export_count_rows(x, keys, NR_KEYS);

	if (ret)
		return ret;
	sum = &x->rows->sum;
	if (x->weight == EXPORT_CHOOSE)
		x->weight = sum->samples ? EXPORT_COST : EXPORT_TIME;
	x->total = weight_of(x, sum);
	if (x->total) {
		if (!asked || x->weight == EXPORT_TIME)
			snprintf(x->note, sizeof(x->note), "no call chains: each stack is an object and a "
				 "function of %s", x->weight == EXPORT_TIME ? "samples of cycles" :
				 "SPE's samples, by cost");
		return 0;
	}
	ret = export_check_rows(x, err, errlen);
	return ret ?: export_fail(err, errlen, -ENODATA, x->weight == EXPORT_TIME ?
			   "there are no samples of cycles to weigh stacks by time: use --weight cost" :
			   "there are no SPE samples to weigh stacks by: use --weight time");
}

int export_count_stacks(struct export *x, char *err, size_t errlen)
{
	bool asked = x->weight != EXPORT_CHOOSE;
	int ret = -ENODATA;

	if (x->weight == EXPORT_CHOOSE || x->weight == EXPORT_TIME)
		ret = export_count_chains(x);
	if (!ret)
		return 0;
	if (ret == -EOPNOTSUPP && asked)
		return export_fail(err, errlen, ret, "the filter asks for what only SPE records: "
				   "use --weight cost or samples");
	return ret == -ENODATA || ret == -EOPNOTSUPP ? weigh_rows(x, asked, err, errlen) : ret;
}

/*
 * Iterating
 */

static int each_chain(const struct export *x, export_stack_fn *fn, void *arg)
{
	const struct calltree *t = x->stacks;
	struct export_frame frame[CALL_DEPTH];
	uint32_t node[CALL_DEPTH];
	int ret = 0;

	for (uint32_t i = 1; !ret && i < calltree_nr(t); i++) {
		const struct call_node *n = calltree_node(t, i), *task = calls_top(t, i);
		struct export_stack s = {
			.world = n->world, .vm = task->vm, .comm = calls_name(task), .frame = frame,
			.weight = n->self.cycles,
		};

		if (!s.weight)
			continue;
		s.nr = calls_frames(t, i, node);
		for (size_t k = 0; k < s.nr; k++) {
			n = calltree_node(t, node[s.nr - 1 - k]);
			frame[k] = (struct export_frame){
				calls_name(n), n->kind == CALL_FUNCTION ? n->object : "",
			};
		}
		ret = fn(arg, &s);
	}
	return ret;
}

static int each_row(const struct export *x, export_stack_fn *fn, void *arg)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < x->rows->nr; i++) {
		const struct row *r = &x->rows->row[i];
		const struct value *v = r->keys;
		const struct value *comm = &v[v[KEY_GUEST_COMM].known ? KEY_GUEST_COMM : KEY_COMM];
		const struct export_frame frame[] = {
			{ export_known(v[KEY_OBJECT].text), "" },
			{ export_known(v[KEY_SYMBOL].text), v[KEY_OBJECT].text },
		};
		const struct export_stack s = {
			.world = (enum world)v[KEY_WORLD].num,
			.vm = v[KEY_VM].known ? (int32_t)v[KEY_VM].num : -1,
			.comm = export_known(comm->text), .frame = frame, .nr = 2,
			.weight = weight_of(x, &r->m),
		};

		if (s.weight)
			ret = fn(arg, &s);
	}
	return ret;
}

int export_each_stack(const struct export *x, export_stack_fn *fn, void *arg)
{
	return x->stacks ? each_chain(x, fn, arg) : each_row(x, fn, arg);
}
