// SPDX-License-Identifier: GPL-2.0-only
#include "collector/perfdata/facts.h"

#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sysfiles.h"
#include "collector/host/host.h"
#include "collector/perfdata/format.h"

#define PMUS_ROOT	"/sys/bus/event_source/devices"
#define CPUS_ROOT	"/sys/devices/system/cpu"
#define MIDR_FILE	"/regs/identification/midr_el1"
#define PMUS_MAX	1024
#define STRING_ALIGN	64	/* NAME_ALIGN */
#define LINE_ROOM	4096

void perfdata_facts_string(struct buffer *b, const char *s)
{
	buffer_u32(b, (uint32_t)(strlen(s) + STRING_ALIGN) / STRING_ALIGN * STRING_ALIGN);
	buffer_text(b, s, STRING_ALIGN);
}

void perfdata_facts_add(struct perfdata_facts *f, unsigned int feature, struct buffer *bytes)
{
	if (bytes->bad || f->nr == PERFDATA_SECTIONS_MAX) {
		f->bad = true;
		buffer_free(bytes);
		return;
	}
	f->list[f->nr++] = (struct perfdata_section){ feature, *bytes };
	*bytes = (struct buffer){ 0 };
}

static void add_text(struct perfdata_facts *f, unsigned int feature, const char *text)
{
	struct buffer b = { 0 };

	perfdata_facts_string(&b, text);
	perfdata_facts_add(f, feature, &b);
}

/* The value in a file of "key ... : value" lines; false: none. */
static bool find_line(const char *path, const char *key, char *out, size_t room)
{
	char line[LINE_ROOM];
	FILE *in = fopen(path, "re");
	bool found = false;

	while (in && !found && fgets(line, sizeof(line), in)) {
		char *colon = strchr(line, ':');

		if (strncmp(line, key, strlen(key)) || !colon)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(out, room, "%s", colon + 1 + strspn(colon + 1, " "));
		found = true;
	}
	if (in)
		fclose(in);
	return found;
}

/* MIDR_EL1 of the first CPU that has one, as in tools/perf/arch/arm64/util/header.c. */
static void add_cpuid(struct perfdata_facts *f)
{
	char text[64];

	for (int cpu = 0; cpu < CPU_LIST_MAX; cpu++) {
		if (sysfiles_text("", text, sizeof(text), CPUS_ROOT "/cpu%d" MIDR_FILE, cpu) > 0) {
			add_text(f, PERF_FEAT_CPUID, text);
			return;
		}
		if (sysfiles_there("", CPUS_ROOT "/cpu%d", cpu))
			return;
	}
}

void perfdata_facts_machine(struct perfdata_facts *f, int argc, char *const *argv)
{
	struct buffer cpus = { 0 }, mem = { 0 }, cmd = { 0 };
	char text[LINE_ROOM];
	struct utsname u;

	if (!uname(&u)) {
		add_text(f, PERF_FEAT_HOSTNAME, u.nodename);
		add_text(f, PERF_FEAT_OSRELEASE, u.release);
		add_text(f, PERF_FEAT_ARCH, u.machine);
	}
	add_text(f, PERF_FEAT_VERSION, "spelunk " SPELUNK_VERSION);
	buffer_u32(&cpus, (uint32_t)sysconf(_SC_NPROCESSORS_CONF));
	buffer_u32(&cpus, (uint32_t)sysconf(_SC_NPROCESSORS_ONLN));
	perfdata_facts_add(f, PERF_FEAT_NRCPUS, &cpus);
	if (find_line("/proc/cpuinfo", "model name", text, sizeof(text)))
		add_text(f, PERF_FEAT_CPUDESC, text);
	add_cpuid(f);
	if (find_line("/proc/meminfo", "MemTotal", text, sizeof(text))) {
		buffer_u64(&mem, strtoull(text, NULL, 10));
		perfdata_facts_add(f, PERF_FEAT_TOTAL_MEM, &mem);
	}
	buffer_u32(&cmd, (uint32_t)argc + 1);
	perfdata_facts_string(&cmd, "spelunk");
	for (int i = 0; i < argc; i++)
		perfdata_facts_string(&cmd, argv[i]);
	perfdata_facts_add(f, PERF_FEAT_CMDLINE, &cmd);
}

