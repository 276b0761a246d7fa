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
 * Exit reasons, and where the time of each vCPU thread went: its ledger.  kvm/exits.def lists
 * the reasons and the accounts of the ledger.
 */

enum account {
#define ACCOUNT(id, name, what) ACCOUNT_##id,
#include "kvm/exits.def"
#undef ACCOUNT
	NR_ACCOUNTS
};

const char *account_name(enum account p);			/* "guest" */
const char *user_exit_name(uint32_t reason);		/* "MMIO"; NULL: arm64 has no such reason */
/* How to avoid such exits, without a full stop; NULL: there is no general advice. */
const char *exit_reason_fix(enum exit_reason r);
/* Names of an exit's detail; NULL: unknown. */
const char *sysreg_name(uint64_t sysreg);		/* "ID_AA64DFR0_EL1" */
const char *hvc_name(uint64_t function);		/* "PSCI_VERSION" */

/* exit_row.user, if it is not a KVM_EXIT_*. */
enum {
	USER_NONE	= UINT32_MAX,		/* handled without user space */
	USER_RESTART	= UINT32_MAX - 1,	/* a signal: KVM_RUN failed with EINTR */
	USER_ERROR	= UINT32_MAX - 2,	/* KVM_RUN failed with another error */
};

/* Stage 2 faults are grouped by regions of this many bytes. */
#define EXIT_FAULT_REGION	(2u << 20)

/* The exits of one vCPU with equal reason, user, detail and write. */
struct exit_row {
	enum exit_reason reason;
	uint32_t user;			/* the reason given to user space: KVM_EXIT_* or USER_* */
	bool has_detail, write;
	uint64_t detail;		/* mmio, no syndrome: guest physical address;
					 * stage 2 fault: that of its region;
					 * sysreg: SYSREG(); hvc: the function, 32 bits */
	uint64_t exits;
	/*
	 * ns from these exits to the next entries; [ACCOUNT_GUEST]: from the previous entries
	 * to these exits.
	 */
	uint64_t ns[NR_ACCOUNTS];
	struct durations cost;		/* kernel and vmm, of exits without lost events */
};

/* Exits of one reason, per time slice of the recording. */
struct exit_times {
	uint64_t exits[TIME_SLICES];	/* whose handling ended in the slice */
	uint64_t ns[TIME_SLICES];	/* in kernel and vmm, of those without lost events */
	uint64_t timed[TIME_SLICES];	/* the number of those */
};

/* exit_preemptor.tid, if it is not one thread. */
enum {
	PREEMPTOR_TID_UNKNOWN	= -1,
	PREEMPTOR_TID_OTHERS	= -2,		/* the threads beyond the limit, together */
};

/* A thread that ran while a vCPU's thread was preempted. */
struct exit_preemptor {
	uint32_t task;			/* for timeline_comm(); TIMELINE_NO_TASK: not known */
	int32_t tid;			/* 0: the CPU was idle; or PREEMPTOR_TID_* */
	uint64_t ns;
};

/*
 * The guest instruction that caused an exit.  Asynchronous exits, such as interrupts, have
 * none.
 */
struct exit_site {
	enum exit_reason reason;
	size_t vcpu;		/* in timeline_vcpus() */
	uint64_t pc;		/* its guest virtual address */
	uint64_t time;		/* ns, of the exit */
};

/* The exits that one place in a guest caused, with its names. */
struct kvm_site {
	enum exit_reason reason;
	int32_t vm;
	const char *comm, *symbol, *object;	/* of the guest's thread; "" unknown */
	uint64_t address;	/* guest virtual; 0: a whole function */
	uint64_t exits;
};

/* Called for one exit.  Returns 0 or -errno, which ends exits_seal(). */
typedef int exit_site_fn(void *arg, const struct exit_site *site);

/*
 * The ledger of a vCPU's thread: the ns of all accounts add up to end - begin.  If the thread id
 * is reused after the thread's end, the new thread is not counted.
 */
struct exit_vcpu {
	int32_t tid;
	uint64_t begin, end;		/* ns: the part of the recording in which it existed */
	uint64_t ns[NR_ACCOUNTS];
	double squares[NR_ACCOUNTS];	/* ns^2: sum over the stays in each account */
	uint64_t entries, exits;
	uint64_t preemptions;		/* times */
	uint64_t contradictions;	/* events that contradict those before them */
	uint64_t losses;		/* times that its state became unknown through lost events */
	uint64_t guest_min;		/* ns: the shortest stay in the guest; 0: there is none */
	uint64_t (*slices)[NR_ACCOUNTS];	/* ns per time slice, TIME_SLICES; NULL: never ran */
	struct exit_row *rows;		/* sorted by reason, user, detail, write */
	size_t nr_rows;
	struct exit_preemptor *preemptors;	/* the largest first */
	size_t nr_preemptors;
	struct exit_times *times[NR_REASONS];	/* NULL: no such exit */
};

struct exits;

struct exits *exits_new(void);		/* NULL: out of memory */
void exits_free(struct exits *x);	/* NULL is fine */

/* Let a second thread take part, in exits_apply() and in exits_seal().  Before the first event. */
void exits_use_threads(struct exits *x);

/* As timeline_keep_in(): facts are written to a file, 3 or 4 bytes each. */
void exits_keep_in(struct exits *x, int fd);

/*
 * Ask for the guest instructions that caused exits, before the first event.  exits_seal() calls
 * fn for each, those of one vCPU in time order.
 */
void exits_want_sites(struct exits *x, exit_site_fn *fn, void *arg);

/*
 * Take a sideband event, in any order; irrelevant ones are ignored.  0 or -ENOMEM, which may concern
 * an earlier event.
 */
int exits_apply(struct exits *x, const struct event *ev);

/*
 * Make the ledgers, once, after the last event and after t was sealed.  If clock is not NULL, t
 * learns during the handling of which exit each sample was taken (owner.reason), and x must live
 * as long as t.  0 or -ENOMEM; -EIO or another -errno: the file cannot be read.
 */
int exits_seal(struct exits *x, struct timeline *t, const struct input_clock *clock);

/* From here on const. */

/* One for each of timeline_vcpus(), in that order. */
const struct exit_vcpu *exits_vcpus(const struct exits *x, size_t *nr);

/* The time of vCPU threads on one CPU. */
struct exit_cpu {
	int32_t cpu;
	uint64_t slices[TIME_SLICES][NR_ACCOUNTS];	/* ns in guest, kernel and vmm */
};

/* The CPUs that vCPUs ran on, sorted by number.  Returns how many there are. */
size_t exits_cpus(const struct exits *x, const struct exit_cpu *const **cpus);

/* Interrupts injected.  Returns the length of the list. */
size_t exits_irqs(const struct exits *x, const struct exit_irq **list);

/* The time that the slices divide: from the first event of a guest to the last. */
const struct time_span *exits_span(const struct exits *x);

/* How many events of each kind there are: an account without its events stays empty. */
struct exits_evidence {
	uint64_t begin, end;		/* ns: first and last timed event */
	uint64_t entries, exits, users, whys, irqs, switches, losses;	/* events */
	bool details_full;		/* too many different addresses: some exits have no detail */
	bool sites_full;		/* too many guest instructions: some exits have none */
};
const struct exits_evidence *exits_evidence(const struct exits *x);

/* Orders by reason, user, detail, write.  Returns < 0, 0 or > 0. */
int exit_row_compare(const struct exit_row *a, const struct exit_row *b);

/* Add the counts of from to those of to, which keeps its key.  0 or -ENOMEM. */
int exit_row_add(struct exit_row *to, const struct exit_row *from);

#endif
