/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * bench_writer [-c CPUS] [-r MiB/s] [-a MiB] [-s SECONDS] [-d MiB/s] [-l ms] [-b ms] [-p] [-R] FILE
 *
 * Measures losses of a recording on a slow disk.  Rings of many CPUs (-c; -a MiB each) fill at a
 * rate (-r, each).  Threads for 16 rings each drain every half-full ring into the writer, like
 * `spelunk record`.  The disk is simulated and stores nothing: it accepts -d MiB/s, each request
 * takes -l ms longer, and in the middle of the run it stalls for -b ms.  -p: it refuses O_DIRECT,
 * and the page cache holds up to 256 MiB of what it has not accepted yet.  FILE receives the
 * header.  -R: no simulation: FILE is written to its disk, and -p uses the real page cache.
 * Prints: MiB produced, MiB lost, percent, CPU seconds.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "collector/perfdata/facts.h"
#include "collector/perfdata/write.h"

#define MIB		(1024.0 * 1024)
#define GROUP		16	/* rings per thread: collector/live/drain.c */
#define CACHE_MIB	256	/* dirty pages before a writer waits */

static struct {
	int cpus;
	double rate, ring, seconds, disk, latency, stall;
	bool cached, real;
} cfg = { .cpus = 64, .rate = 5, .ring = 4, .seconds = 4, .disk = 1000, .latency = 0.02 };

