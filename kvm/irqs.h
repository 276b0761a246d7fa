/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_IRQS_H
#define KVM_IRQS_H

#include <stddef.h>
#include <stdint.h>

#include "collector/event.h"
#include "kvm/timeline.h"

/* Interrupts that were injected into guests, by whom they are for. */

struct exit_irq {
	int32_t vm;		/* -1: who raised it belongs to none */
	uint32_t vcpu;		/* as KVM numbers them */
	uint32_t irq;		/* INTID */
	uint64_t injected;	/* times it became pending */
};

struct irqs;

/* So many different ones are told apart; the next are not counted. */
#define IRQS_MAX	4096

struct irqs *irqs_new(void);		/* NULL: out of memory */
void irqs_free(struct irqs *q);		/* NULL is fine */

/* An EVENT_VCPU_IRQ.  0 or -ENOMEM. */
int irqs_apply(struct irqs *q, const struct event *ev);

/* t is sealed.  From here on const. */
void irqs_seal(struct irqs *q, const struct timeline *t);

/* By VM, interrupt and vCPU.  Returns how many. */
size_t irqs_get(const struct irqs *q, const struct exit_irq **list);

/* "SGI", "PPI", "SPI" or "LPI", by INTID: Arm IHI 0069, 2.2; "?" of others. */
const char *irq_kind(uint32_t irq);

#endif
