/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SLIDE_H
#define SYMBOLIZER_SLIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How far a guest's kernel lay from where its file has it: KASLR moves all of it by one
 * distance.  The host's samples can prove it: where a branch was sampled the code must
 * have a branch, and where a load, store or atomic, one of these.  At a wrong distance
 * about one in three fits by chance.
 *
 * Measured with Debian's 6.12.117 kernel and 1,385 different instructions sampled in it (of
 * the host in tests/demo): 99.1 % fit, the rest is code that the running kernel patched; at
 * the best other distance 29 %, and of 50 instructions 44 %.  In Debian's 6.1 at most 28 % fit.
 */

enum slide_state {
	SLIDE_UNKNOWN,		/* nothing proves it: the file is used as it was linked */
	SLIDE_GIVEN,		/* on the command line */
	SLIDE_KALLSYMS,		/* the guest's own kallsyms says where _text lay */
	SLIDE_SAMPLES,		/* the samples prove it */
	SLIDE_REFUTED,		/* they prove that the file as it was linked is not what ran */
};

struct slide {
	enum slide_state state;
	uint64_t by;		/* guest's address - file's, modulo 2^64; 0 unless proven or given */
	/* Of different instructions that were sampled: */
	size_t seen;		/* in the file's code at that distance; refuted: as it was linked */
	size_t fit;		/* of those, how many are what was sampled */
	unsigned int other;	/* percent that fit at the best other distance */
};

/* Where a VM's kernel lay from where a file of its symbols has it. */
struct guest_slide {
	int32_t vm;
	const char *path;	/* of the file */
	struct slide slide;
};

/* An instruction that was sampled. */
struct slide_sample {
	uint64_t pc;
	bool branch;		/* else a load, store or atomic */
};

/* Code by the addresses of its file. */
struct slide_code {
	bool (*word)(const void *arg, uint64_t addr, uint32_t *out);	/* false: none there */
	const void *arg;
	uint64_t from, to;	/* all of it is in between */
};

/* Of more code than this no distance is looked for: a kernel has some 20 MiB. */
#define SLIDE_CODE_MAX	(256u << 20)

/* arm64 kernels are placed by multiples of 2 MiB, and of 64 KiB within them since 6.4. */
#define SLIDE_STEP	(64u << 10)

/* Proof takes so many different instructions, of which so many percent fit.. */
#define SLIDE_LEAST	32
#define SLIDE_FIT	90
/*
 * .. and at no other distance that many.  Without proof a file would be used as it was linked: it is
 * refuted if of so many fewer than SLIDE_FIT percent fit there.
 */
#define SLIDE_CHANCE	60

/*
 * Find it.  Sorts the samples and drops those that are twice; *nr: how many are left.
 * state: SLIDE_UNKNOWN, _SAMPLES or _REFUTED.
 */
void slide_find(struct slide *out, const struct slide_code *code, struct slide_sample *samples,
		size_t *nr);

#endif
