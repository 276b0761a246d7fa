// SPDX-License-Identifier: GPL-2.0-only
#include "base/vcpu_name.h"

#include <stdio.h>

int32_t vcpu_name(const char *comm, bool *alone)
{
	int32_t vcpu;
	bool only;
	int used;

#define VCPU_NAME(format, alone, program)						\
	used = 0;									\
	only = alone;									\
	if (sscanf(comm, format "%n", &vcpu, &used) == 1 && used && !comm[used] && vcpu >= 0)	\
		goto found;
#include "base/vcpu_names.def"
#undef VCPU_NAME
	return -1;
found:
	if (alone)
		*alone = only;
	return vcpu;
}
