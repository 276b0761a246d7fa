// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writable ID registers: user space writes any value to any field and to other registers, and runs
 * the VM, in every order.
 *
 * P10: a field never exceeds the host's value, and never has features that are never emulated; a
 * refused write changes nothing; and once frozen, nothing changes.
 */
#include <stdio.h>
#include <string.h>

#include "kvm/model/walk.h"

struct state {
	struct world_vm vm;
	u64 frozen; /* according to the rules */
	u64 host[WORLD_ID_COUNT];
	u64 features;
};

enum event { OTHER_WRITE, RUN, WRITES, EVENTS = WRITES + WORLD_ID_COUNT * 256 };

static const char *event_name(const void *state, unsigned int event)
{
	static const char *const names[WORLD_ID_COUNT] = {
		[WORLD_ID_AA64DFR0] = "ID_AA64DFR0_EL1",
		[WORLD_ID_DFR0] = "ID_DFR0_EL1",
		[WORLD_ID_AA64ISAR2] = "ID_AA64ISAR2_EL1",
	};
	static char name[64];

	if (event == OTHER_WRITE)
		return "user space writes another register";
	if (event == RUN)
		return "the VM runs";
	event -= WRITES;
	snprintf(name, sizeof(name), "user space writes %s, bits %u up = %u",
		 names[event / 256],
		 event / 16 % 16 * 4, event % 16);
	return name;
}

static bool may(const void *state, unsigned int event)
{
	return true;
}

static u32 nibble(u64 val, unsigned int shift)
{
	return val >> shift & 15;
}

/*
 * May this field have that value?  The rules are written as code instead of a table, from
 * sys_regs.c of Linux 6.12, with MProfDbg 0 as requested on the mailing list in 2023.
 */
static bool allowed_aa64dfr0(const struct state *s, unsigned int shift, u32 val)
{
	u32 host = nibble(s->host[WORLD_ID_AA64DFR0], shift);

	switch (shift) {
	case 0: /* DebugVer: Armv8 to v8.8 */ return val >= 6 && val <= host && val <= 10;
	case 8: /* PMUVer: none, or to PMUv3p5; 15 is none */
		return !val || (s->features & WORLD_VM_PMU && host != 15 && val <= host &&
				val <= 6);
	case 12: /* BRPs */
	case 28: /* CTX_CMPs */ return val == host;
	case 20: /* WRPs */ return val <= host;
	case 32: /* PMSVer: none, or the host's up to FEAT_SPEv1p4 */
		return val == (!(s->features & WORLD_VM_SPE) ? 0 : host < 5 ? host : 5);
	case 36: /* DoubleLock: 15 means "absent", less than 0 */
		return val == host ||
		       (host < 8 ? val >= 8 || val <= host : val >= 8 && val <= host);
	default: return !val;
	}
}

static bool allowed_dfr0(const struct state *s, unsigned int shift, u32 val)
{
	u32 host = nibble(s->host[WORLD_ID_DFR0], shift);

	switch (shift) {
	case 0: /* CopDbg; 0 is a CPU without AArch32 */
		return host ? val >= 6 && val <= host && val <= 10 : !val;
	case 4:
	case 8:
	case 12:
	case 16: return val <= host;
	case 24: /* PerfMon: none, or PMUv3 to v3p5 */
		return !val || (s->features & WORLD_VM_PMU && host != 15 && val >= 3 &&
				val <= host && val <= 6);
	default: /* including MProfDbg */ return !val;
	}
}

static bool allowed_aa64isar2(const struct state *s, unsigned int shift, u32 val)
{
	u32 host = nibble(s->host[WORLD_ID_AA64ISAR2], shift);

	switch (shift) {
	case 0: /* WFxT */ return val <= host && val <= 2;
	case 4: /* RPRES */
	case 16: /* MOPS */
	case 20: /* BC */
	case 28: /* CLRBHB */ return val <= host && val <= 1;
	default: /* including pointer authentication */ return !val;
	}
}

