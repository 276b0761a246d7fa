// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "collector/perfdata/perfdata_impl.h"

static const struct pmu_fact *fact_of(const struct perfdata *pd, uint32_t type)
{
	for (size_t i = 0; i < pd->nr_pmus; i++)
		if (pd->pmus[i].type == type)
			return &pd->pmus[i];
	return NULL;
}

static bool a_cpu_has(const struct perfdata *pd, uint32_t type)
{
	for (size_t i = 0; i < pd->nr_cpus; i++)
		if (pd->cpus[i].pmu_type == type)
			return true;
	return false;
}

bool perfdata_is_spe(const struct perfdata *pd, const struct perf_attr *attr)
{
	if (attr->type < PERF_TYPE_FIRST_PMU)
		return false;
	if (fact_of(pd, attr->type))
		return true;
	if (attr->name && !strncmp(attr->name, "arm_spe", 7))
		return true;
	if (!pd->has_aux_info || pd->aux_info_type != PERF_AUXTRACE_ARM_SPE)
		return false;
	return pd->aux_info_pmu == attr->type || a_cpu_has(pd, attr->type);
}

/* "arm_spe_0" from "arm_spe_0/ts_enable=1/". */
static const char *pmu_name(struct perfdata *pd, const struct perf_attr *attr)
{
	const struct pmu_fact *fact = fact_of(pd, attr->type);
	const char *slash;

	if (fact && fact->name)
		return fact->name;
	if (!attr->name || strncmp(attr->name, "arm_spe", 7))
		return NULL;
	slash = strchr(attr->name, '/');
	if (!slash)
		return attr->name;
	return pool_string(&pd->pool, attr->name, (size_t)(slash - attr->name));
}

static void fill_caps(const struct perfdata *pd, struct input_pmu *pmu)
{
	for (size_t i = 0; i < pd->nr_caps; i++) {
		const struct pmu_caps *caps = &pd->caps[i];

		if (caps->name && (!pmu->name || strcmp(caps->name, pmu->name)))
			continue;
		if (caps->count_size && !pmu->count_size)
			pmu->count_size = caps->count_size;
		if (caps->min_interval && !pmu->min_interval)
			pmu->min_interval = caps->min_interval;
	}
	for (size_t i = 0; i < pd->nr_cpus && !pmu->min_interval; i++)
		if (pd->cpus[i].pmu_type == pmu->type)
			pmu->min_interval = pd->cpus[i].min_interval;
}

/* Config bits as in the driver's format files: linux drivers/perf/arm_spe_pmu.c. */
#define CONFIG_TS_ENABLE	(1U << 0)
#define CONFIG_PCT_ENABLE	(1U << 2)

static void add_pmu(struct perfdata *pd, const struct perf_attr *attr)
{
	struct input_info *info = &pd->input.info;
	struct input_pmu *pmu;

	for (size_t i = 0; i < info->nr_pmus; i++)
		if (pd->out_pmus[i].type == attr->type)
			return;
	if (info->nr_pmus == PMU_FACTS_MAX)
		return;
	pmu = &pd->out_pmus[info->nr_pmus++];
	memset(pmu, 0, sizeof(*pmu));
	pmu->type = attr->type;
	pmu->name = pmu_name(pd, attr);
	pmu->period = attr->flags & PERF_ATTR_FREQ ? 0 : attr->period;
	pmu->timestamps = !!(attr->config & CONFIG_TS_ENABLE);
	pmu->physical_time = !!(attr->config & CONFIG_PCT_ENABLE);
	fill_caps(pd, pmu);
}

