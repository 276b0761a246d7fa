/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writable ID registers.  Each field follows its rule in ids.def, and user space must not offer
 * more than the host has; meaningful combinations are up to user space.
 */
#include "kvm/world/bits.h"
#include "kvm/world/world.h"

enum rule { FIXED, LOWER, SIGNED, PMU, SPE };

struct field {
	uint8_t id, shift, rule, min, cap;
};

static const struct field fields[] = {
#define FIELD(id, shift, rule, min, cap, name) { WORLD_ID_##id, shift, rule, min, cap },
#include "kvm/world/ids.def"
#undef FIELD
};

#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

static u32 get(u64 val, u32 shift)
{
	return val >> shift & 15;
}

static u64 put(u64 val, u32 shift, u32 field)
{
	return (val & ~(15ull << shift)) | (u64)field << shift;
}

static u32 capped(const struct field *f, u32 host)
{
	return host < f->cap ? host : f->cap;
}

/* The maximum of a VM's field, from the host's value. */
static u32 most(const struct field *f, u32 host, u32 features)
{
	switch ((enum rule)f->rule) {
	case FIXED:
	case SIGNED:
		return host;
	case LOWER:
		return capped(f, host);
	case PMU:
		/* 0xf is an implementation-defined PMU, which is not what is emulated. */
		if (!(features & WORLD_VM_PMU) || host == 15)
			return 0;
		return capped(f, host);
	case SPE:
		return features & WORLD_VM_SPE ? capped(f, host) : 0;
	}
	return 0;
}

static bool fits(const struct field *f, u32 val, u32 limit)
{
	if (val == limit)
		return f->rule != LOWER || val >= f->min || !limit;
	switch ((enum rule)f->rule) {
	case FIXED:
	case SPE:
		return false;
	case LOWER:
		return val >= f->min && val <= limit;
	case SIGNED:
		return (int)(val ^ 8) <= (int)(limit ^ 8);
	case PMU:
		return !val || (val >= f->min && val <= limit);
	}
	return false;
}

void world_id_init(struct world_vm *vm, const u64 host[WORLD_ID_COUNT], u32 features)
{
	for (u32 i = 0; i < FIELDS; i++) {
		const struct field *f = &fields[i];
		u32 val = most(f, get(host[f->id], f->shift), features);

		vm->id_limit[f->id] = put(vm->id_limit[f->id], f->shift, val);
	}
	for (u32 id = 0; id < WORLD_ID_COUNT; id++)
		vm->id[id] = vm->id_limit[id];
}

int world_id_set(struct world_vm *vm, enum world_id id, u64 val)
{
	u64 rest = val;

	for (u32 i = 0; i < FIELDS; i++) {
		const struct field *f = &fields[i];

		if (f->id != id)
			continue;
		/* Old kernels offered it, so it must be accepted; as none. */
		if (f->rule == PMU && get(val, f->shift) == 15)
			val = put(val, f->shift, 0);
		if (!vm->id_frozen &&
		    !fits(f, get(val, f->shift), get(vm->id_limit[id], f->shift)))
			return -WORLD_EINVAL;
		rest = put(rest, f->shift, 0);
	}
	if (vm->id_frozen)
		return val == vm->id[id] ? 0 : -WORLD_EBUSY;
	if (rest)
		return -WORLD_EINVAL;
	vm->id[id] = val;
	return 0;
}

void world_id_other_write(struct world_vm *vm)
{
	if (vm->features & WORLD_VM_FREEZE_EARLY)
		vm->id_frozen = true;
}

void world_id_run(struct world_vm *vm)
{
	vm->id_frozen = true;
}
