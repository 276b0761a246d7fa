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

static void read_as(enum kvm_event event, const uint8_t *data, size_t len)
{
	struct tracepoint tp;
	struct event ev;
	uint8_t *raw;

	if (tracepoint_parse(&tp, event, (const char *)data, len))
		return;
	for (size_t n = 0; n < 40 && n <= len; n++) {
		raw = malloc(n + !n);	/* exactly n, so that a read beyond it is detected */
		if (!raw)
			return;
		memcpy(raw, data, n);
		tracepoint_read(&tp, raw, n, &ev);
		free(raw);
		if (ev.type == EVENT_VCPU_EXIT && ev.vcpu.esr_ec > 63)
			abort();
		if (ev.type == EVENT_VCPU_WHY && ev.why.kind == WHY_SYSREG &&
		    ev.why.value > UINT16_MAX)
			abort();
	}
}

/* The input is the text of a format; its first bytes are also the sample. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* tracepoints read different fields, but the layout is from the same text */
	read_as(KVM_EXIT, data, len);
	read_as(KVM_SYSREG, data, len);
	read_as(KVM_MMIO, data, len);
	return 0;
}
