// SPDX-License-Identifier: GPL-2.0-only
/* What stands out in which recordings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/findings/findings.h"
#include "report/fleet/fleet_impl.h"
#include "report/json/writer.h"
#include "report/text/text.h"

static int keep(struct fleet_file *f, const struct finding *found)
{
	struct fleet_finding *out = array_add(f->findings, f->nr_findings);

	if (!out)
		return -ENOMEM;
	*out = (struct fleet_finding){
		.id = found->id, .what = found->what, .of = found->of, .percent = found->percent,
		.is_share = found->is_share, .rough = found->rough, .text = strdup(found->text),
	};
	if (found->nr_figures && found->figure[0].has_interval) {
		out->has_interval = true;
		out->low = found->figure[0].low;
		out->high = found->figure[0].high;
	}
	return out->text ? 0 : -ENOMEM;
}

int fleet_findings_fill(struct fleet_file *f, const struct report_data *d)
{
	struct findings *all;
	int err = 0;

	if (!d->has_findings)
		return 0;
	all = malloc(sizeof(*all));
	if (!all)
		return -ENOMEM;
	f->examined = true;
	findings_of_samples(all, d);
	for (size_t i = 0; !err && i < all->nr; i++)
		err = keep(f, &all->f[i]);
	free(all);
	return err;
}

void fleet_findings_clear(struct fleet_file *f)
{
	for (size_t i = 0; i < f->nr_findings; i++)
		free(f->findings[i].text);
	free(f->findings);
}

/*
 * Text: a paragraph for each kind of finding, with the recordings that have it
 */

struct found {
	const struct fleet_file *file;
	const struct fleet_finding *finding;
	size_t others;		/* recordings with the same kind */
	double most;		/* its largest share */
};

static int by_kind(const void *x, const void *y)
{
	const struct found *a = x, *b = y;

	return strcmp(a->finding->id, b->finding->id) ?:
	       array_order(b->finding->percent, a->finding->percent) ?: fleet_order(a->file, b->file);
}

/* The kind that most recordings have first. */
static int by_number(const void *x, const void *y)
{
	const struct found *a = x, *b = y;

	return array_order(b->others, a->others) ?: array_order(b->most, a->most) ?: by_kind(a, b);
}

/* All findings, by kind and share.  NULL: none, or out of memory. */
static struct found *collect(const struct fleet_report *r, size_t *nr)
{
	struct found *list = NULL;

	*nr = 0;
	for (size_t i = 0; i < r->nr_files; i++) {
		for (size_t k = 0; k < r->files[i].nr_findings; k++) {
			struct found *f = array_add(list, *nr);

			if (!f) {
				free(list);
				return NULL;
			}
			*f = (struct found){ .file = &r->files[i], .finding = &r->files[i].findings[k] };
		}
	}
	if (!list)
		return NULL;
	qsort(list, *nr, sizeof(*list), by_kind);
	for (size_t i = 0, end; i < *nr; i = end) {
		for (end = i; end < *nr && !strcmp(list[end].finding->id, list[i].finding->id); end++)
			;
		for (size_t k = i; k < end; k++) {
			list[k].others = end - i;
			list[k].most = list[i].finding->percent;
		}
	}
	qsort(list, *nr, sizeof(*list), by_number);
	return list;
}

/* "web1 42 % (37 to 48 %)" */
static void add_one(struct words *w, const struct found *f)
{
	const struct fleet_finding *x = f->finding;
	char a[NUMBER_LEN], b[NUMBER_LEN];

	words_add_name(w, f->file->host);
	if (x->is_share)
		words_add(w, " %s%s", x->rough ? "~" : "", finding_percent(a, x->percent));
	if (x->has_interval)
		words_add(w, " (%.*s to %s)", (int)strcspn(finding_percent(a, x->low), " "), a,
			  finding_percent(b, x->high));
}

