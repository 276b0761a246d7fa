/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_UNIT_FAKE_NAMES_H
#define TESTS_UNIT_FAKE_NAMES_H

#include "kvm/timeline.h"

/* The words of kvm/timeline.h, so that a test of names needs no timeline. */

const char *world_name(enum world w)
{
	static const char *const names[] = {
		"unknown", "host-user", "host-kernel", "switch", "guest-user", "guest-kernel"
	};
	return names[w];
}

const char *basis_name(enum basis b)
{
	static const char *const names[] = {
		"none", "el", "context", "interval", "contradiction"
	};
	return names[b];
}

const char *host_mode_name(enum host_mode m)
{
	return m == HOST_VHE ? "VHE" : m == HOST_NVHE ? "nVHE" : "unknown";
}

#endif
