// SPDX-License-Identifier: GPL-2.0-only
/* Findings of samples in words. */
#include <inttypes.h>
#include <string.h>

#include "report/findings/findings_impl.h"
#include "report/text/text.h"

#define SOURCES_SAID	3

char *finding_percent(char out[NUMBER_LEN], double percent)
{
	char number[NUMBER_LEN];
	bool nearly = percent >= 99.5 && percent < 100;	/* "100 %" is said of all alone */

	if (nearly && percent > 99.9)
		percent = 99.9;
	snprintf(out, NUMBER_LEN, "%.20s %%", percent > 0 && percent < 0.05 ? "<0.1" :
		 number_fixed(number, percent, percent < 9.95 || nearly));
	return out;
}

static void add_share(struct words *w, const struct cause *x)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN];
	unsigned int decimals = x->percent < 9.95;

	words_add(w, "%s of the latency cycles (%s to %s)", finding_percent(a, x->percent),
		  number_fixed(b, x->low, decimals), finding_percent(c, x->high));
}

static void add_samples(struct words *w, const struct causes *c, enum sample_kind kind)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], hit[NUMBER_LEN];
	double mean = causes_mean(c, kind), hits = causes_mean(c, KIND_LOAD_HIT);
	uint64_t n = c->d->summary->kinds[kind].samples;

	words_add(w, ": %s sample%s averaging %s cycles", number_grouped(a, n), n == 1 ? "" : "s",
		  number_fixed(b, mean, mean < 99.95));
	if (hits > 0)
		words_add(w, "; loads that hit L1D average %s", number_fixed(hit, hits, hits < 99.95));
	words_add(w, ".");
}

/* The data sources of these loads, most cycles first. */
struct source_part {
	const char *name;
	uint64_t midr, cycles;
	unsigned int code;
};

static size_t largest_sources(struct source_part out[SOURCES_SAID], const struct summary *s,
			      uint64_t *all)
{
	size_t nr = 0, at;

	for (size_t m = 0; m < s->nr_models; m++)
		for (unsigned int code = 0; code < SUMMARY_SOURCES; code++) {
			uint64_t cycles = s->models[m].behind[code].cycles;
			enum spe_reach reach = spe_source_reach(s->models[m].midr, (uint16_t)code);

			if (!cycles || reach == SPE_REACH_FAR || reach == SPE_REACH_PEER)
				continue;
			*all += cycles;
			for (at = nr; at && out[at - 1].cycles < cycles; at--)
				if (at < SOURCES_SAID)
					out[at] = out[at - 1];
			if (at < SOURCES_SAID)
				out[at] = (struct source_part){
					.midr = s->models[m].midr, .cycles = cycles, .code = code };
			nr += nr < SOURCES_SAID;
		}
	return nr;
}

static void add_sources(struct words *w, const struct causes *c)
{
	struct source_part part[SOURCES_SAID];
	uint64_t all = 0;
	size_t nr = largest_sources(part, c->d->summary, &all);
	char name[SOURCE_LEN], a[NUMBER_LEN];

	if (!nr) {
		words_add(w, " The records do not say where their data came from.");
		return;
	}
	words_add(w, " Data");
	for (size_t i = 0; i < nr; i++) {
		text_source(name, part[i].midr, part[i].code);
		words_add(w, "%s from %s%s %s%s", i ? "," : "", name, i ? "" : " took",
			  finding_percent(a, 100.0 * (double)part[i].cycles / (double)all),
			  i ? "" : " of these cycles");
	}
	words_add(w, ".");
}

static void add_walks(struct words *w, const struct causes *c)
{
	const struct cause *x = &c->cause[FINDING_WALKS];
	double mean = causes_mean_of(c, &x->t);
	char a[NUMBER_LEN], b[NUMBER_LEN];

	words_add(w, "Page-table walks take ");
	add_share(w, x);
	words_add(w, ": %s sample%s waited %s cycles for a walk on average.",
		  number_grouped(a, x->t.samples), x->t.samples == 1 ? "" : "s",
		  number_fixed(b, mean, mean < 99.95));
}

/* Average latency of the operations that these samples represent. */
static double node_mean(const struct node_sum *s)
{
	return s->operations ? (double)s->cycles / (double)s->operations : 0;
}

