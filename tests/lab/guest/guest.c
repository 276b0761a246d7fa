// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program of the lab's vCPUs, without an operating system: rounds of a few hot functions at EL1
 * and EL0, and between them exits of the requested kinds.  The number of instructions in hot
 * functions depends only on the parameters.
 */
#include <stddef.h>
#include <stdint.h>

#include "tests/lab/guest/device.h"
#include "tests/lab/guest/hostile.h"

typedef uint32_t u32;

/* Compiled literally, in cache lines of its own. */
#define HOT		__attribute__((noipa, aligned(64)))
#define HOT_USER(name)	HOT __attribute__((section(".user.text." #name)))

#define CONTEXT		0x1000		/* CONTEXTIDR_EL1 of vCPU 0 */
#define FORGED		64		/* ... as a host's thread would have it; the round is added */
#define ARRAY_ENTRIES	8192		/* 64 KiB */
#define RING_ENTRIES	65536		/* 512 KiB */

/* GIC: distributor, redistributor and CPU interface */
#define GICD_CTLR		0x0000
#define GICD_CTLR_ENABLE	0x12		/* affinity routing, group 1 */
#define GICR_WAKER		0x0014
#define GICR_WAKER_SLEEP	(1 << 1)
#define GICR_WAKER_ASLEEP	(1 << 2)
#define GICR_IGROUPR0		0x10080
#define GICR_ISENABLER0		0x10100
#define ICC_PMR_EL1		S3_0_C4_C6_0
#define ICC_IAR1_EL1		S3_0_C12_C12_0
#define ICC_EOIR1_EL1		S3_0_C12_C12_1
#define ICC_SRE_EL1		S3_0_C12_C12_5
#define ICC_IGRPEN1_EL1		S3_0_C12_C12_7

#define PSCI_VERSION		0x84000000
#define PSCI_CPU_ON		0xc4000003
#define HVC_NOBODYS		0xc600fff0	/* of a hypervisor's own calls */

/* Translation table entries */
#define PTE_BLOCK		(1UL << 0)
#define PTE_TABLE_OR_PAGE	(3UL << 0)
#define PTE_DEVICE		(0UL << 2)	/* index into MAIR_EL1 */
#define PTE_NORMAL		(1UL << 2)
#define PTE_USER		(1UL << 6)
#define PTE_READ_ONLY		(1UL << 7)
#define PTE_SHARED		(3UL << 8)
#define PTE_ACCESSED		(1UL << 10)
#define PTE_NO_EXEC_EL1		(1UL << 53)
#define PTE_NO_EXEC_EL0		(1UL << 54)
#define PTE_NO_EXEC		(PTE_NO_EXEC_EL1 | PTE_NO_EXEC_EL0)
#define PTE_MEMORY		(PTE_NORMAL | PTE_SHARED | PTE_ACCESSED)
#define TABLE_ENTRIES		512
#define PAGE_SIZE		0x1000UL
#define BLOCK_SIZE		0x200000UL

#define MAIR			0xff00		/* device nGnRnE, normal write-back */
#define TCR_T0SZ_39_BITS	(25UL << 0)
#define TCR_CACHED		(1UL << 8 | 1UL << 10)
#define TCR_SHARED		(3UL << 12)
#define TCR_NO_TTBR1		(1UL << 23)
#define SCTLR_MMU_AND_CACHES	(1UL << 0 | 1UL << 2 | 1UL << 12)

#define STRING(x)	STRING_(x)
#define STRING_(x)	#x
#define read_sysreg(name) ({							\
	u64 value_;								\
	asm volatile("mrs %0, " STRING(name) : "=r"(value_) : : "memory");	\
	value_;									\
})
#define write_sysreg(name, value)						\
	asm volatile("msr " STRING(name) ", %0\n\tisb" : : "r"((u64)(value)) : "memory")

