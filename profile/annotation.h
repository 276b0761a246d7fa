/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_ANNOTATION_H
#define PROFILE_ANNOTATION_H

#include "profile/profile.h"
#include "symbolizer/disasm.h"

/*
 * Functions, instruction by instruction: their code, joined with the rows of a pass that counted by
 * object and offset.
 */

/* The keys of that pass, in this order. */
#define ANNOTATION_KEYS	FIELD_SYMBOL, FIELD_OBJECT, FIELD_OFFSET
#define NR_ANNOTATION_KEYS	3

/* Maximum number of instructions of a function; samples beyond it still have lines. */
#define ANNOTATION_INSNS	(1u << 16)

/* Number of functions if the user gives none. */
#define ANNOTATION_FUNCTIONS	5

struct instruction {
	uint64_t offset;	/* as in the key: place.offset */
	uint64_t address;	/* in the file that has the code; without one, the offset */
	const struct metrics *m;	/* metrics of its row; NULL: no sample */
	uint32_t word;
	bool has_word;		/* word is known */
	bool is_relocated;	/* from a module's file: it refers to .to once it is relocated */
	uint8_t flow;		/* enum flow; FLOW_NEXT if relocated or without word */
	const char *text;	/* NULL: unknown */
	const char *to;		/* the target of a jump or call: "name+0x10"; NULL: unknown */
	uint64_t target;	/* the target's offset; for FLOW_JUMP and FLOW_CALL */
	int32_t jump;		/* FLOW_JUMP inside the function: index of its target; else -1 */
	const char *file;	/* source file; NULL: unknown */
	unsigned int line;
	const char *source;	/* text of that line, not escaped; NULL: not available */
	const char *path;	/* of the file on this machine; NULL: not available */
};

struct annotated {
	const char *symbol, *object;	/* as in the rows */
	uint64_t start, size;	/* offset of its first byte; size in bytes, 0: unknown */
	struct metrics whole;	/* sums over all its samples; no percentiles */
	int32_t hottest;	/* index of the instruction with the largest annotation_weight() */
	struct instruction *insn;	/* by offset */
	size_t nr;
	const char *code_file;	/* NULL: no file has its code, and .why explains how to get one */
	const char *why;
	const char *no_source;	/* a source file that is not available; NULL: none */
	size_t unread;		/* number of instructions that no library here knows: ".inst" */
	const char *readers;	/* those libraries: "capstone 4 and LLVM 15"; "": none */
	const char *advice;	/* how to have .unread ones disassembled; "": no known way */
	unsigned int cut;	/* bytes beyond ANNOTATION_INSNS */
	bool ambiguous;		/* several objects of this name have samples, and the code is
				 * from one of them */
};

struct annotation {
	struct annotated *function;	/* largest annotation_weight() first */
	size_t nr;
	size_t left_out;	/* number of functions beyond the limit */
	uint64_t left_samples;	/* their samples */
	uint64_t nameless;	/* samples in no known function */
	void *memory;		/* annotation_free()'s */
};

/*
 * How hot something is: total latency cycles x period; or samples, if by_samples is set or if no
 * sample of the whole has a latency.
 */
uint64_t annotation_weight(const struct metrics *m, const struct metrics *whole, bool by_samples);

/*
 * rows must be by ANNOTATION_KEYS and must outlive *out; annotates at most limit functions (0:
 * all).  No other thread may use the symbolizer meanwhile.  0, -EINVAL: other keys; -ECANCELED:
 * cancel was set (NULL is fine); -ENOMEM.
 */
int annotation_new(struct annotation **out, const struct rows *rows, struct symbolizer *s,
		   const struct spaces *spaces, size_t limit, bool by_samples,
		   const atomic_bool *cancel);
void annotation_free(struct annotation *a);	/* NULL is fine */

#endif
