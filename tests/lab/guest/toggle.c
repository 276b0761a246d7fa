// SPDX-License-Identifier: GPL-2.0-only
/*
 * toggle N [G|H|GH [PERIOD]]: start and stop an SPE event on this CPU N times, which samples
 * guests, the host (default) or both, and print the nanoseconds for one start and stop.
 */
#include <err.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/perf_event.h>

#define TYPE	"/sys/bus/event_source/devices/arm_spe_0/type"
#define PERIOD	"1000000"	/* operations: nearly no samples */
#define PAGES	4

static uint32_t spe_type(void)
{
	FILE *f = fopen(TYPE, "r");
	uint32_t type;

	if (!f || fscanf(f, "%u", &type) != 1)
		err(1, TYPE);
	fclose(f);
	return type;
}

static int spe_event(const char *mod, const char *period)
{
	struct perf_event_attr attr = {
		.type = spe_type(),
		.size = sizeof(attr),
		.sample_period = strtoul(period, NULL, 10),
		.disabled = 1,
		.exclude_guest = !strchr(mod, 'G'),
		.exclude_host = !strchr(mod, 'H'),
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, sched_getcpu(), -1, 0);

	if (fd < 0)
		err(1, "perf_event_open");
	return fd;
}

/* The event starts only if it has a buffer with room. */
static struct perf_event_mmap_page *map_buffer(int fd)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct perf_event_mmap_page *mp;

	mp = mmap(NULL, (1 + PAGES) * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mp == MAP_FAILED)
		err(1, "mmap");
	mp->aux_offset = (1 + PAGES) * page;
	mp->aux_size = PAGES * page;
	if (mmap(NULL, mp->aux_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, mp->aux_offset) ==
	    MAP_FAILED)
		err(1, "mmap of the AUX buffer");
	return mp;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

int main(int argc, char **argv)
{
	const char *mod = argc > 2 ? argv[2] : "H";
	int n = argc > 1 ? atoi(argv[1]) : 0, fd;
	struct perf_event_mmap_page *mp;
	uint64_t began;

	if (n < 1)
		errx(2, "usage: toggle N [G|H|GH [PERIOD]]");
	fd = spe_event(mod, argc > 3 ? argv[3] : PERIOD);
	mp = map_buffer(fd);
	began = now();
	for (int i = 0; i < n; i++) {
		if (ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) || ioctl(fd, PERF_EVENT_IOC_DISABLE, 0))
			err(1, "ioctl");
		mp->data_tail = mp->data_head;
		mp->aux_tail = mp->aux_head;
	}
	printf("%llu\n", (unsigned long long)(now() - began) / n);
	return 0;
}
