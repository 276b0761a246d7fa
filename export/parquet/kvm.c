// SPDX-License-Identifier: GPL-2.0-only
#include "export/parquet/table.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "kvm/exits.h"

/* A row of either table. */
struct line {
	const struct timeline_vcpu *name;
	const struct exit_vcpu *vcpu;
	/* of the table of exits: */
	enum exit_reason reason;
	uint64_t exits;
	uint64_t ns[NR_ACCOUNTS];
};

struct source {
	const char *host, *kernel;	/* NULL: not recorded */
	const struct timeline_vm *vms;
	size_t nr_vms;
	struct line *lines;
	size_t nr;
};

static const char *vm_name(const struct source *s, const struct line *l)
{
	return l->name->vm >= 0 && (size_t)l->name->vm < s->nr_vms ? s->vms[l->name->vm].name : NULL;
}

#define SET_TEXT(given, x)						\
	const char *text_ = (x);					\
									\
	*v = (uintptr_t)text_;						\
	*present = text_ && *text_
#define SET_INT(given, x)						\
	*v = (uint64_t)(x);						\
	*present = given

typedef void take_fn(const struct source *s, const struct line *l, uint64_t *v, uint8_t *present);

#define COLUMN(table, type, name, given, x)				\
static void table##_##name(const struct source *s, const struct line *l, uint64_t *v, uint8_t *present) \
{									\
	SET_##type(given, x);						\
}
#define LEDGER(type, name, given, x, what) COLUMN(ledger, type, name, given, x)
#define EXITS(type, name, given, x, what) COLUMN(exits, type, name, given, x)
#include "export/parquet/kvm.def"
#undef LEDGER
#undef EXITS

static const struct parquet_column ledger_columns[] = {
#define LEDGER(type, name, given, x, what) { #name, PARQUET_##type, false },
#include "export/parquet/kvm.def"
#undef LEDGER
}, exits_columns[] = {
#define EXITS(type, name, given, x, what) { #name, PARQUET_##type, false },
#include "export/parquet/kvm.def"
#undef EXITS
};

static take_fn *const ledger_takes[] = {
#define LEDGER(type, name, given, x, what) ledger_##name,
#include "export/parquet/kvm.def"
#undef LEDGER
}, *const exits_takes[] = {
#define EXITS(type, name, given, x, what) exits_##name,
#include "export/parquet/kvm.def"
#undef EXITS
};

static void take_all(const struct source *s, take_fn *fn, size_t first, size_t n, uint64_t *v,
		     uint8_t *present)
{
	for (size_t i = 0; i < n; i++)
		fn(s, &s->lines[first + i], &v[i], &present[i]);
}

static void take_ledger(void *arg, size_t column, size_t first, size_t n, uint64_t *v, uint8_t *present)
{
	take_all(arg, ledger_takes[column], first, n, v, present);
}

static void take_exits(void *arg, size_t column, size_t first, size_t n, uint64_t *v, uint8_t *present)
{
	take_all(arg, exits_takes[column], first, n, v, present);
}

/* The line of a vCPU; with reasons, one for each.  0 or -ENOMEM. */
static int add_lines(struct source *s, const struct timeline_vcpu *name, const struct exit_vcpu *vcpu,
		     bool reasons)
{
	struct line *l = NULL;

	for (size_t i = 0; i < (reasons ? vcpu->nr_rows : 1); i++) {
		const struct exit_row *row = reasons ? &vcpu->rows[i] : NULL;

		if (!l || l->reason != row->reason) {
			l = array_add(s->lines, s->nr);
			if (!l)
				return -ENOMEM;
			*l = (struct line){ .name = name, .vcpu = vcpu };
		}
		if (!row)
			continue;
		l->reason = row->reason;
		l->exits += row->exits;
		for (enum account a = 0; a < NR_ACCOUNTS; a++)
			l->ns[a] += row->ns[a];
	}
	return 0;
}

static int write(const struct export *x, FILE *out, bool reasons)
{
	const struct input_info *info = x->rec->p.info;
	const struct timeline *t = x->rec->p.timeline;
	struct source s = { .host = x->rec->host, .kernel = info->os_release };
	struct parquet_table table = {
		.columns = reasons ? exits_columns : ledger_columns,
		.nr_columns = reasons ? sizeof(exits_columns) / sizeof(exits_columns[0]) :
			      sizeof(ledger_columns) / sizeof(ledger_columns[0]),
		.take = reasons ? take_exits : take_ledger, .arg = &s,
	};
	const struct timeline_vcpu *names;
	const struct exit_vcpu *vcpus;
	size_t nr;
	int err = 0;

	s.nr_vms = timeline_vms(t, &s.vms);
	timeline_vcpus(t, &names);
	vcpus = exits_vcpus(x->rec->p.exits, &nr);
	for (size_t i = 0; i < nr && !err; i++)
		err = add_lines(&s, &names[i], &vcpus[i], reasons);
	table.nr_rows = s.nr;
	err = err ?: parquet_write(x, out, &table);
	free(s.lines);
	return err;
}

int parquet_ledger(const struct export *x, FILE *out)
{
	return write(x, out, false);
}

int parquet_exits(const struct export *x, FILE *out)
{
	return write(x, out, true);
}
