// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs kvm/world on real registers: a hypervisor at EL2 with one guest, first for a host at EL1
 * (nVHE), then for one at EL2 (VHE).  Prints TAP on the serial port.
 */
#include "kvm/bare/checks.h"
#include "kvm/bare/console.h"
#include "kvm/bare/gic.h"
#include "kvm/bare/machine.h"

void bare_main(void);

static struct vm machine;

static u64 host(void)
{
	struct vm *m = &machine;

	machine_host();
	gic_on();
	vm_machine(m);
	print(m->cpu.vhe ? "# a host at EL2: VHE\n" : "# a host at EL1: nVHE\n");
	result("the CPU has SPE, and memory copies", m->cpu.spe_usable && sys_read(ID_AA64ISAR2_EL1) >> 16 & 15);
	check_profiling(m);
	check_owner(m);
	check_steps(m);
	check_aborts(m);
	check_registers(m);
	check_copies(m);
	return 0;
}

void bare_main(void)
{
	machine_mode(false);
	at_el1(host);
	machine_mode(true);
	host();
	finish();
}
