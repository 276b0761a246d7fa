// SPDX-License-Identifier: GPL-2.0-only
/* Findings as rows that can be opened: Enter shows the evidence. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/kvm/kvm_sum.h"
#include "tui/app_impl.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

#define FINDINGS_MAX	(2 * FINDINGS)	/* of samples, and of exits */
#define HEADLINE_LEN	512
#define WIDE_FROM	140		/* minimum columns of a wide screen */
#define HEADLINE_AT	4		/* column */
#define LEADS_WIDTH	12		/* columns of what Enter does */
/* % from which a finding is shown as bad, or as a warning. */
#define SHARE_BAD	20
#define SHARE_WARM	10

/* A displayed finding, and the target of Enter. */
struct shown {
	const struct finding *f;
	const struct kvm_finding *exits;	/* NULL: a finding of samples */
};

/* All of them, largest first. */
struct findings_list {
	struct findings samples;
	struct kvm_findings exits;
	struct shown shown[FINDINGS_MAX];
	size_t nr;
	struct kvm_report report;
	struct kvm_sum sum;
};

/* Findings that forbid any conclusion come first. */
static double weight_of(const struct finding *f)
{
	return !f->is_share || !strcmp(f->id, "loss") ? INFINITY : f->percent;
}

static void add(struct findings_list *l, const struct finding *f, const struct kvm_finding *exits)
{
	size_t at = l->nr++;

	for (; at && weight_of(l->shown[at - 1].f) < weight_of(f); at--)
		l->shown[at] = l->shown[at - 1];
	l->shown[at] = (struct shown){ f, exits };
}

struct kvm_report findings_exits(const struct app *a, const struct text *t)
{
	return (struct kvm_report){
		.d = &t->data, .exits = a->cfg->exits, .functions = a->result->handlers,
		.functions_of_sites = a->cfg->sites, .nr_functions_of_sites = a->cfg->nr_sites,
	};
}

bool findings_has_exits(const struct app *a)
{
	return a->cfg->exits && exits_evidence(a->cfg->exits)->exits;
}

struct findings_list *findings_new(const struct app *a, struct text *t)
{
	struct findings_list *l = calloc(1, sizeof(*l));

	if (!l) {
		t->lines->failed = true;
		return NULL;
	}
	memcpy(t->data.symbols, a->result->symbols, sizeof(t->data.symbols));
	findings_of_samples(&l->samples, &t->data);
	for (size_t i = 0; i < l->samples.nr; i++)
		add(l, &l->samples.f[i], NULL);
	l->report = findings_exits(a, t);
	if (!findings_has_exits(a))
		return l;
	t->lines->failed |= kvm_sum_make(&l->sum, &l->report) != 0;
	kvm_findings(&l->exits, &l->sum, &l->report);
	for (size_t i = 0; i < l->exits.nr; i++)
		add(l, &l->exits.f[i].said, &l->exits.f[i]);
	return l;
}

void findings_free(struct findings_list *l)
{
	if (l)
		kvm_sum_clear(&l->sum);
	free(l);
}

const struct kvm_sum *findings_sum(const struct findings_list *l)
{
	return &l->sum;
}

/* Targets */

struct lead {
	enum view_id view;
	const char *word;		/* what Enter shows */
	uint64_t at;			/* level.at */
	char filter[FILTER_LEN], crumb[CRUMB_LEN];
};

/* What ran instead of all vCPUs: shown for the first one. */
static void lead_to_preemptors(struct lead *to, const struct findings_list *l,
			       const struct kvm_finding *f)
{
	const struct timeline_vcpu *name;
	const struct exit_vcpu *v = f->vcpu ? f->vcpu : kvm_vcpu(&l->report, f->vm, 0, &name);

	to->view = VIEW_VMS;
	to->word = "who";
	to->at = (uint64_t)v->tid;
	snprintf(to->crumb, sizeof(to->crumb), "steal from vm %u", f->vm->number);
}

/* The host code that handles such exits. */
static void lead_to_handlers(struct lead *to, const struct kvm_finding *f)
{
	const char *reason = exit_reason_name(f->row->reason);

	to->view = VIEW_HOT;
	to->word = "code";
	snprintf(to->filter, sizeof(to->filter), "reason=%s && pid=%d", reason, f->vm->vm->pid);
	snprintf(to->crumb, sizeof(to->crumb), "vm %u %s", f->vm->number, reason);
}

/* Show the whole function, so that its instructions can be compared. */
static bool lead_to_function(struct lead *to, const struct finding_place *p)
{
	char vm[24];

	snprintf(vm, sizeof(vm), "vm=%d", p->vm);
	if (!p->samples || !*p->symbol || !filter_of_place(p->symbol, p->object, NULL, to->filter) ||
	    (p->vm >= 0 && !filter_join(to->filter, vm)))
		return false;
	to->view = VIEW_ANNOTATE;
	to->word = "code";
	to->at = p->offset + 1;
	snprintf(to->crumb, sizeof(to->crumb), p->vm < 0 ? "%.64s" : "%.64s of vm %d", p->symbol,
		 p->vm);
	return true;
}

