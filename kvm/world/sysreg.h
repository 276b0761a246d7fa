/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the world switch touches the machine.  The only file here that knows under which
 * roof it runs: WORLD_MODEL is a software PE (kvm/model), __KERNEL__ Linux (kvm/linux),
 * else the instructions.
 *
 *	sys_read(REG)		what MRS reads
 *	sys_write(REG, val)	MSR
 *	isb() dsb_nsh() psb_csync()
 *	ctx_write(lvalue, val)	a guest's register that waits in memory
 */
#ifndef KVM_WORLD_SYSREG_H
#define KVM_WORLD_SYSREG_H

#ifdef __KERNEL__

#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>

/* There they are operands of MSR (immediate), here fields of SPSR: include this last. */
#undef PSTATE_DIT
#undef PSTATE_PAN
#undef PSTATE_SSBS
#undef PSTATE_TCO

#else

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t u64;
typedef uint32_t u32;

#define BIT(n)			(1ull << (n))

#endif

#ifdef WORLD_MODEL

enum sysreg {
#define REG(name, op0, op1, n, m, op2) SYS_##name,
#include "kvm/world/regs.def"
#undef REG
	SYS_COUNT
};

/* One place in the source: the model counts them, and makes one at a time do nothing. */
struct site {
	const char *file, *text;
	int line;
};

/* All sites of a program lie side by side, executed or not. */
#define WORLD_SITE(what) ({						\
	static const struct site here						\
		__attribute__((used, section("world_sites"), aligned(8))) =	\
		{ __FILE__, what, __LINE__ };					\
	&here; })

u64 model_read(enum sysreg reg, const struct site *at);
void model_write(enum sysreg reg, u64 val, const struct site *at);
void model_isb(const struct site *at);
void model_dsb(const struct site *at);
void model_psb(const struct site *at);
bool model_ctx(const struct site *at);	/* false: this write is to be left out */

#define sys_read(reg)		model_read(SYS_##reg, WORLD_SITE("read " #reg))
#define sys_write(reg, val)	model_write(SYS_##reg, (val), WORLD_SITE("write " #reg))
#define isb()			model_isb(WORLD_SITE("isb"))
#define dsb_nsh()		model_dsb(WORLD_SITE("dsb nsh"))
#define psb_csync()		model_psb(WORLD_SITE("psb csync"))
#define ctx_write(lvalue, val)	do {						\
	if (model_ctx(WORLD_SITE("set " #lvalue)))				\
		(lvalue) = (val);						\
} while (0)

#else

#ifdef __KERNEL__

/* isb() and psb_csync() are Linux's own. */
#define REG(name, op0, op1, n, m, op2)						\
	static inline u64 mrs_##name(void)					\
	{									\
		return read_sysreg_s(sys_reg(op0, op1, n, m, op2));		\
	}									\
	static inline void msr_##name(u64 val)					\
	{									\
		write_sysreg_s(val, sys_reg(op0, op1, n, m, op2));		\
	}
#define dsb_nsh()		dsb(nsh)

#else

#define REG(name, op0, op1, n, m, op2)						\
	static inline u64 mrs_##name(void)					\
	{									\
		u64 val;							\
										\
		__asm__ volatile("mrs %0, S" #op0 "_" #op1 "_C" #n "_C" #m "_" #op2 \
				 : "=r"(val));					\
		return val;							\
	}									\
	static inline void msr_##name(u64 val)					\
	{									\
		__asm__ volatile("msr S" #op0 "_" #op1 "_C" #n "_C" #m "_" #op2 ", %0" \
				 : : "r"(val));					\
	}
#define isb()			__asm__ volatile("isb" : : : "memory")
#define dsb_nsh()		__asm__ volatile("dsb nsh" : : : "memory")
/* HINT: a NOP on a CPU without SPE [C6.2 PSB]. */
#define psb_csync()		__asm__ volatile("hint #17" : : : "memory")

#endif

#include "kvm/world/regs.def"
#undef REG

#define sys_read(reg)		mrs_##reg()
#define sys_write(reg, val)	msr_##reg(val)
#define ctx_write(lvalue, val)	((lvalue) = (val))

#endif
#endif
