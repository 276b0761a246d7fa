/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_KVM_SUM_H
#define REPORT_KVM_SUM_H

#include "kvm/devices.h"
#include "report/findings/findings.h"
#include "report/kvm/kvm.h"
#include "report/write.h"

/* Ledgers added up by VM, and findings; shared by the files of this folder and the screens. */

/* All exits of one reason: .rows by their cost, largest first. */
struct kvm_reason {
	struct exit_row all;		/* .reason; no user, no detail */
	struct exit_row *rows;
	size_t nr;
};

struct kvm_vm {
	const struct timeline_vm *vm;
	uint32_t number;
	uint64_t ns[NR_ACCOUNTS];	/* sum over its vCPUs */
	uint64_t alive;			/* ns: sum of .ns */
	uint64_t entries, exits, preemptions;
	struct kvm_reason *reasons;	/* by cost, largest first */
	size_t nr;
	struct exit_row *memory;	/* the rows of all reasons */
	size_t nr_memory;
	struct exit_preemptor *preemptors;	/* of all its vCPUs, largest first */
	size_t nr_preemptors;
};

struct kvm_sum {
	struct kvm_vm *vms;
	size_t nr;
	/* kvm_report.functions_of_sites summed over all processes (.comm ""), by VM and reason */
	struct kvm_site *code;
	size_t nr_code;
};

/* 0 or -ENOMEM; kvm_sum_clear() in either case. */
int kvm_sum_make(struct kvm_sum *s, const struct kvm_report *r);
void kvm_sum_clear(struct kvm_sum *s);

/* The ledger of a VM's vCPU, and its entry in the timeline. */
const struct exit_vcpu *kvm_vcpu(const struct kvm_report *r, const struct kvm_vm *vm, uint32_t i,
				 const struct timeline_vcpu **name);

/* CPU time in ns that handling an exit took. */
static inline uint64_t kvm_cost(const struct exit_row *row)
{
	return row->ns[ACCOUNT_KERNEL] + row->ns[ACCOUNT_VMM];
}

/* ns in which the VM ran, wanted to run or was being handled: neither halted nor unknown. */
static inline uint64_t kvm_busy(const struct kvm_vm *v)
{
	return v->alive - v->ns[ACCOUNT_HALTED] - v->ns[ACCOUNT_UNKNOWN];
}

/* "write 0x9000040", "read ID_AA64DFR0_EL1", "PSCI_VERSION"; "" if there is none. */
#define KVM_DETAIL_LEN	96
char *kvm_detail(char out[KVM_DETAIL_LEN], const struct exit_row *row);

/* The name of the accessed device; "" if unknown. */
char *kvm_device(char out[DEVICE_LEN], const struct kvm_vm *v, const struct exit_row *row);

/* The exit reason given to user space: "MMIO", "restart", "error", "KVM_EXIT 40"; "" if none. */
char *kvm_user(char out[KVM_DETAIL_LEN], const struct exit_row *row);

/* The VM whose vCPU ran instead; -1: not a vCPU. */
int32_t kvm_preemptor_vm(const struct kvm_report *r, const struct exit_preemptor *t);

/*
 * What ran instead of a vCPU: largest first; the last one has all others together.  The percentages
 * add up to 100.
 */
#define KVM_PREEMPTORS	6
struct kvm_preemptor {
	enum { PREEMPTOR_THREAD, PREEMPTOR_IDLE, PREEMPTOR_OTHERS, PREEMPTOR_UNKNOWN } kind;
	const char *comm;	/* for a thread; "" unknown */
	int32_t tid, vm;	/* for a thread; vm -1: not a VM's */
	size_t threads;		/* for others: their number */
	bool many;		/* there were even more */
	uint64_t ns;
	unsigned int percent;	/* of the vCPU's steal */
};

/* The code with most of some events. */
struct kvm_most {
	uint64_t of, all;	/* how many of all events; of 0: unknown */
	const char *symbol;	/* "": no symbol */
	const char *object;	/* "" unknown */
	uint64_t address;	/* without a symbol: the address with most events; 0: unknown */
	uint64_t here;		/* how many of .of are at .address */
	size_t addresses;	/* without a symbol: number of addresses; 0: unknown */
};
/* The guest code that causes most of a VM's exits of a reason. */
void kvm_most_exits(struct kvm_most *m, const struct kvm_sum *s, uint32_t vm,
		    enum exit_reason reason);
/* The host code with most samples while a reason was handled. */
void kvm_most_samples(struct kvm_most *m, const struct kvm_report *r, enum exit_reason reason);

