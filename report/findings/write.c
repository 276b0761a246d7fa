// SPDX-License-Identifier: GPL-2.0-only
/* Findings as text and as JSON. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/commands.h"
#include "report/findings/findings_impl.h"
#include "report/json/writer.h"
#include "report/text/text.h"

void finding_text(struct page *p, size_t number, const struct finding *f, bool brief)
{
	char label[24], *line = NULL;
	char *next = *f->next ? report_commands(p->d, f->next) : NULL;
	char *evidence = *f->evidence && !brief ? report_command(p->d, f->evidence, f->filter) : NULL;

	snprintf(label, sizeof(label), "%zu", number);
	page_say(p, label, f->text);
	if (next && asprintf(&line, "%sNext:%s %s.", page_on(p, ROLE_TITLE), page_off(p), next) >= 0) {
		page_say(p, "", line);
		free(line);
	}
	if (evidence && asprintf(&line, "Evidence: `%s`", evidence) >= 0) {
		page_say(p, "", line);
		free(line);
	}
	free(next);
	free(evidence);
}

static void say_findings(struct page *p, const struct findings *all, bool brief)
{
	struct words w = { .len = 0 };

	for (size_t i = 0; i < all->nr; i++)
		finding_text(p, i + 1, &all->f[i], brief);
	if (all->left_out)
		words_add(&w, "%zu of smaller shares", all->left_out);
	if (w.len)
		page_say(p, "more", w.s);
	if (*all->none)
		page_say(p, "none", all->none);
	if (*all->ruled_out)
		page_say(p, "ruled out", all->ruled_out);
}

void findings_text(struct page *p, bool brief)
{
	struct findings *all = malloc(sizeof(*all));

	if (all) {
		findings_of_samples(all, p->d);
		say_findings(p, all, brief);
	}
	free(all);
}

/* Draw the worlds as a stack, for a person. */
static void say_split(struct page *p, uint64_t all)
{
	const struct picture picture = { .part = world_parts, .nr = NR_WORLDS, .whole = (double)all };
	float size[NR_WORLDS];

	if (!page_has_bars(p) || !all)
		return;
	for (unsigned int i = 0; i < NR_WORLDS; i++)
		size[i] = (float)world_samples(p->d->summary, world_at(i));
	fprintf(p->out, "%*s", PAGE_TEXT_AT, "");
	page_stack(p, (unsigned int)p->width - PAGE_TEXT_AT, &picture, size);
	fputc('\n', p->out);
}

/* "24,185: guest-kernel 36 %, host-kernel 32 %, ...", in display order. */
static void say_samples(struct page *p)
{
	struct words w = { .len = 0 };
	char a[NUMBER_LEN], b[NUMBER_LEN];
	uint64_t all = 0, n;

	for (unsigned int i = 0; i < NR_WORLDS; i++)
		all += world_samples(p->d->summary, i);
	words_add(&w, "%s", number_grouped(a, all));
	for (unsigned int i = 1; all && i <= NR_WORLDS; i++) {
		n = world_samples(p->d->summary, i % NR_WORLDS);
		if (n)
			words_add(&w, "%s%s%s%s %s", w.len > strlen(a) ? ", " : ": ",
				  page_on(p, world_role(i % NR_WORLDS)), world_name(i % NR_WORLDS),
				  page_off(p),
				  finding_percent(b, 100.0 * (double)n / (double)all));
	}
	if (p->d->filter) {
		words_add(&w, "; those that match ");
		words_add_name(&w, p->d->filter);
	}
	page_say(p, "samples", w.s);
	say_split(p, all);
}

static void say_top(struct page *p)
{
	char costliest[FINDINGS_COSTLIEST_LEN];

	text_recording_line(p);
	say_samples(p);
	if (*findings_costliest(costliest, p->d))
		page_say(p, "costliest", costliest);
}

/* These findings are about samples; refer to the report about VMs' time. */
static void say_kvm(struct page *p)
{
	const struct timeline_vm *vms;
	size_t nr = p->d->timeline ? timeline_vms(p->d->timeline, &vms) : 0;
	uint64_t entries = 0;
	char *text;

	for (size_t i = 0; i < nr; i++)
		entries += vms[i].entries;
	if (!entries)
		return;
	text = report_commands(p->d, "run `spelunk kvm` to see what their exits cost and who takes their CPU");
	if (text)
		page_say(p, "VMs", text);
	free(text);
}