/* Its samples by instruction, if no function has a name. */
static void lead_to_samples(struct lead *to, const struct finding *f)
{
	char object[FILTER_LEN];

	to->view = VIEW_HOT;
	to->word = "code";
	to->at = 1;
	snprintf(to->filter, sizeof(to->filter), "%s", f->filter);
	snprintf(to->crumb, sizeof(to->crumb), "%s", f->id);
	if (!f->place.samples || !*f->place.object || strchr(f->place.object, '"'))
		return;
	snprintf(object, sizeof(object), "object=\"%.*s\"", FILTER_LEN / 2, f->place.object);
	filter_join(to->filter, object);
}

static struct lead lead_of(const struct findings_list *l, const struct shown *s, bool samples)
{
	struct lead to = { .view = VIEW_QUALITY, .word = "losses" };

	if (s->exits && (s->exits->kind == KVM_FIND_STEAL || !samples))
		lead_to_preemptors(&to, l, s->exits);
	else if (s->exits)
		lead_to_handlers(&to, s->exits);
	else if (s->f->filter && !lead_to_function(&to, &s->f->place))
		lead_to_samples(&to, s->f);
	if (!*to.crumb)
		snprintf(to.crumb, sizeof(to.crumb), "%s", s->f->id);
	return to;
}

/* Display */

/* The text before the figures, or the first sentence. */
static void headline(char out[HEADLINE_LEN], const struct finding *f, bool wide)
{
	const char *colon = strstr(f->text, ": "), *stop = strstr(f->text, ". ");
	const char *end = colon && (!stop || colon < stop) ? colon : stop;
	size_t len = end ? (size_t)(end - f->text) : strlen(f->text);
	char *interval;

	if (wide) {
		snprintf(out, HEADLINE_LEN, "%.*s", HEADLINE_LEN - 1, f->text);
		return;
	}
	snprintf(out, HEADLINE_LEN, "%.*s", (int)(len < HEADLINE_LEN ? len : HEADLINE_LEN - 1), f->text);
	interval = strrchr(out, '(');
	if (interval > out && out[strlen(out) - 1] == ')')
		interval[-1] = '\0';
}

static enum role role_of(const struct finding *f)
{
	return weight_of(f) >= SHARE_BAD ? ROLE_BAD : weight_of(f) >= SHARE_WARM ? ROLE_WARM : ROLE_DIM;
}

static const char *light_of(const struct text *t, enum role role)
{
	return !t->letters ? "●" : role == ROLE_BAD ? "!" : role == ROLE_WARM ? "*" : "-";
}

void findings_light(const struct text *t, struct text_line *line, enum role role, unsigned int at)
{
	if (!line || !(line->paint = malloc(1)))
		return;
	line->paint_at = at;
	line->nr_paint = 1;
	*line->paint = (uint8_t)role;
}

static void add_row(struct text *t, const struct findings_list *l, const struct shown *s,
		    bool samples, bool first)
{
	struct lead to = lead_of(l, s, samples);
	char text[HEADLINE_LEN];
	struct text_line *line;

	headline(text, s->f, t->width >= WIDE_FROM);
	fprintf(t->page.out, "  %s ", light_of(t, role_of(s->f)));
	cell_write(t->page.out, text, t->width > HEADLINE_AT + LEADS_WIDTH + 30 ?
		   t->width - HEADLINE_AT - LEADS_WIDTH - 3 : 30, true, false);
	fprintf(t->page.out, "  Enter: %s", to.word);
	line = text_line(t, ROLE_TEXT);
	findings_light(t, line, role_of(s->f), 2);
	lines_zoom(t->lines, line, to.filter, to.crumb);
	if (!line)
		return;
	line->opens = to.view + 1;
	line->opens_at = to.at;
	line->begin = first;
}

void findings_rows(const struct findings_list *l, struct text *t, bool samples)
{
	lines_title(t->lines, l->nr ? "Findings" : "No finding");
	for (size_t i = 0; i < l->nr; i++)
		add_row(t, l, &l->shown[i], samples, !i);
}

void findings_say(const struct findings_list *l, struct text *t)
{
	lines_title(t->lines, "What the findings say");
	for (size_t i = 0; i < l->nr; i++)
		finding_text(&t->page, i + 1, l->shown[i].f, true);
	if (l->samples.left_out + l->exits.left_out) {
		char more[64];

		snprintf(more, sizeof(more), "%zu of smaller shares",
			 l->samples.left_out + l->exits.left_out);
		page_say(&t->page, "more", more);
	}
	if (*l->samples.none)
		page_say(&t->page, "none", l->samples.none);
	if (*l->samples.ruled_out)
		page_say(&t->page, "ruled out", l->samples.ruled_out);
	text_lines(t);
}

/* If no function has a name, group by instruction. */
bool findings_open(struct app *a)
{
	static const enum field instructions[] = { FIELD_WORLD, FIELD_ADDRESS, FIELD_OP, FIELD_OBJECT };
	const struct text_line *line = lines_body_line(a);
	size_t depth = a->zoom.depth;
	uint64_t at;

	if (!line || !line->opens)
		return false;
	at = line->opens_at;
	zoom_to(a, line->filter, line->crumb, line->opens - 1);
	if (a->zoom.depth == depth)
		return true;
	if (app_top(a)->view == VIEW_HOT && at)
		level_keys(app_top(a), instructions, sizeof(instructions) / sizeof(instructions[0]));
	else
		app_top(a)->at = at;
	return true;
}
