// SPDX-License-Identifier: GPL-2.0-only
#include "report/kvm/fleet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/json/writer.h"
#include "report/kvm/kvm_sum.h"
#include "report/text/text.h"

#define REASONS_SHOWN	8	/* per VM, without --limit */
#define NAME_MOST	24

static struct kvm_fleet_vm *find(struct kvm_fleet *f, const char *host, const char *name)
{
	struct kvm_fleet_vm *v;

	for (size_t i = 0; i < f->nr; i++)
		if (!strcmp(f->vms[i].host, host) && !strcmp(f->vms[i].name, name))
			return &f->vms[i];
	v = array_add(f->vms, f->nr);
	if (!v)
		return NULL;
	v->host = strdup(host);
	v->name = strdup(name);
	return v->host && v->name ? v : NULL;
}

static int add_vm(struct kvm_fleet *f, const char *host, const struct kvm_vm *vm)
{
	char name[TIMELINE_VM_LEN];
	struct kvm_fleet_vm *v = find(f, host, timeline_vm_text(name, vm->vm));
	int err = 0;

	if (!v)
		return -ENOMEM;
	v->files++;
	if (vm->vm->nr_vcpus > v->nr_vcpus)
		v->nr_vcpus = vm->vm->nr_vcpus;
	for (enum account a = 0; a < NR_ACCOUNTS; a++)
		v->ns[a] += vm->ns[a];
	v->alive += vm->alive;
	v->entries += vm->entries;
	v->exits += vm->exits;
	v->preemptions += vm->preemptions;
	for (size_t i = 0; i < vm->nr && !err; i++) {
		enum exit_reason reason = vm->reasons[i].all.reason;

		v->reasons[reason].reason = reason;
		err = exit_row_add(&v->reasons[reason], &vm->reasons[i].all);
	}
	return err;
}

int kvm_fleet_add(struct kvm_fleet *f, const char *host, const struct kvm_report *r)
{
	struct kvm_sum s = { .nr = 0 };
	int err = kvm_sum_make(&s, r);

	for (size_t i = 0; i < s.nr && !err; i++)
		err = add_vm(f, host, &s.vms[i]);
	kvm_sum_clear(&s);
	return err;
}

static int by_name(const void *x, const void *y)
{
	const struct kvm_fleet_vm *a = x, *b = y;

	return strcmp(a->host, b->host) ?: strcmp(a->name, b->name);
}

void kvm_fleet_sort(struct kvm_fleet *f)
{
	if (f->nr)
		qsort(f->vms, f->nr, sizeof(*f->vms), by_name);
}

void kvm_fleet_clear(struct kvm_fleet *f)
{
	for (size_t i = 0; i < f->nr; i++) {
		for (size_t r = 0; r < NR_REASONS; r++)
			durations_clear(&f->vms[i].reasons[r].cost);
		free(f->vms[i].host);
		free(f->vms[i].name);
	}
	free(f->vms);
}

/* Reasons by cost, largest first; returns their number. */
static size_t sort_reasons(const struct kvm_fleet_vm *v, const struct exit_row *out[NR_REASONS])
{
	size_t nr = 0, at;

	for (size_t r = 0; r < NR_REASONS; r++) {
		if (!v->reasons[r].exits)
			continue;
		for (at = nr++; at && kvm_cost(out[at - 1]) < kvm_cost(&v->reasons[r]); at--)
			out[at] = out[at - 1];
		out[at] = &v->reasons[r];
	}
	return nr;
}

/*
 * Text
 */

static void put_names(struct page *p, const struct kvm_fleet_vm *v)
{
	fputs("  ", p->out);
	page_cell(p, ROLE_TEXT, v->host, NAME_MOST, true, false);
	fputs("  ", p->out);
	page_cell(p, ROLE_TITLE, v->name, page_room(p, 2 * NAME_MOST), false, false);
}

static void say_ledger(struct page *p, const struct kvm_fleet *f)
{
	char text[NUMBER_LEN];

	page_title(p, "Where the time of VMs went", "(of their vCPUs' time)");
	page_put(p, ROLE_DIM, "  %9s", "time");
	for (enum account a = 0; a < NR_ACCOUNTS; a++)
		page_put(p, account_role(a), " %9s", account_name(a));
	page_line(p, ROLE_DIM, "  exits/s vCPUs  %-*s  %s", NAME_MOST, "host", "vm");
	for (size_t i = 0; i < f->nr; i++) {
		const struct kvm_fleet_vm *v = &f->vms[i];

		fprintf(p->out, "  %9s", kvm_duration(text, (double)v->alive));
		for (enum account a = 0; a < NR_ACCOUNTS; a++)
			fprintf(p->out, " %9s", kvm_percent(text, v->ns[a], v->alive));
		fprintf(p->out, " %8s", number_grouped(text, v->alive ?
			(uint64_t)((double)v->exits * 1e9 / (double)v->alive) : 0));
		fprintf(p->out, " %5u", v->nr_vcpus);
		put_names(p, v);
		fputc('\n', p->out);
	}
}

/* "-" for 0. */
static char *duration(char out[NUMBER_LEN], uint64_t ns)
{
	return ns ? kvm_duration(out, (double)ns) : strcpy(out, "-");
}

