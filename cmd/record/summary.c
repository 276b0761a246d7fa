// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/record/record_impl.h"
#include "collector/event.h"
#include "collector/host/host.h"
#include "report/report.h"

/* Maximum CPUs listed individually; the others are summed up. */
#define CPUS_SHOWN	8

/* Seconds of waiting that rings can bridge. */
#define WAITED_LEAST	0.1

/* The largest buffer for samples to suggest. */
#define AUX_MOST	((size_t)64 << 20)

#define SIZE_TEXT	24

static bool lost_any(const struct input_loss *l)
{
	return l->truncated || l->partial || l->lost_events || l->lost_samples || l->throttled;
}

static void add(struct input_loss *sum, const struct input_loss *l)
{
	sum->truncated += l->truncated;
	sum->partial += l->partial;
	sum->collided += l->collided;
	sum->lost_events += l->lost_events;
	sum->lost_samples += l->lost_samples;
	sum->throttled += l->throttled;
	sum->aux_bytes += l->aux_bytes;
}

static void show_counts(const char *who, const struct input_loss *l)
{
	fprintf(stderr, "  %s:", who);
	if (l->truncated)
		fprintf(stderr, " sample buffer full or lost %" PRIu64 " time%s;", l->truncated,
			l->truncated == 1 ? "" : "s");
	if (l->partial)
		fprintf(stderr, " %" PRIu64 " buffer regions with gaps;", l->partial);
	if (l->lost_events)
		fprintf(stderr, " %" PRIu64 " records of tasks and guests lost;", l->lost_events);
	if (l->lost_samples)
		fprintf(stderr, " %" PRIu64 " tracepoint samples lost;", l->lost_samples);
	if (l->throttled)
		fprintf(stderr, " throttled %" PRIu64 " time%s;", l->throttled,
			l->throttled == 1 ? "" : "s");
	if (l->first_time)
		fprintf(stderr, " from %.6f to %.6f s of the perf clock", l->first_time / 1e9,
			l->last_time / 1e9);
	fputc('\n', stderr);
}

/* A size as --aux-buffer and --buffer accept it. */
static const char *size_text(char text[SIZE_TEXT], size_t size)
{
	bool mib = size % (1 << 20) == 0;

	snprintf(text, SIZE_TEXT, "%zu%c", size >> (mib ? 20 : 10), mib ? 'M' : 'K');
	return text;
}

/*
 * A buffer cannot be resized while it is in use.  But its fill rate is known now: suggest a size
 * that lasts a second on the busiest CPU that lost samples, and is at least twice the present one.
 */
static void show_aux_fix(const struct record_summary *s, const struct live_facts *f,
			 const struct input_loss *l, size_t nr)
{
	const struct input_loss *most = NULL;
	size_t size = 2 * f->aux_size;
	char now[SIZE_TEXT], then[SIZE_TEXT];
	double rate;

	for (size_t i = 0; i < nr; i++)
		if ((l[i].truncated || l[i].partial) && (!most || l[i].aux_bytes > most->aux_bytes))
			most = &l[i];
	rate = most && s->seconds > 0 ? (double)most->aux_bytes / s->seconds : 0;
	while ((double)size < rate && size < AUX_MOST)
		size *= 2;
	fputs("  samples were lost: use a longer --period", stderr);
	if (rate > 0 && size <= AUX_MOST)
		fprintf(stderr, ", or --aux-buffer %s (was %s): at the %.1f MiB/s of CPU %d it lasts "
			"%.1f s", size_text(then, size), size_text(now, f->aux_size),
			rate / 1048576, most->cpu, (double)size / rate);
	fputs(s->waited >= WAITED_LEAST ? ", or a faster disk for -o\n" : "\n", stderr);
}

static void show_fixes(const struct record_summary *s, const struct input_loss *l, size_t nr,
		       const struct input_loss *sum)
{
	char now[SIZE_TEXT], then[SIZE_TEXT];
	struct live_facts f;

	live_facts(s->live, &f);
	if (sum->truncated || sum->partial)
		show_aux_fix(s, &f, l, nr);
	if (sum->lost_events || sum->lost_samples)
		fprintf(stderr, "  some samples cannot be attributed: use --buffer %s (was %s), or "
			"leave out --exits\n", size_text(then, 2 * f.data_size),
			size_text(now, f.data_size));
	if (sum->throttled)
		fprintf(stderr, "  throttled: raise kernel.perf_event_max_sample_rate\n");
}

