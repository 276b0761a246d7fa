// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/live/live_impl.h"
#include "collector/live/tracefs.h"
#include "collector/perfdata/format.h"

/* The same for all events, so that every record's id, task, time and CPU can be found. */
#define COMMON_SAMPLE	(PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | \
			 PERF_SAMPLE_CPU | PERF_SAMPLE_IDENTIFIER)

static const struct {
	const char *name;
	bool always;
} tracepoints[] = {
#define KVM_TRACEPOINT(name, always, what) { name, always },
#include "collector/live/kvm_tracepoints.def"
#undef KVM_TRACEPOINT
};

#define NR_TRACEPOINTS	(sizeof(tracepoints) / sizeof(tracepoints[0]))

static struct live_event *add_event(struct live *l, enum live_kind kind)
{
	struct live_event *ev = &l->events[l->nr_events++];

	ev->kind = kind;
	return ev;
}

void live_event_common(struct perf_event_attr *a, const struct live_config *cfg)
{
	a->sample_type |= COMMON_SAMPLE;
	a->sample_id_all = 1;
	a->disabled = 1;
	a->inherit = !!cfg->tids;
	a->enable_on_exec = cfg->on_exec;
	a->watermark = 1;	/* wake us by bytes, not by events; 0 bytes: half a ring */
}

/* "arm_spe_0/ts_enable=1,jitter=1,period=4096/uGH" */
static void name_spe(struct live_event *ev, const struct spe_wish *wish)
{
	static const char *const formats[] = {
#define KNOB(id, format, since) format,
#include "collector/live/spe_knobs.def"
#undef KNOB
	};
	size_t at = (size_t)snprintf(ev->name, sizeof(ev->name), "%s/", ev->pmu->name);

	for (int k = 0; k < NR_SPE_KNOBS && at < sizeof(ev->name); k++)
		if (wish->value[k] && host_pmu_format(ev->pmu, formats[k]))
			at += (size_t)snprintf(ev->name + at, sizeof(ev->name) - at,
					       wish->value[k] > 4095 ? "%s=%#llx," : "%s=%llu,",
					       formats[k], (unsigned long long)wish->value[k]);
	if (at < sizeof(ev->name))
		snprintf(ev->name + at, sizeof(ev->name) - at, "period=%llu/%s%s%s",
			 (unsigned long long)wish->period, wish->exclude_kernel ? "u" : "",
			 wish->exclude_user ? "k" : "",
			 !wish->guests ? "" : wish->no_host ? "G" : "GH");
}

static int add_spe(struct live *l, const struct live_config *cfg, char *err, size_t errlen)
{
	for (size_t i = 0; i < cfg->host->nr_spe; i++) {
		struct live_event *ev = add_event(l, LIVE_SPE);
		struct spe_wish wish = cfg->wish;
		uint64_t least = 0;
		int ret;

		ev->pmu = &cfg->host->spe[i];
		ev->only = &ev->pmu->cpus;
		if (host_pmu_cap(ev->pmu, "min_interval", &least) && wish.period < least)
			wish.period = least;	/* as the driver does */
		ret = spe_event_attr(&ev->attr, ev->pmu, &wish, err, errlen);
		if (ret)
			return ret;
		live_event_common(&ev->attr.attr, cfg);
		/* The kernel ignores these bits; perf expects them when it decodes. */
		ev->attr.attr.sample_type |= PERF_SAMPLE_DATA_SRC;
		if (wish.value[SPE_KNOB_PHYSICAL])
			ev->attr.attr.sample_type |= PERF_SAMPLE_PHYS_ADDR;
		name_spe(ev, &wish);
	}
	return 0;
}

static struct perf_event_attr *add_dummy(struct live *l, enum live_kind kind)
{
	struct live_event *ev = add_event(l, kind);
	struct perf_event_attr *a = &ev->attr.attr;

	snprintf(ev->name, sizeof(ev->name), "dummy:u");
	a->type = PERF_TYPE_SOFTWARE;
	a->config = PERF_COUNT_SW_DUMMY;
	a->size = PERF_ATTR_SIZE_CONFIG2;
	a->sample_period = 1;
	a->exclude_kernel = 1;
	return a;
}

/*
 * A task that leaves a CPU to one of another cgroup is sampled, in the kernel [linux
 * include/linux/perf_event.h, perf_event_task_sched_out()].
 */
