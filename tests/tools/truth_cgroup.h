/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_TRUTH_CGROUP_H
#define TESTS_TRUTH_CGROUP_H

#include <stdio.h>

/* The cgroups of generated tasks, by number: captured paths. */

#define TRUTH_CGROUP_ROOM 256
#define TRUTH_USERS       6

enum { CGROUP_ROOT = 1, CGROUP_USERS, CGROUP_BUILD = CGROUP_USERS + TRUTH_USERS, CGROUP_OTHER, CGROUP_MOVED, CGROUP_VMS = CGROUP_MOVED + TRUTH_USERS };

static inline void truth_cgroup_path(unsigned int number, char path[TRUTH_CGROUP_ROOM])
{
	static const char *const paths[] = {
		[CGROUP_ROOT] = "/",
		[CGROUP_USERS] = "/system.slice/nginx.service",
		[CGROUP_USERS + 1] = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-"
			      "pod2f7a5c8e_7b2c_4c0b_9a57_3e5a7fa2a1d7.slice/cri-containerd-"
			      "5a1f0c9e7d3b2a4f6e8c0d1b3a5f7e9c2d4b6a8f0e1c3d5b7a9f1e3c5d7b9a0f.scope",
		[CGROUP_USERS + 2] = "/system.slice/docker-"
			      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
		[CGROUP_USERS + 3] = "/user.slice/user-1000.slice/user@1000.service/app.slice/make.scope",
		[CGROUP_USERS + 4] = "/kubepods/besteffort/pod0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9/"
			      "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210",
		[CGROUP_USERS + 5] = "/machine.slice/libpod-"
			      "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff.scope",
		[CGROUP_BUILD] = "/system.slice/buildd.service",
		[CGROUP_OTHER] = "/system.slice/other.service",
	};

	if (number >= CGROUP_VMS)
		snprintf(path, TRUTH_CGROUP_ROOM,
			 "/machine.slice/machine-qemu\\x2d%u\\x2dvm%u.scope/libvirt", number - CGROUP_VMS + 1,
			 number - CGROUP_VMS);
	else if (number >= CGROUP_MOVED)
		snprintf(path, TRUTH_CGROUP_ROOM, "/system.slice/moved-%u.service", number - CGROUP_MOVED);
	else
		snprintf(path, TRUTH_CGROUP_ROOM, "%s", paths[number]);
}

#endif
