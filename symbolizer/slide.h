/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SLIDE_H
#define SYMBOLIZER_SLIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How far a guest's kernel is from the addresses in its file: KASLR moves all of it by one
 * distance.  The host's samples can prove the distance: at a sampled branch the code must have a
 * branch, and at a sampled load, store or atomic one of these.  At a wrong distance about one in
 * three matches by chance.
 *
 * Measured with Debian's 6.12.117 kernel and 1,385 different instructions sampled in it (of the
 * host in tests/demo): 99.1 % match, the rest is code that the running kernel patched; at the best
 * wrong distance 29 %, or 44 % of 50 instructions.  With Debian's 6.1 at most 28 % match.
 */

enum slide_state {
	SLIDE_UNKNOWN,		/* no proof: the file is used as linked */
	SLIDE_GIVEN,		/* on the command line */
	SLIDE_KALLSYMS,		/* from _text in the guest's own kallsyms */
	SLIDE_SAMPLES,		/* proven by samples */
	SLIDE_REFUTED,		/* samples prove that the guest did not run the file as linked */
};

struct slide {
	enum slide_state state;
	uint64_t by;		/* guest's address - file's, modulo 2^64; 0 unless known */
	/* Numbers of different sampled instructions: */
	size_t seen;		/* inside the file's code at that distance; refuted: as linked */
	size_t fit;		/* of these, how many match their sample */
	unsigned int other;	/* percent that match at the best other distance */
};

/* The slide of a VM's kernel from a file of its symbols. */
struct guest_slide {
	int32_t vm;
	const char *path;	/* of the file */
	struct slide slide;
};

/* A sampled instruction. */
struct slide_sample {
	uint64_t pc;
	bool branch;		/* else a load, store or atomic */
};

/* Access to code by the addresses of its file. */
struct slide_code {
	bool (*word)(const void *arg, uint64_t addr, uint32_t *out);	/* false: no code there */
	const void *arg;
	uint64_t from, to;	/* range of all code */
};

/* Give up if there is more code than this; a kernel has some 20 MiB. */
#define SLIDE_CODE_MAX	(256u << 20)

/* arm64 kernels are placed at multiples of 2 MiB, and since 6.4 also of 64 KiB within them. */
#define SLIDE_STEP	(64u << 10)

/* Proof requires this many different instructions, of which this percentage matches... */
#define SLIDE_LEAST	32
#define SLIDE_FIT	90
/*
 * ...and no other distance at which so many do.  Without proof the file would be used as linked; it
 * is refuted if fewer than SLIDE_FIT percent of this many instructions match there.
 */
#define SLIDE_CHANCE	60

/*
 * Find the slide.  Sorts the samples and removes duplicates; *nr: how many are left.  Sets state to
 * SLIDE_UNKNOWN, _SAMPLES or _REFUTED.
 */
void slide_find(struct slide *out, const struct slide_code *code, struct slide_sample *samples,
		size_t *nr);

#endif
