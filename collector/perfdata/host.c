// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "collector/host/guests.h"
#include "collector/host/host.h"
#include "collector/perfdata/facts.h"
#include "collector/perfdata/perfdata_impl.h"

/*
 * Records of ours, OWN_HOST, at the start of a recording: facts that no kernel records.  They used
 * to be a header section, PERF_FEAT_SPELUNK.  Lines of text, each a word and its values:
 *   kernel-el 2
 *   timer-hz 62500000
 *   kvm VHE
 *   guests-by arm_spe_guests 1.0	what lets events sample guests, or "kernel"
 *   cpu 3 0x410fd0c1 11 256	number, MIDR_EL1, its SPE PMU's type and minimum interval
 *   guest 4711 web		pid, and the name up to the end of the line
 *   vcpu 4711 0 4715		pid, number, thread
 */

#define LINE_ROOM	512
#define GUEST_FACTS_MAX	4096

__attribute__((format(printf, 2, 3)))
static void add_line(struct buffer *b, const char *fmt, ...)
{
	char line[LINE_ROOM];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	/* A guest's name is untrusted: it must not be able to form a line. */
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	buffer_add(b, line, strlen(line));
	buffer_add(b, "\n", 1);
}

static void add_cpus(struct buffer *b, const struct host *h)
{
	for (size_t i = 0; i < h->nr_cpus; i++) {
		const struct host_cpu *c = &h->cpus[i];
		uint64_t least = 0;
		uint32_t type = 0;

		for (size_t k = 0; k < h->nr_spe; k++)
			if (cpu_list_has(&h->spe[k].cpus, c->cpu)) {
				type = h->spe[k].type;
				host_pmu_cap(&h->spe[k], "min_interval", &least);
			}
		if (c->midr || type)
			add_line(b, "cpu %" PRIu32 " %#" PRIx64 " %" PRIu32 " %" PRIu64, c->cpu,
				 c->midr, type, least);
	}
}

/* Writes nothing if events cannot sample guests. */
static void add_guests_by(struct buffer *b, const struct host *h)
{
	for (size_t i = 0; i < h->nr_spe; i++) {
		if (!host_pmu_samples_guests(&h->spe[i]))
			continue;
		if (h->guest_module == GUEST_MODULE_LOADED)
			add_line(b, "guests-by " GUEST_MODULE " %s", h->guest_module_version);
		else
			add_line(b, "guests-by kernel");
		return;
	}
}

static void add_guests(struct buffer *b)
{
	struct guests g;

	if (!guests_read(&g, ""))
		for (size_t i = 0; i < g.nr && i < GUEST_FACTS_MAX; i++) {
			const struct guest *vm = &g.guest[i];

			add_line(b, "guest %" PRId32 " %s", vm->pid, vm->name);
			for (size_t k = 0; k < vm->nr_vcpus; k++)
				add_line(b, "vcpu %" PRId32 " %" PRId32 " %" PRId32, vm->pid,
					 vm->vcpus[k].vcpu, vm->vcpus[k].tid);
		}
	guests_free(&g);
}

void perfdata_facts_host(struct perfdata_facts *f, const struct host *h, bool guests)
{
	struct buffer b = { 0 };

	if (h->kernel_el)
		add_line(&b, "kernel-el %u", h->kernel_el);
	if (h->timer_hz)
		add_line(&b, "timer-hz %" PRIu64, h->timer_hz);
	if (h->kvm != KVM_MODE_UNKNOWN)
		add_line(&b, "kvm %s", kvm_mode_name(h->kvm));
	add_guests_by(&b, h);
	add_cpus(&b, h);
	if (guests)
		add_guests(&b);
	if (b.len)
		perfdata_facts_add(f, PERF_FEAT_SPELUNK, &b);
	buffer_free(&b);
}

/* Reading: the text is untrusted, like everything in a file. */

static void take_cpu(struct perfdata *pd, const char *line)
{
	struct cpu_fact c = { 0 }, *new;

	if (sscanf(line, "cpu %" SCNd32 " %" SCNx64 " %" SCNu32 " %" SCNu64, &c.cpu, &c.midr,
		   &c.pmu_type, &c.min_interval) < 2 || c.cpu < 0 ||
	    pd->nr_cpus == CPU_FACTS_MAX)
		return;
	/* sorted, like those of AUXTRACE_INFO */
	if (pd->nr_cpus && pd->cpus[pd->nr_cpus - 1].cpu >= c.cpu)
		return;
	new = array_add(pd->cpus, pd->nr_cpus);
	if (new)
		*new = c;
}

static void take_guest(struct perfdata *pd, const char *line)
{
	struct input_info *info = &pd->input.info;
	struct input_guest *new, g = { 0 };
	int at = 0;

	if (sscanf(line, "guest %" SCNd32 " %n", &g.pid, &at) < 1 || !at || !line[at] ||
	    info->nr_guests == GUEST_FACTS_MAX)
		return;
	g.name = pool_string(&pd->pool, line + at, strlen(line + at));
	new = g.name ? array_add(pd->guests, info->nr_guests) : NULL;
	if (new)
		*new = g;
	info->guests = pd->guests;
}

void perfdata_lines(struct perfdata *pd, const uint8_t *p, size_t len,
		    void (*take)(struct perfdata *pd, const char *line))
{
	char line[LINE_ROOM];

	while (len) {
		const uint8_t *end = memchr(p, '\n', len);
		size_t n = end ? (size_t)(end - p) : len;

		snprintf(line, sizeof(line), "%.*s", n < LINE_ROOM ? (int)n : LINE_ROOM - 1,
			 (const char *)p);
		take(pd, line);
		n += !!end;
		p += n;
		len -= n;
	}
}

static void take_line(struct perfdata *pd, const char *line)
{
	static const char by[] = "guests-by ";
	unsigned int el;

	if (sscanf(line, "kernel-el %u", &el) == 1 && (el == 1 || el == 2))
		pd->input.info.kernel_el = el;
	if (!strncmp(line, by, sizeof(by) - 1))
		pd->input.info.guests_by = pool_string(&pd->pool, line + sizeof(by) - 1,
							strlen(line + sizeof(by) - 1));
	take_cpu(pd, line);
	take_guest(pd, line);
}

void perfdata_host(struct perfdata *pd, const uint8_t *buf, size_t len)
{
	perfdata_lines(pd, buf, len, take_line);
}
