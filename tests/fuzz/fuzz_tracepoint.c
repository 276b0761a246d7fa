// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/tracepoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
const char *__lsan_default_suppressions(void);

/* tep_parse_format() of libtraceevent 1.7 loses its token on some errors. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libtraceevent\n";
}

/* The text of a format; the sample is whatever bytes come first. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tracepoint tp;
	struct event ev;
	uint8_t *raw;

	if (tracepoint_parse(&tp, (const char *)data, len))
		return 0;
	for (size_t n = 0; n < 40 && n <= len; n++) {
		raw = malloc(n + !n);	/* exactly n, so that a read past it shows */
		if (!raw)
			return 0;
		memcpy(raw, data, n);
		tracepoint_read(&tp, raw, n, &ev);
		free(raw);
		if (ev.vcpu.esr_ec > 63)
			abort();
	}
	return 0;
}