void perfdata_facts_events(struct perfdata_facts *f, const struct perfdata_event *events, size_t nr)
{
	struct buffer b = { 0 };
	uint32_t size = PERF_ATTR_SIZE_CONFIG2;

	for (size_t i = 0; i < nr; i++)
		if (events[i].attr->attr.size > size)
			size = events[i].attr->attr.size;
	buffer_u32(&b, (uint32_t)nr);
	buffer_u32(&b, size);
	for (size_t i = 0; i < nr; i++) {
		union perf_attr_room attr = *events[i].attr;

		attr.attr.size = size;
		buffer_add(&b, &attr, size);
		buffer_u32(&b, (uint32_t)events[i].nr_ids);
		perfdata_facts_string(&b, events[i].name);
		buffer_add(&b, events[i].ids, 8 * events[i].nr_ids);
	}
	perfdata_facts_add(f, PERF_FEAT_EVENT_DESC, &b);
}

/* Every file in caps/ with its text: u32 nr, {name, value}, the PMU's name. */
static bool add_caps(struct buffer *b, const char *root, const char *pmu)
{
	struct buffer list = { 0 };
	struct sysfiles_names names;
	uint32_t nr = 0;
	char text[64];

	sysfiles_names(root, &names, HOST_PMU_FILES_MAX, PMUS_ROOT "/%s/caps", pmu);
	for (size_t i = 0; i < names.nr; i++) {
		if (sysfiles_text(root, text, sizeof(text), PMUS_ROOT "/%s/caps/%s", pmu,
			      names.name[i]) < 0)
			continue;
		perfdata_facts_string(&list, names.name[i]);
		perfdata_facts_string(&list, text);
		nr++;
	}
	if (nr) {
		buffer_u32(b, nr);
		buffer_add(b, list.p, list.len);
		perfdata_facts_string(b, pmu);
	}
	b->bad |= list.bad;
	buffer_free(&list);
	sysfiles_names_free(&names);
	return nr;
}

void perfdata_facts_pmus(struct perfdata_facts *f, const char *root)
{
	struct buffer maps = { 0 }, caps = { 0 };
	uint32_t nr = 0, with_caps = 0;
	struct sysfiles_names names;
	int64_t type;

	buffer_u32(&maps, 0);
	buffer_u32(&caps, 0);
	sysfiles_names(root, &names, PMUS_MAX, PMUS_ROOT);
	for (size_t i = 0; i < names.nr; i++) {
		if (sysfiles_number(root, &type, SYSFILES_NUMBER_DECIMAL, PMUS_ROOT "/%s/type",
				names.name[i]))
			continue;
		buffer_u32(&maps, (uint32_t)type);
		perfdata_facts_string(&maps, names.name[i]);
		nr++;
		if (!strncmp(names.name[i], "arm_spe_", 8))
			with_caps += add_caps(&caps, root, names.name[i]);
	}
	sysfiles_names_free(&names);
	if (!maps.bad)
		memcpy(maps.p, &nr, sizeof(nr));
	if (!caps.bad)
		memcpy(caps.p, &with_caps, sizeof(with_caps));
	perfdata_facts_add(f, PERF_FEAT_PMU_MAPPINGS, &maps);
	perfdata_facts_add(f, PERF_FEAT_PMU_CAPS, &caps);
}

static int by_feature(const void *a, const void *b)
{
	const struct perfdata_section *x = a, *y = b;

	return array_order(x->feature, y->feature);
}

int perfdata_facts_seal(struct perfdata_facts *f)
{
	qsort(f->list, f->nr, sizeof(f->list[0]), by_feature);
	return f->bad ? -ENOMEM : 0;
}

void perfdata_facts_free(struct perfdata_facts *f)
{
	for (size_t i = 0; i < f->nr; i++)
		buffer_free(&f->list[i].bytes);
	*f = (struct perfdata_facts){ 0 };
}
