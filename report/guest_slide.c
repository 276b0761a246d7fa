// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "report/report.h"
#include "report/write.h"

const char *report_slide_name(enum slide_state s)
{
	static const char *const names[] = {
		[SLIDE_UNKNOWN] = "unknown", [SLIDE_GIVEN] = "given",
		[SLIDE_KALLSYMS] = "kallsyms", [SLIDE_SAMPLES] = "samples",
		[SLIDE_REFUTED] = "refuted",
	};

	return names[s];
}

static char *say_samples(char *out, const struct guest_slide *s, const char *where)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];

	snprintf(out, REPORT_SLIDE_LEN, "%.200s ran %s: there, %s of %s distinct sampled "
		 "branches, loads and stores match its instructions; at any other place at most "
		 "%u %%", s->path, where, number_grouped(a, s->slide.fit),
		 number_grouped(b, s->slide.seen), s->slide.other);
	return out;
}

char *report_slide_text(char out[REPORT_SLIDE_LEN], const struct guest_slide *s)
{
	bool up = !(s->slide.by >> 63);
	char where[64];

	snprintf(where, sizeof(where), "0x%" PRIx64 " %s than it was linked",
		 up ? s->slide.by : -s->slide.by, up ? "higher" : "lower");
	*out = '\0';
	switch (s->slide.state) {
	case SLIDE_UNKNOWN:
		break;
	case SLIDE_GIVEN:
		snprintf(out, REPORT_SLIDE_LEN, "%.200s ran %s, as given", s->path, where);
		break;
	case SLIDE_KALLSYMS:
		if (s->slide.by)
			snprintf(out, REPORT_SLIDE_LEN, "%.200s ran %s: the guest's kallsyms has _text "
				 "there", s->path, where);
		break;
	case SLIDE_SAMPLES:
		if (s->slide.by)
			say_samples(out, s, where);
		break;
	case SLIDE_REFUTED:
		snprintf(out, REPORT_SLIDE_LEN, "%.200s is not what ran: of %zu distinct sampled "
			 "branches, loads and stores only %zu match its instructions; it is not "
			 "used for this VM", s->path, s->slide.seen, s->slide.fit);
		break;
	}
	return out;
}
