// SPDX-License-Identifier: GPL-2.0-only
/* Events that measure time: samples of cycles, and counters of each CPU. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "collector/event.h"
#include "collector/live/live_impl.h"

enum who { HOST, GUEST, BOTH };

static const struct {
	uint32_t what;
	uint16_t pmu_event;
	enum who who;
} rows[] = {
#define COUNTER(id, number, name, pmu_event, who, what) { number, pmu_event, who },
#include "collector/counters.def"
#undef COUNTER
};

#define NR_ROWS		(sizeof(rows) / sizeof(rows[0]))
#define CPU_CYCLES	0x11
#define SPARE_FILES	64

struct core {
	struct live *l;
	const struct live_config *cfg;
	const struct host_core *pmu;
};

/* Only the first reason is kept. */
__attribute__((format(printf, 2, 3)))
static void missing(struct live *l, const char *fmt, ...)
{
	va_list ap;

	if (*l->no_time)
		return;
	va_start(ap, fmt);
	vsnprintf(l->no_time, sizeof(l->no_time), fmt, ap);
	va_end(ap);
}

/* Explain perf_event_open()'s error. */
static void refused(struct live *l, const char *what, int code)
{
	switch (-code) {
	case EACCES:
	case EPERM:
		missing(l, "no %s: this user may not record them", what);
		break;
	case ENOENT:
	case ENODEV:
	case EOPNOTSUPP:
		missing(l, "no %s: the CPUs' PMU does not provide them", what);
		break;
	default:
		missing(l, "no %s: the kernel refuses them (%s)", what, strerror(-code));
	}
}

static void set_event(const struct core *c, struct live_event *ev, uint16_t pmu_event, enum who who)
{
	struct perf_event_attr *a = &ev->attr.attr;

	a->type = c->pmu->type;
	a->config = pmu_event;
	a->size = PERF_ATTR_SIZE_CONFIG2;
	a->read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	a->exclude_user = c->cfg->wish.exclude_user;
	a->exclude_kernel = c->cfg->wish.exclude_kernel;
	a->exclude_guest = who == HOST;
	a->exclude_host = who == GUEST;
	ev->only = &c->pmu->cpus;
}

/* "cycles:H"; with several PMUs "armv8_cortex_a76/cycles/uG", as in perf */
static void name_cycles(const struct core *c, struct live_event *ev)
{
	const struct perf_event_attr *a = &ev->attr.attr;
	bool several = c->l->host->nr_cores > 1;
	char for_whom[8];

	snprintf(for_whom, sizeof(for_whom), "%s%s%s", a->exclude_kernel ? "u" : "",
		 a->exclude_user ? "k" : "", a->exclude_guest ? "H" : a->exclude_host ? "G" : "");
	snprintf(ev->name, sizeof(ev->name), "%s%scycles%s%s", several ? c->pmu->name : "",
		 several ? "/" : "", several ? "/" : *for_whom ? ":" : "", for_whom);
}

/* The kernel rejects a higher frequency: perf_event_max_sample_rate. */
static uint64_t frequency(const struct core *c)
{
	const struct host_number *most = &c->l->host->max_sample_rate;
	uint64_t freq = c->cfg->cycles_freq;

	return most->known && most->value > 0 && freq > (uint64_t)most->value ?
	       (uint64_t)most->value : freq;
}

/* Open ev with call chains.  0; or -errno, and ev is unusable. */
static int open_sampled(const struct core *c, struct live_event *ev)
{
	struct live *l = c->l;
	struct perf_event_attr *a = &ev->attr.attr;
	int cpu, ret;

	ev->kind = LIVE_CYCLES;
	a->freq = 1;
	a->sample_freq = frequency(c);
	a->sample_type = PERF_SAMPLE_PERIOD | PERF_SAMPLE_CALLCHAIN;
	a->exclude_callchain_user = a->exclude_user;
	a->exclude_callchain_kernel = a->exclude_kernel;
	a->write_backward = !!l->keep;
	live_event_common(a, c->cfg);
	ret = live_open_event(l, c->cfg, ev, &cpu);
	if (!ret && ev->nr) {
		l->nr_events++;
		l->cycles_freq = a->sample_freq;
		return 0;
	}
	live_close_event(ev);
	*ev = (struct live_event){ 0 };
	return ret;
}

/* NULL: not available. */
static struct live_event *sample_cycles(const struct core *c, enum who who)
{
	struct live *l = c->l;
	struct live_event *ev = &l->events[l->nr_events];
	struct perf_event_attr *a = &ev->attr.attr;
	int ret;

	set_event(c, ev, CPU_CYCLES, who);
	/*
	 * the generic event, which every reader knows; with several PMUs it would mean just one of
	 * them
	 */
	if (l->host->nr_cores == 1) {
		a->type = PERF_TYPE_HARDWARE;
		a->config = PERF_COUNT_HW_CPU_CYCLES;
	}
	name_cycles(c, ev);
	ret = open_sampled(c, ev);
	if (ret)
		refused(l, who == GUEST ? "cycles of guests" : "samples of cycles", ret);
	return ev->nr ? ev : NULL;
}

