// SPDX-License-Identifier: GPL-2.0-only
/* Exits and accounts of VMs in two recordings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/diff/diff_impl.h"

static const struct diff_figure exit_figures[] = {
	{ "exits_s", "exits/s", 1, 1 },
	{ "cost_us", "time per exit, us", 1e-3, 2 },
};

enum { RATE, COST };

static const struct diff_figure ledger_figures[] = {
	{ "share", "share of the vCPUs' time, %", 100, 2 },
};

/* A VM of a recording, and the name that matches it to the other's. */
struct named_vm {
	const struct timeline_vm *vm;
	char name[40];
};

struct vms {
	struct named_vm *vm;
	size_t nr;
	const struct exit_vcpu *vcpus;
	double slice;		/* seconds */
};

/* By name, or by number if it has none.  VMs of the same name are matched in order. */
static void name_vms(struct vms *v)
{
	for (size_t i = 0; i < v->nr; i++) {
		const char *name = v->vm[i].vm->name;
		unsigned int before = 0;

		for (size_t k = 0; k < i; k++)
			before += *name && !strcmp(v->vm[k].vm->name, name);
		if (!*name)
			snprintf(v->vm[i].name, sizeof(v->vm[i].name), "vm %zu", i);
		else if (!before)
			snprintf(v->vm[i].name, sizeof(v->vm[i].name), "%.31s", name);
		else
			snprintf(v->vm[i].name, sizeof(v->vm[i].name), "%.24s (%u)", name, before + 1);
	}
}

static int get_vms(struct vms *v, const struct diff_side *s)
{
	const struct time_span *span = exits_span(s->exits);
	const struct timeline_vm *vms;
	size_t unused;

	*v = (struct vms){ .nr = timeline_vms(s->d->timeline, &vms) };
	v->vcpus = exits_vcpus(s->exits, &unused);
	if (time_span_known(span))
		v->slice = (double)(span->end - span->begin) / 1e9 / TIME_SLICES;
	v->vm = calloc(v->nr + 1, sizeof(*v->vm));
	if (!v->vm)
		return -ENOMEM;
	for (size_t i = 0; i < v->nr; i++)
		v->vm[i].vm = &vms[i];
	name_vms(v);
	return 0;
}

static const struct named_vm *find_vm(const struct vms *v, const char *name)
{
	for (size_t i = 0; i < v->nr; i++) {
		if (!strcmp(v->vm[i].name, name))
			return &v->vm[i];
	}
	return NULL;
}

/* A VM's exits of one reason: their rate, and the cost of each.  Returns their number. */
static uint64_t exits_of(struct quotient q[2], const struct vms *v, const struct named_vm *vm,
			 enum exit_reason reason)
{
	double all = 0;

	memset(q, 0, 2 * sizeof(*q));
	for (size_t s = 0; s < TIME_SLICES; s++)
		q[RATE].whole[s] = v->slice;
	for (uint32_t i = 0; vm && i < vm->vm->nr_vcpus; i++) {
		const struct exit_times *t = v->vcpus[vm->vm->first_vcpu + i].times[reason];

		for (size_t s = 0; t && s < TIME_SLICES; s++) {
			q[RATE].part[s] += (double)t->exits[s];
			q[COST].part[s] += (double)t->ns[s];
			q[COST].whole[s] += (double)t->timed[s];
			all += (double)t->exits[s];
		}
	}
	return (uint64_t)all;
}

/* A VM's account, as a share of its vCPUs' known time.  Returns its ns. */
static uint64_t account_of(struct estimate *e, struct time_share *share, const struct vms *v,
			   const struct named_vm *vm, enum account account)
{
	struct quotient q = { .part = { 0 } };
	double all = 0;

	*share = (struct time_share){ .in = { 0 } };
	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++) {
		const struct exit_vcpu *vcpu = &v->vcpus[vm->vm->first_vcpu + i];

		for (enum account k = 0; k < ACCOUNT_UNKNOWN; k++) {
			struct stays *to = k == account ? &share->in : &share->out;

			to->ns += (double)vcpu->ns[k];
			to->squares += vcpu->squares[k];
			for (size_t s = 0; vcpu->slices && s < TIME_SLICES; s++)
				q.whole[s] += (double)vcpu->slices[s][k];
		}
		for (size_t s = 0; vcpu->slices && s < TIME_SLICES; s++) {
			q.part[s] += (double)vcpu->slices[s][account];
			all += (double)vcpu->slices[s][account];
		}
	}
	*e = quotient_estimate(&q);
	return (uint64_t)all;
}

/* The VMs of both recordings, each name once, A's first. */
struct both {
	struct vms a, b;
	struct diff_table *t;
};

static void add_exits(struct both *x, const char *name)
{
	const struct named_vm *a = find_vm(&x->a, name), *b = find_vm(&x->b, name);

	for (enum exit_reason reason = 0; reason < NR_REASONS; reason++) {
		struct diff_row *row = &x->t->rows[x->t->nr];
		struct quotient qa[2], qb[2];

		row->a = exits_of(qa, &x->a, a, reason);
		row->b = exits_of(qb, &x->b, b, reason);
		if (!row->a && !row->b)
			continue;
		row->key[0] = name;
		row->key[1] = exit_reason_name(reason);
		row->line = (struct diff_line){
			.reason = row->key[1], .pid = b ? b->vm->pid : -1,
		};
		for (size_t f = 0; f < 2; f++) {
			row->figure[f].a = quotient_estimate(&qa[f]);
			row->figure[f].b = quotient_estimate(&qb[f]);
		}
		estimates_of_counts(&row->figure[RATE].a, &qa[RATE], &row->figure[RATE].b,
				    &qb[RATE], false);
		x->t->nr++;
	}
}

