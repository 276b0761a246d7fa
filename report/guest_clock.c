// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "report/report.h"
#include "report/write.h"

const char *report_clock_name(enum clock_state s)
{
	static const char *const names[] = {
		[CLOCK_UNKNOWN] = "unknown", [CLOCK_KNOWN] = "known",
		[CLOCK_AMBIGUOUS] = "ambiguous", [CLOCK_CONTRADICTION] = "contradiction",
		[CLOCK_GIVEN] = "given",
	};

	return names[s];
}

/* "the host's - 12.345678901 s" */
static void say_offset(char *out, size_t len, const struct clock_result *g)
{
	double ns = (double)g->clock.offset * g->ns_per_tick;
	uint64_t whole = (uint64_t)(ns < 0 ? -ns : ns);

	snprintf(out, len, "the guest's is the host's %c %" PRIu64 ".%09" PRIu64 " s (%" PRId64
		 " ticks)", ns < 0 ? '+' : '-', whole / 1000000000, whole % 1000000000,
		 g->clock.offset);
}

static void say_evidence(char *out, size_t len, const struct clock_result *g)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];

	snprintf(out, len, "from %s sample%s of its agent's clock and %s exit%s",
		 number_grouped(a, g->loads), g->loads == 1 ? "" : "s",
		 number_grouped(b, g->exits), g->exits == 1 ? "" : "s");
}

char *report_clock_text(char out[REPORT_CLOCK_LEN], const struct clock_result *g)
{
	char offset[128], evidence[128], a[NUMBER_LEN];

	say_offset(offset, sizeof(offset), g);
	say_evidence(evidence, sizeof(evidence), g);
	switch (g->clock.state) {
	case CLOCK_KNOWN:
		snprintf(out, REPORT_CLOCK_LEN, "%s, within %s us, %s", offset,
			 number_fixed(a, (double)g->clock.within * g->ns_per_tick / 1e3, 2),
			 evidence);
		return out;
	case CLOCK_GIVEN:
		snprintf(out, REPORT_CLOCK_LEN, "%s, as given", offset);
		return out;
	case CLOCK_AMBIGUOUS:
		snprintf(out, REPORT_CLOCK_LEN, "%s offsets to the host's clock fit, %s: "
			 "timestamps in %s are not used; give the right offset with "
			 "--clock-offset",
			 number_grouped(a, g->ranges), evidence, g->path);
		return out;
	case CLOCK_CONTRADICTION:
		snprintf(out, REPORT_CLOCK_LEN, "no offset to the host's clock fits, %s: the VM "
			 "was paused or migrated, or %s is from another boot, VM or time; its "
			 "timestamps are not used", evidence, g->path);
		return out;
	case CLOCK_UNKNOWN:
		break;
	}
	snprintf(out, REPORT_CLOCK_LEN, "the offset to the host's clock is unknown, %s: "
		 "timestamps in %s are not used; give the offset with --clock-offset", evidence, g->path);
	return out;
}