struct vcpu {
	u64 irqs;
	u64 was_user;
	u64 sum;
	u64 probes, undefined;
};

/* The parameters, as read from the device. */
struct task {
	u32 rounds, inner, work;
	u64 wait;			/* ticks of the counter */
};

/* in start.S, which also has the stacks, and guest.ld */
void _start(void);
u64 enter_user(const void *function, u64 a, u64 b, void *stack_end);
extern char user_text_start[], user_text_end[], rodata_end[], user_arrays_start[];

extern u64 stacks[GUEST_VCPUS][PAGE_SIZE / sizeof(u64)];
void guest_main(u64 cpu);
void guest_irq(void);
void guest_unexpected(u64 esr, u64 elr, u64 far);
u64 guest_hot_load(const u64 *array, u64 n);
void guest_hot_store(u64 *array, u64 n, u64 value);
u64 guest_hot_branch(u64 seed, u64 n);
u64 guest_chase(const u64 *ring, u64 n);
void guest_post(struct guest_mailbox *m, u64 word, u64 n);
u64 guest_user_load(const u64 *array, u64 n);
u64 guest_user_branch(u64 seed, u64 n);

static struct vcpu vcpus[GUEST_VCPUS];
u64 stacks[GUEST_VCPUS][PAGE_SIZE / sizeof(u64)] __attribute__((aligned(4096)));
static u64 level1[TABLE_ENTRIES] __attribute__((aligned(4096)));
static u64 level2[TABLE_ENTRIES] __attribute__((aligned(4096)));
static u64 level3[TABLE_ENTRIES] __attribute__((aligned(4096)));

#define ARRAYS __attribute__((section(".bss.arrays"), aligned(4096)))
#define USER_ARRAYS __attribute__((section(".bss.user_arrays"), aligned(4096)))
static u64 arrays[GUEST_VCPUS][ARRAY_ENTRIES] ARRAYS;
static u64 rings[GUEST_VCPUS][RING_ENTRIES] ARRAYS;
static u64 user_arrays[GUEST_VCPUS][ARRAY_ENTRIES] USER_ARRAYS;
static u64 user_stacks[GUEST_VCPUS][PAGE_SIZE / sizeof(u64)] USER_ARRAYS;

/* The hot functions: one loop each; their results are used. */

HOT u64 guest_hot_load(const u64 *array, u64 n)
{
	u64 sum = 0;

	for (u64 i = 0; i < n; i++) {
		sum += array[i % ARRAY_ENTRIES];
		sum = sum << 7 | sum >> 57;
	}
	return sum;
}

HOT void guest_hot_store(u64 *array, u64 n, u64 value)
{
	for (u64 i = 0; i < n; i++) {
		array[i * 9 % ARRAY_ENTRIES] = value;
		value += i;
	}
}

/* A pseudorandom sequence whose bits are hard to predict. */
static inline u64 scramble(u64 x)
{
	x ^= x << 13;
	x ^= x >> 7;
	return x ^ x << 17;
}

/* Prevents conditional selects, so that there are branches. */
#define keep_the_branch(x) asm volatile("" : "+r"(x))

HOT u64 guest_hot_branch(u64 seed, u64 n)
{
	u64 x = seed, odd = 0;

	for (u64 i = 0; i < n; i++) {
		x = scramble(x);
		if (x & 1) {
			odd += 3;
			keep_the_branch(odd);
		}
		if ((x & 0xf0) == 0x70) {
			odd ^= i;
			keep_the_branch(odd);
		}
	}
	return odd;
}

HOT u64 guest_chase(const u64 *ring, u64 n)
{
	const u64 *at = ring;

	for (u64 i = 0; i < n; i++)
		at = (const u64 *)*at;
	return at - ring;
}

HOT void guest_post(struct guest_mailbox *m, u64 word, u64 n)
{
	volatile u64 *mine = &m->words[word];

	for (u64 i = 0; i < n; i++) {
		*mine = *mine + 1;
		__atomic_fetch_add(&m->all[0], 1, __ATOMIC_RELAXED);
	}
}

