/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_CPULIST_H
#define COLLECTOR_CPULIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No Linux supports more: CONFIG_NR_CPUS_RANGE_END is at most 8192 (arch/x86/Kconfig). */
#define CPU_LIST_MAX	8192

/* CPU numbers, ascending and unique. */
struct cpu_list {
	uint32_t *cpu;
	size_t nr;
};

/*
 * Parse "0-3,8", the format of /sys files (linux Documentation/admin-guide/cputopology.rst); "" is
 * an empty list.  0; -EINVAL: not a list, or a number is CPU_LIST_MAX or above; -ENOMEM.
 */
int cpu_list_parse(struct cpu_list *out, const char *text);
void cpu_list_free(struct cpu_list *l);

bool cpu_list_has(const struct cpu_list *l, uint32_t cpu);

/* Format as "0-3,8"; ".." replaces what does not fit.  Returns text. */
char *cpu_list_text(const struct cpu_list *l, char *text, size_t size);

#endif
