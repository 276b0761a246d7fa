// SPDX-License-Identifier: GPL-2.0-only
#include "tests/fuzz/lean.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

const char *__asan_default_options(void);

/*
 * Short stacks of allocations, because walking the stack takes longer than the allocation; a small
 * quarantine, because memory that stays in the cache is faster.
 */
const char *__asan_default_options(void)
{
	return "malloc_context_size=2:quarantine_size_mb=4:thread_local_quarantine_size_kb=64";
}

void lean_require(int holds)
{
	if (!holds)
		abort();
}

int lean_file(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("lean", MFD_CLOEXEC);
	lean_require(pwrite(fd, data, size, 0) == (ssize_t)size && !ftruncate(fd, (off_t)size));
	return fd;
}
