// SPDX-License-Identifier: GPL-2.0-only
#include "collector/spe_event.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PMU_PREFIX	"arm_spe_"
#define PATH_ROOM	512

static const struct {
	const char *format, *since;
} knobs[NR_SPE_KNOBS] = {
#define KNOB(id, format, since) [SPE_KNOB_##id] = { format, since },
#include "collector/spe_knobs.def"
#undef KNOB
};

/* A small file's first line, without its newline; false if it cannot be had. */
static bool read_line(int dir, const char *path, char *out, size_t room)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, out, room - 1);
	close(fd);
	if (n < 0)
		return false;
	out[n] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return true;
}

static uint64_t read_number(int dir, const char *path)
{
	char text[32];

	return read_line(dir, path, text, sizeof(text)) ? strtoull(text, NULL, 10) : 0;
}

/* "config1:0-63" or "config:16". */
static bool parse_format(struct spe_format *f, const char *text)
{
	unsigned long low, high;
	char *end;

	if (strncmp(text, "config", 6))
		return false;
	text += 6;
	f->config = *text >= '1' && *text <= '4' ? (uint8_t)(*text++ - '0') : 0;
	if (*text++ != ':')
		return false;
	low = high = strtoul(text, &end, 10);
	if (end == text)
		return false;
	if (*end == '-')
		high = strtoul(end + 1, &end, 10);
	if (*end || high > 63 || low > high)
		return false;
	f->low = (uint8_t)low;
	f->high = (uint8_t)high;
	f->there = true;
	return true;
}

static int read_pmu(struct spe_pmu *pmu, int root, const char *name)
{
	char path[PATH_ROOM], text[64];
	int dir = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return -errno;
	*pmu = (struct spe_pmu){ .type = (uint32_t)read_number(dir, "type") };
	snprintf(pmu->name, sizeof(pmu->name), "%s", name);
	if (!read_line(dir, "cpumask", pmu->cpus, sizeof(pmu->cpus)))
		pmu->cpus[0] = '\0';
	pmu->min_interval = read_number(dir, "caps/min_interval");
	pmu->count_size = (uint8_t)read_number(dir, "caps/count_size");
	pmu->arch_inst = read_number(dir, "caps/arch_inst");
	for (int k = 0; k < NR_SPE_KNOBS; k++) {
		snprintf(path, sizeof(path), "format/%s", knobs[k].format);
		if (read_line(dir, path, text, sizeof(text)))
			parse_format(&pmu->format[k], text);
	}
	close(dir);
	return pmu->type ? 0 : -ENODEV;
}

static int by_name(const void *a, const void *b)
{
	const struct spe_pmu *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int spe_pmus_read(struct spe_pmu *pmus, size_t max, const char *root)
{
	DIR *dir = opendir(root ? root : "/sys/bus/event_source/devices");
	struct dirent *d;
	size_t nr = 0;

	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while (nr < max && (d = readdir(dir)))
		if (!strncmp(d->d_name, PMU_PREFIX, strlen(PMU_PREFIX)) &&
		    strlen(d->d_name) < sizeof(pmus->name) &&
		    !read_pmu(&pmus[nr], dirfd(dir), d->d_name))
			nr++;
	closedir(dir);
	qsort(pmus, nr, sizeof(*pmus), by_name);
	return (int)nr;
}

/* Where perf_event_attr has config, config1 to config4: 64-bit words. */
static const uint8_t config_word[] = { 1, 7, 8, 16, 17 };

static int set_knob(union perf_attr_room *out, const struct spe_pmu *pmu, int knob,
		    uint64_t value, char *err, size_t errlen)
{
	const struct spe_format *f = &pmu->format[knob];
	unsigned int width = f->high - f->low + 1u;
	unsigned int word = config_word[f->config];

	if (width < 64 && value >> width) {
		snprintf(err, errlen, "%s takes at most %llu for %s", pmu->name,
			 (1ULL << width) - 1, knobs[knob].format);
		return -ERANGE;
	}
	out->words[word] |= value << f->low;
	if (out->attr.size < 8 * (word + 1))
		out->attr.size = 8 * (word + 1);
	return 0;
}

int spe_event_attr(union perf_attr_room *out, const struct spe_pmu *pmu,
		   const struct spe_wish *wish, char *err, size_t errlen)
{
	int ret = 0;

	memset(out, 0, sizeof(*out));
	out->attr.type = pmu->type;
	out->attr.size = PERF_ATTR_SIZE_CONFIG2;
	out->attr.sample_period = wish->period;
	out->attr.exclude_user = wish->exclude_user;
	out->attr.exclude_kernel = wish->exclude_kernel;
	for (int k = 0; !ret && k < NR_SPE_KNOBS; k++) {
		if (!wish->value[k])
			continue;
		if (pmu->format[k].there) {
			ret = set_knob(out, pmu, k, wish->value[k], err, errlen);
		} else if (wish->must >> k & 1) {
			snprintf(err, errlen, "%s has no %s: that needs %s", pmu->name,
				 knobs[k].format, knobs[k].since);
			ret = -EOPNOTSUPP;
		}
	}
	return ret;
}