HOT_USER(guest_user_load) u64 guest_user_load(const u64 *array, u64 n)
{
	u64 sum = 0;

	for (u64 i = 0; i < n; i++)
		sum += array[i * 5 % ARRAY_ENTRIES] ^ i;
	return sum;
}

HOT_USER(guest_user_branch) u64 guest_user_branch(u64 seed, u64 n)
{
	u64 x = seed, rare = 0;

	for (u64 i = 0; i < n; i++) {
		x = scramble(x);
		if (x & 2) {
			rare -= i;
			keep_the_branch(rare);
		}
	}
	return rare;
}

/* The device, and failures. */

static u32 read32(u64 address)
{
	return *(volatile u32 *)address;
}

static void write32(u64 address, u32 value)
{
	*(volatile u32 *)address = value;
}

static u32 parameter(enum device_parameter which)
{
	return read32(GUEST_DEVICE + which);
}

static void tell(enum device_event which, u32 value)
{
	write32(GUEST_DEVICE + which, value);
}

static void print(const char *text, u64 value)
{
	while (*text)
		tell(DEVICE_CONSOLE, *text++);
	for (int shift = 60; shift >= 0; shift -= 4)
		tell(DEVICE_CONSOLE, "0123456789abcdef"[value >> shift & 15]);
}

static void __attribute__((noreturn)) stop(enum device_event why)
{
	tell(why, 0);
	for (;;)
		asm volatile("wfi");
}

static void __attribute__((noreturn)) fail(const char *what, u64 value)
{
	print(what, value);
	tell(DEVICE_CONSOLE, '\n');
	stop(DEVICE_FAILED);
}

void guest_unexpected(u64 esr, u64 elr, u64 far)
{
	print("guest: exception at ", elr);
	print(", FAR ", far);
	fail(", ESR ", esr);
}

static u64 hvc(u64 function, u64 a, u64 b, u64 c)
{
	register u64 x0 asm("x0") = function;
	register u64 x1 asm("x1") = a;
	register u64 x2 asm("x2") = b;
	register u64 x3 asm("x3") = c;

	/* Registers that a call may destroy (SMCCC 1.0). */
	asm volatile("hvc #0"
		     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
		     :
		     : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
		       "x14", "x15", "x16", "x17", "memory");
	return x0;
}

/* Memory: an identity map. */

static u64 permissions(u64 page)
{
	if (page < (u64)user_text_start)
		return PTE_READ_ONLY | PTE_NO_EXEC_EL0;
	if (page < (u64)user_text_end)
		return PTE_READ_ONLY | PTE_USER | PTE_NO_EXEC_EL1;
	if (page < (u64)rodata_end)
		return PTE_READ_ONLY | PTE_NO_EXEC;
	return PTE_NO_EXEC;
}

/* Written with the MMU off, bypassing the caches that are used once it is on. */
static void clean(const void *start, size_t size)
{
	for (u64 line = (u64)start; line < (u64)start + size; line += 16)
		asm volatile("dc civac, %0" : : "r"(line) : "memory");
	asm volatile("dsb sy" : : : "memory");
}

static void build_tables(void)
{
	u64 at = GUEST_RAM;

	level1[0] = PTE_BLOCK | PTE_DEVICE | PTE_ACCESSED | PTE_NO_EXEC;
	level1[GUEST_RAM >> 30] = (u64)level2 | PTE_TABLE_OR_PAGE;
	level2[0] = (u64)level3 | PTE_TABLE_OR_PAGE;
	for (int i = 0; i < TABLE_ENTRIES; i++, at += PAGE_SIZE)
		level3[i] = at | PTE_MEMORY | PTE_TABLE_OR_PAGE | permissions(at);
	for (int i = 1; at < GUEST_RAM + GUEST_RAM_SIZE; i++, at += BLOCK_SIZE)
		level2[i] = at | PTE_MEMORY | PTE_BLOCK | PTE_NO_EXEC |
			    (at >= (u64)user_arrays_start ? PTE_USER : 0);
	clean(level1, sizeof(level1));
	clean(level2, sizeof(level2));
	clean(level3, sizeof(level3));
}

