// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/kvm_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/table_option.h"

static int find_table(struct kvm_args *a, const char *word, char *err, size_t errlen)
{
	size_t len;

	for (enum kvm_table t = 0; t < NR_KVM_TABLES; t++) {
		if (!strcmp(word, kvm_table_name(t))) {
			a->table = t;
			return 0;
		}
	}
	len = (size_t)snprintf(err, errlen, "--table takes ");
	for (enum kvm_table t = 0; t < NR_KVM_TABLES && len < errlen; t++)
		len += (size_t)snprintf(err + len, errlen - len, "%s%s",
					!t ? "" : t + 1 < NR_KVM_TABLES ? ", " : " or ",
					kvm_table_name(t));
	return -EINVAL;
}

int kvm_args_parse(struct kvm_args *a, int argc, char **argv, char *err, size_t errlen)
{
	const char *table;
	int nr, ret;

	*a = (struct kvm_args){ .table = KVM_LEDGER };
	a->rest = calloc((size_t)argc + 1, sizeof(*a->rest));
	if (!a->rest)
		return -ENOMEM;
	nr = table_option_take(argc, argv, a->rest, &table, err, errlen);
	/* the one thing it can do has a name, for when there are more */
	if (nr > 1 && !strcmp(a->rest[1], "report"))
		memmove(a->rest + 1, a->rest + 2, (size_t)(--nr) * sizeof(*a->rest));
	ret = nr < 0 ? nr : table ? find_table(a, table, err, errlen) : 0;
	ret = ret ?: report_args_parse(&a->report, nr, a->rest, err, errlen);
	if (ret || a->report.help || !table || a->report.format == REPORT_CSV)
		return ret;
	snprintf(err, errlen, "--table chooses what CSV shows: add --format csv");
	return -EINVAL;
}

void kvm_args_free(struct kvm_args *a)
{
	report_args_free(&a->report);
	free(a->rest);
}
