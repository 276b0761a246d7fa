/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_CGROUP_FIND_H
#define COLLECTOR_LIVE_CGROUP_FIND_H

#include "collector/live/cgroup_tree.h"

/* Cgroups by what users call them.  root as in base/sysfiles.h; results are untrusted text. */
struct cgroup_found {
	char path[CGROUP_PATH_ROOM];	/* of its folder, without root */
	char other[CGROUP_PATH_ROOM];	/* of another that fits, with -ENOTUNIQ */
};

/*
 * A path as in /proc/PID/cgroup or of the folder itself; or the name of a folder, or of a pod,
 * container, unit or machine as reports print it.  Cgroups below one that fits are not looked at.
 * 0; -ENOENT: there is none; -ENOTUNIQ: several; -ENODEV: no cgroups are mounted.
 */
int cgroup_find(struct cgroup_found *out, const char *root, const char *what);

/*
 * The cgroup of a pod: its UID, its name, or NAMESPACE/NAME.  Names are those of the kubelet's
 * folders /var/log/pods/NAMESPACE_NAME_UID [kubernetes pkg/kubelet/kuberuntime/helpers.go,
 * BuildPodLogsDirectory()]; pods that have ended have a folder, too, but no cgroup.  Results as
 * above.
 */
int cgroup_find_pod(struct cgroup_found *out, const char *root, const char *what);

#endif
