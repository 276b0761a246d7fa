/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_EXITS_H
#define KVM_EXITS_H

#include <stdbool.h>

#include "collector/clock.h"
#include "collector/event.h"
#include "kvm/durations.h"
#include "kvm/irqs.h"
#include "kvm/timeline.h"

/*
 * Why guests were left, and where the time of each vCPU's thread went: the ledger.
 * kvm/exits.def has the reasons, and the accounts that time goes to.
 */

enum account {
#define ACCOUNT(id, name, what) ACCOUNT_##id,
#include "kvm/exits.def"
#undef ACCOUNT
	NR_ACCOUNTS
};

const char *account_name(enum account p);			/* "guest" */
const char *user_exit_name(uint32_t reason);		/* "MMIO"; NULL: none of arm64's */
/* What to do against such exits, without a full stop; NULL: nothing general. */
const char *exit_reason_cure(enum exit_reason r);
/* Names of details; NULL: none known. */
const char *sysreg_name(uint64_t sysreg);		/* "ID_AA64DFR0_EL1" */
const char *hvc_name(uint64_t function);		/* "PSCI_VERSION" */

/* exit_row.user, where it is no KVM_EXIT_*. */
enum {
	USER_NONE	= UINT32_MAX,		/* user space was not asked */
	USER_RESTART	= UINT32_MAX - 1,	/* a signal: KVM_RUN failed with EINTR */
	USER_ERROR	= UINT32_MAX - 2,	/* it failed with something else */
};

/* Stage 2 faults are told apart by regions of so many bytes. */
#define EXIT_FAULT_REGION	(2u << 20)

/* Exits of one vCPU that are alike in all of reason, user, detail and write. */
struct exit_row {
	enum exit_reason reason;
	uint32_t user;			/* what user space was told: KVM_EXIT_* or USER_* */
	bool has_detail, write;
	uint64_t detail;		/* mmio, no syndrome: the guest's physical address;
					 * stage 2 fault: the same of its region;
					 * sysreg: SYSREG(); hvc: the function, 32 bits */
	uint64_t exits;
	/*
	 * ns between these exits and the entries after them; [ACCOUNT_GUEST]: in the
	 * guest, from the entries before.
	 */
	uint64_t ns[NR_ACCOUNTS];
	struct durations cost;		/* kernel and vmm, of exits seen whole */
};

/* Exits of one reason as time goes on: of each slice of the recording. */
struct exit_times {
	uint64_t exits[TIME_SLICES];	/* handled by then */
	uint64_t ns[TIME_SLICES];	/* in kernel and vmm, of those seen whole */
	uint64_t timed[TIME_SLICES];	/* how many those are */
};

/* exit_thief.tid, where it is no thread's. */
enum {
	THIEF_TID_UNKNOWN	= -1,
	THIEF_TID_OTHERS	= -2,		/* all threads that are not told apart */
};

/* Who ran while a vCPU's thread was preempted. */
struct exit_thief {
	uint32_t task;			/* for timeline_comm(); TIMELINE_NO_TASK: not known */
	int32_t tid;			/* 0: the CPU was idle; or THIEF_TID_* */
	uint64_t ns;
};

/*
 * Where a guest was when an instruction of its made it be left; interrupts and the like
 * come anywhere, and have none.
 */
struct exit_site {
	enum exit_reason reason;
	size_t vcpu;		/* in timeline_vcpus() */
	uint64_t pc;		/* the instruction, as the guest addresses it */
	uint64_t time;		/* ns: of the exit */
};

/* Exits that came from one place in a guest, with its names. */
struct kvm_site {
	enum exit_reason reason;
	int32_t vm;
	const char *comm, *symbol, *object;	/* of the guest's thread; "" unknown */
	uint64_t address;	/* the guest's; 0: of a whole function */
	uint64_t exits;
};

/* Takes one exit's.  0 or -errno, which ends exits_seal(). */
typedef int exit_site_fn(void *arg, const struct exit_site *site);

/*
 * The ledger of a vCPU's thread: the ns of all accounts add up to end - begin.  A
 * thread id that is used again after its thread's end is not followed.
 */
struct exit_vcpu {
	int32_t tid;
	uint64_t begin, end;		/* ns: of the recording, while the thread lived */
	uint64_t ns[NR_ACCOUNTS];
	double squares[NR_ACCOUNTS];	/* ns^2: of each stay in the account, added up */
	uint64_t entries, exits;
	uint64_t preemptions;		/* times */
	uint64_t contradictions;	/* events that do not follow from those before */
	uint64_t losses;		/* times that lost sideband made its state unknown */
	uint64_t guest_min;		/* ns: the shortest from an entry to its exit; 0: none */
	uint64_t (*slices)[NR_ACCOUNTS];	/* ns: of each slice, TIME_SLICES; NULL: never ran */
	struct exit_times *times[NR_REASONS];	/* NULL: no such exit */
	struct exit_row *rows;		/* sorted by reason, user, detail, write */
	size_t nr_rows;
	struct exit_thief *thieves;	/* the largest first */
	size_t nr_thieves;
};

struct exits;

struct exits *exits_new(void);		/* NULL: out of memory */
void exits_free(struct exits *x);	/* NULL is fine */

/* As timeline_keep_in(): facts go to a file, 3 or 4 bytes each. */
void exits_keep_in(struct exits *x, int fd);

/*
 * Before the first event: where exits came from is wanted, too.  exits_seal() calls fn for
 * each exit, those of a vCPU in order of time.
 */
void exits_want_sites(struct exits *x, exit_site_fn *fn, void *arg);

/* Learn from a sideband event, in any order; others are ignored.  0 or -ENOMEM. */
int exits_apply(struct exits *x, const struct event *ev);

/*
 * All has been applied, and t is sealed: make the ledgers.  Once.  clock not NULL: t
 * learns which exit's handling each sample lies in (owner.reason), and x lives as long
 * as it.  0 or -ENOMEM; -EIO or what the system says: the file cannot be read.
 */
int exits_seal(struct exits *x, struct timeline *t, const struct input_clock *clock);

/* From here on const. */

/* One for each of timeline_vcpus(), in that order. */
const struct exit_vcpu *exits_vcpus(const struct exits *x, size_t *nr);

/* What vCPUs' threads did on a CPU. */
struct exit_cpu {
	int32_t cpu;
	uint64_t slices[TIME_SLICES][NR_ACCOUNTS];	/* ns in guest, kernel and vmm */
};

/* The CPUs that vCPUs ran on, by number.  Returns how many. */
size_t exits_cpus(const struct exits *x, const struct exit_cpu *const **cpus);

/* Interrupts injected.  Returns how many kinds. */
size_t exits_irqs(const struct exits *x, const struct exit_irq **list);

/* The time that the slices are of: from the first to the last that was seen of guests. */
const struct time_span *exits_span(const struct exits *x);

/* What the recording has of each kind: an account that rests on none is empty. */
struct exits_evidence {
	uint64_t begin, end;		/* ns: first and last timed event */
	uint64_t entries, exits, users, whys, irqs, switches, losses;	/* events */
	bool details_full;		/* too many different addresses: some have no detail */
	bool sites_full;		/* too many places in guests: some exits have none */
};
const struct exits_evidence *exits_evidence(const struct exits *x);

/* Order by reason, user, detail, write: < 0, 0, > 0. */
int exit_row_compare(const struct exit_row *a, const struct exit_row *b);

/* Add from's numbers to to, whose key stays as it is.  0 or -ENOMEM. */
int exit_row_add(struct exit_row *to, const struct exit_row *from);

#endif