static void mmu_on(void)
{
	write_sysreg(mair_el1, MAIR);
	write_sysreg(tcr_el1, TCR_T0SZ_39_BITS | TCR_CACHED | TCR_SHARED | TCR_NO_TTBR1);
	write_sysreg(ttbr0_el1, level1);
	asm volatile("tlbi vmalle1\n\tdsb nsh\n\tisb" : : : "memory");
	write_sysreg(sctlr_el1, read_sysreg(sctlr_el1) | SCTLR_MMU_AND_CACHES);
}

/* Interrupts: only that of the virtual timer. */

static void gic_on(u64 cpu)
{
	u64 gicr = GUEST_GICR + cpu * GUEST_GICR_SIZE;

	if (cpu == 0)
		write32(GUEST_GICD + GICD_CTLR, GICD_CTLR_ENABLE);
	write32(gicr + GICR_WAKER, read32(gicr + GICR_WAKER) & ~GICR_WAKER_SLEEP);
	while (read32(gicr + GICR_WAKER) & GICR_WAKER_ASLEEP)
		;
	write32(gicr + GICR_IGROUPR0, 1U << GUEST_TIMER_IRQ);
	write32(gicr + GICR_ISENABLER0, 1U << GUEST_TIMER_IRQ);
	write_sysreg(ICC_SRE_EL1, 7);
	write_sysreg(ICC_PMR_EL1, 0xf0);
	write_sysreg(ICC_IGRPEN1_EL1, 1);
}

void guest_irq(void)
{
	u64 irq = read_sysreg(ICC_IAR1_EL1);

	if (irq != GUEST_TIMER_IRQ)
		fail("guest: interrupt ", irq);
	write_sysreg(cntv_ctl_el0, 0);
	vcpus[read_sysreg(tpidr_el1)].irqs++;
	write_sysreg(ICC_EOIR1_EL1, irq);
}

/* IRQs are masked except briefly after WFI, so that it cannot miss the only one. */
static void wait_for_timer(const struct vcpu *v, u64 ticks)
{
	u64 irqs = v->irqs;

	write_sysreg(cntv_cval_el0, read_sysreg(cntvct_el0) + ticks);
	write_sysreg(cntv_ctl_el0, 1);
	do
		asm volatile("wfi\n\t"
			     "msr daifclr, #2\n\tisb\n\tmsr daifset, #2"
			     : : : "memory");
	while (*(volatile const u64 *)&v->irqs == irqs);
}

/* The work. */

/* A full cycle through the ring: x -> 5x + odd has the period 2^n, modulo 2^n. */
static void fill(u64 cpu)
{
	u64 *ring = rings[cpu];

	for (u64 i = 0; i < RING_ENTRIES; i++)
		ring[i] = (u64)&ring[(i * 5 + 24593) % RING_ENTRIES];
	for (u64 i = 0; i < ARRAY_ENTRIES; i++)
		user_arrays[cpu][i] = i * i;
}

static void work_in_user(const struct task *t, u64 cpu, u64 seed)
{
	void *stack_end = user_stacks[cpu + 1];
	struct vcpu *v = &vcpus[cpu];

	v->sum += enter_user(guest_user_load, (u64)user_arrays[cpu], t->inner, stack_end);
	v->sum += enter_user(guest_user_branch, seed, t->inner, stack_end);
	v->was_user += 2;
}

