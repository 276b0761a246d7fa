/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_IMPL_H
#define REPORT_HTML_IMPL_H

#include "report/html/html.h"
#include "report/html/page.h"
#include "report/kvm/kvm_sum.h"

/* What the sections of a report's page share. */

/* A part of a section that is a VM's: folded together where there are many. */
void html_vm_open(struct html *h, const struct kvm_vm *vm);
void html_vm_close(struct html *h);

/* Of an account: the class of its colour. */
const char *html_account_class(enum account a);

/* Are there vCPUs of which it is known what their time went to? */
static inline bool html_has_exits(const struct html *h)
{
	return h->kvm && h->kvm->nr && exits_evidence(h->r->kvm->exits)->exits;
}

/* The sections: their bodies. */
void html_summary(struct html *h);	/* figures below the title */
void html_findings(struct html *h);
void html_worlds(struct html *h);
void html_vms(struct html *h);
void html_exits(struct html *h);
void html_time(struct html *h);
void html_heat(struct html *h);
void html_hot(struct html *h);
void html_flame(struct html *h);
void html_sharing(struct html *h);
void html_quality(struct html *h);
void html_how(struct html *h);

/* The code of a function, folded together. */
void html_code(struct html *h, const struct annotated *f);

#endif
