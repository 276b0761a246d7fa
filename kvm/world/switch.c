/* SPDX-License-Identifier: GPL-2.0-only */
/* The order of a world switch, and what an exit is. */
#include "kvm/world/bits.h"
#include "kvm/world/world.h"

#define GUEST_HCR (HCR_VM | HCR_SWIO | HCR_FMO | HCR_IMO | HCR_AMO | HCR_TID3 | HCR_TSC | HCR_RW)

#define MDSCR_ISS	ISS_SYS(2, 0, 0, 2, 2)

void world_cpu_init(struct world_cpu *cpu)
{
	u64 dfr0 = sys_read(ID_AA64DFR0_EL1);
	u32 pmuver = dfr0 >> 8 & 15;
	u64 idr;

	*cpu = (struct world_cpu){ 0 };
	cpu->hcr = sys_read(HCR_EL2);
	cpu->vhe = cpu->hcr & HCR_E2H;
	cpu->spe_bits = dfr0 >> 32 & 15;			/* PMSVer */
	cpu->pmu = pmuver && pmuver != 15;		/* 15: not PMUv3 */
	cpu->trf = dfr0 >> 40 & 15;			/* TraceFilt */
	/* PMBIDR_EL1 exists with SPE only; P: EL3 owns the buffer. */
	cpu->spe_usable = cpu->spe_bits && !(sys_read(PMBIDR_EL1) & PMBIDR_P);
	if (cpu->spe_usable) {
		idr = sys_read(PMSIDR_EL1);
		cpu->spe_fne = idr & PMSIDR_FNE;
		cpu->spe_fds = idr & PMSIDR_FDS;
		cpu->pmscr_el2 = sys_read(PMSCR_EL2);
	}
	cpu->has_hcrx = sys_read(ID_AA64MMFR1_EL1) >> 40 & 15;		/* HCX */
	if (cpu->has_hcrx)
		cpu->hcrx = sys_read(HCRX_EL2);
	cpu->mdcr = sys_read(MDCR_EL2);
	cpu->vttbr = sys_read(VTTBR_EL2);
	cpu->vtcr = sys_read(VTCR_EL2);
}

int world_vm_init(struct world_vm *vm, const struct world_cpu *cpu, u32 features)
{
	u64 pfr1 = sys_read(ID_AA64PFR1_EL1);
	u64 host[WORLD_ID_COUNT];

	*vm = (struct world_vm){ .features = features };
	if (features & WORLD_VM_SPE && !cpu->spe_usable)
		return -WORLD_EINVAL;
	host[WORLD_ID_AA64DFR0] = sys_read(ID_AA64DFR0_EL1);
	host[WORLD_ID_DFR0] = sys_read(ID_DFR0_EL1);
	host[WORLD_ID_AA64ISAR2] = sys_read(ID_AA64ISAR2_EL1);
	world_id_init(vm, host, features);
	vm->mte = pfr1 >> 8 & 15;
	vm->nmi = pfr1 >> 36 & 15;
	return 0;
}

void world_vcpu_init(struct world_vcpu *v, struct world_vm *vm)
{
	*v = (struct world_vcpu){ .vm = vm, .pstate = PSTATE_DAIF | MODE_EL1h };
}

static void save_shared(struct world_regs *r)
{
#define X(reg) r->reg = sys_read(reg);
	WORLD_SHARED_REGS(X)
#undef X
}

static void load_shared(const struct world_regs *r)
{
#define X(reg) sys_write(reg, r->reg);
	WORLD_SHARED_REGS(X)
#undef X
}

static void save_el1(struct world_regs *r, bool el12)
{
	if (el12) {
#define X(reg) r->reg = sys_read(reg##_EL12);
		WORLD_EL1_REGS(X)
#undef X
	} else {
#define X(reg) r->reg = sys_read(reg##_EL1);
		WORLD_EL1_REGS(X)
#undef X
	}
}

static void load_el1(const struct world_regs *r, bool el12)
{
	if (el12) {
#define X(reg) sys_write(reg##_EL12, r->reg);
		WORLD_EL1_REGS(X)
#undef X
	} else {
#define X(reg) sys_write(reg##_EL1, r->reg);
		WORLD_EL1_REGS(X)
#undef X
	}
}

