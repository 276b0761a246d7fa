// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/bytes.h"
#include "collector/perfdata/perfdata_impl.h"

#define CMDLINE_MAX	65536
#define BUILD_IDS_MAX	(1U << 20)

const char *perfdata_cursor_string(struct cursor *c, size_t *len)
{
	uint32_t room = cursor_u32(c);
	const uint8_t *p = cursor_take(c, room);

	*len = p ? strnlen((const char *)p, room) : 0;
	return (const char *)p;
}

static const char *string_of(struct perfdata *pd, struct cursor *c)
{
	const char *s;
	size_t len;

	s = perfdata_cursor_string(c, &len);
	return s ? pool_string(&pd->pool, s, len) : NULL;
}

static void read_cmdline(struct perfdata *pd, struct cursor *c)
{
	uint32_t nr = cursor_u32(c);
	char *line = malloc(CMDLINE_MAX);
	size_t at = 0;

	for (uint32_t i = 0; line && i < nr && !c->bad; i++) {
		const char *s;
		size_t len;

		s = perfdata_cursor_string(c, &len);
		if (!s || len + 2 > CMDLINE_MAX - at)
			break;
		if (i)
			line[at++] = ' ';
		memcpy(line + at, s, len);
		at += len;
	}
	if (line && at)
		pd->input.info.cmdline = pool_string(&pd->pool, line, at);
	free(line);
}

/* The attr that an entry of EVENT_DESC describes: by its ids, else by its index. */
static size_t described(const struct perfdata *pd, const uint8_t *ids, uint32_t nr,
			size_t nth)
{
	for (uint32_t i = 0; i < nr; i++) {
		const struct perf_id *id = attrs_id(&pd->attrs, le64(ids + 8 * (size_t)i));

		if (id)
			return id->attr;
	}
	return nth;
}

static void read_event_desc(struct perfdata *pd, struct cursor *c)
{
	uint32_t nr = cursor_u32(c);
	uint32_t attr_size = cursor_u32(c);

	for (uint32_t i = 0; i < nr && !c->bad; i++) {
		const uint8_t *attr = cursor_take(c, attr_size);
		uint32_t nr_ids = cursor_u32(c);
		const uint8_t *ids;
		const char *name;
		size_t len, at;

		name = perfdata_cursor_string(c, &len);
		ids = cursor_take(c, 8 * (uint64_t)nr_ids);
		if (!attr || !name || !ids)
			break;
		at = described(pd, ids, nr_ids, i);
		if (at < pd->attrs.nr && attr_size >= 4 &&
		    pd->attrs.list[at].type == le32(attr))
			attrs_name(&pd->attrs, at, pool_string(&pd->pool, name, len));
	}
}

static void read_pmu_mappings(struct perfdata *pd, struct cursor *c)
{
	uint32_t nr = cursor_u32(c);

	for (uint32_t i = 0; i < nr && !c->bad; i++) {
		uint32_t type = cursor_u32(c);
		const char *name;
		size_t len;

		name = perfdata_cursor_string(c, &len);
		if (!name || len < 7 || memcmp(name, "arm_spe", 7))
			continue;
		if (pd->nr_pmus == PMU_FACTS_MAX)
			break;
		pd->pmus[pd->nr_pmus].type = type;
		pd->pmus[pd->nr_pmus++].name = pool_string(&pd->pool, name, len);
	}
}

static uint64_t number(const char *s, size_t len)
{
	char text[24];

	if (len >= sizeof(text))
		return 0;
	memcpy(text, s, len);
	text[len] = '\0';
	return strtoull(text, NULL, 0);
}

/* u32 nr, then name and value of each. */
static void read_caps(struct cursor *c, struct pmu_caps *caps)
{
	uint32_t nr = cursor_u32(c);

	memset(caps, 0, sizeof(*caps));
	for (uint32_t i = 0; i < nr && !c->bad; i++) {
		const char *name, *value;
		size_t name_len, value_len;

		name = perfdata_cursor_string(c, &name_len);
		value = perfdata_cursor_string(c, &value_len);
		if (!name || !value)
			break;
		if (name_len == 10 && !memcmp(name, "count_size", 10)) {
			uint64_t bits = number(value, value_len);

			caps->count_size = bits <= 64 ? (uint8_t)bits : 0;
		} else if (name_len == 12 && !memcmp(name, "min_interval", 12)) {
			caps->min_interval = number(value, value_len);
		}
	}
}

static void keep_caps(struct perfdata *pd, const struct pmu_caps *caps)
{
	if ((caps->count_size || caps->min_interval) && pd->nr_caps < PMU_FACTS_MAX)
		pd->caps[pd->nr_caps++] = *caps;
}

static void read_pmu_caps(struct perfdata *pd, struct cursor *c)
{
	uint32_t nr = cursor_u32(c);

	for (uint32_t i = 0; i < nr && !c->bad; i++) {
		struct pmu_caps caps;
		const char *name;
		size_t len;

		read_caps(c, &caps);
		name = perfdata_cursor_string(c, &len);
		if (!name || len < 7 || memcmp(name, "arm_spe", 7))
			continue;
		caps.name = pool_string(&pd->pool, name, len);
		keep_caps(pd, &caps);
	}
}

