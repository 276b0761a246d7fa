/* SPDX-License-Identifier: GPL-2.0-only */

/* Print a recording's samples of CPU cycles, one per line, like gen --cycles-truth. */

#include <inttypes.h>
#include <stdio.h>

#include "recording/recording.h"

static void print_chain(const struct chains *chains, uint32_t chain)
{
	static const char letters[] = "?kuGg";
	struct chain_walk w;
	uint64_t address;

	for (chain_walk(&w, chains, chain); chain_next(&w, &address);)
		printf(" %c:%" PRIx64, letters[w.context], address);
	putchar('\n');
}

static int print(void *arg, const struct cycles_sample *s)
{
	const struct recording *rec = arg;
	const struct owner *o = &s->owner;
	const struct timeline_vm *vms;

	timeline_vms(rec->p.timeline, &vms);
	printf("%" PRIu64 " %d %d %d %s %d %d %" PRIx64 " %" PRIu64, s->time, s->cpu, o->pid, o->tid,
	       world_name(o->world), o->vm >= 0 ? vms[o->vm].pid : -1, o->vcpu, s->ip, s->period);
	print_chain(&rec->p.cycles.chains, s->chain);
	return 0;
}

int main(int argc, char **argv)
{
	const struct recording_config config = { .samples_optional = true };
	struct recording rec = { 0 };
	char err[1024] = "";
	int ret;

	if (argc != 2) {
		fputs("usage: cycles FILE\n", stderr);
		return 2;
	}
	ret = recording_open(&rec, argv[1], &config, err, sizeof(err)) ?:
	      recording_cycles(&rec, print, &rec);
	if (ret)
		fprintf(stderr, "cycles: %s: %s\n", argv[1], err);
	recording_close(&rec);
	return !!ret;
}
