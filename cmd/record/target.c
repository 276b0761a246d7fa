// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sysfiles.h"
#include "cmd/record/record_impl.h"
#include "collector/host/guests.h"
#include "collector/live/cgroup_find.h"
#include "collector/live/running.h"
#include "report/report.h"

static int add(struct record_target *t, const int32_t *tids, size_t nr)
{
	int32_t *more = realloc(t->tids, (t->nr_tids + nr + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	memcpy(more + t->nr_tids, tids, nr * sizeof(*tids));
	t->tids = more;
	t->nr_tids += nr;
	return 0;
}

static int add_process(struct record_target *t, int32_t pid, char *err, size_t errlen)
{
	int32_t *tids;
	int nr = running_threads(pid, &tids), ret;

	if (nr <= 0) {
		snprintf(err, errlen, "no process %d exists", pid);
		free(tids);
		return -ESRCH;
	}
	ret = add(t, tids, (size_t)nr);
	free(tids);
	return ret;
}

static int add_vm(struct record_target *t, const char *name, char *err, size_t errlen)
{
	const struct guest *g = NULL;
	struct guests guests;
	char shown[128];
	bool several = false;
	int ret = guests_read(&guests, "");

	report_escape(shown, sizeof(shown), name);
	if (!ret)
		g = guests_find(&guests, name, &several);
	if (g)
		ret = add_process(t, g->pid, err, errlen);
	else if (several)
		snprintf(err, errlen, "several virtual machines are called %s: give a pid", shown);
	else if (!ret)
		snprintf(err, errlen, "no virtual machine %s among the %zu that this user can "
			 "see; run `spelunk doctor` to list them", shown, guests.nr);
	guests_free(&guests);
	return g || ret ? ret : -ESRCH;
}

/* A folder of cgroups, as the key `cgroup` of reports. */
static const char *own_name(const char *path)
{
	const char *mount = cgroup_mount("");

	return mount && path[strlen(mount)] ? path + strlen(mount) : "/";
}

static int fail_cgroup(const struct cgroup_found *f, const char *what, bool pod, int ret, char *err,
		       size_t errlen)
{
	char shown[128], one[256], two[256];

	report_escape(shown, sizeof(shown), what);
	if (ret == -ENODEV) {
		snprintf(err, errlen, "no cgroups are mounted in /sys/fs/cgroup");
	} else if (ret == -ENOTUNIQ) {
		report_escape(one, sizeof(one), own_name(f->path));
		report_escape(two, sizeof(two), own_name(f->other));
		snprintf(err, errlen, "%s is both %s and %s: give %s", shown, one, two,
			 pod ? "NAMESPACE/NAME or the pod's UID" : "the path");
	} else if (pod) {
		snprintf(err, errlen, "no pod %s runs on this machine: give its name, "
			 "NAMESPACE/NAME or UID; ls /var/log/pods lists them", shown);
	} else {
		snprintf(err, errlen, "no cgroup %s exists: give a path as in /proc/PID/cgroup, or "
			 "the name of a unit, container or machine; systemd-cgls lists them", shown);
	}
	return ret;
}

static int add_cgroup(struct record_target *t, const char *what, bool pod, char *err, size_t errlen)
{
	struct cgroup_found f;
	int ret = pod ? cgroup_find_pod(&f, "", what) : cgroup_find(&f, "", what);

	if (ret)
		return fail_cgroup(&f, what, pod, ret, err, errlen);
	snprintf(t->cgroup, sizeof(t->cgroup), "%s", f.path);
	t->cgroup_fd = open(t->cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->cgroup_fd < 0) {
		ret = -errno;
		snprintf(err, errlen, "%s: %s", own_name(t->cgroup), strerror(-ret));
	}
	return ret;
}

/* The CPUs that are both online and requested. */
static int find_cpus(struct record_target *t, const struct record_args *a, const struct host *host,
		     char *err, size_t errlen)
{
	struct cpu_list asked = { 0 };
	int ret = a->cpus ? cpu_list_parse(&asked, a->cpus) : 0;

	if (ret == -EINVAL || (a->cpus && !ret && !asked.nr)) {
		snprintf(err, errlen, "--cpu takes a list such as 0-3,8");
		ret = -EINVAL;
	}
	t->cpus.cpu = ret ? NULL : calloc(host->nr_cpus + 1, sizeof(*t->cpus.cpu));
	for (size_t i = 0; t->cpus.cpu && i < host->nr_cpus; i++)
		if (!a->cpus || cpu_list_has(&asked, host->cpus[i].cpu))
			t->cpus.cpu[t->cpus.nr++] = host->cpus[i].cpu;
	if (!ret && (!t->cpus.nr || (a->cpus && t->cpus.nr < asked.nr))) {
		snprintf(err, errlen, "%s", host->nr_cpus ?
			 "some CPUs of --cpu do not exist or are offline" :
			 "cannot list this machine's CPUs: is /sys mounted?");
		ret = -ENODEV;
	}
	cpu_list_free(&asked);
	return ret;
}

int record_target_find(struct record_target *t, const struct record_args *a,
		       const struct host *host, int32_t child, char *err, size_t errlen)
{
	int ret;

	*t = (struct record_target){ .cgroup_fd = -1 };
	ret = find_cpus(t, a, host, err, errlen);
	for (size_t i = 0; !ret && i < a->pids.nr; i++)
		ret = add_process(t, a->pids.id[i], err, errlen);
	if (!ret && a->tids.nr)
		ret = add(t, a->tids.id, a->tids.nr);
	if (!ret && a->vm)
		ret = add_vm(t, a->vm, err, errlen);
	if (!ret && (a->cgroup || a->pod))
		ret = add_cgroup(t, a->cgroup ?: a->pod, !!a->pod, err, errlen);
	if (!ret && child && !a->all && !a->cpus && t->cgroup_fd < 0)
		ret = add(t, &child, 1);
	return ret;
}

bool record_target_lives(const struct record_target *t)
{
	if (t->cgroup_fd >= 0)
		return !sysfiles_there("", "%s", t->cgroup);
	if (!t->tids)
		return true;
	for (size_t i = 0; i < t->nr_tids; i++)
		if (!sysfiles_there("", "/proc/%d", t->tids[i]))
			return true;
	return false;
}

void record_target_free(struct record_target *t)
{
	cpu_list_free(&t->cpus);
	free(t->tids);
	if (t->cgroup_fd >= 0)
		close(t->cgroup_fd);
	*t = (struct record_target){ .cgroup_fd = -1 };
}
