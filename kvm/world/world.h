/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world switch: what must survive when a CPU goes from the host to a guest and back.
 * Five state machines: the Statistical Profiling Extension (spe.c), single step
 * (step.c), memory copy and set (mops.c), aborts where no memory is (abort.c) and ID
 * registers (idreg.c).  doc/world-switch.md says why each is as it is.
 *
 * Freestanding: no libc (compilers want memset() even so: it is the roof's), no
 * allocation; what runs on a switch cannot fail.  Functions that return int give 0 or the
 * negative of an error number of Linux.  Floating point,
 * timers, the GIC and the PMU's counters are somebody else's.
 */
#ifndef KVM_WORLD_WORLD_H
#define KVM_WORLD_WORLD_H

#include "kvm/world/sysreg.h"

enum { WORLD_EBUSY = 16, WORLD_EINVAL = 22, WORLD_ENOSYS = 38, WORLD_EOPNOTSUPP = 95 };

/* The registers of EL1 that EL2 reaches by an EL12 name if it runs a VHE host. */
#define WORLD_EL1_REGS(X) \
	X(SCTLR) X(CPACR) X(TTBR0) X(TTBR1) X(TCR) X(SPSR) X(ELR) X(ESR) X(FAR) \
	X(MAIR) X(AMAIR) X(VBAR) X(CONTEXTIDR)

/* Registers that host and guest share in both modes. */
#define WORLD_SHARED_REGS(X) \
	X(SP_EL0) X(SP_EL1) X(PAR_EL1) X(TPIDR_EL0) X(TPIDRRO_EL0) X(TPIDR_EL1)

/* SPE's that every implementation has, and that no order binds once the buffer is off. */
#define WORLD_SPE_REGS(X) \
	X(PMSICR_EL1) X(PMSIRR_EL1) X(PMSFCR_EL1) X(PMSEVFR_EL1) X(PMSLATFR_EL1) \
	X(PMBPTR_EL1) X(PMBSR_EL1)

struct world_regs {
#define X(reg) u64 reg;
	WORLD_EL1_REGS(X)
	WORLD_SHARED_REGS(X)
#undef X
};

struct world_spe {
	u64 PMBLIMITR_EL1, PMSCR_EL1;
#define X(reg) u64 reg;
	WORLD_SPE_REGS(X)
#undef X
	u64 PMSNEVFR_EL1;		/* FEAT_SPE_FnE */
	u64 PMSDSFR_EL1;		/* FEAT_SPE_FDS */
};

/* A physical CPU: what the host left here, and what the CPU is. */
struct world_cpu {
	struct world_regs regs;		/* the host's, if it runs at EL1 */
	struct world_spe spe;		/* the host's, while a guest runs */
	u64 hcr, hcrx, mdcr, mdscr, vttbr, vtcr;	/* the host's */
	u64 pmscr_el2;			/* of an nVHE host; a VHE host's is spe.PMSCR_EL1 */
	u64 elr, spsr;			/* where an nVHE host comes back to */
	bool vhe;			/* the host runs at EL2 */
	bool spe_bits;			/* MDCR_EL2.{TPMS,E2PB} exist */
	bool spe_usable;		/* ... and EL3 does not keep SPE to itself */
	bool spe_fne, spe_fds;
	bool has_hcrx;			/* HCRX_EL2 exists */
	bool pmu, trf;			/* PMUv3, FEAT_TRF: MDCR_EL2.{TPM,TPMCR}, TTRF exist */
};

/* Features of a VM that ID registers cannot say, given at world_vm_init(). */
#define WORLD_VM_PMU		1u	/* a PMUv3, which the caller emulates: WORLD_SYSREG */
#define WORLD_VM_SPE		2u	/* SPE is the guest's while it runs */
#define WORLD_VM_PROTECTED	4u	/* user space never sees its registers */
#define WORLD_VM_FREEZE_EARLY	8u	/* ID registers freeze at the first other register */

enum world_id { WORLD_ID_AA64DFR0, WORLD_ID_DFR0, WORLD_ID_AA64ISAR2, WORLD_ID_COUNT };

struct world_vm {
	u64 id[WORLD_ID_COUNT];		/* what the guest reads */
	u64 id_limit[WORLD_ID_COUNT];	/* the most it may ever read */
	u64 vttbr, vtcr;
	u32 features;
	bool id_frozen;
	bool nisv_to_user;		/* KVM_CAP_ARM_NISV_TO_USER */
	bool mte, nmi;			/* the CPU has them: an exception sets TCO, ALLINT */
};

/* Which of a guest's operations a VHE host samples: perf's exclude_* bits, turned. */
#define WORLD_PROFILE_USER	1u
#define WORLD_PROFILE_KERNEL	2u
#define WORLD_PROFILE_CONTEXT	4u	/* with the guest's CONTEXTIDR_EL1 */

#define WORLD_DEBUG_ON		1u	/* debug exceptions come to the host */
#define WORLD_DEBUG_STEP	2u	/* after each instruction */

/* What is to be done after an exit. */
enum world_next {
	WORLD_RUN,	/* handled here: enter again */
	WORLD_DEBUG,	/* one step is done: tell the debugger */
	WORLD_CALL,	/* HVC, SMC: SMC's PC still to be moved, world_skip() */
	WORLD_SYSREG,	/* a trapped register that is not ours: emulate, world_skip() */
	WORLD_ABORT,	/* stage 2 fault: map and enter again, or world_mmio() */
	WORLD_MMIO,	/* see vcpu.mmio; world_mmio_done() or world_external_abort() */
	WORLD_NISV,	/* see vcpu.nisv; world_nisv_done() or world_external_abort() */
	WORLD_OTHER,	/* any other exception class, in vcpu.esr */
};

struct world_mmio {
	u64 ipa, data;
	u32 len;			/* bytes: 1, 2, 4, 8; 0: none is to be answered */
	bool write;
};

/* KVM_EXIT_ARM_NISV: an access whose instruction somebody must decode. */
struct world_nisv {
	u64 esr_iss;			/* WnR and DFSC, nothing else; never CM */
	u64 ipa;
};

enum world_nisv_answer {
	WORLD_NISV_EMULATED,		/* its effects are done: move PC past it */
	WORLD_NISV_EMULATED_T16,	/* the same, and it has 16 bits: no syndrome says so */
	WORLD_NISV_AGAIN,		/* memory is there now: execute it again */
};

struct world_vcpu {
	u64 x[32];			/* general registers; x[31] stays 0 */
	u64 pc, pstate;
	u64 mdscr;			/* the guest's own: it never has the real one */
	struct world_regs regs;
	struct world_spe spe;
	struct world_vm *vm;
	u64 esr, far, hpfar;		/* of the last exit */
	struct world_mmio mmio;
	struct world_nisv nisv;
	u32 debug;			/* WORLD_DEBUG_* */
	u32 profile;			/* WORLD_PROFILE_* */
	bool step_pending;		/* host's step: done, exception not yet taken */
	bool spe_irq;			/* level of the guest's PMBIRQ: PMBSR_EL1.S */
};

/* What this CPU is, and its host's EL2 registers.  Run at EL2, on it, in host context. */
void world_cpu_init(struct world_cpu *cpu);

/*
 * 0, or -WORLD_EINVAL: WORLD_VM_SPE on a CPU where SPE cannot be used.
 * cpu's own registers are the limit of the VM's: of CPUs that differ take the least.
 */
int world_vm_init(struct world_vm *vm, const struct world_cpu *cpu, u32 features);
void world_vcpu_init(struct world_vcpu *v, struct world_vm *vm);

/*
 * To the guest, up to the ERET; from its exit, up to the return.  At EL2, on the same CPU,
 * with PSTATE.{D,A,I,F} all 1 up to the ERET and from the exit on, as the exit leaves them:
 * with D = 0 a step or breakpoint of the guest's may be taken at EL2 while MDSCR_EL1 is the
 * guest's, and the ERET loses the host debugger's step.  General registers move in the assembly around them: enter
 * ends with ELR_EL2 and SPSR_EL2 loaded, leave begins with them as the exit left them.
 */
void world_enter(struct world_cpu *cpu, struct world_vcpu *v);
void world_leave(struct world_cpu *cpu, struct world_vcpu *v);

/* After world_leave(), for a synchronous exception: decides by v->esr. */
enum world_next world_exit(struct world_vcpu *v);

/* Setters for between leave and enter. */
void world_debug_set(struct world_vcpu *v, u32 debug);
/* 0, or -WORLD_EOPNOTSUPP: an nVHE host cannot, nor one whose guest owns SPE. */
int world_profile_set(const struct world_cpu *cpu, struct world_vcpu *v, u32 profile);

/*
 * The instruction at PC, which v->esr is of, has been emulated: PC past it, its step is
 * done.  AArch32 at EL0: a T16 instruction is one of ESR.IL = 0; IT moves on.
 */
void world_skip(struct world_vcpu *v);
/*
 * Give the guest's EL1 a synchronous exception at its next entry, PSTATE as the CPU sets it
 * [AArch64.TakeException].  Of later features that are not the guest's (FEAT_GCS, FEAT_EBEP,
 * FEAT_SEBEP) PSTATE stays 0.
 */
void world_inject(struct world_vcpu *v, u64 esr);

/* world_skip() of a T16 instruction that v->esr does not say is one. */
void step_skip_t16(struct world_vcpu *v);
/* EL2 rewound or replaced the instruction: a step that was owed is done. */
void step_done(struct world_vcpu *v);
/* The values of MDSCR_EL1 and SPSR_EL2 for an entry; the guest's SPSR after an exit. */
u64 step_mdscr(const struct world_vcpu *v);
u64 step_spsr(const struct world_vcpu *v);
void step_exit(struct world_vcpu *v, u64 spsr);

/* A Memory Copy and Memory Set exception: registers and PC back to the prologue's. */
void mops_reset(struct world_vcpu *v);

/*
 * After WORLD_ABORT, on an IPA without memory.  WORLD_RUN: answered here, the guest got a
 * synchronous External abort (code, a stage 1 table, a protected VM's access without
 * syndrome), or cache maintenance was skipped.  WORLD_MMIO, WORLD_NISV: user space's.
 * -WORLD_ENOSYS: no syndrome, and user space did not ask for NISV; nothing has changed.
 * LD64B, ST64B, ST64BV and ST64BV0 count as accesses without syndrome.
 */
int world_mmio(struct world_vcpu *v, u64 ipa);
/*
 * After -WORLD_ENOSYS: why, in a line for the host's log, without a newline.  The VM is
 * usually at its end there, and whoever finds it so has to know whether the guest's address
 * is wrong or its device needs NISV.  Lives as long as the program.
 */
const char *world_refusal(const struct world_vcpu *v);
/*
 * The IPA of the fault in v, of a fault on a stage 1 walk that of the table's page; or
 * false if the CPU did not say: translate v->far.
 */
bool world_fault_ipa(const struct world_vcpu *v, u64 *ipa);
/* data: what a load reads, its low bytes.  Does nothing if no access is to be answered. */
void world_mmio_done(struct world_vcpu *v, u64 data);
void world_nisv_done(struct world_vcpu *v, enum world_nisv_answer answer);
/*
 * User space cannot answer WORLD_MMIO or WORLD_NISV, or has no device there: the guest gets
 * a synchronous External abort of the instruction, which then is not completed.
 */
void world_external_abort(struct world_vcpu *v);

/*
 * ID registers: the contract with user space.
 *
 * When: from world_vm_init() up to world_id_run(), which the caller calls before the first
 * entry; with WORLD_VM_FREEZE_EARLY only up to the first other register.  A value equal to
 * the VM's is taken at any time, so that a saved VM may be written back in any order.
 *
 * What: a whole register, whose fields must each fit its row of ids.def: at most the host's
 * and what is emulated, at least the architecture's first, fixed where the hardware is used
 * directly.  A field without a row is 0.  PMUVer and PerfMon 15 are taken as 0.
 *
 * Who checks: kvm/world that no field promises what the host has not or what is never
 * emulated, so that no accepted value harms the host: traps do not depend on it, but for
 * MOPS and PMSVer, which turn off.  User space that the values obey the Arm ARM: no reserved
 * value, and fields that agree (DebugVer and CopDbg, PMUVer and PerfMon).  A guest that
 * reads nonsense there reads what its user space wrote.
 *
 * 0, -WORLD_EINVAL (a field does not fit) or -WORLD_EBUSY (frozen, and the value differs);
 * after an error the register is as it was.
 */
int world_id_set(struct world_vm *vm, enum world_id id, u64 val);
/* User space wrote some other register; the VM runs.  Either may freeze. */
void world_id_other_write(struct world_vm *vm);
void world_id_run(struct world_vm *vm);
/* What the CPU's own ID registers allow a VM, by features. */
void world_id_init(struct world_vm *vm, const u64 host[WORLD_ID_COUNT], u32 features);

/* spe.c's parts of enter and leave, in this order; see there. */
void spe_leave_host(struct world_cpu *cpu, const struct world_vcpu *v);
u64 spe_mdcr(const struct world_cpu *cpu, const struct world_vcpu *v);
void spe_enter_guest(struct world_cpu *cpu, const struct world_vcpu *v);
void spe_leave_guest(struct world_cpu *cpu, struct world_vcpu *v);
void spe_enter_host(struct world_cpu *cpu, const struct world_vcpu *v);
/* A trapped SPE register.  True if it was emulated; false: UNDEFINED for this guest. */
bool spe_trapped(struct world_vcpu *v);
/* Is this ISS an access to one of SPE's registers? */
bool spe_is_register(u64 esr);

#endif
