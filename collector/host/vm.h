/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_HOST_VM_H
#define COLLECTOR_HOST_VM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/kvm.h>

/*
 * A virtual machine of our own through /dev/kvm of a 64-bit Arm host (linux
 * Documentation/virt/kvm/api.rst): `spelunk doctor --probe` and the lab's VMM run their guests
 * with it.  Only a program built for arm64 has these functions.
 *
 * Each returns 0 or -errno unless it says otherwise; vm.failed then names the call that failed.
 */
struct vm {
	int kvm, fd;			/* owned: vm_close() */
	int gic;			/* likewise; -1: it has none */
	size_t run_size;		/* bytes of vm_vcpu.run */
	const char *failed;		/* static */
};

struct vm_vcpu {
	struct vm *vm;			/* borrowed */
	int fd;				/* owned: vm_vcpu_close() */
	struct kvm_run *run;		/* likewise; shared with KVM */
};

int vm_open(struct vm *vm);
/* Call after closing its vCPUs.  vm may be one that vm_open() failed to open. */
void vm_close(struct vm *vm);

/* Map ram, borrowed until vm_close(), as guest memory at a physical address. */
int vm_memory(struct vm *vm, uint64_t at, void *ram, size_t size);

/*
 * Set how far the guest's counter is behind the host's, in ticks; by default KVM chooses.  Since
 * Linux 6.4.
 */
int vm_counter_offset(struct vm *vm, uint64_t ticks);

/* Add a GICv3 at these physical addresses; call after all vCPUs are made. */
int vm_gic(struct vm *vm, uint64_t distributor, uint64_t redistributors);

/*
 * Make vCPU number nr.  It has PSCI and starts at EL1 with all interrupts masked and the MMU off.
 * off: it waits for CPU_ON.
 */
int vm_vcpu(struct vm *vm, struct vm_vcpu *out, unsigned int nr, bool off);
void vm_vcpu_close(struct vm_vcpu *v);

/* Set any register, by its id for KVM_SET_ONE_REG: ARM64_SYS_REG(). */
int vm_set_register(struct vm_vcpu *v, uint64_t id, uint64_t value);
/* Set the register at that byte offset in struct kvm_regs. */
int vm_set_core(struct vm_vcpu *v, size_t offset, uint64_t value);

/* Run the vCPU until KVM returns to user space: see v->run->exit_reason.  -EINTR: vm_stop(). */
int vm_run(struct vm_vcpu *v);
/* Make that thread's vm_run() return, and every later one.  Takes SIGUSR1 away from the program. */
void vm_stop(struct vm_vcpu *v, pthread_t thread);

/* For a KVM_EXIT_MMIO: the value written, and the answer to a read. */
uint64_t vm_mmio_value(const struct vm_vcpu *v);
void vm_mmio_answer(struct vm_vcpu *v, uint64_t value);

#endif
