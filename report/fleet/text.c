// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "decoder/names.h"
#include "report/fleet/fleet.h"
#include "report/text/text.h"

#define HOST_MOST	24
#define LOSSES_SAID	8	/* recordings whose losses are listed */

/* All recordings that could be read, together. */
struct sums {
	size_t files, hosts, nameless;
	uint64_t records, filtered, bytes;
	struct loss lost;
};

static struct sums sum_up(const struct fleet_report *r)
{
	struct sums s = { .lost.cpu = -1 };
	const char *last = NULL;

	for (size_t i = 0; i < r->nr_files; i++) {
		const struct fleet_file *f = &r->files[i];

		if (!f->host)
			continue;
		s.files++;
		s.hosts += !last || strcmp(last, f->host);
		last = f->host;
		s.nameless += f->nameless;
		s.records += f->records;
		s.filtered += f->filtered;
		s.bytes += f->bytes;
		loss_add(&s.lost, &f->lost);
	}
	return s;
}

static void say_sums(struct page *p, const struct fleet_report *r, const struct sums *s)
{
	struct words w = { .len = 0 };
	char a[NUMBER_LEN], b[NUMBER_LEN];

	words_add(&w, "%zu of %zu host%s", s->files, s->hosts, s->hosts == 1 ? "" : "s");
	if (s->files < r->nr_files)
		words_add(&w, "; %zu more could not be read", r->nr_files - s->files);
	page_say(p, "recordings", w.s);
	w.len = 0;
	words_add(&w, "%s decoded from %s of AUX data", number_grouped(a, s->records),
		  number_bytes(b, s->bytes));
	if (r->filter) {
		words_add(&w, "; %s left out, the rest match: ", number_grouped(a, s->filtered));
		words_add_name(&w, r->filter);
	}
	page_say(p, "records", w.s);
}

static void say_losses(struct page *p, const struct fleet_report *r, const struct sums *s)
{
	size_t said = 0, lossy = 0;
	char name[256];

	if (!loss_any(&s->lost)) {
		page_say_in(p, ROLE_GOOD, "losses", "no loss reported");
		return;
	}
	for (size_t i = 0; i < r->nr_files; i++) {
		if (!loss_any(&r->files[i].lost))
			continue;
		lossy++;
		report_escape(name, sizeof(name), r->files[i].path);
		if (said < LOSSES_SAID)
			text_loss(p, said++ ? "" : "losses", name, &r->files[i].lost);
	}
	if (lossy > 1)
		text_loss(p, "", said < lossy ? "all recordings, including those not shown" :
			  "all recordings", &s->lost);
}

static void say_nameless(struct page *p, const struct fleet_report *r, const struct sums *s)
{
	struct words w = { .len = 0 };
	const char *first = NULL;

	if (!s->nameless)
		return;
	for (size_t i = 0; i < r->nr_files && !first; i++)
		first = r->files[i].nameless ? r->files[i].path : NULL;
	words_add(&w, "names are missing in %zu recording%s: `spelunk report ", s->nameless,
		  s->nameless == 1 ? "" : "s");
	words_add_name(&w, first);
	words_add(&w, "` says of what, and how to get them");
	page_say(p, "symbols", w.s);
}

static void put_file(struct page *p, const struct fleet_file *f, size_t host)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];
	const char *cpu = f->midr ? spe_cpu_name(f->midr) : NULL;

	fprintf(p->out, "  %12s %8s", number_grouped(a, f->records), number_bytes(b, f->bytes));
	fprintf(p->out, " %8s", f->ns ? number_fixed(a, (double)f->ns / 1e9, 3) : "-");
	page_put(p, loss_any(&f->lost) ? ROLE_BAD : ROLE_DIM, " %4s", loss_any(&f->lost) ? "yes" : "no");
	fprintf(p->out, " %4s  %-13s  ", f->nr_cpus ? number_grouped(a, f->nr_cpus) : "-",
		cpu ? cpu : "-");
	page_cell(p, ROLE_TEXT, f->host, host, true, false);
	fputs("  ", p->out);
	page_cell(p, ROLE_DIM, f->path, page_room(p, 62 + host), false, true);
	fputc('\n', p->out);
}

static void say_files(struct page *p, const struct fleet_report *r)
{
	size_t host = sizeof("host") - 1;

	for (size_t i = 0; i < r->nr_files; i++) {
		size_t w = r->files[i].host ? cell_width(r->files[i].host, HOST_MOST) : 0;

		host = w > host ? w : host;
	}
	page_title(p, "Recordings", NULL);
	page_line(p, ROLE_DIM, "  %12s %8s %8s %4s %4s  %-13s  %-*s  %s", "records", "AUX", "seconds",
		  "lost", "CPUs", "model", (int)host, "host", "file");
	for (size_t i = 0; i < r->nr_files; i++)
		if (r->files[i].host)
			put_file(p, &r->files[i], host);
	for (size_t i = 0; i < r->nr_files; i++) {
		struct words w = { .len = 0 };

		if (r->files[i].host)
			continue;
		words_add_name(&w, r->files[i].path);
		words_add(&w, ": ");
		words_add_name(&w, r->files[i].why);
		page_say_in(p, ROLE_BAD, "not read", w.s);
	}
}

void fleet_text_files(struct page *p, const struct fleet_report *r)
{
	const struct sums s = sum_up(r);

	say_sums(p, r, &s);
	say_losses(p, r, &s);
	say_nameless(p, r, &s);
	say_files(p, r);
}
