// SPDX-License-Identifier: GPL-2.0-only
/* Names from kvm/exits.def. */
#include <string.h>

#include "kvm/exits.h"

#define CODE(n)	(0x100 + (uint64_t)(n))
#define REFINED	UINT32_MAX

/* Apart from the names, because they are searched for each exit. */
static const uint32_t classes[NR_REASONS] = {
#define REASON(id, class, name, source, what) [REASON_##id] = class,
#include "kvm/exits.def"
#undef REASON
};

static const struct {
	const char *name, *source, *what;
} reasons[NR_REASONS] = {
#define REASON(id, class, name, source, what) [REASON_##id] = { name, source, what },
#include "kvm/exits.def"
#undef REASON
};

static const char *const accounts[NR_ACCOUNTS] = {
#define ACCOUNT(id, name, what) [ACCOUNT_##id] = name,
#include "kvm/exits.def"
#undef ACCOUNT
};

const char *exit_reason_name(enum exit_reason r)
{
	return reasons[r].name;
}

const char *exit_reason_what(enum exit_reason r)
{
	return reasons[r].what;
}

const char *exit_reason_source(enum exit_reason r)
{
	return reasons[r].source;
}

int exit_reason_find(const char *name, size_t len)
{
	int r;

	for (r = 0; r < NR_REASONS; r++) {
		if (strlen(reasons[r].name) == len && !memcmp(reasons[r].name, name, len))
			return r;
	}
	return -1;
}

/* linux arch/arm64/include/asm/kvm_asm.h */
#define ARM_EXCEPTION_TRAP	2

enum exit_reason exit_reason_of(uint32_t ret, uint32_t esr_ec)
{
	uint64_t class = ret == ARM_EXCEPTION_TRAP ? esr_ec : CODE(ret);
	int r;

	for (r = 0; r < NR_REASONS && class < REFINED; r++) {
		if (classes[r] == class)
			return r;
	}
	return REASON_UNKNOWN;
}

const char *account_name(enum account p)
{
	return accounts[p];
}

const char *user_exit_name(uint32_t reason)
{
	switch (reason) {
#define USER_EXIT(nr, name) case nr: return name;
#include "kvm/exits.def"
#undef USER_EXIT
	}
	return NULL;
}

const char *exit_reason_fix(enum exit_reason r)
{
	static const char *const fixes[NR_REASONS] = {
#define FIX(id, what) [REASON_##id] = what,
#include "kvm/exits.def"
#undef FIX
	};

	return fixes[r];
}

const char *sysreg_name(uint64_t sysreg)
{
	switch (sysreg) {
#define SYSREG_NAME(nr, name) case nr: return name;
#include "kvm/sysregs.def"
#undef SYSREG_NAME
	}
	return NULL;
}

const char *hvc_name(uint64_t function)
{
	switch (function) {
#define FUNCTION(nr, name) case nr: return name;
#include "kvm/sysregs.def"
#undef FUNCTION
	}
	return NULL;
}
