// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a perf.data file: all its events are read.  perfdata_mutate.c changes records. */
#include <fcntl.h>
#include <string.h>

#include "collector/input_impl.h"
#include "tests/fuzz/lean.h"
#include "tests/fuzz/perfdata_mutate.h"

const char *__lsan_default_suppressions(void);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) __attribute__((weak));

/* tep_parse_format() of libtraceevent 1.7 loses its token on some errors. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libtraceevent\n";
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	return perfdata_mutate(data, size, max, seed, LLVMFuzzerMutate);
}

static void check_event(const struct input_info *info, const struct event *ev, uint64_t size)
{
	if (ev->type != EVENT_AUX)
		return;
	lean_require(ev->aux.stream < info->nr_streams && ev->aux.len && ev->aux.len <= size &&
		     ev->aux.file_offset <= size - ev->aux.len);
	lean_require(ev->aux.pmu >= -1 && ev->aux.pmu < (int32_t)info->nr_pmus);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[256] = "";
	const struct input_error err = { text, sizeof(text) };
	struct input *s = NULL;
	struct event ev;
	int fd = fcntl(lean_file(data, size), F_DUPFD_CLOEXEC, 0);

	lean_require(fd >= 0);
	if (perfdata_open(&s, fd, "fuzz", size, true, &err)) {
		lean_require(!s && text[0]);
		return 0;
	}
	while (input_next(s, &ev) > 0)
		check_event(input_get_info(s), &ev, size);
	input_midr(s, -1);
	input_midr(s, 0);
	input_close(s);
	return 0;
}