static bool allowed(const struct state *s, enum world_id id, unsigned int shift, u32 val)
{
	switch (id) {
	case WORLD_ID_AA64DFR0: return allowed_aa64dfr0(s, shift, val);
	case WORLD_ID_DFR0: return allowed_dfr0(s, shift, val);
	case WORLD_ID_AA64ISAR2: return allowed_aa64isar2(s, shift, val);
	case WORLD_ID_COUNT: break;
	}
	return false;
}

/* 15, an implementation-defined PMU, counts as none. */
static bool is_pmu(enum world_id id, unsigned int shift)
{
	return (id == WORLD_ID_AA64DFR0 && shift == 8) ||
	       (id == WORLD_ID_DFR0 && shift == 24);
}

static void write_field(struct explore *x, struct state *s, unsigned int id,
			unsigned int shift, u32 val)
{
	u64 before = s->vm.id[id],
	    written = (before & ~(15ull << shift)) | (u64)val << shift;
	u64 meant = is_pmu(id, shift) && val == 15 ? before & ~(15ull << shift) : written;
	bool ok = allowed(s, id, shift, nibble(meant, shift));
	int want = s->frozen ? (meant == before ? 0 : -WORLD_EBUSY) :
		   ok        ? 0 :
			       -WORLD_EINVAL;
	int err = world_id_set(&s->vm, id, written);

	explore_trace(x, "  %#llx: %d", (unsigned long long)written, err);
	if (err != want)
		explore_broken(x, "P10 the write gives %d, not %d", err, want);
	if (s->vm.id[id] != (err ? before : meant))
		explore_broken(x, "P10 the register is %#llx",
			       (unsigned long long)s->vm.id[id]);
}

static void act(struct explore *x, void *state, unsigned int event)
{
	struct state *s = state;

	if (event == OTHER_WRITE) {
		world_id_other_write(&s->vm);
		s->frozen |= s->features & WORLD_VM_FREEZE_EARLY ? 1 : 0;
	} else if (event == RUN) {
		world_id_run(&s->vm);
		s->frozen = 1;
	} else {
		event -= WRITES;
		/*
		 * Always starts from the limit: fields are checked individually, and there are few
		 * states.
		 */
		if (!s->frozen)
			s->vm.id[event / 256] = s->vm.id_limit[event / 256];
		write_field(x, s, event / 256, event / 16 % 16 * 4, event % 16);
	}
	for (unsigned int id = 0; id < WORLD_ID_COUNT; id++)
		for (unsigned int shift = 0; shift < 64; shift += 4)
			if (!allowed(s, id, shift, nibble(s->vm.id[id], shift)))
				explore_broken(x, "P10 bits %u of register %u are %u",
					       shift, id, nibble(s->vm.id[id], shift));
}

static const struct explore_system id_system = {
	.size = sizeof(struct state),
	.events = EVENTS,
	.name = event_name,
	.may = may,
	.act = act,
};

/* Hosts: a v8.9 with PMUv3p7 and SPE, one with its own PMU, one without AArch32. */
static const u64 hosts[][WORLD_ID_COUNT] = {
	{ 0x0fffff0710305b0bull | 5ull << 32, 0x17bbbb9b, 0x51115012 },
	{ 0x0000000310305f06ull, 0x0f010066, 0 },
	{ 0x000000f210305609ull, 0, 1 << 16 },
};

static int run(const struct walk *walk, const struct machine_switch *sw,
	       struct explore_result *res)
{
	struct state s;

	memset(&s, 0, sizeof(s));
	memcpy(s.host, hosts[walk->extra], sizeof(s.host));
	s.features = walk->features;
	s.vm.features = walk->features;
	world_id_init(&s.vm, s.host, walk->features);
	return explore_run(&id_system, &s, 20000, res);
}

#define ANY               \
	{                 \
		{ 0 },    \
		{         \
			0 \
		}         \
	}

const struct walk walks_id[] = {
	{ "id, v8.9", run, ANY, WORLD_VM_PMU, 0 },
	{ "id, v8.9, guest's SPE", run, ANY, WORLD_VM_SPE | WORLD_VM_FREEZE_EARLY, 0 },
	{ "id, another PMU", run, ANY, WORLD_VM_PMU | WORLD_VM_FREEZE_EARLY, 1 },
	{ "id, no AArch32", run, ANY, 0, 2 },
	{ 0 },
};