void findings_text_top(struct page *p)
{
	say_top(p);
	text_way(p);
	text_losses(p);
	page_title(p, "Findings", "(shares of all latency cycles, with their 95 % interval)");
	findings_text(p, false);
	say_kvm(p);
}

/* Print up to the maximum number of lines, and say what was left out. */
static void put_lines(FILE *out, const char *text)
{
	const char *end = text, *at = text;

	for (unsigned int i = 0; *at && i < FINDINGS_LINES; i++) {
		end = i + 1 < FINDINGS_LINES ? at : end;
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	fwrite(text, 1, (size_t)((*at ? end : at) - text), out);
	if (*at)
		fputs("  ... (run without --summary for the rest)\n", out);
}

int findings_summary(FILE *out, const struct report_options *opt, findings_write_fn *write, void *arg)
{
	struct report_options brief = *opt;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	bool ok = f;

	brief.width = opt->width > PAGE_WIDTH ? PAGE_WIDTH : opt->width;
	if (f)
		write(f, arg, &brief);
	ok = ok && !fclose(f);
	if (ok)
		put_lines(out, text);
	free(text);
	return ok ? 0 : -ENOMEM;
}

static void write_summary(FILE *out, void *arg, const struct report_options *opt)
{
	const struct report_data *d = arg;
	struct page p = page_begin(out, d, opt, "spelunk report --summary");

	say_top(&p);
	text_losses(&p);
	findings_text(&p, true);
}

int findings_text_summary(FILE *out, const struct report_data *d, const struct report_options *opt)
{
	struct report_data copy = *d;

	return findings_summary(out, opt, write_summary, &copy);
}

static void put_figures(struct json *j, const struct finding *f)
{
	json_open(j, "figures", '[');
	for (size_t i = 0; i < f->nr_figures; i++) {
		const struct finding_figure *x = &f->figure[i];

		json_open(j, NULL, '{');
		json_string(j, "name", x->name);
		json_fixed(j, "value", x->value, 2);
		json_string(j, "unit", x->unit);
		if (json_known(j, "low", x->has_interval))
			json_fixed(j, "low", x->low, 2);
		if (json_known(j, "high", x->has_interval))
			json_fixed(j, "high", x->high, 2);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_place(struct json *j, const struct finding_place *p)
{
	if (!json_known(j, "where", p->samples))
		return;
	json_open(j, "where", '{');
	json_string(j, "symbol", *p->symbol ? p->symbol : NULL);
	json_string(j, "object", *p->object ? p->object : NULL);
	json_id(j, "vm", p->vm);
	json_hex(j, "offset", p->offset);
	json_uint(j, "samples", p->samples);
	json_uint(j, "of_samples", p->all);
	json_fixed(j, "percent", p->percent, 2);
	json_uint(j, "at_offset_samples", p->here);
	json_fixed(j, "at_offset_percent", p->here_percent, 2);
	json_close(j, '}');
}

static void put_text(struct json *j, const char *name, const char *text)
{
	json_string(j, name, *text ? text : NULL);
}

/* NULL too if there is no memory for it. */
static void put_owned(struct json *j, const char *name, char *text)
{
	json_string(j, name, text);
	free(text);
}

void finding_json(struct json *j, const struct report_data *d, const struct finding *f)
{
	json_string(j, "id", f->id);
	if (json_known(j, "share_percent", f->is_share))
		json_fixed(j, "share_percent", f->percent, 2);
	put_text(j, "share_of", f->of);
	json_bool(j, "rough", f->rough);
	json_string(j, "text", f->text);
	put_figures(j, f);
	put_place(j, &f->place);
	put_owned(j, "evidence", *f->evidence ? report_command(d, f->evidence, f->filter) : NULL);
	put_text(j, "ruled_out", f->ruled_out);
	put_owned(j, "next", *f->next ? report_commands(d, f->next) : NULL);
}

void findings_json(struct json *j, const struct report_data *d)
{
	struct findings *all = malloc(sizeof(*all));
	char costliest[FINDINGS_COSTLIEST_LEN];

	if (!json_known(j, "findings", d->has_findings && all)) {
		free(all);
		return;
	}
	findings_of_samples(all, d);
	json_open(j, "findings", '[');
	for (size_t i = 0; i < all->nr; i++) {
		json_open(j, NULL, '{');
		finding_json(j, d, &all->f[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_uint(j, "findings_left_out", all->left_out);
	put_text(j, "no_finding", all->none);
	put_text(j, "costliest", findings_costliest(costliest, d));
	free(all);
}
