// SPDX-License-Identifier: GPL-2.0-only
/* A file of its own: reports are tested without recordings. */
#include "collector/input.h"

#include <string.h>

const char *input_host(const struct input_info *info)
{
	/* A kernel's before somebody names the machine: UTS_NODENAME, init/Kconfig of Linux. */
	const char *unset = "(none)";

	return info->hostname && strcmp(info->hostname, unset) ? info->hostname : NULL;
}
