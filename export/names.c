// SPDX-License-Identifier: GPL-2.0-only
#include "export/names.h"

bool export_vm(const struct export *x, enum world world, int32_t vm, char out[EXPORT_NAME])
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(x->rec->p.timeline, &vms);

	if (world != WORLD_GUEST_USER && world != WORLD_GUEST_KERNEL)
		return false;
	if (vm < 0)
		snprintf(out, EXPORT_NAME, "vm [unknown]");
	else
		snprintf(out, EXPORT_NAME, "vm %d%s%s", vm,
			 (size_t)vm < nr && *vms[vm].name ? " " : "",
			 (size_t)vm < nr ? vms[vm].name : "");
	return true;
}

const char *export_weight_name(const struct export *x)
{
	switch (x->weight) {
	case EXPORT_CHOOSE:	break;
	case EXPORT_SAMPLES:	return "SPE samples";
	case EXPORT_COST:	return "latency, cycles";
	case EXPORT_TIME:	return x->calls.clock ? "time, ns" : "CPU cycles";
	}
	return "";
}
