// SPDX-License-Identifier: GPL-2.0-only
#include "tests/lab/guest/pagemap.h"

#include <err.h>
#include <fcntl.h>
#include <unistd.h>

/* linux Documentation/admin-guide/mm/pagemap.rst */
#define PRESENT		(1UL << 63)
#define FRAME		((1UL << 55) - 1)

uint64_t pagemap_physical(const volatile void *at)
{
	uint64_t page = sysconf(_SC_PAGESIZE), address = (uintptr_t)at, entry;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, &entry, sizeof(entry), address / page * sizeof(entry)) !=
		      sizeof(entry))
		err(1, "/proc/self/pagemap");
	close(fd);
	if (!(entry & PRESENT) || !(entry & FRAME))
		errx(1, "%#lx has no physical address, or this is not root", (unsigned long)address);
	return (entry & FRAME) * page + address % page;
}
