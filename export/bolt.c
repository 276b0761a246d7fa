// SPDX-License-Identifier: GPL-2.0-only
/*
 * fdata, which llvm-bolt reads: llvm bolt/include/bolt/Profile/DataReader.h, parse().  A line is
 *	1 SYMBOL OFFSET 1 SYMBOL OFFSET MISPREDICTED COUNT
 * with offsets in hex; "0 [unknown] 0" is an end outside of all functions.  Branches that were not
 * taken, and the ends of other basic blocks that code ran through, are branches from the block's
 * last instruction to the next one: perf2bolt makes the same lines of bolt-preagg.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/bytes.h"
#include "export/binaries.h"
#include "export/exporter.h"
#include "export/functions.h"
#include "symbolizer/disasm.h"
#include "symbolizer/files/elf.h"

/* Bytes of an A64 instruction, and of the largest function that is read. */
#define INSN		4
#define FUNCTION_MAX	(16u << 20)

static void put_end(FILE *out, const struct functions *f, uint64_t addr, bool outside)
{
	const struct function *in = outside ? NULL : functions_find(f, addr);

	if (!in) {
		fputs("0 [unknown] 0 ", out);
		return;
	}
	fputs("1 ", out);
	/* the reader takes a backslash as the start of an escaped character */
	for (const char *c = in->name; *c; c++)
		fprintf(out, *c == ' ' || *c == '\\' ? "\\%c" : "%c", *c);
	fprintf(out, " %" PRIx64 " ", addr - in->start);
}

/* RET, RETAA and RETAB [Arm ARM C4.1.66]. */
static bool is_return(const struct elf_file *elf, uint64_t addr)
{
	uint8_t word[INSN];

	return elf_file_code(elf, addr, word, sizeof(word)) == sizeof(word) &&
	       (le32(word) & 0xfffff000) == 0xd65f0000;
}

/* Returns are left out, as by perf2bolt: they say nothing that calls do not. */
static void put_taken(FILE *out, const struct functions *f, const struct binary *b,
		      const struct binary_edge *e)
{
	bool from = e->outside == BINARY_FROM_OUTSIDE, to = e->outside == BINARY_TO_OUTSIDE;

	if ((from || !functions_find(f, e->from)) && (to || !functions_find(f, e->to)))
		return;
	if (!from && is_return(b->elf, e->from))
		return;
	put_end(out, f, e->from, from);
	put_end(out, f, e->to, to);
	fprintf(out, "%" PRIu64 " %" PRIu64 "\n", e->mispredicted, e->count);
}

/* The instructions of a function. */
struct body {
	const struct function *f;
	size_t nr;		/* instructions */
	uint8_t *code;
	bool *leads;		/* a basic block begins there */
	int64_t *more;		/* how many runs through it begin, less those that end */
	uint64_t *not_taken;	/* samples of the branch there */
};

static void body_clear(struct body *b)
{
	free(b->code);
	free(b->leads);
	free(b->more);
	free(b->not_taken);
	*b = (struct body){ 0 };
}

static void lead(struct body *b, uint64_t addr)
{
	if (addr >= b->f->start && addr < b->f->start + b->nr * INSN)
		b->leads[(addr - b->f->start) / INSN] = true;
}

/* 0 or -ENOMEM; no instructions if the function is too large, or has no code. */
static int body_read(struct body *b, const struct elf_file *elf, const struct function *f)
{
	size_t len = f->end - f->start < FUNCTION_MAX ? (size_t)(f->end - f->start) : 0;
	uint64_t target;

	*b = (struct body){ .f = f, .code = malloc(len + 1) };
	if (!b->code)
		return -ENOMEM;
	b->nr = elf_file_code(elf, f->start, b->code, len) / INSN;
	b->leads = calloc(b->nr + 1, sizeof(*b->leads));
	b->more = calloc(b->nr + 1, sizeof(*b->more));
	b->not_taken = calloc(b->nr + 1, sizeof(*b->not_taken));
	if (!b->leads || !b->more || !b->not_taken)
		return -ENOMEM;
	for (size_t i = 0; i < b->nr; i++) {
		uint64_t addr = f->start + i * INSN;

		if (disasm_flow(le32(b->code + i * INSN), addr, &target) == FLOW_JUMP)
			lead(b, target);
	}
	return 0;
}

/* A range that is not all in the function is none: perf2bolt refuses it, too. */
static void body_add(struct body *b, const struct binary_edge *e)
{
	uint64_t from = e->from - b->f->start, to = e->to - b->f->start;

	if (e->from < b->f->start || from > to || to / INSN >= b->nr)
		return;
	if (e->kind == BINARY_NOT_TAKEN) {
		b->not_taken[to / INSN] += e->count;
		return;
	}
	b->more[from / INSN] += (int64_t)e->count;
	b->more[to / INSN] -= (int64_t)e->count;
}

/* The ends of basic blocks that were run through. */
static void put_body(FILE *out, const struct functions *f, const struct body *b)
{
	uint64_t runs = 0, target;

	for (size_t i = 0; i + 1 < b->nr; i++) {
		uint64_t addr = b->f->start + i * INSN, count;

		runs += (uint64_t)b->more[i];
		count = runs + b->not_taken[i];
		if (!count || (disasm_flow(le32(b->code + i * INSN), addr, &target) != FLOW_JUMP &&
			       !b->leads[i + 1]))
			continue;
		put_end(out, f, addr, false);
		put_end(out, f, addr + INSN, false);
		fprintf(out, "0 %" PRIu64 "\n", count);
	}
}

static bool is_run(const struct binary_edge *e)
{
	return e->kind == BINARY_STRAIGHT || e->kind == BINARY_NOT_TAKEN;
}

static int by_end(const void *x, const void *y)
{
	const struct binary_edge *const *a = x, *const *b = y;

	return array_order((*a)->to, (*b)->to) ?: array_order((*a)->from, (*b)->from);
}

/* Runs are sorted by their ends, so that each function is read once. */
static int put_runs(FILE *out, const struct functions *f, const struct binary *binary,
		    const struct binary_edge **run, size_t nr)
{
	struct body b = { 0 };
	int err = 0;

	qsort(run, nr, sizeof(*run), by_end);
	for (size_t i = 0; i < nr && !err; i++) {
		const struct function *in = functions_find(f, run[i]->to);

		if (!in)
			continue;
		if (in != b.f) {
			put_body(out, f, &b);
			body_clear(&b);
			err = body_read(&b, binary->elf, in);
		}
		if (!err)
			body_add(&b, run[i]);
	}
	if (!err)
		put_body(out, f, &b);
	body_clear(&b);
	return err;
}

static int put_all(const struct binary *b, const struct functions *f, FILE *out)
{
	const struct binary_edge **run = malloc((b->nr + 1) * sizeof(*run));
	size_t nr = 0;
	int err;

	if (!run)
		return -ENOMEM;
	for (size_t i = 0; i < b->nr; i++) {
		if (b->edge[i].kind == BINARY_TAKEN)
			put_taken(out, f, b, &b->edge[i]);
		else if (is_run(&b->edge[i]))
			run[nr++] = &b->edge[i];
	}
	err = put_runs(out, f, b, run, nr);
	free(run);
	return err;
}

static int write_binary(const struct binary *b, FILE *out)
{
	struct functions f = { 0 };
	int err = functions_read(&f, b->elf) ?: put_all(b, &f, out);

	functions_clear(&f);
	return err;
}

const struct exporter exporter_BOLT = {
	.count = binaries_count, .write_binary = write_binary, .clear = binaries_clear,
};
