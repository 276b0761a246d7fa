/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Statistical Profiling Extension across a world switch.
 *
 * The profiling buffer has one owner, MDCR_EL2.E2PB: EL2 (0) or EL1 (2, 3)
 * [ProfilingBufferOwner].  A VHE host's buffer is EL2's and is translated by EL2&0,
 * which no switch touches: it goes on, and PMSCR_EL12 says which of the guest's
 * operations it samples.  An nVHE host's buffer is EL1's, translated by the registers
 * that are about to become the guest's: it is drained and off before they do.
 *
 * A guest that owns SPE has all its registers; then any host's buffer goes off.  Its
 * buffer interrupt would be the host's: while its PMBSR_EL1.S is set the real PMBSR_EL1
 * is 0, its buffer is off (profiling is stopped anyhow), and its accesses to PMB* trap
 * to be answered from memory.
 */
#include "kvm/world/bits.h"
#include "kvm/world/world.h"

#define PMS(op2)	ISS_SYS(3, 0, 9, 9, op2)
#define PMB(op2)	ISS_SYS(3, 0, 9, 10, op2)

/* ID_AA64DFR0_EL1.PMSVer of the VM, which alone decides. */
static bool guest_owns(const struct world_cpu *cpu, const struct world_vcpu *v)
{
	return cpu->spe_usable && (v->vm->id[WORLD_ID_AA64DFR0] >> 32 & 15);
}

/* A VHE host's "PMSCR_EL1" is PMSCR_EL2, and its guest's is PMSCR_EL12. */
static u64 pmscr_read(bool el12)
{
	return el12 ? sys_read(PMSCR_EL12) : sys_read(PMSCR_EL1);
}

static void pmscr_write(bool el12, u64 val)
{
	if (el12)
		sys_write(PMSCR_EL12, val);
	else
		sys_write(PMSCR_EL1, val);
}

/*
 * Disable the buffer without losing records.  Returns the former PMBLIMITR_EL1; *pmscr is set only
 * if the buffer was enabled.  In mainline since 7.1 this is __debug_save_spe().
 */
static u64 spe_stop(bool el12, u64 *pmscr)
{
	u64 limitr = sys_read(PMBLIMITR_EL1);

	if (!(limitr & PMBLIMITR_E))
		return limitr;
	*pmscr = pmscr_read(el12);
	pmscr_write(el12, 0);
	/*
	 * Without it sampling may go on behind the PSB, and the PSB promises nothing about
	 * operations that no context synchronization event separates from it, the interrupted
	 * world's last ones among them if SCTLR_EL2.EIS = 0 [D17.9 RTRDTK, IMLGHW].
	 */
	isb();
	/* Without it records are still inside the CPU, and the DSB waits for none of them. */
	psb_csync();
	/* Without it their writes are on the way when the buffer goes off: lost [RSXWCP]. */
	dsb_nsh();
	sys_write(PMBLIMITR_EL1, 0);
	/*
	 * Without it the buffer may still be on while the translation registers change under
	 * it, and an enabled buffer is translated ahead of any record.  Nor would PMBPTR_EL1
	 * and PMBSR_EL1 have to show what the DSB waited for [D17.9].
	 */
	isb();
	return limitr;
}

static void spe_start(bool el12, u64 limitr, u64 pmscr)
{
	/*
	 * Without it an enabled buffer may be translated by what is left of the other
	 * world's registers, or belong to the other owner.
	 */
	isb();
	sys_write(PMBLIMITR_EL1, limitr);
	/* Without it an operation may be sampled, and its record find the buffer still off. */
	isb();
	pmscr_write(el12, pmscr);
}

static void save_rest(const struct world_cpu *cpu, struct world_spe *s)
{
#define X(reg) s->reg = sys_read(reg);
	WORLD_SPE_REGS(X)
#undef X
	if (cpu->spe_fne)
		s->PMSNEVFR_EL1 = sys_read(PMSNEVFR_EL1);
	if (cpu->spe_fds)
		s->PMSDSFR_EL1 = sys_read(PMSDSFR_EL1);
}

/* Only with the buffer off: PMBPTR_EL1 must not move under an enabled one. */
static void load_rest(const struct world_cpu *cpu, const struct world_spe *s, bool stopped)
{
	sys_write(PMSICR_EL1, s->PMSICR_EL1);
	sys_write(PMSIRR_EL1, s->PMSIRR_EL1);
	sys_write(PMSFCR_EL1, s->PMSFCR_EL1);
	sys_write(PMSEVFR_EL1, s->PMSEVFR_EL1);
	sys_write(PMSLATFR_EL1, s->PMSLATFR_EL1);
	sys_write(PMBPTR_EL1, s->PMBPTR_EL1);
	/* A software write of S = 1 raises PMBIRQ [RTSJRP]: the host's, not a guest's. */
	sys_write(PMBSR_EL1, stopped ? 0 : s->PMBSR_EL1);
	if (cpu->spe_fne)
		sys_write(PMSNEVFR_EL1, s->PMSNEVFR_EL1);
	if (cpu->spe_fds)
		sys_write(PMSDSFR_EL1, s->PMSDSFR_EL1);
}