/* "vm 1 (web)", "postgres, process 812". */
static void add_owner(struct words *w, const struct causes *c, const struct node_owner *o)
{
	const struct timeline_vm *vms;
	size_t nr = c->d->timeline ? timeline_vms(c->d->timeline, &vms) : 0;

	if (o->vm < 0) {
		words_add_name(w, *o->comm ? o->comm : "(no name)");
		words_add(w, ", process %d,", o->pid);
		return;
	}
	words_add(w, "vm %d", o->vm);
	if ((size_t)o->vm < nr && *vms[o->vm].name) {
		words_add(w, " (");
		words_add_name(w, vms[o->vm].name);
		words_add(w, ")");
	}
}

/* Whose data it is, as far as it is known. */
static void add_node_owner(struct words *w, const struct causes *c)
{
	const struct node_owner *o = &c->nodes.owner;
	char a[NUMBER_LEN], b[NUMBER_LEN], d[NUMBER_LEN];

	if (!o->cycles)
		return;
	words_add(w, " %s of the loads of ", finding_percent(a, 100 * o->far.value));
	add_owner(w, c, o);
	words_add(w, " that may reach memory are far (%s to %s, by %s sample%s)",
		  number_fixed(a, 100 * o->far.low, 0), finding_percent(b, 100 * o->far.high),
		  number_grouped(d, o->known), o->known == 1 ? "" : "s");
	words_add(w, "; %s of their cycles are for data on node %d while it runs on node %d.",
		  finding_percent(a, 100.0 * (double)o->pair / (double)o->cycles), o->node,
		  o->cpu_node);
	if (o->unknown)
		words_add(w, " Of %s more the node is unknown.", number_grouped(a, o->unknown));
}

static void add_nodes(struct words *w, const struct causes *c)
{
	const struct cause *x = &c->cause[FINDING_NODES];
	double far = node_mean(&c->nodes.far), near = node_mean(&c->nodes.near);
	char a[NUMBER_LEN], b[NUMBER_LEN];

	words_add(w, "Loads of data on another NUMA node take ");
	add_share(w, x);
	words_add(w, ": %s sample%s averaging %s cycles", number_grouped(a, x->t.samples),
		  x->t.samples == 1 ? "" : "s", number_fixed(b, far, far < 99.95));
	if (near > 0)
		words_add(w, "; those of data on the CPU's own node average %s",
			  number_fixed(a, near, near < 99.95));
	words_add(w, ".");
	add_node_owner(w, c);
}

static void add_mispredicted(struct words *w, const struct causes *c)
{
	const struct summary *s = c->d->summary;
	const struct cause *x = &c->cause[FINDING_MISPREDICTED];
	struct share rate = causes_mispredicted(c);
	uint64_t n = x->t.samples, branches = n + s->kinds[KIND_BRANCH].samples;
	char a[NUMBER_LEN], b[NUMBER_LEN], d[NUMBER_LEN];

	words_add(w, "%s of 1,000 operations are mispredicted branches (%s to %s)",
		  number_fixed(a, rate.value, 1), number_fixed(b, rate.low, 1),
		  number_fixed(d, rate.high, 1));
	words_add(w, ": %s of %s sampled branches, %s.", number_grouped(a, n),
		  number_grouped(b, branches),
		  finding_percent(d, 100.0 * (double)n / (double)branches));
	words_add(w, " Their own latency is ");
	add_share(w, x);
	words_add(w, "; the work that the CPU discards after each one adds to that.");
}

/* "guest_chase of vm 1", "code without a symbol in libc.so.6". */
void finding_code(struct words *w, const char *symbol, const char *object, int32_t vm)
{
	if (*symbol) {
		words_add_name(w, symbol);
	} else {
		words_add(w, "code without a symbol");
		if (*object) {
			words_add(w, " in ");
			words_add_name(w, object);
		}
	}
	if (vm >= 0)
		words_add(w, " of vm %d", vm);
}

/* Without a file the field offset is an address. */
static void add_spot(struct words *w, const struct finding_place *p, const char *of)
{
	char a[NUMBER_LEN];

	words_add(w, ", %s of %s at %s0x%" PRIx64, p->here == p->samples ? "all" :
		  finding_percent(a, p->here_percent), of,
		  *p->object == '/' ? "offset " : "", p->offset);
}

