// SPDX-License-Identifier: GPL-2.0-only
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collector/host_impl.h"

/*
 * arch_perf_update_userpage() fills the first page of any event (linux
 * drivers/perf/arm_pmuv3.c): not where the scheduler's clock is no plain counter.
 */
static enum answer ask_conversion(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = PERF_ATTR_SIZE_VER0,
		.config = PERF_COUNT_SW_DUMMY, .disabled = 1, .exclude_kernel = 1,
		.exclude_hv = 1,
	};
	size_t size = sysconf(_SC_PAGESIZE);
	enum answer a = ANSWER_UNKNOWN;
	struct perf_event_mmap_page *page;
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return ANSWER_UNKNOWN;
	page = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (page != MAP_FAILED) {
		a = page->cap_user_time && page->cap_user_time_zero ? ANSWER_YES : ANSWER_NO;
		munmap(page, size);
	}
	close(fd);
	return a;
}

void host_read_clock(struct host *h)
{
#ifdef __aarch64__
	uint64_t hz;

	/* Arm ARM, CNTFRQ_EL0: 31:0; Linux lets EL0 read it, or emulates that */
	asm volatile("mrs %0, cntfrq_el0" : "=r" (hz));
	h->timer_hz = hz & UINT32_MAX;
	if (h->timer_hz)
		snprintf(h->timer_why, sizeof(h->timer_why), "CNTFRQ_EL0");
#endif
	h->time_conversion = ask_conversion();
}