static void add_accounts(struct both *x, const char *name)
{
	const struct named_vm *a = find_vm(&x->a, name), *b = find_vm(&x->b, name);

	for (enum account account = 0; a && b && account < ACCOUNT_UNKNOWN; account++) {
		struct diff_row *row = &x->t->rows[x->t->nr];
		struct estimate *ea = &row->figure[0].a, *eb = &row->figure[0].b;
		struct time_share sa, sb;

		row->a = account_of(ea, &sa, &x->a, a, account);
		row->b = account_of(eb, &sb, &x->b, b, account);
		if (!row->a && !row->b)
			continue;
		estimates_of_stays(ea, &sa, eb, &sb);
		row->key[0] = name;
		row->key[1] = account_name(account);
		x->t->nr++;
	}
}

/* Make rows for the VMs in either recording. */
static int make(struct diff_table *t, const struct diff_report *r, size_t rows_of_vm,
		void (*add)(struct both *x, const char *name))
{
	struct both x = { .t = t };
	int err = get_vms(&x.a, &r->a) ?: get_vms(&x.b, &r->b);

	if (!err) {
		t->vm_names = calloc(x.a.nr + x.b.nr + 1, sizeof(*t->vm_names));
		t->rows = calloc((x.a.nr + x.b.nr) * rows_of_vm + 1, sizeof(*t->rows));
		err = t->vm_names && t->rows ? 0 : -ENOMEM;
	}
	for (size_t i = 0, n = 0; !err && i < x.a.nr + x.b.nr; i++) {
		const char *name = i < x.a.nr ? x.a.vm[i].name : x.b.vm[i - x.a.nr].name;

		if (i >= x.a.nr && find_vm(&x.a, name))
			continue;
		memcpy(t->vm_names[n], name, sizeof(t->vm_names[n]));
		add(&x, t->vm_names[n++]);
	}
	free(x.a.vm);
	free(x.b.vm);
	if (err)
		return err;
	diff_decide(t);
	if (t->nr > 1)
		qsort_r(t->rows, t->nr, sizeof(*t->rows), diff_by_significance, t);
	return 0;
}

static bool has_vms(const struct diff_side *s)
{
	const struct timeline_vm *vms;

	return s->exits && timeline_vms(s->d->timeline, &vms);
}

int diff_exits(struct diff_table *t, const struct diff_report *r)
{
	*t = (struct diff_table){
		.part = DIFF_EXITS, .title = "Exits", .counted = "exits",
		.keys = { "vm", "reason" }, .nr_keys = 2,
		.figures = exit_figures, .nr_figures = 2,
		.shown = { RATE, COST }, .nr_shown = 2, .of_counts = -1,
	};
	return has_vms(&r->a) && has_vms(&r->b) ? make(t, r, NR_REASONS, add_exits) : 0;
}

static uint64_t add_all(struct quotient *sum, const struct vms *v)
{
	struct quotient q[2];
	uint64_t all = 0;

	*sum = (struct quotient){ .part = { 0 } };
	for (size_t i = 0; i < v->nr; i++)
		for (enum exit_reason reason = 0; reason < NR_REASONS; reason++) {
			all += exits_of(q, v, &v->vm[i], reason);
			for (size_t s = 0; s < TIME_SLICES; s++)
				sum->part[s] += q[RATE].part[s];
		}
	for (size_t s = 0; s < TIME_SLICES; s++)
		sum->whole[s] = v->slice;
	return all;
}

int diff_exits_whole(struct estimate *a, struct estimate *b, const struct diff_report *r)
{
	struct vms va = { .nr = 0 }, vb = { .nr = 0 };
	struct quotient qa, qb;
	uint64_t all_a = 0, all_b = 0;
	int err;

	if (!has_vms(&r->a) || !has_vms(&r->b))
		return 0;
	err = get_vms(&va, &r->a) ?: get_vms(&vb, &r->b);
	if (!err) {
		all_a = add_all(&qa, &va);
		all_b = add_all(&qb, &vb);
	}
	free(va.vm);
	free(vb.vm);
	if (err || !all_a || !all_b)
		return err;
	*a = quotient_estimate(&qa);
	*b = quotient_estimate(&qb);
	estimates_of_counts(a, &qa, b, &qb, false);
	if (all_a + all_b < DIFF_LEAST)
		a->freedom = b->freedom = 0;
	return 1;
}

int diff_ledger(struct diff_table *t, const struct diff_report *r)
{
	*t = (struct diff_table){
		.part = DIFF_LEDGER, .title = "Time of vCPUs", .counted = "ns",
		.keys = { "vm", "account" }, .nr_keys = 2,
		.figures = ledger_figures, .nr_figures = 1, .nr_shown = 1, .of_counts = -1,
	};
	return has_vms(&r->a) && has_vms(&r->b) ? make(t, r, NR_ACCOUNTS, add_accounts) : 0;
}
