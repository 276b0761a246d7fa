/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_KVM_SUM_H
#define REPORT_KVM_SUM_H

#include "kvm/devices.h"
#include "report/findings/findings.h"
#include "report/kvm/kvm.h"
#include "report/write.h"

/* Ledgers added up by VM, and what stands out in them: shared by the files of this folder and the screens. */

/* All exits of one reason: .rows by their cost, the largest first. */
struct kvm_reason {
	struct exit_row all;		/* .reason; no user, no detail */
	struct exit_row *rows;
	size_t nr;
};

struct kvm_vm {
	const struct timeline_vm *vm;
	uint32_t number;
	uint64_t ns[NR_ACCOUNTS];	/* over its vCPUs */
	uint64_t alive;			/* ns: their sum */
	uint64_t entries, exits, preemptions;
	struct kvm_reason *reasons;	/* by cost, the largest first */
	size_t nr;
	struct exit_row *memory;	/* of all reasons' rows */
	size_t nr_memory;
	struct exit_thief *thieves;	/* of all its vCPUs, the largest first */
	size_t nr_thieves;
};

struct kvm_sum {
	struct kvm_vm *vms;
	size_t nr;
	/* kvm_report.functions_of_sites over all processes (.comm ""), by VM and reason */
	struct kvm_site *code;
	size_t nr_code;
};

/* 0 or -ENOMEM; kvm_sum_clear() in either case. */
int kvm_sum_make(struct kvm_sum *s, const struct kvm_report *r);
void kvm_sum_clear(struct kvm_sum *s);

/* A VM's vCPU: what became of its time, and what the timeline says of it. */
const struct exit_vcpu *kvm_vcpu(const struct kvm_report *r, const struct kvm_vm *vm, uint32_t i,
				 const struct timeline_vcpu **name);

/* ns of the CPU that an exit's handling took. */
static inline uint64_t kvm_cost(const struct exit_row *row)
{
	return row->ns[ACCOUNT_KERNEL] + row->ns[ACCOUNT_VMM];
}

/* ns in which the VM wanted to run, or was waited for: neither halted nor unknown. */
static inline uint64_t kvm_busy(const struct kvm_vm *v)
{
	return v->alive - v->ns[ACCOUNT_HALTED] - v->ns[ACCOUNT_UNKNOWN];
}

/* "write 0x9000040", "read ID_AA64DFR0_EL1", "PSCI_VERSION"; "" if there is none. */
#define KVM_DETAIL_LEN	96
char *kvm_detail(char out[KVM_DETAIL_LEN], const struct exit_row *row);

/* What a device is called that the access was to; "" if that is not known. */
char *kvm_device(char out[DEVICE_LEN], const struct kvm_vm *v, const struct exit_row *row);

/* What user space was told: "MMIO", "restart", "error", "KVM_EXIT 40"; "" if nothing. */
char *kvm_user(char out[KVM_DETAIL_LEN], const struct exit_row *row);

/* Which VM's vCPU ran instead; -1: none's. */
int32_t kvm_thief_vm(const struct kvm_report *r, const struct exit_thief *t);

/*
 * Who ran instead of a vCPU: the largest first, and all others together as the last.  The
 * percentages add up to 100.
 */
#define KVM_THIEVES	6
struct kvm_thief {
	enum { THIEF_THREAD, THIEF_IDLE, THIEF_OTHERS, THIEF_UNKNOWN } kind;
	const char *comm;	/* of a thread; "" unknown */
	int32_t tid, vm;	/* of a thread; vm -1: no VM's */
	size_t threads;		/* of others: how many */
	bool many;		/* .. or more */
	uint64_t ns;
	unsigned int percent;	/* of the vCPU's steal */
};

/* The code in which most of something happens. */
struct kvm_most {
	uint64_t of, all;	/* how many of how many; of 0: nothing is known */
	const char *symbol;	/* "": code that no symbol names */
	const char *object;	/* "" unknown */
	uint64_t address;	/* of unnamed code: where most of it happens; 0: not known */
	uint64_t here;		/* .of which at .address */
	size_t addresses;	/* of unnamed code: how many; 0: not known */
};
/* Where in the guest a VM's exits of a reason come from. */
void kvm_most_exits(struct kvm_most *m, const struct kvm_sum *s, uint32_t vm,
		    enum exit_reason reason);
