// SPDX-License-Identifier: GPL-2.0-only
#include "collector/agent/agent.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sysfiles.h"
#include "collector/agent/clock_probe.h"
#include "collector/live/live.h"
#include "collector/live/running.h"
#include "collector/perfdata/facts.h"
#include "collector/perfdata/format.h"

#define DATA_SIZE	(512u << 10)	/* bytes of each CPU's ring */
#define STRETCHES_MAX   256             /* of one run of clock probes */
#define TASKS_MAX	(1u << 22)	/* PID_MAX_LIMIT */
#define LINE_ROOM	128

struct agent {
	const struct host *host;
	struct live *live;		/* NULL: no events from the kernel */
	struct perfdata_writer *writer;
	struct clock_probe probe;
	uint32_t next_cpu;		/* index in host.cpus */
	bool hidden;			/* the kernel hides its addresses */
	char **seen;			/* without live: known processes, sorted by id and start */
	size_t nr_seen;
};

/* Opening */

/*
 * If the kernel gives us no events: the event that describes the trailers of synthesized records.
 */
static void plain_event(union perf_attr_room *attr, struct perfdata_event *ev)
{
	static const uint64_t id = 1;

	*attr = (union perf_attr_room){ 0 };
	attr->attr.type = PERF_TYPE_SOFTWARE;
	attr->attr.config = PERF_COUNT_SW_DUMMY;
	attr->attr.size = PERF_ATTR_SIZE_CONFIG2;
	attr->attr.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU |
				 PERF_SAMPLE_IDENTIFIER;
	attr->attr.sample_id_all = 1;
	*ev = (struct perfdata_event){ attr, "dummy:u", &id, 1 };
}

static int open_plain(struct agent *a, const struct agent_config *cfg)
{
	struct perfdata_facts facts = { 0 };
	union perf_attr_room attr;
	struct perfdata_event ev;
	struct perfdata_head head = { .events = &ev, .nr_events = 1 };
	int ret;

	plain_event(&attr, &ev);
	perfdata_facts_machine(&facts, cfg->argc, cfg->argv);
	perfdata_facts_events(&facts, &ev, 1);
	ret = perfdata_facts_seal(&facts);
	head.sections = facts.list;
	head.nr_sections = facts.nr;
	ret = ret ?: perfdata_writer_open(&a->writer, cfg->output, &head);
	perfdata_facts_free(&facts);
	return ret;
}

static int open_live(struct agent *a, const struct agent_config *cfg)
{
	struct live_config live = {
		.host = a->host, .data_size = DATA_SIZE, .time = cfg->cycles_freq > 0,
		.cycles_freq = cfg->cycles_freq, .or_clock = true,
	};
	char err[256];
	int ret;

	live.cpus.cpu = calloc(a->host->nr_cpus + 1, sizeof(*live.cpus.cpu));
	if (!live.cpus.cpu)
		return -ENOMEM;
	for (size_t i = 0; i < a->host->nr_cpus; i++)
		live.cpus.cpu[live.cpus.nr++] = a->host->cpus[i].cpu;
	/* Not a failure: /proc has most of it. */
	if (live_open(&a->live, &live, err, sizeof(err)))
		a->live = NULL;
	free(live.cpus.cpu);
	ret = a->live ? live_writer(a->live, &a->writer, cfg->output, cfg->argc, cfg->argv) :
			open_plain(a, cfg);
	return ret;
}

int agent_open(struct agent **out, const struct agent_config *cfg, char *err, size_t errlen)
{
	struct agent *a = calloc(1, sizeof(*a));
	int ret = a ? 0 : -ENOMEM;

	*out = NULL;
	if (a) {
		a->host = cfg->host;
		if (clock_probe_open(&a->probe))
			a->probe = (struct clock_probe){ 0 };
		ret = open_live(a, cfg);
	}
	if (ret) {
		snprintf(err, errlen, "cannot write the output: %s", strerror(-ret));
		agent_close(a);
		return ret;
	}
	*out = a;
	return 0;
}