/* First of all: before E2PB, stage 2 and the guest's stage 1. */
void spe_leave_host(struct world_cpu *cpu, const struct world_vcpu *v)
{
	struct world_spe *s = &cpu->spe;
	bool owns = guest_owns(cpu, v);

	if (!cpu->spe_usable || (cpu->vhe && !owns))
		return;
	s->PMBLIMITR_EL1 = spe_stop(false, &s->PMSCR_EL1);
	if (!owns)
		return;
	if (!(s->PMBLIMITR_EL1 & PMBLIMITR_E))
		s->PMSCR_EL1 = pmscr_read(false);
	/*
	 * Without it the guest's records may have physical addresses, the host's CONTEXTIDR_EL2
	 * and physical time: PMSCR_EL2 decides of them also when EL1 owns the buffer
	 * [CollectPhysicalAddress, CollectContextIDR2, CollectTimeStamp].
	 */
	sys_write(PMSCR_EL2, 0);
	save_rest(cpu, s);
}

/* TPMS and E2PB; both RES0 on a CPU without SPE [MDCR_EL2]. */
u64 spe_mdcr(const struct world_cpu *cpu, const struct world_vcpu *v)
{
	if (!cpu->spe_bits)
		return 0;
	if (!guest_owns(cpu, v))
		return MDCR_TPMS;		/* PMS* trap; E2PB = 0: so do PMB* */
	return v->spe_irq ? MDCR_E2PB_EL1_TRAP : MDCR_E2PB_EL1;
}

int world_profile_set(const struct world_cpu *cpu, struct world_vcpu *v, u32 profile)
{
	if (!cpu->vhe || !cpu->spe_usable || guest_owns(cpu, v))
		return -WORLD_EOPNOTSUPP;
	v->profile = profile;
	return 0;
}

static u64 profile_bits(u32 profile)
{
	return (profile & WORLD_PROFILE_USER ? PMSCR_E0SPE : 0) |
	       (profile & WORLD_PROFILE_KERNEL ? PMSCR_E1SPE : 0) |
	       (profile & WORLD_PROFILE_CONTEXT ? PMSCR_CX : 0);
}

/* Last of all: the guest's translation registers and MDCR_EL2 are written. */
void spe_enter_guest(struct world_cpu *cpu, const struct world_vcpu *v)
{
	const struct world_spe *s = &v->spe;

	if (guest_owns(cpu, v)) {
		load_rest(cpu, s, v->spe_irq);
		spe_start(cpu->vhe, v->spe_irq ? s->PMBLIMITR_EL1 & ~PMBLIMITR_E
					       : s->PMBLIMITR_EL1, s->PMSCR_EL1);
	} else if (cpu->spe_usable && cpu->vhe) {
		/*
		 * PMSCR_EL1 is UNKNOWN out of reset, and decides here.  At every entry, so
		 * that no other guest's value is left; the ERET synchronizes it.
		 */
		sys_write(PMSCR_EL12, profile_bits(v->profile));
	}
}

/* First of all, as for the host. */
void spe_leave_guest(struct world_cpu *cpu, struct world_vcpu *v)
{
	struct world_spe *s = &v->spe;
	u64 limitr;

	if (!guest_owns(cpu, v))
		return;
	limitr = spe_stop(cpu->vhe, &s->PMSCR_EL1);
	if (!(limitr & PMBLIMITR_E))
		s->PMSCR_EL1 = pmscr_read(cpu->vhe);
	if (v->spe_irq) {
		/* The real PMBLIMITR_EL1 and PMBSR_EL1 are not the guest's. */
		u64 sr = s->PMBSR_EL1;

		save_rest(cpu, s);
		ctx_write(s->PMBSR_EL1, sr);
		return;
	}
	s->PMBLIMITR_EL1 = limitr;
	save_rest(cpu, s);
	ctx_write(v->spe_irq, s->PMBSR_EL1 & PMBSR_S);
}

/* Last of all: the host's translation registers and MDCR_EL2 are back. */
void spe_enter_host(struct world_cpu *cpu, const struct world_vcpu *v)
{
	const struct world_spe *s = &cpu->spe;
	bool owned = guest_owns(cpu, v);

	if (!cpu->spe_usable || (cpu->vhe && !owned))
		return;
	if (owned)
		load_rest(cpu, s, false);
	/* A VHE host's comes back as its PMSCR_EL1. */
	if (owned && !cpu->vhe)
		sys_write(PMSCR_EL2, cpu->pmscr_el2);
	if (owned || s->PMBLIMITR_EL1 & PMBLIMITR_E)
		spe_start(false, s->PMBLIMITR_EL1, s->PMSCR_EL1);
}

bool spe_is_register(u64 esr)
{
	u64 reg = esr & ISS_SYS_REG;

	/* CRm 9 and 10 of S3_0_C9: PMS* and PMB*. */
	return (reg & ~(7ull << 17)) == PMS(0) || (reg & ~(7ull << 17)) == PMB(0);
}

/* The only accesses of an owner that trap: PMB* while its interrupt is pending. */
bool spe_trapped(struct world_vcpu *v)
{
	u32 rt = ISS_SYS_RT(v->esr);
	u64 *reg;

	switch (v->esr & ISS_SYS_REG) {
	case PMB(0):
		reg = &v->spe.PMBLIMITR_EL1;
		break;
	case PMB(1):
		reg = &v->spe.PMBPTR_EL1;
		break;
	case PMB(3):
		reg = &v->spe.PMBSR_EL1;
		break;
	default:
		return false;
	}
	if (!v->spe_irq)
		return false;
	if (!(v->esr & ISS_SYS_READ))
		ctx_write(*reg, v->x[rt]);
	else if (rt != 31)
		ctx_write(v->x[rt], *reg);
	ctx_write(v->spe_irq, v->spe.PMBSR_EL1 & PMBSR_S);
	return true;
}
