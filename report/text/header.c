// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "decoder/names.h"
#include "report/spe_config.h"
#include "report/text/text.h"

#define CPUS_MAX        4096 /* CPUs to look up; limits nr_cpus, which is untrusted */
#define MODELS_MAX	8

struct model {
	uint64_t midr;
	uint32_t cpus;		/* 0: not counted */
};

static size_t add_model(struct model *models, size_t nr, uint64_t midr)
{
	for (size_t i = 0; i < nr; i++)
		if (models[i].midr == midr) {
			models[i].cpus++;
			return nr;
		}
	if (!midr || nr == MODELS_MAX)
		return nr;
	models[nr] = (struct model){ .midr = midr, .cpus = 1 };
	return nr + 1;
}

/* Find the models of the CPUs.  Returns the number. */
static size_t find_models(const struct page *p, struct model *models)
{
	const struct input *s = p->d->input;
	uint64_t midr = s ? input_midr(s, -1) : 0;
	uint32_t cpus = p->d->info->nr_cpus;
	size_t nr = 0;

	if (midr) {
		models[0] = (struct model){ .midr = midr, .cpus = cpus };
		return 1;
	}
	for (uint32_t cpu = 0; s && cpu < cpus && cpu < CPUS_MAX; cpu++)
		nr = add_model(models, nr, input_midr(s, (int)cpu));
	return nr;
}

/* "Neoverse N1 r3p1 (MIDR 0x413fd0c1)": variant and revision are bits 23:20, 3:0. */
static void add_model_name(struct words *w, uint64_t midr)
{
	const char *cpu = spe_cpu_name(midr), *by = spe_implementer_name(midr);

	if (cpu)
		words_add(w, "%s", cpu);
	else
		words_add(w, "unknown CPU%s%s", by ? " of " : "", by ? by : "");
	words_add(w, " r%up%u (MIDR 0x%08llx)", (unsigned int)(midr >> 20 & 15),
		  (unsigned int)(midr & 15), (unsigned long long)midr);
}

static void say_machine(struct page *p)
{
	const struct input_info *info = p->d->info;
	struct model models[MODELS_MAX];
	size_t nr = find_models(p, models);
	struct words w = { .len = 0 };
	char number[NUMBER_LEN];

	words_add_name(&w, input_host(info) ? info->hostname : "(no host name)");
	if (info->arch) {
		words_add(&w, ", ");
		words_add_name(&w, info->arch);
	}
	if (info->nr_cpus)
		words_add(&w, ", %u CPU%s", info->nr_cpus, info->nr_cpus == 1 ? "" : "s");
	for (size_t i = 0; i < nr; i++) {
		words_add(&w, ", ");
		if (nr > 1)
			words_add(&w, "%u x ", models[i].cpus);
		add_model_name(&w, models[i].midr);
	}
	if (!nr && info->cpu_desc) {
		words_add(&w, ", ");
		words_add_name(&w, info->cpu_desc);
	} else if (!nr) {
		words_add(&w, ", CPU model not recorded");
	}
	if (info->total_mem)
		words_add(&w, ", %s GiB of memory",
			  number_fixed(number, (double)info->total_mem / (1 << 20), 1));
	page_say(p, "machine", w.s);
}

static void say_kernel(struct page *p)
{
	const char *release = p->d->info->os_release;
	uint64_t against = timeline_mode_against(p->d->timeline);
	struct words w = { .len = 0 };
	char number[NUMBER_LEN];

	words_add_name(&w, release ? release : "(release not recorded)");
	switch (timeline_mode(p->d->timeline)) {
	case HOST_VHE:
		words_add(&w, ", host kernel at EL2 (VHE)");
		break;
	case HOST_NVHE:
		words_add(&w, ", host kernel at EL1 (nVHE)");
		break;
	case HOST_UNKNOWN:
		words_add(&w,
			  ", host mode unknown: the records do not prove one; pass --host-mode "
			  "vhe or nvhe");
		page_say(p, "kernel", w.s);
		return;
	}
	words_add(&w, p->d->mode_given ? ", as --host-mode says" : p->d->info->kernel_el ?
		  ", as spelunk record found" : ", seen in the records' exception levels");
	if (against)
		words_add(&w, "; %s record%s contradict%s it: damaged, or the mode is wrong",
			  number_grouped(number, against), against == 1 ? "" : "s",
			  against == 1 ? "s" : "");
	page_say(p, "kernel", w.s);
}

static void add_filters(struct words *w, const struct input_attr *a)
{
	const char *or = "";

	if (spe_config_selects_classes(a)) {
		words_add(w, "; only ");
		if (a->config & CONFIG_LOAD_FILTER) {
			words_add(w, "loads");
			or = " or ";
		}
		if (a->config & CONFIG_STORE_FILTER) {
			words_add(w, "%sstores", or);
			or = " or ";
		}
		if (a->config & CONFIG_BRANCH_FILTER)
			words_add(w, "%sbranches", or);
	}
	if (a->config2 & CONFIG2_MIN_LATENCY)
		words_add(w, "; only total latency of at least %u cycles",
			  (unsigned int)(a->config2 & CONFIG2_MIN_LATENCY));
	if (a->config1)
		words_add(w, "; only with all events of 0x%llx",
			  (unsigned long long)a->config1);
	if (a->config3)
		words_add(w, "; none with an event of 0x%llx",
			  (unsigned long long)a->config3);
	if (a->exclude_user)
		words_add(w, "; no user space");
	if (a->exclude_kernel)
		words_add(w, "; no kernel");
	if (a->exclude_guest)
		words_add(w, "; exclude_guest set");
	if (a->exclude_host)
		words_add(w, "; exclude_host set");
}

