// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/sysfiles.h"
#include "collector/host/host_impl.h"

#define DEVICES	"/sys/bus/event_source/devices"

/* The capability that kvm/module and the series of kvm/linux add; named here only. */
#define GUEST_CAP	"guest_profiling"

/* "config1:0-63" (linux Documentation/ABI/testing/sysfs-bus-event_source-devices-format) */
static bool parse_format(struct host_format *f, const char *text)
{
	unsigned int config = 0, low, high;
	int used = 0;

	if (strncmp(text, "config", 6))
		return false;
	text += 6;
	if (*text >= '1' && *text <= '9')
		config = *text++ - '0';
	if (sscanf(text, ":%2u%n", &low, &used) != 1)
		return false;
	text += used;
	high = low;
	if (*text && (sscanf(text, "-%2u%n", &high, &used) != 1 || text[used]))
		return false;
	if (high < low || high > 63)
		return false;
	f->config = config;
	f->low = low;
	f->high = high;
	return true;
}

static int read_formats(struct host_pmu *p, const char *root)
{
	struct sysfiles_names names;
	char text[64];
	int err = sysfiles_names(root, &names, HOST_PMU_FILES_MAX, DEVICES "/%s/format", p->name);

	p->formats = calloc(names.nr + 1, sizeof(*p->formats));
	if (!p->formats)
		err = -ENOMEM;
	for (size_t i = 0; !err && i < names.nr; i++) {
		struct host_format *f = &p->formats[p->nr_formats];

		sysfiles_text(root, text, sizeof(text), DEVICES "/%s/format/%s", p->name,
			  names.name[i]);
		if (strlen(names.name[i]) < sizeof(f->name) && parse_format(f, text)) {
			strcpy(f->name, names.name[i]);
			p->nr_formats++;
		}
	}
	sysfiles_names_free(&names);
	return err == -ENOMEM ? err : 0;
}

static int read_caps(struct host_pmu *p, const char *root)
{
	struct sysfiles_names names;
	int64_t value;
	int err = sysfiles_names(root, &names, HOST_PMU_FILES_MAX, DEVICES "/%s/caps", p->name);

	p->caps = calloc(names.nr + 1, sizeof(*p->caps));
	if (!p->caps)
		err = -ENOMEM;
	for (size_t i = 0; !err && i < names.nr; i++) {
		struct host_cap *c = &p->caps[p->nr_caps];

		if (strlen(names.name[i]) >= sizeof(c->name) ||
		    sysfiles_number(root, &value, SYSFILES_NUMBER_ANY, DEVICES "/%s/caps/%s", p->name, names.name[i]))
			continue;
		strcpy(c->name, names.name[i]);
		c->value = (uint64_t)value;
		p->nr_caps++;
	}
	sysfiles_names_free(&names);
	return err == -ENOMEM ? err : 0;
}

/*
 * Without a type the PMU cannot be opened and does not count.  1: it is one, 0: it is not, -ENOMEM.
 */
static int read_pmu(struct host_pmu *p, const char *root, const char *name)
{
	char text[4096];
	int64_t type;
	int err;

	if (strlen(name) >= sizeof(p->name) ||
	    sysfiles_number(root, &type, SYSFILES_NUMBER_DECIMAL, DEVICES "/%s/type", name) ||
	    type < 0 || type > UINT32_MAX)
		return 0;
	strcpy(p->name, name);
	p->type = type;
	sysfiles_text(root, text, sizeof(text), DEVICES "/%s/cpumask", name);
	err = cpu_list_parse(&p->cpus, text);
	if (err == -ENOMEM)
		return err;
	return read_caps(p, root) ?: read_formats(p, root) ?: 1;
}

int host_read_pmus(struct host *h, const char *root)
{
	struct sysfiles_names names;
	int ret = sysfiles_names(root, &names, 65536, DEVICES);

	for (size_t i = 0; ret != -ENOMEM && i < names.nr && h->nr_spe < HOST_PMUS_MAX; i++) {
		struct host_pmu *new;

		if (strncmp(names.name[i], "arm_spe_", 8))
			continue;
		/* count it even after an error, so that host_free() frees it */
		new = array_add(h->spe, h->nr_spe);
		ret = new ? read_pmu(new, root, names.name[i]) : -ENOMEM;
		if (!ret)
			h->nr_spe--;
	}
	sysfiles_names_free(&names);
	return ret == -ENOMEM ? ret : 0;
}

bool host_pmu_cap(const struct host_pmu *p, const char *name, uint64_t *value)
{
	for (size_t i = 0; i < p->nr_caps; i++) {
		if (!strcmp(p->caps[i].name, name)) {
			*value = p->caps[i].value;
			return true;
		}
	}
	return false;
}

const struct host_format *host_pmu_format(const struct host_pmu *p, const char *name)
{
	for (size_t i = 0; i < p->nr_formats; i++)
		if (!strcmp(p->formats[i].name, name))
			return &p->formats[i];
	return NULL;
}

bool host_pmu_samples_guests(const struct host_pmu *p)
{
	uint64_t value;

	return host_pmu_cap(p, GUEST_CAP, &value) && value;
}

bool host_still_samples_guests(const struct host *h)
{
	int64_t value;

	for (size_t i = 0; i < h->nr_spe; i++) {
		if (!host_pmu_samples_guests(&h->spe[i]))
			continue;
		if (sysfiles_number("", &value, SYSFILES_NUMBER_DECIMAL,
				    DEVICES "/%s/caps/" GUEST_CAP, h->spe[i].name) || !value)
			return false;
	}
	return true;
}
