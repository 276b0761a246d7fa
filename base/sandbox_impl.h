/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SANDBOX_IMPL_H
#define BASE_SANDBOX_IMPL_H

#include "base/sandbox.h"

/*
 * LeakSanitizer, which is part of AddressSanitizer, stops threads with ptrace().  clang's reports
 * also run a program, which names functions; in the sandbox set ASAN_OPTIONS=symbolize=0.
 */
#if defined(__SANITIZE_ADDRESS__)		/* gcc */
#define SANDBOX_PTRACE	1
#elif defined(__has_feature)			/* clang */
#if __has_feature(address_sanitizer)
#define SANDBOX_PTRACE	1
#endif
#endif

/* Landlock's version; 0: none. */
int sandbox_files_version(void);
/* Restrict this thread's files.  Returns the version, or 0: not restricted. */
int sandbox_files_enter(const struct sandbox_rule *rules, size_t nr);

bool sandbox_calls_known(void);
/* Filter the system calls of all threads.  False: not filtered. */
bool sandbox_calls_enter(void);

#endif