/* Where in the host the samples of a reason's handling lie. */
void kvm_most_samples(struct kvm_most *m, const struct kvm_report *r, enum exit_reason reason);

/* A VM's exits of one reason by slice: its vCPUs' added up. */
void kvm_times(struct exit_times *out, const struct kvm_report *r, const struct kvm_vm *vm,
	       enum exit_reason reason);

/* "1.2 ms": out is returned. */
char *kvm_duration(char out[NUMBER_LEN], double ns);

/*
 * What costs a VM so much that a person should look at it: at least KVM_FIND_BUSY percent
 * of the VM's busy time, so that it is worth an effort, and KVM_FIND_ALIVE percent of all
 * its time, so that an idle VM's wakeups do not count.  Few events that cost as much count
 * as well; below KVM_FIND_ROUGH of them the finding says that its figures are rough.
 */
#define KVM_FIND_BUSY	5
#define KVM_FIND_ALIVE	1
#define KVM_FIND_ROUGH	30

enum kvm_finding_kind { KVM_FIND_EXIT, KVM_FIND_WAIT, KVM_FIND_STEAL };

struct kvm_finding {
	enum kvm_finding_kind kind;
	const struct kvm_vm *vm;
	const struct exit_row *row;	/* of exits and waits; else NULL */
	const struct exit_vcpu *vcpu;	/* of steal: the one that was robbed, NULL: all of them */
	int32_t vcpu_number;		/* -1: none */
	uint64_t ns, events;		/* events: exits or preemptions */
	struct finding said;		/* the same in words; a share of the VM's busy time */
};

/* Who ran instead, of a finding of steal. */
size_t kvm_finding_thieves(struct kvm_thief out[KVM_THIEVES], const struct kvm_report *r,
			   const struct kvm_finding *f);

static inline bool kvm_finding_rough(const struct kvm_finding *f)
{
	return f->events < KVM_FIND_ROUGH;
}

struct kvm_findings {
	struct kvm_finding f[FINDINGS];	/* the largest shares first */
	size_t nr, left_out;			/* left_out: smaller ones */
};
void kvm_findings(struct kvm_findings *out, const struct kvm_sum *s, const struct kvm_report *r);
/* Write what is .said. */
void kvm_finding_say(struct kvm_finding *f, const struct kvm_sum *s, const struct kvm_report *r);
/* ns of the busy time that WFx took where nobody can tell halted from busy, so that it is no finding. */
uint64_t kvm_maybe_halted(const struct kvm_vm *v, const struct kvm_report *r);

/* What the data cannot say: sentences.  Returns how many. */
#define KVM_LIMITS	16
#define KVM_LIMIT_LEN	512
size_t kvm_limits(char out[KVM_LIMITS][KVM_LIMIT_LEN], const struct kvm_sum *s,
		  const struct kvm_report *r);

struct page;
/* Parts of the text: findings, or that there are none; costs as a histogram, exits over time, and what CPUs did. */
void kvm_text_findings(struct page *p, const struct kvm_sum *s, const struct kvm_report *r,
		       bool brief);
void kvm_text_costs(struct page *p, const struct kvm_vm *vm);
void kvm_text_times(struct page *p, const struct kvm_vm *vm, const struct kvm_report *r);
void kvm_text_irqs(struct page *p, const struct kvm_report *r);
void kvm_text_cpus(struct page *p, const struct kvm_report *r);
/* The code on both sides of exits: the host's that handles them, the guests' that makes them. */
void kvm_text_handlers(struct page *p, const struct kvm_report *r);
void kvm_text_sites(struct page *p, const struct kvm_report *r);
/* A line of these, without its end, and the line above them; all: kvm_site_exits(). */
void kvm_text_site_head(struct page *p);
void kvm_text_site(struct page *p, const struct kvm_site *s, uint64_t all);
/* Exits of that reason whose places are known. */
uint64_t kvm_site_exits(const struct kvm_report *r, enum exit_reason reason);
#define KVM_SITES_SHOWN	5	/* of a reason, where there is no --limit */

void kvm_text(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	      const struct report_options *opt);
void kvm_csv(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	     const struct report_options *opt);
void kvm_json(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	      const struct report_options *opt);

#endif