/*
 * With MSCEn = 0 memory copies and sets are UNDEFINED, as for a VM without them they must
 * be.  MCE2: else the guest's EL1 gets the exception, and never knew that it moved.
 */
static u64 guest_hcrx(const struct world_vm *vm)
{
	return vm->id[WORLD_ID_AA64ISAR2] >> 16 & 15 ? HCRX_MSCEN | HCRX_MCE2 : 0;	/* MOPS */
}

/*
 * The guest has no counter, no trace filter and no debug register of its own in the CPU:
 * they are the host's, and accesses to them trap, whatever the VM's ID registers say.
 */
static u64 guest_mdcr(const struct world_cpu *cpu, const struct world_vcpu *v)
{
	return (cpu->mdcr & MDCR_HPMN) | MDCR_TDA | MDCR_TDOSA | MDCR_TDRA |
	       (cpu->pmu ? MDCR_TPM | MDCR_TPMCR : 0) | (cpu->trf ? MDCR_TTRF : 0) |
	       (v->debug ? MDCR_TDE : 0) | spe_mdcr(cpu, v);
}

void world_enter(struct world_cpu *cpu, struct world_vcpu *v)
{
	spe_leave_host(cpu, v);

	cpu->mdscr = sys_read(MDSCR_EL1);
	save_shared(&cpu->regs);
	if (!cpu->vhe) {
		cpu->elr = sys_read(ELR_EL2);
		cpu->spsr = sys_read(SPSR_EL2);
		save_el1(&cpu->regs, false);
		/*
		 * Without it a table walk that the host's EL1&0 began may go on, half by its
		 * registers and half by the guest's [RLFHQG].  A VHE host's EL1&0 has been
		 * idle since world_leave().
		 */
		dsb_nsh();
	}
	load_el1(&v->regs, cpu->vhe);
	load_shared(&v->regs);
	sys_write(VTCR_EL2, v->vm->vtcr);
	sys_write(VTTBR_EL2, v->vm->vttbr);
	if (cpu->has_hcrx)
		sys_write(HCRX_EL2, guest_hcrx(v->vm));
	sys_write(HCR_EL2, GUEST_HCR | (cpu->hcr & HCR_E2H));
	sys_write(MDCR_EL2, guest_mdcr(cpu, v));
	sys_write(MDSCR_EL1, step_mdscr(v));

	/* Needs the guest's translation registers and E2PB in place: see spe_start(). */
	spe_enter_guest(cpu, v);

	sys_write(ELR_EL2, v->pc);
	sys_write(SPSR_EL2, step_spsr(v));
}

void world_leave(struct world_cpu *cpu, struct world_vcpu *v)
{
	v->esr = sys_read(ESR_EL2);
	v->far = sys_read(FAR_EL2);
	/* Running EL1 and EL0 destroys it; here because an nVHE host is EL1. */
	v->hpfar = sys_read(HPFAR_EL2);
	v->pc = sys_read(ELR_EL2);
	step_exit(v, sys_read(SPSR_EL2));

	spe_leave_guest(cpu, v);

	save_el1(&v->regs, cpu->vhe);
	save_shared(&v->regs);
	/* As in world_enter(): the guest's walks, before stage 2 and EL1's registers change. */
	dsb_nsh();
	if (!cpu->vhe)
		load_el1(&cpu->regs, false);
	load_shared(&cpu->regs);
	sys_write(VTCR_EL2, cpu->vtcr);
	sys_write(VTTBR_EL2, cpu->vttbr);
	if (cpu->has_hcrx)
		sys_write(HCRX_EL2, cpu->hcrx);
	sys_write(HCR_EL2, cpu->hcr);
	sys_write(MDCR_EL2, cpu->mdcr);
	sys_write(MDSCR_EL1, cpu->mdscr);

	/* Needs the host's translation registers and E2PB in place: see spe_start(). */
	spe_enter_host(cpu, v);

	if (cpu->vhe) {
		/* Without it the host, which goes on at EL2, may do so by a guest's HCR_EL2. */
		isb();
	} else {
		/* The ERET to EL1 synchronizes. */
		sys_write(ELR_EL2, cpu->elr);
		sys_write(SPSR_EL2, cpu->spsr);
	}
}

