// SPDX-License-Identifier: GPL-2.0-only
/* Names of lines and accessors, and filters for their samples. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/sharing/lines.h"

#define HOST	(1u << WORLD_HOST_USER | 1u << WORLD_HOST_KERNEL | 1u << WORLD_SWITCH)
#define GUEST	(1u << WORLD_GUEST_USER | 1u << WORLD_GUEST_KERNEL)

const char *sharing_memory_name(enum sharing_memory m)
{
	static const char *const names[NR_SHARING_MEMORIES] = {
		[SHARING_PHYSICAL] = "physical", [SHARING_KERNEL] = "host-kernel",
		[SHARING_SWITCH] = "switch", [SHARING_PROCESS] = "process",
		[SHARING_GUEST] = "guest", [SHARING_NOWHERE] = "unknown",
	};

	return names[m];
}

static const struct { const char *name, *what; } verdicts[NR_SHARING_VERDICTS] = {
	[SHARING_SUSPECT] = { "false-sharing suspect",
			      "one thread writes words, and another uses only words that no other "
			      	"thread writes" },
	[SHARING_MIXED] = { "mixed", "both: words that one thread writes and another uses, and "
		"words beside them" },
	[SHARING_TRUE] = { "true sharing", "one thread writes a word that another uses" },
	[SHARING_READ] = { "read-shared", "several threads, and none of them writes" },
	[SHARING_ONE_CPU] = { "one CPU", "like these, but all on one CPU, so the line stays in "
		"its cache" },
	[SHARING_UNKNOWN] = { "unknown", "for some samples the thread, or the owner of the "
		"memory, is unknown" },
	[SHARING_PRIVATE] = { "private", "one thread" },
};

const char *sharing_verdict_name(enum sharing_verdict v)
{
	return verdicts[v].name;
}

const char *sharing_verdict_what(enum sharing_verdict v)
{
	return verdicts[v].what;
}

bool sharing_crosses(const struct sharing_line *l)
{
	return (l->n.worlds & HOST && l->n.worlds & GUEST) || l->vms > 1;
}

char *sharing_address(char out[SHARING_ADDRESS_LEN], const struct sharing_line *l)
{
	snprintf(out, SHARING_ADDRESS_LEN, "0x%" PRIx64, l->address);
	return out;
}

char *sharing_owner(char out[SHARING_OWNER_LEN], const struct sharing_line *l)
{
	*out = '\0';
	switch (l->memory) {
	case SHARING_PHYSICAL:
	case SHARING_KERNEL:
	case NR_SHARING_MEMORIES:
		break;
	case SHARING_SWITCH:
		strcpy(out, ", of the switch");
		break;
	case SHARING_PROCESS:
		snprintf(out, SHARING_OWNER_LEN, ", process %d", l->owner);
		break;
	case SHARING_GUEST:
		if (l->owner < 0)
			strcpy(out, ", VM unknown");
		else
			snprintf(out, SHARING_OWNER_LEN, ", vm %d", l->owner);
		break;
	case SHARING_NOWHERE:
		strcpy(out, ", of unknown memory");
		break;
	}
	return out;
}

static void name_guest(char out[SHARING_NAME_LEN], const struct sharing_accessor *a)
{
	char vm[24] = "VM unknown", vcpu[24] = "vCPU unknown";

	if (a->vm >= 0)
		snprintf(vm, sizeof(vm), "vm %d", a->vm);
	if (a->vcpu >= 0)
		snprintf(vcpu, sizeof(vcpu), "vcpu %d", a->vcpu);
	else if (a->tid >= 0)
		snprintf(vcpu, sizeof(vcpu), "thread %d", a->tid);
	snprintf(out, SHARING_NAME_LEN, "%s %s", vm, vcpu);
}

char *sharing_name(char out[SHARING_NAME_LEN], const struct sharing_accessor *a)
{
	size_t len;

	if (a->side == SHARING_INSIDE)
		name_guest(out, a);
	else if (a->tid < 0)
		strcpy(out, "unknown");
	else if (!a->tid)
		strcpy(out, "idle");
	else
		snprintf(out, SHARING_NAME_LEN, "thread %d %s", a->tid, a->comm);
	len = strlen(out);
	if (a->cpu >= 0)
		snprintf(out + len, SHARING_NAME_LEN - len, ", CPU %d", a->cpu);
	return out;
}

char *sharing_worlds(char out[SHARING_WORLDS_LEN], uint8_t worlds)
{
	size_t len = 0;

	*out = '\0';
	for (unsigned int i = 1; i <= NR_WORLDS; i++) {
		enum world w = i % NR_WORLDS;

		if (worlds >> w & 1)
			len += (size_t)snprintf(out + len, SHARING_WORLDS_LEN - len, "%s%s",
						len ? " " : "", world_name(w));
	}
	return out;
}

char *sharing_words(char out[SHARING_WORDS + 1], const struct sharing_counts *n)
{
	for (unsigned int k = 0; k < SHARING_WORDS; k++)
		out[k] = ".rwb"[(n->read >> k & 1) | (n->written >> k & 1) << 1];
	out[SHARING_WORDS] = '\0';
	return out;
}

static void put_id(char *out, size_t len, const char *field, int32_t id)
{
	size_t used = strlen(out);

	if (id < 0)
		snprintf(out + used, len - used, " && !(%s>=0)", field);
	else
		snprintf(out + used, len - used, " && %s=%d", field, id);
}

/* Restrict the filter to addresses in that memory: the upper half is a kernel's. */
static void put_memory(char *out, size_t len, const struct sharing_line *l)
{
	const char *host = l->address >> 63 ? "host-user" : "host";

	switch (l->memory) {
	case SHARING_PHYSICAL:
	case NR_SHARING_MEMORIES:
		break;
	case SHARING_KERNEL:
		snprintf(out, len, " && world=~\"^(host-kernel|switch)$\"");
		break;
	case SHARING_SWITCH:
		snprintf(out, len, " && world=switch");
		break;
	case SHARING_PROCESS:
		snprintf(out, len, " && world=%s && pid=%d", host, l->owner);
		break;
	case SHARING_GUEST:
		snprintf(out, len, " && world=guest");
		put_id(out, len, "vm", l->owner);
		break;
	case SHARING_NOWHERE:
		snprintf(out, len, " && (world=unknown || world=%s && !(pid>=0))", host);
		break;
	}
}

static void put_accessor(char *out, size_t len, const struct sharing_accessor *a)
{
	size_t used = strlen(out);

	switch (a->side) {
	case SHARING_NOBODY:
		snprintf(out + used, len - used, " && world=unknown");
		put_id(out, len, "cpu", a->cpu);
		return;
	case SHARING_OUTSIDE:
		snprintf(out + used, len - used, " && world=~\"^(host-|switch)\"");
		break;
	case SHARING_INSIDE:
		snprintf(out + used, len - used, " && world=guest");
		put_id(out, len, "vm", a->vm);
		break;
	}
	put_id(out, len, "tid", a->tid);
	if (a->tid <= 0)
		put_id(out, len, "cpu", a->cpu);
}

char *sharing_filter(char out[SHARING_FILTER_LEN], const struct sharing_line *l,
		     const struct sharing_accessor *a)
{
	size_t len;

	len = (size_t)snprintf(out, SHARING_FILTER_LEN, "%s=0x%" PRIx64,
			       l->memory == SHARING_PHYSICAL ? "pa_line" : "cacheline", l->address);
	put_memory(out + len, SHARING_FILTER_LEN - len, l);
	if (a)
		put_accessor(out, SHARING_FILTER_LEN, a);
	return out;
}