/* Seeded by the round: branches are the same in each run and on each vCPU. */
static void work(const struct task *t, u64 cpu, u32 round)
{
	struct vcpu *v = &vcpus[cpu];
	u64 seed = 88172645463325252UL + round;

	if (t->work & WORK_STORE)
		guest_hot_store(arrays[cpu], t->inner, seed);
	if (t->work & WORK_LOAD)
		v->sum += guest_hot_load(arrays[cpu], t->inner);
	if (t->work & WORK_BRANCH)
		v->sum += guest_hot_branch(seed, t->inner);
	if (t->work & WORK_CHASE)
		v->sum += guest_chase(rings[cpu], t->inner);
	if (t->work & WORK_MAILBOX)
		guest_post((struct guest_mailbox *)GUEST_MAILBOX, cpu, t->inner);
	if (t->work & WORK_USER)
		work_in_user(t, cpu, seed);
}

/* Everything a guest can try with SPE, and work under a forged identity. */
static void attack(u64 cpu, u32 round)
{
	struct vcpu *v = &vcpus[cpu];
	u64 value = round & 1 ? ~0UL : GUEST_RAM | 1, readable;

	write_sysreg(contextidr_el1, FORGED + round);
	write_sysreg(tpidr_el0, 1);
	v->undefined += hostile_probe(value, &readable);
	v->undefined += enter_user(hostile_user_probe, value, 0, user_stacks[cpu + 1]);
	write_sysreg(tpidr_el0, 0);
	v->probes += 2 * HOSTILE_PROBES;
	if (readable & ~HOSTILE_PMBIDR)
		fail("guest: could read of SPE ", readable);
}

static void leave(const struct task *t, u64 cpu, u32 round)
{
	if (t->work & WORK_HOSTILE)
		attack(cpu, round);
	if (t->work & WORK_MMIO)
		tell(DEVICE_DOORBELL, round);
	if (t->work & WORK_SLOW)
		tell(DEVICE_SLOW, round);
	if (t->work & WORK_IDREG && !read_sysreg(id_aa64pfr0_el1))
		fail("guest: no exception level in round ", round);
	if (t->work & WORK_HVC && (int)hvc(PSCI_VERSION, 0, 0, 0) <= 0)
		fail("guest: no version of PSCI in round ", round);
	if (t->work & WORK_HVC_UNKNOWN && (int)hvc(HVC_NOBODYS, 0, 0, 0) != -1)
		fail("guest: an unknown HVC was known in round ", round);
	if (t->work & WORK_WFI)
		wait_for_timer(&vcpus[cpu], t->wait);
}

static void start_others(void)
{
	u32 nr = parameter(DEVICE_VCPUS);

	for (u64 cpu = 1; cpu < nr; cpu++) {
		u64 error = hvc(PSCI_CPU_ON, cpu, (u64)_start, cpu);

		if (error)
			fail("guest: CPU_ON says ", error);
	}
}

void guest_main(u64 cpu)
{
	struct vcpu *v = &vcpus[cpu];
	struct task t;

	if (cpu == 0)
		build_tables();
	mmu_on();
	write_sysreg(contextidr_el1, CONTEXT + cpu);
	write_sysreg(tpidr_el1, cpu);
	gic_on(cpu);
	fill(cpu);
	if (cpu == 0)
		start_others();

	t.rounds = parameter(DEVICE_ROUNDS);
	t.inner = parameter(DEVICE_INNER);
	t.work = parameter(DEVICE_WORK);
	t.wait = read_sysreg(cntfrq_el0) * parameter(DEVICE_WAIT) / 1000000;
	for (u32 round = 0; round < t.rounds; round++) {
		work(&t, cpu, round);
		leave(&t, cpu, round);
	}
	tell(DEVICE_TOOK_IRQ, v->irqs);
	tell(DEVICE_WAS_USER, v->was_user);
	tell(DEVICE_SUM, v->sum);
	tell(DEVICE_PROBES, v->probes);
	tell(DEVICE_UNDEFINED, v->undefined);
	stop(DEVICE_DONE);
}