/* If there are few samples, gives their numbers instead of a share. */
static void add_place(struct words *w, const struct finding_place *p, enum finding_id id)
{
	bool many = id == FINDING_MISPREDICTED || id == FINDING_STORES;
	char a[NUMBER_LEN], b[NUMBER_LEN];

	if (!p->samples)
		return;
	if (p->all < COLUMN_LEAST) {
		words_add(w, " %s of %s sample%s are in ", number_grouped(a, p->samples),
			  number_grouped(b, p->all), p->all == 1 ? "" : "s");
		finding_code(w, p->symbol, p->object, p->vm);
		words_add(w, ".");
		return;
	}
	words_add(w, " %s of %s %s in ", finding_percent(a, p->percent),
		  id == FINDING_STORES ? "the long ones" : many ? "them" : "these cycles", "are");
	finding_code(w, p->symbol, p->object, p->vm);
	if (p->here >= COLUMN_LEAST)
		add_spot(w, p, "those");
	words_add(w, ".");
}

static void add_time(struct words *w, const struct time_cause *t)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN];
	unsigned int decimals = t->time.value < 9.95;

	finding_code(w, t->code.symbol, t->code.object, t->code.vm);
	words_add(w, " takes %s of the host's time (%s to %s, by ", finding_percent(a, t->time.value),
		  number_fixed(b, t->time.low, decimals), finding_percent(c, t->time.high));
	words_add(w, "%s of %s samples of CPU cycles)", number_grouped(a, t->code.samples),
		  number_grouped(b, t->of));
}

/* The latencies are in this code; where is the time? */
static void add_overlap(struct words *w, const struct time_cause *t)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];

	words_add(w, " and %s of the latency cycles: its latencies overlap, so shortening them "
		  "saves at most that time.", finding_percent(a, t->latency));
	if (!t->longest.symbol)
		return;
	words_add(w, " Most time is in ");
	finding_code(w, t->longest.symbol, t->longest.object, t->longest.vm);
	words_add(w, ": %s, with %s of the latency cycles.", finding_percent(a, t->longest_time),
		  finding_percent(b, t->longest_latency));
}

/* Do the operations' latencies explain why they take so long? */
static void add_wait(struct words *w, const struct time_cause *t)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];

	words_add(w, " and %s of the operations. It takes %s of the latency cycles: ",
		  finding_percent(a, t->operations.value), finding_percent(b, t->latency));
	words_add(w, 2 * t->latency >= t->time.value ? "its operations take long." :
		  "its operations wait for each other, or for something that no sample shows.");
	if (t->kernel)
		words_add(w, " Time with interrupts off is counted where the kernel enables them "
			  "again.");
}

static void say_text(struct words *w, const struct causes *c, enum finding_id id)
{
	switch (id) {
	case FINDING_MEMORY:
		words_add(w, "Loads that miss L1D take ");
		add_share(w, &c->cause[id]);
		add_samples(w, c, KIND_LOAD_MISS);
		add_sources(w, c);
		break;
	case FINDING_FAR:
		words_add(w, "Loads of data from another socket or chip take ");
		add_share(w, &c->cause[id]);
		add_samples(w, c, KIND_LOAD_FAR);
		break;
	case FINDING_PEER:
		words_add(w, "Loads of data from other cores' caches take ");
		add_share(w, &c->cause[id]);
		add_samples(w, c, KIND_LOAD_PEER);
		break;
	case FINDING_WALKS:
		add_walks(w, c);
		break;
	case FINDING_MISPREDICTED:
		add_mispredicted(w, c);
		break;
	case FINDING_STORES:
		words_add(w, "Stores take ");
		add_share(w, &c->cause[id]);
		add_samples(w, c, KIND_STORE);
		break;
	case FINDING_NODES:
		add_nodes(w, c);
		break;
	case FINDING_TIME:
		add_time(w, &c->waits);
		add_wait(w, &c->waits);
		break;
	case FINDING_OVERLAP:
		add_time(w, &c->overlaps);
		add_overlap(w, &c->overlaps);
		break;
	case NR_FINDING_IDS:
		break;
	}
}

void causes_list(struct words *w, const struct causes *c, unsigned int verdict)
{
	size_t begin = w->len;
	char a[NUMBER_LEN];

	for (unsigned int id = 0; id < NR_FINDING_IDS; id++) {
		const struct cause *x = &c->cause[id];

		if (x->verdict != verdict)
			continue;
		words_add(w, "%s%s", w->len > begin ? ", " : "", finding_row(id)->what);
		if (x->t.samples)
			words_add(w, " (%s)", finding_percent(a, x->percent));
		else
			words_add(w, " (none)");
	}
}

