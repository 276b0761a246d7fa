// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/sandbox_impl.h"

void sandbox_probe(struct sandbox_state *out)
{
	*out = (struct sandbox_state){ sandbox_files_version(), sandbox_calls_known() };
}

/* Root may write into a folder of another user only with CAP_DAC_OVERRIDE. */
static bool writes_for_another(const struct sandbox_rule *rules, size_t nr)
{
	struct stat st;

	for (size_t i = 0; i < nr; i++)
		if (rules[i].access == SANDBOX_WRITE &&
		    !(rules[i].path ? stat(rules[i].path, &st) : fstat(rules[i].fd, &st)) &&
		    st.st_uid != geteuid())
			return true;
	return false;
}

/* CAP_SYSLOG: the addresses of /proc/kallsyms (linux kernel/ksyms_common.c). */
static uint64_t what_is_kept(const struct sandbox_rule *rules, size_t nr)
{
	return CAPABILITY(CAP_DAC_READ_SEARCH) | CAPABILITY(CAP_SYSLOG) |
	       (writes_for_another(rules, nr) ? CAPABILITY(CAP_DAC_OVERRIDE) : 0);
}

void sandbox_enter(const struct sandbox_rule *rules, size_t nr, struct sandbox_state *out)
{
	*out = (struct sandbox_state){ 0 };
	/* Landlock and seccomp require it of users without privileges. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return;
	out->landlock = sandbox_files_enter(rules, nr);
	capabilities_keep(what_is_kept(rules, nr));
	/* last: it refuses some of the calls above */
	out->seccomp = sandbox_calls_enter();
}
