/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_FILE_H
#define TESTS_GEN_FILE_H

#include "tests/tools/gen_buf.h"
#include "tests/tools/gen_machine.h"

/* A perf.data file, or a pipe stream, being written. */
struct gen_file {
	const struct gen_config *cfg;
	const struct gen_machine *m;
	int fd;
	uint64_t pos;         /* bytes written */
	uint64_t data_offset; /* where the records begin */
	uint64_t *index;      /* file offsets of PERF_RECORD_AUXTRACE */
	size_t nr_index, max_index;
	struct gen_chunk *chunks; /* held back for --shuffle-chunks */
	size_t nr_chunks;
};

/* Write the header, events, and what perf writes about the machine at the start. */
void gen_file_begin(struct gen_file *f, const struct gen_machine *m);
void gen_file_write(struct gen_file *f, const void *data, size_t len);
/* Write PERF_RECORD_AUXTRACE and its bytes. */
void gen_file_aux(struct gen_file *f, int32_t cpu, uint64_t offset, const void *aux,
		  size_t len);
/* Write the chunks that were held back, in random order. */
void gen_file_shuffled(struct gen_file *f, struct gen_rng *rng);
/* PERF_RECORD_FINISHED_ROUND */
void gen_file_round(struct gen_file *f);
/* Write the features, and the header's sizes. */
void gen_file_end(struct gen_file *f);

#endif