static void show_losses(const struct record_summary *s)
{
	const struct input_loss *l;
	size_t nr = live_losses(s->live, &l), shown = 0;
	struct input_loss sum = { 0 }, rest = { 0 };
	char who[32];

	for (size_t i = 0; i < nr; i++) {
		add(&sum, &l[i]);
		if (!lost_any(&l[i]))
			continue;
		if (shown++ < CPUS_SHOWN) {
			snprintf(who, sizeof(who), "CPU %d", l[i].cpu);
			show_counts(who, &l[i]);
		} else {
			add(&rest, &l[i]);
		}
	}
	if (shown > CPUS_SHOWN) {
		snprintf(who, sizeof(who), "%zu more CPUs", shown - CPUS_SHOWN);
		show_counts(who, &rest);
	}
	show_fixes(s, l, nr, &sum);
	if (sum.collided)
		fprintf(stderr, "  %" PRIu64 " buffer regions had collisions, each of which lost "
			"a sample; a longer --period has fewer\n", sum.collided);
}

void record_announce_time(const struct live_facts *f)
{
	static const struct { uint32_t bits; const char *name; } kinds[] = {
		{ 1u << COUNTER_CYCLES_HOST | 1u << COUNTER_CYCLES_GUEST, "cycles" },
		{ 1u << COUNTER_INSTRUCTIONS_HOST | 1u << COUNTER_INSTRUCTIONS_GUEST,
		  "instructions" },
		{ 1u << COUNTER_SAMPLE_POP, "operations" },
		{ 1u << COUNTER_SAMPLE_COLLISION, "collisions" },
	};
	const char *sep = " counters of ";

	if (f->cycles_freq || f->counters)
		fputs("spelunk record:", stderr);
	if (f->cycles_freq)
		fprintf(stderr, " cycles, %" PRIu64 " samples per second on each CPU%s",
			f->cycles_freq, f->counters ? ";" : "");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!(f->counters & kinds[i].bits))
			continue;
		fprintf(stderr, "%s%s", sep, kinds[i].name);
		sep = ", ";
	}
	if (f->cycles_freq || f->counters)
		fputc('\n', stderr);
	if (*f->no_time)
		fprintf(stderr, "spelunk record: %s\n", f->no_time);
}

void record_summary_saved(const char *path, const struct live_reach *reach)
{
	char shown[1024];

	report_escape(shown, sizeof(shown), path);
	fprintf(stderr, "spelunk record: the last %.3f s are in %s", reach->whole / 1e9, shown);
	if (reach->whole < reach->most)
		fprintf(stderr, ", and part of the last %.3f s (a larger --aux-buffer or --buffer "
			"keeps more whole)", reach->most / 1e9);
	fputc('\n', stderr);
}

void record_summary(const struct record_summary *s)
{
	const struct input_loss *l;
	size_t nr = live_losses(s->live, &l);
	uint64_t aux = 0;
	char shown[1024];

	for (size_t i = 0; i < nr; i++)
		aux += l[i].aux_bytes;
	report_escape(shown, sizeof(shown), s->path);
	fprintf(stderr, "spelunk record: %.1f s, %.2f MiB of samples, %.2f MiB of other records; "
		"%.2f MiB in %s", s->seconds, aux / 1048576.0,
		live_record_bytes(s->live) / 1048576.0, s->bytes / 1048576.0, shown);
	if (s->files > 1)
		fprintf(stderr, " and %u more files", s->files - 1);
	fputc('\n', stderr);
	if (s->hidden)
		fputs("  the kernel hides its addresses from this user, so its functions have no "
		      "names (run as root, or sysctl kernel.kptr_restrict=0)\n", stderr);
	if (s->cpus_changed)
		fputs("  some CPUs went offline or came online meanwhile: nothing was recorded on "
		      "them from then on\n", stderr);
	if (s->guests_ended)
		fputs("  the module " GUEST_MODULE " was unloaded meanwhile, or set not to sample "
		      "guests: some of their samples are missing\n", stderr);
	if (s->cut)
		fputs("  too many tasks came and went: some names of ended tasks are missing; use "
		      "a shorter --last\n", stderr);
	if (s->waited >= WAITED_LEAST)
		fprintf(stderr, "  the disk was too slow for %.1f s\n", s->waited);
	show_losses(s);
}
