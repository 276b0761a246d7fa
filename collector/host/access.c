// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel permits us to do. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sysfiles.h"
#include "collector/host/host_impl.h"

#define KALLSYMS_LOOK	65536	/* bytes: per-CPU symbols with address 0 may come first */

static void read_sysctls(struct host *h, const char *root)
{
	const struct { struct host_number *to; const char *name; } files[] = {
		{ &h->paranoid, "perf_event_paranoid" },
		{ &h->mlock_kb, "perf_event_mlock_kb" },
		{ &h->kptr_restrict, "kptr_restrict" },
		{ &h->max_sample_rate, "perf_event_max_sample_rate" },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		files[i].to->known = !sysfiles_number(root, &files[i].to->value,
						  SYSFILES_NUMBER_DECIMAL, "/proc/sys/kernel/%s",
						  files[i].name);
}

/* "Max locked memory  8388608  8388608  bytes": the soft limit, then the hard one */
static void read_limits(struct host *h, const char *root)
{
	static const char name[] = "Max locked memory";
	char text[4096], *at, *end;

	sysfiles_text(root, text, sizeof(text), "/proc/self/limits");
	at = strstr(text, name);
	if (!at)
		return;
	at += strlen(name);
	at += strspn(at, " ");
	errno = 0;
	h->memlock.value = !strncmp(at, "unlimited", 9) ? INT64_MAX : strtoll(at, &end, 10);
	h->memlock.known = !errno && h->memlock.value >= 0 &&
			   (h->memlock.value == INT64_MAX || end != at);
}

/*
 * perf requires capabilities in the initial user namespace (capable() and perfmon_capable(), linux
 * include/linux/capability.h); those of another namespace do not count.
 */
static void read_capabilities(struct host *h, const char *root)
{
	unsigned long long first, lower, nr;
	char text[8192], *at;

	sysfiles_text(root, text, sizeof(text), "/proc/self/uid_map");
	if (sscanf(text, "%20llu %20llu %20llu", &first, &lower, &nr) == 3)
		h->user_namespace = first || lower || nr != UINT32_MAX ? ANSWER_YES : ANSWER_NO;
	sysfiles_text(root, text, sizeof(text), "/proc/self/status");
	at = strstr(text, "\nCapEff:");
	if (at && h->user_namespace != ANSWER_YES)
		h->capabilities = strtoull(at + 8, NULL, 16);
}

/* We see what kallsyms_show_value() of linux kernel/ksyms_common.c decided. */
static void look_at_kallsyms(struct host *h, const char *root)
{
	char *text;

	if (sysfiles_whole(root, &text, KALLSYMS_LOOK, "/proc/kallsyms") <= 0) {
		free(text);
		return;
	}
	h->kallsyms = ANSWER_NO;
	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strtoull(at, NULL, 16))
			h->kallsyms = ANSWER_YES;
	}
	free(text);
}

/* Try to read both IDs, which are perf_event_attr.config of the tracepoints. */
static int read_tracepoints(const char *root, const char *path)
{
	int64_t id;

	return sysfiles_number(root, &id, SYSFILES_NUMBER_DECIMAL, "%s/events/kvm/kvm_entry/id", path) ?:
	       sysfiles_number(root, &id, SYSFILES_NUMBER_DECIMAL, "%s/events/kvm/kvm_exit/id", path);
}

static void find_tracefs(struct host *h, const char *root)
{
	static const char *const paths[] = { "/sys/kernel/tracing",
					     "/sys/kernel/debug/tracing" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int err = read_tracepoints(root, paths[i]);
		int events = sysfiles_there(root, "%s/events", paths[i]);
		enum tracefs t = !err ? TRACEFS_KVM :
				 err == -EACCES || err == -EPERM ? TRACEFS_REFUSED :
				 !events ? TRACEFS_NO_KVM : TRACEFS_ABSENT;

		/* a refusal counts for the second path only if the first one is not there */
		if (t == TRACEFS_ABSENT || (i && t == TRACEFS_REFUSED && h->tracefs_path[0]))
			continue;
		h->tracefs = t;
		snprintf(h->tracefs_path, sizeof(h->tracefs_path), "%s", paths[i]);
		if (t != TRACEFS_REFUSED)
			return;
	}
}

void host_read_access(struct host *h, const char *root)
{
	read_sysctls(h, root);
	read_limits(h, root);
	read_capabilities(h, root);
	look_at_kallsyms(h, root);
	find_tracefs(h, root);
}

static int64_t paranoid(const struct host *h)
{
	return h->paranoid.known ? h->paranoid.value : 2;
}

/* perfmon_capable() */
static bool perfmon(const struct host *h)
{
	return host_can(h, HOST_CAP_PERFMON) || host_can(h, HOST_CAP_SYS_ADMIN);
}

bool host_may_perf(const struct host *h)
{
	if (h->perf_opens != ANSWER_UNKNOWN)
		return h->perf_opens == ANSWER_YES;
	return paranoid(h) <= 2 || host_can(h, HOST_CAP_SYS_ADMIN);
}

bool host_may_kernel(const struct host *h)
{
	return host_may_perf(h) && (paranoid(h) <= 1 || perfmon(h));
}

bool host_may_cpu(const struct host *h)
{
	return host_may_perf(h) && (paranoid(h) <= 0 || perfmon(h));
}

bool host_may_tracepoint(const struct host *h)
{
	return host_may_perf(h) && (paranoid(h) <= -1 || perfmon(h));
}

bool host_may_lock(const struct host *h)
{
	return paranoid(h) <= -1 || host_can(h, HOST_CAP_IPC_LOCK);
}