void agent_facts(const struct agent *a, struct agent_facts *out)
{
	struct live_facts live = { .cycles_freq = 0 };

	if (a->live)
		live_facts(a->live, &live);
	*out = (struct agent_facts){
		.events = a->live,
		.symbols = !a->hidden,
		.probes = a->probe.size,
		.cycles_freq = live.cycles_freq,
		.clock = live.clock,
	};
}

/* The initial state */

__attribute__((format(printf, 2, 3)))
static void add_line(struct buffer *b, const char *fmt, ...)
{
	char line[LINE_ROOM];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(line))
		buffer_add(b, line, (size_t)n);
}

static int put_facts(struct agent *a, struct buffer *b)
{
	int ret = b->bad ? -ENOMEM :
		  perfdata_writer_own(a->writer, OWN_FACTS, b->p, b->len);

	buffer_free(b);
	return ret;
}

static int note_machine(struct agent *a)
{
	const struct clock_probe *t = &a->probe;
	struct buffer b = { 0 };

	add_line(&b, "guest-agent 1\n");
	if (a->host->timer_hz)
		add_line(&b, "timer-hz %" PRIu64 "\n", a->host->timer_hz);
	if (t->size)
		add_line(&b, "beat %#" PRIx64 " %#" PRIx64 " %#" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
			 t->code, t->code_end, (uint64_t)(uintptr_t)t->base, t->size, t->step);
	return put_facts(a, &b);
}

/* Is "ffff800008010000 T name [module]" a code symbol? */
static bool is_function(const char *line)
{
	const char *blank = strchr(line, ' ');

	return blank && blank[1] && strchr("tTwW", blank[1]) && blank[2] == ' ';
}

static int note_kallsyms(struct agent *a)
{
	struct buffer b = { 0 };
	char line[1024];
	FILE *in = fopen("/proc/kallsyms", "re");
	int ret = 0;

	while (in && !ret && fgets(line, sizeof(line), in)) {
		size_t len = strlen(line);

		if (!is_function(line))
			continue;
		if (b.len + len > PERFDATA_OWN_MAX) {
			ret = perfdata_writer_own(a->writer, OWN_KALLSYMS, b.p, b.len);
			b.len = 0;
		}
		buffer_add(&b, line, len);
	}
	if (in)
		fclose(in);
	if (!ret && b.len)
		ret = b.bad ? -ENOMEM : perfdata_writer_own(a->writer, OWN_KALLSYMS, b.p, b.len);
	buffer_free(&b);
	return ret;
}

/* Without events from the kernel no record has a time: the counter in ns serves as the clock. */
static int note_clock(struct agent *a)
{
	struct {
		struct perf_event_header header;
		uint64_t shift, mult, zero, cycles, mask;
		uint8_t flags[8];
	} conv = {
		.header = { .type = PERF_REC_TIME_CONV, .size = sizeof(conv) }, .flags = { 1 },
	};
	struct iovec iov = { &conv, sizeof(conv) };

	if (!a->host->timer_hz)
		return 0;
	while (conv.shift < 31 && (1000000000ull << (conv.shift + 1)) / a->host->timer_hz <= UINT32_MAX)
		conv.shift++;
	conv.mult = (1000000000ull << conv.shift) / a->host->timer_hz;
	return perfdata_writer_records(a->writer, &iov, 1);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "id start" of a process, allocated; NULL: it has exited, or out of memory. */
static char *who_is(int32_t pid)
{
	unsigned long long start;
	char text[1024], *at, *out;

	/* field 22 of /proc/pid/stat; the name ends at the last ')' */
	if (sysfiles_text("", text, sizeof(text), "/proc/%d/stat", pid) <= 0)
		return NULL;
	at = strrchr(text, ')');
	if (!at || sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d "
			  "%*d %*d %*d %*d %llu", &start) != 1)
		return NULL;
	return asprintf(&out, "%d %llu", pid, start) < 0 ? NULL : out;
}

