// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "kvm/model/known.h"

const struct known known_switches[] = {
	{ "linux 6.12", &switch_linux_6_12, "spe, nVHE",
	  "P1 the host's buffer may be translated by what is not the host's" },
	{ "linux 6.12, on a CPU that translates when needed", &switch_linux_6_12,
	  "spe, nVHE, translated when needed", "" },
	{ "a switch without SPE, on a CPU that translates when needed", &switch_careless,
	  "spe, nVHE, translated when needed",
	  "P4 a record of the host may be written into memory that is not its own" },
	{ "linux 7.1", &switch_linux_7_1, "spe, nVHE", "" },
	{ "linux 7.1, restored before the host's translation registers",
	  &switch_7_1_too_early, "spe, nVHE",
	  "P1 the host's buffer may be translated by what is not the host's" },
	{ "the patch of 2017", &switch_2017, "spe, nVHE",
	  "P1 the host's buffer may be translated by what is not the host's" },
	{ "the patch of 2017, on a CPU without SPE", &switch_2017, "spe, none, nVHE",
	  "MDCR_EL2: TPMS and E2PB are RES0" },
	{ "the patch of 2017, and the buffer off", &switch_2017_buffer_off, "spe, nVHE",
	  "P5 the host has PMSCR_EL1" },
	{ "kvm/world, called with PSTATE.D = 0, VHE", &switch_ours, "step, VHE, PSTATE.D = 0",
	  "P7 EL2 may take a step of the guest's" },
	{ "kvm/world, called with PSTATE.D = 0, nVHE", &switch_ours,
	  "step, nVHE, PSTATE.D = 0", "P7 EL2 may take a step of the guest's" },
	{ 0 },
};

#define SPE    "kvm/world/spe.c"
#define SWITCH "kvm/world/switch.c"

const struct equal equal_mutants[] = {
	/* In pmscr_write(), for a guest, as EL12, on entry and exit with an EL1-owned buffer. */
	{ SPE, "write PMSCR_EL12", 1, MUTANT_LATE,
	  "equal: an EL1-owned buffer samples nothing at EL2 [Table D17-1], where all of this is" },
	/* The policy. */
	{ SPE, "write PMSCR_EL12", 2, MUTANT_LATE,
	  "equal: it acts from the ERET on, which comes later still" },
	{ SWITCH, "isb", 1, MUTANT_LATE, "equal: it is the last operation" },
	{ 0 },
};

static const struct walk *const all[] = { walks_step, walks_id, walks_spe, walks_mops };

const struct walk *walk_nr(size_t nr)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (const struct walk *w = all[i]; w->name; w++)
			if (!nr--)
				return w;
	return NULL;
}

const struct walk *walk_find(const char *name)
{
	const struct walk *w;

	for (size_t i = 0; (w = walk_nr(i)); i++)
		if (!strcmp(w->name, name))
			return w;
	for (w = walks_step_broken; w->name; w++)
		if (!strcmp(w->name, name))
			return w;
	return NULL;
}
