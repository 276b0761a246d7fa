// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/spe_event.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *format, *since;
} knobs[NR_SPE_KNOBS] = {
#define KNOB(id, format, since) [SPE_KNOB_##id] = { format, since },
#include "collector/live/spe_knobs.def"
#undef KNOB
};

/* Index of config, config1 to config4 in perf_event_attr, in 64-bit words. */
static const uint8_t config_word[] = { 1, 7, 8, 16, 17 };

#define NR_CONFIG_WORDS	(sizeof(config_word) / sizeof(config_word[0]))

static int set_knob(union perf_attr_room *out, const struct host_pmu *pmu,
		    const struct host_format *f, uint64_t value, char *err, size_t errlen)
{
	unsigned int width = f->high - f->low + 1u, word;

	if (f->config >= NR_CONFIG_WORDS) {
		snprintf(err, errlen, "%s has %s in config%u, which spelunk does not support",
			 pmu->name, f->name, f->config);
		return -EOPNOTSUPP;
	}
	word = config_word[f->config];
	if (width < 64 && value >> width) {
		snprintf(err, errlen, "%s takes at most %llu for %s", pmu->name,
			 (1ULL << width) - 1, f->name);
		return -ERANGE;
	}
	out->words[word] |= value << f->low;
	if (out->attr.size < 8 * (word + 1))
		out->attr.size = 8 * (word + 1);
	return 0;
}

int spe_event_attr(union perf_attr_room *out, const struct host_pmu *pmu,
		   const struct spe_wish *wish, char *err, size_t errlen)
{
	int ret = 0;

	memset(out, 0, sizeof(*out));
	/*
	 * The stock driver accepts and ignores exclude_guest; only the capability proves support.
	 */
	if (wish->guests && !wish->unproven && !host_pmu_samples_guests(pmu)) {
		snprintf(err, errlen, "%s cannot sample guests: that requires a VHE host and the "
			 "module "
			 GUEST_MODULE "; run `spelunk doctor` to see what to do", pmu->name);
		return -EOPNOTSUPP;
	}
	out->attr.type = pmu->type;
	out->attr.size = PERF_ATTR_SIZE_CONFIG2;
	out->attr.sample_period = wish->period;
	out->attr.exclude_user = wish->exclude_user;
	out->attr.exclude_kernel = wish->exclude_kernel;
	out->attr.exclude_guest = !wish->guests;
	out->attr.exclude_host = wish->no_host;
	for (int k = 0; !ret && k < NR_SPE_KNOBS; k++) {
		const struct host_format *f = host_pmu_format(pmu, knobs[k].format);

		if (!wish->value[k])
			continue;
		if (f) {
			ret = set_knob(out, pmu, f, wish->value[k], err, errlen);
		} else if (wish->must >> k & 1) {
			snprintf(err, errlen, "%s has no %s: that requires %s", pmu->name,
				 knobs[k].format, knobs[k].since);
			ret = -EOPNOTSUPP;
		}
	}
	return ret;
}
