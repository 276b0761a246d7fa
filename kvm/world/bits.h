/* SPDX-License-Identifier: GPL-2.0-only */
/* Fields of the registers, by the Arm ARM's names [D24.2]. */
#ifndef KVM_WORLD_BITS_H
#define KVM_WORLD_BITS_H

#include "kvm/world/sysreg.h"

#define PSTATE_N		BIT(31)
#define PSTATE_NZCV		(15ull << 28)
#define PSTATE_TCO		BIT(25)
#define PSTATE_DIT		BIT(24)
#define PSTATE_PAN		BIT(22)
#define PSTATE_SS		BIT(21)
#define PSTATE_ALLINT		BIT(13)
#define PSTATE_SSBS		BIT(12)
#define PSTATE_BTYPE		(3ull << 10)
#define PSTATE_D		BIT(9)
#define PSTATE_DAIF		(15ull << 6)
#define PSTATE_AA32		BIT(4)
/* With PSTATE_AA32 [SPSR_EL2, exception taken from AArch32]. */
#define PSTATE32_IT_LOW		(3ull << 25)	/* IT[1:0] */
#define PSTATE32_IT_HIGH	(63ull << 10)	/* IT[7:2] */
#define PSTATE32_T		BIT(5)
#define PSTATE_MODE		0x1full
#define MODE_EL0t		0x0
#define MODE_EL1h		0x5

#define HCR_VM			BIT(0)
#define HCR_SWIO		BIT(1)
#define HCR_FMO			BIT(3)
#define HCR_IMO			BIT(4)
#define HCR_AMO			BIT(5)
#define HCR_TID3		BIT(18)
#define HCR_TSC			BIT(19)
#define HCR_TGE			BIT(27)
#define HCR_RW			BIT(31)
#define HCR_E2H			BIT(34)

#define HCRX_MCE2		BIT(10)
#define HCRX_MSCEN		BIT(11)

#define MDCR_HPMN		0x1full
#define MDCR_TPMCR		BIT(5)
#define MDCR_TPM		BIT(6)
#define MDCR_TDE		BIT(8)
#define MDCR_TDA		BIT(9)
#define MDCR_TDOSA		BIT(10)
#define MDCR_TDRA		BIT(11)
#define MDCR_E2PB		(3ull << 12)	/* 0: EL2's buffer; 2, 3: EL1's */
#define MDCR_E2PB_EL1_TRAP	(2ull << 12)	/* EL1's, accesses to PMB* trap */
#define MDCR_E2PB_EL1		(3ull << 12)
#define MDCR_TPMS		BIT(14)
#define MDCR_TTRF		BIT(19)

#define MDSCR_SS		BIT(0)
#define MDSCR_KDE		BIT(13)

#define PMSCR_E0SPE		BIT(0)
#define PMSCR_E1SPE		BIT(1)
#define PMSCR_CX		BIT(3)
#define PMSCR_PA		BIT(4)
#define PMSCR_PCT		(3ull << 6)
#define PMSCR_PCT_PHYSICAL	BIT(6)
#define PMBLIMITR_E		BIT(0)
#define PMBSR_S			BIT(17)
#define PMBIDR_P		BIT(4)
#define PMSIDR_FNE		BIT(6)
#define PMSIDR_FDS		BIT(7)

#define SCTLR_SPAN		BIT(23)
#define SCTLR_DSSBS		BIT(44)
#define SCTLR_SPINTMASK		BIT(62)

#define ESR_EC(esr)		((u32)((esr) >> 26) & 0x3f)
#define ESR_EC_BITS(ec)		((u64)(ec) << 26)
#define ESR_IL			BIT(25)
#define EC_UNKNOWN		0x00
#define EC_HVC64		0x16
#define EC_SMC64		0x17
#define EC_SYS64		0x18
#define EC_IABT_LOW		0x20
#define EC_IABT_CUR		0x21
#define EC_DABT_LOW		0x24
#define EC_DABT_CUR		0x25
#define EC_MOPS			0x27
#define EC_STEP_LOW		0x32

/* ISS of a Data Abort [ESR_EL2]. */
#define ISS_ISV			BIT(24)
#define ISS_SAS(esr)		((u32)((esr) >> 22) & 3)
#define ISS_SSE			BIT(21)
#define ISS_SRT(esr)		((u32)((esr) >> 16) & 31)
#define ISS_SF			BIT(15)
#define ISS_LST			(3ull << 11)	/* with ISV: LD64B and its like */
#define ISS_CM			BIT(8)
#define ISS_S1PTW		BIT(7)
#define ISS_WNR			BIT(6)
#define ISS_DFSC		0x3full
#define DFSC_SYNC_EXTERNAL	0x10ull

/* ISS of a trapped MSR or MRS: op0 op2 op1 CRn Rt CRm direction. */
#define ISS_SYS(op0, op1, n, m, op2) \
	((u64)(op0) << 20 | (op2) << 17 | (op1) << 14 | (n) << 10 | (m) << 1)
#define ISS_SYS_REG		0x3ffc1eull
#define ISS_SYS_RT(esr)		((u32)((esr) >> 5) & 31)
#define ISS_SYS_READ		BIT(0)

/* ISS of a Memory Copy and Memory Set exception. */
#define ISS_MOPS_SET		BIT(24)
#define ISS_MOPS_EPILOGUE	BIT(18)
#define ISS_MOPS_FORMAT(esr)	((u32)((esr) >> 16) & 3)
#define ISS_MOPS_XD(esr)	((u32)((esr) >> 10) & 31)
#define ISS_MOPS_XS(esr)	((u32)((esr) >> 5) & 31)
#define ISS_MOPS_XN(esr)	((u32)(esr) & 31)

#endif