static void say_event(struct page *p, const struct input_attr *a)
{
	const struct input_info *info = p->d->info;
	const struct input_pmu *pmu = report_pmu(info, a);
	uint64_t period = pmu && pmu->period ? pmu->period : a->period;
	struct words w = { .len = 0 };
	char number[NUMBER_LEN];

	words_add_name(&w, a->name ? a->name : pmu && pmu->name ? pmu->name : "arm_spe");
	if (period)
		words_add(&w, ", one sample in %s operations",
			  number_grouped(number, period));
	else
		words_add(&w, ", sampling period not recorded");
	if (a->config & CONFIG_JITTER)
		words_add(&w, " (with jitter)");
	if (!(a->config & CONFIG_TS_ENABLE))
		words_add(&w, "; no timestamps");
	else if (a->config & CONFIG_PCT_ENABLE)
		words_add(&w, "; physical timestamps");
	if (a->config & CONFIG_PA_ENABLE)
		words_add(&w, "; physical addresses");
	add_filters(&w, a);
	if (!a->exclude_guest && info->guests_by) {
		words_add(&w, "; guests sampled by ");
		words_add_name(&w, info->guests_by);
	}
	page_say(p, "event", w.s);
}

/* ns from the first to the last sample; 0: unknown. */
static uint64_t sampled_ns(const struct report_data *d)
{
	struct report_total t = report_total(d->summary);
	uint64_t from, to;

	if (!d->clock || t.first >= t.last)
		return 0;
	from = input_clock_ns(d->clock, t.first);
	to = input_clock_ns(d->clock, t.last);
	return to > from ? to - from : 0;
}

static void say_recording(struct page *p)
{
	const struct input_info *info = p->d->info;
	uint64_t ns = sampled_ns(p->d);
	struct words w = { .len = 0 };
	char number[NUMBER_LEN];

	words_add_name(&w, !info->path ? "(unnamed)" :
		       !strcmp(info->path, "-") ? "standard input" : info->path);
	if (info->format && strcmp(info->format, "perf.data")) {
		words_add(&w, ", ");
		words_add_name(&w, info->format);
	}
	if (info->perf_version) {
		words_add(&w, !strncmp(info->perf_version, "spelunk", 7) ? ", written by " :
			  ", written by perf ");
		words_add_name(&w, info->perf_version);
	}
	if (info->file_size)
		words_add(&w, ", %s", number_bytes(number, info->file_size));
	if (ns)
		words_add(&w, ", %s s from first to last sample",
			  number_fixed(number, (double)ns / 1e9, 3));
	else if (info->last_time > info->first_time)
		words_add(&w, ", %s s of events", number_fixed(number,
			  (double)(info->last_time - info->first_time) / 1e9, 3));
	page_say(p, "recording", w.s);
}

static void say_records(struct page *p)
{
	const struct summary *s = p->d->summary;
	struct report_total t = report_total(s);
	struct words w = { .len = 0 };
	char a[NUMBER_LEN], b[NUMBER_LEN];

	words_add(&w, "%s decoded from %s of AUX data", number_grouped(a, t.records),
		  number_bytes(b, t.bytes));
	if (s && s->nr_cpus)
		words_add(&w, " in %zu stream%s", s->nr_cpus, s->nr_cpus == 1 ? "" : "s");
	if (p->d->filter) {
		words_add(&w,
			  "; %s excluded by the filter ", number_grouped(a, t.filtered));
		words_add_name(&w, p->d->filter);
	}
	page_say(p, "records", w.s);
}

/* What was recorded and how much, in a line or two. */
void text_recording_line(struct page *p)
{
	const struct input_info *info = p->d->info;
	uint64_t ns = sampled_ns(p->d);
	struct words w = { .len = 0 };
	struct model models[MODELS_MAX];
	char number[NUMBER_LEN];

	words_add_name(&w, !info->path ? "(unnamed)" :
		       !strcmp(info->path, "-") ? "standard input" : info->path);
	if (ns)
		words_add(&w, ", %s s", number_fixed(number, (double)ns / 1e9, 3));
	if (input_host(info)) {
		words_add(&w, " on ");
		words_add_name(&w, info->hostname);
	}
	if (info->nr_cpus)
		words_add(&w, ", %u CPU%s", info->nr_cpus, info->nr_cpus == 1 ? "" : "s");
	for (size_t i = 0, nr = find_models(p, models); i < nr; i++) {
		const char *cpu = spe_cpu_name(models[i].midr);

		words_add(&w, ", %s", cpu ? cpu : "unknown CPU");
	}
	if (info->os_release) {
		words_add(&w, ", Linux ");
		words_add_name(&w, info->os_release);
	}
	page_say(p, "recording", w.s);
}

/* Everything that is known about it. */
static void say_details(struct page *p)
{
	const struct input_info *info = p->d->info;

	say_recording(p);
	say_machine(p);
	say_kernel(p);
	for (size_t i = 0; i < info->nr_attrs; i++)
		if (info->attrs[i].is_spe)
			say_event(p, &info->attrs[i]);
	say_records(p);
	text_counters(p);
}

void text_recording(struct page *p)
{
	text_way(p);
	say_details(p);
}

void text_recording_details(struct page *p)
{
	page_title(p, "Recording", NULL);
	say_details(p);
}
