// SPDX-License-Identifier: GPL-2.0-only
/* What this user may record, and how much of it the kernel keeps. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/doctor/checks.h"

/* perf record asks for 4 MiB of a privileged user (linux tools/perf/arch/arm64/util/arm-spe.c). */
#define BUFFER_WANTED_KB	1024

static const char *rights_text(const struct host *h)
{
	return host_can(h, HOST_CAP_SYS_ADMIN) ? "CAP_SYS_ADMIN" :
	       host_can(h, HOST_CAP_PERFMON) ? "CAP_PERFMON" :
	       h->user_namespace == ANSWER_YES ? "no capability outside its namespace" :
	       "no capability for it";
}

/* Whom the kernel refuses everything. */
static void refused_all(const struct host *h, struct finding *f, const char *level,
			const char *rights)
{
	finding_is(f, VERDICT_PROBLEM, "%s, %s: perf is refused", level, rights);
	if (h->paranoid.value > 2 && !host_can(h, HOST_CAP_SYS_ADMIN)) {
		finding_reason(f, "above 2 the kernels of Debian and Ubuntu let only CAP_SYS_ADMIN use "
			       "perf");
		finding_cure(f, "as root of the host; or sysctl kernel.perf_event_paranoid=2, and then "
			     "with CAP_PERFMON");
	} else {
		finding_reason(f, "a seccomp filter, as containers have, or a security module forbids "
			       "perf_event_open()");
		finding_cure(f, "outside the container, or in one that is started with --cap-add "
			     "PERFMON or --privileged");
	}
}

/* Whom it refuses something. */
static void refused_some(const struct host *h, struct finding *f, const char *level,
			 const char *rights)
{
	if (!host_may_kernel(h)) {
		finding_is(f, VERDICT_WARNING, "%s, %s: only programs of your own, in user space",
			   level, rights);
		finding_reason(f, "no kernel, no world switch, no guests, no physical addresses, no "
			       "CONTEXT packets");
	} else if (!host_may_cpu(h)) {
		finding_is(f, VERDICT_WARNING, "%s, %s: only programs of your own", level, rights);
		finding_reason(f, "whole CPUs, and so guests of others, are not for this user");
	} else {
		finding_is(f, VERDICT_WARNING, "%s, %s: all but tracepoints", level, rights);
		finding_reason(f, "without kvm:kvm_entry and kvm:kvm_exit there is no world switch in a "
			       "report");
	}
	finding_cure(f, "as root of the host, or: setcap cap_perfmon,cap_ipc_lock,cap_sys_ptrace,"
		     "cap_syslog+ep on the program that records; or for all users sysctl "
		     "kernel.perf_event_paranoid=-1");
}

void check_perf(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	const char *rights = rights_text(h);
	char level[64];

	snprintf(level, sizeof(level), "perf_event_paranoid %" PRId64, h->paranoid.value);
	if (!h->paranoid.known) {
		/* perf_event_open(2): the file is the way to know that there is perf */
		finding_is(f, VERDICT_UNKNOWN, "there is no kernel.perf_event_paranoid");
		finding_reason(f, "this kernel has no perf events, or /proc is not mounted");
		finding_cure(f, "a kernel with CONFIG_PERF_EVENTS");
	} else if (!host_may_perf(h)) {
		refused_all(h, f, level, rights);
	} else if (host_may_tracepoint(h)) {
		finding_is(f, VERDICT_OK, "%s, %s: everything", level,
			   h->paranoid.value < 0 ? "open to all" : rights);
	} else {
		refused_some(h, f, level, rights);
	}
}

static void describe_memory(const struct host *h, int64_t each_kb, struct finding *f)
{
	finding_is(f, each_kb < BUFFER_WANTED_KB ? VERDICT_WARNING : VERDICT_OK,
		   "about %" PRId64 " KiB for each CPU (kernel.perf_event_mlock_kb %" PRId64
		   ", locked memory %" PRId64 " KiB in all)", each_kb, h->mlock_kb.value,
		   h->memlock.value / 1024);
	if (f->verdict == VERDICT_OK)
		return;
	finding_reason(f, "records that do not fit are lost; %d KiB for each CPU are a good beginning, "
		       "and a buffer's size is a power of two", BUFFER_WANTED_KB);
	finding_cure(f, "sysctl kernel.perf_event_mlock_kb=%d, or ulimit -l unlimited, or "
		     "CAP_IPC_LOCK", 2 * BUFFER_WANTED_KB);
}

/* linux kernel/events/core.c, perf_mmap(): the sysctl counts for each CPU, the limit once. */
void check_memory(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;
	int64_t cpus = h->nr_cpus ? (int64_t)h->nr_cpus : 1;

	if (host_may_lock(h) || (h->memlock.known && h->memlock.value == INT64_MAX)) {
		finding_is(f, VERDICT_OK, "no limit on the memory of buffers");
	} else if (!h->mlock_kb.known || !h->memlock.known) {
		finding_is(f, VERDICT_UNKNOWN, "the limits cannot be read");
		finding_reason(f, "/proc is not mounted, or this kernel has no perf events");
	} else {
		describe_memory(h, h->mlock_kb.value + h->memlock.value / 1024 / cpus, f);
	}
}

