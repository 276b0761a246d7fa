// SPDX-License-Identifier: GPL-2.0-only
#ifdef __aarch64__ /* elsewhere linux/kvm.h lacks what this needs */

#include "cmd/doctor/probe/machine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/doctor/probe/guest.h"

/* Physical addresses of the guest. */
#define RAM		0x40000000ull
#define RAM_SIZE	0x400000ull	/* code and tables, and the block for the high half */
#define BLOCK		0x200000ull	/* offset from RAM: one block of level 2 */
#define TABLES		0x10000ull	/* offset from RAM: a page for each of enum table */
#define DEVICE		0x09000000ull
#define GICD		0x08000000ull
#define GICR		0x080a0000ull

#define PAGE		0x1000ull
#define ENTRIES		512

enum table { LOW_0, LOW_1, LOW_2, LOW_3, HIGH_0, HIGH_1, HIGH_2 };

/* Translation table entries, and the registers [Arm ARM D8.3, D24.2]. */
#define PTE_BLOCK		(1ull << 0)
#define PTE_TABLE_OR_PAGE	(3ull << 0)
#define PTE_DEVICE		(0ull << 2)	/* index into MAIR_EL1 */
#define PTE_NORMAL		(1ull << 2)
#define PTE_USER		(1ull << 6)
#define PTE_READ_ONLY		(1ull << 7)
#define PTE_SHARED		(3ull << 8)
#define PTE_ACCESSED		(1ull << 10)
#define PTE_NO_EXEC_EL1		(1ull << 53)
#define PTE_NO_EXEC_EL0		(1ull << 54)
#define PTE_NO_EXEC		(PTE_NO_EXEC_EL1 | PTE_NO_EXEC_EL0)
#define PTE_MEMORY		(PTE_NORMAL | PTE_SHARED | PTE_ACCESSED)
#define MAIR			0xff00		/* device nGnRnE, normal write-back */
/* 48 bits and 4 KiB pages in both halves; walks cacheable and shareable */
#define TCR			(16ull << 0 | 1ull << 8 | 1ull << 10 | 3ull << 12 | \
				 16ull << 16 | 1ull << 24 | 1ull << 26 | 3ull << 28 | 2ull << 30)
/* M, C, I; and bits that are RES1 without newer features */
#define SCTLR			(0x30d00800ull | 1ull << 0 | 1ull << 2 | 1ull << 12)

extern const uint8_t probe_guest[], probe_guest_kernel_end[], probe_guest_end[], probe_loop_end[];

struct probe_code machine_code(void)
{
	return (struct probe_code){
		.kernel = GUEST_VA,
		.kernel_end = GUEST_VA + (uint64_t)(probe_guest_kernel_end - probe_guest),
		.user = GUEST_VA + GUEST_USER,
		.user_end = GUEST_VA + (uint64_t)(probe_guest_end - probe_guest),
		.loop = (uintptr_t)probe_loop, .loop_end = (uintptr_t)probe_loop_end,
	};
}

/* Each word contains its address, so that all differ. */
static void fill(uint8_t *ram)
{
	for (uint64_t at = 0; at < RAM_SIZE; at += sizeof(at)) {
		uint64_t word = (at + 0x5eed) * 0x9e3779b97f4a7c15;

		memcpy(ram + at, &word, sizeof(word));
	}
}

static uint64_t *table(const struct machine *m, enum table t)
{
	return (uint64_t *)(m->ram + TABLES + t * PAGE);
}

static uint64_t table_entry(enum table t)
{
	return (RAM + TABLES + t * PAGE) | PTE_TABLE_OR_PAGE;
}

static void map_low(const struct machine *m)
{
	uint64_t *pages = table(m, LOW_3);

	for (enum table t = LOW_0; t <= LOW_3; t++)
		memset(table(m, t), 0, PAGE);
	table(m, LOW_0)[GUEST_VA >> 39 & (ENTRIES - 1)] = table_entry(LOW_1);
	table(m, LOW_1)[GUEST_VA >> 30 & (ENTRIES - 1)] = table_entry(LOW_2);
	table(m, LOW_2)[GUEST_VA >> 21 & (ENTRIES - 1)] = table_entry(LOW_3);
	pages[0] = RAM | PTE_TABLE_OR_PAGE | PTE_MEMORY | PTE_READ_ONLY | PTE_NO_EXEC_EL0;
	pages[GUEST_USER / PAGE] = (RAM + GUEST_USER) | PTE_TABLE_OR_PAGE | PTE_MEMORY |
				   PTE_READ_ONLY | PTE_USER | PTE_NO_EXEC_EL1;
	pages[GUEST_DEVICE / PAGE] = DEVICE | PTE_TABLE_OR_PAGE | PTE_DEVICE | PTE_ACCESSED |
				     PTE_NO_EXEC;
}

/* Map every high address to the one block. */
static void map_high(const struct machine *m)
{
	for (int i = 0; i < ENTRIES; i++) {
		table(m, HIGH_0)[i] = table_entry(HIGH_1);
		table(m, HIGH_1)[i] = table_entry(HIGH_2);
		table(m, HIGH_2)[i] = (RAM + BLOCK) | PTE_BLOCK | PTE_MEMORY | PTE_NO_EXEC;
	}
}

/* Named, so that /proc/PID/maps identifies it. */
static void *map_memory(void)
{
	int fd = memfd_create("spelunk-probe", MFD_CLOEXEC);
	void *p = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, RAM_SIZE))
		p = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	return p;
}