/* Every kernel has it, even without a PMU. */
static void sample_clock(struct live *l, const struct live_config *cfg)
{
	const struct core c = { l, cfg, NULL };
	struct live_event *ev = &l->events[l->nr_events];

	ev->attr.attr.type = PERF_TYPE_SOFTWARE;
	ev->attr.attr.config = PERF_COUNT_SW_CPU_CLOCK;
	ev->attr.attr.size = PERF_ATTR_SIZE_CONFIG2;
	snprintf(ev->name, sizeof(ev->name), "cpu-clock");
	l->clock = !open_sampled(&c, ev) && l->cycles_freq;
}

static int open_counter(const struct core *c, struct live_event *ev,
			const struct live_event *leader)
{
	struct perf_event_attr *a = &ev->attr.attr;
	int cpu, ret;

	ev->leader = leader;
	a->disabled = !leader;
	a->enable_on_exec = !leader && c->cfg->on_exec;
	ret = live_open_event(c->l, c->cfg, ev, &cpu);
	if (ret)
		live_close_event(ev);
	return ret;
}

/* Open a row of counters.def, in the group of leader if not NULL; NULL: not available. */
static const struct live_event *count(const struct core *c, enum counter what,
				      const struct live_event *leader)
{
	struct live *l = c->l;
	struct live_event *ev = &l->counters[l->nr_counters];
	size_t r = 0;
	int ret;

	while (rows[r].what != what)
		r++;
	if (!(c->pmu->counters >> what & 1))
		return NULL;
	ev->kind = LIVE_COUNTER;
	ev->what = what;
	ev->any_cpu = !!c->cfg->tids;
	set_event(c, ev, rows[r].pmu_event, rows[r].who);
	ev->attr.attr.inherit = !!c->cfg->tids;
	ret = open_counter(c, ev, leader);
	/* the group is larger than the PMU */
	if (ret == -EINVAL && leader)
		ret = open_counter(c, ev, NULL);
	if (!ret && ev->nr) {
		l->nr_counters++;
		return ev;
	}
	if (ret)
		refused(l, "counters of cycles and operations", ret);
	*ev = (struct live_event){ 0 };
	return NULL;
}

/*
 * Count cycles and instructions of the host or of guests.  An event that samples a whole CPU also
 * counts and saves one of the six counters that most CPUs have.  For tasks there is an instance per
 * CPU, of which only one runs.
 */
static void time_of(const struct core *c, enum who who)
{
	enum counter cycles = who == HOST ? COUNTER_CYCLES_HOST : COUNTER_CYCLES_GUEST;
	struct live_event *sampled = sample_cycles(c, who);
	const struct live_event *leader = sampled;

	if (sampled && !c->cfg->tids)
		sampled->what = cycles;
	else
		leader = count(c, cycles, NULL);
	count(c, who == HOST ? COUNTER_INSTRUCTIONS_HOST : COUNTER_INSTRUCTIONS_GUEST, leader);
}

/* Filters that drop samples in hardware. */
static bool filters(const struct spe_wish *w)
{
	static const enum spe_knob knobs[] = {
		SPE_KNOB_BRANCHES, SPE_KNOB_LOADS, SPE_KNOB_STORES, SPE_KNOB_EVENTS,
		SPE_KNOB_MIN_LATENCY, SPE_KNOB_NOT_EVENTS, SPE_KNOB_NOT_SOURCES,
	};

	for (size_t i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
		if (w->value[knobs[i]])
			return true;
	return false;
}

/* Without a filter SAMPLE_FILTRATE equals SAMPLE_FEED: save the counter. */
static void events_of_spe(const struct core *c)
{
	const struct live_event *leader = count(c, COUNTER_SAMPLE_POP, NULL);

	count(c, COUNTER_SAMPLE_FEED, leader);
	count(c, COUNTER_SAMPLE_COLLISION, leader);
	if (filters(&c->cfg->wish))
		count(c, COUNTER_SAMPLE_FILTRATE, leader);
}

/* Leave file descriptors for what is opened later, above all files. */
static bool may_open(const struct live *l, const struct live_config *cfg)
{
	size_t tasks = cfg->tids ? cfg->nr_tids : 1, most = SPARE_FILES;
	struct rlimit files;

	for (size_t i = 0; i < l->nr_events; i++)
		most += l->events[i].nr;
	most += 2 * l->nr_rings * tasks + NR_ROWS * (cfg->tids ? tasks : l->nr_rings);
	return getrlimit(RLIMIT_NOFILE, &files) || most <= files.rlim_cur;
}

void live_open_time(struct live *l, const struct live_config *cfg)
{
	if (!cfg->time)
		return;
	if (!may_open(l, cfg)) {
		missing(l, "no cycles: they need more open files than allowed (raise ulimit -n)");
		return;
	}
	if (!l->host->nr_cores)
		missing(l, "no cycles: the kernel has no PMU for the CPUs; run `spelunk doctor` "
			"for details");
	for (size_t i = 0; i < l->host->nr_cores; i++) {
		struct core c = { l, cfg, &l->host->cores[i] };

		if (cfg->spe)
			events_of_spe(&c);
		if (!cfg->wish.no_host)
			time_of(&c, HOST);
		if (cfg->guest_time)
			time_of(&c, GUEST);
	}
	if (cfg->or_clock && !l->cycles_freq)
		sample_clock(l, cfg);
}