/* MDSCR_EL1 of a guest is memory: the real one is the host's step as well as its own. */
static void mdscr_trapped(struct world_vcpu *v)
{
	u32 rt = ISS_SYS_RT(v->esr);

	if (!(v->esr & ISS_SYS_READ))
		ctx_write(v->mdscr, v->x[rt]);
	else if (rt != 31)
		ctx_write(v->x[rt], v->mdscr);
}

static bool id_trapped(struct world_vcpu *v)
{
	u32 rt = ISS_SYS_RT(v->esr);
	enum world_id id;

	switch (v->esr & ISS_SYS_REG) {
	case ISS_SYS(3, 0, 0, 5, 0):
		id = WORLD_ID_AA64DFR0;
		break;
	case ISS_SYS(3, 0, 0, 1, 2):
		id = WORLD_ID_DFR0;
		break;
	case ISS_SYS(3, 0, 0, 6, 2):
		id = WORLD_ID_AA64ISAR2;
		break;
	default:
		return false;
	}
	if (rt != 31)
		ctx_write(v->x[rt], v->vm->id[id]);
	return true;
}

static enum world_next sysreg_trapped(struct world_vcpu *v)
{
	if (spe_is_register(v->esr)) {
		if (!spe_trapped(v)) {
			world_inject(v, ESR_EC_BITS(EC_UNKNOWN) | ESR_IL);
			return WORLD_RUN;
		}
	} else if ((v->esr & ISS_SYS_REG) == MDSCR_ISS) {
		mdscr_trapped(v);
	} else if (!id_trapped(v)) {
		return WORLD_SYSREG;
	}
	world_skip(v);
	return WORLD_RUN;
}

enum world_next world_exit(struct world_vcpu *v)
{
	switch (ESR_EC(v->esr)) {
	case EC_SYS64:
		return sysreg_trapped(v);
	case EC_MOPS:
		mops_reset(v);
		return WORLD_RUN;
	case EC_STEP_LOW:
		/* Only with MDCR_EL2.TDE, so it is the host's step: taken, none is pending. */
		ctx_write(v->step_pending, false);
		return WORLD_DEBUG;
	case EC_HVC64:
	case EC_SMC64:
		return WORLD_CALL;
	case EC_IABT_LOW:
	case EC_DABT_LOW:
		return WORLD_ABORT;
	default:
		return WORLD_OTHER;
	}
}

/* PSTATE of an exception handler at EL1 [AArch64.TakeException]. */
static u64 handler_pstate(const struct world_vcpu *v)
{
	u64 sctlr = v->regs.SCTLR;

	return (v->pstate & (PSTATE_NZCV | PSTATE_DIT | PSTATE_PAN)) |
	       (sctlr & SCTLR_SPAN ? 0 : PSTATE_PAN) |
	       (sctlr & SCTLR_DSSBS ? PSTATE_SSBS : 0) |
	       (v->vm->mte ? PSTATE_TCO : 0) |
	       (v->vm->nmi && !(sctlr & SCTLR_SPINTMASK) ? PSTATE_ALLINT : 0) |
	       PSTATE_DAIF | MODE_EL1h;
}

void world_inject(struct world_vcpu *v, u64 esr)
{
	u64 old = v->pstate;
	u64 base = (old & PSTATE_MODE) == MODE_EL1h ? 0x200 :	/* current EL, SP_ELx */
		   (old & PSTATE_MODE) == MODE_EL1h - 1 ? 0 :	/* current EL, SP_EL0 */
		   old & PSTATE_AA32 ? 0x600 : 0x400;		/* lower EL */

	ctx_write(v->regs.ESR, esr);
	ctx_write(v->regs.ELR, v->pc);
	/* The guest's own step: its SPSR has the SS it had [AArch64.TakeException]. */
	ctx_write(v->regs.SPSR, old);
	ctx_write(v->pc, v->regs.VBAR + base);
	ctx_write(v->pstate, handler_pstate(v));
	/* To the host's step an exception taken is an instruction done [D2.11.5]. */
	step_done(v);
}