static int put_made_up(void *to, const struct iovec *iov, int nr)
{
	return perfdata_writer_records(to, iov, nr);
}

/* Record the processes that are new since the last call. */
static int look_at_tasks(struct agent *a)
{
	const struct running_sink out = { put_made_up, a->writer };
	struct sysfiles_names names;
	char **now;
	int ret = sysfiles_names("", &names, TASKS_MAX, "/proc");
	size_t nr = 0;

	now = calloc(names.nr + 1, sizeof(*now));
	for (size_t i = 0; now && i < names.nr && !ret; i++) {
		int32_t pid = (int32_t)strtol(names.name[i], NULL, 10);

		if (pid <= 0 || !(now[nr] = who_is(pid)))
			continue;
		if (!a->nr_seen || !bsearch(&now[nr], a->seen, a->nr_seen, sizeof(*now), by_text))
			ret = running_tasks(&out, &pid, 1);
		nr++;
	}
	sysfiles_names_free(&names);
	for (size_t i = 0; i < a->nr_seen; i++)
		free(a->seen[i]);
	free(a->seen);
	a->seen = now;
	a->nr_seen = nr;
	if (nr)
		qsort(now, nr, sizeof(*now), by_text);
	return now ? ret : -ENOMEM;
}

int agent_begin(struct agent *a)
{
	const struct running_sink out = { put_made_up, a->writer };
	int ret = a->live ? live_enable_sideband(a->live) : note_clock(a);

	ret = ret ?: note_machine(a);
	if (a->live)
		ret = ret ?: live_note_running(a->live, a->writer, &a->hidden);
	else
		ret = ret ?: running_kernel(&out, &a->hidden) ?: look_at_tasks(a);
	if (!a->hidden)
		ret = ret ?: note_kallsyms(a);
	return ret ?: a->live ? live_start(a->live, a->writer) ?: live_enable_samples(a->live) : 0;
}

/* While it runs */

/* A clock probe describes one CPU: pin the thread to it. */
static int go_to(uint32_t cpu, cpu_set_t *before)
{
	cpu_set_t one;

	if (cpu >= CPU_SETSIZE || sched_getaffinity(0, sizeof(*before), before))
		return -EINVAL;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}

int agent_probe(struct agent *a, unsigned int ms)
{
	struct clock_probe_stretch stretches[STRETCHES_MAX];
	struct buffer b = { 0 };
	cpu_set_t before;
	uint32_t cpu;
	size_t n;

	if (!a->probe.size || !a->host->nr_cpus)
		return 0;
	cpu = a->host->cpus[a->next_cpu++ % a->host->nr_cpus].cpu;
	if (go_to(cpu, &before))
		return 0;	/* it went offline, or we may not use it */
	n = clock_probe_run(&a->probe, a->probe.hz / 1000 * ms, stretches, STRETCHES_MAX);
	sched_setaffinity(0, sizeof(before), &before);
	for (size_t i = 0; i < n; i++)
		add_line(&b, "stretch %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", cpu,
			 stretches[i].from, stretches[i].to);
	return put_facts(a, &b);
}

int agent_round(struct agent *a)
{
	if (a->live)
		return live_round(a->live);
	return look_at_tasks(a) ?: perfdata_writer_round(a->writer);
}

int agent_close(struct agent *a)
{
	int ret = 0, err;

	if (!a)
		return 0;
	if (a->live && a->writer) {
		live_disable(a->live);
		ret = live_stop(a->live);
	}
	err = perfdata_writer_close(a->writer);
	live_free(a->live);
	clock_probe_close(&a->probe);
	for (size_t i = 0; i < a->nr_seen; i++)
		free(a->seen[i]);
	free(a->seen);
	free(a);
	return ret ?: err;
}
