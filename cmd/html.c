// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/html.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/quote.h"
#include "cmd/kvm.h"
#include "cmd/sharing.h"
#include "profile/filter/filter.h"
#include "recording/stacks.h"

/* From this number of CPUs on, slices are not finer than in other reports. */
#define MANY_CPUS	16
#define FINER		10

static const enum field time_keys[] = { HTML_TIME_KEYS };
static const enum field heat_keys[] = { HTML_HEAT_KEYS };
static const enum field code_keys[] = { ANNOTATION_KEYS };
static const enum field kvm_keys[] = { KVM_KEYS };

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

void html_run_config(struct recording_config *c)
{
	c->exits = c->sites = true;
}

static uint64_t slice_of(const struct run *run)
{
	uint64_t usual = run->rec.slice;

	if (run->args.config.slice || run->rec.p.info->nr_cpus > MANY_CPUS || usual < FINER)
		return usual;
	return usual / FINER;
}

/* Make one pass.  0 or -errno. */
static int count(struct run *run, const enum field *keys, size_t nr, const struct filter *filter,
		 uint64_t slice, struct rows **out)
{
	const struct report_args *a = &run->args;
	const struct profile_query query = {
		.keys = keys, .nr_keys = nr, .filter = filter, .max_cells = a->max_rows,
		.by_cost = true,
	};
	const struct count_options opt = { .jobs = a->config.jobs, .progress = run->rec.progress };
	struct profile_context ctx = recording_context(&run->rec);
	struct summary summary = { .nr_cpus = 0 };
	struct profile *profile = NULL;
	int err;

	ctx.slice = slice;
	err = count_all(&run->rec.p, &query, &ctx, &opt, &profile, &summary);
	err = err ?: profile_rows(profile, keys, nr, 0, run->rec.naming, summary.count_size, out);
	profile_free(profile);
	summary_clear(&summary);
	return err;
}

static int count_lines(struct run *run, struct html_run *p)
{
	enum field keys[PROFILE_KEYS];
	size_t nr = sharing_keys(run->rec.line, run->args.fields, keys);
	struct filter *filter = NULL;
	struct rows *rows = NULL;
	int err = sharing_filter_new(&filter, run->args.filter_text);

	err = err ?: count(run, keys, nr, filter, p->slice, &rows) ?:
	      sharing_make(&p->sharing, rows, run->rec.p.timeline);
	rows_free(rows);
	filter_free(filter);
	return err;
}

/* Without a disassembler the page has functions without code. */
static int annotate(struct run *run, struct html_run *p)
{
	int err = count(run, code_keys, NR(code_keys), run->args.filter, p->slice, &p->places);

	err = err ?: annotation_new(&p->code, p->places, run->rec.symbolizer, run->rec.p.spaces,
				    HTML_FUNCTIONS, run->args.sort == COLUMN_SAMPLES, NULL);
	return err == -ENOPKG ? 0 : err;
}

/* If no sample has a chain, the page says so. */
static int make_stacks(struct run *run, struct html_run *p)
{
	const struct stacks_query query = {
		.filter = run->args.filter, .max_nodes = run->args.max_rows,
	};
	int err = recording_stacks(&run->rec, &query, &p->stacks, &p->calls);

	return err == -ENODATA || err == -EOPNOTSUPP ? 0 : err;
}

static int count_handlers(struct run *run, struct html_run *p)
{
	int err;

	if (!kvm_is_arm(&run->rec) || !exits_evidence(run->rec.p.exits)->exits)
		return 0;
	err = count(run, kvm_keys, NR(kvm_keys), NULL, p->slice, &p->handlers);
	if (!err)
		rows_sort(p->handlers, COLUMN_SAMPLES, false);
	return err;
}

int html_run_make(struct run *run, struct html_run *p)
{
	const struct filter *filter = run->args.filter;

	p->slice = slice_of(run);
	return run_errno(run, count(run, time_keys, NR(time_keys), filter, p->slice, &p->slices) ?:
			 count(run, heat_keys, NR(heat_keys), filter, p->slice, &p->heat) ?:
			 count_lines(run, p) ?: annotate(run, p) ?: make_stacks(run, p) ?:
			 count_handlers(run, p));
}

static const char *title_of(const struct run *run)
{
	if (run->args.command == COMMAND_KVM)
		return "spelunk kvm";
	return run->args.command == COMMAND_SHARING ? "spelunk sharing" : "spelunk report";
}

/* The command as it would be typed, owned by the caller; NULL: out of memory. */
static char *command_of(const struct run *run)
{
	const struct report_args *a = &run->args;
	char *words = report_args_words(a, a->input, true), *text = NULL;
	size_t len;
	FILE *out = words ? open_memstream(&text, &len) : NULL;

	if (!out) {
		free(words);
		return NULL;
	}
	fprintf(out, "%s --format html %s", title_of(run), words);
	if (a->filter_text) {
		fputs(" --filter ", out);
		quote_word(out, a->filter_text);
	}
	if (a->sort_given)
		fprintf(out, " --sort %s%s", a->ascending ? "-" : "", column_name(a->sort));
	if (a->limit_given && a->limit != SIZE_MAX)
		fprintf(out, " --limit %zu", a->limit);
	fputs(" -o page.html", out);
	free(words);
	return fclose(out) ? NULL : text;
}

int html_run_write(struct run *run, const struct html_run *p, const struct report_data *d,
		   FILE *out, const struct report_options *opt)
{
	bool samples = run->args.command == COMMAND_REPORT;
	bool exits = run->args.command != COMMAND_SHARING;
	struct kvm_report kvm = kvm_report_of(run, d, samples ? p->handlers : run->rows);
	char *command = command_of(run);
	struct html_report r = {
		.title = title_of(run), .command = command, .d = d,
		.samples = samples, .ascending = run->args.ascending,
		.slices = p->slices, .slice = p->slice, .heat = p->heat,
		.sharing = run->args.command != COMMAND_KVM ? &p->sharing : NULL,
		.code = p->code, .code_rest = p->places ? p->places->rest : 0,
		.stacks = p->stacks, .calls = p->calls,
		.kvm = exits && kvm_is_arm(&run->rec) ? &kvm : NULL,
	};
	int err = command ? html_report_write(out, &r, opt) : -ENOMEM;

	free(command);
	return err;
}

void html_run_clear(struct html_run *p)
{
	annotation_free(p->code);
	calltree_free(p->stacks);
	rows_free(p->slices);
	rows_free(p->heat);
	sharing_clear(&p->sharing);
	rows_free(p->places);
	rows_free(p->handlers);
}