/* A VM's exits of one reason by slice, summed over its vCPUs. */
void kvm_times(struct exit_times *out, const struct kvm_report *r, const struct kvm_vm *vm,
	       enum exit_reason reason);

/* "9.3%"; "<0.1%", "-" for 0; "100.0%" only for all.  Returns out. */
char *kvm_percent(char out[NUMBER_LEN], uint64_t part, uint64_t whole);

/* "1.2 ms".  Returns out. */
char *kvm_duration(char out[NUMBER_LEN], double ns);

/*
 * A finding must cost a VM at least KVM_FIND_BUSY percent of its busy time, to be worth an effort,
 * and KVM_FIND_ALIVE percent of all its time, so that an idle VM's wakeups do not count.  Few but
 * costly events count as well; with fewer than KVM_FIND_ROUGH the finding says that its figures are
 * rough.
 */
#define KVM_FIND_BUSY	5
#define KVM_FIND_ALIVE	1
#define KVM_FIND_ROUGH	30

enum kvm_finding_kind { KVM_FIND_EXIT, KVM_FIND_WAIT, KVM_FIND_STEAL };

struct kvm_finding {
	enum kvm_finding_kind kind;
	const struct kvm_vm *vm;
	const struct exit_row *row;	/* for exits and waits; else NULL */
	const struct exit_vcpu *vcpu;	/* for steal: the vCPU that lost the time, NULL: all of
					 * them */
	int32_t vcpu_number;		/* -1: none */
	uint64_t ns, events;		/* events: exits or preemptions */
	struct finding said;		/* the finding in words; a share of the VM's busy time */
};

/* For a finding of steal: what ran instead. */
size_t kvm_finding_preemptors(struct kvm_preemptor out[KVM_PREEMPTORS], const struct kvm_report *r,
			      const struct kvm_finding *f);

static inline bool kvm_finding_rough(const struct kvm_finding *f)
{
	return f->events < KVM_FIND_ROUGH;
}

struct kvm_findings {
	struct kvm_finding f[FINDINGS];	/* largest shares first */
	size_t nr, left_out;			/* left_out: number of smaller ones */
};
void kvm_findings(struct kvm_findings *out, const struct kvm_sum *s, const struct kvm_report *r);
/* Fill .said. */
void kvm_finding_say(struct kvm_finding *f, const struct kvm_sum *s, const struct kvm_report *r);
/*
 * ns of WFx in the busy time that may be halted time; without a finding, because the two cannot be
 * distinguished.
 */
uint64_t kvm_maybe_halted(const struct kvm_vm *v, const struct kvm_report *r);

/* Limits of the data, in sentences.  Returns their number. */
#define KVM_LIMITS	16
#define KVM_LIMIT_LEN	512
size_t kvm_limits(char out[KVM_LIMITS][KVM_LIMIT_LEN], const struct kvm_sum *s,
		  const struct kvm_report *r);

struct page;
/*
 * Parts of the text: the findings, or that there are none; a histogram of costs, exits over time,
 * and the CPUs' time.
 */
void kvm_text_findings(struct page *p, const struct kvm_sum *s, const struct kvm_report *r,
		       bool brief);
void kvm_text_costs(struct page *p, const struct kvm_vm *vm);
void kvm_text_times(struct page *p, const struct kvm_vm *vm, const struct kvm_report *r);
void kvm_text_irqs(struct page *p, const struct kvm_report *r);
void kvm_text_cpus(struct page *p, const struct kvm_report *r);
/* The code on both sides of exits: the host's that handles them, the guest's that causes them. */
void kvm_text_handlers(struct page *p, const struct kvm_report *r);
void kvm_text_sites(struct page *p, const struct kvm_report *r);
/* The table's heads and a line, without line feeds; all: kvm_site_exits(). */
void kvm_text_site_head(struct page *p);
void kvm_text_site(struct page *p, const struct kvm_site *s, uint64_t all);
/* Number of exits of that reason with a known place. */
uint64_t kvm_site_exits(const struct kvm_report *r, enum exit_reason reason);
#define KVM_SITES_SHOWN	5	/* per reason, without --limit */

struct json;
/* Parts of the JSON: members of an object. */
void kvm_json_accounts(struct json *j, const uint64_t ns[NR_ACCOUNTS], enum account end);
void kvm_json_row(struct json *j, const struct exit_row *row);

void kvm_text(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	      const struct report_options *opt);
void kvm_csv(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	     const struct report_options *opt);
void kvm_json(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	      const struct report_options *opt);

#endif
