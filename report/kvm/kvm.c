// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "report/kvm/kvm_sum.h"

const char *kvm_table_name(enum kvm_table t)
{
	static const char *const names[] = {
		[KVM_LEDGER] = "ledger", [KVM_EXITS] = "exits", [KVM_STEAL] = "steal",
		[KVM_COSTS] = "costs", [KVM_TIMES] = "times", [KVM_CPUS] = "cpus",
		[KVM_IRQS] = "irqs", [KVM_CODE] = "code",
	};

	return names[t];
}

int kvm_report_write(FILE *out, const struct kvm_report *r, const struct report_options *opt)
{
	static typeof(kvm_text) *const writers[] = {
		[REPORT_TEXT] = kvm_text, [REPORT_CSV] = kvm_csv, [REPORT_JSON] = kvm_json,
	};
	struct kvm_sum s = { .nr = 0 };
	int err = kvm_sum_make(&s, r);

	errno = 0;
	if (!err) {
		writers[opt->format](out, &s, r, opt);
		err = report_end(out);
	}
	kvm_sum_clear(&s);
	return err;
}