static void fill_attr(const struct perfdata *pd, struct input_attr *out,
		      const struct perf_attr *attr)
{
	*out = (struct input_attr){
		.name = attr->name,
		.type = attr->type,
		.config = attr->config,
		.config1 = attr->config1,
		.config2 = attr->config2,
		.config3 = attr->config3,
		.period = attr->flags & PERF_ATTR_FREQ ? 0 : attr->period,
		.frequency = attr->flags & PERF_ATTR_FREQ ? attr->period : 0,
		.is_spe = perfdata_is_spe(pd, attr),
		.is_cycles = attr->period && perfdata_sampled(attr) == SAMPLED_CYCLES,
		.is_clock = attr->period && perfdata_sampled(attr) == SAMPLED_CLOCK,
		.exclude_user = attr->flags & PERF_ATTR_EXCLUDE_USER,
		.exclude_kernel = attr->flags & PERF_ATTR_EXCLUDE_KERNEL,
		.exclude_hv = attr->flags & PERF_ATTR_EXCLUDE_HV,
		.exclude_guest = attr->flags & PERF_ATTR_EXCLUDE_GUEST,
		.exclude_host = attr->flags & PERF_ATTR_EXCLUDE_HOST,
	};
}

int perfdata_publish_pmus(struct perfdata *pd)
{
	struct input_info *info = &pd->input.info;
	void *attrs = reallocarray(pd->out_attrs, pd->attrs.nr + 1, sizeof(*pd->out_attrs));

	if (!attrs)
		return -ENOMEM;
	pd->out_attrs = attrs;
	if (!pd->out_pmus)
		pd->out_pmus = calloc(PMU_FACTS_MAX, sizeof(*pd->out_pmus));
	if (!pd->out_pmus)
		return -ENOMEM;
	info->nr_pmus = 0;
	for (size_t i = 0; i < pd->attrs.nr; i++) {
		const struct perf_attr *attr = &pd->attrs.list[i];

		fill_attr(pd, &pd->out_attrs[i], attr);
		if (pd->out_attrs[i].is_spe)
			add_pmu(pd, attr);
	}
	info->attrs = pd->out_attrs;
	info->nr_attrs = pd->attrs.nr;
	info->pmus = pd->out_pmus;
	return 0;
}

static const struct cpu_fact *perfdata_cpu(const struct perfdata *pd, int32_t cpu)
{
	size_t lo = array_first(pd->nr_cpus, i, pd->cpus[i].cpu >= cpu);

	return lo < pd->nr_cpus && pd->cpus[lo].cpu == cpu ? &pd->cpus[lo] : NULL;
}

static int32_t pmu_index(const struct perfdata *pd, int64_t type)
{
	for (size_t i = 0; i < pd->input.info.nr_pmus; i++)
		if (pd->out_pmus[i].type == type)
			return (int32_t)i;
	return -1;
}

/* ID_INDEX has the ring buffer, and so the CPU, of each event's ids. */
void perfdata_hint_pmus(struct perfdata *pd)
{
	for (size_t i = 0; i < pd->attrs.slots; i++) {
		const struct perf_id *id = &pd->attrs.ids[i];
		uint32_t type;

		if (!id->id || !id->has_index || id->attr >= pd->attrs.nr)
			continue;
		type = pd->attrs.list[id->attr].type;
		if (pmu_index(pd, type) >= 0)
			auxindex_hint(&pd->aux, id->cpu, id->tid, id->idx, type);
	}
}

int32_t perfdata_stream_pmu(const struct perfdata *pd, const struct aux_stream *s)
{
	const struct cpu_fact *cpu = perfdata_cpu(pd, s->cpu);
	int32_t pmu;

	if (pd->input.info.nr_pmus == 1)
		return 0;
	pmu = cpu ? pmu_index(pd, cpu->pmu_type) : -1;
	return pmu < 0 ? pmu_index(pd, s->pmu_type) : pmu;
}

uint64_t perfdata_midr(const struct input *s, int cpu)
{
	const struct perfdata *pd = (const struct perfdata *)s;
	const struct cpu_fact *fact;
	uint64_t midr;

	if (cpu >= 0) {
		fact = perfdata_cpu(pd, cpu);
		return fact && fact->midr ? fact->midr : pd->cpuid;
	}
	if (!pd->nr_cpus)
		return pd->cpuid;
	midr = pd->cpus[0].midr;
	for (size_t i = 1; i < pd->nr_cpus; i++)
		if (pd->cpus[i].midr != midr)
			return 0;
	return midr ? midr : pd->cpuid;
}