/* Add an operand for a shell, quoted unless it is a plain word. */
static void add_operand(struct words *w, const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
	bool quote = name[strspn(name, plain)];

	words_add(w, "%s", quote ? "'" : "");
	words_add_name(w, name);
	words_add(w, "%s", quote ? "'" : "");
}

static void say_next(struct words *w, const char *next, const struct finding_place *p)
{
	const char *hole = strstr(next, "%s");

	if (!hole) {
		words_add(w, "%s", next);
		return;
	}
	/* without a name the hottest function is annotated */
	words_add(w, "%.*s", (int)(hole - next) - !*p->symbol, next);
	if (*p->symbol)
		add_operand(w, p->symbol);
	words_add(w, "%s", hole + 2);
}

static void add_share_figure(struct finding *f, const char *name, const char *unit,
			     const struct share *s)
{
	struct finding_figure *figure = &f->figure[f->nr_figures];

	finding_figure(f, name, unit, s->value);
	figure->low = s->low;
	figure->high = s->high;
	figure->has_interval = true;
}

/* Of the VM or process with most of it. */
static void add_owner_figures(struct finding *f, const struct node_owner *o)
{
	const struct share percent = { 100 * o->far.value, 100 * o->far.low, 100 * o->far.high };

	add_share_figure(f, "owner_far", "% of loads", &percent);
	finding_figure(f, "owner_known", "samples", (double)o->known);
	finding_figure(f, "owner_unknown", "samples", (double)o->unknown);
}

static void add_figures(struct finding *f, const struct causes *c, enum finding_id id)
{
	const struct cause *x = &c->cause[id];
	const struct time_cause *t = id == FINDING_TIME ? &c->waits : &c->overlaps;
	struct share rate;

	if (id == FINDING_TIME || id == FINDING_OVERLAP) {
		add_share_figure(f, "time", "% of time", &t->time);
		add_share_figure(f, "operations", "% of operations", &t->operations);
		finding_figure(f, "latency", "% of latency cycles", t->latency);
		finding_figure(f, "samples", "samples of CPU cycles", (double)t->code.samples);
		return;
	}
	add_share_figure(f, "share", "% of latency cycles",
			 &(struct share){ x->percent, x->low, x->high });
	finding_figure(f, "samples", "samples", (double)x->t.samples);
	finding_figure(f, "latency", "latency cycles", (double)x->t.cycles);
	finding_figure(f, "l1d_hit_mean", "cycles", causes_mean(c, KIND_LOAD_HIT));
	if (id == FINDING_NODES && c->nodes.owner.cycles)
		add_owner_figures(f, &c->nodes.owner);
	if (id != FINDING_MISPREDICTED)
		return;
	rate = causes_mispredicted(c);
	add_share_figure(f, "rate", "per 1000 operations", &rate);
}

static void place_of_time(struct finding_place *p, const struct time_cause *t)
{
	*p = (struct finding_place){
		.symbol = t->code.symbol, .object = t->code.object, .vm = t->code.vm,
		.samples = t->code.samples, .all = t->of, .percent = t->time.value,
	};
}

void finding_say(struct finding *f, const struct causes *c, enum finding_id id)
{
	const struct finding_row *row = finding_row(id);
	bool is_time = id == FINDING_TIME || id == FINDING_OVERLAP;
	struct words text = { .len = 0 }, out = { .len = 0 }, next = { .len = 0 };

	f->id = row->name;
	f->what = row->what;
	f->percent = c->cause[id].percent;
	f->of = is_time ? "time" : "latency cycles";
	f->is_share = true;
	f->rough = !is_time && c->cause[id].t.samples < COLUMN_LEAST;
	if (is_time)
		place_of_time(&f->place, id == FINDING_TIME ? &c->waits : &c->overlaps);
	else
		finding_place(&f->place, c->d, id);
	say_text(&text, c, id);
	if (!is_time)
		add_place(&text, &f->place, id);
	if (f->rough)
		words_add(&text, " These figures are rough: they are based on few samples.");
	causes_list(&out, c, CAUSE_RULED_OUT);
	say_next(&next, row->next, &f->place);
	words_copy(f->text, sizeof(f->text), &text);
	words_copy(f->ruled_out, sizeof(f->ruled_out), &out);
	words_copy(f->next, sizeof(f->next), &next);
	snprintf(f->evidence, sizeof(f->evidence), "spelunk report %s", row->show);
	f->filter = row->filter;
	add_figures(f, c, id);
}