static int make_memory(struct machine *m)
{
	m->reserved = mmap((void *)GUEST_VA, GUEST_DEVICE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS |
			   MAP_FIXED_NOREPLACE, -1, 0);
	m->expected = malloc(RAM_SIZE);
	m->ram = map_memory();
	m->vm.failed = "memory";
	if (m->reserved == MAP_FAILED || m->ram == MAP_FAILED || !m->expected)
		return -ENOMEM;
	fill(m->ram);
	memcpy(m->ram, probe_guest, (size_t)(probe_guest_end - probe_guest));
	map_low(m);
	map_high(m);
	memcpy(m->expected, m->ram, RAM_SIZE);
	return vm_memory(&m->vm, RAM, m->ram, RAM_SIZE);
}

static int make_vcpu(struct machine *m)
{
	const struct {
		uint64_t id, value;
	} registers[] = {
		{ ARM64_SYS_REG(3, 0, 2, 0, 0), RAM + TABLES + LOW_0 * PAGE },	/* TTBR0_EL1 */
		{ ARM64_SYS_REG(3, 0, 2, 0, 1), RAM + TABLES + HIGH_0 * PAGE },	/* TTBR1_EL1 */
		{ ARM64_SYS_REG(3, 0, 2, 0, 2), TCR },
		{ ARM64_SYS_REG(3, 0, 10, 2, 0), MAIR },
		{ ARM64_SYS_REG(3, 0, 12, 0, 0), GUEST_VA + GUEST_VECTORS },	/* VBAR_EL1 */
		{ ARM64_SYS_REG(3, 0, 1, 0, 0), SCTLR },
	};
	int ret = vm_vcpu(&m->vm, &m->cpu, 0, false);

	for (size_t i = 0; !ret && i < sizeof(registers) / sizeof(registers[0]); i++)
		ret = vm_set_register(&m->cpu, registers[i].id, registers[i].value);
	return ret ?: vm_set_core(&m->cpu, offsetof(struct kvm_regs, regs.pc), GUEST_VA);
}

int machine_open(struct machine *m, char *err, size_t errlen)
{
	int ret;

	*m = (struct machine){ .ram = MAP_FAILED, .reserved = MAP_FAILED, .cpu.fd = -1 };
	ret = vm_open(&m->vm) ?: make_memory(m) ?: make_vcpu(m);
	/*
	 * Nearly every VM has a GICv3; a host with a GICv2 cannot provide it, and the guest does
	 * without.
	 */
	if (!ret && vm_gic(&m->vm, GICD, GICR) && m->vm.gic >= 0)
		ret = -EIO;
	if (ret)
		snprintf(err, errlen, "cannot create a virtual machine: %s: %s%s", m->vm.failed,
			 strerror(-ret), ret == -EACCES || ret == -EPERM ? "; run it as root" :
			 ret == -ENOENT ? "; load KVM, or boot a kernel that has it" : "");
	return ret;
}

void machine_close(struct machine *m)
{
	vm_vcpu_close(&m->cpu);
	vm_close(&m->vm);
	if (m->ram != MAP_FAILED)
		munmap(m->ram, RAM_SIZE);
	if (m->reserved != MAP_FAILED)
		munmap(m->reserved, GUEST_DEVICE);
	free(m->expected);
}

/* Handle a write to the device: 0, or the guest gave up. */
static int take(struct machine *m, struct probe_traps *traps, char *err, size_t errlen)
{
	uint64_t value = vm_mmio_value(&m->cpu);

	switch (m->cpu.run->mmio.phys_addr - DEVICE) {
	case DEVICE_READABLE:
		traps->readable = value;
		return 0;
	case DEVICE_WRITABLE:
		traps->writable = value;
		traps->done = true;
		return 0;
	}
	snprintf(err, errlen, "the guest took an unexpected exception (ESR_EL1 "
		 "%#" PRIx64 ")", value);
	return -EIO;
}

/* Answer its read with a command, and run it until it reads the next one. */
static int command(struct machine *m, uint64_t what, struct probe_traps *traps, char *err,
		   size_t errlen)
{
	struct kvm_run *run = m->cpu.run;
	int ret = 0;

	for (bool answered = false; !ret;) {
		if (m->waits && answered)
			return 0;
		if (m->waits)
			vm_mmio_answer(&m->cpu, what);
		answered |= m->waits;
		m->waits = false;
		ret = vm_run(&m->cpu);
		if (ret) {
			snprintf(err, errlen, "cannot run the guest: KVM_RUN: %s",
				 strerror(-ret));
		} else if (run->exit_reason != KVM_EXIT_MMIO) {
			snprintf(err, errlen, "cannot run the guest: KVM exits with reason %u",
				 run->exit_reason);
			ret = -EIO;
		} else if (run->mmio.is_write) {
			ret = take(m, traps, err, errlen);
		} else {
			m->waits = true;
		}
	}
	return ret;
}

int machine_work(struct machine *m, uint64_t turns, char *err, size_t errlen)
{
	return command(m, turns << 8 | COMMAND_WORK, NULL, err, errlen);
}

int machine_calls(struct machine *m, uint64_t turns, char *err, size_t errlen)
{
	return command(m, turns << 8 | COMMAND_CALLS, NULL, err, errlen);
}

int machine_traps(struct machine *m, struct probe_traps *traps, char *err, size_t errlen)
{
	return command(m, 1 << 8 | COMMAND_TRAPS, traps, err, errlen);
}

void machine_compare(const struct machine *m, struct probe_memory *out)
{
	*out = (struct probe_memory){ .bytes = RAM_SIZE };
	for (uint64_t at = 0; at < RAM_SIZE; at++) {
		if (m->ram[at] == m->expected[at])
			continue;
		if (!out->changed++) {
			out->first = at & ~7ull;
			memcpy(out->found, m->ram + out->first, sizeof(out->found));
		}
	}
}

#endif
