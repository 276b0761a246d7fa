/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_IRQS_H
#define KVM_IRQS_H

#include <stddef.h>
#include <stdint.h>

#include "collector/event.h"
#include "kvm/timeline.h"

/* Interrupts injected into guests, by target. */

struct exit_irq {
	int32_t vm;		/* -1: raised by a thread of no VM */
	uint32_t vcpu;		/* as KVM numbers them */
	uint32_t irq;		/* INTID */
	uint64_t injected;	/* times it became pending */
};

struct irqs;

/* At most this many different ones; further ones are not counted. */
#define IRQS_MAX	4096

struct irqs *irqs_new(void);		/* NULL: out of memory */
void irqs_free(struct irqs *q);		/* NULL is fine */

/* Count an EVENT_VCPU_IRQ.  0 or -ENOMEM. */
int irqs_apply(struct irqs *q, const struct event *ev);

/* Call once, with t sealed; const from then on. */
void irqs_seal(struct irqs *q, const struct timeline *t);

/* Sorted by VM, interrupt and vCPU.  Returns the length of the list. */
size_t irqs_get(const struct irqs *q, const struct exit_irq **list);

/* "SGI", "PPI", "SPI" or "LPI", by INTID: Arm IHI 0069, 2.2; "?": reserved. */
const char *irq_kind(uint32_t irq);

#endif
