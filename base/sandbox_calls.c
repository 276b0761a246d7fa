// SPDX-License-Identifier: GPL-2.0-only
/* The filter of system calls [linux Documentation/userspace-api/seccomp_filter.rst]. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sandbox_impl.h"

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#endif

#ifdef ARCH

#define REFUSAL		(SECCOMP_RET_ERRNO | EPERM)
#define ABSENCE		(SECCOMP_RET_ERRNO | ENOSYS)
#define X32_BIT		0x40000000	/* __X32_SYSCALL_BIT: calls of the x32 ABI, on x86 only */

/* Room for all rows; a longer list does not compile. */
#define CODE_MAX	512

#define NAMESPACES	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
			 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

static const struct row {
	uint32_t nr, action;
} rows[] = {
#define REFUSE(name) { __NR_##name, REFUSAL },
#define REFUSE_NEW(nr) { nr, REFUSAL },
#define END(name) { __NR_##name, SECCOMP_RET_KILL_PROCESS },
#define END_NEW(nr) { nr, SECCOMP_RET_KILL_PROCESS },
#define ABSENT_NEW(nr) { nr, ABSENCE },
#include "base/sandbox_calls.def"
#undef REFUSE
#undef REFUSE_NEW
#undef END
#undef END_NEW
#undef ABSENT_NEW
};

/* What an argument of a call must be, or must not be. */
static const struct argument {
	uint32_t nr, arg;
	uint16_t test;		/* BPF_JEQ or BPF_JSET, with the value */
	uint32_t value;
	bool own_pid;		/* the value is the own pid */
	bool needed;		/* refuse if the test fails; else if it holds */
} arguments[] = {
	{ __NR_kill, 0, BPF_JEQ, 0, true, true },	/* only to itself */
	{ __NR_tgkill, 0, BPF_JEQ, 0, true, true },
	{ __NR_prlimit64, 0, BPF_JEQ, 0, false, true },	/* only its own limits */
	{ __NR_clone, 0, BPF_JSET, NAMESPACES, false, false },
	/* these would type into the terminal, as the user, or take it away */
	{ __NR_ioctl, 1, BPF_JEQ, TIOCSTI, false, false },
	{ __NR_ioctl, 1, BPF_JEQ, TIOCLINUX, false, false },
	{ __NR_ioctl, 1, BPF_JEQ, TIOCSETD, false, false },
};

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

_Static_assert(6 + 2 * NR(rows) + 5 * NR(arguments) + 1 <= CODE_MAX, "CODE_MAX");

struct code {
	struct sock_filter list[CODE_MAX];
	unsigned short nr;
};

static void put(struct code *c, uint16_t op, uint32_t k)
{
	c->list[c->nr++] = (struct sock_filter)BPF_STMT(op, k);
}

static void jump(struct code *c, uint16_t op, uint32_t k, uint8_t yes, uint8_t no)
{
	c->list[c->nr++] = (struct sock_filter)BPF_JUMP(BPF_JMP | op | BPF_K, k, yes, no);
}

static void load(struct code *c, size_t offset)
{
	put(c, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

/* Both architectures are little endian: the lower half of an argument comes first. */
static void put_argument(struct code *c, const struct argument *a)
{
	jump(c, BPF_JEQ, a->nr, 0, 4);
	load(c, offsetof(struct seccomp_data, args) + a->arg * sizeof(uint64_t));
	jump(c, a->test, a->own_pid ? (uint32_t)getpid() : a->value, a->needed, !a->needed);
	put(c, BPF_RET | BPF_K, REFUSAL);
	load(c, offsetof(struct seccomp_data, nr));
}

static void compile(struct code *c)
{
	load(c, offsetof(struct seccomp_data, arch));
	jump(c, BPF_JEQ, ARCH, 1, 0);
	put(c, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	load(c, offsetof(struct seccomp_data, nr));
	jump(c, BPF_JGE, X32_BIT, 0, 1);
	put(c, BPF_RET | BPF_K, REFUSAL);
	for (size_t i = 0; i < NR(rows); i++) {
		jump(c, BPF_JEQ, rows[i].nr, 0, 1);
		put(c, BPF_RET | BPF_K, rows[i].action);
	}
	for (size_t i = 0; i < NR(arguments); i++)
		put_argument(c, &arguments[i]);
	put(c, BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
}

bool sandbox_calls_known(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return !syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

bool sandbox_calls_enter(void)
{
	struct code c = { .nr = 0 };
	struct sock_fprog program = { .filter = c.list };

	if (!sandbox_calls_known())
		return false;
	compile(&c);
	program.len = c.nr;
	/* the log: the kernel's audit names what was refused */
	return !syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG, &program);
}

#else

bool sandbox_calls_known(void)
{
	return false;
}

bool sandbox_calls_enter(void)
{
	return false;
}

#endif