/*
 * struct perf_record_header_build_id: header, s32 pid, 20 bytes of id, u8 size (if misc says so), 3
 * bytes, then the file name.
 */
#define BUILD_ID_NAME 36

void perfdata_build_id(struct perfdata *pd, const uint8_t *buf, size_t len)
{
	uint16_t misc = le16(buf + 4);
	unsigned int mode = misc & PERF_MISC_CPUMODE;
	struct input_build_id *b;

	if (len <= BUILD_ID_NAME || pd->nr_build_ids == BUILD_IDS_MAX)
		return;
	b = array_add(pd->build_ids, pd->nr_build_ids);
	if (!b)
		return;
	b->pid = (int32_t)le32(buf + 8);
	b->kernel = mode == PERF_MISC_KERNEL || mode == PERF_MISC_GUEST_KERNEL;
	b->guest = mode == PERF_MISC_GUEST_KERNEL || mode == PERF_MISC_GUEST_USER;
	b->len = sizeof(b->id);
	if (misc & PERF_MISC_BUILD_ID_SIZE && buf[32] < sizeof(b->id))
		b->len = buf[32];
	memcpy(b->id, buf + 12, b->len);
	b->path = pool_string(&pd->pool, (const char *)buf + BUILD_ID_NAME,
			      len - BUILD_ID_NAME);
	if (!b->path || !b->len)
		pd->nr_build_ids--;
}

static void read_build_ids(struct perfdata *pd, const uint8_t *buf, size_t len)
{
	while (len >= 8) {
		size_t size = le16(buf + 6);

		if (size < 8 || size > len) {
			notes_add(&pd->notes, "The list of build-ids is damaged; what "
				  "comes after the damage was not read.");
			return;
		}
		perfdata_build_id(pd, buf, size);
		buf += size;
		len -= size;
	}
}

/* "0x00000000410fd0c0": MIDR_EL1 as tools/perf/arch/arm64/util/header.c writes it. */
static void read_cpuid(struct perfdata *pd, struct cursor *c)
{
	const char *s;
	size_t len;

	s = perfdata_cursor_string(c, &len);
	if (s && len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		pd->cpuid = number(s, len);
}

void perfdata_feature(struct perfdata *pd, unsigned int feature, const uint8_t *buf,
		      size_t len)
{
	struct input_info *info = &pd->input.info;
	struct cursor c = { .p = buf, .left = len };
	struct pmu_caps caps;

	switch (feature) {
	case PERF_FEAT_TRACING_DATA:
		perfdata_tracing(pd, buf, len);
		return;
	case PERF_FEAT_BUILD_ID:
		read_build_ids(pd, buf, len);
		return;
	case PERF_FEAT_SPELUNK:
		perfdata_host(pd, buf, len);
		return;
	case PERF_FEAT_HOSTNAME:
		info->hostname = string_of(pd, &c);
		break;
	case PERF_FEAT_OSRELEASE:
		info->os_release = string_of(pd, &c);
		break;
	case PERF_FEAT_VERSION:
		info->perf_version = string_of(pd, &c);
		break;
	case PERF_FEAT_ARCH:
		info->arch = string_of(pd, &c);
		break;
	case PERF_FEAT_NRCPUS:
		cursor_u32(&c);		/* available; the online ones follow */
		info->nr_cpus = cursor_u32(&c);
		break;
	case PERF_FEAT_CPUDESC:
		info->cpu_desc = string_of(pd, &c);
		break;
	case PERF_FEAT_CPUID:
		read_cpuid(pd, &c);
		break;
	case PERF_FEAT_TOTAL_MEM:
		info->total_mem = cursor_u64(&c);
		break;
	case PERF_FEAT_CMDLINE:
		read_cmdline(pd, &c);
		break;
	case PERF_FEAT_EVENT_DESC:
		read_event_desc(pd, &c);
		break;
	case PERF_FEAT_PMU_MAPPINGS:
		read_pmu_mappings(pd, &c);
		break;
	case PERF_FEAT_NUMA_TOPOLOGY:
		perfdata_numa_topology(pd, &c);
		break;
	case PERF_FEAT_MEM_TOPOLOGY:
		perfdata_mem_topology(pd, &c);
		break;
	case PERF_FEAT_SAMPLE_TIME:
		pd->sample_time[0] = cursor_u64(&c);
		pd->sample_time[1] = cursor_u64(&c);
		break;
	case PERF_FEAT_CPU_PMU_CAPS:
		read_caps(&c, &caps);
		keep_caps(pd, &caps);
		break;
	case PERF_FEAT_PMU_CAPS:
		read_pmu_caps(pd, &c);
		break;
	default:
		return;
	}
	if (c.bad)
		notes_add(&pd->notes, "Header section %u is shorter than what it states.",
			  feature);
}
