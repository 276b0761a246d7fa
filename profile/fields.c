// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "profile/profile.h"

static const struct {
	const char *name, *unit, *what;
} fields[NR_FIELDS] = {
#define FIELD(id, name, kind, unit, what) [FIELD_##id] = { name, unit, what },
#include "profile/fields.def"
#undef FIELD
};

const char *field_name(enum field f)
{
	return fields[f].name;
}

const char *field_unit(enum field f)
{
	return fields[f].unit;
}

const char *field_what(enum field f)
{
	return fields[f].what;
}

uint64_t slice_length(uint64_t ns)
{
	static const unsigned int steps[] = { 1, 2, 5 };

	for (uint64_t ten = 1; ten <= UINT64_MAX / 100; ten *= 10)
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (ns / SLICES < ten * steps[i])
				return ten * steps[i];
	return UINT64_MAX / 10;
}

uint64_t latency_step(uint64_t cycles)
{
	unsigned int low = cycles < 4 ? 0 : 62 - (unsigned int)__builtin_clzll(cycles);

	return cycles >> low << low;
}

int field_find(const char *name, size_t len)
{
	for (int f = 0; f < NR_FIELDS; f++)
		if (strlen(fields[f].name) == len && !memcmp(fields[f].name, name, len))
			return f;
	return -1;
}

bool field_is_of_record(enum field f)
{
	switch (f) {
	case FIELD_WORLD:
	case FIELD_REASON:
	case FIELD_BASIS:
	case FIELD_HOST:
	case FIELD_VM:
	case FIELD_VCPU:
	case FIELD_PID:
	case FIELD_TID:
	case FIELD_COMM:
	case FIELD_CGROUP:
	case FIELD_POD:
	case FIELD_CONTAINER:
	case FIELD_UNIT:
	case FIELD_MACHINE:
	case FIELD_NSPID:
	case FIELD_GUEST_PID:
	case FIELD_GUEST_TID:
	case FIELD_GUEST_COMM:
	case FIELD_CPU:
	case FIELD_CPU_NODE:
	case FIELD_EL:
	case FIELD_OBJECT:
	case FIELD_SYMBOL:
	case FIELD_LINE:
	case FIELD_ADDRESS:
	case FIELD_OFFSET:
	case FIELD_TIME:
	case FIELD_SLICE:
	case NR_FIELDS:
		return false;
	case FIELD_OP:
	case FIELD_SUBCLASS:
	case FIELD_SOURCE:
	case FIELD_TARGET:
	case FIELD_PREV_TARGET:
	case FIELD_VA:
	case FIELD_CACHE_LINE:
	case FIELD_PAGE:
	case FIELD_PA:
	case FIELD_PA_LINE:
	case FIELD_NODE:
	case FIELD_FAR:
	case FIELD_WORD:
	case FIELD_ACCESS:
	case FIELD_TYPE:
	case FIELD_MEMBER:
	case FIELD_MEMBER_OFFSET:
	case FIELD_TOTAL:
	case FIELD_TOTAL_STEP:
	case FIELD_ISSUE:
	case FIELD_XLAT:
	case FIELD_EVENTS:
	case FIELD_CTX_EL1:
	case FIELD_CTX_EL2:
	case FIELD_EXTRA:
		break;
	}
	return true;
}

bool field_is_of_machine(enum field f)
{
	static const enum field fields_of_it[] = {
		FIELD_VM, FIELD_VCPU, FIELD_PID, FIELD_TID, FIELD_NSPID, FIELD_GUEST_PID,
		FIELD_GUEST_TID, FIELD_CPU, FIELD_CPU_NODE, FIELD_NODE, FIELD_ADDRESS, FIELD_TARGET,
		FIELD_PREV_TARGET, FIELD_VA, FIELD_CACHE_LINE, FIELD_PAGE, FIELD_PA, FIELD_PA_LINE,
		FIELD_CTX_EL1, FIELD_CTX_EL2, FIELD_TIME, FIELD_SLICE,
	};

	return field_among(f, fields_of_it, sizeof(fields_of_it) / sizeof(fields_of_it[0]));
}

bool field_is_of_cgroup(enum field f)
{
	return f == FIELD_CGROUP || f == FIELD_POD || f == FIELD_CONTAINER || f == FIELD_UNIT ||
	       f == FIELD_MACHINE || f == FIELD_NSPID;
}

bool field_is_of_data(enum field f)
{
	return f == FIELD_TYPE || f == FIELD_MEMBER || f == FIELD_MEMBER_OFFSET;
}

bool field_among(enum field f, const enum field *keys, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (keys[i] == f)
			return true;
	return false;
}
