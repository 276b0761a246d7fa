/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_ANNOTATION_H
#define PROFILE_ANNOTATION_H

#include "profile/profile.h"
#include "symbolizer/disasm.h"

/*
 * Functions, instruction by instruction: their code beside the rows of a pass that
 * counted by object and offset.
 */

/* The keys of that pass, in this order. */
#define ANNOTATION_KEYS	FIELD_SYMBOL, FIELD_OBJECT, FIELD_OFFSET
#define NR_ANNOTATION_KEYS	3

/* A function's instructions at most; samples of what lies behind keep their lines. */
#define ANNOTATION_INSNS	(1u << 16)

/* Functions where no number is asked for. */
#define ANNOTATION_FUNCTIONS	5

struct instruction {
	uint64_t offset;	/* as the key: place.offset */
	uint64_t address;	/* in the file that has the code; where none has, the offset */
	const struct metrics *m;	/* of the row; NULL: no sample */
	uint32_t word;
	bool has_word;		/* its bytes are known */
	bool is_relocated;	/* of a module's file: it refers to .to once it is loaded */
	uint8_t flow;		/* enum flow; of a relocated one and without word: FLOW_NEXT */
	const char *text;	/* NULL: not known */
	const char *to;		/* where it jumps or calls: "name+0x10"; NULL: not told */
	uint64_t target;	/* that as an offset; FLOW_JUMP and FLOW_CALL */
	int32_t jump;		/* FLOW_JUMP inside the function: index there; else -1 */
	const char *file;	/* source; NULL: not known */
	unsigned int line;
	const char *source;	/* text of that line, not yet escaped; NULL: not there */
	const char *path;	/* of the file on this machine; NULL: not there */
};

struct annotated {
	const char *symbol, *object;	/* as in the rows */
	uint64_t start, size;	/* offset of its first byte; bytes, 0: not known */
	struct metrics whole;	/* of all its samples: counts and sums, no percentiles */
	int32_t hottest;	/* index of its instruction of most annotation_weight() */
	struct instruction *insn;	/* by offset */
	size_t nr;
	const char *code_file;	/* NULL: none has its code, .why says the cure */
	const char *why;
	const char *no_source;	/* a source file whose text is not there; NULL: none */
	size_t unread;		/* instructions that no library here knows: ".inst" */
	const char *readers;	/* "capstone 4 and LLVM 15": these libraries; "": none is there */
	unsigned int cut;	/* bytes left out behind ANNOTATION_INSNS */
	bool ambiguous;		/* several files of this name were seen: the code is one's */
};

struct annotation {
	struct annotated *function;	/* those of most annotation_weight() first */
	size_t nr;
	size_t left_out;	/* functions behind the limit */
	uint64_t left_samples;	/* of these */
	uint64_t nameless;	/* samples in no known function */
	void *memory;		/* annotation_free()'s */
};

/*
 * How hot something is: total latency cycles x period, or samples, where by_samples or where
 * no sample of the whole has a latency.
 */
uint64_t annotation_weight(const struct metrics *m, const struct metrics *whole, bool by_samples);

/*
 * Of rows by ANNOTATION_KEYS, which must live as long; at most limit functions (0: all).
 * Not while other threads ask the symbolizer.  0, -EINVAL: other keys; -ECANCELED, when
 * cancel (NULL is fine) is set; -ENOMEM.
 */
int annotation_new(struct annotation **out, const struct rows *rows, struct symbolizer *s,
		   const struct spaces *spaces, size_t limit, bool by_samples,
		   const atomic_bool *cancel);
void annotation_free(struct annotation *a);	/* NULL is fine */

#endif