static void say_reasons(struct page *p, const struct kvm_fleet_vm *v)
{
	const struct exit_row *rows[NR_REASONS];
	size_t nr = sort_reasons(v, rows), shown = report_shown(p->opt, nr, REASONS_SHOWN);
	char text[NUMBER_LEN];

	for (size_t i = 0; i < shown; i++) {
		const struct exit_row *row = rows[i];

		fprintf(p->out, "  %11s", number_grouped(text, row->exits));
		fprintf(p->out, " %9s", duration(text, row->ns[ACCOUNT_KERNEL]));
		fprintf(p->out, " %9s", duration(text, row->ns[ACCOUNT_VMM]));
		fprintf(p->out, " %9s", duration(text, row->cost.nr ? row->cost.sum / row->cost.nr : 0));
		fprintf(p->out, " %9s", duration(text, durations_quantile(&row->cost, 0.99)));
		fprintf(p->out, "  %-17s", exit_reason_name(row->reason));
		put_names(p, v);
		fputc('\n', p->out);
	}
	if (shown < nr)
		fprintf(p->out, "  %11zu more reason%s (--limit N shows more)\n", nr - shown,
			nr - shown == 1 ? "" : "s");
}

static void write_text(FILE *out, const struct kvm_fleet *f, const struct fleet_report *files,
		       const struct report_options *opt)
{
	const struct report_data d = { .filter = NULL };
	struct page p = page_begin(out, &d, opt, "spelunk kvm");

	fleet_text_files(&p, files);
	if (!f->nr) {
		page_title(&p, "No VM", NULL);
		page_say(&p, NULL, "No vCPU ran: record kvm:kvm_entry and kvm:kvm_exit.");
		return;
	}
	say_ledger(&p, f);
	page_title(&p, "Exits", "(by CPU time in kernel and VMM)");
	page_line(&p, ROLE_DIM, "  %11s %9s %9s %9s %9s  %-17s  %-*s  %s", "exits", "kernel", "vmm",
		  "mean", "p99", "reason", NAME_MOST, "host", "vm");
	for (size_t i = 0; i < f->nr; i++)
		say_reasons(&p, &f->vms[i]);
}

/*
 * CSV and JSON: stable interfaces, to which is only ever added: spelunk-kvm(1)
 */

static void csv_names(FILE *out, const struct kvm_fleet_vm *v)
{
	csv_text(out, v->host);
	fputc(',', out);
	csv_text(out, v->name);
}

static void csv_ledger(FILE *out, const struct kvm_fleet_vm *v)
{
	csv_names(out, v);
	fprintf(out, ",%zu,%u,%" PRIu64, v->files, v->nr_vcpus, v->alive);
	for (enum account a = 0; a < NR_ACCOUNTS; a++)
		fprintf(out, ",%" PRIu64, v->ns[a]);
	fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", v->entries, v->exits, v->preemptions);
}

static void csv_exits(FILE *out, const struct kvm_fleet_vm *v)
{
	const struct exit_row *rows[NR_REASONS];
	size_t nr = sort_reasons(v, rows);

	for (size_t i = 0; i < nr; i++) {
		csv_names(out, v);
		fprintf(out, ",%s,%" PRIu64, exit_reason_name(rows[i]->reason), rows[i]->exits);
		for (enum account a = 0; a < ACCOUNT_UNKNOWN; a++)
			fprintf(out, ",%" PRIu64, rows[i]->ns[a]);
		fprintf(out, ",%" PRIu64, rows[i]->cost.nr);
		if (rows[i]->cost.nr)
			fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
				rows[i]->cost.sum / rows[i]->cost.nr,
				durations_quantile(&rows[i]->cost, 0.5),
				durations_quantile(&rows[i]->cost, 0.99), rows[i]->cost.max);
		else
			fputs(",,,,\n", out);
	}
}

static void write_csv(FILE *out, const struct kvm_fleet *f, enum kvm_table table)
{
	bool exits = table == KVM_EXITS;

	fputs(exits ? "host,vm,reason,exits" : "host,vm,recordings,vcpus,time_ns", out);
	for (enum account a = 0; a < (exits ? ACCOUNT_UNKNOWN : NR_ACCOUNTS); a++)
		fprintf(out, ",%s_ns", account_name(a));
	fputs(exits ? ",timed,mean_ns,p50_ns,p99_ns,max_ns\n" : ",entries,exits,preemptions\n", out);
	for (size_t i = 0; i < f->nr; i++)
		(exits ? csv_exits : csv_ledger)(out, &f->vms[i]);
}

static void put_vm(struct json *j, const struct kvm_fleet_vm *v)
{
	const struct exit_row *rows[NR_REASONS];
	size_t nr = sort_reasons(v, rows);

	json_open(j, NULL, '{');
	json_string(j, "host", v->host);
	json_string(j, "vm", v->name);
	json_uint(j, "recordings", v->files);
	json_uint(j, "nr_vcpus", v->nr_vcpus);
	json_uint(j, "time_ns", v->alive);
	kvm_json_accounts(j, v->ns, NR_ACCOUNTS);
	json_uint(j, "entries", v->entries);
	json_uint(j, "exits", v->exits);
	json_uint(j, "preemptions", v->preemptions);
	json_open(j, "reasons", '[');
	for (size_t i = 0; i < nr; i++) {
		json_open(j, NULL, '{');
		json_string(j, "reason", exit_reason_name(rows[i]->reason));
		kvm_json_row(j, rows[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void write_json(FILE *out, const struct kvm_fleet *f, const struct fleet_report *files)
{
	struct json j = { .out = out, .first = true };

	json_open(&j, NULL, '{');
	fleet_json_files(&j, files);
	json_open(&j, "vms", '[');
	for (size_t i = 0; i < f->nr; i++)
		put_vm(&j, &f->vms[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	fputc('\n', out);
}

int kvm_fleet_write(FILE *out, const struct kvm_fleet *f, const struct fleet_report *files,
		    enum kvm_table table, const struct report_options *opt)
{
	errno = 0;
	if (opt->format == REPORT_TEXT)
		write_text(out, f, files, opt);
	else if (opt->format == REPORT_CSV)
		write_csv(out, f, table);
	else
		write_json(out, f, files);
	return report_end(out);
}