static double began;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void sleep_until(double t)
{
	struct timespec ts = { (time_t)t, (long)((t - (double)(time_t)t) * 1e9) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

/* The disk: until when it is busy. */
static struct {
	pthread_mutex_t lock;
	double busy_until;
} disk = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* The time at which the disk will have accepted these bytes, too. */
static double disk_takes(double bytes)
{
	double t, stall = began + cfg.seconds / 2, at;

	pthread_mutex_lock(&disk.lock);
	t = now();
	at = disk.busy_until > t ? disk.busy_until : t;
	if (at >= stall && at < stall + cfg.stall)
		at = stall + cfg.stall;
	disk.busy_until = at += bytes / MIB / cfg.disk;
	pthread_mutex_unlock(&disk.lock);
	return at;
}

/* Replaces the writer's: takes as long as that disk would. */
ssize_t pwritev(int fd, const struct iovec *iov, int nr, off_t at)
{
	bool direct = fcntl(fd, F_GETFL) & O_DIRECT;
	double bytes = 0, taken;

	if (at < 65536 || (cfg.real && !(direct && cfg.cached)))	/* 64 KiB: the header */
		return syscall(SYS_pwritev, fd, iov, nr, at, 0);
	if (direct && cfg.cached) {
		errno = EINVAL;
		return -1;
	}
	for (int i = 0; i < nr; i++)
		bytes += (double)iov[i].iov_len;
	taken = disk_takes(bytes);
	/* the page cache accepts data as soon as it has room */
	sleep_until(direct ? taken + cfg.latency : taken - CACHE_MIB / cfg.disk);
	return (ssize_t)bytes;
}

/* Replaces the writer's: pretends that there are that many CPUs. */
long sysconf(int name)
{
	extern long __sysconf(int);

	return name == _SC_NPROCESSORS_CONF ? cfg.cpus : __sysconf(name);
}

/* A simulated page cache need not be flushed. */
int fdatasync(int fd)
{
	return cfg.real ? (int)syscall(SYS_fdatasync, fd) : fd < 0;
}

/* One CPU's ring: its contents follow from the time. */
struct ring {
	const uint8_t *p;
	double stopped;		/* bytes that did not fit */
	uint64_t tail;
};

static struct {
	struct perfdata_writer *w;
	struct ring *ring;
	size_t size;
	pthread_mutex_t lock;
	double came, lost;
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void drain(struct ring *r, uint32_t cpu, uint64_t head)
{
	size_t from = r->tail % all.size, len = head - r->tail;
	size_t first = len < all.size - from ? len : all.size - from;
	struct iovec iov[2] = { { (void *)(r->p + from), first }, { (void *)r->p, len - first } };
	struct perfdata_aux aux = { .offset = r->tail, .idx = cpu, .cpu = (int32_t)cpu, .tid = -1 };

	if (perfdata_writer_aux(all.w, &aux, iov, len > first ? 2 : 1))
		exit(1);
	r->tail = head;
}

/* What does not fit into a full ring is lost. */
static void *drain_group(void *arg)
{
	size_t first = (size_t)(uintptr_t)arg, end = first + GROUP;
	double t, lost = 0, came = 0;
	bool last;

	end = end < (size_t)cfg.cpus ? end : (size_t)cfg.cpus;
	do {
		t = now() - began;
		last = t >= cfg.seconds;
		for (size_t i = first; i < end; i++) {
			struct ring *r = &all.ring[i];
			/* stagger them, so that they do not fill up simultaneously */
			double at = now() - began + (double)i / cfg.cpus * cfg.ring / cfg.rate / 2;
			double head = at * cfg.rate * MIB - r->stopped;
			double over = head - (double)r->tail - (double)all.size;

			if (over > 0) {
				r->stopped += over;
				head -= over;
			}
			if (last || head - (double)r->tail >= (double)all.size / 2)
				drain(r, (uint32_t)i, (uint64_t)head & ~63ull);
		}
		if (!last)
			sleep_until(now() + 0.002);
	} while (!last);
	for (size_t i = first; i < end; i++) {
		lost += all.ring[i].stopped;
		came += all.ring[i].stopped + (double)all.ring[i].tail;
	}
	pthread_mutex_lock(&all.lock);
	all.lost += lost;
	all.came += came;
	pthread_mutex_unlock(&all.lock);
	return NULL;
}

static void open_writer(const char *path)
{
	union perf_attr_room attr = { .attr = { .size = 112 } };
	uint64_t id = 1;
	struct perfdata_event ev = { .attr = &attr, .name = "arm_spe_0//", .ids = &id, .nr_ids = 1 };
	struct perfdata_head head = { .events = &ev, .nr_events = 1 };

	if (perfdata_writer_open(&all.w, path, &head)) {
		perror(path);
		exit(1);
	}
}

static void options(int argc, char **argv)
{
	int o;

	while ((o = getopt(argc, argv, "c:r:a:s:d:l:b:pR")) != -1) {
		switch (o) {
		case 'c': cfg.cpus = atoi(optarg); break;
		case 'r': cfg.rate = atof(optarg); break;
		case 'a': cfg.ring = atof(optarg); break;
		case 's': cfg.seconds = atof(optarg); break;
		case 'd': cfg.disk = atof(optarg); break;
		case 'l': cfg.latency = atof(optarg) / 1000; break;
		case 'b': cfg.stall = atof(optarg) / 1000; break;
		case 'p': cfg.cached = true; break;
		case 'R': cfg.real = true; break;
		default: exit(2);
		}
	}
	if (optind + 1 != argc)
		exit(2);
}

int main(int argc, char **argv)
{
	pthread_t *thread;
	struct rusage use;
	int nr, ret;
	void *ring;

	options(argc, argv);
	nr = (cfg.cpus + GROUP - 1) / GROUP;
	all.size = (size_t)(cfg.ring * MIB);
	/* the contents do not matter: all rings share them */
	ring = mmap(NULL, all.size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(ring, 0x55, all.size);
	all.ring = calloc((size_t)cfg.cpus, sizeof(*all.ring));
	thread = calloc((size_t)nr, sizeof(*thread));
	for (int i = 0; i < cfg.cpus; i++)
		all.ring[i].p = ring;
	open_writer(argv[optind]);
	began = now();
	for (int i = 0; i < nr; i++)
		pthread_create(&thread[i], NULL, drain_group, (void *)(uintptr_t)(i * GROUP));
	for (int i = 1; i < (int)cfg.seconds; i++) {
		sleep_until(began + i);
		if (perfdata_writer_round(all.w))
			return 1;
	}
	for (int i = 0; i < nr; i++)
		pthread_join(thread[i], NULL);
	ret = perfdata_writer_close(all.w);
	getrusage(RUSAGE_SELF, &use);
	printf("%.0f %.0f %.1f %.2f\n", all.came / MIB, all.lost / MIB, 100 * all.lost / all.came,
	       (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	       (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
	return ret != 0;
}
