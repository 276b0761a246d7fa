// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/perf_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The system call itself: for attrs that libperf would truncate, for groups, which libperf builds
 * only from whole lists of events, for cgroups, and for builds without libperf.
 */
static int open_raw(struct perf_opened *out, const union perf_attr_room *attr, int group)
{
	const struct perf_scope *s = &out->scope;
	bool cgroup = s->cgroup >= 0;

	out->fd = (int)syscall(SYS_perf_event_open, attr, cgroup ? s->cgroup : s->tid, s->cpu, group,
			       cgroup ? PERF_FLAG_PID_CGROUP : 0);
	return out->fd < 0 ? -errno : 0;
}

#ifdef WITHOUT_LIBPERF

const char *perf_opens_by(void)
{
	return "perf_event_open(2), built without libperf";
}

static int open_event(struct perf_opened *out, const union perf_attr_room *attr)
{
	return open_raw(out, attr, -1);
}

static void close_event(struct perf_opened *ev)
{
	if (ev->fd >= 0)
		close(ev->fd);
}

#else

#include <perf/core.h>
#include <perf/cpumap.h>
#include <perf/evsel.h>
#include <perf/threadmap.h>

const char *perf_opens_by(void)
{
	return "libperf";
}

static int quiet(enum libperf_print_level level, const char *fmt, va_list ap)
{
	return 0;
}

/*
 * libperf does not return an event's file descriptor, but mapping the AUX area requires it.  It is
 * the lowest free one [POSIX; linux fs/file.c].
 */
static int lowest_free(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);	/* needs no file, which a small guest may lack */

	if (fd < 0)
		return -errno;
	close(fd);
	return fd;
}

static int open_evsel(struct perf_opened *out, const union perf_attr_room *attr)
{
	union perf_attr_room copy = *attr;
	int cpu = out->scope.cpu;
	struct perf_thread_map *threads = perf_thread_map__new_array(1, &out->scope.tid);
	struct perf_cpu_map *cpus;
	char text[16];
	int ret = lowest_free();

	snprintf(text, sizeof(text), "%d", cpu);
	cpus = cpu < 0 ? NULL : perf_cpu_map__new(text);
	out->fd = ret;
	out->evsel = perf_evsel__new(&copy.attr);
	if (!threads || (cpu >= 0 && !cpus) || !out->evsel)
		ret = -ENOMEM;
	if (ret >= 0)
		ret = perf_evsel__open(out->evsel, cpus, threads);
	perf_cpu_map__put(cpus);
	perf_thread_map__put(threads);
	if (ret < 0) {
		if (out->evsel)
			perf_evsel__close(out->evsel);
		perf_evsel__delete(out->evsel);
		*out = (struct perf_opened){ .fd = -1 };
	}
	return ret;
}

static int open_event(struct perf_opened *out, const union perf_attr_room *attr)
{
	libperf_init(quiet);
	/* libperf copies only as much of the attr as its own header has */
	if (attr->attr.size > sizeof(attr->attr) || out->scope.cgroup >= 0)
		return open_raw(out, attr, -1);
	return open_evsel(out, attr);
}

static void close_event(struct perf_opened *ev)
{
	if (ev->evsel) {
		perf_evsel__close(ev->evsel);
		perf_evsel__delete(ev->evsel);
	} else if (ev->fd >= 0) {
		close(ev->fd);
	}
}

#endif

static int finish(struct perf_opened *out)
{
	int ret = 0;

	if (ioctl(out->fd, PERF_EVENT_IOC_ID, &out->id) ||
	    fcntl(out->fd, F_SETFD, FD_CLOEXEC)) {
		ret = -errno;
		perf_close(out);
	}
	return ret;
}

int perf_open(struct perf_opened *out, const union perf_attr_room *attr,
	      const struct perf_scope *scope)
{
	*out = (struct perf_opened){ .fd = -1, .scope = *scope };
	return open_event(out, attr) ?: finish(out);
}

int perf_open_beside(struct perf_opened *out, const union perf_attr_room *attr,
		     const struct perf_opened *leader)
{
	*out = (struct perf_opened){ .fd = -1, .scope = leader->scope };
	return open_raw(out, attr, leader->fd) ?: finish(out);
}

int perf_read(const struct perf_opened *ev, struct perf_count *out)
{
	ssize_t n = read(ev->fd, out, sizeof(*out));

	/* read() returns 0 for a pinned event without a counter; we have no pinned events */
	return n == sizeof(*out) ? 0 : n < 0 ? -errno : -EIO;
}

void perf_close(struct perf_opened *ev)
{
	close_event(ev);
	*ev = (struct perf_opened){ .fd = -1, .scope = ev->scope };
}
