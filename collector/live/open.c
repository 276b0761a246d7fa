// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/array.h"
#include "collector/live/live_impl.h"

/*
 * Defaults.  perf also uses 4 MiB for AUX, but only 512 KiB for records, which loses some if guests
 * exit ten thousand times per second.
 */
#define DATA_SIZE	(2u << 20)
#define AUX_SIZE	(4u << 20)
/* Defaults in snapshot mode, where a larger buffer covers a longer time.  Task events are rare. */
#define KEPT_AUX_SIZE	(8u << 20)
#define TASKS_SIZE	(512u << 10)
/* The minimum: SPE needs two pages of up to 64 KiB. */
#define LEAST_SIZE	(128u << 10)

struct opener {
	struct live *l;
	const struct live_config *cfg;
	size_t wanted;		/* instances of all events */
	char *err;
	size_t errlen;
};

static int64_t known(const struct host_number *n)
{
	return n->known ? n->value : -1;
}

static int fail_limits(const struct opener *o, const struct live_event *ev, int cpu, int code)
{
	struct rlimit files = { 0 };

	getrlimit(RLIMIT_NOFILE, &files);
	if (code == -EMFILE)
		snprintf(o->err, o->errlen, "%zu events are needed, but this process may open "
			 "only %ju files: raise the limit with `ulimit -n`, or record fewer CPUs "
			 "(-C) or tasks", o->wanted, (uintmax_t)files.rlim_cur);
	else
		snprintf(o->err, o->errlen, "cannot open %s on CPU %d: %s; run `spelunk doctor` "
			 "to see why", ev->name, cpu, strerror(-code));
	return code;
}

/* Explain perf_event_open()'s error: perf_event_open(2), linux kernel/events/core.c. */
static int fail_open(const struct opener *o, const struct live_event *ev, int cpu, int code)
{
	switch (-code) {
	case EACCES:
	case EPERM:
		snprintf(o->err, o->errlen, "this user may not record %s "
			 "(kernel.perf_event_paranoid is %" PRId64 "): run as root or with "
			 "CAP_PERFMON, or record your own program with --user-only", ev->name,
			 known(&o->cfg->host->paranoid));
		return code;
	case ENODEV:
		snprintf(o->err, o->errlen, "CPU %d is offline or does not support %s: choose "
			 "others with -C", cpu, ev->name);
		return code;
	case ENOENT:
		/*
		 * A new child of the root has perf_event, an implicit controller, only once any
		 * other was enabled [linux kernel/cgroup/cgroup.c, cgroup_propagate_control()].
		 */
		if (o->cfg->cgroup) {
			snprintf(o->err, o->errlen, "perf events do not know this cgroup yet: enable "
				 "a controller above it and make it again, as systemd does: "
				 "echo +pids >/sys/fs/cgroup/cgroup.subtree_control");
			return code;
		}
		/* fall through */
	case EOPNOTSUPP:
		snprintf(o->err, o->errlen, "the kernel does not support %s on CPU %d: run "
			 "`spelunk doctor` for details", ev->name, cpu);
		return code;
	case ESRCH:
		snprintf(o->err, o->errlen, "the process or thread has exited");
		return code;
	case EBUSY:
		snprintf(o->err, o->errlen, "%s is in use by another recording: stop it first "
			 "(perf, another spelunk, a monitor)", ev->name);
		return code;
	case EINVAL:
		snprintf(o->err, o->errlen, "the kernel refuses %s on CPU %d (config %#" PRIx64
			 ", %#" PRIx64 ", %#" PRIx64 "): a filter may use something that this CPU "
			 "lacks%s", ev->name, cpu, (uint64_t)ev->attr.attr.config,
			 (uint64_t)ev->attr.attr.config1, (uint64_t)ev->attr.attr.config2,
			 o->cfg->cgroup ? ", or the kernel lacks CONFIG_CGROUP_PERF" : "");
		return code;
	default:
		return fail_limits(o, ev, cpu, code);
	}
}

static int keep(struct live_event *ev, const struct perf_opened *one)
{
	struct perf_opened *new = array_add(ev->opened, ev->nr);

	if (!new)
		return -ENOMEM;
	*new = *one;
	buffer_u64(&ev->ids, one->id);
	buffer_u32(&ev->cpus, (uint32_t)one->scope.cpu);
	buffer_u32(&ev->tids, (uint32_t)one->scope.tid);
	return ev->ids.bad || ev->cpus.bad || ev->tids.bad ? -ENOMEM : 0;
}

