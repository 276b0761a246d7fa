// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "report/kvm/kvm_sum.h"

struct brief {
	const struct kvm_sum *s;
	const struct kvm_report *r;
};

static void write_brief(FILE *out, void *arg, const struct report_options *opt)
{
	const struct brief *b = arg;

	kvm_text(out, b->s, b->r, opt);
}

int kvm_report_write(FILE *out, const struct kvm_report *r, const struct report_options *opt)
{
	static typeof(kvm_text) *const writers[] = {
		[REPORT_TEXT] = kvm_text, [REPORT_CSV] = kvm_csv, [REPORT_JSON] = kvm_json,
	};
	struct kvm_sum s = { .nr = 0 };
	struct brief brief = { &s, r };
	int err = kvm_sum_make(&s, r);

	errno = 0;
	if (!err && opt->summary && opt->format == REPORT_TEXT) {
		err = findings_summary(out, opt, write_brief, &brief) ?: report_end(out);
	} else if (!err) {
		writers[opt->format](out, &s, r, opt);
		err = report_end(out);
	}
	kvm_sum_clear(&s);
	return err;
}
