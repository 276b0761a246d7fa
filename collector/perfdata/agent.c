// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "collector/perfdata/perfdata_impl.h"
#include "collector/perfdata/write.h"

/*
 * What `spelunk guest-agent` writes besides the kernel's records.  Facts are lines of text:
 *   guest-agent 1
 *   timer-hz 62500000
 *   beat 0x402000 0x402180 0xffff80000000 4194304 24	code, its end, base, size, step
 *   stretch 0 123456 125000				CPU, first and last count
 * The text is untrusted, like everything in a file.
 */

#define STRETCHES_MAX	(1u << 20)
#define PIECES_MAX	8192
#define JITS_MAX	65536

static void take_stretch(struct perfdata *pd, const char *line)
{
	struct input_agent *a = &pd->input.info.agent;
	struct input_stretch s, *new;

	if (sscanf(line, "stretch %" SCNd32 " %" SCNu64 " %" SCNu64, &s.cpu, &s.from,
		   &s.to) != 3 || s.cpu < 0 || s.from > s.to || s.to > INT64_MAX)
		return;
	new = a->nr_stretches < STRETCHES_MAX ? array_add(pd->stretches, a->nr_stretches) : NULL;
	if (!new) {
		notes_add(&pd->notes,
			  "The guest's agent reports too many clock probes of its "
			  "clock; the rest was skipped.");
		return;
	}
	*new = s;
	a->stretches = pd->stretches;
}

static void take_probe(struct input_agent *a, const char *line)
{
	struct input_agent b;

	if (sscanf(line, "beat %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNu64 " %" SCNu64, &b.code,
		   &b.code_end, &b.base, &b.size, &b.step) != 5)
		return;
	if (b.code >= b.code_end || !b.size || b.size & (b.size - 1) || b.size > 1ull << 40 ||
	    b.base > UINT64_MAX - b.size || !b.step || b.step >= b.size)
		return;
	a->code = b.code;
	a->code_end = b.code_end;
	a->base = b.base;
	a->size = b.size;
	a->step = b.step;
}

static void take_fact(struct perfdata *pd, const char *line)
{
	struct input_agent *a = &pd->input.info.agent;

	sscanf(line, "guest-agent %" SCNu32, &a->version);
	sscanf(line, "timer-hz %" SCNu64, &a->timer_hz);
	take_probe(a, line);
	take_stretch(pd, line);
}

static void take_piece(struct perfdata *pd, struct input_piece **list, size_t *nr,
		       struct input_piece piece)
{
	struct input_piece *new = *nr < PIECES_MAX ? array_add(*list, *nr) : NULL;

	if (new)
		*new = piece;
	else
		notes_add(&pd->notes, "The file has too many kernel symbols; the rest was "
			  "skipped.");
}

static void take_jit(struct perfdata *pd, const uint8_t *p, struct input_piece piece)
{
	struct input_info *info = &pd->input.info;
	struct input_jit *new;

	if (piece.len < JIT_HEAD)
		return;
	new = info->nr_jits < JITS_MAX ? array_add(pd->jits, info->nr_jits) : NULL;
	if (new)
		*new = (struct input_jit){ (int32_t)le32(p), le32(p + 4),
					   { piece.offset + JIT_HEAD, piece.len - JIT_HEAD } };
	else
		notes_add(&pd->notes, "The names of code made at run time in the file are too many; "
			  "the rest was skipped.");
	info->jits = pd->jits;
}

void perfdata_own(struct perfdata *pd, unsigned int kind, const uint8_t *p, size_t len,
		  uint64_t at)
{
	struct input_info *info = &pd->input.info;
	const struct input_piece piece = { at, len };

	if (kind == OWN_FACTS)
		perfdata_lines(pd, p, len, take_fact);
	if (kind == OWN_HOST && !pd->has_host)
		perfdata_host(pd, p, len);
	if (kind == OWN_GUEST)
		perfdata_merged(pd, p, len, at);
	if (kind == OWN_COUNTS)
		perfdata_counts(pd, p, len);
	if (kind == OWN_TASKS)
		perfdata_places(pd, p, len);
	if (at == UINT64_MAX || !len)
		return;
	if (kind == OWN_KALLSYMS)
		take_piece(pd, &pd->kallsyms, &info->agent.nr_kallsyms, piece);
	if (kind == OWN_JIT)
		take_jit(pd, p, piece);
	if (kind == OWN_SYMBOLS)
		take_piece(pd, &pd->symbols, &info->nr_symbols, piece);
	if (kind == OWN_VDSO)
		take_piece(pd, &pd->vdso, &info->nr_vdso, piece);
	info->agent.kallsyms = pd->kallsyms;
	info->symbols = pd->symbols;
	info->vdso = pd->vdso;
}
