// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/bare/machine.h"

#include <stddef.h>

#include "kvm/bare/console.h"
#include "kvm/bare/gic.h"
#include "kvm/bare/layout.h"
#include "kvm/bare/profiler.h"
#include "kvm/world/bits.h"

#define msr(reg, val)	__asm__ volatile("msr " reg ", %0" : : "r"((u64)(val)) : "memory")

/* Descriptors [D8.3]: a block, accessed; memory by attribute 1, devices by 0. */
#define BLOCK_NORMAL	(1ull | 1 << 2 | 3 << 8 | BIT(10))
#define BLOCK_DEVICE	(1ull | BIT(10) | 3ull << 53)
#define NOT_GLOBAL	BIT(11)
#define EL2_AP1		BIT(6)		/* RES1 in EL2's own regime */
#define TABLE		3ull
#define MAIR		0xff00ull
/* 39 bits, 4 KiB, write back. */
#define TCR		(3 << 12 | 1 << 10 | 1 << 8 | 25ull)
#define UNUSED		0x41000000ull	/* an address */
#define HPMN		6		/* event counters of the CPU [PMCR_EL0.N] */
#define STAGE2_BLOCK	0x7fdull	/* normal, read and write */

#define SCTLR_ON	0x1005ull	/* I, C, M */
#define SCTLR_EL1_RES1	0x30500800ull	/* without SPAN, unlike the guest */
#define SCTLR_EL2_RES1	0x30c50830ull

typedef u64 table[512] __attribute__((aligned(4096)));

static bool mode_vhe;
static table host_l1, host_l2, hyp_l1, stage2_l1, stage2_l2;
extern char host_vectors[];
void host_lost(u64 esr, u64 elr, u64 far);

void host_lost(u64 esr, u64 elr, u64 far)
{
	bail_out("the host took an exception: ESR, ELR, FAR", esr, elr, far);
}

static u64 block(u64 addr)
{
	return (addr - RAM) / BLOCK;
}

static void make_maps(void)
{
	hyp_l1[0] = BLOCK_DEVICE | EL2_AP1;
	hyp_l1[1] = RAM | BLOCK_NORMAL | EL2_AP1;
	host_l1[0] = BLOCK_DEVICE | NOT_GLOBAL;
	host_l1[1] = (uintptr_t)host_l2 | TABLE;
	for (u64 pa = RAM; pa < RAM + 128ull * BLOCK; pa += BLOCK)
		host_l2[block(pa)] = pa | BLOCK_NORMAL | NOT_GLOBAL;
	host_l2[block(SHADOW)] = HOST_BUFFER | BLOCK_NORMAL | NOT_GLOBAL;
	host_l2[block(SHADOW_ALIAS)] = SHADOW | BLOCK_NORMAL | NOT_GLOBAL;
}

/* EL2's own tables for nVHE; a VHE host gets its own from machine_host(). */
void machine_mode(bool vhe)
{
	bool spe = sys_read(ID_AA64DFR0_EL1) >> 32 & 15;

	mode_vhe = vhe;
	make_maps();
	msr("sctlr_el2", SCTLR_EL2_RES1);
	isb();
	sys_write(HCR_EL2, HCR_RW | (vhe ? HCR_E2H | HCR_TGE : 0));
	isb();
	sys_write(MDCR_EL2, HPMN | (spe && !vhe ? MDCR_E2PB_EL1 : 0));
	sys_write(HCRX_EL2, HCRX_MSCEN);
	/* Unused without stage 2, but the host's: must be unchanged after each exit. */
	sys_write(VTTBR_EL2, UNUSED);
	sys_write(VTCR_EL2, BIT(31));
	msr("tpidr_el2", 0);
	msr("oslar_el1", 0);
	gic_init();
	if (vhe)
		return;
	/*
	 * What a hypervisor permits in its host's records; a guest's must not have it [PMSCR_EL2].
	 */
	msr("s3_4_c13_c0_1", HYP_CONTEXT);	/* CONTEXTIDR_EL2 */
	if (spe && !(sys_read(PMBIDR_EL1) & PMBIDR_P))
		sys_write(PMSCR_EL2, PROFILER_CONTENT);
	msr("mair_el2", MAIR);
	msr("tcr_el2", TCR | BIT(31) | BIT(23));
	msr("ttbr0_el2", (uintptr_t)hyp_l1);
	isb();
	__asm__ volatile("tlbi alle2; dsb nsh; isb" : : : "memory");
	msr("sctlr_el2", SCTLR_EL2_RES1 | SCTLR_ON);
	isb();
}

/* By EL1's names, which for a VHE host mean EL2's registers. */
void machine_host(void)
{
	sys_write(MAIR_EL1, MAIR);
	sys_write(TCR_EL1, TCR | 1ull << 32 | BIT(23));
	sys_write(TTBR0_EL1, (uintptr_t)host_l1 | 1ull << 48);
	sys_write(TTBR1_EL1, UNUSED);	/* TCR's EPD1, bit 23 */
	sys_write(CONTEXTIDR_EL1, HOST_CONTEXT);
	sys_write(MDSCR_EL1, BIT(12));	/* TDCC */
	isb();
	__asm__ volatile("tlbi vmalle1; dsb nsh; isb" : : : "memory");
	sys_write(SCTLR_EL1, SCTLR_EL1_RES1 | SCTLR_ON);
	isb();
	/* Values that only the host has. */
	sys_write(SP_EL0, 0x1001);
	sys_write(PAR_EL1, 0x1002);
	sys_write(TPIDR_EL0, 0x1003);
	sys_write(TPIDRRO_EL0, 0x1004);
	sys_write(TPIDR_EL1, 0x1005);
	if (mode_vhe)			/* under VHE these would be EL2's own */
		return;
	sys_write(VBAR_EL1, (uintptr_t)host_vectors);
	sys_write(CPACR_EL1, 1 << 20);
	sys_write(SPSR_EL1, 0x1006);
	sys_write(ELR_EL1, 0x1007);
	sys_write(ESR_EL1, 0x1008);
	sys_write(FAR_EL1, 0x1009);
}

static u64 forget_stage2(void *arg)
{
	__asm__ volatile("dsb ish; tlbi alle1; dsb ish; isb" : : : "memory");
	return 0;
}

void stage2_clear(void)
{
	for (unsigned int i = 0; i < 512; i++)
		stage2_l2[i] = 0;
	stage2_l1[1] = (uintptr_t)stage2_l2 | TABLE;
	at_el2(forget_stage2, NULL);
}

void stage2_map(u64 ipa, u64 pa)
{
	stage2_l2[block(ipa)] = pa | STAGE2_BLOCK;
	at_el2(forget_stage2, NULL);
}

void stage2_unmap(u64 ipa)
{
	stage2_l2[block(ipa)] = 0;
	at_el2(forget_stage2, NULL);
}

u64 stage2_vttbr(void)
{
	return (uintptr_t)stage2_l1 | 1ull << 48;
}

/* 39 bits of IPA from level 1, 40 of PA [VTCR_EL2]. */
u64 stage2_vtcr(void)
{
	return BIT(31) | 2 << 16 | 1 << 6 | TCR;
}
