/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_REASONS_H
#define KVM_REASONS_H

#include <stddef.h>
#include <stdint.h>

/* Why a guest was left: the rows of kvm/exits.def. */
enum exit_reason {
#define REASON(id, class, name, source, what) REASON_##id,
#include "kvm/exits.def"
#undef REASON
	NR_REASONS
};

const char *exit_reason_name(enum exit_reason r);	/* "wfi" */
const char *exit_reason_what(enum exit_reason r);	/* in words */
const char *exit_reason_source(enum exit_reason r);	/* who says so */
int exit_reason_find(const char *name, size_t len);	/* enum exit_reason, or -1 */
/* Of kvm_exit's fields: ARM_EXCEPTION_* code and ESR_EL2.EC. */
enum exit_reason exit_reason_of(uint32_t ret, uint32_t esr_ec);

#endif
