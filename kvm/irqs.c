// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/irqs.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"

/* Until all are collected, .vm is the process that raised the interrupt. */
struct irqs {
	struct exit_irq *list;
	size_t nr, last;
};

struct irqs *irqs_new(void)
{
	return calloc(1, sizeof(struct irqs));
}

void irqs_free(struct irqs *q)
{
	if (!q)
		return;
	free(q->list);
	free(q);
}

static bool is(const struct exit_irq *i, int32_t pid, const struct event *ev)
{
	return i->vm == pid && i->irq == ev->irq.irq && i->vcpu == ev->irq.vcpu;
}

int irqs_apply(struct irqs *q, const struct event *ev)
{
	size_t i = q->last;
	struct exit_irq *new;

	if (!ev->irq.level)	/* it is no longer pending */
		return 0;
	if (i >= q->nr || !is(&q->list[i], ev->pid, ev)) {
		for (i = 0; i < q->nr && !is(&q->list[i], ev->pid, ev); i++)
			;
	}
	if (i == q->nr && i == IRQS_MAX)
		return 0;
	if (i == q->nr) {
		new = array_add(q->list, q->nr);
		if (!new)
			return -ENOMEM;
		*new = (struct exit_irq){
			.vm = ev->pid, .vcpu = ev->irq.vcpu, .irq = ev->irq.irq,
		};
	}
	q->list[i].injected++;
	q->last = i;
	return 0;
}

static int by_whom(const void *a, const void *b)
{
	const struct exit_irq *x = a, *y = b;

	return array_order(x->vm, y->vm) ?: array_order(x->irq, y->irq) ?:
	       array_order(x->vcpu, y->vcpu);
}

static int32_t vm_of(const struct timeline *t, int32_t pid)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(t, &vms), i;

	for (i = 0; i < n; i++) {
		if (vms[i].pid == pid && pid >= 0)
			return (int32_t)i;
	}
	return -1;
}

void irqs_seal(struct irqs *q, const struct timeline *t)
{
	size_t i, n = 0;

	for (i = 0; i < q->nr; i++)
		q->list[i].vm = vm_of(t, q->list[i].vm);
	if (q->nr > 1)
		qsort(q->list, q->nr, sizeof(*q->list), by_whom);
	for (i = 0; i < q->nr; i++) {	/* merge processes that are not VMs */
		if (n && !by_whom(&q->list[n - 1], &q->list[i]))
			q->list[n - 1].injected += q->list[i].injected;
		else
			q->list[n++] = q->list[i];
	}
	q->nr = n;
}

size_t irqs_get(const struct irqs *q, const struct exit_irq **list)
{
	*list = q->list;
	return q->nr;
}

const char *irq_kind(uint32_t irq)
{
	if (irq < 16)
		return "SGI";
	if (irq < 32 || (irq >= 1056 && irq < 1120))
		return "PPI";
	if (irq < 1020 || (irq >= 4096 && irq < 5120))
		return "SPI";
	return irq >= 8192 ? "LPI" : "?";
}