static void add_cgroup_switches(struct live *l, const struct live_config *cfg)
{
	struct live_event *ev = add_event(l, LIVE_SWITCHES);
	struct perf_event_attr *a = &ev->attr.attr;

	snprintf(ev->name, sizeof(ev->name), "cgroup-switches");
	ev->optional = !cfg->cgroups_must;
	a->type = PERF_TYPE_SOFTWARE;
	a->config = PERF_COUNT_SW_CGROUP_SWITCHES;
	a->size = PERF_ATTR_SIZE_CONFIG2;
	a->sample_period = 1;
	a->sample_type = PERF_SAMPLE_CGROUP;
	a->write_backward = !!cfg->keep;
	live_event_common(a, cfg);
}

/* In snapshot mode switches need an event of their own, because their ring is overwritten. */
static void add_sideband(struct live *l, const struct live_config *cfg)
{
	struct perf_event_attr *a = add_dummy(l, LIVE_SIDEBAND);

	a->mmap = a->mmap2 = a->comm = a->comm_exec = a->task = 1;
	a->ksymbol = a->text_poke = a->build_id = 1;
	a->context_switch = !cfg->keep;
	a->cgroup = 1;
	a->namespaces = host_can(cfg->host, HOST_CAP_PERFMON) ||
			host_can(cfg->host, HOST_CAP_SYS_ADMIN);
	live_event_common(a, cfg);
	if (cfg->cgroups)
		add_cgroup_switches(l, cfg);
	if (!cfg->keep)
		return;
	a = add_dummy(l, LIVE_SWITCHES);
	a->context_switch = a->write_backward = 1;
	live_event_common(a, cfg);
}

/* Add the tracepoints that the kernel has; a missing one is an error only if it is required. */
static int add_tracepoints(struct live *l, const struct live_config *cfg, char *err, size_t errlen)
{
	size_t before = l->nr_events;
	long id = -ENOENT;

	for (size_t i = 0; i < NR_TRACEPOINTS && *cfg->host->tracefs_path; i++) {
		struct live_event *ev;

		if (!tracepoints[i].always && !cfg->exits)
			continue;
		id = tracefs_id(cfg->host->tracefs_path, "kvm", tracepoints[i].name);
		if (id < 0)
			continue;
		ev = add_event(l, LIVE_TRACEPOINT);
		ev->tracepoint = tracepoints[i].name;
		snprintf(ev->name, sizeof(ev->name), "kvm:%s", ev->tracepoint);
		ev->attr.attr.type = PERF_TYPE_TRACEPOINT;
		ev->attr.attr.config = (uint64_t)id;
		ev->attr.attr.size = PERF_ATTR_SIZE_CONFIG2;
		ev->attr.attr.sample_period = 1;
		ev->attr.attr.sample_type = PERF_SAMPLE_PERIOD | PERF_SAMPLE_RAW;
		ev->attr.attr.write_backward = !!cfg->keep;
		live_event_common(&ev->attr.attr, cfg);
	}
	if (l->nr_events > before || !cfg->kvm_must)
		return 0;
	snprintf(err, errlen, "%s: run `spelunk doctor` for details",
		 cfg->host->tracefs == TRACEFS_REFUSED ?
		 "this user may not read tracefs, which describes KVM's tracepoints: run as root, "
		 "or remount it for your group (mount -o remount,gid=GROUP)" :
		 cfg->host->tracefs == TRACEFS_ABSENT ?
		 "tracefs, which describes KVM's tracepoints, is not mounted: "
		 "mount -t tracefs none /sys/kernel/tracing" :
		 "this kernel has no KVM tracepoints: leave out --kvm and --exits");
	return -ENOENT;
}

int live_make_events(struct live *l, const struct live_config *cfg, char *err, size_t errlen)
{
	int ret = 0;

	if (cfg->spe)
		ret = add_spe(l, cfg, err, errlen);
	if (ret)
		return ret;
	add_sideband(l, cfg);
	return cfg->kvm ? add_tracepoints(l, cfg, err, errlen) : 0;
}

void live_events_head(const struct live *l, struct perfdata_event *out)
{
	for (size_t i = 0; i < l->nr_events; i++) {
		const struct live_event *ev = &l->events[i];

		out[i] = (struct perfdata_event){ &ev->attr, ev->name,
						  (const uint64_t *)ev->ids.p, ev->ids.len / 8 };
	}
}
