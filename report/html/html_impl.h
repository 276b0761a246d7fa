/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_IMPL_H
#define REPORT_HTML_IMPL_H

#include "report/html/html.h"
#include "report/html/page.h"
#include "report/kvm/kvm_sum.h"

/* Shared by the sections of a report's page. */

/* The part of a section for one VM; folded if there are many. */
void html_vm_open(struct html *h, const struct kvm_vm *vm);
void html_vm_close(struct html *h);

/* The CSS class of an account's colour. */
const char *html_account_class(enum account a);

/* Are there vCPUs whose time is accounted for? */
static inline bool html_has_exits(const struct html *h)
{
	return h->kvm && h->kvm->nr && exits_evidence(h->r->kvm->exits)->exits;
}

/* The bodies of the sections. */
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

/* The code of a function, folded. */
void html_code(struct html *h, const struct annotated *f);

#endif
