// SPDX-License-Identifier: GPL-2.0-only
#include "report/vm_filter.h"

#include <errno.h>
#include <string.h>

#include "kvm/timeline.h"
#include "profile/filter/filter.h"
#include "report/text/text.h"

#define VMS_LISTED	16

/* "0 (web), 1 (db)": all of them, or only those of that name. */
static void add_vms(struct words *w, const struct timeline_vm *vms, size_t nr, const char *only)
{
	size_t listed = 0, left = 0;

	for (size_t i = 0; i < nr; i++) {
		if (only && strcmp(vms[i].name, only))
			continue;
		if (listed == VMS_LISTED) {
			left++;
			continue;
		}
		words_add(w, "%s%zu (", listed++ ? ", " : "", i);
		words_add_name(w, *vms[i].name ? vms[i].name : "no name");
		if (only)
			words_add(w, ", process %d", vms[i].pid);
		words_add(w, ")");
	}
	if (left)
		words_add(w, " and %zu more", left);
}

static int check_name(const char *name, const struct timeline_vm *vms, size_t nr, struct words *why)
{
	size_t same = 0;

	for (size_t i = 0; i < nr; i++)
		same += !strcmp(vms[i].name, name);
	if (same == 1)
		return 0;
	if (same)
		words_add(why, "%zu VMs are named \"", same);
	else
		words_add(why, "no VM is named \"");
	words_add_name(why, name);
	words_add(why, !nr ? "\": the recording has no VM" : same ? "\": filter by number: " :
		  "\": the recording has VM ");
	add_vms(why, vms, nr, same ? name : NULL);
	return same ? -EINVAL : -ENOENT;
}

int vm_filter_check(const struct filter *f, const struct timeline *t, struct words *why)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(t, &vms), at = 0;
	const char *name;
	int err = 0;

	while (!err && f && filter_vm_name(f, &at, &name))
		err = check_name(name, vms, nr, why);
	return err;
}
