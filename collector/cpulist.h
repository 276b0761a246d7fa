/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_CPULIST_H
#define COLLECTOR_CPULIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No Linux has more: CONFIG_NR_CPUS_RANGE_END is 8192 at most (arch/x86/Kconfig). */
#define CPU_LIST_MAX	8192

/* Numbers of CPUs, ascending, each once. */
struct cpu_list {
	uint32_t *cpu;
	size_t nr;
};

/*
 * Of "0-3,8", as files of /sys and people write it (linux
 * Documentation/admin-guide/cputopology.rst); "" is no CPU.  0, -EINVAL: it is no
 * such list, or a number is CPU_LIST_MAX or above; -ENOMEM.
 */
int cpu_list_parse(struct cpu_list *out, const char *text);
void cpu_list_free(struct cpu_list *l);

bool cpu_list_has(const struct cpu_list *l, uint32_t cpu);

/* "0-3,8" again; what does not fit is cut, and ".." stands for it.  Returns text. */
char *cpu_list_text(const struct cpu_list *l, char *text, size_t size);

#endif