/* linux kernel/ksyms_common.c: kallsyms_show_value() */
void check_symbols(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	switch (h->kallsyms) {
	case ANSWER_YES:
		finding_is(f, VERDICT_OK, "/proc/kallsyms has addresses");
		return;
	case ANSWER_UNKNOWN:
		finding_is(f, VERDICT_UNKNOWN, "/proc/kallsyms cannot be read");
		finding_reason(f, "this kernel is built without CONFIG_KALLSYMS, or hides it");
		finding_cure(f, "spelunk report --vmlinux FILE, with the kernel's ELF file");
		return;
	case ANSWER_NO:
		break;
	}
	finding_is(f, VERDICT_WARNING, "all addresses in /proc/kallsyms are zero");
	if (h->kptr_restrict.known)
		finding_add(f, " (kptr_restrict %" PRId64 ")", h->kptr_restrict.value);
	if (h->kptr_restrict.known && h->kptr_restrict.value > 1) {
		finding_reason(f, "above 1 nobody sees them, root neither");
		finding_cure(f, "sysctl kernel.kptr_restrict=1, and as root or with CAP_SYSLOG");
	} else {
		finding_reason(f, "they are for CAP_SYSLOG, or for all if kptr_restrict is 0 and "
			       "perf_event_paranoid at most 1");
		finding_cure(f, "as root, or with CAP_SYSLOG");
	}
}

void check_tracepoints(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	/* nothing enters a guest */
	if (host_is_arm(h) && h->kvm == KVM_MODE_NONE) {
		finding_is(f, VERDICT_OK, "there is no KVM to trace");
		return;
	}
	switch (h->tracefs) {
	case TRACEFS_KVM:
		finding_is(f, VERDICT_OK, "kvm:kvm_entry and kvm:kvm_exit, in %s", h->tracefs_path);
		break;
	case TRACEFS_NO_KVM:
		finding_is(f, VERDICT_WARNING, "%s has no kvm:kvm_entry or kvm:kvm_exit",
			   h->tracefs_path);
		finding_reason(f, "KVM is not loaded, or not built");
		finding_cure(f, "modprobe kvm");
		break;
	case TRACEFS_REFUSED:
		finding_is(f, VERDICT_WARNING, "%s cannot be read", h->tracefs_path);
		finding_reason(f, "it is root's alone, if not mounted otherwise");
		finding_cure(f, "as root, or: mount -o remount,gid=GROUP,mode=750 %s", h->tracefs_path);
		break;
	case TRACEFS_ABSENT:
		finding_is(f, VERDICT_WARNING, "tracefs is not mounted");
		finding_reason(f, "perf finds a tracepoint's number there");
		finding_cure(f, "mount -t tracefs nodev /sys/kernel/tracing");
		break;
	}
}

/* drivers/perf/arm_spe_pmu.c: set_spe_event_has_cx() */
void check_context(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (!host_is_arm(h))
		return;
	switch (h->config[KCONFIG_PID_IN_CONTEXTIDR]) {
	case CONFIG_YES:
	case CONFIG_MODULE:
		if (host_may_kernel(h)) {
			finding_is(f, VERDICT_OK, "CONFIG_PID_IN_CONTEXTIDR is set");
			break;
		}
		finding_is(f, VERDICT_WARNING, "CONTEXT packets are not for this user");
		finding_reason(f, "the kernel has them, and asks for the right to sample it");
		finding_cure(f, "see perf");
		break;
	case CONFIG_NO:
		finding_is(f, VERDICT_WARNING, "the kernel is built without CONFIG_PID_IN_CONTEXTIDR");
		finding_reason(f, "records have no CONTEXT: threads are told by task switches only");
		finding_cure(f, "a kernel with CONFIG_PID_IN_CONTEXTIDR=y");
		break;
	case CONFIG_UNKNOWN:
		finding_is(f, VERDICT_UNKNOWN, "CONFIG_PID_IN_CONTEXTIDR may be set or not");
		finding_reason(f, "the kernel's configuration is not in /proc/config.gz, /boot or "
			       "/lib/modules");
		finding_cure(f, "record, and look: spelunk dump shows CONTEXT packets");
		break;
	}
}

/* linux drivers/perf/arm_pmuv3.c: arch_perf_update_userpage() */
void check_time(const struct doctor *d, struct finding *f)
{
	const struct host *h = d->host;

	if (!host_is_arm(h))
		return;
	switch (h->time_conversion) {
	case ANSWER_YES:
		finding_is(f, VERDICT_OK, "perf tells how timer ticks become its time");
		break;
	case ANSWER_NO:
		finding_is(f, VERDICT_WARNING, "perf does not tell how timer ticks become its time");
		finding_reason(f, "the kernel works around an erratum of the timer, or has no driver for "
			       "the CPU's PMU: records cannot be put beside kvm_entry and task switches");
		finding_cure(f, "a kernel with CONFIG_ARM_PMUV3");
		break;
	case ANSWER_UNKNOWN:
		finding_is(f, VERDICT_UNKNOWN, "no event could be opened to ask perf for its clock");
		finding_reason(f, "perf refuses this user, or a security module does");
		finding_cure(f, "see perf");
		break;
	}
	if (h->timer_hz)
		finding_add(f, "; timer at %.2f MHz (%s)", (double)h->timer_hz / 1e6, h->timer_why);
}
