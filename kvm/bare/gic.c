// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/bare/gic.h"

/* GICv3 of QEMU's virt machine; one Security state. */
#define GICD_CTLR	((volatile u32 *)0x08000000)
#define GICR_WAKER	((volatile u32 *)(0x080a0000 + 0x14))
#define GICR_IGROUPR0	((volatile u32 *)(0x080a0000 + 0x10080))
#define GICR_ISENABLER0	((volatile u32 *)(0x080a0000 + 0x10100))

#define msr(reg, val)	__asm__ volatile("msr " reg ", %0" : : "r"((u64)(val)) : "memory")
#define ICC_PMR_EL1	"s3_0_c4_c6_0"
#define ICC_IAR1_EL1	"s3_0_c12_c12_0"
#define ICC_EOIR1_EL1	"s3_0_c12_c12_1"
#define ICC_SRE_EL1	"s3_0_c12_c12_5"
#define ICC_IGRPEN1_EL1	"s3_0_c12_c12_7"
#define ICC_SRE_EL2	"s3_4_c12_c9_5"

void gic_init(void)
{
	msr(ICC_SRE_EL2, 0xf);
	isb();
}

void gic_on(void)
{
	msr(ICC_SRE_EL1, 7);
	isb();
	*GICD_CTLR = 1 << 4 | 1 << 1;		/* ARE, EnableGrp1 */
	*GICR_WAKER = 0;
	*GICR_IGROUPR0 = ~0u;
	*GICR_ISENABLER0 = 1u << GIC_PMBIRQ;
	msr(ICC_PMR_EL1, 0xff);
	msr(ICC_IGRPEN1_EL1, 1);
	isb();
}

u32 gic_take(void)
{
	u64 irq;

	__asm__ volatile("mrs %0, " ICC_IAR1_EL1 "\n dsb sy\n isb" : "=r"(irq) : : "memory");
	return (u32)irq;
}

void gic_done(u32 irq)
{
	msr(ICC_EOIR1_EL1, irq);
	isb();
}
