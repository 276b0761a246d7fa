/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_PROBE_MACHINE_H
#define CMD_DOCTOR_PROBE_MACHINE_H

#include "cmd/doctor/probe/probe.h"
#include "collector/host/vm.h"

/*
 * The virtual machine of the probe: one vCPU that runs guest.S, memory that nobody should write,
 * and a device.  Its stage 1 maps the code low, and the whole high half, where kernel addresses
 * are, to the second half of that memory.  If SPE writes to a host address through the guest's
 * tables, the write lands there.
 */
struct machine {
	struct vm vm;
	struct vm_vcpu cpu;
	uint8_t *ram;		/* owned: machine_close() */
	uint8_t *expected;	/* likewise: the contents of ram before the guest ran */
	void *reserved;		/* likewise: reserves the guest's code addresses in our process */
	bool waits;		/* its read of a command has not been answered */
};

/* 0, or -errno with a sentence in err; machine_close() in either case. */
int machine_open(struct machine *m, char *err, size_t errlen);
void machine_close(struct machine *m);

/* The guest's code and the host's loop, by their addresses. */
struct probe_code machine_code(void);
/* The host's loop, as long as each of the guest's (guest.S). */
void probe_loop(void);

/*
 * Run a command of guest.h that often; the last one fills *traps.  0, or -errno with a sentence in
 * err.  Any thread, but only one at a time.
 */
int machine_work(struct machine *m, uint64_t turns, char *err, size_t errlen);
int machine_calls(struct machine *m, uint64_t turns, char *err, size_t errlen);
int machine_traps(struct machine *m, struct probe_traps *traps, char *err, size_t errlen);

/* Compare the guest's memory with its original contents. */
void machine_compare(const struct machine *m, struct probe_memory *out);

#endif
