/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_PROBE_MACHINE_H
#define CMD_DOCTOR_PROBE_MACHINE_H

#include "cmd/doctor/probe/probe.h"
#include "collector/host/vm.h"

/*
 * The virtual machine of the probe: one vCPU that runs guest.S, a piece of memory that
 * nothing may write, and a device.  Its stage 1 maps the code low, and all of the high half,
 * where a kernel has its addresses, onto the second half of that memory: a write through a
 * host's address that goes by the guest's map lands there.
 */
struct machine {
	struct vm vm;
	struct vm_vcpu cpu;
	uint8_t *ram;		/* owned: machine_close() */
	uint8_t *expected;	/* likewise: what ram was before the guest ran */
	void *reserved;		/* likewise: the addresses of the guest's code, in our process */
	bool waits;		/* its read of a command is to be answered */
};

/* 0, or -errno with a sentence in err; machine_close() in either case. */
int machine_open(struct machine *m, char *err, size_t errlen);
void machine_close(struct machine *m);

/* The guest's code and the host's loop, by their addresses. */
struct probe_code machine_code(void);
/* The loop, which is as long as each of the guest's (guest.S). */
void probe_loop(void);

/*
 * Have it do a command of guest.h so many times, or, with the last one, fill *traps.  0, or
 * -errno with a sentence in err.  Any thread, one at a time.
 */
int machine_work(struct machine *m, uint64_t turns, char *err, size_t errlen);
int machine_calls(struct machine *m, uint64_t turns, char *err, size_t errlen);
int machine_traps(struct machine *m, struct probe_traps *traps, char *err, size_t errlen);

/* Compare its memory with what was put there. */
void machine_compare(const struct machine *m, struct probe_memory *out);

#endif
