// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collector/host/host_impl.h"

/*
 * arch_perf_update_userpage() fills the first page of any event (linux drivers/perf/arm_pmuv3.c),
 * except if the scheduler's clock is not a plain counter.
 */
static void ask_perf(struct host *h)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = PERF_ATTR_SIZE_VER0,
		.config = PERF_COUNT_SW_DUMMY, .disabled = 1, .exclude_kernel = 1,
		.exclude_hv = 1,
	};
	size_t size = sysconf(_SC_PAGESIZE);
	struct perf_event_mmap_page *page;
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0) {
		/* other errors mean a shortage and prove nothing */
		if (errno == EACCES || errno == EPERM || errno == ENOSYS)
			h->perf_opens = ANSWER_NO;
		return;
	}
	h->perf_opens = ANSWER_YES;
	page = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (page != MAP_FAILED) {
		h->time_conversion = page->cap_user_time && page->cap_user_time_zero ?
				     ANSWER_YES : ANSWER_NO;
		munmap(page, size);
	}
	close(fd);
}

void host_read_clock(struct host *h)
{
#ifdef __aarch64__
	uint64_t hz;

	/* Arm ARM, CNTFRQ_EL0: bits 31:0; Linux lets EL0 read it, or emulates the read */
	asm volatile("mrs %0, cntfrq_el0" : "=r" (hz));
	h->timer_hz = hz & UINT32_MAX;
	if (h->timer_hz)
		snprintf(h->timer_why, sizeof(h->timer_why), "CNTFRQ_EL0");
#endif
	ask_perf(h);
}