/* Remove the newest feature that an older kernel may lack: from Linux 5.12, 5.9, 5.7, 5.1, 4.12. */
static bool ask_less(struct perf_event_attr *a)
{
	if (a->build_id)
		a->build_id = 0;
	else if (a->text_poke)
		a->text_poke = 0;
	else if (a->cgroup)
		a->cgroup = 0;
	else if (a->ksymbol)
		a->ksymbol = 0;
	else if (a->namespaces)
		a->namespaces = 0;
	else
		return false;
	return true;
}

/* Open it in the group of the leader's instance of the same scope; -ESRCH: the task has ended. */
static int open_beside(struct perf_opened *one, const struct live_event *ev,
		       const struct perf_scope *scope)
{
	const struct live_event *to = ev->leader;

	for (size_t i = 0; i < to->nr; i++)
		if (!memcmp(&to->opened[i].scope, scope, sizeof(*scope)))
			return perf_open_beside(one, &ev->attr, &to->opened[i]);
	return -ESRCH;
}

/* ring NULL: without a ring */
static int open_one(struct live_event *ev, const struct perf_scope *scope, struct ring *ring)
{
	struct perf_opened one;
	int ret;

	do {
		ret = ev->leader ? open_beside(&one, ev, scope) :
				   perf_open(&one, &ev->attr, scope);
	} while (ret == -EINVAL && ev->kind == LIVE_SIDEBAND && !ev->nr &&
		 ask_less(&ev->attr.attr));
	if (ret)
		return ret;
	ret = keep(ev, &one);
	if (ret) {
		perf_close(&one);
	} else if (ring && ring->fd < 0) {
		ring->fd = one.fd;
		ring->sampled = ev->kind == LIVE_SPE;
	}
	return ret;
}

/* With several tasks, one may end before its event is opened. */
static int open_tasks(const struct live_config *cfg, struct live_event *ev, int cpu,
		      struct ring *ring)
{
	struct perf_scope scope = { .cpu = cpu, .tid = -1, .cgroup = cfg->cgroup ? *cfg->cgroup : -1 };
	size_t opened = 0;
	int ret = 0;

	if (!cfg->tids)
		return open_one(ev, &scope, ring);
	for (size_t i = 0; i < cfg->nr_tids; i++) {
		scope.tid = cfg->tids[i];
		ret = open_one(ev, &scope, ring);
		opened += !ret;
		if (ret && ret != -ESRCH)
			return ret;
	}
	return opened ? 0 : ret;
}

/* The ring that receives an event's records on that ring's CPU; NULL: none. */
static struct ring *ring_for(struct live *l, const struct live_event *ev, size_t i)
{
	if (ev->kind == LIVE_COUNTER)
		return NULL;
	return ev->attr.attr.write_backward ? &l->snapshot[i].back : &l->rings[i];
}

int live_open_event(struct live *l, const struct live_config *cfg, struct live_event *ev, int *cpu)
{
	int ret = 0;

	*cpu = -1;
	if (ev->any_cpu)
		return open_tasks(cfg, ev, -1, NULL);
	for (size_t i = 0; i < l->nr_rings && !ret; i++) {
		if (ev->only && !cpu_list_has(ev->only, (uint32_t)l->rings[i].cpu))
			continue;
		*cpu = l->rings[i].cpu;
		ret = open_tasks(cfg, ev, *cpu, ring_for(l, ev, i));
	}
	return ret;
}

void live_close_event(struct live_event *ev)
{
	for (size_t i = 0; i < ev->nr; i++)
		perf_close(&ev->opened[i]);
	free(ev->opened);
	buffer_free(&ev->ids);
	buffer_free(&ev->cpus);
	buffer_free(&ev->tids);
	ev->opened = NULL;
	ev->nr = 0;
}

/* Map all rings, or none. */
static int map_all(struct live *l)
{
	int ret = 0;

	for (size_t i = 0; i < l->nr_rings && !ret; i++) {
		struct ring *r = &l->rings[i];

		ret = ring_map(r, l->keep ? TASKS_SIZE : l->data_size,
			       r->sampled ? l->aux_size : 0);
		if (!ret && l->keep)
			ret = snapshot_map(&l->snapshot[i], l->data_size);
	}
	for (size_t i = 0; i < l->nr_rings && ret; i++) {
		ring_unmap(&l->rings[i]);
		if (l->keep)
			snapshot_unmap(&l->snapshot[i]);
	}
	return ret;
}

