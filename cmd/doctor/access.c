// SPDX-License-Identifier: GPL-2.0-only
/* What this user may record, and the limits of the kernel's buffers. */
#include <stdio.h>
#include <string.h>

#include "cmd/doctor/checks.h"
#include "collector/event.h"

/* perf record uses 4 MiB for a privileged user (linux tools/perf/arch/arm64/util/arm-spe.c). */
#define BUFFER_WANTED_KB	1024

static const char *rights_text(const struct host *h)
{
	return host_can(h, HOST_CAP_SYS_ADMIN) ? "CAP_SYS_ADMIN" :
	       host_can(h, HOST_CAP_PERFMON) ? "CAP_PERFMON" :
	       h->user_namespace == ANSWER_YES ? "no capability outside its namespace" :
	       "no capability for it";
}

/* Describe what is refused to whom. */
static void refused_some(const struct host *h, struct finding *f, const char *level,
			 const char *rights)
{
	if (!host_may_kernel(h))
		finding_set(f, PERF_USER, level, rights);
	else if (!host_may_cpu(h))
		finding_set(f, PERF_OWN, level, rights);
	else
		finding_set(f, PERF_NO_TRACE, level, rights);
	finding_fix(f, "as root of the host, or: setcap cap_perfmon,cap_ipc_lock,cap_sys_ptrace,"
		    "cap_syslog+ep on the program that records; or for all users sysctl "
		    "kernel.perf_event_paranoid=-1");
}

void check_perf(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	const char *rights = rights_text(h);
	char level[64];

	snprintf(level, sizeof(level), "perf_event_paranoid %" PRId64, h->paranoid.value);
	if (!h->paranoid.known)
		finding_set(f, PERF_NONE);
	else if (host_may_tracepoint(h) && host_may_perf(h))
		finding_set(f, PERF, level, h->paranoid.value < 0 ? "open to all" : rights);
	else if (host_may_perf(h))
		refused_some(h, f, level, rights);
	else if (h->paranoid.value > 2 && !host_can(h, HOST_CAP_SYS_ADMIN))
		finding_set(f, PERF_PARANOID, level, rights);
	else
		finding_set(f, PERF_REFUSED, level, rights);
}

static void describe_memory(const struct host *h, int64_t each_kb, struct finding *f)
{
	finding_set(f, MEMORY, each_kb, h->mlock_kb.value, h->memlock.value / 1024);
	finding_reason(f, "records that do not fit are lost; start with %d KiB for each CPU (a "
		       "power of two)", BUFFER_WANTED_KB);
	finding_fix(f, "sysctl kernel.perf_event_mlock_kb=%d, or ulimit -l unlimited, or "
		    "CAP_IPC_LOCK", 2 * BUFFER_WANTED_KB);
	if (each_kb >= BUFFER_WANTED_KB)
		finding_ok(f);
}

/* linux kernel/events/core.c, perf_mmap(): the sysctl applies per CPU, the limit once. */
void check_memory(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	int64_t cpus = h->nr_cpus ? (int64_t)h->nr_cpus : 1;

	if (host_may_lock(h) || (h->memlock.known && h->memlock.value == INT64_MAX))
		finding_set(f, MEMORY_FREE);
	else if (!h->mlock_kb.known || !h->memlock.known)
		finding_set(f, MEMORY_UNKNOWN);
	else
		describe_memory(h, h->mlock_kb.value + h->memlock.value / 1024 / cpus, f);
}

void check_symbols(const struct doctor *d, struct finding *f)
{
	const struct host_number *restricted = &d->host->kptr_restrict;

	if (d->host->kallsyms == ANSWER_YES)
		finding_set(f, SYMBOLS);
	else if (d->host->kallsyms == ANSWER_UNKNOWN)
		finding_set(f, SYMBOLS_UNKNOWN);
	else if (restricted->known && restricted->value > 1)
		finding_set(f, SYMBOLS_NOBODY);
	else
		finding_set(f, SYMBOLS_REFUSED);
	if (d->host->kallsyms == ANSWER_NO && restricted->known)
		finding_add(f, " (kptr_restrict %" PRId64 ")", restricted->value);
}

void check_tracepoints(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	/* nothing can enter a guest */
	if (host_is_arm(h) && h->kvm == KVM_MODE_NONE) {
		finding_set(f, TRACE_NO_KVM);
		return;
	}
	switch (h->tracefs) {
	case TRACEFS_KVM:
		finding_set(f, TRACE, h->tracefs_path);
		break;
	case TRACEFS_NO_KVM:
		finding_set(f, TRACE_NOT_LOADED, h->tracefs_path);
		break;
	case TRACEFS_REFUSED:
		finding_set(f, TRACE_REFUSED, h->tracefs_path);
		finding_fix(f, "as root, or: mount -o remount,gid=GROUP,mode=750 %s",
			    h->tracefs_path);
		break;
	case TRACEFS_ABSENT:
		finding_set(f, TRACE_NO_FS);
		break;
	}
}

void check_context(const struct doctor *d, struct finding *f)
{
	switch (d->host->config[KCONFIG_PID_IN_CONTEXTIDR]) {
	case CONFIG_YES:
	case CONFIG_MODULE:
		if (host_may_kernel(d->host))
			finding_set(f, CONTEXT);
		else
			finding_set(f, CONTEXT_REFUSED);
		break;
	case CONFIG_NO:
		finding_set(f, CONTEXT_NOT_BUILT);
		break;
	case CONFIG_UNKNOWN:
		finding_set(f, CONTEXT_UNKNOWN);
		break;
	}
}

static const struct { uint32_t bits; const char *name; } counted[] = {
	{ 1u << COUNTER_CYCLES_HOST, "cycles" },
	{ 1u << COUNTER_INSTRUCTIONS_HOST, "instructions" },
	{ 1u << COUNTER_SAMPLE_POP | 1u << COUNTER_SAMPLE_COLLISION, "SPE's operations and collisions" },
};

void check_cycles(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	char cpus[64];

	if (!h->nr_cores) {
		finding_set(f, CYCLES_NONE);
		return;
	}
	finding_set(f, CYCLES, "");
	for (size_t i = 0; i < h->nr_cores; i++) {
		const struct host_core *c = &h->cores[i];

		finding_add(f, "%s%s: CPUs %s", i ? "; " : "", c->name,
			    cpu_list_text(&c->cpus, cpus, sizeof(cpus)));
		for (size_t k = 0; k < sizeof(counted) / sizeof(counted[0]); k++)
			finding_add(f, ", %s%s", (c->counters & counted[k].bits) == counted[k].bits ?
				    "" : "no ", counted[k].name);
	}
}

void check_time(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	switch (h->time_conversion) {
	case ANSWER_YES:
		finding_set(f, TIME);
		break;
	case ANSWER_NO:
		finding_set(f, TIME_NONE);
		break;
	case ANSWER_UNKNOWN:
		finding_set(f, TIME_UNKNOWN);
		break;
	}
	if (h->timer_hz)
		finding_add(f, "; timer at %.2f MHz (%s)", (double)h->timer_hz / 1e6, h->timer_why);
}