static void say_kind(struct page *p, size_t number, const struct found *f, size_t all)
{
	size_t shown = p->opt->limit && p->opt->limit < f->others ? p->opt->limit : f->others;
	const char *what = f->finding->what, *of = f->finding->of;
	bool usual = !f->finding->is_share || !strcmp(of, "latency cycles");
	struct words w = { .len = 0 };
	char label[24];

	snprintf(label, sizeof(label), "%zu", number);
	words_add(&w, "%s%c%s%s in %zu of %zu recordings", page_on(p, ROLE_TITLE), *what & ~0x20, what + 1,
		  page_off(p), f->others, all);
	if (!usual)
		words_add(&w, ", in %% of %s", of);
	for (size_t i = 0; i < shown; i++) {
		words_add(&w, i ? ", " : ": ");
		add_one(&w, &f[i]);
	}
	if (shown < f->others)
		words_add(&w, ", and %zu more", f->others - shown);
	words_add(&w, ".");
	p->rough |= f->finding->rough;
	page_say(p, label, w.s);
}

static void say_rest(struct page *p, const struct found *first, size_t none, size_t all)
{
	struct words w = { .len = 0 };

	if (none) {
		words_add(&w, "no cause stands out in %zu of %zu recordings", none, all);
		page_say(p, "none", w.s);
	}
	if (!first)
		return;
	w.len = 0;
	words_add(&w, "`spelunk report ");
	words_add_name(&w, first->file->path);
	words_add(&w, "` explains the findings of a recording, and what to do");
	page_say(p, "details", w.s);
}

/* As the report of one recording does: these findings are about samples, not about VMs' time. */
static void say_kvm(struct page *p, const struct fleet_report *r)
{
	struct words w = { .len = 0 };
	size_t vms = 0, files = 0;
	uint64_t entries = 0;
	char number[NUMBER_LEN];

	for (size_t i = 0; i < r->nr_files; i++) {
		vms += r->files[i].nr_vms;
		files += !!r->files[i].nr_vms;
		entries += r->files[i].entries;
	}
	if (!vms)
		return;
	words_add(&w, "%zu VM%s in %zu recording%s, entered %s times: run `spelunk kvm` with the same files "
		  "to compare what their exits cost", vms, vms == 1 ? "" : "s", files,
		  files == 1 ? "" : "s", number_grouped(number, entries));
	page_say(p, "VMs", w.s);
}

void fleet_text_findings(struct page *p, const struct fleet_report *r)
{
	size_t nr, number = 0, all = 0, none = 0;
	struct found *list;

	for (size_t i = 0; i < r->nr_files; i++) {
		all += r->files[i].examined;
		none += r->files[i].examined && !r->files[i].nr_findings;
	}
	if (!all)
		return;
	list = collect(r, &nr);
	page_title(p, "Findings", "(shares of all latency cycles of a recording, with their 95 % interval)");
	for (size_t i = 0; i < nr; i += list[i].others)
		say_kind(p, ++number, &list[i], all);
	say_rest(p, list, none, all);
	say_kvm(p, r);
	free(list);
}

void fleet_json_findings(struct json *j, const struct fleet_file *f)
{
	if (!f->examined)
		return;
	json_open(j, "findings", '[');
	for (size_t i = 0; i < f->nr_findings; i++) {
		const struct fleet_finding *x = &f->findings[i];

		json_open(j, NULL, '{');
		json_string(j, "id", x->id);
		if (json_known(j, "share_percent", x->is_share))
			json_fixed(j, "share_percent", x->percent, 2);
		json_string(j, "share_of", *x->of ? x->of : NULL);
		if (json_known(j, "low", x->has_interval))
			json_fixed(j, "low", x->low, 2);
		if (json_known(j, "high", x->has_interval))
			json_fixed(j, "high", x->high, 2);
		json_bool(j, "rough", x->rough);
		json_string(j, "text", x->text);
		json_close(j, '}');
	}
	json_close(j, ']');
}