static int map_fitting(const struct opener *o)
{
	const struct live_config *cfg = o->cfg;
	struct live *l = o->l;
	int ret;

	l->data_size = cfg->data_size ?: DATA_SIZE;
	l->aux_size = cfg->aux_size ?: l->keep ? KEPT_AUX_SIZE : AUX_SIZE;
	for (;;) {
		ret = map_all(l);
		if (ret != -EPERM && ret != -ENOMEM)
			break;
		if (!cfg->data_size && l->data_size > LEAST_SIZE)
			l->data_size /= 2;
		else if (!cfg->aux_size && l->aux_size > LEAST_SIZE)
			l->aux_size /= 2;
		else
			break;
		if (!cfg->aux_size && l->aux_size > l->data_size)
			l->aux_size /= 2;
	}
	if (ret == -EPERM)
		snprintf(o->err, o->errlen, "buffers of %zu KiB for each CPU exceed the limit of "
			 "locked memory: use smaller ones (--aux-buffer, --buffer), or raise "
			 "`ulimit -l` or sysctl kernel.perf_event_mlock_kb, or use CAP_IPC_LOCK",
			 (l->data_size + l->aux_size) >> 10);
	else if (ret)
		snprintf(o->err, o->errlen, "cannot map buffers of %zu KiB for each CPU: %s",
			 (l->data_size + l->aux_size) >> 10, strerror(-ret));
	return ret;
}

/* Send the records of all events of a CPU to one ring, or to one of two. */
static int redirect(const struct opener *o, const struct live_event *ev)
{
	for (size_t i = 0; i < ev->nr; i++) {
		int cpu = ((const int32_t *)ev->cpus.p)[i];
		const struct ring *r;
		size_t nr = 0;

		while (o->l->rings[nr].cpu != cpu)
			nr++;
		r = ring_for(o->l, ev, nr);
		if (ev->opened[i].fd == r->fd)
			continue;
		if (ioctl(ev->opened[i].fd, PERF_EVENT_IOC_SET_OUTPUT, r->fd)) {
			int ret = -errno;

			snprintf(o->err, o->errlen, "%s cannot share the buffer of CPU %d: %s",
				 ev->name, cpu, strerror(-ret));
			return ret;
		}
	}
	return 0;
}

static void raise_files(void)
{
	struct rlimit r;

	if (!getrlimit(RLIMIT_NOFILE, &r) && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static int open_events(const struct opener *o)
{
	struct live *l = o->l;
	int ret = 0, cpu;

	for (size_t i = 0; !ret && i < l->nr_events; i++) {
		struct live_event *ev = &l->events[i];

		ret = live_open_event(l, o->cfg, ev, &cpu);
		if (ret && ev->optional) {
			live_close_event(ev);
			memmove(ev, ev + 1, (--l->nr_events - i) * sizeof(*ev));
			i--;
			ret = 0;
		} else if (ret) {
			fail_open(o, ev, cpu, ret);
		}
	}
	return ret;
}

int live_open_all(struct live *l, const struct live_config *cfg, char *err, size_t errlen)
{
	struct opener o = { .l = l, .cfg = cfg, .err = err, .errlen = errlen };
	int ret;

	o.wanted = cfg->cpus.nr * (cfg->tids ? cfg->nr_tids : 1) * l->nr_events;
	raise_files();
	l->rings = calloc(cfg->cpus.nr, sizeof(*l->rings));
	if (!l->rings)
		return -ENOMEM;
	l->snapshot = l->keep ? calloc(cfg->cpus.nr, sizeof(*l->snapshot)) : NULL;
	if (l->keep && !l->snapshot)
		return -ENOMEM;
	l->nr_rings = cfg->cpus.nr;
	for (size_t i = 0; i < l->nr_rings; i++) {
		l->rings[i].cpu = (int32_t)cfg->cpus.cpu[i];
		l->rings[i].loss.cpu = l->rings[i].cpu;
		l->rings[i].idx = (uint32_t)i;
		l->rings[i].fd = -1;
		l->rings[i].snapshot = l->keep;
		if (l->keep)
			l->snapshot[i].back = (struct ring){ .cpu = l->rings[i].cpu, .fd = -1 };
	}
	ret = open_events(&o);
	if (!ret)
		live_open_time(l, cfg);
	ret = ret ?: map_fitting(&o);
	for (size_t i = 0; !ret && i < l->nr_events; i++)
		ret = redirect(&o, &l->events[i]);
	for (size_t i = 0; i < l->nr_rings; i++)
		l->nr_spe_rings += !!l->rings[i].aux;
	return ret;
}
