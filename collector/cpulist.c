// SPDX-License-Identifier: GPL-2.0-only
#include "collector/cpulist.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static const char *parse_cpu(const char *at, unsigned long *cpu)
{
	char *end;

	if (!isdigit((unsigned char)*at))
		return NULL;
	errno = 0;
	*cpu = strtoul(at, &end, 10);
	return errno || *cpu >= CPU_LIST_MAX ? NULL : end;
}

/* Mark the CPUs of text; -EINVAL: not a list. */
static int mark(bool there[CPU_LIST_MAX], const char *at)
{
	unsigned long first, last;

	while (*at) {
		at = parse_cpu(at, &first);
		last = first;
		if (at && *at == '-')
			at = parse_cpu(at + 1, &last);
		if (!at || last < first)
			return -EINVAL;
		while (first <= last)
			there[first++] = true;
		if (*at == ',' && at[1])
			at++;
		else if (*at)
			return -EINVAL;
	}
	return 0;
}

int cpu_list_parse(struct cpu_list *out, const char *text)
{
	bool there[CPU_LIST_MAX] = { false };
	size_t nr = 0;
	int err;

	*out = (struct cpu_list){ 0 };
	err = mark(there, text);
	if (err)
		return err;
	for (uint32_t i = 0; i < CPU_LIST_MAX; i++)
		nr += there[i];
	if (!nr)
		return 0;
	out->cpu = calloc(nr, sizeof(*out->cpu));
	if (!out->cpu)
		return -ENOMEM;
	for (uint32_t i = 0; i < CPU_LIST_MAX; i++)
		if (there[i])
			out->cpu[out->nr++] = i;
	return 0;
}

void cpu_list_free(struct cpu_list *l)
{
	free(l->cpu);
	*l = (struct cpu_list){ 0 };
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return array_order(*x, *y);
}

bool cpu_list_has(const struct cpu_list *l, uint32_t cpu)
{
	return l->nr && bsearch(&cpu, l->cpu, l->nr, sizeof(*l->cpu), by_number);
}

char *cpu_list_text(const struct cpu_list *l, char *text, size_t size)
{
	size_t at = 0, i, to;

	text[0] = '\0';
	for (i = 0; i < l->nr; i = to + 1) {
		char part[32];
		int len;

		for (to = i; to + 1 < l->nr && l->cpu[to + 1] == l->cpu[to] + 1; to++)
			;
		len = snprintf(part, sizeof(part), to > i ? "%s%u-%u" : "%s%u", i ? "," : "",
			       l->cpu[i], l->cpu[to]);
		if (at + len + (to + 1 < l->nr ? sizeof("..") : 1) > size) {
			snprintf(text + at, size - at, "..");
			break;
		}
		memcpy(text + at, part, len + 1);
		at += len;
	}
	return text;
}
